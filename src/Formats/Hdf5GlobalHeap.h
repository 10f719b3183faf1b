// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5GlobalHeap_h
#define fourdstem_Hdf5GlobalHeap_h

#include "Formats/Hdf5.h"
#include "Formats/InputFile.h"

#include <optional>

namespace fourdstem
{
/** What stands in a data set of variable length for a list: its length, and where it lies in the heap. */
struct HeapReference
{
  /** In files whose addresses and sizes have 8 bytes. */
  static constexpr std::int64_t Bytes = 16;

  std::uint32_t length;
  std::uint64_t address;
  std::uint32_t number;

  static HeapReference
  At(const std::byte * bytes);
};

/** Where HDF5 keeps the elements of variable length, read in place: collections of objects, each with a number from 1
 * on (HDF5 File Format Specification 3.0, III.E). The library does that for one thread at a time, and copies a whole
 * collection for each list. */
class Hdf5GlobalHeap
{
public:
  /** Where addresses count from in an object's file; nothing for a file whose addresses or sizes do not have 8 bytes.
   */
  static std::optional<std::int64_t>
  BaseAddress(hid_t object);

  /** Addresses count from `base` on, the size of the file's user block. */
  Hdf5GlobalHeap(std::shared_ptr<const InputFile> file, std::int64_t base)
    : m_Windows(std::move(file))
    , m_Base(base)
  {}

  /** Where the last object was found: the next is often the one behind it. One per thread. */
  struct Cursor
  {
    std::shared_ptr<const FileWindow> window;
    std::int64_t                      address = -1;
    const std::byte *                 begin = nullptr;
    const std::byte *                 end = nullptr;
    const std::byte *                 next = nullptr;
  };

  /** The object's first `bytes` bytes; they stay until the cursor is used again or dies. Throws FileError where no
   * collection, or no object of that number and size, is there. Safe to call from several threads. */
  const std::byte *
  Object(std::uint64_t address, std::uint32_t number, std::int64_t bytes, Cursor & cursor) const;

private:
  void
  Enter(std::uint64_t address, Cursor & cursor) const;

  FileWindows  m_Windows;
  std::int64_t m_Base;
};
} // namespace fourdstem

#endif
