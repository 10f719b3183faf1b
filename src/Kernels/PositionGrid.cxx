// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PositionGrid.h"

#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
NeighbourPairs
FindNeighbourPairs(const PositionGrid & grid, std::vector<std::int64_t> positions)
{
  NeighbourPairs result;
  result.positions = std::move(positions);
  const std::int64_t count = result.Positions();
  if (count > std::numeric_limits<std::int32_t>::max())
  {
    throw std::length_error(std::to_string(count) + " positions are more than a node can hold");
  }

  std::vector<std::int32_t> rank(static_cast<std::size_t>(grid.Positions()), -1);
  for (std::int64_t i = 0; i < count; ++i)
  {
    rank[static_cast<std::size_t>(result.positions[static_cast<std::size_t>(i)])] = static_cast<std::int32_t>(i);
  }

  result.begin.reserve(static_cast<std::size_t>(count) + 1);
  result.ahead.reserve(static_cast<std::size_t>(2 * count));
  for (const std::int64_t position : result.positions)
  {
    result.begin.push_back(result.Pairs());
    std::int64_t step = 1;
    std::int64_t rest = position;
    for (const std::int64_t size : grid.size)
    {
      if (rest % size + 1 < size)
      {
        const std::int32_t neighbour = rank[static_cast<std::size_t>(position + step)];
        if (neighbour >= 0)
        {
          result.ahead.push_back(neighbour);
        }
      }
      rest /= size;
      step *= size;
    }
  }
  result.begin.push_back(result.Pairs());
  return result;
}
} // namespace fourdstem
