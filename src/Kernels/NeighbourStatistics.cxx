// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NeighbourStatistics.h"

#include "HotLoops/NeighbourLoops.h"
#include "NeighbourTotals.h"
#include "NodeRows.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>

namespace fourdstem
{
namespace
{
struct SumStrip
{
  static FourDSTEM_HOT void
  Run(const float * const * rows,
      const float * const * neighbours,
      const std::int64_t *  begin,
      std::int64_t          count,
      std::int64_t          column,
      std::int64_t          columns,
      const float *         reference,
      StripSums<float>      sums)
  {
    for (std::int64_t i = 0; i < count; ++i)
    {
      SumRow::Run(rows[i] + column, reference + column, columns, sums);
      for (std::int64_t p = begin[i] - begin[0]; p < begin[i + 1] - begin[0]; ++p)
      {
        SumDifference::Run(rows[i] + column, neighbours[p] + column, columns, sums);
      }
    }
  }
};

/** The five sums of a block, column by column, one after the other. */
struct BlockSums
{
  explicit BlockSums(std::size_t columnCount)
    : values(5 * columnCount)
    , columns(columnCount)
  {}

  StripSums<float>
  At(std::int64_t column, bool checked)
  {
    float * first = values.data() + column;
    return { first,
             first + columns,
             first + 2 * columns,
             checked ? first + 3 * columns : nullptr,
             checked ? first + 4 * columns : nullptr };
  }

  std::vector<float> values;
  std::size_t        columns;
  NodeBlock          block;
};

void
SumBlock(const NodeBlock & block, const float * reference, bool checked, BlockSums & sums)
{
  constexpr std::int64_t strip = 1024;
  const auto             columns = static_cast<std::int64_t>(sums.columns);
  std::fill(sums.values.begin(), sums.values.end(), 0.0f);
  for (std::int64_t column = 0; column < columns; column += strip)
  {
    RunHotLoop<SumStrip>(block.rows,
                         static_cast<const float * const *>(block.neighbours.data()),
                         block.begin,
                         block.count,
                         column,
                         std::min(strip, columns - column),
                         reference,
                         sums.At(column, checked));
  }
  if (!checked)
  {
    std::fill_n(sums.values.begin() + 3 * columns, columns, static_cast<float>(block.count));
    std::fill_n(sums.values.begin() + 4 * columns, columns, static_cast<float>(block.neighbours.size()));
  }
}
} // namespace

NeighbourStatistics
StatisticsOf(const std::vector<double> & totals, const std::vector<float> & reference, std::int64_t pairs)
{
  const std::size_t   columns = reference.size();
  NeighbourStatistics result;
  result.pairs = pairs;
  result.mean.assign(columns, 0.0);
  result.variance.assign(columns, 0.0);
  result.neighbourVariance.assign(columns, 0.0);
  result.score.assign(columns, 0.0);
  result.finite.assign(columns, 0);
  for (std::size_t j = 0; j < columns; ++j)
  {
    const double finite = totals[j + 3 * columns];
    const double finitePairs = totals[j + 4 * columns];
    result.finite[j] = static_cast<std::int64_t>(finite);
    const double shift = finite > 0 ? totals[j] / finite : 0.0;
    result.mean[j] = static_cast<double>(reference[j]) + shift;
    if (finite > 1)
    {
      result.variance[j] = std::max(0.0, (totals[j + columns] - totals[j] * shift) / (finite - 1));
    }
    if (finitePairs > 0)
    {
      result.neighbourVariance[j] = 0.5 * totals[j + 2 * columns] / finitePairs;
    }
    const double score = (1.0 - result.neighbourVariance[j] / result.variance[j]) * std::sqrt(finitePairs);
    result.score[j] = result.variance[j] > 0 && std::isfinite(score) ? score : 0.0;
  }
  return result;
}

NeighbourStatistics
ComputeNeighbourStatistics(const RowStore & store, const NeighbourPairs & pairs, const Execution & execution)
{
  const auto          columns = static_cast<std::size_t>(store.Components());
  const std::int64_t  count = pairs.Positions();
  std::vector<float>  reference(columns, 0.0f);
  std::vector<double> total(5 * columns, 0.0);
  if (count == 0)
  {
    return StatisticsOf(total, reference, 0);
  }

  RowLease      lease;
  const float * first = store.Read(pairs.positions.data(), 1, lease)[0];
  std::transform(
    first, first + columns, reference.begin(), [](float value) { return std::isfinite(value) ? value : 0.0f; });
  ParallelOrdered(
    NodeBlock::CountBlocks(count),
    execution,
    [columns] { return BlockSums(columns); },
    [&](std::int64_t i, BlockSums & sums) {
      sums.block.Read(store, pairs, i, true);
      SumBlock(sums.block, reference.data(), false, sums);
      const auto isFinite = [](float value) { return std::isfinite(value); };
      if (!std::all_of(sums.values.begin(), sums.values.end(), isFinite))
      {
        SumBlock(sums.block, reference.data(), true, sums);
      }
    },
    [&](std::int64_t, BlockSums & sums) {
      std::transform(total.begin(), total.end(), sums.values.begin(), total.begin(), [](double a, float b) {
        return a + static_cast<double>(b);
      });
    });

  return StatisticsOf(total, reference, pairs.Pairs());
}

double
NeighbourThreshold(const std::vector<double> & scores, const NeighbourTest & test)
{
  std::vector<double> sorted;
  sorted.reserve(scores.size());
  std::copy_if(
    scores.begin(), scores.end(), std::back_inserter(sorted), [](double score) { return std::isfinite(score); });
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const auto tested = static_cast<double>(sorted.size());
  for (std::size_t k = sorted.size(); k > 0; --k)
  {
    const double p = 0.5 * std::erfc(sorted[k - 1] / std::sqrt(2.0));
    if (p <= test.falseDiscoveryRate * static_cast<double>(k) / tested)
    {
      return std::clamp(sorted[k - 1], test.lowest, test.highest);
    }
  }
  return std::numeric_limits<double>::infinity();
}

std::vector<std::uint8_t>
SelectNeighbourFeatures(const std::vector<double> & scores, const NeighbourTest & test)
{
  const double              threshold = NeighbourThreshold(scores, test);
  std::vector<std::uint8_t> isSelected(scores.size());
  std::transform(scores.begin(), scores.end(), isSelected.begin(), [threshold](double score) {
    return static_cast<std::uint8_t>(std::isfinite(score) && score >= threshold ? 1 : 0);
  });
  return isSelected;
}
} // namespace fourdstem
