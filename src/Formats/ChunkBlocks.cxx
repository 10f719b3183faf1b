// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ByteShuffle.h"
#include "Formats/ChunkCodecs.h"

#ifdef FourDSTEM_WITH_LZ4
#  include <lz4.h>
#endif
#ifdef FourDSTEM_WITH_ZSTD
#  include <zstd.h>
#endif

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace fourdstem
{
namespace
{
using Bytes = ChunkDecoder::Bytes;

// As bitshuffle numbers them.
constexpr unsigned Uncompressed = 0;
constexpr unsigned Lz4 = 2;
constexpr unsigned Zstandard = 3;

/** Reads big-endian numbers and runs of bytes one after the other. */
class Reader
{
public:
  Reader(const Bytes & bytes, const char * filter)
    : m_At(bytes.data())
    , m_Left(bytes.size())
    , m_Filter(filter)
  {}

  std::uint64_t
  Number(std::size_t size)
  {
    std::uint64_t     number = 0;
    const std::byte * from = this->Take(size);
    for (std::size_t i = 0; i < size; ++i)
    {
      number = number << 8U | std::to_integer<std::uint64_t>(from[i]);
    }
    return number;
  }

  const std::byte *
  Take(std::uint64_t size)
  {
    if (size > m_Left)
    {
      this->Fail("the data are cut off");
    }
    const std::byte * from = m_At;
    m_At += size;
    m_Left -= static_cast<std::size_t>(size);
    return from;
  }

  [[noreturn]] void
  Fail(const std::string & reason) const
  {
    throw std::runtime_error(std::string(m_Filter) + ": " + reason);
  }

private:
  const std::byte * m_At;
  std::size_t       m_Left;
  const char *      m_Filter;
};

/** Exactly `size` bytes from `length` compressed ones. */
bool
Decompress(unsigned                           compressor,
           [[maybe_unused]] const std::byte * from,
           [[maybe_unused]] std::size_t       length,
           [[maybe_unused]] std::byte *       to,
           [[maybe_unused]] std::size_t       size)
{
  switch (compressor)
  {
#ifdef FourDSTEM_WITH_LZ4
    case Lz4:
      return length <= LZ4_MAX_INPUT_SIZE && size <= LZ4_MAX_INPUT_SIZE &&
             LZ4_decompress_safe(reinterpret_cast<const char *>(from),
                                 reinterpret_cast<char *>(to),
                                 static_cast<int>(length),
                                 static_cast<int>(size)) == static_cast<int>(size);
#endif
#ifdef FourDSTEM_WITH_ZSTD
    case Zstandard:
      return ZSTD_decompress(to, size, from, length) == size;
#endif
    default:
      return false;
  }
}

unsigned
CompressorOf(const std::vector<unsigned> & values)
{
  return values.size() > 4 ? values[4] : Uncompressed;
}

/** Elements of a block where the file does not say: about 8 KiB, a multiple of 8, at least 128. */
std::size_t
DefaultBlock(std::size_t elementBytes)
{
  return std::max<std::size_t>(8192 / elementBytes / 8 * 8, 128);
}
} // namespace

bool
HasBitshuffleCompressor(const std::vector<unsigned> & values)
{
  const unsigned compressor = CompressorOf(values);
  bool           has = compressor == Uncompressed;
#ifdef FourDSTEM_WITH_LZ4
  has = has || compressor == Lz4;
#endif
#ifdef FourDSTEM_WITH_ZSTD
  has = has || compressor == Zstandard;
#endif
  return has;
}

void
UndoLz4(const ChunkStep & step, const Bytes & in, Bytes & out)
{
  Reader              reader(in, "LZ4");
  const std::uint64_t total = reader.Number(8);
  const std::uint64_t block = reader.Number(4);
  if (total > step.most || (block == 0 && total > 0))
  {
    reader.Fail("the data are damaged: " + std::to_string(total) + " bytes in blocks of " + std::to_string(block));
  }
  out.resize(static_cast<std::size_t>(total));
  for (std::uint64_t done = 0; done < total; done += block)
  {
    const auto          size = static_cast<std::size_t>(std::min(block, total - done));
    const std::uint64_t length = reader.Number(4);
    const std::byte *   from = reader.Take(length);
    std::byte *         to = out.data() + done;
    if (length == size)
    {
      std::memcpy(to, from, size);
    }
    else if (!Decompress(Lz4, from, static_cast<std::size_t>(length), to, size))
    {
      reader.Fail("the data are damaged");
    }
  }
}

void
UndoBitshuffle(const ChunkStep & step, const Bytes & in, Bytes & out)
{
  Reader            reader(in, "bitshuffle");
  const unsigned    compressor = CompressorOf(step.values);
  const std::size_t elementBytes =
    step.values.size() > 2 && step.values[2] > 0 ? step.values[2] : std::max<std::size_t>(1, step.elementBytes);
  std::size_t total = in.size();
  std::size_t blockElements = step.values.size() > 3 ? step.values[3] : 0;
  if (compressor != Uncompressed)
  {
    const std::uint64_t size = reader.Number(8);
    if (size > step.most)
    {
      reader.Fail("the data are damaged: " + std::to_string(size) + " bytes");
    }
    total = static_cast<std::size_t>(size);
    blockElements = static_cast<std::size_t>(reader.Number(4)) / elementBytes;
  }
  blockElements = blockElements > 0 ? blockElements : DefaultBlock(elementBytes);
  if (blockElements % 8 != 0 || total % elementBytes != 0)
  {
    reader.Fail("the data are damaged: blocks of " + std::to_string(blockElements) + " elements");
  }
  out.resize(total);

  const std::size_t  whole = total / elementBytes / 8 * 8; // elements in transposed blocks; fewer than 8 lie behind
  thread_local Bytes block;
  thread_local Bytes planes;
  for (std::size_t done = 0; done < whole; done += blockElements)
  {
    const std::size_t count = std::min(blockElements, whole - done);
    const std::size_t size = count * elementBytes;
    block.resize(size);
    planes.resize(size);
    const std::byte * transposed = block.data();
    if (compressor == Uncompressed)
    {
      transposed = reader.Take(size);
    }
    else
    {
      const std::uint64_t length = reader.Number(4);
      if (!Decompress(compressor, reader.Take(length), static_cast<std::size_t>(length), block.data(), size))
      {
        reader.Fail("the data are damaged");
      }
    }
    UnshuffleBits(transposed, count, elementBytes, planes.data(), out.data() + done * elementBytes);
  }
  const std::size_t rest = total - whole * elementBytes;
  if (rest > 0)
  {
    std::memcpy(out.data() + whole * elementBytes, reader.Take(rest), rest);
  }
}
} // namespace fourdstem
