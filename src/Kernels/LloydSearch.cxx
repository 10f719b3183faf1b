// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "HotLoops/DistanceLoops.h"
#include "LloydState.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
/** Rows that stay in the cache from the search to their move. */
std::int64_t
GroupSize(std::int64_t columns)
{
  constexpr std::int64_t values = std::int64_t{ 3 } << 16;
  return std::clamp<std::int64_t>(values / std::max<std::int64_t>(1, columns), 6, 48);
}

constexpr std::uint64_t
BitOf(std::size_t cluster)
{
  return std::uint64_t{ 1 } << (cluster < 63 ? cluster : 63);
}
} // namespace

void
Lloyd::FindActive(std::int64_t b, State & state)
{
  state.active.clear();
  for (std::int64_t i = m_Rows.Begin(b); i < m_Rows.End(b); ++i)
  {
    const std::uint64_t candidates =
      m_TakesAll ? ~std::uint64_t{ 0 } : this->FindCandidates(static_cast<std::size_t>(i));
    if (candidates != 0)
    {
      state.active.push_back({ i, candidates });
    }
  }
  // Rows with the same candidates go together: their products are taken several rows at once.
  std::stable_sort(state.active.begin(), state.active.end(), [](const Active & p, const Active & q) {
    return p.candidates < q.candidates;
  });
  state.numbers.resize(state.active.size());
  std::transform(
    state.active.begin(), state.active.end(), state.numbers.begin(), [](const Active & active) { return active.row; });
}

std::uint64_t
Lloyd::FindCandidates(std::size_t row) const
{
  const float radius = m_Radius[row];
  const auto  own = static_cast<std::size_t>(m_Result.labels[row]);
  if (m_K == 2)
  {
    const ProductBounds::Interval margin = m_Bounds.Bound(row, 0, radius);
    const double                  side = margin.middle - m_Halves[0];
    return (own == 1 ? side : -side) > margin.reach ? 0 : 1;
  }
  const ProductBounds::Interval here = m_Bounds.Bound(row, own, radius);
  const double                  least = here.middle - here.reach - m_Halves[own];
  std::uint64_t                 candidates = 0;
  for (std::size_t c = 0; c < m_K; ++c)
  {
    if (c != own)
    {
      const ProductBounds::Interval there = m_Bounds.Bound(row, c, radius);
      if (!(there.middle + there.reach - m_Halves[c] < least))
      {
        candidates |= BitOf(c) | BitOf(own);
      }
    }
  }
  return candidates;
}

void
Lloyd::AssignBlock(std::int64_t b, State & state)
{
  state.changed = 0;
  state.inertia = 0.0;
  state.counts.assign(m_K, 0);
  state.touched.assign(m_K, 0);
  this->FindActive(b, state);
  const auto active = static_cast<std::int64_t>(state.active.size());
  const auto groupSize = GroupSize(m_Rows.Columns());
  for (std::int64_t begin = 0; begin < active; begin += groupSize)
  {
    const std::int64_t    end = std::min(active, begin + groupSize);
    const float * const * rows = m_Rows.ReadChosen(state.numbers, begin, end - begin, state.rows);
    for (std::int64_t first = begin; first < end;)
    {
      const std::uint64_t candidates = state.active[static_cast<std::size_t>(first)].candidates;
      std::int64_t        last = first + 1;
      while (last < end && state.active[static_cast<std::size_t>(last)].candidates == candidates)
      {
        ++last;
      }
      state.candidates.clear();
      state.vectors.clear();
      for (std::size_t c = 0; c < m_Width; ++c)
      {
        if ((candidates & BitOf(c)) != 0)
        {
          state.candidates.push_back(static_cast<std::int32_t>(c));
          state.vectors.push_back(m_Vectors.data() + c * m_Columns);
        }
      }
      this->LookAt(rows + (first - begin), first, last - first, end - last, state);
      first = last;
    }
    this->Flush(state);
  }
}

void
Lloyd::LookAt(const float * const * rows, std::int64_t first, std::int64_t count, std::int64_t following, State & state)
{
  const auto width = static_cast<std::int64_t>(state.vectors.size());
  state.products.resize(static_cast<std::size_t>(count * width));
  RunHotLoop<DotRows>(rows,
                      count,
                      m_Rows.Columns(),
                      static_cast<const float * const *>(state.vectors.data()),
                      width,
                      state.products.data(),
                      following);
  for (std::int64_t i = 0; i < count; ++i)
  {
    const auto at = static_cast<std::size_t>(state.numbers[static_cast<std::size_t>(first + i)]);
    if (m_IsFirst)
    {
      const float square = RunHotLoop<SquaredDistanceOfRows>(rows[i], m_Rows.Mean().data(), m_Rows.Columns());
      m_Radius[at] = std::sqrt(square);
      state.inertia += static_cast<double>(square);
    }
    // About the mean, as the bounds are.
    state.centred.resize(state.candidates.size());
    for (std::size_t n = 0; n < state.candidates.size(); ++n)
    {
      const auto product = static_cast<double>(state.products[static_cast<std::size_t>(i * width) + n]);
      state.centred[n] = product - m_Means[static_cast<std::size_t>(state.candidates[n])];
    }
    if (m_TakesAll)
    {
      m_Bounds.Keep(at, state.centred.data(), m_Radius[at]);
    }
    if (m_K == 2)
    {
      this->Settle(rows[i], at, state.centred[0] > m_Halves[0] ? 1 : 0, state);
      continue;
    }
    std::int32_t nearest = state.candidates.front();
    double       largest = -std::numeric_limits<double>::infinity();
    for (std::size_t n = 0; n < state.candidates.size(); ++n)
    {
      const double gain = state.centred[n] - m_Halves[static_cast<std::size_t>(state.candidates[n])];
      if (gain > largest)
      {
        largest = gain;
        nearest = state.candidates[n];
      }
    }
    this->Settle(rows[i], at, nearest, state);
  }
}

void
Lloyd::Settle(const float * row, std::size_t index, std::int32_t nearest, State & state)
{
  std::int32_t & label = m_Result.labels[index];
  if (nearest == label)
  {
    return;
  }
  const auto move = [&](std::int32_t cluster, bool joins) {
    const auto c = static_cast<std::size_t>(cluster);
    state.counts[c] += joins ? 1 : -1;
    if (c > 0 || m_IsFirst)
    {
      state.moved[c].push_back(row);
      state.signs[c].push_back(joins ? 1.0f : -1.0f);
    }
  };
  if (label != nowhere)
  {
    move(label, false);
  }
  move(nearest, true);
  state.changed += label == nowhere && nearest == 0 ? 0 : 1; // as if all had begun in the first cluster
  label = nearest;
}

void
Lloyd::Flush(State & state) const
{
  for (std::size_t c = 0; c < m_K; ++c)
  {
    if (!state.moved[c].empty())
    {
      state.touched[c] = 1;
      RunHotLoop<AddRowsToDouble>(static_cast<const float * const *>(state.moved[c].data()),
                                  static_cast<const float *>(state.signs[c].data()),
                                  static_cast<std::int64_t>(state.moved[c].size()),
                                  m_Rows.Columns(),
                                  state.sums.data() + c * m_Columns);
      state.moved[c].clear();
      state.signs[c].clear();
    }
  }
}
} // namespace fourdstem
