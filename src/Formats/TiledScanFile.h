// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_TiledScanFile_h
#define fourdstem_TiledScanFile_h

#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** A scan that has to be decoded in pieces larger than a pattern: compressed chunks, or axes in another order.
 *
 * The scan is cut into tiles, rectangles of whole chunks, as wide as the scan where memory allows. A tile is decoded
 * once for all threads that ask for it; the last two stay, so scan rows in ascending order cost one decoding each.
 * Derived classes say how a tile is decoded; those that can decode chunks in parallel do so there. */
class TiledScanFile : public ScanFile
{
public:
  ~TiledScanFile() override;

protected:
  /** `chunkRows` x `chunkColumns` positions have to be decoded together. Throws FileError for chunks beyond memory. */
  TiledScanFile(ScanHeader          header,
                ElementType         type,
                std::int64_t        chunkRows,
                std::int64_t        chunkColumns,
                const std::string & path);

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
  std::unique_ptr<Cache> m_Cache;
};
} // namespace fourdstem

#endif
