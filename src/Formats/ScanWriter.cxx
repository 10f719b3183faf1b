// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/ScanWriter.h"

#include "Kernels/Parallel.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace fourdstem
{
namespace
{
/** Patterns of one part of a copy; what reading them threw is kept until their turn comes. */
struct CopiedPart
{
  PatternLease           lease;
  std::vector<std::byte> patterns;
  std::exception_ptr     failure;
};

void
CopyRows(const PatternBlock & block, const ScanShape & shape, std::byte * to)
{
  const auto rowBytes = static_cast<std::size_t>(shape.qx) * SizeOf(block.type);
  for (std::int64_t p = 0; p < block.count; ++p)
  {
    for (std::int64_t qy = 0; qy < shape.qy; ++qy, to += rowBytes)
    {
      std::memcpy(to, block.Row<std::byte>(p, qy), rowBytes);
    }
  }
}
} // namespace

ScanWriter::ScanWriter(std::string path, const ScanShape & shape, ElementType type)
  : m_Path(std::move(path))
  , m_Shape(shape)
  , m_Type(type)
{
  if (std::min({ shape.ry, shape.rx, shape.qy, shape.qx }) < 1)
  {
    throw std::invalid_argument("a scan has at least one position and one detector pixel");
  }
}

void
ScanWriter::Write(const void * patterns, std::int64_t count)
{
  if (count < 0 || count > m_Shape.Positions() - m_Written)
  {
    throw std::out_of_range("more patterns for " + m_Path + " than the scan's " + std::to_string(m_Shape.Positions()));
  }
  this->DoWrite(patterns, count);
  m_Written += count;
}

void
ScanWriter::Close()
{
  if (m_Written != m_Shape.Positions())
  {
    throw std::logic_error(m_Path + " got " + std::to_string(m_Written) + " of " + std::to_string(m_Shape.Positions()) +
                           " patterns");
  }
  this->DoClose();
}

void
CopyScan(const PatternSource & source, ScanWriter & writer, const Execution & execution)
{
  const ScanShape & shape = source.Shape();
  if (!(shape == writer.Shape()) || source.Type() != writer.Type())
  {
    throw std::invalid_argument("the file to be written has another shape or type than the scan");
  }
  constexpr std::int64_t partBytes = std::int64_t{ 1 } << 20;
  const std::int64_t     patternBytes = shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(source.Type()));
  const std::int64_t     width = std::clamp<std::int64_t>(partBytes / patternBytes, 1, shape.rx);
  const std::int64_t     partsInRow = (shape.rx + width - 1) / width;
  ParallelOrdered(
    shape.ry * partsInRow,
    execution,
    [] { return CopiedPart(); },
    [&](std::int64_t i, CopiedPart & part) {
      try
      {
        const std::int64_t column = i % partsInRow * width;
        const PatternBlock block = source.Read(i / partsInRow, column, std::min(width, shape.rx - column), part.lease);
        part.patterns.resize(static_cast<std::size_t>(block.count * patternBytes));
        CopyRows(block, shape, part.patterns.data());
      }
      catch (...)
      {
        part.failure = std::current_exception();
      }
    },
    [&](std::int64_t, CopiedPart & part) {
      if (part.failure)
      {
        std::rethrow_exception(part.failure);
      }
      writer.Write(part.patterns.data(), static_cast<std::int64_t>(part.patterns.size()) / patternBytes);
    });
  writer.Close();
}
} // namespace fourdstem
