// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NodeContent_h
#define fourdstem_NodeContent_h

#include "fourdstem/Clustering.h"

namespace fourdstem
{
/** Forgets what an earlier examination said. */
void
ForgetExamination(ClusterNode & node);

/** Of a node with children, from their inertia and its own. */
void
SetExplainedVariance(ClusterNodes & nodes, int node);

/** Size, centroid and inertia of a node from those of its parts, which are disjoint; its deformation is forgotten. */
void
Unite(const std::vector<const ClusterNode *> & parts, ClusterNode & whole);

/** Positions whose leaf is the node or below it, ascending. */
std::vector<std::int64_t>
PositionsWithin(const DivisiveResult & result, int node);

/** Fills the node's size, centroid and inertia from the rows of its positions. */
void
DescribeNode(DivisiveResult &     result,
             int                  node,
             const RowStore &     store,
             const PositionGrid & grid,
             const Execution &    execution);
} // namespace fourdstem

#endif
