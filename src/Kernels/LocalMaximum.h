// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LocalMaximum_h
#define fourdstem_LocalMaximum_h

#include <cstdint>

namespace fourdstem
{
/** Whether (y, x) is above 0 and the highest of the nine pixels about it, in rows of `qx`; of equals the first is. */
template <typename T>
bool
IsHighestOfNine(const T * heights, std::int64_t qx, std::int64_t y, std::int64_t x)
{
  const T height = heights[y * qx + x];
  if (!(height > T{ 0 }))
  {
    return false;
  }
  for (std::int64_t j = y - 1; j <= y + 1; ++j)
  {
    for (std::int64_t i = x - 1; i <= x + 1; ++i)
    {
      const T    other = heights[j * qx + i];
      const bool isBefore = j < y || (j == y && i < x);
      if (other > height || (isBefore && other == height))
      {
        return false;
      }
    }
  }
  return true;
}
} // namespace fourdstem

#endif
