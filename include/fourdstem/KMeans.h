// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_KMeans_h
#define fourdstem_KMeans_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/RowStore.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
struct KMeansOptions
{
  int k = 2; // 1 ... number of positions
  /** First centroids, k rows of Components() values; empty: the rows named next. */
  std::vector<float> startCentroids;
  /** Row numbers (as in `positions`) that are the first centroids; empty: greedy k-means++ from the seed. */
  std::vector<std::int64_t> startRows;
  std::uint64_t             seed = 1;
  /** Starts that are tried, on at most 512 positions (32 per cluster, where that is more), evenly spread; the one that
   * ends with the least inertia there is used. Without startRows or startCentroids. */
  int starts = 10;
  int maximumIterations = 300;
  /** Iteration ends when no label changes, or when the squared shift of all centroids is at most this share of the mean
   * variance of the columns (scikit-learn's `tol`). */
  double tolerance = 1e-4;
};

struct KMeansResult
{
  std::vector<std::int32_t> labels;         // 0 ... k - 1, one per entry of `positions`
  std::vector<double>       centroids;      // k x Components()
  std::vector<std::int64_t> sizes;          // positions in each cluster; zero only if there are fewer different rows
  std::vector<double>       clusterInertia; // sum of squared distances to the centroid, per cluster
  double                    inertia = 0.0;
  double                    totalInertia = 0.0; // the same about the mean of all
  int                       iterations = 0;
  bool                      converged = false;
  std::vector<std::int64_t> startRows; // used
};

/** Lloyd's k-means in Euclidean distance over the rows `positions` of the store, all columns.
 *
 * Ties go to the lower label. A cluster that falls empty takes the row farthest from its centroid, of a cluster that
 * can spare one. Values that are not finite count as the column's mean over the positions. An iteration takes the
 * products of rows with those centroids only that may have become the nearest, and reads no other rows; with k = 2 that
 * is one product per row. Distances are computed in float, sums of up to sixteen rows in float and of these in double:
 * centroids are right to 1e-6. The same bits for any number of threads. Memory: k + 2 floats per position.
 *
 * Throws std::invalid_argument if k is not 1 ... number of positions, or a start has the wrong length or names a row
 * that is not among the positions. */
FourDSTEM_EXPORT KMeansResult
KMeans(const RowStore &                  store,
       const std::vector<std::int64_t> & positions,
       const KMeansOptions &             options,
       const Execution &                 execution);

/** One value of k and what speaks for it. */
struct ClusterSuggestion
{
  int                 k = 1;
  std::vector<double> inertia; // for k = 1, 2, ...
  std::vector<double> score;   // of the criterion, for the same k
};

/** k at the largest distance of the inertia curve, k = 1 ... maximumK, from the chord between its ends. */
FourDSTEM_EXPORT ClusterSuggestion
SuggestByElbow(const RowStore &                  store,
               const std::vector<std::int64_t> & positions,
               int                               maximumK,
               std::uint64_t                     seed,
               const Execution &                 execution);

/** k of the largest mean silhouette (Rousseeuw 1987) of at most 1,024 positions, evenly spread; 1 if none is above
 * 0.25: no substantial structure. */
FourDSTEM_EXPORT ClusterSuggestion
SuggestBySilhouette(const RowStore &                  store,
                    const std::vector<std::int64_t> & positions,
                    int                               maximumK,
                    std::uint64_t                     seed,
                    const Execution &                 execution);

/** Smallest k with gap(k) >= gap(k + 1) - s(k + 1) (Tibshirani et al. 2001), against ten uniform samples of the box
 * that holds the rows, whose columns should be principal components. On at most 4,096 positions, evenly spread. */
FourDSTEM_EXPORT ClusterSuggestion
SuggestByGap(const RowStore &                  store,
             const std::vector<std::int64_t> & positions,
             int                               maximumK,
             std::uint64_t                     seed,
             const Execution &                 execution);
} // namespace fourdstem

#endif
