// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5ScanFile.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** A 4-D block as it lies in memory: extents and, in elements, distances along the scan's axes. */
struct Block
{
  std::array<std::int64_t, 4> extents;
  std::array<std::int64_t, 4> strides;
};

/** `count`: extents of the block along the axes of the data set, in their C order. */
Block
BlockOf(const Hdf5ScanAxes & axes, const std::vector<hsize_t> & count)
{
  std::vector<std::int64_t> strides(count.size(), 1);
  for (std::size_t axis = count.size() - 1; axis > 0; --axis)
  {
    strides[axis - 1] = strides[axis] * static_cast<std::int64_t>(count[axis]);
  }
  const auto        extents = axes.Pick(count);
  const auto        picked = axes.Pick(strides);
  const std::size_t missing = 4 - axes.Count();
  Block             block{ { 1, 1, 1, 1 }, { 0, 0, 0, 0 } };
  for (std::size_t axis = 0; axis < axes.Count(); ++axis)
  {
    block.extents[missing + axis] = extents[axis];
    block.strides[missing + axis] = picked[axis];
  }
  return block;
}

template <typename T>
void
CopyInOrder(const Block & block, const std::byte * from, std::byte * to)
{
  const auto * source = reinterpret_cast<const T *>(from);
  const auto   copyPattern = [&](std::int64_t ry, std::int64_t rx) {
    const std::int64_t position = ry * block.extents[1] + rx;
    auto *             pattern = reinterpret_cast<T *>(to) + position * block.extents[2] * block.extents[3];
    const auto         first = ry * block.strides[0] + rx * block.strides[1];
    for (std::int64_t qy = 0; qy < block.extents[2]; ++qy)
    {
      for (std::int64_t qx = 0; qx < block.extents[3]; ++qx)
      {
        *pattern++ = source[first + qy * block.strides[2] + qx * block.strides[3]];
      }
    }
  };
  // Neighbours in the file one after the other, while they are in the processor's cache.
  const std::size_t inner = block.strides[0] < block.strides[1] ? 0 : 1;
  for (std::int64_t i = 0; i < block.extents[1 - inner]; ++i)
  {
    for (std::int64_t j = 0; j < block.extents[inner]; ++j)
    {
      copyPattern(inner == 0 ? j : i, inner == 0 ? i : j);
    }
  }
}
} // namespace

Hdf5ScanFile::Hdf5ScanFile(ScanHeader                          header,
                           const StoredType &                  type,
                           std::shared_ptr<const InputFile>    bytes,
                           hdf5::Id                            file,
                           hdf5::Id                            dataSet,
                           Hdf5ScanAxes                        axes,
                           const std::array<std::int64_t, 2> & together)
  : TiledScanFile(std::move(header), type.ReadAs(), together[0], together[1], bytes->Path())
  , m_Bytes(std::move(bytes))
  , m_File(std::move(file))
  , m_DataSet(std::move(dataSet))
  , m_Axes(std::move(axes))
{}

void
Hdf5ScanFile::DecodeTile(const ScanRegion & tile, std::byte * patterns) const
{
  const hdf5::Session session;
  const ScanShape &   shape = this->Shape();
  m_Bytes->CheckUnchanged();
  if (m_Axes.Count() == 4)
  {
    this->ReadBlock({ tile.ry, tile.rx, 0, 0 }, { tile.rows, tile.columns, shape.qy, shape.qx }, patterns);
    return;
  }
  if (tile.columns == shape.rx)
  {
    this->ReadBlock({ tile.ry * shape.rx, 0, 0 }, { tile.rows * shape.rx, shape.qy, shape.qx }, patterns);
    return;
  }
  const auto rowBytes = tile.columns * shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(this->Type()));
  for (std::int64_t row = 0; row < tile.rows; ++row)
  {
    const std::int64_t first = (tile.ry + row) * shape.rx + tile.rx;
    this->ReadBlock({ first, 0, 0 }, { tile.columns, shape.qy, shape.qx }, patterns + row * rowBytes);
  }
}

void
Hdf5ScanFile::ReadBlock(const std::vector<std::int64_t> & begin,
                        const std::vector<std::int64_t> & extents,
                        std::byte *                       to) const
{
  const auto     start = m_Axes.Spread(begin, 0);
  const auto     count = m_Axes.Spread(extents, 1);
  const hdf5::Id space(H5Dget_space(m_DataSet));
  const hdf5::Id memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));

  std::unique_ptr<std::byte[]> asStored;
  if (!m_Axes.AreInOrder())
  {
    auto bytes = SizeOf(this->Type());
    for (const hsize_t extent : count)
    {
      bytes *= static_cast<std::size_t>(extent);
    }
    asStored.reset(new std::byte[bytes]);
  }
  if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
      H5Dread(m_DataSet, hdf5::MemoryType(this->Type()), memory, space, H5P_DEFAULT, asStored ? asStored.get() : to) <
        0)
  {
    throw FileError(m_Bytes->Path(),
                    "cannot be decoded in data set " + this->Header().dataSet + " from index " +
                      std::to_string(begin[0]) + " on: " + hdf5::LastError());
  }
  if (asStored)
  {
    const Block block = BlockOf(m_Axes, count);
    const auto  bytes = SizeOf(this->Type());
    const auto  copy = bytes == 1   ? CopyInOrder<std::uint8_t>
                       : bytes == 2 ? CopyInOrder<std::uint16_t>
                       : bytes == 4 ? CopyInOrder<std::uint32_t>
                                    : CopyInOrder<std::uint64_t>;
    copy(block, asStored.get(), to);
  }
}
} // namespace fourdstem
