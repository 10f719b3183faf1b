// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/TiledScanFile.h"

#include "Formats/InputFile.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>

namespace fourdstem
{
namespace
{
constexpr std::int64_t MostKept = 512;
} // namespace

void
CheckTileBytes(const std::string & path,
               std::int64_t        rows,
               std::int64_t        columns,
               std::int64_t        bytes,
               const TileMemory &  memory)
{
  if (bytes > memory.largestTile)
  {
    throw FileError(path,
                    "is stored in chunks of " + FormatExtent(rows, columns) + " patterns, " + std::to_string(bytes) +
                      " bytes; at most " + std::to_string(memory.largestTile) + " can be decoded at a time");
  }
}

struct TiledScanFile::Tile
{
  explicit Tile(const ScanRegion & its)
    : region(its)
  {}

  ScanRegion                   region;
  std::once_flag               decoded;
  std::unique_ptr<std::byte[]> patterns;
};

struct TiledScanFile::Cache
{
  std::mutex  mutex;
  std::size_t most = 2;
  /** The latest used last. */
  std::deque<std::shared_ptr<Tile>> tiles;
};

TiledScanFile::TiledScanFile(ScanHeader          header,
                             ElementType         type,
                             std::int64_t        chunkRows,
                             std::int64_t        chunkColumns,
                             const std::string & path,
                             const TileMemory &  memory)
  : ScanFile(std::move(header), type)
  , m_TileRows(std::clamp(chunkRows, std::int64_t{ 1 }, this->Shape().ry))
  , m_TileColumns(std::clamp(chunkColumns, std::int64_t{ 1 }, this->Shape().rx))
  , m_Cache(std::make_unique<Cache>())
{
  const std::string  what = path + ": the size of a chunk";
  const std::int64_t patternBytes =
    CheckedMultiply(this->Shape().PatternPixels(), static_cast<std::int64_t>(SizeOf(type)), what);
  const std::int64_t chunkBytes = CheckedMultiply(patternBytes, CheckedMultiply(m_TileRows, m_TileColumns, what), what);
  CheckTileBytes(path, m_TileRows, m_TileColumns, chunkBytes, memory);
  const std::int64_t chunksAcross = std::max(std::int64_t{ 1 }, memory.preferredTile / chunkBytes);
  m_TileColumns = m_TileColumns > this->Shape().rx / chunksAcross ? this->Shape().rx : m_TileColumns * chunksAcross;
  const std::int64_t tileBytes = patternBytes * m_TileRows * m_TileColumns;
  const std::int64_t tilesAcross = (this->Shape().rx + m_TileColumns - 1) / m_TileColumns;
  // One more, for the threads that are already in the next rows.
  const std::int64_t needed = m_TileRows > 1 ? tilesAcross + 1 : 2;
  const std::int64_t kept = std::max(
    { std::min(memory.kept / tileBytes, MostKept), std::min(needed, memory.mostKept / tileBytes), std::int64_t{ 2 } });
  m_Cache->most = static_cast<std::size_t>(kept);
  m_RowsTogether = m_TileRows * std::max(std::int64_t{ 1 }, kept / tilesAcross);
}

TiledScanFile::~TiledScanFile() = default;

ScanRows
TiledScanFile::RowsTogether(std::int64_t ry) const
{
  const std::int64_t begin = ry / m_RowsTogether * m_RowsTogether;
  return { begin, std::min(begin + m_RowsTogether, this->Shape().ry) };
}

std::shared_ptr<TiledScanFile::Tile>
TiledScanFile::TileAt(std::int64_t ry, std::int64_t rx) const
{
  ScanRegion region;
  region.ry = ry / m_TileRows * m_TileRows;
  region.rx = rx / m_TileColumns * m_TileColumns;
  region.rows = std::min(m_TileRows, this->Shape().ry - region.ry);
  region.columns = std::min(m_TileColumns, this->Shape().rx - region.rx);

  std::shared_ptr<Tile> tile;
  {
    const std::lock_guard<std::mutex> lock(m_Cache->mutex);
    auto &                            tiles = m_Cache->tiles;
    const auto found = std::find_if(tiles.begin(), tiles.end(), [&region](const std::shared_ptr<Tile> & kept) {
      return kept->region.ry == region.ry && kept->region.rx == region.rx;
    });
    if (found != tiles.end())
    {
      tile = *found;
      tiles.erase(found);
    }
    else
    {
      tile = std::make_shared<Tile>(region);
    }
    tiles.push_back(tile);
    if (tiles.size() > m_Cache->most)
    {
      tiles.pop_front();
    }
  }
  std::call_once(tile->decoded, [&] {
    const auto bytes =
      region.rows * region.columns * this->Shape().PatternPixels() * static_cast<std::int64_t>(SizeOf(this->Type()));
    std::unique_ptr<std::byte[]> patterns(new std::byte[static_cast<std::size_t>(bytes)]);
    this->DecodeTile(region, patterns.get());
    tile->patterns = std::move(patterns);
  });
  return tile;
}

PatternBlock
TiledScanFile::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  PatternBlock block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = this->Shape().qx * static_cast<std::ptrdiff_t>(SizeOf(block.type));
  block.patternStride = this->Shape().qy * block.rowStride;

  const auto patternIn = [&block](const Tile & tile, std::int64_t row, std::int64_t column) {
    return tile.patterns.get() +
           ((row - tile.region.ry) * tile.region.columns + column - tile.region.rx) * block.patternStride;
  };
  if (count > 0 && rx / m_TileColumns == (rx + count - 1) / m_TileColumns)
  {
    auto tile = this->TileAt(ry, rx);
    block.data = patternIn(*tile, ry, rx);
    lease.Hold(std::move(tile));
    return block;
  }
  std::byte * gathered = lease.Buffer(static_cast<std::size_t>(count * block.patternStride));
  for (std::int64_t done = 0; done < count;)
  {
    const auto         tile = this->TileAt(ry, rx + done);
    const std::int64_t part = std::min(count - done, tile->region.rx + tile->region.columns - (rx + done));
    std::memcpy(gathered + done * block.patternStride,
                patternIn(*tile, ry, rx + done),
                static_cast<std::size_t>(part * block.patternStride));
    done += part;
  }
  block.data = gathered;
  return block;
}
} // namespace fourdstem
