// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_StatisticsPass_h
#define fourdstem_StatisticsPass_h

#include "OriginOfPattern.h"
#include "PatternAccumulator.h"
#include "RowBlocks.h"

namespace fourdstem
{
/** One statistics pass: what is read, and what is done with a position. */
struct StatisticsPass
{
  const PatternSource &     source;
  std::int64_t              firstRow;
  std::int64_t              rows;
  std::int64_t              rowStep;
  const StatisticsOptions & options;
  const OriginSearch *      search;
  float *                   found;
  const float *             given;

  bool
  IsMasked(std::int64_t row, std::int64_t column) const
  {
    return options.mask && !options.mask[row * source.Shape().rx + column];
  }

  /** The origin of a position, found by find(origin) if it is looked for; null if patterns are taken as they lie. */
  template <typename TFind>
  const float *
  Origin(std::int64_t row, std::int64_t column, TFind && find) const
  {
    const std::int64_t inRange = (row - firstRow) * source.Shape().rx + column;
    if (search)
    {
      find(found + 2 * inRange);
      return found + 2 * inRange;
    }
    return given ? given + 2 * inRange : nullptr;
  }
};

/** One thread's part in a pass over dense patterns; a pattern is queued unless it is masked or has no origin. */
class DenseStatistics
{
public:
  /** For bands of `rows` scan rows. */
  DenseStatistics(const StatisticsPass & pass, std::int64_t rows)
    : m_Pass(pass)
    , m_Leases(static_cast<std::size_t>(rows))
    , m_Blocks(static_cast<std::size_t>(rows))
    , m_Accumulator(pass.source.Shape(), pass.options.lowest, false)
  {}

  void
  AddBlock(const RowBlock & where, const SumPointers & sums)
  {
    VisitPatterns(m_Pass.source, where, m_Leases[0], [&](const PatternBlock & block, std::int64_t column) {
      for (std::int64_t p = 0; p < block.count; ++p)
      {
        this->Add(block, p, where.row, column + p, sums);
      }
      m_Accumulator.Flush(sums);
    });
  }

  /** Reads columns of a band; AddColumn then adds column number `c` of these. */
  void
  ReadBand(std::int64_t row, std::int64_t column, std::int64_t columns)
  {
    for (std::size_t r = 0; r < m_Blocks.size(); ++r)
    {
      m_Blocks[r] = m_Pass.source.Read(row + static_cast<std::int64_t>(r), column, columns, m_Leases[r]);
    }
  }

  void
  AddColumn(std::int64_t row, std::int64_t column, std::int64_t c, const SumPointers & sums)
  {
    for (std::size_t r = 0; r < m_Blocks.size(); ++r)
    {
      this->Add(m_Blocks[r], c, row + static_cast<std::int64_t>(r), column + c, sums);
    }
    m_Accumulator.Flush(sums);
  }

  /** Moves what was counted since the last call to `sums`. */
  void
  Report(PatternSums & sums)
  {
    m_Accumulator.Report(sums);
  }

private:
  void
  Add(const PatternBlock & block, std::int64_t p, std::int64_t row, std::int64_t column, const SumPointers & sums)
  {
    const ScanShape & shape = m_Pass.source.Shape();
    const bool        isMasked = m_Pass.IsMasked(row, column);
    if (!isMasked)
    {
      m_Accumulator.Load(block, p);
    }
    const float * origin = m_Pass.Origin(
      row, column, [&](float * found) { FindOriginOfPattern(block, p, shape.qy, shape.qx, *m_Pass.search, found); });
    if (!isMasked && IsOrigin(origin))
    {
      m_Accumulator.Add(origin, sums);
    }
  }

  const StatisticsPass &    m_Pass;
  std::vector<PatternLease> m_Leases;
  std::vector<PatternBlock> m_Blocks;
  PatternAccumulator        m_Accumulator;
};

/** The same over patterns without their zeros. */
class SparseStatistics
{
public:
  SparseStatistics(const StatisticsPass & pass, std::int64_t rows)
    : m_Pass(pass)
    , m_Blocks(static_cast<std::size_t>(rows))
    , m_Accumulator(pass.source.Shape(), pass.options.lowest, true)
  {
    if (pass.search)
    {
      const ScanShape & shape = pass.source.Shape();
      m_Finder = std::make_unique<SparseOriginFinder>(shape.qy, shape.qx, *pass.search);
    }
  }

  void
  AddBlock(const RowBlock & where, const SumPointers & sums)
  {
    VisitSparsePatterns(m_Pass.source, where, 64, m_Blocks[0], [&](const SparseBlock & block, std::int64_t column) {
      for (std::int64_t p = 0; p < block.Count(); ++p)
      {
        this->Add(block[p], where.row, column + p, sums);
      }
      m_Accumulator.Flush(sums);
    });
  }

  void
  ReadBand(std::int64_t row, std::int64_t column, std::int64_t columns)
  {
    for (std::size_t r = 0; r < m_Blocks.size(); ++r)
    {
      m_Pass.source.ReadSparse(row + static_cast<std::int64_t>(r), column, columns, m_Blocks[r]);
    }
  }

  void
  AddColumn(std::int64_t row, std::int64_t column, std::int64_t c, const SumPointers & sums)
  {
    for (std::size_t r = 0; r < m_Blocks.size(); ++r)
    {
      this->Add(m_Blocks[r][c], row + static_cast<std::int64_t>(r), column + c, sums);
    }
    m_Accumulator.Flush(sums);
  }

  void
  Report(PatternSums & sums)
  {
    m_Accumulator.Report(sums);
  }

private:
  void
  Add(const SparsePattern & sparse, std::int64_t row, std::int64_t column, const SumPointers & sums)
  {
    const float * origin = m_Pass.Origin(row, column, [&](float * found) { m_Finder->Find(sparse, found); });
    if (!m_Pass.IsMasked(row, column))
    {
      m_Accumulator.AddSparse(sparse, origin, sums);
    }
  }

  const StatisticsPass &              m_Pass;
  std::vector<SparseBlock>            m_Blocks;
  PatternAccumulator                  m_Accumulator;
  std::unique_ptr<SparseOriginFinder> m_Finder;
};
} // namespace fourdstem

#endif
