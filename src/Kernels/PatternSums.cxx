// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "AlignedPatterns.h"
#include "fourdstem/Statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/** Of n samples with these sums; what rounding alone could give counts as 0. */
double
Variance(std::int64_t n, double sum, double squares)
{
  constexpr double rounding = 1e-12;
  const double     count = static_cast<double>(n);
  const double     variance = (squares - sum * sum / count) / count;
  return variance > rounding * squares / count ? variance : 0.;
}
} // namespace

PatternSums::PatternSums(const ScanShape & shape, Deviation deviation)
  : m_Shape(shape)
  , m_Deviation(deviation)
  , m_Groups(deviation == Deviation::Nested ? shape.rx : 1)
{
  const auto groups = static_cast<std::size_t>(m_Groups);
  const auto pixels = static_cast<std::size_t>(shape.PatternPixels());
  m_Sum.resize(groups * pixels, 0.);
  m_SumOfSquares.resize(groups * pixels, 0.);
  m_Maximum.resize(groups * pixels, -std::numeric_limits<float>::infinity());
  m_CountSteps.resize(groups * static_cast<std::size_t>((shape.qy + 1) * (shape.qx + 1)), 0);
}

void
PatternSums::Merge(const PatternSums & other)
{
  if (!(m_Shape == other.m_Shape) || m_Deviation != other.m_Deviation)
  {
    throw std::invalid_argument("sums over different scans, or for different deviations, cannot be merged");
  }
  const auto add = [](auto & to, const auto & from) {
    std::transform(from.begin(), from.end(), to.begin(), to.begin(), [](auto a, auto b) { return b + a; });
  };
  add(m_Sum, other.m_Sum);
  add(m_SumOfSquares, other.m_SumOfSquares);
  add(m_CountSteps, other.m_CountSteps);
  std::transform(
    other.m_Maximum.begin(), other.m_Maximum.end(), m_Maximum.begin(), m_Maximum.begin(), [](float a, float b) {
      return std::max(a, b);
    });
  m_Patterns += other.m_Patterns;
  m_NonFinite += other.m_NonFinite;
}

std::vector<std::int64_t>
PatternSums::GroupCounts(std::int64_t group) const
{
  const std::int64_t groupSteps = (m_Shape.qy + 1) * (m_Shape.qx + 1);
  return CountsOfSteps(m_CountSteps.data() + group * groupSteps, m_Shape.qy, m_Shape.qx);
}

PatternSums
PatternSums::OverAllColumns() const
{
  PatternSums all(m_Shape, Deviation::Global);
  all.m_Patterns = m_Patterns;
  all.m_NonFinite = m_NonFinite;
  const auto fold = [](const auto & groups, auto & sum, auto && join) {
    for (std::size_t first = 0; first < groups.size(); first += sum.size())
    {
      std::transform(sum.begin(), sum.end(), groups.begin() + static_cast<std::ptrdiff_t>(first), sum.begin(), join);
    }
  };
  fold(m_Sum, all.m_Sum, std::plus<>());
  fold(m_SumOfSquares, all.m_SumOfSquares, std::plus<>());
  fold(m_CountSteps, all.m_CountSteps, std::plus<>());
  fold(m_Maximum, all.m_Maximum, [](float x, float y) { return std::max(x, y); });
  return all;
}

PatternSums::Totals
PatternSums::Total() const
{
  if (m_Groups != 1)
  {
    return this->OverAllColumns().Total();
  }
  return { this->GroupCounts(0), m_Sum, m_SumOfSquares };
}

std::vector<std::int64_t>
PatternSums::Counts() const
{
  return this->Total().counts;
}

std::vector<double>
PatternSums::Mean() const
{
  Totals total = this->Total();
  for (std::size_t i = 0; i < total.sum.size(); ++i)
  {
    total.sum[i] = total.counts[i] > 0 ? total.sum[i] / static_cast<double>(total.counts[i]) : nothing;
  }
  return total.sum;
}

std::vector<double>
PatternSums::Maximum() const
{
  const auto          pixels = static_cast<std::size_t>(m_Shape.PatternPixels());
  std::vector<double> maximum(pixels, -std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < m_Maximum.size(); ++i)
  {
    maximum[i % pixels] = std::max(maximum[i % pixels], static_cast<double>(m_Maximum[i]));
  }
  const auto counts = this->Counts();
  std::transform(maximum.begin(), maximum.end(), counts.begin(), maximum.begin(), [](double value, std::int64_t n) {
    return n > 0 ? value : nothing;
  });
  return maximum;
}

std::vector<double>
PatternSums::StandardDeviation(Deviation deviation) const
{
  return deviation == Deviation::Nested ? this->NestedDeviation() : this->GlobalDeviation();
}

std::vector<double>
PatternSums::GlobalDeviation() const
{
  Totals total = this->Total();
  for (std::size_t i = 0; i < total.sum.size(); ++i)
  {
    total.sum[i] = total.counts[i] > 0 ? std::sqrt(Variance(total.counts[i], total.sum[i], total.squares[i])) : nothing;
  }
  return total.sum;
}

std::vector<double>
PatternSums::NestedDeviation() const
{
  if (m_Deviation != Deviation::Nested)
  {
    throw std::logic_error("these sums were not kept for every scan column, as a nested deviation needs");
  }
  const auto          pixels = static_cast<std::size_t>(m_Shape.PatternPixels());
  std::vector<double> columns(pixels, 0.);
  std::vector<double> mean(pixels, 0.);
  std::vector<double> variance(pixels, 0.); // about the mean so far, times the number of columns: Welford (1962)
  for (std::int64_t group = 0; group < m_Groups; ++group)
  {
    const auto counts = this->GroupCounts(group);
    const auto first = static_cast<std::size_t>(group) * pixels;
    for (std::size_t i = 0; i < pixels; ++i)
    {
      if (counts[i] > 0)
      {
        const double deviation = std::sqrt(Variance(counts[i], m_Sum[first + i], m_SumOfSquares[first + i]));
        const double distance = deviation - mean[i];
        columns[i] += 1.;
        mean[i] += distance / columns[i];
        variance[i] += distance * (deviation - mean[i]);
      }
    }
  }
  for (std::size_t i = 0; i < pixels; ++i)
  {
    variance[i] = columns[i] > 0. ? std::sqrt(variance[i] / columns[i]) : nothing;
  }
  return variance;
}

std::vector<double>
PatternSums::LogStandardDeviation(Deviation deviation) const
{
  auto values = this->StandardDeviation(deviation);
  std::transform(values.begin(), values.end(), values.begin(), [](double value) { return std::log(value + 1.); });
  return values;
}

std::vector<double>
PatternSums::Fano() const
{
  Totals total = this->Total();
  for (std::size_t i = 0; i < total.sum.size(); ++i)
  {
    const std::int64_t n = total.counts[i];
    if (n == 0)
    {
      total.sum[i] = nothing;
      continue;
    }
    const double variance = Variance(n, total.sum[i], total.squares[i]);
    const double mean = total.sum[i] / static_cast<double>(n);
    total.sum[i] = variance == 0. ? 0. : mean > 0. ? variance / mean : nothing;
  }
  return total.sum;
}
} // namespace fourdstem
