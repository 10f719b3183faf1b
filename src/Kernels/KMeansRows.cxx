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
SumAll(const float * const * rows, std::int64_t count, std::vector<double> & sum)
{
  constexpr std::int64_t   group = 16;
  const std::vector<float> signs(group, 1.0f);
  for (std::int64_t i = 0; i < count; i += group)
  {
    RunHotLoop<AddRowsToDouble>(
      rows + i, signs.data(), std::min(group, count - i), static_cast<std::int64_t>(sum.size()), sum.data());
  }
}

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

KMeansRows::KMeansRows(const RowStore & store, const std::vector<std::int64_t> & positions, const Execution & execution)
  : m_Store(store)
  , m_Positions(positions)
  , m_Execution(execution)
{
  this->SumColumns();
}

void
KMeansRows::SumColumns()
{
  struct Sums
  {
    State                     rows;
    std::vector<double>       sum;
    std::vector<std::int64_t> count;
  };
  const auto                columns = static_cast<std::size_t>(this->Columns());
  std::vector<std::int64_t> finite;
  const auto                sumAll = [&](bool checked) {
    m_Sum.assign(columns, 0.0);
    finite.assign(columns, 0);
    ParallelOrdered(
      this->Blocks(),
      m_Execution,
      [] { return Sums{}; },
      [&](std::int64_t b, Sums & sums) {
        const std::int64_t    count = this->End(b) - this->Begin(b);
        const float * const * rows = this->Read(this->Begin(b), count, sums.rows);
        sums.sum.assign(columns, 0.0);
        sums.count.assign(columns, checked ? 0 : count);
        checked ? SumFinite(rows, count, sums.sum, sums.count) : SumAll(rows, count, sums.sum);
      },
      [&](std::int64_t, Sums & sums) {
        for (std::size_t j = 0; j < columns; ++j)
        {
          m_Sum[j] += sums.sum[j];
          finite[j] += sums.count[j];
        }
      });
  };
  sumAll(false);
  const bool isFinite = std::all_of(m_Sum.begin(), m_Sum.end(), [](double sum) { return std::isfinite(sum); });
  if (!isFinite)
  {
    sumAll(true);
  }
  m_Mean.resize(columns);
  for (std::size_t j = 0; j < columns; ++j)
  {
    const double mean = finite[j] > 0 ? m_Sum[j] / static_cast<double>(finite[j]) : 0.0;
    m_Mean[j] = static_cast<float>(mean);
    m_Sum[j] += static_cast<double>(this->Count() - finite[j]) * static_cast<double>(m_Mean[j]);
  }
  m_Repair = !isFinite;
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
