// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Chunks_h
#define fourdstem_Hdf5Chunks_h

#include "Formats/ChunkDecoder.h"
#include "Formats/Hdf5.h"
#include "Formats/Hdf5ScanAxes.h"
#include "Formats/InputFile.h"
#include "Formats/TiledScanFile.h"

#include <array>

namespace fourdstem
{
/** The filters of a chunked data set, in the order in which they were applied. */
std::vector<ChunkFilter>
FiltersOf(hid_t creation);

/** A chunked data set whose chunks are decoded here: HDF5 only fetches their bytes, so that threads decode side by side
 * and filters need no plug-in. */
class Hdf5ChunkedScanFile : public TiledScanFile
{
public:
  struct DataSet
  {
    std::shared_ptr<const InputFile> bytes;
    hdf5::Id                         file;
    hdf5::Id                         dataSet;
    StoredType                       type;
    Hdf5ScanAxes                     axes;  // in order
    std::vector<std::int64_t>        chunk; // extents along these axes; along the others 1
    ChunkDecoder                     decoder;
    std::array<std::int64_t, 2>      together; // scan rows and columns that are decoded together
    int                              threads;  // for one tile; 0: all that the machine has
  };

  Hdf5ChunkedScanFile(ScanHeader header, DataSet dataSet);

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override;

private:
  using Corner = std::vector<std::int64_t>;

  /** First elements of the chunks that hold something of the tile. */
  std::vector<Corner>
  ChunksOf(const ScanRegion & tile) const;

  /** Row and column of position `n` of the chunk in the scan. */
  std::array<std::int64_t, 2>
  PositionIn(const Corner & chunk, std::int64_t n) const;

  void
  DecodeChunk(const Corner & chunk, const ScanRegion & tile, std::byte * patterns) const;

  /** The bytes of a chunk as they lie in the file and the filters that were left out; none where it was never written.
   */
  std::uint32_t
  Fetch(const Corner & chunk, ChunkDecoder::Bytes & stored) const;

  DataSet                m_DataSet;
  std::vector<std::byte> m_Fill; // one pixel as the kernels see it
};
} // namespace fourdstem

#endif
