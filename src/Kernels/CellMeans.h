// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_CellMeans_h
#define fourdstem_CellMeans_h

#include "fourdstem/PrincipalComponents.h"

namespace fourdstem
{
/** Scaled features summed over square cells of the grid, each sum divided by the root of the number of positions in it,
 * so that the cells' second moments are those of the positions, less their noise. */
struct CellMeans
{
  std::int64_t       cells = 0;
  std::int64_t       stride = 0; // features, padded to a multiple of 8
  std::vector<float> values;
};

/** Uses the smallest cells, from an edge of two positions, with which the result has at most `maximumValues` values. */
CellMeans
ComputeCellMeans(const RowStore &       store,
                 const PositionGrid &   grid,
                 const NeighbourPairs & pairs,
                 const ColumnScaling &  scaling,
                 std::int64_t           maximumValues,
                 const Execution &      execution);
} // namespace fourdstem

#endif
