// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5ChunkIndex.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace fourdstem
{
namespace
{
// HDF5's default of children in a node of chunks, which is not stored in files of the oldest format.
constexpr std::size_t   MostChildren = 64;
constexpr std::uint64_t Undefined = ~std::uint64_t{ 0 };
constexpr std::size_t   KeyBytes = 4 + 4 + 5 * 8;
constexpr std::size_t   NodeBytes = 24 + MostChildren * 8 + (MostChildren + 1) * KeyBytes;

struct Key
{
  std::uint32_t                bytes = 0;
  std::array<std::uint64_t, 5> offset{}; // the last is that of the byte in an element
};

/** What a node refers to: a chunk, or a node of the level below. */
struct Child
{
  Key           key;
  std::uint64_t address = 0;
};

Key
KeyOf(const WrittenChunk & chunk)
{
  return { chunk.bytes,
           { static_cast<std::uint64_t>(chunk.begin.ry),
             static_cast<std::uint64_t>(chunk.begin.rx),
             static_cast<std::uint64_t>(chunk.begin.qy),
             static_cast<std::uint64_t>(chunk.begin.qx),
             0 } };
}

void
AppendKey(std::vector<unsigned char> & bytes, const Key & key)
{
  AppendLittleEndian(bytes, key.bytes, 4);
  AppendLittleEndian(bytes, 0, 4); // all filters were applied
  for (const std::uint64_t offset : key.offset)
  {
    AppendLittleEndian(bytes, offset, 8);
  }
}

/** Appends one level and gives the children of the next: its nodes. */
std::vector<Child>
AppendLevel(std::vector<unsigned char> & bytes,
            std::uint64_t                address,
            const std::vector<Child> &   children,
            const Key &                  end,
            int                          level)
{
  std::vector<Child> nodes;
  for (std::size_t first = 0; first < children.size(); first += MostChildren)
  {
    const std::size_t   last = std::min(first + MostChildren, children.size());
    const std::size_t   begin = bytes.size();
    const std::uint64_t here = address + begin;
    for (const char letter : { 'T', 'R', 'E', 'E' })
    {
      bytes.push_back(static_cast<unsigned char>(letter));
    }
    AppendLittleEndian(bytes, 1, 1); // of chunks
    AppendLittleEndian(bytes, static_cast<std::uint64_t>(level), 1);
    AppendLittleEndian(bytes, last - first, 2);
    AppendLittleEndian(bytes, first == 0 ? Undefined : here - NodeBytes, 8);
    AppendLittleEndian(bytes, last == children.size() ? Undefined : here + NodeBytes, 8);
    for (std::size_t i = first; i < last; ++i)
    {
      AppendKey(bytes, children[i].key);
      AppendLittleEndian(bytes, children[i].address, 8);
    }
    AppendKey(bytes, last == children.size() ? end : children[last].key);
    bytes.resize(begin + NodeBytes, 0);
    nodes.push_back({ children[first].key, here });
  }
  return nodes;
}
} // namespace

void
AppendLittleEndian(std::vector<unsigned char> & bytes, std::uint64_t value, int count)
{
  for (int b = 0; b < count; ++b)
  {
    bytes.push_back(static_cast<unsigned char>(value >> (8 * b)));
  }
}

ChunkIndex
IndexOf(const std::vector<WrittenChunk> & chunks,
        const ScanShape &                 chunkExtents,
        std::size_t                       elementBytes,
        std::uint64_t                     address)
{
  std::vector<Child> children;
  children.reserve(chunks.size());
  for (const WrittenChunk & chunk : chunks)
  {
    children.push_back({ KeyOf(chunk), chunk.address });
  }
  // The end of the last key's range: one chunk further along every axis.
  Key                end = children.back().key;
  const std::int64_t steps[] = { chunkExtents.ry, chunkExtents.rx, chunkExtents.qy, chunkExtents.qx };
  for (std::size_t axis = 0; axis < 4; ++axis)
  {
    end.offset[axis] += static_cast<std::uint64_t>(steps[axis]);
  }
  end.offset[4] = elementBytes;
  end.bytes = 0;

  ChunkIndex index;
  int        level = 0;
  do
  {
    children = AppendLevel(index.bytes, address, children, end, level++);
  } while (children.size() > 1);
  index.root = children.front().address;
  return index;
}

std::size_t
FindIndexAddress(const std::vector<unsigned char> & image, const ScanShape & chunkExtents, std::size_t elementBytes)
{
  // The message of a chunked layout, version 3: rank and one, address, extents and bytes of an element.
  std::vector<unsigned char> message{ 3, 2, 5 };
  AppendLittleEndian(message, Undefined, 8);
  for (const std::int64_t extent : { chunkExtents.ry, chunkExtents.rx, chunkExtents.qy, chunkExtents.qx })
  {
    AppendLittleEndian(message, static_cast<std::uint64_t>(extent), 4);
  }
  AppendLittleEndian(message, elementBytes, 4);
  const bool isOldest = image.size() > 13 && image[8] == 0 && image[13] == 8; // superblock, and size of addresses
  const auto found = std::search(image.begin(), image.end(), message.begin(), message.end());
  if (!isOldest || found == image.end() ||
      std::search(found + 1, image.end(), message.begin(), message.end()) != image.end())
  {
    throw std::runtime_error("this version of HDF5 lays out chunks in a way that is not known here");
  }
  return static_cast<std::size_t>(found - image.begin()) + 3;
}
} // namespace fourdstem
