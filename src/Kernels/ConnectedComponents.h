// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ConnectedComponents_h
#define fourdstem_ConnectedComponents_h

#include "fourdstem/PositionGrid.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** A connected part of a leaf. */
struct ConnectedComponent
{
  std::int32_t leaf = -1;
  std::int64_t first = 0; // its first position
  std::int64_t size = 0;
};

/** The components of all leaves, in the order of their first positions. */
struct ConnectedComponents
{
  std::vector<ConnectedComponent> components;
  std::vector<std::int32_t>       ofPosition; // -1 where there is no leaf
};

/** Calls visit(a, b) for every pair of adjacent positions, b one step ahead of a, in the order of a, then of axes. */
template <typename TVisit>
void
ForEachPair(const PositionGrid & grid, TVisit && visit)
{
  for (std::int64_t position = 0; position < grid.Positions(); ++position)
  {
    std::int64_t step = 1;
    std::int64_t rest = position;
    for (const std::int64_t size : grid.size)
    {
      if (rest % size + 1 < size)
      {
        visit(static_cast<std::size_t>(position), static_cast<std::size_t>(position + step));
      }
      rest /= size;
      step *= size;
    }
  }
}

ConnectedComponents
FindComponents(const PositionGrid & grid, const std::vector<std::int32_t> & leafOfPosition);

/** How many components were given away, and how many are too small but touch no other leaf. */
struct AreaReport
{
  std::int64_t given = 0;
  std::int64_t isolated = 0;
};

/** Gives components of fewer than `minimumArea` positions to neighbouring leaves, as RegulariseLeaves says. `rank`: of
 * every node, the leaves' order. Changes `leafOfPosition`. */
AreaReport
GiveSmallComponents(const PositionGrid &        grid,
                    std::int64_t                minimumArea,
                    const std::vector<int> &    rank,
                    std::vector<std::int32_t> & leafOfPosition);
} // namespace fourdstem

#endif
