// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/RepairedPatternSource.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace fourdstem
{
namespace
{
/** The type that holds every value of T, and means of them. */
template <typename T>
using RealFor = std::conditional_t<sizeof(T) <= 2 || std::is_same_v<T, float>, float, double>;

ElementType
RepairedType(ElementType type)
{
  return VisitElementType(type, [](auto zero) { return ElementTypeOf<RealFor<decltype(zero)>>(); });
}

std::vector<std::int64_t>
GoodWithin(const DetectorMask & bad, std::int64_t y, std::int64_t x, std::int64_t reach)
{
  std::vector<std::int64_t> good;
  for (std::int64_t row = std::max<std::int64_t>(0, y - reach); row <= std::min(bad.qy - 1, y + reach); ++row)
  {
    for (std::int64_t column = std::max<std::int64_t>(0, x - reach); column <= std::min(bad.qx - 1, x + reach);
         ++column)
    {
      const std::int64_t i = row * bad.qx + column;
      if (bad.pixels[static_cast<std::size_t>(i)] == 0)
      {
        good.push_back(i);
      }
    }
  }
  return good;
}
} // namespace

RepairedPatternSource::RepairedPatternSource(const PatternSource & source, const DetectorMask & bad)
  : PatternSource(source.Shape(), RepairedType(source.Type()))
  , m_Source(source)
{
  const ScanShape & shape = source.Shape();
  if (bad.qy != shape.qy || bad.qx != shape.qx)
  {
    throw std::invalid_argument("a mask of " + std::to_string(bad.qy) + " x " + std::to_string(bad.qx) +
                                " bad pixels does not fit a detector of " + std::to_string(shape.qy) + " x " +
                                std::to_string(shape.qx));
  }
  for (std::int64_t i = 0; i < shape.PatternPixels(); ++i)
  {
    if (bad.pixels[static_cast<std::size_t>(i)] != 0)
    {
      auto neighbours = GoodWithin(bad, i / shape.qx, i % shape.qx, 1);
      if (neighbours.size() < 2)
      {
        neighbours = GoodWithin(bad, i / shape.qx, i % shape.qx, 2);
      }
      m_Repairs.push_back({ i, std::move(neighbours) });
    }
  }
  if (source.IsSparse())
  {
    this->IndexNeighbours(bad);
  }
}

void
RepairedPatternSource::IndexNeighbours(const DetectorMask & bad)
{
  m_IsBad.assign(bad.pixels.begin(), bad.pixels.end());
  m_FirstRepairOf.assign(bad.pixels.size() + 1, 0);
  for (const Repair & repair : m_Repairs)
  {
    for (const std::int64_t neighbour : repair.neighbours)
    {
      ++m_FirstRepairOf[static_cast<std::size_t>(neighbour) + 1];
    }
  }
  std::partial_sum(m_FirstRepairOf.begin(), m_FirstRepairOf.end(), m_FirstRepairOf.begin());
  m_RepairsOf.resize(m_FirstRepairOf.back());
  std::vector<std::uint32_t> next(m_FirstRepairOf.begin(), m_FirstRepairOf.end() - 1);
  for (std::size_t r = 0; r < m_Repairs.size(); ++r)
  {
    for (const std::int64_t neighbour : m_Repairs[r].neighbours)
    {
      m_RepairsOf[next[static_cast<std::size_t>(neighbour)]++] = static_cast<std::uint32_t>(r);
    }
  }
}

template <typename TReal>
void
RepairedPatternSource::RepairPattern(TReal * pattern) const
{
  for (const Repair & repair : m_Repairs)
  {
    double sum = 0.;
    int    count = 0;
    for (const std::int64_t i : repair.neighbours)
    {
      const auto value = static_cast<double>(pattern[i]);
      if (std::isfinite(value))
      {
        sum += value;
        ++count;
      }
    }
    pattern[repair.pixel] = count > 0 ? static_cast<TReal>(sum / count) : std::numeric_limits<TReal>::quiet_NaN();
  }
}

PatternBlock
RepairedPatternSource::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  const ScanShape &  shape = this->Shape();
  const PatternBlock from = m_Source.Read(ry, rx, count, lease.Inner());
  PatternBlock       block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = shape.qx * static_cast<std::ptrdiff_t>(SizeOf(block.type));
  block.patternStride = shape.qy * block.rowStride;
  std::byte * const buffer = lease.Buffer(static_cast<std::size_t>(count * block.patternStride));
  block.data = buffer;
  VisitElementType(from.type, [&](auto zero) {
    using Stored = decltype(zero);
    using Real = RealFor<Stored>;
    for (std::int64_t p = 0; p < count; ++p)
    {
      auto * const pattern = reinterpret_cast<Real *>(buffer + p * block.patternStride);
      for (std::int64_t qy = 0; qy < shape.qy; ++qy)
      {
        const Stored * const row = from.Row<Stored>(p, qy);
        std::transform(
          row, row + shape.qx, pattern + qy * shape.qx, [](Stored value) { return static_cast<Real>(value); });
      }
      this->RepairPattern(pattern);
    }
  });
  return block;
}

