// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NeighbourSums.h"

#include "HotLoops/NeighbourLoops.h"
#include "NeighbourTotals.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
StripSums<double>
StripAt(std::vector<double> & totals, std::int64_t features, std::int64_t first)
{
  double * at = totals.data() + first;
  return { at, at + features, at + 2 * features, at + 3 * features, at + 4 * features };
}

/** One scan row and the one above it, at a strip's first feature. */
struct RowStrip
{
  const float *        values;
  const std::uint8_t * takesPart;
  const float *        above; // null in the first scan row
  const std::uint8_t * aboveTakesPart;
};

struct SumStripOfRow
{
  static FourDSTEM_HOT void
  Run(RowStrip          row,
      std::int64_t      columns,
      std::int64_t      stride,
      std::int64_t      width,
      const float *     reference,
      StripSums<double> sums)
  {
    for (std::int64_t x = 0; x < columns; ++x)
    {
      if (row.takesPart[x] == 0)
      {
        continue;
      }
      const float * values = row.values + x * stride;
      SumRow::Run(values, reference, width, sums);
      if (x > 0 && row.takesPart[x - 1] != 0)
      {
        SumDifference::Run(values, values - stride, width, sums);
      }
      if (row.above && row.aboveTakesPart[x] != 0)
      {
        SumDifference::Run(values, row.above + x * stride, width, sums);
      }
    }
  }
};

/** The first finite value of a feature where the flag is set, or 0. */
float
FirstFinite(const float * values, std::int64_t stride, const std::vector<std::uint8_t> & takesPart)
{
  for (std::size_t p = 0; p < takesPart.size(); ++p)
  {
    const float value = values[static_cast<std::int64_t>(p) * stride];
    if (takesPart[p] != 0 && std::isfinite(value))
    {
      return value;
    }
  }
  return 0.0f;
}

/** Places where both flags are set. */
std::int64_t
CountBoth(const std::uint8_t * a, const std::uint8_t * b, std::int64_t count)
{
  std::int64_t both = 0;
  for (std::int64_t x = 0; x < count; ++x)
  {
    both += a[x] != 0 && b[x] != 0 ? 1 : 0;
  }
  return both;
}
} // namespace

NeighbourSums::NeighbourSums(std::int64_t columns, std::int64_t features)
  : m_Columns(columns)
  , m_Features(features)
{
  if (columns < 1 || features < 1)
  {
    throw std::invalid_argument("neighbours need at least one position and one feature, but have " +
                                std::to_string(columns) + " and " + std::to_string(features));
  }
  m_Reference.assign(static_cast<std::size_t>(features), 0.0f);
  m_Totals.assign(5 * m_Reference.size(), 0.0);
}

void
NeighbourSums::AddRows(const float *        features,
                       std::int64_t         rows,
                       const std::uint8_t * takesPart,
                       const Execution &    execution)
{
  if (rows < 1)
  {
    return;
  }
  const std::int64_t        rowValues = m_Columns * m_Features;
  std::vector<std::uint8_t> flags(static_cast<std::size_t>(rows * m_Columns), 1);
  if (takesPart)
  {
    std::copy_n(takesPart, flags.size(), flags.data());
  }
  constexpr std::int64_t strip = 256;
  ParallelFor((m_Features + strip - 1) / strip, execution, [&](std::int64_t task) {
    const std::int64_t first = task * strip;
    const std::int64_t width = std::min(strip, m_Features - first);
    for (std::int64_t j = first; j < first + width; ++j)
    {
      const auto at = static_cast<std::size_t>(j);
      if (!(m_Totals[at + 3 * m_Reference.size()] > 0))
      {
        m_Reference[at] = FirstFinite(features + j, m_Features, flags);
      }
    }
    const StripSums<double> sums = StripAt(m_Totals, m_Features, first);
    const float *           above = m_Rows > 0 ? m_Last.values.data() + first : nullptr;
    const std::uint8_t *    aboveTakesPart = m_Last.takesPart.data();
    for (std::int64_t row = 0; row < rows; ++row)
    {
      const RowStrip at{ features + row * rowValues + first, flags.data() + row * m_Columns, above, aboveTakesPart };
      RunHotLoop<SumStripOfRow>(
        at, m_Columns, m_Features, width, static_cast<const float *>(m_Reference.data() + first), sums);
      above = at.values;
      aboveTakesPart = at.takesPart;
    }
  });

  const std::uint8_t * above = m_Rows > 0 ? m_Last.takesPart.data() : nullptr;
  for (std::int64_t row = 0; row < rows; ++row)
  {
    const std::uint8_t * at = flags.data() + row * m_Columns;
    m_Pairs += CountBoth(at, at + 1, m_Columns - 1) + (above ? CountBoth(at, above, m_Columns) : 0);
    above = at;
  }
  const auto keep = [&](std::int64_t row, ScanRow & kept) {
    kept.values.assign(features + row * rowValues, features + (row + 1) * rowValues);
    kept.takesPart.assign(flags.begin() + row * m_Columns, flags.begin() + (row + 1) * m_Columns);
  };
  if (m_Rows == 0)
  {
    keep(0, m_First);
  }
  keep(rows - 1, m_Last);
  m_Rows += rows;
}

