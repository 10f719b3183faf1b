// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Heap_h
#define fourdstem_Hdf5Heap_h

#include "Formats/Hdf5.h"
#include "Formats/InputFile.h"

#include <map>

namespace fourdstem
{
/** Values of variable length, which HDF5 keeps in global heaps all over the file. They are read without HDF5, which
 * trusts the lengths that a damaged file states. */
class Hdf5Heap
{
public:
  /** Throws FileError for a file whose addresses or lengths do not have 8 bytes. */
  Hdf5Heap(const InputFile & file, hid_t hdf5File);

  /** Bytes of an element of a data set of variable length: count, address, index. */
  static constexpr std::int64_t ReferenceBytes = 16;

  /** The values that an element refers to: `bytesPerValue` times the count that `reference` begins with. Nothing where
   * the count is 0. The pointer is good as long as the heap. Throws FileError where they do not lie in the file. */
  std::pair<const unsigned char *, std::int64_t>
  Find(const unsigned char * reference, std::int64_t bytesPerValue);

private:
  /** A heap in memory, and where in it which object lies. */
  struct Collection
  {
    std::vector<unsigned char>                                   bytes;
    std::map<std::uint64_t, std::pair<std::size_t, std::size_t>> objects;
  };

  const Collection &
  CollectionAt(std::uint64_t address);

  [[noreturn]] void
  Fail(std::uint64_t address, const std::string & what) const;

  const InputFile &                   m_File;
  std::uint64_t                       m_Base = 0;
  std::map<std::uint64_t, Collection> m_Collections;
  std::int64_t                        m_BytesRead = 0;
};
} // namespace fourdstem

#endif