void
RepairedPatternSource::DoReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const
{
  SparseBlock & from = block.Inner();
  m_Source.ReadSparse(ry, rx, count, from);
  for (std::int64_t p = 0; p < count; ++p)
  {
    this->RepairSparse(from[p], block);
  }
}

void
RepairedPatternSource::RepairSparse(const SparsePattern & pattern, SparseBlock & block) const
{
  struct Mean
  {
    double       sum = 0.;
    std::int64_t left = 0;
  };
  thread_local std::vector<Mean> means;
  means.assign(m_Repairs.size(), {});
  // Pixels come in the order in which a repair goes through its neighbours.
  for (std::int64_t i = 0; i < pattern.count; ++i)
  {
    const double value = pattern.values[i];
    for (auto k = m_FirstRepairOf[pattern.pixels[i]]; k < m_FirstRepairOf[pattern.pixels[i] + 1]; ++k)
    {
      Mean & mean = means[m_RepairsOf[k]];
      mean.sum += std::isfinite(value) ? value : 0.;
      mean.left += std::isfinite(value) ? 0 : 1;
    }
  }
  const bool   isNarrow = this->Type() == ElementType::Float32;
  std::int64_t i = 0;
  const auto   appendGood = [&](std::int64_t end) {
    for (; i < pattern.count && pattern.pixels[i] < end; ++i)
    {
      if (m_IsBad[pattern.pixels[i]] == 0)
      {
        block.AppendPixel(pattern.pixels[i], pattern.values[i]);
      }
    }
  };
  for (std::size_t r = 0; r < m_Repairs.size(); ++r)
  {
    const Repair &     repair = m_Repairs[r];
    const std::int64_t count = static_cast<std::int64_t>(repair.neighbours.size()) - means[r].left;
    if (count == 0 || means[r].sum != 0.)
    {
      appendGood(repair.pixel);
      const double mean =
        count > 0 ? means[r].sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
      block.AppendPixel(static_cast<std::uint32_t>(repair.pixel),
                        isNarrow ? static_cast<double>(static_cast<float>(mean)) : mean);
    }
  }
  appendGood(this->Shape().PatternPixels());
  block.EndPattern();
}

std::vector<double>
RepairPattern(const std::vector<double> & pattern, const DetectorMask & bad)
{
  const MemoryPatternSource   source(pattern.data(), { 1, 1, bad.qy, bad.qx });
  const RepairedPatternSource repaired(source, bad);
  PatternLease                lease;
  const double * const        pixels = repaired.Read(0, 0, 1, lease).Row<double>(0, 0);
  return { pixels, pixels + pattern.size() };
}
} // namespace fourdstem
