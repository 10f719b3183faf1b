// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LittleEndian_h
#define fourdstem_LittleEndian_h

#include "fourdstem/ElementType.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fourdstem
{
namespace detail
{
template <typename TWord>
void
PutLittleEndianWords(const void * values, std::size_t count, unsigned char * bytes)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    TWord word = 0;
    std::memcpy(&word, static_cast<const unsigned char *>(values) + i * sizeof(TWord), sizeof(TWord));
    for (std::size_t b = 0; b < sizeof(TWord); ++b)
    {
      bytes[sizeof(TWord) * i + b] = static_cast<unsigned char>(static_cast<std::uint64_t>(word) >> (8 * b));
    }
  }
}
} // namespace detail

/** The unsigned number whose bytes lie there, least significant first, on any machine. */
template <typename TWord>
TWord
GetLittleEndian(const std::byte * bytes)
{
  std::uint64_t word = 0;
  for (std::size_t b = sizeof(TWord); b-- > 0;)
  {
    word = word << 8U | std::to_integer<std::uint64_t>(bytes[b]);
  }
  return static_cast<TWord>(word);
}

/** The bytes of `count` values of a type, least significant first, on any machine. */
inline void
PutLittleEndian(const void * values, ElementType type, std::size_t count, unsigned char * bytes)
{
  switch (SizeOf(type))
  {
    case 1:
      std::memcpy(bytes, values, count);
      break;
    case 2:
      detail::PutLittleEndianWords<std::uint16_t>(values, count, bytes);
      break;
    case 4:
      detail::PutLittleEndianWords<std::uint32_t>(values, count, bytes);
      break;
    default:
      detail::PutLittleEndianWords<std::uint64_t>(values, count, bytes);
  }
}
} // namespace fourdstem

#endif
