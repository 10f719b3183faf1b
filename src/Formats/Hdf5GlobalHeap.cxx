// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5GlobalHeap.h"

#include "Formats/LittleEndian.h"

#include <cstring>

namespace fourdstem
{
namespace
{
// Of a collection: signature, version, size. Of an object: number, references, size.
constexpr std::int64_t headerBytes = 16;
// Numbers have 16 bits; a walk over more objects than that is a damaged file's.
constexpr int mostObjects = 65536;
} // namespace

HeapReference
HeapReference::At(const std::byte * bytes)
{
  return { GetLittleEndian<std::uint32_t>(bytes),
           GetLittleEndian<std::uint64_t>(bytes + 4),
           GetLittleEndian<std::uint32_t>(bytes + 12) };
}

std::optional<std::int64_t>
Hdf5GlobalHeap::BaseAddress(hid_t object)
{
  const hdf5::Id file(H5Iget_file_id(object));
  const hdf5::Id creation(H5Fget_create_plist(file));
  std::size_t    address = 0;
  std::size_t    size = 0;
  hsize_t        userBlock = 0;
  if (H5Pget_sizes(creation, &address, &size) < 0 || H5Pget_userblock(creation, &userBlock) < 0 || address != 8 ||
      size != 8)
  {
    return {};
  }
  return static_cast<std::int64_t>(userBlock);
}

void
Hdf5GlobalHeap::Enter(std::uint64_t address, Cursor & cursor) const
{
  const InputFile & file = m_Windows.File();
  const auto        refuse = [&](const std::string & what) {
    cursor.address = -1;
    throw FileError(file.Path(), "is damaged: " + what + " at byte " + std::to_string(address));
  };
  const auto left = static_cast<std::uint64_t>(file.Size() - m_Base);
  if (address > left || left - address < static_cast<std::uint64_t>(headerBytes))
  {
    refuse("a list points outside the file,");
  }
  const std::int64_t offset = m_Base + static_cast<std::int64_t>(address);
  if (!cursor.window || !cursor.window->Covers(offset, headerBytes))
  {
    cursor.window = m_Windows.Covering(offset, headerBytes);
  }
  const std::byte * header = cursor.window->data + (offset - cursor.window->offset);
  const auto        size = GetLittleEndian<std::uint64_t>(header + 8);
  if (std::memcmp(header, "GCOL\x01", 5) != 0)
  {
    refuse("a list points to no heap");
  }
  if (size < static_cast<std::uint64_t>(headerBytes) || size > left - address)
  {
    refuse("a heap of " + std::to_string(size) + " bytes begins");
  }
  const auto bytes = static_cast<std::int64_t>(size);
  if (!cursor.window->Covers(offset, bytes))
  {
    cursor.window = m_Windows.Covering(offset, bytes);
    header = cursor.window->data + (offset - cursor.window->offset);
  }
  cursor.address = static_cast<std::int64_t>(address);
  cursor.begin = header + headerBytes;
  cursor.end = header + bytes;
  cursor.next = cursor.begin;
}

const std::byte *
Hdf5GlobalHeap::Object(std::uint64_t address, std::uint32_t number, std::int64_t bytes, Cursor & cursor) const
{
  if (cursor.address < 0 || static_cast<std::uint64_t>(cursor.address) != address)
  {
    this->Enter(address, cursor);
  }
  bool isFromBegin = cursor.next == cursor.begin;
  for (int walked = 0; walked < mostObjects; ++walked)
  {
    const std::int64_t left = cursor.end - cursor.next;
    const bool         isObject = left >= headerBytes && GetLittleEndian<std::uint16_t>(cursor.next) != 0;
    if (!isObject && isFromBegin)
    {
      break;
    }
    if (!isObject)
    {
      cursor.next = cursor.begin;
      isFromBegin = true;
      continue;
    }
    const std::byte * object = cursor.next;
    const auto        size = GetLittleEndian<std::uint64_t>(object + 8);
    const auto        room = static_cast<std::uint64_t>(left - headerBytes);
    if (size > room)
    {
      break;
    }
    const std::uint64_t padded = std::min(room, (size + 7U) / 8U * 8U);
    cursor.next = object + headerBytes + padded;
    if (GetLittleEndian<std::uint16_t>(object) == number)
    {
      if (size < static_cast<std::uint64_t>(bytes))
      {
        break;
      }
      return object + headerBytes;
    }
  }
  cursor.address = -1;
  throw FileError(m_Windows.File().Path(),
                  "is damaged: there is no object " + std::to_string(number) + " of " + std::to_string(bytes) +
                    " bytes in the heap at byte " + std::to_string(address));
}
} // namespace fourdstem
