// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskPlaces.h"
#include "StrainSteps.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
double
HeightOnLattice(const BraggDisk *                disks,
                const std::vector<MillerIndex> & indices,
                const LatticeFit &               fit,
                double                           tolerance)
{
  double sum = 0.;
  if (!std::isfinite(fit.g1[0]))
  {
    return sum;
  }
  for (std::size_t i = 0; i < indices.size(); ++i)
  {
    const auto off = [&](float place, int axis) {
      return static_cast<double>(place) - static_cast<double>(fit.q0[axis]) -
             indices[i].h * static_cast<double>(fit.g1[axis]) - indices[i].k * static_cast<double>(fit.g2[axis]);
    };
    // NaN where there is no disk
    if (std::hypot(off(disks[i].x, 0), off(disks[i].y, 1)) <= tolerance)
    {
      sum += static_cast<double>(disks[i].height);
    }
  }
  return sum;
}

void
ChooseSets(const StrainAnalysisOptions &                                              options,
           int                                                                        threads,
           const std::function<void(const std::uint16_t * sets, BraggDisk * disks)> & find,
           StrainResult &                                                             result)
{
  const std::vector<std::uint16_t> own = result.sets;
  const auto                       positions = own.size();
  const auto                       most = static_cast<std::size_t>(MostPlaces(result.search));
  // Disks of another grain that happen to be within reach are off by any part of it.
  const double                          tolerance = ReachOf(result.search) / 3.;
  std::vector<double>                   highest(positions, 0.);
  std::vector<BraggDisk>                disks(positions * most);
  std::vector<LatticeFit>               fits(positions);
  std::vector<std::vector<MillerIndex>> indices;
  for (const IndexedPeaks & one : result.lattices)
  {
    indices.push_back(one.indices);
  }
  for (std::size_t set = 0; set < indices.size(); ++set)
  {
    if (indices[set].empty())
    {
      continue;
    }
    std::vector<std::uint16_t> tried(positions, NoSet);
    for (std::size_t p = 0; p < positions; ++p)
    {
      tried[p] = own[p] == NoSet ? NoSet : static_cast<std::uint16_t>(set);
    }
    find(tried.data(), disks.data());
    FitLattices(static_cast<std::int64_t>(positions),
                static_cast<std::int64_t>(most),
                disks.data(),
                indices,
                tried.data(),
                options.fit,
                fits.data(),
                { threads, {} });
    for (std::size_t p = 0; p < positions; ++p)
    {
      const double height = HeightOnLattice(disks.data() + p * most, indices[set], fits[p], tolerance);
      // Of equals a position's own, then the first.
      if (height > highest[p] || (height == highest[p] && own[p] == set))
      {
        highest[p] = height;
        result.sets[p] = tried[p];
        std::copy_n(disks.data() + p * most, most, result.disks.data() + p * most);
      }
    }
  }
}
} // namespace fourdstem