void
NeighbourSums::Merge(const NeighbourSums & below)
{
  if (m_Columns != below.m_Columns || m_Features != below.m_Features)
  {
    throw std::invalid_argument("neighbour sums of " + std::to_string(below.m_Columns) + " columns and " +
                                std::to_string(below.m_Features) + " features do not fit those of " +
                                std::to_string(m_Columns) + " and " + std::to_string(m_Features));
  }
  if (below.m_Rows == 0)
  {
    return;
  }
  if (m_Rows == 0)
  {
    *this = below;
    return;
  }
  const auto features = static_cast<std::size_t>(m_Features);
  for (std::size_t j = 0; j < features; ++j)
  {
    if (!(m_Totals[j + 3 * features] > 0))
    {
      m_Reference[j] = below.m_Reference[j];
    }
    // The same values, relative to this reference.
    const double shift = static_cast<double>(below.m_Reference[j]) - static_cast<double>(m_Reference[j]);
    const double sum = below.m_Totals[j];
    const double finite = below.m_Totals[j + 3 * features];
    m_Totals[j] += sum + finite * shift;
    m_Totals[j + features] += below.m_Totals[j + features] + shift * (2.0 * sum + finite * shift);
    for (std::size_t k = 2; k < 5; ++k)
    {
      m_Totals[j + k * features] += below.m_Totals[j + k * features];
    }
  }
  const StripSums<double> sums = StripAt(m_Totals, m_Features, 0);
  for (std::int64_t x = 0; x < m_Columns; ++x)
  {
    const auto at = static_cast<std::size_t>(x);
    if (m_Last.takesPart[at] != 0 && below.m_First.takesPart[at] != 0)
    {
      RunHotLoop<SumDifference>(static_cast<const float *>(below.m_First.values.data() + x * m_Features),
                                static_cast<const float *>(m_Last.values.data() + x * m_Features),
                                m_Features,
                                sums);
    }
  }
  m_Pairs += below.m_Pairs + CountBoth(m_Last.takesPart.data(), below.m_First.takesPart.data(), m_Columns);
  m_Rows += below.m_Rows;
  m_Last = below.m_Last;
}

NeighbourStatistics
NeighbourSums::Statistics() const
{
  return StatisticsOf(m_Totals, m_Reference, m_Pairs);
}

FeatureReport
AddNeighbourFeatures(const PatternSource & source,
                     std::int64_t          firstRow,
                     std::int64_t          rows,
                     const float *         origins,
                     const std::uint8_t *  mask,
                     const Feature &       feature,
                     NeighbourSums &       sums,
                     const Execution &     execution)
{
  constexpr std::int64_t blockBytes = std::int64_t{ 32 } << 20;
  const std::int64_t     columns = source.Shape().rx;
  const std::int64_t     rowValues = columns * feature.Components();
  const std::int64_t     rowBytes = rowValues * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t     blockRows =
    std::clamp<std::int64_t>(blockBytes / std::max<std::int64_t>(1, rowBytes), 1, std::max<std::int64_t>(1, rows));
  std::vector<float>        values(static_cast<std::size_t>(blockRows * rowValues));
  std::vector<std::uint8_t> takesPart(static_cast<std::size_t>(blockRows * columns));
  FeatureReport             report;
  for (std::int64_t done = 0; done < rows; done += blockRows)
  {
    const std::int64_t count = std::min(blockRows, rows - done);
    const auto         part = [&](double begin, double end) {
      const double block = static_cast<double>(count);
      const double first = static_cast<double>(done);
      return Execution{ execution.threads,
                        execution.monitor.Part((first + begin * block) / static_cast<double>(rows),
                                               (first + end * block) / static_cast<double>(rows)) };
    };
    const float * blockOrigins = origins ? origins + 2 * done * columns : nullptr;
    report += GatherFeatures(source, firstRow + done, count, blockOrigins, feature, values.data(), part(0.0, 0.8));
    for (std::int64_t p = 0; p < count * columns; ++p)
    {
      const bool hasOrigin =
        !blockOrigins || (std::isfinite(blockOrigins[2 * p]) && std::isfinite(blockOrigins[2 * p + 1]));
      const bool isTaken = !mask || mask[(firstRow + done) * columns + p] != 0;
      takesPart[static_cast<std::size_t>(p)] = hasOrigin && isTaken ? 1 : 0;
    }
    sums.AddRows(values.data(), count, takesPart.data(), part(0.8, 1.0));
  }
  return report;
}
} // namespace fourdstem
