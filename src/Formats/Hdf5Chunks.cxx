// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Chunks.h"

#include "Formats/Text.h"
#include "Kernels/Parallel.h"

#include <algorithm>
#include <cstring>

namespace fourdstem
{
namespace
{
std::int64_t
Product(const std::vector<std::int64_t> & extents, std::size_t from, std::size_t to)
{
  std::int64_t product = 1;
  for (std::size_t axis = from; axis < to; ++axis)
  {
    product *= extents[axis];
  }
  return product;
}
} // namespace

std::vector<ChunkFilter>
FiltersOf(hid_t creation)
{
  std::vector<ChunkFilter> filters(static_cast<std::size_t>(std::max(0, H5Pget_nfilters(creation))));
  for (std::size_t i = 0; i < filters.size(); ++i)
  {
    unsigned                flags = 0;
    unsigned                configuration = 0;
    std::size_t             count = 0;
    const auto              number = static_cast<unsigned>(i);
    std::vector<unsigned> & values = filters[i].values;
    H5Pget_filter2(creation, number, &flags, &count, nullptr, 0, nullptr, &configuration);
    values.resize(std::min<std::size_t>(count, 64));
    count = values.size();
    filters[i].id = H5Pget_filter2(creation, number, &flags, &count, values.data(), 0, nullptr, &configuration);
  }
  return filters;
}

Hdf5ChunkedScanFile::Hdf5ChunkedScanFile(ScanHeader header, DataSet dataSet)
  : TiledScanFile(std::move(header),
                  dataSet.type.ReadAs(),
                  dataSet.together[0],
                  dataSet.together[1],
                  dataSet.bytes->Path())
  , m_DataSet(std::move(dataSet))
  , m_Fill(SizeOf(this->Type()))
{
  const hdf5::Id creation(H5Dget_create_plist(m_DataSet.dataSet));
  H5Pget_fill_value(creation, hdf5::MemoryType(this->Type()), m_Fill.data());
}

std::array<std::int64_t, 2>
Hdf5ChunkedScanFile::PositionIn(const Corner & chunk, std::int64_t n) const
{
  if (chunk.size() == 4)
  {
    const std::int64_t columns = m_DataSet.chunk[1];
    return { chunk[0] + n / columns, chunk[1] + n % columns };
  }
  const std::int64_t position = chunk[0] + n;
  return { position / this->Shape().rx, position % this->Shape().rx };
}

std::vector<Hdf5ChunkedScanFile::Corner>
Hdf5ChunkedScanFile::ChunksOf(const ScanRegion & tile) const
{
  const ScanShape &                 shape = this->Shape();
  const std::vector<std::int64_t> & chunk = m_DataSet.chunk;
  const std::size_t                 rank = chunk.size();
  std::vector<std::int64_t>         begin(rank, 0);
  std::vector<std::int64_t>         end(rank);
  end[rank - 2] = shape.qy;
  end[rank - 1] = shape.qx;
  if (rank == 4)
  {
    begin[0] = tile.ry;
    end[0] = tile.ry + tile.rows;
    begin[1] = tile.rx;
    end[1] = tile.rx + tile.columns;
  }
  else
  {
    begin[0] = tile.ry * shape.rx + tile.rx;
    end[0] = (tile.ry + tile.rows - 1) * shape.rx + tile.rx + tile.columns;
  }
  std::vector<Corner> corners;
  Corner              first(rank);
  for (std::size_t axis = 0; axis < rank; ++axis)
  {
    first[axis] = begin[axis] / chunk[axis] * chunk[axis];
  }
  for (Corner at = first; at[0] < end[0];)
  {
    corners.push_back(at);
    for (std::size_t axis = rank; axis-- > 0;)
    {
      at[axis] += chunk[axis];
      if (at[axis] < end[axis] || axis == 0)
      {
        break;
      }
      at[axis] = first[axis];
    }
  }
  return corners;
}

void
Hdf5ChunkedScanFile::DecodeTile(const ScanRegion & tile, std::byte * patterns) const
{
  m_DataSet.bytes->CheckUnchanged();
  const auto chunks = this->ChunksOf(tile);
  // Tiles of one scan row are decoded side by side anyway; those of several are waited for.
  ParallelFor(static_cast<std::int64_t>(chunks.size()),
              Execution{ tile.rows > 1 ? m_DataSet.threads : 1, {} },
              [&](std::int64_t i) { this->DecodeChunk(chunks[static_cast<std::size_t>(i)], tile, patterns); });
}

std::uint32_t
Hdf5ChunkedScanFile::Fetch(const Corner & chunk, ChunkDecoder::Bytes & stored) const
{
  const auto          offset = m_DataSet.axes.Spread(chunk, 0);
  const hdf5::Session session;
  hsize_t             size = 0;
  std::uint32_t       skipped = 0;
  if (H5Dget_chunk_storage_size(m_DataSet.dataSet, offset.data(), &size) < 0)
  {
    // A chunk that was never written is an error to some versions; reading from it is not.
    const hdf5::Id             space(H5Dget_space(m_DataSet.dataSet));
    const hdf5::Id             memory(H5Screate(H5S_SCALAR));
    const std::vector<hsize_t> one(offset.size(), 1);
    std::byte                  pixel[8];
    if (H5Sselect_hyperslab(space, H5S_SELECT_SET, offset.data(), nullptr, one.data(), nullptr) < 0 ||
        H5Dread(m_DataSet.dataSet, hdf5::MemoryType(this->Type()), memory, space, H5P_DEFAULT, pixel) < 0)
    {
      throw std::runtime_error(hdf5::LastError());
    }
    size = 0;
  }
  if (size > static_cast<hsize_t>(this->Header().fileSize))
  {
    throw std::runtime_error("it claims " + std::to_string(size) + " bytes, more than the file has");
  }
  stored.resize(static_cast<std::size_t>(size));
  if (size > 0 && H5Dread_chunk(m_DataSet.dataSet, H5P_DEFAULT, offset.data(), &skipped, stored.data()) < 0)
  {
    throw std::runtime_error(hdf5::LastError());
  }
  return skipped;
}

void
Hdf5ChunkedScanFile::DecodeChunk(const Corner & chunk, const ScanRegion & tile, std::byte * patterns) const
{
  const ScanShape &                 shape = this->Shape();
  const std::vector<std::int64_t> & extents = m_DataSet.chunk;
  const std::size_t                 rank = extents.size();
  const auto                        pixelBytes = static_cast<std::int64_t>(SizeOf(this->Type()));
  const std::int64_t                positions = Product(extents, 0, rank - 2);

  thread_local ChunkDecoder::Bytes stored;
  thread_local ChunkDecoder::Bytes scratch;
  const ChunkDecoder::Bytes *      decoded = nullptr;
  const auto                       isInTile = [&tile](const std::array<std::int64_t, 2> & at) {
    return at[0] >= tile.ry && at[0] < tile.ry + tile.rows && at[1] >= tile.rx && at[1] < tile.rx + tile.columns;
  };
  const std::int64_t y = chunk[rank - 2];
  const std::int64_t x = chunk[rank - 1];
  const std::int64_t rows = std::min(extents[rank - 2], shape.qy - y);
  const std::int64_t columns = std::min(extents[rank - 1], shape.qx - x);
  for (std::int64_t n = 0; n < positions; ++n)
  {
    const auto at = this->PositionIn(chunk, n);
    if (!isInTile(at))
    {
      continue;
    }
    if (decoded == nullptr)
    {
      try
      {
        const std::uint32_t skipped = this->Fetch(chunk, stored);
        decoded = stored.empty() ? &stored : &m_DataSet.decoder.Decode(stored, scratch, skipped);
      }
      catch (const std::runtime_error & error)
      {
        std::string where;
        for (const hsize_t index : m_DataSet.axes.Spread(chunk, 0))
        {
          where += (where.empty() ? "" : ", ") + std::to_string(index);
        }
        throw FileError(m_DataSet.bytes->Path(),
                        "cannot be decoded in data set " + this->Header().dataSet + " in the chunk at index (" + where +
                          "): " + error.what());
      }
    }
    std::byte * pattern =
      patterns + ((at[0] - tile.ry) * tile.columns + at[1] - tile.rx) * shape.PatternPixels() * pixelBytes;
    for (std::int64_t row = 0; row < rows; ++row)
    {
      std::byte * to = pattern + ((y + row) * shape.qx + x) * pixelBytes;
      if (decoded->empty())
      {
        for (std::int64_t i = 0; i < columns; ++i)
        {
          std::memcpy(to + i * pixelBytes, m_Fill.data(), m_Fill.size());
        }
        continue;
      }
      const std::int64_t first = (n * extents[rank - 2] + row) * extents[rank - 1];
      DecodePixels(m_DataSet.type, decoded->data() + first * m_DataSet.type.bytes, m_DataSet.type.bytes, columns, to);
    }
  }
}
} // namespace fourdstem
