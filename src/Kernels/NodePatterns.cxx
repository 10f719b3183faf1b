// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NodePatterns.h"

#include "FloatPattern.h"
#include "HotLoops/SamplingLoops.h"
#include "Parallel.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr std::int64_t positionsPerTask = 256;
constexpr std::int64_t mostPatternsAtOnce = 16;

/** Place of an aligned pattern's pixels on one axis of the detector: pixel i is between i + shift and i + shift + next,
 * for begin <= i < end. */
struct AxisShift
{
  AxisShift(float origin, std::int64_t size)
  {
    const double distance = static_cast<double>(origin) - static_cast<double>(size / 2);
    const double whole = std::floor(distance);
    fraction = static_cast<float>(distance - whole);
    next = fraction > 0 ? 1 : 0;
    if (std::abs(whole) < static_cast<double>(size))
    {
      shift = static_cast<std::int64_t>(whole);
      begin = std::max<std::int64_t>(0, -shift);
      end = std::max(begin, std::min(size, size - shift - next));
    }
  }

  float        fraction = 0;
  std::int64_t next = 0;
  std::int64_t shift = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct ShiftedPattern
{
  FloatPattern pattern;
  AxisShift    x;
  AxisShift    y;
};

/** Sums of one label over one task; coverage as differences along both axes, (qy + 1) x (qx + 1). */
struct LabelSums
{
  LabelSums(std::int64_t qy, std::int64_t qx)
    : m_Qx(qx)
    , sum(static_cast<std::size_t>(qy * qx))
    , squares(sum.size())
    , steps(static_cast<std::size_t>((qy + 1) * (qx + 1)))
  {}

  void
  Cover(std::int64_t y0, std::int64_t y1, std::int64_t x0, std::int64_t x1, int by)
  {
    const auto at = [this](std::int64_t y, std::int64_t x) { return static_cast<std::size_t>(y * (m_Qx + 1) + x); };
    steps[at(y0, x0)] += by;
    steps[at(y0, x1)] -= by;
    steps[at(y1, x0)] -= by;
    steps[at(y1, x1)] += by;
  }

  void
  Clear()
  {
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(squares.begin(), squares.end(), 0.0);
    std::fill(steps.begin(), steps.end(), 0);
    positions = 0;
  }

private:
  std::int64_t m_Qx;

public:
  std::vector<double>       sum;
  std::vector<double>       squares;
  std::vector<std::int32_t> steps;
  std::int64_t              positions = 0;
};

/** What one thread needs, and the sums of the task it is at. */
class TaskSums
{
public:
  TaskSums(std::int64_t qy, std::int64_t qx)
    : m_Qy(qy)
    , m_Qx(qx)
    , m_Line(static_cast<std::size_t>(qx))
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
      m_Group.clear();
      for (std::int64_t other = p; other < block.count; ++other)
      {
        if (labels[other] == labels[p])
        {
          isDone[static_cast<std::size_t>(other)] = true;
          this->Shift(block, other, origins, minimum);
        }
      }
      if (!m_Group.empty())
      {
        this->AddGroup(this->SumsOf(labels[p]));
      }
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
      this->AddCoverage(sums, total.Coverage(set));
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

  void
  Shift(const PatternBlock & block, std::int64_t p, const float * origins, float minimum)
  {
    const float x = origins == nullptr ? static_cast<float>(m_Qx / 2) : origins[2 * p];
    const float y = origins == nullptr ? static_cast<float>(m_Qy / 2) : origins[2 * p + 1];
    if (std::isfinite(x) && std::isfinite(y))
    {
      std::vector<float> & buffer = m_Buffers[m_Group.size()];
      m_Group.push_back({ ToFloat(block, p, m_Qy, m_Qx, minimum, buffer), AxisShift(x, m_Qx), AxisShift(y, m_Qy) });
    }
  }

  void
  AddGroup(LabelSums & sums)
  {
    for (const ShiftedPattern & shifted : m_Group)
    {
      sums.Cover(shifted.y.begin, shifted.y.end, shifted.x.begin, shifted.x.end, 1);
    }
    for (std::int64_t y = 0; y < m_Qy; ++y)
    {
      for (const ShiftedPattern & shifted : m_Group)
      {
        if (y >= shifted.y.begin && y < shifted.y.end && shifted.x.begin < shifted.x.end)
        {
          this->AddRow(shifted, y, sums);
        }
      }
    }
    sums.positions += static_cast<std::int64_t>(m_Group.size());
  }

  void
  AddRow(const ShiftedPattern & shifted, std::int64_t y, LabelSums & sums)
  {
    const auto & [pattern, ax, ay] = shifted;
    const float *      upper = pattern.pixels + (y + ay.shift) * pattern.rowStride + ax.begin + ax.shift;
    const std::int64_t count = ax.end - ax.begin;
    float *            line = m_Line.data();
    RunHotLoop<BilinearRow>(upper,
                            upper + ay.next * pattern.rowStride,
                            static_cast<std::ptrdiff_t>(ax.next),
                            (1 - ay.fraction) * (1 - ax.fraction),
                            (1 - ay.fraction) * ax.fraction,
                            ay.fraction * (1 - ax.fraction),
                            ay.fraction * ax.fraction,
                            count,
                            line);
    if (AnyNonFinite(line, count))
    {
      for (std::int64_t i = 0; i < count; ++i)
      {
        if (!std::isfinite(line[i]))
        {
          line[i] = 0;
          sums.Cover(y, y + 1, ax.begin + i, ax.begin + i + 1, -1);
        }
      }
    }
    const std::int64_t first = y * m_Qx + ax.begin;
    RunHotLoop<AddMoments>(
      static_cast<const float *>(line), count, sums.sum.data() + first, sums.squares.data() + first);
  }

  void
  AddCoverage(const LabelSums & sums, std::int32_t * coverage)
  {
    m_Above.assign(static_cast<std::size_t>(m_Qx), 0);
    for (std::int64_t y = 0; y < m_Qy; ++y)
    {
      std::int32_t across = 0;
      for (std::int64_t x = 0; x < m_Qx; ++x)
      {
        across += sums.steps[static_cast<std::size_t>(y * (m_Qx + 1) + x)];
        m_Above[static_cast<std::size_t>(x)] += across;
        coverage[y * m_Qx + x] += m_Above[static_cast<std::size_t>(x)];
      }
    }
  }

  std::int64_t                                       m_Qy;
  std::int64_t                                       m_Qx;
  std::vector<float>                                 m_Line;
  std::vector<std::int32_t>                          m_Above;
  std::array<std::vector<float>, mostPatternsAtOnce> m_Buffers;
  std::vector<ShiftedPattern>                        m_Group;
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
  };
  const std::int64_t patternsPerBlock = std::min(PatternsAtOnce(shape), mostPatternsAtOnce);
  const std::int64_t tasksPerRow = (shape.rx + positionsPerTask - 1) / positionsPerTask;
  ParallelOrdered(
    rows * tasksPerRow,
    execution,
    [&shape] {
      return State{ std::make_unique<TaskSums>(shape.qy, shape.qx), {} };
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
        const PatternBlock block = source.Read(firstRow + row, rx, count, state.lease);
        if (visit)
        {
          visit(block, first);
        }
        state.sums->AddBlock(block, origins == nullptr ? nullptr : origins + 2 * first, blockLabels, minimum);
      }
    },
    [&sums](std::int64_t, State & state) { state.sums->MergeInto(sums); });
}
} // namespace fourdstem
