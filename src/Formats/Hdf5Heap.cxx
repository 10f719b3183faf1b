// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Heap.h"

#include <cstring>

namespace fourdstem
{
namespace
{
constexpr std::size_t headerBytes = 16;

std::uint64_t
Integer(const unsigned char * bytes, int count)
{
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
  {
    value = (value << 8U) | bytes[i];
  }
  return value;
}
} // namespace

Hdf5Heap::Hdf5Heap(const InputFile & file, hid_t hdf5File)
  : m_File(file)
{
  const hdf5::Id creation(H5Fget_create_plist(hdf5File));
  std::size_t    addressBytes = 0;
  std::size_t    lengthBytes = 0;
  hsize_t        userBlock = 0;
  if (H5Pget_sizes(creation, &addressBytes, &lengthBytes) < 0 || H5Pget_userblock(creation, &userBlock) < 0)
  {
    throw FileError(file.Path(), "is an HDF5 file whose beginning cannot be read: " + hdf5::LastError());
  }
  if (addressBytes != 8 || lengthBytes != 8)
  {
    throw FileError(file.Path(),
                    "has addresses of " + std::to_string(addressBytes) + " and lengths of " +
                      std::to_string(lengthBytes) + " bytes; lists are read from files with 8 bytes for both");
  }
  m_Base = userBlock;
}

void
Hdf5Heap::Fail(std::uint64_t address, const std::string & what) const
{
  throw FileError(m_File.Path(), "is damaged: the heap at byte " + std::to_string(address) + " " + what);
}

const Hdf5Heap::Collection &
Hdf5Heap::CollectionAt(std::uint64_t address)
{
  const auto known = m_Collections.find(address);
  if (known != m_Collections.end())
  {
    return known->second;
  }
  const auto fileBytes = static_cast<std::uint64_t>(m_File.Size());
  if (address > fileBytes || m_Base > fileBytes - address || fileBytes - address - m_Base < headerBytes)
  {
    this->Fail(address, "is beyond the end of the file");
  }
  const auto    place = static_cast<std::int64_t>(address + m_Base);
  unsigned char header[headerBytes];
  m_File.Read(place, header, headerBytes);
  const std::uint64_t size = Integer(header + 8, 8);
  if (std::memcmp(header, "GCOL\1", 5) != 0)
  {
    this->Fail(address, "is none of version 1");
  }
  // Heaps do not overlap: all that are read are together no larger than the file.
  if (size < headerBytes || size > fileBytes - static_cast<std::uint64_t>(m_BytesRead) ||
      size > fileBytes - address - m_Base)
  {
    this->Fail(address, "has " + std::to_string(size) + " bytes, more than the file has left");
  }
  Collection collection;
  collection.bytes.resize(static_cast<std::size_t>(size));
  m_File.Read(place, collection.bytes.data(), static_cast<std::int64_t>(size));
  m_BytesRead += static_cast<std::int64_t>(size);
  const unsigned char * bytes = collection.bytes.data();
  for (std::size_t at = headerBytes; at + headerBytes <= collection.bytes.size();)
  {
    const std::uint64_t index = Integer(bytes + at, 2);
    const std::uint64_t objectBytes = Integer(bytes + at + 8, 8);
    const std::size_t   first = at + headerBytes;
    if (index == 0)
    {
      break; // free space, up to the end
    }
    if (objectBytes > collection.bytes.size() - first)
    {
      this->Fail(address, "has an object of " + std::to_string(objectBytes) + " bytes, more than it has left");
    }
    collection.objects[index] = { first, static_cast<std::size_t>(objectBytes) };
    at = first + (static_cast<std::size_t>(objectBytes) + 7) / 8 * 8;
  }
  return m_Collections.emplace(address, std::move(collection)).first->second;
}

std::pair<const unsigned char *, std::int64_t>
Hdf5Heap::Find(const unsigned char * reference, std::int64_t bytesPerValue)
{
  const auto count = static_cast<std::int64_t>(Integer(reference, 4));
  if (count == 0)
  {
    return { nullptr, 0 };
  }
  const std::uint64_t address = Integer(reference + 4, 8);
  const std::uint64_t index = Integer(reference + 12, 4);
  const Collection &  collection = this->CollectionAt(address);
  const auto          object = collection.objects.find(index);
  if (object == collection.objects.end())
  {
    this->Fail(address, "has no object " + std::to_string(index));
  }
  if (static_cast<std::int64_t>(object->second.second) / bytesPerValue < count)
  {
    this->Fail(address,
               "has an object of " + std::to_string(object->second.second) + " bytes, too short for " +
                 std::to_string(count) + " values");
  }
  return { collection.bytes.data() + object->second.first, count };
}
} // namespace fourdstem
