// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SpatialRegularity_h
#define fourdstem_SpatialRegularity_h

#include "fourdstem/Clustering.h"

namespace fourdstem
{
/** What the leaves of a tree shall be like on the grid of positions. Components are connected by the grid's pairs: one
 * step along one axis, in a scan the four positions beside. The defaults change nothing. */
struct SpatialRegularity
{
  /** Components of a leaf with fewer positions go to a neighbouring leaf; 0 and 1: none does. */
  std::int64_t minimumArea = 0;
  /** Components of a leaf become leaves, below it. */
  bool dividesComponents = false;

  bool
  IsAsked() const
  {
    return minimumArea > 1 || dividesComponents;
  }
};

/** What was done. */
struct SpatialReport
{
  std::int64_t givenComponents = 0; // to a neighbouring leaf
  std::int64_t givenPositions = 0;
  std::int64_t isolatedComponents = 0; // that are smaller than the minimum, but touch no other leaf
  int          removedLeaves = 0;      // all of whose components were given away
  int          dividedLeaves = 0;      // into components
};

/** Most leaves that a tree can have after its leaves were divided into components. */
constexpr int MostComponentLeaves = 1000;

/** Throws std::invalid_argument for a negative area. */
FourDSTEM_EXPORT void
CheckRegularity(const SpatialRegularity & regularity);

/** Makes the leaves as asked: first the minimum area, then the components.
 *
 * Minimum area: the smallest component of all, of equal ones that whose first position comes first, goes to the leaf
 * with which it shares the most pairs, of equal ones that with the lower label, and is one with what it touches there;
 * so on until none is too small, but for those that touch no other leaf. A leaf that has nothing left is removed, and a
 * node with one child left. Sizes, centroids and inertia are those of the new leaves; what an examination said of a
 * division remains as it was.
 *
 * Components: a leaf of several becomes a node that is compared by FeatureKind::Positions, its children in the order of
 * size, then of the first position, each with the leaf's examination and reason for ending.
 *
 * Deterministic. Cost: about that of labelling, and a pass over the rows of every node that changes. Throws
 * as CheckRegularity, std::invalid_argument where there would be more than MostComponentLeaves leaves; Aborted. */
FourDSTEM_EXPORT SpatialReport
RegulariseLeaves(DivisiveResult &          result,
                 const RowStore &          store,
                 const PositionGrid &      grid,
                 const SpatialRegularity & regularity,
                 const Execution &         execution);
} // namespace fourdstem

#endif
