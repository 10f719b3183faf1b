// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "KMeansRows.h"

#include "HotLoops/DistanceLoops.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
struct RepairRow
{
  static FourDSTEM_HOT void
  Run(const float * row, const float * mean, std::int64_t columns, float * out)
  {
    for (std::int64_t j = 0; j < columns; ++j)
    {
      out[j] = row[j] - row[j] == 0.0f ? row[j] : mean[j];
    }
  }
};

void
SumFinite(const float * const * rows, std::int64_t count, std::vector<double> & sum, std::vector<std::int64_t> & finite)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (std::size_t j = 0; j < sum.size(); ++j)
    {
      if (std::isfinite(rows[i][j]))
      {
        sum[j] += static_cast<double>(rows[i][j]);
        ++finite[j];
      }
    }
  }
}
} // namespace

KMeansRows::KMeansRows(const RowStore &                  store,
                       const std::vector<std::int64_t> & positions,
                       Values                            values,
                       const Execution &                 execution)
  : m_Store(store)
  , m_Positions(positions)
  , m_Execution(execution)
  , m_Repair(values == Values::Repaired)
  , m_Mean(static_cast<std::size_t>(store.Components()))
{
  m_Repair ? this->AverageFinite() : this->AverageSome();
}

void
KMeansRows::AverageSome()
{
  constexpr std::int64_t    most = 1024;
  const std::int64_t        count = std::min(most, this->Count());
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
  {
    numbers[static_cast<std::size_t>(i)] = m_Positions[static_cast<std::size_t>(i * this->Count() / count)];
  }
  RowLease                 lease;
  std::vector<double>      sum(m_Mean.size(), 0.0);
  constexpr std::int64_t   group = 16;
  const std::vector<float> signs(group, 1.0f);
  for (std::int64_t i = 0; i < count; i += group)
  {
    const std::int64_t    taken = std::min(group, count - i);
    const float * const * rows = m_Store.Read(numbers.data() + i, taken, lease);
    RunHotLoop<AddRowsToDouble>(rows, static_cast<const float *>(signs.data()), taken, this->Columns(), sum.data());
  }
  std::transform(sum.begin(), sum.end(), m_Mean.begin(), [count](double value) {
    return static_cast<float>(value / static_cast<double>(count));
  });
}

void
KMeansRows::AverageFinite()
{
  struct Sums
  {
    RowLease                  lease;
    std::vector<double>       sum;
    std::vector<std::int64_t> count;
  };
  std::vector<double>       sum(m_Mean.size(), 0.0);
  std::vector<std::int64_t> finite(m_Mean.size(), 0);
  ParallelOrdered(
    this->Blocks(),
    m_Execution,
    [] { return Sums{}; },
    [&](std::int64_t b, Sums & sums) {
      const std::int64_t count = this->End(b) - this->Begin(b);
      sums.sum.assign(m_Mean.size(), 0.0);
      sums.count.assign(m_Mean.size(), 0);
      SumFinite(m_Store.Read(m_Positions.data() + this->Begin(b), count, sums.lease), count, sums.sum, sums.count);
    },
    [&](std::int64_t, Sums & sums) {
      for (std::size_t j = 0; j < sum.size(); ++j)
      {
        sum[j] += sums.sum[j];
        finite[j] += sums.count[j];
      }
    });
  for (std::size_t j = 0; j < sum.size(); ++j)
  {
    m_Mean[j] = finite[j] > 0 ? static_cast<float>(sum[j] / static_cast<double>(finite[j])) : 0.0f;
  }
}

const float * const *
KMeansRows::Read(std::int64_t first, std::int64_t count, State & state) const
{
  return this->Repaired(m_Store.Read(m_Positions.data() + first, count, state.lease), count, state);
}

const float * const *
KMeansRows::ReadChosen(const std::vector<std::int64_t> & indices,
                       std::int64_t                      first,
                       std::int64_t                      count,
                       State &                           state) const
{
  state.numbers.resize(static_cast<std::size_t>(count));
  std::transform(indices.begin() + first,
                 indices.begin() + first + count,
                 state.numbers.begin(),
                 [this](std::int64_t i) { return m_Positions[static_cast<std::size_t>(i)]; });
  return this->Repaired(m_Store.Read(state.numbers.data(), count, state.lease), count, state);
}

const float * const *
KMeansRows::Repaired(const float * const * rows, std::int64_t count, State & state) const
{
  if (!m_Repair)
  {
    return rows;
  }
  state.repaired.resize(static_cast<std::size_t>(count * this->Columns()));
  state.pointers.resize(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
  {
    float * out = state.repaired.data() + i * this->Columns();
    RunHotLoop<RepairRow>(rows[i], m_Mean.data(), this->Columns(), out);
    state.pointers[static_cast<std::size_t>(i)] = out;
  }
  return state.pointers.data();
}

std::vector<float>
KMeansRows::Row(std::int64_t index) const
{
  RowLease           lease;
  const float *      row = m_Store.Read(m_Positions.data() + index, 1, lease)[0];
  std::vector<float> values(row, row + this->Columns());
  RunHotLoop<RepairRow>(row, m_Mean.data(), this->Columns(), values.data());
  return values;
}
} // namespace fourdstem
