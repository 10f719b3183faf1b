// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NodeExamination_h
#define fourdstem_NodeExamination_h

#include "TwoClasses.h"
#include "fourdstem/Clustering.h"

namespace fourdstem
{
struct NeighbourStatistics;

/** Components of a node that stand out of the noise between neighbours, in units of that noise. */
struct SignificantComponents
{
  std::vector<Profile>            profiles; // most significant first, at least one where any component exists
  std::vector<std::vector<float>> loadings; // change of each feature used, in its unit, per unit of the component
  std::vector<double>             lambda;   // of the same components
  int                             eligible = 0;
};

/** What the rule says about a node. */
struct Examination
{
  bool    accepted = false;
  Classes classes; // upper class: the second child
};

/** Fills the node's content: size, centroid, inertia. */
void
DescribeContent(const NeighbourStatistics & statistics, const NeighbourPairs & pairs, ClusterNode & node);

/** Chooses features, reduces and whitens them: steps 1 to 3 of the rule. Fills features, pairs, components, lambda,
 * rho, loading; where nothing is found, also stop and note. */
SignificantComponents
FindSignificantComponents(const RowStore &            store,
                          const PositionGrid &        grid,
                          const NeighbourPairs &      pairs,
                          const NeighbourStatistics & statistics,
                          const DivisiveOptions &     options,
                          const Execution &           execution,
                          ClusterNode &               node);

/** Looks for two domains along the eligible components and refines the best: steps 4 and 5, with the stop reason. */
Examination
FindDomains(const SignificantComponents & components,
            const NeighbourPairs &        pairs,
            const DivisiveOptions &       options,
            const Execution &             execution,
            ClusterNode &                 node);
} // namespace fourdstem

#endif
