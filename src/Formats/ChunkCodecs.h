// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ChunkCodecs_h
#define fourdstem_ChunkCodecs_h

#include "Formats/ChunkDecoder.h"

namespace fourdstem
{
/** What is known of a chunk while one of its filters is undone. */
struct ChunkStep
{
  const std::vector<unsigned> & values; // of the filter
  std::size_t                   elementBytes;
  std::size_t                   most; // bytes that may come out
};

/** Undoes one filter, from `in` to `out`. Throws std::runtime_error with the reason. */
using Undo = void (*)(const ChunkStep & step, const ChunkDecoder::Bytes & in, ChunkDecoder::Bytes & out);

/** How the filter of this number, with these values, is undone; null where it cannot be here. */
Undo
FindCodec(const ChunkFilter & filter);

// Of LZ4 and bitshuffle, whose data come in blocks: ChunkBlocks.cxx.
void
UndoLz4(const ChunkStep & step, const ChunkDecoder::Bytes & in, ChunkDecoder::Bytes & out);
void
UndoBitshuffle(const ChunkStep & step, const ChunkDecoder::Bytes & in, ChunkDecoder::Bytes & out);
/** Whether the compressor that bitshuffle names in its values is available. */
bool
HasBitshuffleCompressor(const std::vector<unsigned> & values);
} // namespace fourdstem

#endif
