// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef DetectorFixtures_h
#define DetectorFixtures_h

#include "fourdstem/DetectorHealth.h"

#include <algorithm>
#include <cmath>
#include <functional>

/** Patterns on a detector whose pixels can be damaged. */
namespace fixtures
{
/** A number between 0 and 1 that depends on its argument only. */
inline double
Random(std::uint64_t value)
{
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return static_cast<double>((value ^ (value >> 31)) >> 11) * 0x1p-53;
}

/** Counts of a normal law of the mean's variance, 0 at least, which is near enough to Poisson's here. */
inline double
Counts(double mean, std::uint64_t number)
{
  double sum = 0.;
  for (std::uint64_t i = 0; i < 12; ++i)
  {
    sum += Random(12 * number + i);
  }
  return std::max(0., std::round(mean + std::sqrt(mean) * (sum - 6.)));
}

/** 400 patterns of 40 x 44 pixels in memory whose expectation is a function of (y, x). */
struct DetectorPatterns
{
  explicit DetectorPatterns(const std::function<double(double, double)> & expected, bool hasNoise = true)
  {
    std::uint64_t number = 0;
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      for (std::int64_t i = 0; i < shape.PatternPixels(); ++i)
      {
        const double mean = expected(static_cast<double>(i / shape.qx), static_cast<double>(i % shape.qx));
        values.push_back(static_cast<float>(hasNoise ? Counts(mean, number++) : mean));
      }
    }
  }

  float &
  At(std::int64_t p, std::int64_t y, std::int64_t x)
  {
    return values[static_cast<std::size_t>((p * shape.qy + y) * shape.qx + x)];
  }

  /** Changes a pixel in every pattern. */
  void
  Change(std::int64_t y, std::int64_t x, const std::function<float(float, std::int64_t)> & change)
  {
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      this->At(p, y, x) = change(this->At(p, y, x), p);
    }
  }

  fourdstem::DetectorCheck
  Check(int threads = 2) const
  {
    return fourdstem::CheckDetector(fourdstem::MemoryPatternSource(values.data(), shape), { threads, {} });
  }

  const fourdstem::ScanShape shape{ 20, 20, 40, 44 };
  std::vector<float>         values;
};

/** A direct disk of radius 5 and 900 counts and six more of 100 on a background of 9. */
inline double
Disks(double y, double x)
{
  const auto disk = [y, x](double cy, double cx, double height) {
    const double distance = std::hypot(y - cy, x - cx);
    return height * std::clamp(5.5 - distance, 0., 1.);
  };
  double sum = 9. + disk(20., 22., 900.);
  for (int i = 0; i < 6; ++i)
  {
    const double angle = 0.2 + 1.0471975512 * i;
    sum += disk(20. + 14. * std::sin(angle), 22. + 14. * std::cos(angle), 100.);
  }
  return sum;
}
} // namespace fixtures

#endif
