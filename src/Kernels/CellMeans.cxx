// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "CellMeans.h"

#include "HotLoops/MatrixLoops.h"
#include "NodeRows.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** Positions [first, last) of the node that lie in one band of cells, and the cell of each, counted from the band's. */
struct Band
{
  std::int64_t              first = 0;
  std::int64_t              last = 0;
  std::int64_t              firstCell = 0;
  std::vector<std::int32_t> cell;
  std::vector<std::int32_t> population;
};

std::vector<Band>
FindBands(const PositionGrid & grid, const NeighbourPairs & pairs, std::int64_t edge)
{
  const std::int64_t        cellsX = (grid.size[0] + edge - 1) / edge;
  const std::int64_t        cellsY = (grid.size[1] + edge - 1) / edge;
  const bool                isFlat = grid.size[2] == 1;
  std::vector<std::int32_t> known(static_cast<std::size_t>(isFlat ? cellsX : cellsX * cellsY), -1);
  std::vector<Band>         bands;
  std::int64_t              current = -1;
  for (std::int64_t i = 0; i < pairs.Positions(); ++i)
  {
    const std::int64_t position = pairs.positions[static_cast<std::size_t>(i)];
    const std::int64_t x = position % grid.size[0] / edge;
    const std::int64_t y = position / grid.size[0] % grid.size[1] / edge;
    const std::int64_t z = position / grid.size[0] / grid.size[1] / edge;
    const std::int64_t band = isFlat ? y : z;
    if (band != current)
    {
      current = band;
      std::fill(known.begin(), known.end(), -1);
      bands.push_back({});
      bands.back().first = i;
    }
    Band &         here = bands.back();
    std::int32_t & cell = known[static_cast<std::size_t>(isFlat ? x : x + cellsX * y)];
    if (cell < 0)
    {
      cell = static_cast<std::int32_t>(here.population.size());
      here.population.push_back(0);
    }
    ++here.population[static_cast<std::size_t>(cell)];
    here.cell.push_back(cell);
    here.last = i + 1;
  }
  std::int64_t cells = 0;
  for (Band & band : bands)
  {
    band.firstCell = cells;
    cells += static_cast<std::int64_t>(band.population.size());
  }
  return bands;
}
} // namespace

CellMeans
ComputeCellMeans(const RowStore &       store,
                 const PositionGrid &   grid,
                 const NeighbourPairs & pairs,
                 const ColumnScaling &  scaling,
                 std::int64_t           maximumValues,
                 const Execution &      execution)
{
  CellMeans result;
  result.stride = (scaling.Count() + 7) / 8 * 8;
  std::vector<Band> bands;
  for (std::int64_t edge = 2;; ++edge)
  {
    bands = FindBands(grid, pairs, edge);
    result.cells =
      bands.empty() ? 0 : bands.back().firstCell + static_cast<std::int64_t>(bands.back().population.size());
    if (result.cells <= 1 || result.cells * result.stride <= maximumValues)
    {
      break;
    }
  }
  result.values.assign(static_cast<std::size_t>(result.cells * result.stride), 0.0f);

  struct State
  {
    RowLease    lease;
    ScaledBlock block;
  };
  ParallelOrdered(
    static_cast<std::int64_t>(bands.size()),
    execution,
    [] { return State{}; },
    [&](std::int64_t i, State & state) {
      const Band & band = bands[static_cast<std::size_t>(i)];
      float *      sums = result.values.data() + band.firstCell * result.stride;
      for (std::int64_t first = band.first; first < band.last; first += NodeBlock::Size)
      {
        const std::int64_t count = std::min(NodeBlock::Size, band.last - first);
        state.block.Load(store.Read(pairs.positions.data() + first, count, state.lease), count, scaling);
        for (std::int64_t k = 0; k < count; ++k)
        {
          const std::int32_t cell = band.cell[static_cast<std::size_t>(first - band.first + k)];
          RunHotLoop<AddRow>(static_cast<const float *>(state.block.values.data() + k * result.stride),
                             result.stride,
                             1.0f / std::sqrt(static_cast<float>(band.population[static_cast<std::size_t>(cell)])),
                             sums + cell * result.stride);
        }
      }
    },
    [](std::int64_t, State &) {});
  return result;
}
} // namespace fourdstem
