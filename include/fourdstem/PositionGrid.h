// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PositionGrid_h
#define fourdstem_PositionGrid_h

#include "FourDSTEMExport.h"

#include <array>
#include <cstdint>
#include <vector>

namespace fourdstem
{
/** The grid on which the rows of a feature matrix lie: row number = x + size[0] * (y + size[1] * z).
 *
 * Adjacent are positions that differ by one step along one axis and both take part. */
struct PositionGrid
{
  std::array<std::int64_t, 3> size{ { 1, 1, 1 } }; // fastest axis first; a scan is { Rx, Ry, 1 }
  /** One byte per position, 0 where it does not take part; empty: all do. */
  std::vector<std::uint8_t> mask;

  std::int64_t
  Positions() const
  {
    return size[0] * size[1] * size[2];
  }
};

/** The positions of a node and which of them are adjacent. Positions count in the node from 0, in ascending order. */
struct NeighbourPairs
{
  std::vector<std::int64_t> positions; // row numbers, ascending
  /** Neighbours of position i one step ahead along an axis: ahead[begin[i]] ... ahead[begin[i + 1] - 1]. */
  std::vector<std::int64_t> begin;
  std::vector<std::int32_t> ahead;

  std::int64_t
  Positions() const
  {
    return static_cast<std::int64_t>(positions.size());
  }
  std::int64_t
  Pairs() const
  {
    return static_cast<std::int64_t>(ahead.size());
  }
};

/** Finds the pairs inside a set of positions, which are ascending, different and on the grid. The grid's mask is not
 * looked at. Throws std::length_error above 2^31 - 1 positions. */
FourDSTEM_EXPORT NeighbourPairs
FindNeighbourPairs(const PositionGrid & grid, std::vector<std::int64_t> positions);
} // namespace fourdstem

#endif
