// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef PatternFixtures_h
#define PatternFixtures_h

#include "fourdstem/PatternSource.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace fixtures
{
/** A scan in memory, C order (Ry, Rx, Qy, Qx). */
template <typename T = float>
struct Scan
{
  explicit Scan(const fourdstem::ScanShape & extents)
    : shape(extents)
    , values(static_cast<std::size_t>(extents.Positions() * extents.PatternPixels()))
  {}

  T &
  operator()(std::int64_t p, std::int64_t y, std::int64_t x)
  {
    return values[static_cast<std::size_t>((p * shape.qy + y) * shape.qx + x)];
  }

  const T &
  operator()(std::int64_t p, std::int64_t y, std::int64_t x) const
  {
    return values[static_cast<std::size_t>((p * shape.qy + y) * shape.qx + x)];
  }

  fourdstem::MemoryPatternSource
  Source() const
  {
    return { values.data(), shape };
  }

  fourdstem::ScanShape shape;
  std::vector<T>       values;
};

/** Reproducible on every platform: integers 0 to `bound` - 1. */
template <typename T = float>
Scan<T>
RandomScan(const fourdstem::ScanShape & shape, std::uint64_t bound, std::uint64_t seed = 1)
{
  Scan<T>         scan(shape);
  std::mt19937_64 random(seed);
  std::generate(scan.values.begin(), scan.values.end(), [&] { return static_cast<T>(random() % bound); });
  return scan;
}

/** A disk with an edge one pixel wide about (x, y), plus weaker ones around it. */
inline double
DiskPattern(double px, double py, double x, double y, double radius)
{
  const auto disk = [&](double cx, double cy) {
    return std::clamp(radius + 0.5 - std::hypot(px - cx, py - cy), 0., 1.);
  };
  const double spacing = 5. * radius;
  return 100. * disk(x, y) + 10. * (disk(x + spacing, y) + disk(x - spacing, y) + disk(x, y + spacing));
}

/** One-dimensional noise-free origins: a ramp over the scan plus a jitter that is the same everywhere it is asked for.
 */
inline void
DescannedOrigin(const fourdstem::ScanShape & shape, std::int64_t p, float * origin)
{
  const double column =
    static_cast<double>(p % shape.rx) / static_cast<double>(std::max<std::int64_t>(shape.rx - 1, 1));
  const double row = static_cast<double>(p / shape.rx) / static_cast<double>(std::max<std::int64_t>(shape.ry - 1, 1));
  std::mt19937_64 random(static_cast<std::uint64_t>(p) + 17);
  const auto      jitter = [&] { return (static_cast<double>(random() % 20001) / 10000. - 1.) * 0.6; };
  origin[0] = static_cast<float>(0.5 * static_cast<double>(shape.qx) + 3. * (column - 0.5) + jitter());
  origin[1] = static_cast<float>(0.5 * static_cast<double>(shape.qy) - 3. * (row - 0.5) + jitter());
}

/** Disk patterns at the origins of DescannedOrigin, as a detector would see them: each pixel the mean of 4 x 4 points.
 */
inline Scan<float>
DescannedScan(const fourdstem::ScanShape & shape, double radius)
{
  Scan<float> scan(shape);
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    float origin[2];
    DescannedOrigin(shape, p, origin);
    for (std::int64_t y = 0; y < shape.qy; ++y)
    {
      for (std::int64_t x = 0; x < shape.qx; ++x)
      {
        double sum = 0.;
        for (int i = 0; i < 16; ++i)
        {
          sum += DiskPattern(static_cast<double>(x) + (i % 4 - 1.5) / 4.,
                             static_cast<double>(y) + (i / 4 - 1.5) / 4.,
                             static_cast<double>(origin[0]),
                             static_cast<double>(origin[1]),
                             radius);
        }
        scan(p, y, x) = static_cast<float>(sum / 16.);
      }
    }
  }
  return scan;
}
} // namespace fixtures

#endif
