// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Statistics.h"

#include "AlignedPatterns.h"
#include "OriginOfPattern.h"
#include "Parallel.h"
#include "RowBlocks.h"

#include <array>
#include <cmath>

namespace fourdstem
{
/** One thread's way from detector pixels to aligned patterns to sums. */
class PatternAccumulator
{
public:
  /** Patterns added at a time, at most. */
  static constexpr int LargestChunk = 8;

  PatternAccumulator(const ScanShape & shape, float lowest)
    : m_Shape(shape)
    , m_Lowest(lowest)
  {
    // Few enough to stay in the second-level cache between looking and adding.
    constexpr std::int64_t cachedPixels = 160000;
    m_ChunkSize = static_cast<int>(
      std::clamp<std::int64_t>(cachedPixels / std::max<std::int64_t>(shape.PatternPixels(), 1), 2, LargestChunk));
  }

  /** Looks at a pattern, which must stay where it is until Flush, counts what is not finite in it, and brings it into
   * the cache. */
  void
  Load(const PatternBlock & block, std::int64_t p)
  {
    std::int64_t nonFinite = 0;
    m_Loaded =
      ToFloat(block, p, m_Shape.qy, m_Shape.qx, m_Lowest, m_Buffers[static_cast<std::size_t>(m_Count)], &nonFinite);
    m_HasNonFinite = nonFinite > 0;
    m_NonFinite += nonFinite;
  }

  /** Queues the pattern that was loaded last; null: as it lies. */
  void
  Add(const float * origin, const SumPointers & sums)
  {
    ++m_Patterns;
    m_Chunk[m_Count] = AlignPattern(m_Loaded, m_HasNonFinite, origin);
    m_Count += CountCovered(m_Chunk[m_Count], m_Shape.qx, sums.countSteps) ? 1 : 0;
    if (m_Count == m_ChunkSize)
    {
      this->Flush(sums);
    }
  }

  void
  Flush(const SumPointers & sums)
  {
    RunHotLoop<AddAligned<true>>(static_cast<const AlignedPattern *>(m_Chunk), m_Count, m_Shape.qy, m_Shape.qx, sums);
    m_Count = 0;
  }

  /** Moves what was counted since the last call to `sums`. */
  void
  Report(PatternSums & sums)
  {
    sums.m_Patterns += std::exchange(m_Patterns, 0);
    sums.m_NonFinite += std::exchange(m_NonFinite, 0);
  }

  static SumPointers
  Pointers(PatternSums & sums, std::int64_t group)
  {
    const ScanShape & shape = sums.m_Shape;
    const auto        first = group * shape.PatternPixels();
    return { sums.m_Sum.data() + first,
             sums.m_SumOfSquares.data() + first,
             sums.m_Maximum.data() + first,
             sums.m_CountSteps.data() + group * (shape.qy + 1) * (shape.qx + 1) };
  }

  static void
  Clear(PatternSums & sums)
  {
    std::fill(sums.m_Sum.begin(), sums.m_Sum.end(), 0.);
    std::fill(sums.m_SumOfSquares.begin(), sums.m_SumOfSquares.end(), 0.);
    std::fill(sums.m_Maximum.begin(), sums.m_Maximum.end(), -std::numeric_limits<float>::infinity());
    std::fill(sums.m_CountSteps.begin(), sums.m_CountSteps.end(), 0);
    sums.m_Patterns = 0;
    sums.m_NonFinite = 0;
  }

private:
  ScanShape                                    m_Shape;
  float                                        m_Lowest;
  AlignedPattern                               m_Chunk[LargestChunk];
  std::array<std::vector<float>, LargestChunk> m_Buffers;
  FloatPattern                                 m_Loaded;
  bool                                         m_HasNonFinite = false;
  int                                          m_ChunkSize;
  int                                          m_Count = 0;
  std::int64_t                                 m_Patterns = 0;
  std::int64_t                                 m_NonFinite = 0;
};

namespace
{
/** One statistics pass: what is read, and what is done with a position. */
struct Pass
{
  const PatternSource &     source;
  std::int64_t              firstRow;
  std::int64_t              rows;
  std::int64_t              rowStep;
  const StatisticsOptions & options;
  const OriginSearch *      search;
  float *                   found;
  const float *             given;

