// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFilters.h"

#include "HotLoops/DistanceLoops.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourdstem
{
namespace
{
/** Writes the square of pixels about (column, row), all inside the detector. */
struct CopyPatch
{
  template <typename T>
  static FourDSTEM_HOT void
  Run(const T * first, std::ptrdiff_t rowStride, int size, int stride, float * patch)
  {
    const auto * bytes = reinterpret_cast<const char *>(first);
    for (int y = 0; y < size; ++y)
    {
      const T * row = reinterpret_cast<const T *>(bytes + y * rowStride);
      float *   to = patch + y * stride;
      for (int x = 0; x < size; ++x)
      {
        to[x] = static_cast<float>(row[x]);
      }
    }
  }
};

/** What the filters of one phase say about a patch. */
struct Estimate
{
  double height;
  double stepX; // from the phase's middle
  double stepY;
  double background;

  bool
  IsDisk() const
  {
    return height > 0. && std::isfinite(height);
  }
};

Estimate
EstimateAt(const DiskFilters & filters, int phaseX, int phaseY, const float * patch)
{
  const float * patches[1] = { patch };
  const float * vectors[DiskFilters::Rows];
  for (int i = 0; i < DiskFilters::Rows; ++i)
  {
    vectors[i] = filters.Row(phaseX, phaseY, i);
  }
  float found[DiskFilters::Rows];
  RunHotLoop<DotRows>(static_cast<const float * const *>(patches),
                      std::int64_t{ 1 },
                      static_cast<std::int64_t>(filters.PatchSize()),
                      static_cast<const float * const *>(vectors),
                      static_cast<std::int64_t>(DiskFilters::Rows),
                      static_cast<float *>(found),
                      std::int64_t{ 0 });
  const auto height = static_cast<double>(found[0]);
  return { height,
           static_cast<double>(found[1]) / height,
           static_cast<double>(found[2]) / height,
           static_cast<double>(found[3]) };
}

/** The next phase in the direction of a step, of the two sides the one that is there. */
int
NextPhase(int phase, double step)
{
  const int next = phase + (step < 0. ? -1 : 1);
  return next < 0 ? phase + 1 : next == DiskFilters::Phases ? phase - 1 : next;
}

/** The step from the middle of a phase to where steps vanish, from those at it and at a phase beyond: structure makes
 * steps too long or too short by up to a third, always towards where the search began. */
std::pair<double, double>
Refined(const DiskFilters & filters, int phaseX, int phaseY, const Estimate & here, const float * patch)
{
  const bool     alongX = std::abs(here.stepX) > 0.5 * std::abs(here.stepY);
  const bool     alongY = std::abs(here.stepY) > 0.5 * std::abs(here.stepX);
  const int      nextX = alongX ? NextPhase(phaseX, here.stepX) : phaseX;
  const int      nextY = alongY ? NextPhase(phaseY, here.stepY) : phaseY;
  const Estimate there = EstimateAt(filters, nextX, nextY, patch);
  if (!there.IsDisk())
  {
    return { here.stepX, here.stepY };
  }
  const double acrossX = DiskFilters::OffsetOf(nextX) - DiskFilters::OffsetOf(phaseX);
  const double acrossY = DiskFilters::OffsetOf(nextY) - DiskFilters::OffsetOf(phaseY);
  const double begin = here.stepX * acrossX + here.stepY * acrossY;
  const double end = there.stepX * acrossX + there.stepY * acrossY;
  // Steps grow shorter by the way gone; by less than a third of it only where there is no disk to speak of.
  const double fall = std::max(begin - end, (acrossX * acrossX + acrossY * acrossY) / 3.);
  const double part = begin / fall;
  return { part * acrossX + here.stepX + part * (there.stepX - here.stepX),
           part * acrossY + here.stepY + part * (there.stepY - here.stepY) };
}
} // namespace

DiskFit
FitDisk(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        const DiskFilters &  filters,
        double               x,
        double               y,
        double               reach,
        float *              patch)
{
  constexpr int rounds = 8;
  const int     half = filters.HalfSize();
  const double  longest = std::max(0.5, 0.5 * reach);
  std::int64_t  column = -1;
  std::int64_t  row = -1;
  double        atX = x;
  double        atY = y;
  for (int round = 0; round < rounds; ++round)
  {
    const double placeX = std::floor(atX + 0.5);
    const double placeY = std::floor(atY + 0.5);
    if (!(placeX >= half && placeX + half < static_cast<double>(qx) && placeY >= half &&
          placeY + half < static_cast<double>(qy)))
    {
      return {};
    }
    const auto nearestX = static_cast<std::int64_t>(placeX);
    const auto nearestY = static_cast<std::int64_t>(placeY);
    if (nearestX != column || nearestY != row)
    {
      column = nearestX;
      row = nearestY;
      VisitElementType(block.type, [&](auto zero) {
        RunHotLoop<CopyPatch>(block.Row<decltype(zero)>(p, row - half) + (column - half),
                              block.rowStride,
                              2 * half + 1,
                              filters.Stride(),
                              patch);
      });
    }
    const int      phaseX = DiskFilters::PhaseOf(atX - static_cast<double>(column));
    const int      phaseY = DiskFilters::PhaseOf(atY - static_cast<double>(row));
    const Estimate here = EstimateAt(filters, phaseX, phaseY, patch);
    if (!here.IsDisk())
    {
      return {};
    }
    // A little more than half a phase: at a phase's border the fit may go to and fro.
    const double farthest = std::max(std::abs(here.stepX), std::abs(here.stepY));
    const bool   isLast = farthest <= 0.65 / DiskFilters::Phases || round + 1 == rounds;
    const auto   step = isLast && filters.IsStructured() ? Refined(filters, phaseX, phaseY, here, patch)
                                                         : std::make_pair(here.stepX, here.stepY);
    const double length = std::hypot(step.first, step.second);
    const double scale = length > longest ? longest / length : 1.;
    const double nextX = static_cast<double>(column) + DiskFilters::OffsetOf(phaseX) + scale * step.first;
    const double nextY = static_cast<double>(row) + DiskFilters::OffsetOf(phaseY) + scale * step.second;
    if (!(std::hypot(nextX - x, nextY - y) <= reach))
    {
      return {};
    }
    atX = nextX;
    atY = nextY;
    if (isLast)
    {
      return { farthest <= 2. / DiskFilters::Phases, atX, atY, here.height, here.background, phaseX, phaseY };
    }
  }
  return {};
}

double
BroadeningOf(const DiskFit & fit, const DiskFilters & filters, const float * patch)
{
  const float * const row = filters.WidthRow(fit.phaseX, fit.phaseY);
  double              sum = 0.;
  for (int i = 0; i < filters.PatchSize(); ++i)
  {
    sum += static_cast<double>(row[i]) * static_cast<double>(patch[i]);
  }
  // A disk off the middle of the phase looks broader by the mean square of that.
  const double offX = std::remainder(fit.x - DiskFilters::OffsetOf(fit.phaseX), 1.);
  const double offY = std::remainder(fit.y - DiskFilters::OffsetOf(fit.phaseY), 1.);
  return sum / fit.height - 0.5 * (offX * offX + offY * offY);
}

DiskVariance
VarianceOf(const DiskFit & fit, const DiskFilters & filters, double gain)
{
  const DiskFilters::Noise & noise = filters.NoiseOf(fit.phaseX, fit.phaseY);
  const double               level = std::max(fit.background, 0.);
  return { gain * (noise.height[0] * fit.height + noise.height[1] * level),
           gain * (noise.place[0] * fit.height + noise.place[1] * level) / (fit.height * fit.height) +
             noise.structure };
}
} // namespace fourdstem
