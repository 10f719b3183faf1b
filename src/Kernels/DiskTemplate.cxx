// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/BraggDisks.h"

#include "Parallel.h"
#include "RowBlocks.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
/** Sums over rings a profile step wide, each pixel shared by the two nearest. */
struct RingTotals
{
  std::vector<double> sum;
  std::vector<double> weight;

  explicit RingTotals(std::size_t rings)
    : sum(rings)
    , weight(rings)
  {}

  void
  Add(double distance, double value)
  {
    const double at = distance / DiskTemplate::ProfileStep;
    const auto   ring = static_cast<std::size_t>(at);
    if (ring + 1 < sum.size() && std::isfinite(value))
    {
      const double share = at - static_cast<double>(ring);
      sum[ring] += (1. - share) * value;
      weight[ring] += 1. - share;
      sum[ring + 1] += share * value;
      weight[ring + 1] += share;
    }
  }

  void
  Add(const RingTotals & other)
  {
    for (std::size_t i = 0; i < sum.size(); ++i)
    {
      sum[i] += other.sum[i];
      weight[i] += other.weight[i];
    }
  }
};

void
AddBeam(const PatternBlock & block,
        std::int64_t         p,
        const ScanShape &    shape,
        const float *        origin,
        double               reach,
        RingTotals &         totals)
{
  const auto x0 = static_cast<double>(origin[0]);
  const auto y0 = static_cast<double>(origin[1]);
  const auto first = [reach](double centre, std::int64_t extent) {
    return static_cast<std::int64_t>(std::ceil(std::clamp(centre - reach, 0., static_cast<double>(extent))));
  };
  const auto last = [reach](double centre, std::int64_t extent) {
    return static_cast<std::int64_t>(std::floor(std::clamp(centre + reach, -1., static_cast<double>(extent - 1))));
  };
  VisitElementType(block.type, [&](auto zero) {
    for (std::int64_t qy = first(y0, shape.qy); qy <= last(y0, shape.qy); ++qy)
    {
      const auto * row = block.Row<decltype(zero)>(p, qy);
      for (std::int64_t qx = first(x0, shape.qx); qx <= last(x0, shape.qx); ++qx)
      {
        totals.Add(std::hypot(static_cast<double>(qx) - x0, static_cast<double>(qy) - y0),
                   static_cast<double>(row[qx]));
      }
    }
  });
}

/** The distance at which a falling profile, walked outwards, passes `height`. */
double
DistanceAt(const std::vector<double> & profile, double height)
{
  for (std::size_t i = profile.size() - 1; i > 0; --i)
  {
    if (profile[i - 1] >= height && profile[i] < height)
    {
      const double part = (profile[i - 1] - height) / (profile[i - 1] - profile[i]);
      return DiskTemplate::ProfileStep * (static_cast<double>(i - 1) + part);
    }
  }
  return 0.;
}
} // namespace

double
DiskTemplate::Height(double distance) const
{
  if (profile.empty())
  {
    const double t = std::clamp((radius - distance) / edgeWidth + 0.5, 0., 1.);
    return t * t * (3. - 2. * t);
  }
  const double at = distance / ProfileStep;
  const auto   i = static_cast<std::size_t>(at);
  if (i + 1 >= profile.size())
  {
    return 0.;
  }
  return profile[i] + (at - static_cast<double>(i)) * (profile[i + 1] - profile[i]);
}

double
DiskTemplate::Reach() const
{
  return profile.empty() ? radius + 0.5 * edgeWidth : ProfileStep * static_cast<double>(profile.size() - 1);
}

DiskTemplate
MeasureDiskTemplate(const PatternSource & source,
                    std::int64_t          rowStep,
                    const std::uint8_t *  mask,
                    const float *         origins,
                    const Probe &         probe,
                    const Execution &     execution)
{
  const ScanShape & shape = source.Shape();
  const double      reach = 2. * probe.radius + 1.;
  const auto        rings = static_cast<std::size_t>(std::ceil(reach / DiskTemplate::ProfileStep)) + 1;
  RingTotals        totals(rings);
  struct State
  {
    PatternLease lease;
    RingTotals   totals;
  };
  const RowBlocks blocks(shape, 0, shape.ry, rowStep);
  ParallelOrdered(
    blocks.Count(),
    execution,
    [rings] {
      return State{ PatternLease(), RingTotals(rings) };
    },
    [&](std::int64_t i, State & state) {
      state.totals = RingTotals(rings);
      const RowBlock where = blocks[i];
      VisitPatterns(source, where, state.lease, [&](const PatternBlock & block, std::int64_t column) {
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          const std::int64_t position = where.row * shape.rx + column + p;
          const float *      origin = origins + 2 * position;
          if ((!mask || mask[position] != 0) && std::isfinite(origin[0]) && std::isfinite(origin[1]))
          {
            AddBeam(block, p, shape, origin, reach, state.totals);
          }
        }
      });
    },
    [&](std::int64_t, State & state) { totals.Add(state.totals); });

  std::vector<double> profile;
  for (std::size_t i = 0; i < rings && totals.weight[i] > 0.; ++i)
  {
    profile.push_back(totals.sum[i] / totals.weight[i]);
  }
  const auto inner = static_cast<std::size_t>(0.7 * probe.radius / DiskTemplate::ProfileStep) + 1;
  double     top = 0.;
  double     weight = 0.;
  for (std::size_t i = 0; i < std::min(inner, profile.size()); ++i)
  {
    top += totals.sum[i];
    weight += totals.weight[i];
  }
  const double lowest = profile.empty() ? 0. : *std::min_element(profile.begin(), profile.end());
  const double height = weight > 0. ? top / weight - lowest : 0.;
  if (!(height > 0.))
  {
    throw std::runtime_error("no direct beam stands out within " + std::to_string(reach) +
                             " detector pixels of the origins: its disk cannot be measured");
  }
  DiskTemplate disk;
  for (const double value : profile)
  {
    disk.profile.push_back((value - lowest) / height);
  }
  disk.radius = DistanceAt(disk.profile, 0.5);
  disk.edgeWidth = std::max(0.5, (DistanceAt(disk.profile, 0.2) - DistanceAt(disk.profile, 0.8)) / 0.426);
  if (!(disk.radius > 0.))
  {
    throw std::runtime_error("the direct beam has no edge within " + std::to_string(reach) +
                             " detector pixels of the origins: its disk cannot be measured");
  }
  // What is left beyond the edge is the beam's halo, not its disk.
  const double end = DistanceAt(disk.profile, 0.05);
  disk.profile.resize(std::min(disk.profile.size(), static_cast<std::size_t>(end / DiskTemplate::ProfileStep) + 2));
  disk.profile.back() = 0.;
  return disk;
}
} // namespace fourdstem
