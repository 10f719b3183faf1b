// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskPlaces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
/** The smallest distance of two places of a set, or of one from the origin. */
double
SmallestDistance(const BraggSearch & search)
{
  double smallest = std::numeric_limits<double>::infinity();
  for (const auto & set : search.places)
  {
    for (std::size_t i = 0; i < set.size(); ++i)
    {
      smallest = std::min(smallest, std::hypot(set[i].x, set[i].y));
      for (std::size_t j = 0; j < i; ++j)
      {
        smallest = std::min(smallest, std::hypot(set[i].x - set[j].x, set[i].y - set[j].y));
      }
    }
  }
  return smallest;
}
} // namespace

double
ReachOf(const BraggSearch & search)
{
  return search.reach > 0. ? search.reach : std::min(search.disk.radius, 0.45 * SmallestDistance(search));
}

DiskPlaces::DiskPlaces(const BraggSearch & search, const DiskNoise & noise)
  : m_Search(search)
  , m_Filters(search.disk, search.backgroundRatio, SmallestDistance(search), noise)
  , m_Reach(ReachOf(search))
{}

const std::vector<BraggPlace> &
DiskPlaces::OfSet(std::uint16_t set) const
{
  static const std::vector<BraggPlace> none;
  if (set == NoSet)
  {
    return none;
  }
  if (set >= m_Search.places.size())
  {
    throw std::invalid_argument("a position has set " + std::to_string(set) + " of places; there are " +
                                std::to_string(m_Search.places.size()));
  }
  return m_Search.places[set];
}
} // namespace fourdstem
