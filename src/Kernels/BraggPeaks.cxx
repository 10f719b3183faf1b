// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFilters.h"
#include "LocalMaximum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
/** Heights of the disks that best fit about every pixel of a pattern; not above 0 where none fits or can be. */
std::vector<double>
HeightsAtPixels(const double * pattern, std::int64_t qy, std::int64_t qx, const DiskFilters & filters)
{
  const std::int64_t  half = filters.HalfSize();
  const int           middle = DiskFilters::PhaseOf(0.);
  const float *       weights = filters.Row(middle, middle, 0);
  std::vector<double> heights(static_cast<std::size_t>(qy * qx), -1.);
  for (std::int64_t y = half; y + half < qy; ++y)
  {
    for (std::int64_t x = half; x + half < qx; ++x)
    {
      double height = 0.;
      for (std::int64_t j = -half; j <= half; ++j)
      {
        const double * row = pattern + (y + j) * qx + x - half;
        const float *  weight = weights + (j + half) * filters.Stride();
        for (std::int64_t i = 0; i <= 2 * half; ++i)
        {
          height += static_cast<double>(weight[i]) * row[i];
        }
      }
      heights[static_cast<std::size_t>(y * qx + x)] = height;
    }
  }
  return heights;
}
} // namespace

std::vector<BraggPeak>
FindPeaks(const double *       pattern,
          std::int64_t         qy,
          std::int64_t         qx,
          double               originX,
          double               originY,
          const DiskTemplate & disk,
          const PeakSearch &   search)
{
  constexpr double          backgroundRatio = 1.;
  constexpr double          noNeighbour = std::numeric_limits<double>::infinity();
  const DiskFilters         filters(disk, backgroundRatio, noNeighbour);
  const std::vector<double> heights = HeightsAtPixels(pattern, qy, qx, filters);
  const MemoryPatternSource source(pattern, { 1, 1, qy, qx });
  PatternLease              lease;
  const PatternBlock        block = source.Read(0, 0, 1, lease);
  std::vector<float>        patch(static_cast<std::size_t>(filters.PatchSize()));
  const double              beam = 1.5 * disk.radius + 1.;
  std::vector<BraggPeak>    peaks;
  const std::int64_t        half = filters.HalfSize();
  for (std::int64_t y = half + 1; y + half + 1 < qy; ++y)
  {
    for (std::int64_t x = half + 1; x + half + 1 < qx; ++x)
    {
      if (!IsHighestOfNine(heights.data(), qx, y, x))
      {
        continue;
      }
      const DiskFit fit = FitDisk(block,
                                  0,
                                  qy,
                                  qx,
                                  filters,
                                  static_cast<double>(x),
                                  static_cast<double>(y),
                                  std::max(1., 0.5 * disk.radius),
                                  patch.data());
      if (fit.found && std::hypot(fit.x - originX, fit.y - originY) > beam)
      {
        const double likeness = filters.RemainderOf(fit.phaseX, fit.phaseY, patch.data()).likeness;
        if (likeness >= search.minimumLikeness)
        {
          peaks.push_back({ fit.x - originX, fit.y - originY, fit.height, fit.background, likeness });
        }
      }
    }
  }
  std::stable_sort(
    peaks.begin(), peaks.end(), [](const BraggPeak & a, const BraggPeak & b) { return a.height > b.height; });

  const double           apart = search.minimumDistance > 0. ? search.minimumDistance : disk.radius;
  std::vector<BraggPeak> kept;
  for (const BraggPeak & peak : peaks)
  {
    const bool isClose = std::any_of(kept.begin(), kept.end(), [&](const BraggPeak & other) {
      return std::hypot(other.x - peak.x, other.y - peak.y) < apart;
    });
    if (!isClose && peak.height >= search.minimumHeight * peaks.front().height &&
        kept.size() < static_cast<std::size_t>(std::max(search.most, 0)))
    {
      kept.push_back(peak);
    }
  }
  return kept;
}
} // namespace fourdstem