  /** Finds the origin if asked to; then queues the pattern unless it is masked or has no origin. */
  void
  Add(PatternAccumulator & accumulator,
      const PatternBlock & block,
      std::int64_t         row,
      std::int64_t         column,
      std::int64_t         p,
      const SumPointers &  sums) const
  {
    const ScanShape &  shape = source.Shape();
    const std::int64_t inRange = (row - firstRow) * shape.rx + column + p;
    const float *      origin = given ? given + 2 * inRange : nullptr;
    const bool         isMasked = options.mask && !options.mask[row * shape.rx + column + p];
    if (!isMasked)
    {
      accumulator.Load(block, p);
    }
    if (search)
    {
      FindOriginOfPattern(block, p, shape.qy, shape.qx, *search, found + 2 * inRange);
      origin = found + 2 * inRange;
    }
    if (!isMasked && !(origin && !(std::isfinite(origin[0]) && std::isfinite(origin[1]))))
    {
      accumulator.Add(origin, sums);
    }
  }
};

void
AddGlobally(const Pass & pass, PatternSums & sums, const Execution & execution)
{
  struct State
  {
    PatternLease       lease;
    PatternAccumulator accumulator;
    PatternSums        partial;
  };
  const ScanShape & shape = pass.source.Shape();
  const RowBlocks   blocks(shape, pass.firstRow, pass.rows, pass.rowStep);
  ParallelOrdered(
    blocks.Count(),
    execution,
    [&] {
      return State{ {}, PatternAccumulator(shape, pass.options.lowest), PatternSums(shape, Deviation::Global) };
    },
    [&](std::int64_t i, State & state) {
      const RowBlock where = blocks[i];
      PatternAccumulator::Clear(state.partial);
      const SumPointers pointers = PatternAccumulator::Pointers(state.partial, 0);
      VisitPatterns(pass.source, where, state.lease, [&](const PatternBlock & block, std::int64_t column) {
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          pass.Add(state.accumulator, block, where.row, column, p, pointers);
        }
        state.accumulator.Flush(pointers);
      });
      state.accumulator.Report(state.partial);
    },
    [&](std::int64_t, State & state) { sums.Merge(state.partial); });
}

/** Bands of rows, so that a file is read from front to back, decoded once, and a column's sums are fetched once a
 * band. */
void
AddByColumns(const Pass & pass, PatternSums & sums, const Execution & execution)
{
  constexpr std::int64_t anyRows = 16;
  constexpr std::int64_t taskColumns = 4;
  struct State
  {
    std::vector<PatternLease> leases;
    std::vector<PatternBlock> blocks;
    PatternAccumulator        accumulator;
  };
  const ScanShape &  shape = pass.source.Shape();
  const std::int64_t tasks = (shape.rx + taskColumns - 1) / taskColumns;
  const auto   done = [&](std::int64_t rows) { return static_cast<double>(rows) / static_cast<double>(pass.rows); };
  std::int64_t rows = 0;
  for (std::int64_t band = 0; band < pass.rows; band += rows)
  {
    const std::int64_t row = pass.firstRow + band;
    const ScanRows     together = pass.source.RowsTogether(row);
    const bool         isWhole = together.begin == 0 && together.end == shape.ry;
    rows = std::min(isWhole ? anyRows : together.end - row, pass.rows - band);
    ParallelOrdered(
      tasks,
      Execution{ execution.threads, execution.monitor.Part(done(band), done(band + rows)) },
      [&] {
        return State{ std::vector<PatternLease>(static_cast<std::size_t>(rows)),
                      std::vector<PatternBlock>(static_cast<std::size_t>(rows)),
                      PatternAccumulator(shape, pass.options.lowest) };
      },
      [&](std::int64_t task, State & state) {
        const std::int64_t column = task * taskColumns;
        const std::int64_t columns = std::min(taskColumns, shape.rx - column);
        for (std::size_t r = 0; r < state.blocks.size(); ++r)
        {
          state.blocks[r] = pass.source.Read(row + static_cast<std::int64_t>(r), column, columns, state.leases[r]);
        }
        for (std::int64_t c = 0; c < columns; ++c)
        {
          const SumPointers pointers = PatternAccumulator::Pointers(sums, column + c);
          for (std::size_t r = 0; r < state.blocks.size(); ++r)
          {
            pass.Add(state.accumulator, state.blocks[r], row + static_cast<std::int64_t>(r), column, c, pointers);
          }
          state.accumulator.Flush(pointers);
        }
      },
      [&](std::int64_t, State & state) { state.accumulator.Report(sums); });
  }
}

void
Run(const Pass & pass, PatternSums & sums, const Execution & execution)
{
  if (!(sums.Shape() == pass.source.Shape()))
  {
    throw std::invalid_argument("the sums are for a scan of another shape than the patterns");
  }
  if (sums.Kind() == Deviation::Nested)
  {
    AddByColumns(pass, sums, execution);
  }
  else
  {
    AddGlobally(pass, sums, execution);
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
  AddGlobally({ source, 0, source.Shape().ry, rowStep, options, nullptr, nullptr, nullptr }, sums, execution);
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
