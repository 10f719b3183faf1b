// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EventLists_h
#define fourdstem_EventLists_h

#include "Formats/Hdf5.h"
#include "Formats/Hdf5GlobalHeap.h"

#include <optional>

namespace fourdstem
{
/** The electrons of camera frames: a 1-D data set of variable length lists of pixels.
 *
 * Where lists lie one after the other in a contiguous data set as uint32, little-endian, they are read by several
 * threads at a time from HDF5's heap; others through the library, by one. */
class EventLists
{
public:
  /** `name` is that of the data set, for messages; pixels are below `pixels`. */
  EventLists(std::shared_ptr<const InputFile> bytes,
             hdf5::Id                         dataSet,
             std::string                      name,
             std::string                      shape,
             std::int64_t                     pixels);

  /** Electrons of a frame, the mean of some thousand spread over the file; nothing where that is not quick to find. */
  std::optional<double>
  MeanLength() const;

  /** Appends the lists of frames [first, first + count) to `electrons`, and the length of each to `lengths`. Throws
   * FileError for pixels outside the pattern, with the value, and where the file is damaged. */
  void
  Read(std::int64_t                 first,
       std::int64_t                 count,
       std::vector<std::uint32_t> & electrons,
       std::vector<std::int64_t> &  lengths) const;

private:
  std::string
  Where(std::int64_t first, std::int64_t count) const;

  /** Of frames [first, first + count), as they stand there; none where they are in chunks. */
  std::vector<HeapReference>
  References(std::int64_t first, std::int64_t count) const;

  void
  ReadFromHeap(const std::vector<HeapReference> & references,
               std::vector<std::uint32_t> &       electrons,
               std::vector<std::int64_t> &        lengths) const;

  void
  ReadWithLibrary(std::int64_t                 first,
                  std::int64_t                 count,
                  std::vector<std::uint32_t> & electrons,
                  std::vector<std::int64_t> &  lengths) const;

  std::shared_ptr<const InputFile> m_Bytes;
  hdf5::Id                         m_DataSet;
  std::string                      m_Name;
  std::string                      m_Shape;
  std::int64_t                     m_Pixels;
  std::int64_t                     m_Frames;
  /** Where the first reference stands; negative where they are in chunks. */
  std::int64_t                  m_FirstReference = -1;
  std::optional<Hdf5GlobalHeap> m_Heap;
};
} // namespace fourdstem

#endif
