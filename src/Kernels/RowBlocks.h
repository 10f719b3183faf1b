// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_RowBlocks_h
#define fourdstem_RowBlocks_h

#include "fourdstem/PatternSource.h"

#include <algorithm>

namespace fourdstem
{
/** Consecutive positions of one scan row. */
struct RowBlock
{
  std::int64_t row;
  std::int64_t column;
  std::int64_t count;
};

/** Cuts every `step`-th of some scan rows into blocks that depend on the scan's width only. */
class RowBlocks
{
public:
  RowBlocks(const ScanShape & shape, std::int64_t firstRow, std::int64_t rows, std::int64_t step = 1)
    : m_Columns(shape.rx)
    , m_FirstRow(firstRow)
    , m_Rows((rows + step - 1) / step)
    , m_Step(step)
    , m_PerRow((shape.rx + Width - 1) / Width)
  {}

  std::int64_t
  Count() const
  {
    return m_Rows * m_PerRow;
  }

  RowBlock
  operator[](std::int64_t i) const
  {
    const std::int64_t column = i % m_PerRow * Width;
    return { m_FirstRow + i / m_PerRow * m_Step, column, std::min(Width, m_Columns - column) };
  }

private:
  static constexpr std::int64_t Width = 256;

  std::int64_t m_Columns;
  std::int64_t m_FirstRow;
  std::int64_t m_Rows;
  std::int64_t m_Step;
  std::int64_t m_PerRow;
};

/** Calls visit(patterns, column) for consecutive parts of a block, each small enough that what a source has to copy or
 * decode for it stays within a few MiB. Patterns are good until visit returns, and are those detector rows that
 * rowsOf(column, count) wants. */
template <typename TRows, typename TVisit>
void
VisitPatternRows(const PatternSource & source,
                 const RowBlock &      where,
                 PatternLease &        lease,
                 TRows &&              rowsOf,
                 TVisit &&             visit)
{
  constexpr std::int64_t partBytes = std::int64_t{ 4 } << 20;
  const std::int64_t patternBytes = source.Shape().PatternPixels() * static_cast<std::int64_t>(SizeOf(source.Type()));
  const std::int64_t part = std::max<std::int64_t>(1, partBytes / std::max<std::int64_t>(1, patternBytes));
  for (std::int64_t done = 0; done < where.count; done += part)
  {
    const std::int64_t column = where.column + done;
    const std::int64_t count = std::min(part, where.count - done);
    visit(source.ReadRows(where.row, column, count, rowsOf(column, count), lease), column);
  }
}

template <typename TVisit>
void
VisitPatterns(const PatternSource & source, const RowBlock & where, PatternLease & lease, TVisit && visit)
{
  const DetectorRows all{ 0, source.Shape().qy };
  VisitPatternRows(
    source, where, lease, [all](std::int64_t, std::int64_t) { return all; }, visit);
}

/** The same without zeros, at most `part` patterns at a time, for sources that IsSparse. */
template <typename TVisit>
void
VisitSparsePatterns(const PatternSource & source,
                    const RowBlock &      where,
                    std::int64_t          part,
                    SparseBlock &         block,
                    TVisit &&             visit)
{
  for (std::int64_t done = 0; done < where.count; done += part)
  {
    const std::int64_t column = where.column + done;
    source.ReadSparse(where.row, column, std::min(part, where.count - done), block);
    visit(static_cast<const SparseBlock &>(block), column);
  }
}
} // namespace fourdstem

#endif
