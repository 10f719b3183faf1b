// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Clustering_h
#define fourdstem_Clustering_h

#include "fourdstem/ClusterNodes.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PositionGrid.h"
#include "fourdstem/RowStore.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace fourdstem
{
enum class ClusterMode : std::uint8_t
{
  Auto, // the rule decides what is split, and when to stop
  Paper // Euclidean k-means with k given or by a criterion
};

/** Which columns a node uses in auto mode. */
enum class FeatureSelection : std::uint8_t
{
  All,      // every column that is not constant: the components are features already
  Neighbour // columns that neighbours share, tested in every node anew: the columns are detector pixels
};

/** How paper mode chooses k at a node. */
enum class ClusterCriterion : std::uint8_t
{
  Given,
  Elbow,      // largest distance of the inertia curve from its chord
  Silhouette, // largest mean silhouette, of a fixed sample
  Gap         // gap statistic: smallest k with gap(k) >= gap(k + 1) - s(k + 1)
};

/** One split of paper mode. */
struct GivenSplit
{
  int node = -1; // its id; ids count in the order of creation, so they are known beforehand; -1: largest inertia
  int k = 2;
  /** Positions whose rows are the first centroids, k of them; empty: k-means++ from the seed. */
  std::vector<std::int64_t> startRows;
};

/** The last columns of a store, where they are quantities measured at every position with standard errors of their own.
 *
 * The first of them says whether there is anything to measure, 1 or 0; the others are NaN where it is 0. */
struct MeasuredColumns
{
  /** Of the store: it and all behind it are measured. */
  std::int64_t first = 0;
  /** [rows][columns from `first` on], in the columns' units; NaN where an error is not known. */
  std::vector<float> errors;
  /** Whether a node is divided first by where there is anything to measure. */
  bool dividesPresence = false;
};

struct DivisiveOptions
{
  ClusterMode  mode = ClusterMode::Auto;
  std::int64_t minimumSize = 20; // positions in a child; paper mode takes any
  int          maximumLeaves = 32;
  int          maximumDepth = 0; // 0: no limit; the root has depth 0

  // Auto mode. Meaning and evidence: docs/method.md.
  FeatureSelection selection = FeatureSelection::All;
  double           falseDiscoveryRate = 0.05; // of the columns chosen by FeatureSelection::Neighbour
  double           minimumScore = 2.5;        // bounds of the z threshold that follows from it
  double           maximumScore = 5.0;
  int              maximumComponents = 32; // principal components kept in a node, 1 to 32
  double           minimumLambda = 1.5;
  double           maximumValley = 0.5;
  double           minimumSharpness = 0.5;
  double           minimumCoherence = 0.3;
  bool             splitGradients = false; // cut smooth variation in two as well
  /** If set, nodes are compared by these columns alone, in units of their errors: `selection` means nothing then. */
  std::shared_ptr<const MeasuredColumns> measured;

  // Paper mode.
  std::vector<GivenSplit> splits;
  ClusterCriterion        criterion = ClusterCriterion::Given;
  int                     maximumK = 10;
  std::uint64_t           seed = 1;
};

/** Throws std::invalid_argument naming the option that is out of its range. */
FourDSTEM_EXPORT void
CheckOptions(const DivisiveOptions & options);

/** A tree and where its leaves are. */
struct DivisiveResult
{
  ClusterNodes nodes;
  /** Id of the leaf of every position, -1 where the mask is 0 or a row holds no finite value. */
  std::vector<std::int32_t> leafOfPosition;
  /** Per column: 1 / neighbour noise variance over all positions (auto), 1 (paper); 0 if no split used the column. */
  std::vector<float> weights;
  /** Values that were not finite; they counted as the column's mean over the node. */
  std::int64_t nonFiniteValues = 0;
};

/** Divides the positions of `grid`, whose features are the rows of `store`, again and again.
 *
 * Auto mode, in each node with P adjacent pairs: choose columns (z test of neighbour likeness, Benjamini-Hochberg),
 * divide each by its neighbour noise, reduce by principal components to r = min(32, columns, P/20), whiten with the
 * robust covariance of neighbour differences, test the components against the noise edge 1/(1 - rho),
 * rho = (2 sqrt(r) + 3.3 r^(-1/6)) / sqrt(2 P), look along each for two classes with a valley between and a sharp wall
 * on the grid, refine by Lloyd in the significant components. Best gain first. See docs/method.md.
 *
 * With `measured` columns, each position's value is drawn towards its neighbours' mean as far as its error exceeds the
 * node's median error, a missing one replaced by it; a column's noise is the larger of that median and the neighbours'
 * scatter (from the median step); all columns are whitened at once, no column's noise below this. A node that has them
 * at less than half of its positions stops.
 *
 * Paper mode: k-means (Lloyd, Euclidean, all columns) of the nodes in `splits` in that order, or, with a criterion,
 * of every leaf, breadth first, until it says 1. After Shi et al., npj Comput. Mater. 8 (2022) 114.
 *
 * A store without columns is one leaf. Memory: about 200 floats per position and per column beside the store, and
 * 48 MiB at most. The same bits for any number of threads and any kind of store. Throws std::invalid_argument naming
 * the option and its accepted range, or a value beyond 1e15, whose squares would overflow; Aborted. */
FourDSTEM_EXPORT DivisiveResult
RunDivisive(const RowStore &        store,
            const PositionGrid &    grid,
            const DivisiveOptions & options,
            const Execution &       execution);

/** Divides `node` into k children whatever the gates say; what was below it is forgotten. Auto mode: k-means in the
 * node's significant components, at least one; paper mode: on all columns. Throws std::invalid_argument if the node
 * does not exist, is frozen, has no feature, or k is not 2 ... size. Returns the new id of every old node. */
FourDSTEM_EXPORT NodeMap
SplitNode(DivisiveResult &        result,
          int                     node,
          int                     k,
          const RowStore &        store,
          const PositionGrid &    grid,
          const DivisiveOptions & options,
          const Execution &       execution);

/** Forgets what is below `node` and divides it anew as RunDivisive would, with the options given. */
FourDSTEM_EXPORT NodeMap
RegrowNode(DivisiveResult &        result,
           int                     node,
           const RowStore &        store,
           const PositionGrid &    grid,
           const DivisiveOptions & options,
           const Execution &       execution);

/** Tries every leaf that is not frozen again, by the store and the options given, best gain first: growth that goes on
 * with other features. The store may have more columns than the tree was grown with; centroids and inertia of all nodes
 * are then of all columns. Auto mode only. Throws as RunDivisive. */
FourDSTEM_EXPORT void
RegrowLeaves(DivisiveResult &        result,
             const RowStore &        store,
             const PositionGrid &    grid,
             const DivisiveOptions & options,
             const Execution &       execution);

/** Labels of a cut: the label, by LeafLabels, of every position's leaf; 0 for none. */
FourDSTEM_EXPORT std::vector<std::uint16_t>
                 LabelsOf(const DivisiveResult & result);

/** How clearly each position belongs to its leaf: (d2^2 - d1^2) / |c1 - c2|^2, clamped to [0, 1], where d1 is the
 * distance to its own leaf's centroid c1 and d2 that to the nearest other leaf's c2, weighted by result.weights.
 * 0: on the border; 1: as typical as the centroid itself; NaN: no leaf. One leaf only: 1 everywhere.
 * Noise that does not point towards another leaf does not count. Cost: one pass over the store. */
FourDSTEM_EXPORT std::vector<float>
                 Confidence(const DivisiveResult & result, const RowStore & store, const Execution & execution);
} // namespace fourdstem

#endif
