// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ByteShuffle.h"

#include "Kernels/HotLoops/Dispatch.h"

#include <cstdint>
#include <cstring>

namespace fourdstem
{
namespace
{
/** Elements of VBytes from as many planes; the rows of bytes are `count` apart. */
template <int VBytes>
struct Interleave
{
  static FourDSTEM_HOT void
  Run(const unsigned char * from, std::size_t count, unsigned char * to)
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      for (int b = 0; b < VBytes; ++b)
      {
        to[i * VBytes + static_cast<std::size_t>(b)] = from[static_cast<std::size_t>(b) * count + i];
      }
    }
  }
};

/** One byte of 8 `groups` elements from eight rows of bits, `groups` bytes each: a transpose of 8 x 8 bits for every
 * group (Warren, Hacker's Delight, 7-3). */
struct TransposeBits
{
  static FourDSTEM_HOT void
  Run(const unsigned char * rows, std::size_t groups, unsigned char * to)
  {
    for (std::size_t g = 0; g < groups; ++g)
    {
      std::uint64_t x = 0;
      for (std::size_t k = 0; k < 8; ++k)
      {
        x |= static_cast<std::uint64_t>(rows[k * groups + g]) << (8 * k);
      }
      std::uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAULL;
      x = x ^ t ^ (t << 7);
      t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCULL;
      x = x ^ t ^ (t << 14);
      t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ULL;
      x = x ^ t ^ (t << 28);
      for (std::size_t i = 0; i < 8; ++i)
      {
        to[8 * g + i] = static_cast<unsigned char>(x >> (8 * i));
      }
    }
  }
};
} // namespace

void
UnshuffleBytes(const std::byte * from, std::size_t count, std::size_t elementBytes, std::byte * to)
{
  const auto * in = reinterpret_cast<const unsigned char *>(from);
  auto *       out = reinterpret_cast<unsigned char *>(to);
  switch (elementBytes)
  {
    case 1:
      std::memcpy(to, from, count);
      return;
    case 2:
      RunHotLoop<Interleave<2>>(in, count, out);
      return;
    case 4:
      RunHotLoop<Interleave<4>>(in, count, out);
      return;
    case 8:
      RunHotLoop<Interleave<8>>(in, count, out);
      return;
    default:
      for (std::size_t i = 0; i < count; ++i)
      {
        for (std::size_t b = 0; b < elementBytes; ++b)
        {
          out[i * elementBytes + b] = in[b * count + i];
        }
      }
  }
}

void
ShuffleBytes(const unsigned char * from, std::size_t count, std::size_t elementBytes, unsigned char * to)
{
  for (std::size_t b = 0; b < elementBytes; ++b)
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      to[b * count + i] = from[i * elementBytes + b];
    }
  }
}

void
UnshuffleBits(const std::byte * from, std::size_t count, std::size_t elementBytes, std::byte * planes, std::byte * to)
{
  const auto * in = reinterpret_cast<const unsigned char *>(from);
  auto *       plane = reinterpret_cast<unsigned char *>(planes);
  for (std::size_t b = 0; b < elementBytes; ++b)
  {
    RunHotLoop<TransposeBits>(in + b * count, count / 8, plane + b * count);
  }
  UnshuffleBytes(planes, count, elementBytes, to);
}
} // namespace fourdstem
