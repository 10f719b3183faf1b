// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ScriptDamage_h
#define fourdstem_Hdf5ScriptDamage_h

#include "Hdf5ScriptStorage.h"

namespace fourdstem::fuzz
{
/** Bytes that a script changes in a file after HDF5 has written it. Inside lists and texts of variable length nothing
 * else reaches what HDF5 would not write. */
class Damage
{
public:
  /** OFFSET HEX: bytes of a data set in one piece. */
  void
  Add(hid_t file, const std::string & dataSet, Line & line);

  /** OFFSET HEX: bytes of the global heap collection of that number, from 0 on, modulo their number. */
  void
  AddHeap(std::size_t number, Line & line);

  /** Changes them, as far as they lie in the file, and forgets them. */
  void
  Apply(const std::string & path);

private:
  struct Change
  {
    bool          isInHeap;
    std::size_t   number;
    std::uint64_t offset;
    std::string   bytes;
  };
  std::vector<Change> m_Changes;
};
} // namespace fourdstem::fuzz

#endif
