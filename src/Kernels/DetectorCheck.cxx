// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DetectorHealth.h"

#include "Parallel.h"
#include "RowBlocks.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/** What is summed about some patterns; parts are merged in the order of positions. */
struct Tally
{
  explicit Tally(std::size_t pixels)
    : sum(pixels, 0.)
    , squares(pixels, 0.)
    , maximum(pixels, -infinity)
    , atMaximum(pixels, 0)
    , nonFinite(pixels, 0)
  {}

  void
  Clear()
  {
    *this = Tally(sum.size());
  }

  template <typename T>
  void
  Add(const PatternBlock & block, std::int64_t p, const ScanShape & shape, std::int64_t position)
  {
    std::int64_t bad = 0;
    bool         isEmpty = true;
    std::size_t  i = 0;
    for (std::int64_t y = 0; y < shape.qy; ++y)
    {
      const T * const row = block.Row<T>(p, y);
      for (std::int64_t x = 0; x < shape.qx; ++x, ++i)
      {
        const auto value = static_cast<double>(row[x]);
        isEmpty = isEmpty && value == 0.;
        if (std::is_floating_point_v<T> && !std::isfinite(value))
        {
          ++bad;
          ++nonFinite[i];
          continue;
        }
        sum[i] += value;
        squares[i] += value * value;
        minimum = std::min(minimum, value);
        atMaximum[i] = value > maximum[i] ? 1 : atMaximum[i] + (value == maximum[i] ? 1 : 0);
        maximum[i] = std::max(maximum[i], value);
      }
    }
    if (bad > 0)
    {
      firstNonFinite = nonFinitePatterns++ == 0 ? position : firstNonFinite;
    }
    if (isEmpty)
    {
      firstEmpty = emptyPatterns++ == 0 ? position : firstEmpty;
    }
    ++patterns;
  }

  void
  Merge(const Tally & other)
  {
    for (std::size_t i = 0; i < sum.size(); ++i)
    {
      sum[i] += other.sum[i];
      squares[i] += other.squares[i];
      nonFinite[i] += other.nonFinite[i];
      if (other.maximum[i] >= maximum[i])
      {
        atMaximum[i] = other.atMaximum[i] + (other.maximum[i] == maximum[i] ? atMaximum[i] : 0);
        maximum[i] = other.maximum[i];
      }
    }
    minimum = std::min(minimum, other.minimum);
    firstNonFinite = nonFinitePatterns == 0 ? other.firstNonFinite : firstNonFinite;
    firstEmpty = emptyPatterns == 0 ? other.firstEmpty : firstEmpty;
    nonFinitePatterns += other.nonFinitePatterns;
    emptyPatterns += other.emptyPatterns;
    patterns += other.patterns;
  }

  std::vector<double>       sum;
  std::vector<double>       squares;
  std::vector<double>       maximum;
  std::vector<std::int64_t> atMaximum;
  std::vector<std::int64_t> nonFinite;
  double                    minimum = infinity;
  std::int64_t              patterns = 0;
  std::int64_t              nonFinitePatterns = 0;
  std::int64_t              firstNonFinite = -1;
  std::int64_t              emptyPatterns = 0;
  std::int64_t              firstEmpty = -1;
};

DetectorStatistics
StatisticsOf(const Tally & tally, const ScanShape & shape)
{
  DetectorStatistics statistics;
  statistics.qy = shape.qy;
  statistics.qx = shape.qx;
  statistics.patterns = tally.patterns;
  for (std::size_t i = 0; i < tally.sum.size(); ++i)
  {
    constexpr double   rounding = 1e-12;
    const std::int64_t count = tally.patterns - tally.nonFinite[i];
    const auto         n = static_cast<double>(count);
    const double       mean = tally.sum[i] / n;
    const double       variance = tally.squares[i] / n - mean * mean;
    statistics.counts.push_back(count);
    statistics.mean.push_back(count > 0 ? mean : nothing);
    statistics.variance.push_back(count == 0 ? nothing : (variance > rounding * tally.squares[i] / n ? variance : 0.));
    statistics.maximum.push_back(count > 0 ? tally.maximum[i] : nothing);
  }
  return statistics;
}

double
FullScale(ElementType type)
{
  return VisitElementType(type, [](auto zero) {
    using T = decltype(zero);
    return std::is_floating_point_v<T> ? infinity : static_cast<double>(std::numeric_limits<T>::max());
  });
}

/** Pixels that show the largest value of the scan so often that it must be where they end. */
void
FindSaturation(const Tally & tally, ElementType type, DetectorCheck & check)
{
  constexpr double       smallestFullScale = 63.; // a counter of 6 bits
  constexpr std::int64_t leastPatterns = 16;
  double                 largest = -infinity;
  for (std::size_t i = 0; i < tally.maximum.size(); ++i)
  {
    if (check.health.pixels[i] == PixelHealth::Good)
    {
      largest = std::max(largest, tally.maximum[i]);
    }
  }
  const bool         isFullScale = largest == FullScale(type);
  const std::int64_t often = isFullScale ? 1 : std::max(leastPatterns, tally.patterns / 100);
  if (!(largest >= smallestFullScale))
  {
    return;
  }
  for (std::size_t i = 0; i < tally.maximum.size(); ++i)
  {
    if (tally.maximum[i] == largest && tally.atMaximum[i] >= often && check.health.pixels[i] == PixelHealth::Good)
    {
      check.saturated.pixels[i] = 1;
      check.saturation = largest;
    }
  }
}
} // namespace

DetectorCheck
CheckDetector(const PatternSource & source, const Execution & execution)
{
  struct State
  {
    PatternLease lease;
    Tally        part;
  };
  const ScanShape & shape = source.Shape();
  const auto        pixels = static_cast<std::size_t>(shape.PatternPixels());
  const RowBlocks   blocks(shape, 0, shape.ry);
  Tally             tally(pixels);
  ParallelOrdered(
    blocks.Count(),
    execution,
    [pixels] {
      return State{ {}, Tally(pixels) };
    },
    [&](std::int64_t i, State & state) {
      const RowBlock where = blocks[i];
      state.part.Clear();
      VisitPatterns(source, where, state.lease, [&](const PatternBlock & block, std::int64_t column) {
        VisitElementType(block.type, [&](auto zero) {
          for (std::int64_t p = 0; p < block.count; ++p)
          {
            state.part.Add<decltype(zero)>(block, p, shape, where.row * shape.rx + column + p);
          }
        });
      });
    },
    [&](std::int64_t, State & state) { tally.Merge(state.part); });

  DetectorCheck check;
  check.statistics = StatisticsOf(tally, shape);
  check.health = JudgeDetector(check.statistics);
  check.saturated = DetectorMask::Filled(shape.qy, shape.qx, 0);
  for (std::size_t i = 0; i < pixels; ++i)
  {
    check.nonFiniteValues += tally.nonFinite[i];
    const double maximum = check.statistics.maximum[i];
    check.maximum = maximum <= check.maximum || std::isnan(maximum) ? check.maximum : maximum;
  }
  check.minimum = tally.minimum < infinity ? tally.minimum : nothing;
  check.nonFinitePatterns = tally.nonFinitePatterns;
  check.firstNonFinitePattern = tally.firstNonFinite;
  check.emptyPatterns = tally.emptyPatterns;
  check.firstEmptyPattern = tally.firstEmpty;
  FindSaturation(tally, source.Type(), check);
  return check;
}
} // namespace fourdstem
