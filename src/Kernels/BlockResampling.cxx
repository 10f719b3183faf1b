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
  std::vector<std::size_t> drawn(m_Blocks.size());
  for (std::size_t i = 0; i < drawn.size(); ++i)
  {
    drawn[i] = static_cast<std::size_t>(random.Bits(i) % m_Blocks.size());
  }
  // In the order of the scan, in which rows are read fastest.
  std::sort(drawn.begin(), drawn.end());
  Resample resample;
  for (const std::size_t block : drawn)
  {
    const std::size_t first = resample.ranks.size();
    for (const std::size_t rank : m_Blocks[block])
    {
      resample.ranks.push_back(rank);
      resample.pairs.positions.push_back(m_Node.positions[rank]);
      resample.pairs.begin.push_back(resample.pairs.Pairs());
      for (std::int64_t p = m_Node.begin[rank]; p < m_Node.begin[rank + 1]; ++p)
      {
        const auto ahead = static_cast<std::size_t>(m_Node.ahead[static_cast<std::size_t>(p)]);
        if (m_BlockOf[ahead] == block)
        {
          resample.pairs.ahead.push_back(static_cast<std::int32_t>(first + m_PlaceOf[ahead]));
        }
      }
    }
  }
  resample.pairs.begin.push_back(resample.pairs.Pairs());
  return resample;
}
} // namespace fourdstem
