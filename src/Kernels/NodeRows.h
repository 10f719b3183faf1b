// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NodeRows_h
#define fourdstem_NodeRows_h

#include "fourdstem/PositionGrid.h"
#include "fourdstem/PrincipalComponents.h"
#include "fourdstem/RowStore.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** A fixed run of positions of a node, and the rows of their neighbours ahead. */
class NodeBlock
{
public:
  static constexpr std::int64_t Size = 128;

  static std::int64_t
  CountBlocks(std::int64_t positions)
  {
    return (positions + Size - 1) / Size;
  }

  /** Reads block `index` of the node; without neighbours, `neighbours` stays empty. */
  void
  Read(const RowStore & store, const NeighbourPairs & pairs, std::int64_t index, bool withNeighbours);

  std::int64_t               first = 0; // position in the node
  std::int64_t               count = 0;
  const float * const *      rows = nullptr;
  const std::int64_t *       begin = nullptr; // count + 1 entries; neighbours of row i: begin[i] - begin[0] ...
  std::vector<const float *> neighbours;

private:
  RowLease                  m_Own;
  RowLease                  m_Halo;
  std::vector<std::int64_t> m_HaloRanks;
};

/** Scaled rows of a block, `stride` floats apart, the padding zero. */
class ScaledBlock
{
public:
  void
  Load(const float * const * rows, std::int64_t count, const ColumnScaling & scaling);

  std::int64_t       stride = 0;
  std::vector<float> values;
};
} // namespace fourdstem

#endif
