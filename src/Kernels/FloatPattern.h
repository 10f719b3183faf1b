// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FloatPattern_h
#define fourdstem_FloatPattern_h

#include "fourdstem/Feature.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace fourdstem
{
inline bool
AnyNonFinite(const float * values, std::int64_t count)
{
  constexpr std::uint32_t exponent = 0x7f800000u;
  std::uint32_t           found = 0;
  for (std::int64_t i = 0; i < count; ++i)
  {
    std::uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    found |= static_cast<std::uint32_t>((bits & exponent) == exponent);
  }
  return found != 0;
}

/** How many patterns to hold at once: 16, fewer where they are larger than a quarter MiB as float32. */
inline std::int64_t
PatternsAtOnce(const ScanShape & shape)
{
  constexpr std::int64_t pixels = std::int64_t{ 1 } << 20;
  return std::clamp<std::int64_t>(pixels / std::max<std::int64_t>(1, shape.PatternPixels()), 1, 16);
}

/** Pattern `p` of `block` as float32: where it lies if that will do, else converted into `buffer`. Pixels below
 * `minimum` are raised to it; NaN and infinities stay. With `nonFinite`, every pixel is looked at, and it gets the
 * number of those that are NaN or infinite. */
FloatPattern
ToFloat(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        float                minimum,
        std::vector<float> & buffer,
        std::int64_t *       nonFinite = nullptr);
} // namespace fourdstem

#endif
