// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFilters.h"
#include "Parallel.h"
#include "RowBlocks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
/** The smallest distance of two places of a set, or of one from the origin. */
double
SmallestDistance(const BraggSearch & search)
{
  double smallest = std::numeric_limits<double>::infinity();
  for (const auto & set : search.places)
  {
    for (std::size_t i = 0; i < set.size(); ++i)
    {
      smallest = std::min(smallest, std::hypot(set[i].x, set[i].y));
      for (std::size_t j = 0; j < i; ++j)
      {
        smallest = std::min(smallest, std::hypot(set[i].x - set[j].x, set[i].y - set[j].y));
      }
    }
  }
  return smallest;
}

double
ReachOf(const BraggSearch & search)
{
  return search.reach > 0. ? search.reach : std::min(search.disk.radius, 0.45 * SmallestDistance(search));
}

DiskFilters
MakeFilters(const BraggSearch & search)
{
  return { search.disk, search.backgroundRatio, SmallestDistance(search) };
}

struct Worker
{
  PatternLease       lease;
  std::vector<float> patch;
};

/** Calls visit(disk number, fit) for all places of a position's set. */
template <typename TVisit>
void
FitPlaces(const PatternBlock &            block,
          std::int64_t                    p,
          const ScanShape &               shape,
          const DiskFilters &             filters,
          const std::vector<BraggPlace> & places,
          const float *                   origin,
          double                          reach,
          std::vector<float> &            patch,
          TVisit &&                       visit)
{
  for (std::size_t i = 0; i < places.size(); ++i)
  {
    visit(i,
          FitDisk(block,
                  p,
                  shape.qy,
                  shape.qx,
                  filters,
                  static_cast<double>(origin[0]) + places[i].x,
                  static_cast<double>(origin[1]) + places[i].y,
                  reach,
                  patch.data()));
  }
}

const std::vector<BraggPlace> &
PlacesOf(const BraggSearch & search, std::uint16_t set)
{
  static const std::vector<BraggPlace> none;
  if (set == NoSet)
  {
    return none;
  }
  if (set >= search.places.size())
  {
    throw std::invalid_argument("a position has set " + std::to_string(set) + " of places; there are " +
                                std::to_string(search.places.size()));
  }
  return search.places[set];
}
} // namespace

double
MeasureGain(const PatternSource & source,
            const BraggSearch &   search,
            const float *         origins,
            const std::uint16_t * sets,
            const Execution &     execution)
{
  constexpr std::int64_t rows = 8;
  constexpr std::int64_t columns = 8;
  const ScanShape &      shape = source.Shape();
  const DiskFilters      filters = MakeFilters(search);
  const double           reach = ReachOf(search);
  const std::int64_t     rowStep = std::max<std::int64_t>(1, shape.ry / rows);
  const std::int64_t     columnStep = std::max<std::int64_t>(1, shape.rx / columns);
  std::vector<double>    gains;
  ParallelOrdered(
    (shape.ry + rowStep - 1) / rowStep,
    execution,
    [&filters] {
      return std::make_pair(Worker{ {}, std::vector<float>(static_cast<std::size_t>(filters.PatchSize())) },
                            std::vector<double>());
    },
    [&](std::int64_t i, auto & state) {
      auto & [worker, found] = state;
      found.clear();
      const std::int64_t ry = i * rowStep;
      for (std::int64_t rx = 0; rx < shape.rx; rx += columnStep)
      {
        const std::int64_t position = ry * shape.rx + rx;
        const PatternBlock block = source.Read(ry, rx, 1, worker.lease);
        FitPlaces(block,
                  0,
                  shape,
                  filters,
                  PlacesOf(search, sets ? sets[position] : std::uint16_t{ 0 }),
                  origins + 2 * position,
                  reach,
                  worker.patch,
                  [&, &patch = worker.patch, &gainsOfRow = found](std::size_t, const DiskFit & fit) {
                    if (fit.found)
                    {
                      const auto rest = filters.RemainderOf(fit.phaseX, fit.phaseY, patch.data());
                      gainsOfRow.push_back(rest.squares / rest.freedom);
                    }
                  });
      }
    },
    [&](std::int64_t, auto & state) { gains.insert(gains.end(), state.second.begin(), state.second.end()); });
  if (gains.empty())
  {
    return 1.;
  }
  const auto middle = gains.begin() + static_cast<std::ptrdiff_t>(gains.size() / 2);
  std::nth_element(gains.begin(), middle, gains.end());
  return *middle > 0. ? *middle : 1.;
}

void
FindBraggDisks(const PatternSource & source,
               std::int64_t          firstRow,
               std::int64_t          rows,
               const BraggSearch &   search,
               const float *         origins,
               const std::uint16_t * sets,
               BraggDisk *           disks,
               const Execution &     execution)
{
  const ScanShape &  shape = source.Shape();
  const DiskFilters  filters = MakeFilters(search);
  const double       reach = ReachOf(search);
  const std::int64_t most = MostPlaces(search);
  const RowBlocks    blocks(shape, firstRow, rows);
  constexpr float    none = std::numeric_limits<float>::quiet_NaN();
  std::fill_n(disks, rows * shape.rx * most, BraggDisk{ none, none, none, none });
  ParallelOrdered(
    blocks.Count(),
    execution,
    [&filters] {
      return Worker{ {}, std::vector<float>(static_cast<std::size_t>(filters.PatchSize())) };
    },
    [&](std::int64_t i, Worker & worker) {
      const RowBlock where = blocks[i];
      VisitPatterns(source, where, worker.lease, [&](const PatternBlock & block, std::int64_t column) {
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          const std::int64_t position = (where.row - firstRow) * shape.rx + column + p;
          const float *      origin = origins + 2 * position;
          BraggDisk *        found = disks + position * most;
          FitPlaces(block,
                    p,
                    shape,
                    filters,
                    PlacesOf(search, sets ? sets[position] : std::uint16_t{ 0 }),
                    origin,
                    reach,
                    worker.patch,
                    [&](std::size_t place, const DiskFit & fit) {
                      if (!fit.found)
                      {
                        return;
                      }
                      const DiskVariance variance = VarianceOf(fit, filters, search.gain);
                      if (fit.height >= search.significance * std::sqrt(variance.height))
                      {
                        found[place] = { static_cast<float>(fit.x - static_cast<double>(origin[0])),
                                         static_cast<float>(fit.y - static_cast<double>(origin[1])),
                                         static_cast<float>(fit.height),
                                         static_cast<float>(std::sqrt(variance.place)) };
                      }
                    });
        }
      });
    },
    [](std::int64_t, Worker &) {});
}
} // namespace fourdstem
