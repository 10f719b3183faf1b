// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ProbeImage.h"

#include "fourdstem/RepairedPatternSource.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** The pixels above `level` that are connected with `start` through their sides. */
std::vector<std::int64_t>
RegionAbove(const std::vector<double> & pattern, std::int64_t qx, std::int64_t start, double level)
{
  const auto                pixels = static_cast<std::int64_t>(pattern.size());
  std::vector<bool>         inside(pattern.size(), false);
  std::vector<std::int64_t> region;
  const auto                visit = [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    if (!inside[at] && pattern[at] > level)
    {
      inside[at] = true;
      region.push_back(i);
    }
  };
  visit(start);
  for (std::size_t next = 0; next < region.size();)
  {
    const std::int64_t i = region[next++];
    if (i % qx > 0)
    {
      visit(i - 1);
    }
    if (i % qx < qx - 1)
    {
      visit(i + 1);
    }
    if (i >= qx)
    {
      visit(i - qx);
    }
    if (i + qx < pixels)
    {
      visit(i + qx);
    }
  }
  return region;
}

double
Radius(const std::vector<std::int64_t> & region)
{
  constexpr double pi = 3.14159265358979323846;
  return std::sqrt(static_cast<double>(region.size()) / pi);
}
} // namespace

bool
IsProbeWide(const std::vector<double> & mean, const DetectorMask & standing)
{
  constexpr std::size_t leastPixels = 5;
  constexpr double      sharp = 2.;
  constexpr double      sharpShare = 0.4;
  constexpr double      smallRadius = 4.;

  const std::vector<double> pattern = RepairPattern(mean, standing);
  std::int64_t              brightest = -1;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(pattern.size()); ++i)
  {
    const double value = pattern[static_cast<std::size_t>(i)];
    if (value > 0. && (brightest < 0 || value > pattern[static_cast<std::size_t>(brightest)]))
    {
      brightest = i;
    }
  }
  if (brightest < 0)
  {
    return false;
  }
  const double top = pattern[static_cast<std::size_t>(brightest)];
  const auto   half = RegionAbove(pattern, standing.qx, brightest, 0.5 * top);
  const double radius = Radius(half);
  const double foot = Radius(RegionAbove(pattern, standing.qx, brightest, 0.2 * top));
  if (half.size() < leastPixels || foot - radius > std::max(sharp, sharpShare * radius))
  {
    return false;
  }
  return radius >= smallRadius || std::none_of(half.begin(), half.end(), [&](std::int64_t i) {
           const std::int64_t y = i / standing.qx;
           const std::int64_t x = i % standing.qx;
           for (std::int64_t row = std::max<std::int64_t>(0, y - 2); row <= std::min(standing.qy - 1, y + 2); ++row)
           {
             for (std::int64_t column = std::max<std::int64_t>(0, x - 2); column <= std::min(standing.qx - 1, x + 2);
                  ++column)
             {
               const auto at = static_cast<std::size_t>(row * standing.qx + column);
               if (standing.pixels[at] != 0 && mean[at] > top)
               {
                 return true;
               }
             }
           }
           return false;
         });
}
} // namespace fourdstem
