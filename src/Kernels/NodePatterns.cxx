// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NodePatterns.h"

#include "Parallel.h"
#include "PatternAccumulator.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr std::int64_t positionsPerTask = 256;
constexpr std::int64_t mostPatternsAtOnce = 8;

/** Sums of one label over one task. */
struct LabelSums
{
  LabelSums(std::int64_t qy, std::int64_t qx)
    : sum(static_cast<std::size_t>(qy * qx))
    , squares(sum.size())
    , countSteps(static_cast<std::size_t>((qy + 1) * (qx + 1)))
  {}

  void
  Clear()
  {
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(squares.begin(), squares.end(), 0.0);
    std::fill(countSteps.begin(), countSteps.end(), 0);
    positions = 0;
  }

  std::vector<double>       sum;
  std::vector<double>       squares;
  std::vector<std::int64_t> countSteps;
  std::int64_t              positions = 0;
};

/** What one thread needs, and the sums of the task it is at. */
class TaskSums
{
public:
  TaskSums(std::int64_t qy, std::int64_t qx)
    : m_Qy(qy)
    , m_Qx(qx)
  {}

  /** Adds those of at most mostPatternsAtOnce patterns that have a label. */
  void
  AddBlock(const PatternBlock & block, const float * origins, const std::uint16_t * labels, float minimum)
  {
    std::array<bool, mostPatternsAtOnce> isDone{};
    for (std::int64_t p = 0; p < block.count; ++p)
    {
      if (labels[p] == 0 || isDone[static_cast<std::size_t>(p)])
      {
        continue;
      }
      LabelSums &  sums = this->SumsOf(labels[p]);
      std::int64_t count = 0;
      for (std::int64_t other = p; other < block.count; ++other)
      {
        if (labels[other] == labels[p])
        {
          isDone[static_cast<std::size_t>(other)] = true;
          const float * origin = origins == nullptr ? nullptr : origins + 2 * other;
          if (IsOrigin(origin))
          {
            ++sums.positions;
            const auto   at = static_cast<std::size_t>(count);
            std::int64_t nonFinite = 0;
            const auto   pattern = ToFloat(block, other, m_Qy, m_Qx, minimum, m_Buffers[at], &nonFinite);
            m_Group[at] = AlignPattern(pattern, nonFinite > 0, origin);
            count += CountCovered(m_Group[at], m_Qx, sums.countSteps.data()) ? 1 : 0;
          }
        }
      }
      RunHotLoop<AddAligned<false>>(
        static_cast<const AlignedPattern *>(m_Group.data()),
        static_cast<int>(count),
        m_Qy,
        m_Qx,
        SumPointers{ sums.sum.data(), sums.squares.data(), nullptr, sums.countSteps.data() });
    }
  }

  /** The same for patterns without their zeros, however many. */
  void
  AddSparse(const SparseBlock & block, const float * origins, const std::uint16_t * labels, float minimum)
  {
    if (!m_Sparse)
    {
      m_Sparse = std::make_unique<SparseAccumulator>(ScanShape{ 1, 1, m_Qy, m_Qx }, minimum);
    }
    std::vector<bool> isDone(static_cast<std::size_t>(block.Count()));
    for (std::int64_t p = 0; p < block.Count(); ++p)
    {
      if (labels[p] == 0 || isDone[static_cast<std::size_t>(p)])
      {
        continue;
      }
      LabelSums &       sums = this->SumsOf(labels[p]);
      const SumPointers pointers{ sums.sum.data(), sums.squares.data(), nullptr, sums.countSteps.data() };
      for (std::int64_t other = p; other < block.Count(); ++other)
      {
        const float * origin = origins == nullptr ? nullptr : origins + 2 * other;
        if (labels[other] == labels[p])
        {
          isDone[static_cast<std::size_t>(other)] = true;
          if (IsOrigin(origin))
          {
            ++sums.positions;
            m_Sparse->Add(block[other], NonFinitePixels(block[other]), origin, pointers);
          }
        }
      }
      m_Sparse->Flush(pointers);
    }
  }

  void
  MergeInto(NodePatternSums & total)
  {
    for (std::size_t slot = 0; slot < m_Labels.size(); ++slot)
    {
      const std::int64_t set = m_Labels[slot] - 1;
      LabelSums &        sums = *m_Sums[slot];
      double *           sum = total.Sum(set);
      double *           squares = total.SumOfSquares(set);
      for (std::size_t i = 0; i < sums.sum.size(); ++i)
      {
        sum[i] += sums.sum[i];
        squares[i] += sums.squares[i];
      }
      const auto     counts = CountsOfSteps(sums.countSteps.data(), m_Qy, m_Qx);
      std::int32_t * coverage = total.Coverage(set);
      for (std::size_t i = 0; i < counts.size(); ++i)
      {
        coverage[i] += static_cast<std::int32_t>(counts[i]);
      }
      total.AddPositions(set, sums.positions);
      sums.Clear();
    }
    m_Labels.clear();
  }

private:
  LabelSums &
  SumsOf(std::uint16_t label)
  {
    std::size_t slot = 0;
    while (slot < m_Labels.size() && m_Labels[slot] != label)
    {
      ++slot;
    }
    if (slot == m_Labels.size())
    {
      m_Labels.push_back(label);
      if (slot == m_Sums.size())
      {
        m_Sums.push_back(std::make_unique<LabelSums>(m_Qy, m_Qx));
      }
    }
    return *m_Sums[slot];
  }

