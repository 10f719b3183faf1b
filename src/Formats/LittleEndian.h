// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LittleEndian_h
#define fourdstem_LittleEndian_h

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fourdstem
{
/** The bytes of `count` floats, least significant first, on any machine. */
inline void
PutLittleEndian(const float * values, std::size_t count, unsigned char * bytes)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    std::uint32_t word = 0;
    std::memcpy(&word, values + i, sizeof(word));
    for (unsigned int b = 0; b < 4; ++b)
    {
      bytes[4 * i + b] = static_cast<unsigned char>(word >> (8 * b));
    }
  }
}
} // namespace fourdstem

#endif
