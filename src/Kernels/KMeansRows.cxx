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
  const auto                columns = static_cast<std::size_t>(this->Columns());
  std::vector<std::int64_t> finite;
  const auto                sumAll = [&](bool checked) {
    m_Sum.assign(columns, 0.0);
    finite.assign(columns, 0);
    ParallelOrdered(
      this->Blocks(),
      m_Execution,
      [] { return State{}; },
      [&](std::int64_t b, State & state) {
        const Block block = this->Read(b, state);
        state.sums.assign(columns, 0.0);
        state.counts.assign(columns, checked ? 0 : block.count);
        for (std::int64_t i = 0; i < block.count; ++i)
        {
          if (!checked)
          {
            RunHotLoop<AddRowToDouble>(block.rows[i], this->Columns(), 1.0, state.sums.data());
            continue;
          }
          for (std::size_t j = 0; j < columns; ++j)
          {
            if (std::isfinite(block.rows[i][j]))
            {
              state.sums[j] += static_cast<double>(block.rows[i][j]);
              ++state.counts[j];
            }
          }
        }
      },
      [&](std::int64_t, State & state) {
        for (std::size_t j = 0; j < columns; ++j)
        {
          m_Sum[j] += state.sums[j];
          finite[j] += state.counts[j];
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

KMeansRows::Block
KMeansRows::Read(std::int64_t index, State & state) const
{
  const std::int64_t    first = index * BlockSize;
  const std::int64_t    count = std::min(BlockSize, this->Count() - first);
  const float * const * rows = m_Store.Read(m_Positions.data() + first, count, state.lease);
  if (!m_Repair)
  {
    return { first, count, rows };
  }
  state.repaired.resize(static_cast<std::size_t>(count * this->Columns()));
  state.pointers.resize(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
  {
    float * out = state.repaired.data() + i * this->Columns();
    RunHotLoop<RepairRow>(rows[i], m_Mean.data(), this->Columns(), out);
    state.pointers[static_cast<std::size_t>(i)] = out;
  }
  return { first, count, state.pointers.data() };
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
