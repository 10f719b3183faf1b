// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskPlaces.h"
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
struct Worker
{
  PatternLease       lease;
  std::vector<float> patch;
};
} // namespace

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
  const DiskPlaces   places(search, search.noise);
  const std::int64_t most = MostPlaces(search);
  const RowBlocks    blocks(shape, firstRow, rows);
  constexpr float    none = std::numeric_limits<float>::quiet_NaN();
  std::fill_n(disks, rows * shape.rx * most, BraggDisk{ none, none, none, none });
  ParallelOrdered(
    blocks.Count(),
    execution,
    [] { return Worker{}; },
    [&](std::int64_t i, Worker & worker) {
      const RowBlock where = blocks[i];
      VisitPatterns(source, where, worker.lease, [&](const PatternBlock & block, std::int64_t column) {
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          const std::int64_t  position = (where.row - firstRow) * shape.rx + column + p;
          const float *       origin = origins + 2 * position;
          BraggDisk *         found = disks + position * most;
          const std::uint16_t set = sets ? sets[position] : std::uint16_t{ 0 };
          places.Fit(block, p, shape, set, origin, worker.patch, [&](std::size_t place, const DiskFit & fit) {
            if (!fit.found)
            {
              return;
            }
            const DiskVariance variance = VarianceOf(fit, places.Filters(), search.noise.gain);
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
