// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_BlockResampling_h
#define fourdstem_BlockResampling_h

#include "CounterRandom.h"
#include "FourDSTEMExport.h"
#include "fourdstem/PositionGrid.h"

#include <vector>

namespace fourdstem
{
/** Positions drawn from a node, block by block; the same ones may come several times. */
struct Resample
{
  NeighbourPairs           pairs; // inside blocks, and between blocks side by side as often as both are drawn
  std::vector<std::size_t> ranks; // of each position drawn: its number among those of the node
};

/** The positions of a node in blocks of a fixed tiling of the grid. */
class FourDSTEM_EXPORT PositionBlocks
{
public:
  PositionBlocks(const PositionGrid & grid, const NeighbourPairs & node);

  std::int64_t
  Count() const
  {
    return static_cast<std::int64_t>(m_Blocks.size());
  }
  std::int64_t
  Edge() const
  {
    return m_Edge;
  }

  /** As many blocks as there are, with replacement. */
  Resample
  Draw(const CounterRandom & random) const;

private:
  const NeighbourPairs &                m_Node;
  std::int64_t                          m_Edge = 2;
  std::vector<std::vector<std::size_t>> m_Blocks;  // ranks of their positions, ascending
  std::vector<std::size_t>              m_BlockOf; // of every rank
  std::vector<std::size_t>              m_PlaceOf; // of every rank, in its block
};
} // namespace fourdstem

#endif
