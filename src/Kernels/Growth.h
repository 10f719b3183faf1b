// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Growth_h
#define fourdstem_Growth_h

#include "NodeExamination.h"
#include "fourdstem/Clustering.h"

#include <optional>

namespace fourdstem
{
/** Adds nodes below one node of a result, which is a leaf at first. */
class Growth
{
public:
  Growth(DivisiveResult &        result,
         const RowStore &        store,
         const PositionGrid &    grid,
         const DivisiveOptions & options,
         const Execution &       execution);

  /** Positions whose leaf is `node`. */
  std::vector<std::int64_t>
  PositionsOf(int node) const;

  /** Best-first growth by the rule, from several leaves at once. */
  void
  GrowAuto(const std::vector<int> & leaves);

  /** Describes all nodes above the leaves whose centroids have fewer columns than the store. */
  void
  DescribeAbove();

  /** k-means as the options say. Given splits name nodes of the result's own numbering. */
  void
  GrowPaper(int node);

  /** k children, whatever the gates say: k-means on the significant components. */
  void
  ForceAuto(int node, int k);

  /** k children by k-means on all columns, unless one would be below `smallest`; whether it did. `startRows` may be
   * empty. */
  bool
  SplitPaper(int node, int k, const std::vector<std::int64_t> & startRows, std::int64_t smallest);

  /** Describes a root that has not been looked at. */
  void
  DescribeRoot();

  /** Inverse neighbour noise over all positions of the columns that splits use. */
  void
  FindWeights();

  /** Looks for two domains by the features that the options ask for, one kind after the other. */
  Examination
  Compare(const NeighbourPairs & pairs, const NeighbourStatistics & statistics, ClusterNode & here) const;

private:
  /** A leaf of auto mode that has been examined. */
  struct Examined
  {
    NeighbourPairs pairs;
    Examination    found;
  };

  Examined
  Examine(int node, std::vector<std::int64_t> positions);

  /** Appends `count` children to `node`; returns the first's id. */
  int
  AddChildren(int node, int count);

  /** Says how far growth is: nodes of depth l weigh 2^-(l + 1), and a final leaf all that could be below it. */
  void
  Report(int node, bool isFinal);

  void
  SuggestAndSplit(int node);

  void
  KeepInverseNoise(const NeighbourStatistics & statistics);

  Execution
  Quiet() const;

  DivisiveResult &        m_Result;
  const RowStore &        m_Store;
  const PositionGrid &    m_Grid;
  const DivisiveOptions & m_Options;
  const Execution &       m_Execution;
  std::vector<int>        m_Tops; // where growth began
  double                  m_Done = 0.0;
  std::vector<float>      m_InverseNoise; // of every column over all positions, once the root has been examined
};
} // namespace fourdstem

#endif
