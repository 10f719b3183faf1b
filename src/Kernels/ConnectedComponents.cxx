// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ConnectedComponents.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace fourdstem
{
namespace
{
/** Follows `holder` from `i` to the one that holds itself, and shortens the way for the next time. */
std::size_t
HolderOf(std::vector<std::size_t> & holder, std::size_t i)
{
  while (holder[i] != i)
  {
    holder[i] = holder[holder[i]];
    i = holder[i];
  }
  return i;
}

std::vector<std::size_t>
Themselves(std::size_t count)
{
  std::vector<std::size_t> holder(count);
  std::iota(holder.begin(), holder.end(), std::size_t{ 0 });
  return holder;
}

/** Components that take each other up. */
class Regions
{
public:
  Regions(const PositionGrid &        grid,
          const ConnectedComponents & found,
          std::int64_t                minimumArea,
          const std::vector<int> &    rank)
    : m_Components(found.components)
    , m_Borders(found.components.size())
    , m_Holder(Themselves(found.components.size()))
    , m_MinimumArea(minimumArea)
    , m_Rank(rank)
  {
    ForEachPair(grid, [&](std::size_t a, std::size_t b) {
      const std::int32_t one = found.ofPosition[a];
      const std::int32_t other = found.ofPosition[b];
      if (one >= 0 && other >= 0 && one != other)
      {
        ++m_Borders[static_cast<std::size_t>(one)][static_cast<std::size_t>(other)];
        ++m_Borders[static_cast<std::size_t>(other)][static_cast<std::size_t>(one)];
      }
    });
    for (std::size_t i = 0; i < m_Components.size(); ++i)
    {
      this->Open(i);
    }
  }

  AreaReport
  GiveAll()
  {
    AreaReport report;
    while (!m_Open.empty())
    {
      const std::size_t small = std::get<2>(*m_Open.begin());
      m_Open.erase(m_Open.begin());
      if (m_Borders[small].empty())
      {
        ++report.isolated;
        continue;
      }
      const std::int32_t       leaf = this->NeighbourOf(small);
      std::vector<std::size_t> touched;
      for (const auto & [other, pairs] : m_Borders[small])
      {
        if (m_Components[other].leaf == leaf)
        {
          touched.push_back(other);
        }
      }
      m_Components[small].leaf = leaf;
      std::size_t whole = small;
      for (const std::size_t other : touched)
      {
        m_Open.erase(this->EntryOf(other));
        whole = this->Unite(whole, other);
      }
      this->Open(whole);
      ++report.given;
    }
    return report;
  }

  std::int32_t
  LeafOf(std::int32_t component)
  {
    return m_Components[HolderOf(m_Holder, static_cast<std::size_t>(component))].leaf;
  }

private:
  /** Smallest first, then that whose first position comes first. */
  using Entry = std::tuple<std::int64_t, std::int64_t, std::size_t>;

  Entry
  EntryOf(std::size_t component) const
  {
    return { m_Components[component].size, m_Components[component].first, component };
  }

  void
  Open(std::size_t component)
  {
    if (m_Components[component].size < m_MinimumArea)
    {
      m_Open.insert(this->EntryOf(component));
    }
  }

  /** The leaf with the longest border. */
  std::int32_t
  NeighbourOf(std::size_t component) const
  {
    std::map<int, std::pair<std::int64_t, std::int32_t>> border; // pairs and leaf, by rank
    for (const auto & [other, pairs] : m_Borders[component])
    {
      const std::int32_t leaf = m_Components[other].leaf;
      auto &             sum = border[m_Rank[static_cast<std::size_t>(leaf)]];
      sum = { sum.first + pairs, leaf };
    }
    return std::max_element(border.begin(),
                            border.end(),
                            [](const auto & a, const auto & b) { return a.second.first < b.second.first; })
      ->second.second;
  }

  /** Returns which of the two is both now: that with more neighbours, so that few borders move. */
  std::size_t
  Unite(std::size_t a, std::size_t b)
  {
    if (m_Borders[a].size() < m_Borders[b].size())
    {
      std::swap(a, b);
    }
    for (const auto & [other, pairs] : m_Borders[b])
    {
      m_Borders[other].erase(b);
      if (other != a)
      {
        m_Borders[a][other] += pairs;
        m_Borders[other][a] += pairs;
      }
    }
    m_Borders[b].clear();
    m_Holder[b] = a;
    m_Components[a].size += m_Components[b].size;
    m_Components[a].first = std::min(m_Components[a].first, m_Components[b].first);
    return a;
  }

  std::vector<ConnectedComponent>                  m_Components;
  std::vector<std::map<std::size_t, std::int64_t>> m_Borders; // pairs with each other component
  std::vector<std::size_t>                         m_Holder;
  std::int64_t                                     m_MinimumArea;
  const std::vector<int> &                         m_Rank;
  std::set<Entry>                                  m_Open; // those too small
};
} // namespace

ConnectedComponents
FindComponents(const PositionGrid & grid, const std::vector<std::int32_t> & leafOfPosition)
{
  std::vector<std::size_t> holder = Themselves(leafOfPosition.size());
  ForEachPair(grid, [&](std::size_t a, std::size_t b) {
    if (leafOfPosition[a] >= 0 && leafOfPosition[a] == leafOfPosition[b])
    {
      const auto [low, high] = std::minmax({ HolderOf(holder, a), HolderOf(holder, b) });
      holder[high] = low;
    }
  });
  ConnectedComponents found;
  found.ofPosition.assign(leafOfPosition.size(), -1);
  for (std::size_t i = 0; i < leafOfPosition.size(); ++i)
  {
    if (leafOfPosition[i] < 0)
    {
      continue;
    }
    const std::size_t first = HolderOf(holder, i);
    if (first == i)
    {
      found.ofPosition[i] = static_cast<std::int32_t>(found.components.size());
      found.components.push_back({ leafOfPosition[i], static_cast<std::int64_t>(i), 0 });
    }
    found.ofPosition[i] = found.ofPosition[first];
    ++found.components[static_cast<std::size_t>(found.ofPosition[i])].size;
  }
  return found;
}

AreaReport
GiveSmallComponents(const PositionGrid &        grid,
                    std::int64_t                minimumArea,
                    const std::vector<int> &    rank,
                    std::vector<std::int32_t> & leafOfPosition)
{
  const ConnectedComponents found = FindComponents(grid, leafOfPosition);
  Regions                   regions(grid, found, minimumArea, rank);
  const AreaReport          report = regions.GiveAll();
  for (std::size_t i = 0; i < leafOfPosition.size(); ++i)
  {
    leafOfPosition[i] = found.ofPosition[i] < 0 ? -1 : regions.LeafOf(found.ofPosition[i]);
  }
  return report;
}
} // namespace fourdstem
