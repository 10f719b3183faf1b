// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PrincipalComponents.h"

#include "CellMeans.h"
#include "EigenDense.h"
#include "HotLoops/MatrixLoops.h"
#include "NodeRows.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr std::int64_t Width = ReducedStride;
constexpr std::int64_t BlocksPerTask = 4;
constexpr std::int64_t ManyValues = std::int64_t{ 1 } << 24;
constexpr std::int64_t MaximumCellValues = 48 * 1024 * 1024 / 4;

using Narrow = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using NarrowFloat = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/** Rows of scaled features, whatever they come from. */
struct Rows
{
  const float * values;
  std::int64_t  stride;
  std::int64_t  count;
};

struct RowsState
{
  NodeBlock          block;
  ScaledBlock        scaled;
  std::vector<float> scores;
  std::vector<float> sums;
};

/** Gives block `index` of the rows to iterate over. */
using RowsReader = std::function<Rows(std::int64_t index, RowsState & state)>;

/** Y'Y basis, where Y has `rows` rows. */
Narrow
PowerRound(const RowsReader & read, std::int64_t rows, const std::vector<float> & basis, const Execution & execution)
{
  const std::int64_t features = static_cast<std::int64_t>(basis.size()) / Width;
  const std::int64_t blocks = NodeBlock::CountBlocks(rows);
  Narrow             total = Narrow::Zero(features, Width);
  ParallelOrdered(
    (blocks + BlocksPerTask - 1) / BlocksPerTask,
    execution,
    [] { return RowsState{}; },
    [&](std::int64_t task, RowsState & state) {
      state.scores.resize(static_cast<std::size_t>(NodeBlock::Size * Width));
      state.sums.assign(basis.size(), 0.0f);
      const std::int64_t last = std::min(blocks, (task + 1) * BlocksPerTask);
      for (std::int64_t i = task * BlocksPerTask; i < last; ++i)
      {
        const Rows y = read(i, state);
        RunHotLoop<ProjectRows<4>>(y.values, y.stride, y.count, features, basis.data(), state.scores.data());
        RunHotLoop<AccumulateOuter<4>>(
          y.values, y.stride, y.count, features, static_cast<const float *>(state.scores.data()), state.sums.data());
      }
    },
    [&](std::int64_t, RowsState & state) {
      total += Eigen::Map<const NarrowFloat>(state.sums.data(), features, Width).cast<double>();
    });
  return total;
}

std::vector<float>
Orthonormal(const Narrow & columns)
{
  const Eigen::HouseholderQR<Eigen::MatrixXd> decomposition(columns);
  const Narrow       q = decomposition.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
  std::vector<float> basis(static_cast<std::size_t>(q.size()));
  Eigen::Map<NarrowFloat>(basis.data(), q.rows(), q.cols()) = q.cast<float>();
  return basis;
}

Narrow
FixedStart(std::int64_t features)
{
  std::mt19937_64 generator(20220622);
  Narrow          start(features, Width);
  for (std::int64_t i = 0; i < start.size(); ++i)
  {
    start.data()[i] = static_cast<double>(generator() >> 11) * 0x1p-52 - 1.0;
  }
  return start;
}
/** Leading directions of the cell means. Those that do not stand out of white noise there (Marchenko-Pastur edge) give
 * way to the fixed start: they would be chosen for a likeness of neighbours that is chance. */
std::vector<float>
StartFromCells(const CellMeans & cells, std::vector<float> basis, const Execution & execution)
{
  const std::int64_t features = static_cast<std::int64_t>(basis.size()) / Width;
  const RowsReader   readCells = [&cells](std::int64_t i, RowsState &) {
    const std::int64_t first = i * NodeBlock::Size;
    return Rows{ cells.values.data() + first * cells.stride,
                 cells.stride,
                 std::min(NodeBlock::Size, cells.cells - first) };
  };
  constexpr int rounds = 5;
  for (int round = 0; round < rounds; ++round)
  {
    basis = Orthonormal(PowerRound(readCells, cells.cells, basis, execution));
  }
  const Narrow image = PowerRound(readCells, cells.cells, basis, execution);
  const Narrow small = Eigen::Map<const NarrowFloat>(basis.data(), features, Width).cast<double>().transpose() * image;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(small / static_cast<double>(cells.cells));
  Narrow                                               start = image * solver.eigenvectors().rowwise().reverse();
  const Narrow                                         fresh = FixedStart(features);
  const double     edge = 1.0 + std::sqrt(static_cast<double>(features) / static_cast<double>(cells.cells));
  constexpr double margin = 1.2;
  for (std::int64_t c = 0; c < Width; ++c)
  {
    if (solver.eigenvalues()[Width - 1 - c] < margin * edge * edge)
    {
      start.col(c) = fresh.col(c);
    }
    else
    {
      start.col(c).normalize();
    }
  }
  return Orthonormal(start);
}
} // namespace