  std::int64_t                                       m_Qy;
  std::int64_t                                       m_Qx;
  std::array<std::vector<float>, mostPatternsAtOnce> m_Buffers;
  std::array<AlignedPattern, mostPatternsAtOnce>     m_Group;
  std::unique_ptr<SparseAccumulator>                 m_Sparse;
  std::vector<std::uint16_t>                         m_Labels; // of the slots in use
  std::vector<std::unique_ptr<LabelSums>>            m_Sums;
};

void
Check(const ScanShape &       shape,
      std::int64_t            firstRow,
      std::int64_t            rows,
      const std::uint16_t *   labels,
      const NodePatternSums & sums)
{
  if (firstRow < 0 || rows < 0 || firstRow > shape.ry - rows)
  {
    throw std::invalid_argument("scan rows " + std::to_string(firstRow) + " to " + std::to_string(firstRow + rows) +
                                " lie outside a scan of " + std::to_string(shape.ry) + " rows");
  }
  if (sums.Rows() != shape.qy || sums.Columns() != shape.qx)
  {
    throw std::invalid_argument("sums of " + std::to_string(sums.Rows()) + " x " + std::to_string(sums.Columns()) +
                                " pixels do not fit patterns of " + std::to_string(shape.qy) + " x " +
                                std::to_string(shape.qx));
  }
  const std::uint16_t * largest = std::max_element(labels, labels + rows * shape.rx);
  if (largest != labels + rows * shape.rx && *largest > sums.Sets())
  {
    throw std::invalid_argument("label " + std::to_string(*largest) + " exceeds the number of sets, " +
                                std::to_string(sums.Sets()));
  }
}
} // namespace

void
AccumulatePatterns(const PatternSource & source,
                   std::int64_t          firstRow,
                   std::int64_t          rows,
                   const float *         origins,
                   const std::uint16_t * labels,
                   NodePatternSums &     sums,
                   const Execution &     execution,
                   float                 minimum,
                   const BlockVisitor &  visit)
{
  const ScanShape & shape = source.Shape();
  Check(shape, firstRow, rows, labels, sums);

  struct State
  {
    std::unique_ptr<TaskSums> sums;
    PatternLease              lease;
    SparseBlock               sparse;
  };
  // Visitors want dense patterns.
  const bool         isSparse = source.IsSparse() && !visit;
  const std::int64_t patternsPerBlock = isSparse ? 64 : std::min(PatternsAtOnce(shape), mostPatternsAtOnce);
  const std::int64_t tasksPerRow = (shape.rx + positionsPerTask - 1) / positionsPerTask;
  ParallelOrdered(
    rows * tasksPerRow,
    execution,
    [&shape] {
      return State{ std::make_unique<TaskSums>(shape.qy, shape.qx), {}, {} };
    },
    [&](std::int64_t task, State & state) {
      const std::int64_t row = task / tasksPerRow;
      const std::int64_t begin = task % tasksPerRow * positionsPerTask;
      const std::int64_t end = std::min(begin + positionsPerTask, shape.rx);
      for (std::int64_t rx = begin; rx < end; rx += patternsPerBlock)
      {
        const std::int64_t    count = std::min(patternsPerBlock, end - rx);
        const std::int64_t    first = row * shape.rx + rx;
        const std::uint16_t * blockLabels = labels + first;
        if (!visit && std::all_of(blockLabels, blockLabels + count, [](std::uint16_t label) { return label == 0; }))
        {
          continue;
        }
        const float * blockOrigins = origins == nullptr ? nullptr : origins + 2 * first;
        if (isSparse)
        {
          source.ReadSparse(firstRow + row, rx, count, state.sparse);
          state.sums->AddSparse(state.sparse, blockOrigins, blockLabels, minimum);
          continue;
        }
        const PatternBlock block = source.Read(firstRow + row, rx, count, state.lease);
        if (visit)
        {
          visit(block, first);
        }
        state.sums->AddBlock(block, blockOrigins, blockLabels, minimum);
      }
    },
    [&sums](std::int64_t, State & state) { state.sums->MergeInto(sums); });
}
} // namespace fourdstem
