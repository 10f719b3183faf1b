// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "OriginOfPattern.h"

#include "Parallel.h"
#include "RowBlocks.h"

#include <cmath>
#include <string>

namespace fourdstem
{
OriginSearch
OriginSearch::FixedDisk(const ScanShape & shape)
{
  OriginSearch search;
  search.startX = static_cast<double>(shape.qx / 2);
  search.startY = static_cast<double>(shape.qy / 2);
  search.radius = static_cast<double>(std::max<std::int64_t>(std::min(shape.qx, shape.qy) / 6, 1));
  return search;
}

OriginSearch
OriginSearch::Recentred(const Probe & probe)
{
  OriginSearch search;
  search.startX = probe.qx;
  search.startY = probe.qy;
  search.radius = 1.8 * probe.radius + 0.5;
  search.recentrings = 4;
  search.softEdge = true;
  return search;
}

void
CheckOriginSearch(const OriginSearch & search)
{
  if (!(search.radius > 0.) || !std::isfinite(search.radius) || !std::isfinite(search.startX) ||
      !std::isfinite(search.startY))
  {
    throw std::invalid_argument("the disk in which origins are looked for has centre (" +
                                std::to_string(search.startX) + ", " + std::to_string(search.startY) + ") and radius " +
                                std::to_string(search.radius) + ": the radius must be above 0, all must be finite");
  }
}

void
FindOrigins(const PatternSource & source,
            std::int64_t          firstRow,
            std::int64_t          rows,
            const OriginSearch &  search,
            float *               origins,
            const Execution &     execution)
{
  CheckOriginSearch(search);
  struct State
  {
    PatternLease                        lease;
    SparseBlock                         sparse;
    std::unique_ptr<SparseOriginFinder> finder;
  };
  const ScanShape & shape = source.Shape();
  const RowBlocks   blocks(shape, firstRow, rows);
  const auto        place = [&](const RowBlock & where, std::int64_t column) {
    return origins + 2 * ((where.row - firstRow) * shape.rx + column);
  };
  ParallelOrdered(
    blocks.Count(),
    execution,
    [&] {
      return State{ {},
                    {},
                    source.IsSparse() ? std::make_unique<SparseOriginFinder>(shape.qy, shape.qx, search) : nullptr };
    },
    [&](std::int64_t i, State & state) {
      const RowBlock where = blocks[i];
      if (state.finder)
      {
        VisitSparsePatterns(source, where, 16, state.sparse, [&](const SparseBlock & block, std::int64_t column) {
          float * origin = place(where, column);
          for (std::int64_t p = 0; p < block.Count(); ++p)
          {
            state.finder->Find(block[p], origin + 2 * p);
          }
        });
        return;
      }
      VisitPatterns(source, where, state.lease, [&](const PatternBlock & block, std::int64_t column) {
        float * origin = place(where, column);
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          FindOriginOfPattern(block, p, shape.qy, shape.qx, search, origin + 2 * p);
        }
      });
    },
    [](std::int64_t, State &) {});
}

Probe
EstimateProbe(const double * pattern, std::int64_t qy, std::int64_t qx)
{
  const double centreX = 0.5 * static_cast<double>(qx - 1);
  const double centreY = 0.5 * static_cast<double>(qy - 1);
  const double shorter = static_cast<double>(std::min(qx, qy));
  const double reach = std::max(shorter / 6., 1.);

  std::int64_t brightest = -1;
  for (std::int64_t i = 0; i < qy * qx; ++i)
  {
    const double distance = std::hypot(static_cast<double>(i % qx) - centreX, static_cast<double>(i / qx) - centreY);
    if (distance <= reach && pattern[i] > 0. && std::isfinite(pattern[i]) &&
        (brightest < 0 || pattern[i] > pattern[brightest]))
    {
      brightest = i;
    }
  }
  if (brightest < 0)
  {
    return { centreX, centreY, std::max(shorter / 6., 0.5), false };
  }

  const double              half = 0.5 * pattern[brightest];
  std::vector<bool>         inside(static_cast<std::size_t>(qy * qx), false);
  std::vector<std::int64_t> region;
  const auto                visit = [&](std::int64_t i) {
    if (!inside[static_cast<std::size_t>(i)] && pattern[i] > half)
    {
      inside[static_cast<std::size_t>(i)] = true;
      region.push_back(i);
    }
  };
  visit(brightest);
  std::size_t next = 0;
  while (next < region.size())
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
    if (i < (qy - 1) * qx)
    {
      visit(i + qx);
    }
  }

  constexpr double pi = 3.14159265358979323846;
  Probe            probe;
  probe.qx = static_cast<double>(brightest % qx);
  probe.qy = static_cast<double>(brightest / qx);
  probe.radius = std::sqrt(static_cast<double>(region.size()) / pi);
  probe.found = true;

  OriginSearch search = OriginSearch::Recentred(probe);
  search.recentrings = 3;
  const MemoryPatternSource source(pattern, { 1, 1, qy, qx });
  PatternLease              lease;
  float                     origin[2];
  FindOriginOfPattern(source.Read(0, 0, 1, lease), 0, qy, qx, search, origin);
  probe.qx = static_cast<double>(origin[0]);
  probe.qy = static_cast<double>(origin[1]);
  return probe;
}
} // namespace fourdstem
