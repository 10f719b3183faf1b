// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ChunkFixtures_h
#define ChunkFixtures_h

#include "Hdf5Fixtures.h"

#ifdef FourDSTEM_WITH_BLOSC
#  include <blosc.h>
#endif
#ifdef FourDSTEM_WITH_LZ4
#  include <lz4.h>
#endif
#ifdef FourDSTEM_WITH_ZSTD
#  include <zstd.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

/** Writers of filtered chunks, from the description of each filter. HDF5 is given them for writing only, so that
 * nothing but the reader under test can read what they write. */
namespace chunks
{
constexpr unsigned Nothing = 0;
constexpr unsigned Lz4 = 2;
constexpr unsigned Zstandard = 3;

inline std::string
BigEndian(std::uint64_t number, int bytes)
{
  std::string text;
  for (int i = bytes; i-- > 0;)
  {
    text += static_cast<char>(number >> (8 * i));
  }
  return text;
}

inline std::string
Compressed(unsigned compressor, const std::string & block)
{
#ifdef FourDSTEM_WITH_LZ4
  if (compressor == Lz4)
  {
    std::string out(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(block.size()))), '\0');
    out.resize(static_cast<std::size_t>(
      LZ4_compress_default(block.data(), out.data(), static_cast<int>(block.size()), static_cast<int>(out.size()))));
    return out;
  }
#endif
#ifdef FourDSTEM_WITH_ZSTD
  if (compressor == Zstandard)
  {
    std::string out(ZSTD_compressBound(block.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), block.data(), block.size(), 3));
    return out;
  }
#endif
  return compressor == Nothing ? block : std::string();
}

/** Bit k of byte b of element i to bit i % 8 of byte (8 b + k) count / 8 + i / 8, one bit at a time. */
inline std::string
BitShuffled(const std::string & block, std::size_t elementBytes)
{
  const std::size_t count = block.size() / elementBytes;
  std::string       out(block.size(), '\0');
  for (std::size_t bit = 0; bit < 8 * block.size(); ++bit)
  {
    const std::size_t i = bit / (8 * elementBytes);
    const std::size_t b = bit / 8 % elementBytes;
    const std::size_t k = bit % 8;
    if ((static_cast<unsigned char>(block[i * elementBytes + b]) >> k & 1) != 0)
    {
      out[(8 * b + k) * (count / 8) + i / 8] |= static_cast<char>(1 << (i % 8));
    }
  }
  return out;
}

/** A chunk as filter 32008 writes it: blocks of `blockElements`. */
inline std::string
Bitshuffle(const std::string & chunk, std::size_t elementBytes, std::size_t blockElements, unsigned compressor)
{
  std::string out =
    compressor == Nothing ? std::string() : BigEndian(chunk.size(), 8) + BigEndian(blockElements * elementBytes, 4);
  const std::size_t whole = chunk.size() / elementBytes / 8 * 8;
  for (std::size_t first = 0; first < whole; first += blockElements)
  {
    const std::size_t count = std::min(blockElements, whole - first);
    const std::string block =
      Compressed(compressor, BitShuffled(chunk.substr(first * elementBytes, count * elementBytes), elementBytes));
    out += (compressor == Nothing ? std::string() : BigEndian(block.size(), 4)) + block;
  }
  return out + chunk.substr(whole * elementBytes);
}

/** A chunk as filter 32004 writes it: a block that would not become smaller is stored as it is. */
inline std::string
Lz4Blocks(const std::string & chunk, std::size_t blockBytes)
{
  std::string out = BigEndian(chunk.size(), 8) + BigEndian(blockBytes, 4);
  for (std::size_t first = 0; first < chunk.size(); first += blockBytes)
  {
    const std::string block = chunk.substr(first, blockBytes);
    const std::string small = Compressed(Lz4, block);
    const auto &      kept = small.size() < block.size() ? small : block;
    out += BigEndian(kept.size(), 4) + kept;
  }
  return out;
}

inline std::string
Blosc([[maybe_unused]] const std::string & chunk, [[maybe_unused]] std::size_t elementBytes)
{
  std::string out;
#ifdef FourDSTEM_WITH_BLOSC
  out.resize(chunk.size() + BLOSC_MAX_OVERHEAD);
  const int size =
    blosc_compress_ctx(5, 1, elementBytes, chunk.size(), chunk.data(), out.data(), out.size(), "lz4", 0, 1);
  out.resize(static_cast<std::size_t>(size));
#endif
  return out;
}

/** HDF5's call of a filter, when it writes. */
template <int VFilter>
std::size_t
Filter(unsigned       flags,
       std::size_t    count,
       const unsigned values[],
       std::size_t    bytes,
       std::size_t *  bufferSize,
       void **        buffer)
{
  if ((flags & H5Z_FLAG_REVERSE) != 0)
  {
    return 0;
  }
  const std::string chunk(static_cast<const char *>(*buffer), bytes);
  const std::size_t elementBytes = count > 2 ? values[2] : 1;
  const std::string out = VFilter == 32001   ? Blosc(chunk, elementBytes)
                          : VFilter == 32004 ? Lz4Blocks(chunk, values[0])
                                             : Bitshuffle(chunk, elementBytes, values[3], values[4]);
  if (out.size() > *bufferSize)
  {
    H5free_memory(*buffer);
    *buffer = H5allocate_memory(out.size(), false);
    *bufferSize = out.size();
  }
  std::memcpy(*buffer, out.data(), out.size());
  return out.size();
}

template <int VFilter>
void
Register()
{
  H5Z_class2_t filter{};
  filter.version = H5Z_CLASS_T_VERS;
  filter.id = VFilter;
  filter.encoder_present = 1;
  filter.decoder_present = 1;
  filter.name = "for tests";
  filter.filter = Filter<VFilter>;
  H5Zregister(&filter);
}
} // namespace chunks

#endif
