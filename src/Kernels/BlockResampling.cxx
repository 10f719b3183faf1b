// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "BlockResampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace fourdstem
{
namespace
{
std::int64_t
EdgeFor(const PositionGrid & grid, std::int64_t positions)
{
  constexpr double blocks = 16.0;
  const auto       dimensions = std::max<std::ptrdiff_t>(
    1, std::count_if(grid.size.begin(), grid.size.end(), [](std::int64_t n) { return n > 1; }));
  const double edge = std::pow(static_cast<double>(positions) / blocks, 1.0 / static_cast<double>(dimensions));
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(edge + 1e-9)), 2, 8);
}
} // namespace

PositionBlocks::PositionBlocks(const PositionGrid & grid, const NeighbourPairs & node)
  : m_Node(node)
  , m_Edge(EdgeFor(grid, node.Positions()))
{
  std::map<std::array<std::int64_t, 3>, std::vector<std::size_t>> blocks; // by z, y, x
  for (std::size_t rank = 0; rank < node.positions.size(); ++rank)
  {
    const std::int64_t position = node.positions[rank];
    blocks[{ position / grid.size[0] / grid.size[1] / m_Edge,
             position / grid.size[0] % grid.size[1] / m_Edge,
             position % grid.size[0] / m_Edge }]
      .push_back(rank);
  }
  m_BlockOf.resize(node.positions.size());
  m_PlaceOf.resize(node.positions.size());
  for (auto & [place, ranks] : blocks)
  {
    for (std::size_t i = 0; i < ranks.size(); ++i)
    {
      m_BlockOf[ranks[i]] = m_Blocks.size();
      m_PlaceOf[ranks[i]] = i;
    }
    m_Blocks.push_back(std::move(ranks));
  }
}

Resample
PositionBlocks::Draw(const CounterRandom & random) const
{
  std::vector<std::size_t> times(m_Blocks.size(), 0);
  for (std::size_t i = 0; i < times.size(); ++i)
  {
    ++times[static_cast<std::size_t>(random.Bits(i) % m_Blocks.size())];
  }
  // First all blocks once, then those drawn again, ...: each time what lies ahead in the scan comes later.
  Resample                 resample;
  std::vector<std::size_t> first(m_Blocks.size());
  const std::size_t        most = *std::max_element(times.begin(), times.end());
  for (std::size_t copy = 0; copy < most; ++copy)
  {
    const auto  isDrawn = [&](std::size_t block) { return copy < times[block]; };
    std::size_t next = resample.ranks.size();
    for (std::size_t block = 0; block < m_Blocks.size(); ++block)
    {
      first[block] = next;
      next += isDrawn(block) ? m_Blocks[block].size() : 0;
    }
    for (std::size_t block = 0; block < m_Blocks.size(); ++block)
    {
      for (std::size_t i = 0; isDrawn(block) && i < m_Blocks[block].size(); ++i)
      {
        const std::size_t rank = m_Blocks[block][i];
        resample.ranks.push_back(rank);
        resample.pairs.positions.push_back(m_Node.positions[rank]);
        resample.pairs.begin.push_back(resample.pairs.Pairs());
        for (std::int64_t p = m_Node.begin[rank]; p < m_Node.begin[rank + 1]; ++p)
        {
          const auto ahead = static_cast<std::size_t>(m_Node.ahead[static_cast<std::size_t>(p)]);
          if (isDrawn(m_BlockOf[ahead]))
          {
            resample.pairs.ahead.push_back(static_cast<std::int32_t>(first[m_BlockOf[ahead]] + m_PlaceOf[ahead]));
          }
        }
      }
    }
  }
  resample.pairs.begin.push_back(resample.pairs.Pairs());
  return resample;
}
} // namespace fourdstem
