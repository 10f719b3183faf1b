// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PatternSource.h"

#include <string>

namespace fourdstem
{
std::byte *
PatternLease::Buffer(std::size_t bytes)
{
  constexpr std::size_t alignment = 64;
  if (m_Buffer.size() < bytes + alignment)
  {
    m_Buffer.resize(bytes + alignment);
  }
  void *      start = m_Buffer.data();
  std::size_t space = m_Buffer.size();
  return static_cast<std::byte *>(std::align(alignment, bytes, start, space));
}

void
PatternSource::CheckRange(std::int64_t ry, std::int64_t rx, std::int64_t count) const
{
  if (ry < 0 || ry >= m_Shape.ry || rx < 0 || count < 0 || rx > m_Shape.rx - count)
  {
    throw std::out_of_range("scan row " + std::to_string(ry) + ", columns " + std::to_string(rx) + " to " +
                            std::to_string(rx + count) + " lie outside the scan of " + std::to_string(m_Shape.ry) +
                            " x " + std::to_string(m_Shape.rx) + " positions");
  }
}

PatternBlock
PatternSource::Read(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  this->CheckRange(ry, rx, count);
  return this->DoRead(ry, rx, count, lease);
}

PatternBlock
PatternSource::ReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows wanted, PatternLease & lease)
  const
{
  this->CheckRange(ry, rx, count);
  if (wanted.begin < 0 || wanted.end < wanted.begin || wanted.end > m_Shape.qy)
  {
    throw std::out_of_range("detector rows " + std::to_string(wanted.begin) + " to " + std::to_string(wanted.end) +
                            " lie outside the " + std::to_string(m_Shape.qy) + " rows of a pattern");
  }
  return this->DoReadRows(ry, rx, count, wanted, lease);
}

PatternBlock
PatternSource::DoReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows, PatternLease & lease)
  const
{
  return this->DoRead(ry, rx, count, lease);
}

void
PatternSource::ReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const
{
  this->CheckRange(ry, rx, count);
  block.Clear();
  this->DoReadSparse(ry, rx, count, block);
}

void
PatternSource::DoReadSparse(std::int64_t, std::int64_t, std::int64_t, SparseBlock &) const
{
  throw std::logic_error("these patterns are not stored without their zeros");
}

MemoryPatternSource::MemoryPatternSource(const void *      data,
                                         ElementType       type,
                                         const ScanShape & shape,
                                         std::int64_t      firstRow,
                                         std::int64_t      rows)
  : PatternSource(shape, type)
  , m_Data(static_cast<const std::byte *>(data))
  , m_FirstRow(firstRow)
  , m_Rows(rows)
{}

PatternBlock
MemoryPatternSource::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease &) const
{
  if (ry < m_FirstRow || ry >= m_FirstRow + m_Rows)
  {
    throw std::out_of_range("scan row " + std::to_string(ry) + " is not in memory");
  }
  const ScanShape & shape = this->Shape();
  PatternBlock      block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = shape.qx * static_cast<std::ptrdiff_t>(SizeOf(block.type));
  block.patternStride = shape.qy * block.rowStride;
  block.data = m_Data + ((ry - m_FirstRow) * shape.rx + rx) * block.patternStride;
  return block;
}
} // namespace fourdstem
