// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Parallel.h"
#include "StatisticsPass.h"

namespace fourdstem
{
namespace
{
template <typename TStatistics>
void
AddGlobally(const StatisticsPass & pass, PatternSums & sums, const Execution & execution)
{
  struct State
  {
    TStatistics statistics;
    PatternSums partial;
  };
  const ScanShape & shape = pass.source.Shape();
  const RowBlocks   blocks(shape, pass.firstRow, pass.rows, pass.rowStep);
  ParallelOrdered(
    blocks.Count(),
    execution,
    [&] {
      return State{ TStatistics(pass, 1), PatternSums(shape, Deviation::Global) };
    },
    [&](std::int64_t i, State & state) {
      PatternAccumulator::Clear(state.partial);
      state.statistics.AddBlock(blocks[i], PatternAccumulator::Pointers(state.partial, 0));
      state.statistics.Report(state.partial);
    },
    [&](std::int64_t, State & state) { sums.Merge(state.partial); });
}

/** Bands of rows, so that a file is read from front to back, decoded once, and a column's sums are fetched once a
 * band. */
template <typename TStatistics>
void
AddByColumns(const StatisticsPass & pass, PatternSums & sums, const Execution & execution)
{
  // A column's sums are fetched once for a band, which matters more the fewer pixels are added to them.
  const std::int64_t     anyRows = pass.source.IsSparse() ? 64 : 16;
  constexpr std::int64_t taskColumns = 4;
  const ScanShape &      shape = pass.source.Shape();
  const std::int64_t     tasks = (shape.rx + taskColumns - 1) / taskColumns;
  const auto   done = [&](std::int64_t rows) { return static_cast<double>(rows) / static_cast<double>(pass.rows); };
  std::int64_t rows = 0;
  for (std::int64_t band = 0; band < pass.rows; band += rows)
  {
    const std::int64_t row = pass.firstRow + band;
    const ScanRows     together = pass.source.RowsTogether(row);
    const bool         isWhole = together.begin == 0 && together.end == shape.ry;
    rows = std::min(isWhole || pass.source.IsSparse() ? anyRows : together.end - row, pass.rows - band);
    ParallelOrdered(
      tasks,
      Execution{ execution.threads, execution.monitor.Part(done(band), done(band + rows)) },
      [&] { return TStatistics(pass, rows); },
      [&](std::int64_t task, TStatistics & statistics) {
        const std::int64_t column = task * taskColumns;
        const std::int64_t columns = std::min(taskColumns, shape.rx - column);
        statistics.ReadBand(row, column, columns);
        for (std::int64_t c = 0; c < columns; ++c)
        {
          statistics.AddColumn(row, column, c, PatternAccumulator::Pointers(sums, column + c));
        }
      },
      [&](std::int64_t, TStatistics & statistics) { statistics.Report(sums); });
  }
}

template <typename TStatistics>
void
RunOver(const StatisticsPass & pass, PatternSums & sums, const Execution & execution)
{
  if (sums.Kind() == Deviation::Nested)
  {
    AddByColumns<TStatistics>(pass, sums, execution);
  }
  else
  {
    AddGlobally<TStatistics>(pass, sums, execution);
  }
}

void
Run(const StatisticsPass & pass, PatternSums & sums, const Execution & execution)
{
  if (!(sums.Shape() == pass.source.Shape()))
  {
    throw std::invalid_argument("the sums are for a scan of another shape than the patterns");
  }
  if (pass.source.IsSparse())
  {
    RunOver<SparseStatistics>(pass, sums, execution);
  }
  else
  {
    RunOver<DenseStatistics>(pass, sums, execution);
  }
}
} // namespace

void
AddPatterns(const PatternSource &     source,
            std::int64_t              firstRow,
            std::int64_t              rows,
            const StatisticsOptions & options,
            const float *             origins,
            PatternSums &             sums,
            const Execution &         execution)
{
  Run({ source, firstRow, rows, 1, options, nullptr, nullptr, origins }, sums, execution);
}

void
FindOriginsAndAddPatterns(const PatternSource &     source,
                          std::int64_t              firstRow,
                          std::int64_t              rows,
                          const OriginSearch &      search,
                          const StatisticsOptions & options,
                          float *                   origins,
                          PatternSums &             sums,
                          const Execution &         execution)
{
  CheckOriginSearch(search);
  Run({ source, firstRow, rows, 1, options, &search, origins, nullptr }, sums, execution);
}

PatternSums
SamplePatterns(const PatternSource &     source,
               std::int64_t              rowStep,
               const StatisticsOptions & options,
               const Execution &         execution)
{
  PatternSums sums(source.Shape(), Deviation::Global);
  Run({ source, 0, source.Shape().ry, rowStep, options, nullptr, nullptr, nullptr }, sums, execution);
  return sums;
}

std::vector<double>
MeanPattern(const PatternSource & source, std::int64_t rowStep, const Execution & execution, float lowest)
{
  StatisticsOptions options;
  options.lowest = lowest;
  return SamplePatterns(source, rowStep, options, execution).Mean();
}
} // namespace fourdstem
