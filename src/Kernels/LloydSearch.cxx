// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "HotLoops/DistanceLoops.h"
#include "LloydState.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr std::int64_t GroupSize = 48; // rows that stay in the cache from the search to their move

constexpr std::uint64_t
BitOf(std::size_t cluster)
{
  return std::uint64_t{ 1 } << (cluster < 63 ? cluster : 63);
}
} // namespace

float
Lloyd::ErrorOf(std::size_t row, std::size_t a, std::size_t b) const
{
  constexpr double floatError = 2e-6; // of a product, as a share of |x| |a|
  return static_cast<float>(floatError * (static_cast<double>(m_Radius[row]) + m_MeanLength) *
                            (m_Lengths[a] + m_Lengths[b]));
}

void
Lloyd::FindActive(std::int64_t b, State & state)
{
  state.active.clear();
  for (std::int64_t i = m_Rows.Begin(b); i < m_Rows.End(b); ++i)
  {
    const std::uint64_t candidates =
      m_IsFirst ? ~std::uint64_t{ 0 } : this->FindCandidates(static_cast<std::size_t>(i));
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
Lloyd::FindCandidates(std::size_t row)
{
  float *     bounds = m_Bounds.data() + row * m_Width;
  const float radius = m_Radius[row];
  if (m_K == 2)
  {
    bounds[0] -= radius * m_Shift[0] + m_Slide[0];
    return bounds[0] > this->ErrorOf(row, 0, 1) ? 0 : 1;
  }
  const auto own = static_cast<std::size_t>(m_Result.labels[row]);
  for (std::size_t c = 0; c < m_K; ++c)
  {
    const float change = radius * m_Shift[c] + m_Slide[c];
    bounds[c] += c == own ? -change : change;
  }
  std::uint64_t candidates = 0;
  for (std::size_t c = 0; c < m_K; ++c)
  {
    if (c != own && !(bounds[c] + this->ErrorOf(row, own, c) < bounds[own]))
    {
      candidates |= BitOf(c) | BitOf(own);
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
  for (std::int64_t first = 0; first < active;)
  {
    const std::uint64_t candidates = state.active[static_cast<std::size_t>(first)].candidates;
    std::int64_t        last = first + 1;
    while (last < active && last < first + GroupSize &&
           state.active[static_cast<std::size_t>(last)].candidates == candidates)
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
    this->LookAt(m_Rows.ReadChosen(state.numbers, first, last - first, state.rows), first, last - first, state);
    this->Flush(state);
    first = last;
  }
}

void
Lloyd::LookAt(const float * const * rows, std::int64_t first, std::int64_t count, State & state)
{
  const auto width = static_cast<std::int64_t>(state.vectors.size());
  state.products.resize(static_cast<std::size_t>(count * width));
  RunHotLoop<DotRows>(rows,
                      count,
                      m_Rows.Columns(),
                      static_cast<const float * const *>(state.vectors.data()),
                      width,
                      state.products.data());
  for (std::int64_t i = 0; i < count; ++i)
  {
    const auto at = static_cast<std::size_t>(state.numbers[static_cast<std::size_t>(first + i)]);
    if (m_IsFirst)
    {
      const float square = RunHotLoop<SquaredDistanceOfRows>(rows[i], m_Rows.Mean().data(), m_Rows.Columns());
      m_Radius[at] = std::sqrt(square);
      state.inertia += static_cast<double>(square);
    }
    const float * products = state.products.data() + i * width;
    float *       bounds = m_Bounds.data() + at * m_Width;
    if (m_K == 2)
    {
      const float margin = products[0] - m_Offsets[0];
      bounds[0] = std::abs(margin);
      this->Settle(rows[i], at, margin > 0.0f ? 1 : 0, state);
      continue;
    }
    std::int32_t nearest = state.candidates.front();
    for (std::size_t n = 0; n < state.candidates.size(); ++n)
    {
      const auto c = static_cast<std::size_t>(state.candidates[n]);
      bounds[c] = products[n] - m_Offsets[c];
      if (bounds[c] > bounds[static_cast<std::size_t>(nearest)])
      {
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
  for (const std::int32_t cluster : { label, nearest })
  {
    const auto c = static_cast<std::size_t>(cluster);
    const bool joins = cluster == nearest;
    state.counts[c] += joins ? 1 : -1;
    if (c > 0)
    {
      state.moved[c].push_back(row);
      state.signs[c].push_back(joins ? 1.0f : -1.0f);
    }
  }
  ++state.changed;
  label = nearest;
}

void
Lloyd::Flush(State & state) const
{
  for (std::size_t c = 1; c < m_K; ++c)
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
