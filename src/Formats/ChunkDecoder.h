// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ChunkDecoder_h
#define fourdstem_ChunkDecoder_h

#include "FourDSTEMExport.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fourdstem
{
/** A filter of an HDF5 data set as its creation property list has it. */
struct ChunkFilter
{
  int                   id = 0;
  std::vector<unsigned> values;
};

/** Undoes the filters of HDF5 chunks without HDF5: in several threads at once, and where its plug-ins do not load.
 *
 * Filters: 1 deflate, 2 shuffle, 3 fletcher32, 32001 Blosc, 32004 LZ4, 32008 bitshuffle alone or with LZ4 or Zstandard;
 * those whose library was there when this was built. */
class FourDSTEM_EXPORT ChunkDecoder
{
public:
  using Bytes = std::vector<std::byte>;

  /** `filters` in the order in which they were applied; a chunk has `chunkBytes`, in elements of `elementBytes`. */
  ChunkDecoder(std::vector<ChunkFilter> filters, std::size_t chunkBytes, std::size_t elementBytes);

  /** Whether all filters can be undone here. */
  bool
  CanDecode() const;

  /** Undoes what was done to `stored`, but for filters whose bit is set in `skipped`; `stored` and `scratch` are worked
   * in. Returns the one of them that holds the chunk. Throws std::runtime_error with the reason where that fails, or
   * where not exactly chunkBytes come out. */
  const Bytes &
  Decode(Bytes & stored, Bytes & scratch, std::uint32_t skipped) const;

private:
  std::vector<ChunkFilter> m_Filters;
  std::size_t              m_ChunkBytes;
  std::size_t              m_ElementBytes;
};
} // namespace fourdstem

#endif
