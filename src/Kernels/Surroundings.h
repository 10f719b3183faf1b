// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Surroundings_h
#define fourdstem_Surroundings_h

#include <cstddef>
#include <cstdint>

namespace fourdstem
{
/** One number for each detector pixel, [qy][qx]; NaN where there is none. Not owned. */
struct DetectorMap
{
  std::int64_t   qy;
  std::int64_t   qx;
  const double * values;

  std::size_t
  Index(std::int64_t y, std::int64_t x) const
  {
    return static_cast<std::size_t>(y * qx + x);
  }
  double
  At(std::int64_t y, std::int64_t x) const
  {
    return values[this->Index(y, x)];
  }
};

/** Whether the pixel's value is 2.5 times above its surroundings: above the third largest of the others within two
 * pixels (the largest near a corner), or, if two pixels more of its row or column do so too, above the largest of those
 * off that line. Counted from the median of the others where that is negative, else from 0. False with fewer than 8
 * others. */
bool
StandsOut(const DetectorMap & map, std::int64_t y, std::int64_t x);

/** Whether the pixel lies among pixels of at least `value`: the third smallest of the others within two pixels (the
 * smallest near a corner) is, or, if two pixels more of its row or column are 0, the smallest of those off that line.
 * False with fewer than 8 others. */
bool
IsAmong(const DetectorMap & map, std::int64_t y, std::int64_t x, double value);

/** Median of the others within two pixels; NaN without any. */
double
MedianAbout(const DetectorMap & map, std::int64_t y, std::int64_t x);

/** Scatter of the pixels within two pixels, without the pixel itself: median distance of adjacent ones, as if normal.
 * An edge through them hardly counts, a slope does. */
double
ScatterAbout(const DetectorMap & map, std::int64_t y, std::int64_t x);
} // namespace fourdstem

#endif
