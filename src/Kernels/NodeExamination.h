// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NodeExamination_h
#define fourdstem_NodeExamination_h

#include "TwoClasses.h"
#include "fourdstem/Clustering.h"
#include "fourdstem/PrincipalComponents.h"

#include <optional>

namespace fourdstem
{
struct NeighbourStatistics;

/** What the positions of a node are compared by: columns of the store in few numbers. */
struct NodeFeatures
{
  ColumnScaling       scaling; // the columns used
  PrincipalComponents reduced;
  double              leastNoise = 0.0; // of each of the few, variance between neighbours: see WhitenNoise
};

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

/** Chooses columns by the options' selection and reduces them to principal components: step 1 of the rule. Nothing
 * where there are too few; then node's stop and note say so. Fills the node's features. */
std::optional<NodeFeatures>
ReduceSelected(const RowStore &            store,
               const PositionGrid &        grid,
               const NeighbourPairs &      pairs,
               const NeighbourStatistics & statistics,
               const DivisiveOptions &     options,
               const Execution &           execution,
               ClusterNode &               node);

/** The same for the options' measured columns: that of presence alone, or all others. */
std::optional<NodeFeatures>
ReduceMeasured(const RowStore &            store,
               const NeighbourPairs &      pairs,
               const NeighbourStatistics & statistics,
               const MeasuredColumns &     measured,
               bool                        isPresence,
               ClusterNode &               node);

/** Whitens the features and finds what is significant: steps 2 and 3 of the rule. Fills components, lambda, rho,
 * loading; where nothing is found, also stop and note. */
SignificantComponents
FindSignificantComponents(const NodeFeatures &    features,
                          const NeighbourPairs &  pairs,
                          const DivisiveOptions & options,
                          const Execution &       execution,
                          ClusterNode &           node);

/** Looks for two domains along the eligible components and refines the best: steps 4 and 5, with the stop reason. */
Examination
FindDomains(const SignificantComponents & components,
            const NeighbourPairs &        pairs,
            const DivisiveOptions &       options,
            const Execution &             execution,
            ClusterNode &                 node);
} // namespace fourdstem

#endif
