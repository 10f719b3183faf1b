// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ChunkCodecs.h"

#include "Formats/ByteShuffle.h"

#ifdef FourDSTEM_WITH_BLOSC
#  include <blosc.h>
#endif
#ifdef FourDSTEM_WITH_DEFLATE
#  include <libdeflate.h>
#endif

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace fourdstem
{
namespace
{
using Bytes = ChunkDecoder::Bytes;

#ifdef FourDSTEM_WITH_DEFLATE
void
UndoDeflate(const ChunkStep & step, const Bytes & in, Bytes & out)
{
  thread_local const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
    libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  out.resize(step.most);
  std::size_t written = 0;
  if (!decompressor ||
      libdeflate_zlib_decompress(decompressor.get(), in.data(), in.size(), out.data(), out.size(), &written) !=
        LIBDEFLATE_SUCCESS)
  {
    throw std::runtime_error("deflate: the data are damaged");
  }
  out.resize(written);
}
#endif

#ifdef FourDSTEM_WITH_BLOSC
void
UndoBlosc(const ChunkStep & step, const Bytes & in, Bytes & out)
{
  std::size_t length = 0;
  if (blosc_cbuffer_validate(in.data(), in.size(), &length) < 0 || length > step.most)
  {
    throw std::runtime_error("Blosc: the data are damaged");
  }
  out.resize(length);
  if (blosc_decompress_ctx(in.data(), out.data(), out.size(), 1) != static_cast<int>(length))
  {
    throw std::runtime_error("Blosc: the data are damaged, or compressed in a way that this Blosc does not know");
  }
}
#endif

void
UndoShuffle(const ChunkStep & step, const Bytes & in, Bytes & out)
{
  const std::size_t elementBytes = step.values.empty() ? step.elementBytes : step.values.front();
  const std::size_t count = elementBytes > 0 ? in.size() / elementBytes : 0;
  out = in; // and with it what is left over
  if (elementBytes > 1 && count > 1)
  {
    UnshuffleBytes(in.data(), count, elementBytes, out.data());
  }
}

std::uint32_t
Fletcher32(const std::byte * data, std::size_t size)
{
  const auto *          byte = reinterpret_cast<const unsigned char *>(data);
  const auto            fold = [](std::uint32_t sum) { return (sum & 0xFFFFU) + (sum >> 16U); };
  std::uint32_t         first = 0;
  std::uint32_t         second = 0;
  constexpr std::size_t together = 360; // words that cannot overflow the sums
  for (std::size_t words = size / 2; words > 0;)
  {
    const std::size_t part = std::min(words, together);
    for (std::size_t i = 0; i < part; ++i, byte += 2)
    {
      first += static_cast<std::uint32_t>(byte[0]) << 8U | byte[1];
      second += first;
    }
    first = fold(first);
    second = fold(second);
    words -= part;
  }
  if (size % 2 != 0)
  {
    first += static_cast<std::uint32_t>(*byte) << 8U;
    second += first;
    first = fold(first);
    second = fold(second);
  }
  return fold(second) << 16U | fold(first);
}

void
UndoFletcher32(const ChunkStep &, const Bytes & in, Bytes & out)
{
  if (in.size() < 4)
  {
    throw std::runtime_error("fletcher32: the data are cut off");
  }
  const std::size_t size = in.size() - 4;
  std::uint32_t     stored = 0;
  for (std::size_t i = 4; i-- > 0;)
  {
    stored = stored << 8U | std::to_integer<std::uint32_t>(in[size + i]);
  }
  const std::uint32_t found = Fletcher32(in.data(), size);
  // HDF5 before 1.6.3 wrote the bytes of each half the other way round.
  const std::uint32_t reversed = (found & 0x00FF00FFU) << 8U | (found & 0xFF00FF00U) >> 8U;
  if (stored != found && stored != reversed)
  {
    throw std::runtime_error("fletcher32: the checksum does not fit the data, which are damaged");
  }
  out.assign(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(size));
}
} // namespace

Undo
FindCodec(const ChunkFilter & filter)
{
  switch (filter.id)
  {
#ifdef FourDSTEM_WITH_DEFLATE
    case 1:
      return UndoDeflate;
#endif
    case 2:
      return UndoShuffle;
    case 3:
      return UndoFletcher32;
#ifdef FourDSTEM_WITH_BLOSC
    case 32001:
      return UndoBlosc;
#endif
#ifdef FourDSTEM_WITH_LZ4
    case 32004:
      return UndoLz4;
#endif
    case 32008:
      return HasBitshuffleCompressor(filter.values) ? UndoBitshuffle : nullptr;
    default:
      return nullptr;
  }
}

ChunkDecoder::ChunkDecoder(std::vector<ChunkFilter> filters, std::size_t chunkBytes, std::size_t elementBytes)
  : m_Filters(std::move(filters))
  , m_ChunkBytes(chunkBytes)
  , m_ElementBytes(elementBytes)
{}

bool
ChunkDecoder::CanDecode() const
{
  return std::all_of(
    m_Filters.begin(), m_Filters.end(), [](const ChunkFilter & filter) { return FindCodec(filter) != nullptr; });
}

const ChunkDecoder::Bytes &
ChunkDecoder::Decode(Bytes & stored, Bytes & scratch, std::uint32_t skipped) const
{
  Bytes * from = &stored;
  Bytes * to = &scratch;
  for (std::size_t i = m_Filters.size(); i-- > 0;)
  {
    if (i < 32 && (skipped >> i & 1U) != 0)
    {
      continue;
    }
    // What was applied before may have added a checksum, or grown what it could not compress.
    const ChunkStep step{ m_Filters[i].values, m_ElementBytes, m_ChunkBytes + (i > 0 ? m_ChunkBytes / 8 + 1024 : 0) };
    FindCodec(m_Filters[i])(step, *from, *to);
    std::swap(from, to);
  }
  if (from->size() != m_ChunkBytes)
  {
    throw std::runtime_error("it holds " + std::to_string(from->size()) + " bytes, not " +
                             std::to_string(m_ChunkBytes));
  }
  return *from;
}
} // namespace fourdstem
