// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "OriginOfPattern.h"

#include "HotLoops/PatternLoops.h"
#include "Parallel.h"
#include "RowBlocks.h"

#include <cmath>
#include <string>

namespace fourdstem
{
namespace
{
DiskMoments
MomentsInDisk(const PatternBlock & block,
              std::int64_t         p,
              std::int64_t         qy,
              std::int64_t         qx,
              double               x,
              double               y,
              const OriginSearch & search)
{
  // A hard disk is a soft one with an edge too thin to hold a pixel.
  const double squaredRadius = search.radius * search.radius;
  const double edge = search.softEdge ? search.radius : 1e-4;
  const float  limit = static_cast<float>(search.softEdge ? squaredRadius + edge : squaredRadius);
  const float  slope = static_cast<float>(0.5 / edge);
  const double reach = std::sqrt(static_cast<double>(limit));
  const auto   clamped = [](double value, std::int64_t size) {
    return static_cast<int>(std::clamp(value, 0., static_cast<double>(size)));
  };
  // Pixels outside the disk weigh nothing: a width that fills vectors costs less than one that ends in the middle.
  constexpr int lanes = DiskMoments::Lanes;
  int           xBegin = clamped(std::ceil(x - reach), qx);
  int           xEnd = std::max(xBegin, clamped(std::floor(x + reach) + 1., qx));
  const int     width = (xEnd - xBegin + lanes - 1) / lanes * lanes;
  xEnd = static_cast<int>(std::min<std::int64_t>(qx, xBegin + width));
  xBegin = std::max(0, xEnd - width);
  const int   yBegin = clamped(std::ceil(y - reach), qy);
  const int   yEnd = std::max(yBegin, clamped(std::floor(y + reach) + 1., qy));
  const float lowest = std::max(search.lowest, 0.f);
  return VisitElementType(block.type, [&](auto zero) {
    return RunHotLoop<DiskMoments>(
      block.Row<decltype(zero)>(p, 0), block.rowStride, xBegin, xEnd, yBegin, yEnd, x, y, slope, limit, lowest);
  });
}

/** Whether any pixel with weight in the disk about (x, y) is finite. */
bool
HasFinitePixel(const PatternBlock & block,
               std::int64_t         p,
               std::int64_t         qy,
               std::int64_t         qx,
               double               x,
               double               y,
               const OriginSearch & search)
{
  const double squaredReach = search.radius * (search.softEdge ? search.radius + 1. : search.radius);
  return VisitElementType(block.type, [&](auto zero) {
    for (std::int64_t row = 0; row < qy; ++row)
    {
      const auto * pixels = block.Row<decltype(zero)>(p, row);
      const double dy = static_cast<double>(row) - y;
      for (std::int64_t column = 0; column < qx; ++column)
      {
        const double dx = static_cast<double>(column) - x;
        if (dx * dx + dy * dy < squaredReach && std::isfinite(static_cast<float>(pixels[column])))
        {
          return true;
        }
      }
    }
    return false;
  });
}
} // namespace

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
FindOriginOfPattern(const PatternBlock & block,
                    std::int64_t         p,
                    std::int64_t         qy,
                    std::int64_t         qx,
                    const OriginSearch & search,
                    float *              origin)
{
  constexpr double settled = 1e-4;
  double           x = search.startX;
  double           y = search.startY;
  for (int round = 0; round <= search.recentrings; ++round)
  {
    const DiskMoments moments = MomentsInDisk(block, p, qy, qx, x, y, search);
    if (!(moments.mass > 0.))
    {
      if (round == 0 && !HasFinitePixel(block, p, qy, qx, x, y, search))
      {
        x = y = std::numeric_limits<double>::quiet_NaN();
      }
      break;
    }
    const double stepX = moments.x / moments.mass;
    const double stepY = moments.y / moments.mass;
    x += stepX;
    y += stepY;
    if (std::max(std::abs(stepX), std::abs(stepY)) < settled)
    {
      break;
    }
  }
  origin[0] = static_cast<float>(x);
  origin[1] = static_cast<float>(y);
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
  const ScanShape & shape = source.Shape();
  const RowBlocks   blocks(shape, firstRow, rows);
  ParallelOrdered(
    blocks.Count(),
    execution,
    [] { return PatternLease(); },
    [&](std::int64_t i, PatternLease & lease) {
      const RowBlock where = blocks[i];
      VisitPatterns(source, where, lease, [&](const PatternBlock & block, std::int64_t column) {
        float * origin = origins + 2 * ((where.row - firstRow) * shape.rx + column);
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          FindOriginOfPattern(block, p, shape.qy, shape.qx, search, origin + 2 * p);
        }
      });
    },
    [](std::int64_t, PatternLease &) {});
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