PrincipalComponents
FindPrincipalComponents(const RowStore &       store,
                        const PositionGrid &   grid,
                        const NeighbourPairs & pairs,
                        const ColumnScaling &  scaling,
                        int                    components,
                        const Execution &      execution)
{
  if (components < 1 || components > MaximumReducedComponents)
  {
    throw std::invalid_argument("the number of components is " + std::to_string(components) + ", not 1 ... " +
                                std::to_string(MaximumReducedComponents));
  }
  const std::int64_t  features = scaling.Count();
  const std::int64_t  rows = pairs.Positions();
  PrincipalComponents result;
  result.components = static_cast<int>(std::min<std::int64_t>(components, features));

  const RowsReader readAll = [&](std::int64_t i, RowsState & state) {
    state.block.Read(store, pairs, i, false);
    state.scaled.Load(state.block.rows, state.block.count, scaling);
    return Rows{ state.scaled.values.data(), state.scaled.stride, state.block.count };
  };

  result.basis.assign(static_cast<std::size_t>(features * Width), 0.0f);
  if (features <= Width)
  {
    for (std::int64_t j = 0; j < features; ++j)
    {
      result.basis[static_cast<std::size_t>(j * Width + j)] = 1.0f;
    }
  }
  else
  {
    int allRounds = 8;
    result.basis = Orthonormal(FixedStart(features));
    if (rows * features > ManyValues)
    {
      result.basis = StartFromCells(ComputeCellMeans(store, grid, pairs, scaling, MaximumCellValues, execution),
                                    std::move(result.basis),
                                    execution);
      allRounds = 2;
    }
    for (int round = 0; round < allRounds; ++round)
    {
      result.basis = Orthonormal(PowerRound(readAll, rows, result.basis, execution));
    }
  }

  result.scores.resize(static_cast<std::size_t>(rows * Width));
  Narrow gram = Narrow::Zero(Width, Width);
  ParallelOrdered(
    NodeBlock::CountBlocks(rows),
    execution,
    [] { return RowsState{}; },
    [&](std::int64_t i, RowsState & state) {
      const Rows y = readAll(i, state);
      float *    scores = result.scores.data() + i * NodeBlock::Size * Width;
      RunHotLoop<ProjectRows<4>>(
        y.values, y.stride, y.count, features, static_cast<const float *>(result.basis.data()), scores);
      state.sums.assign(static_cast<std::size_t>(Width * Width), 0.0f);
      RunHotLoop<AccumulateOuter<4>>(static_cast<const float *>(scores),
                                     Width,
                                     y.count,
                                     Width,
                                     static_cast<const float *>(scores),
                                     state.sums.data());
    },
    [&](std::int64_t, RowsState & state) {
      gram += Eigen::Map<const NarrowFloat>(state.sums.data(), Width, Width).cast<double>();
    });

  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram / std::max<double>(1.0, static_cast<double>(rows)));
  Narrow                                               rotation = Narrow::Zero(Width, Width);
  for (int c = 0; c < result.components; ++c)
  {
    rotation.col(c) = solver.eigenvectors().col(Width - 1 - c);
    result.variance.push_back(std::max(0.0, solver.eigenvalues()[Width - 1 - c]));
  }
  const NarrowFloat       turn = rotation.cast<float>();
  Eigen::Map<NarrowFloat> basis(result.basis.data(), features, Width);
  basis = (basis * turn).eval();
  ParallelFor(NodeBlock::CountBlocks(rows), execution, [&](std::int64_t i) {
    const std::int64_t first = i * NodeBlock::Size;
    const std::int64_t count = std::min(NodeBlock::Size, rows - first);
    std::vector<float> block(result.scores.begin() + first * Width, result.scores.begin() + (first + count) * Width);
    RunHotLoop<ProjectRows<4>>(
      static_cast<const float *>(block.data()), Width, count, Width, turn.data(), result.scores.data() + first * Width);
  });
  return result;
}
} // namespace fourdstem
