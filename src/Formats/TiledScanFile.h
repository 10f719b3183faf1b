// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_TiledScanFile_h
#define fourdstem_TiledScanFile_h

#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** Memory for decoded tiles, in bytes. */
struct TileMemory
{
  /** Chunks are decoded side by side up to this. */
  std::int64_t preferredTile = std::int64_t{ 64 } << 20;
  std::int64_t largestTile = std::int64_t{ 1 } << 30;
  /** Tiles stay until they have this together... */
  std::int64_t kept = std::int64_t{ 256 } << 20;
  /** ...or this, where chunks of several scan rows need it. */
  std::int64_t mostKept = std::int64_t{ 2 } << 30;
};

/** Throws FileError if `bytes`, for rows x columns positions decoded together, are beyond memory. */
void
CheckTileBytes(const std::string & path,
               std::int64_t        rows,
               std::int64_t        columns,
               std::int64_t        bytes,
               const TileMemory &  memory);

/** A scan that has to be decoded in pieces larger than a pattern: compressed chunks, or axes in another order.
 *
 * The scan is cut into tiles, rectangles of whole chunks, as wide as the scan where memory allows. A tile is decoded
 * once for all threads that ask for it. The tiles used last stay: 256 MiB of them, at least two, and where tiles are
 * several rows high all those across the scan, so that scan rows in ascending order cost one decoding each. That ends
 * at 2 GiB: scans whose chunks hold more than that of whole scan rows are decoded once for each scan row of a chunk,
 * unless read by RowsTogether. Besides, each thread holds the tile it works on.
 *
 * Derived classes say how a tile is decoded; those that can decode chunks in parallel do so there. */
class FourDSTEM_EXPORT TiledScanFile : public ScanFile
{
public:
  ~TiledScanFile() override;

  /** The rows of whole tiles of which all columns can be kept, or those of one tile. */
  ScanRows
  RowsTogether(std::int64_t ry) const override;

protected:
  /** `chunkRows` x `chunkColumns` positions have to be decoded together. Throws FileError for chunks beyond memory. */
  TiledScanFile(ScanHeader          header,
                ElementType         type,
                std::int64_t        chunkRows,
                std::int64_t        chunkColumns,
                const std::string & path,
                const TileMemory &  memory = {});

  /** Writes the patterns of `tile`, C order, to `patterns`. Called from any thread, for different tiles at a time. */
  virtual void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const = 0;

  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

private:
  struct Tile;
  struct Cache;

  std::shared_ptr<Tile>
  TileAt(std::int64_t ry, std::int64_t rx) const;

  std::int64_t           m_TileRows;
  std::int64_t           m_TileColumns;
  std::int64_t           m_RowsTogether;
  std::unique_ptr<Cache> m_Cache;
};
} // namespace fourdstem

#endif
