// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NeighbourStatistics_h
#define fourdstem_NeighbourStatistics_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PositionGrid.h"
#include "fourdstem/RowStore.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** Mean, variance and neighbour noise of each column over a node.
 *
 * With P pairs of adjacent positions, the neighbour variance is half the mean squared difference over the pairs: the
 * variance itself where the values are white over the grid, and only the noise where neighbours are alike. The score
 * z = (1 - neighbour variance / variance) * sqrt(P) has mean 0 and deviation about 1 on white noise (Geary's ratio),
 * whatever the gain, offset and distribution of the values: signal is what neighbours share.
 *
 * Values that are not finite do not count; `finite` says how many do. Variance is that of a sample (count - 1). */
struct NeighbourStatistics
{
  std::vector<double>       mean;
  std::vector<double>       variance;
  std::vector<double>       neighbourVariance;
  std::vector<double>       score; // 0 in a column that is constant or has fewer than two finite values
  std::vector<std::int64_t> finite;
  std::int64_t              pairs = 0;
};

/** Statistics of all columns over the positions of `pairs`, in one pass over their rows.
 *
 * Sums are kept in float within blocks of 128 positions, relative to the first row, and in double between: relative
 * error about 1e-6. Memory: 5 numbers per column and thread. */
FourDSTEM_EXPORT NeighbourStatistics
ComputeNeighbourStatistics(const RowStore & store, const NeighbourPairs & pairs, const Execution & execution);

/** How sure one must be that neighbours share a feature. */
struct NeighbourTest
{
  /** Expected share of wrong features among the selected ones (Benjamini-Hochberg). */
  double falseDiscoveryRate = 0.05;
  /** The threshold is never below ... */
  double lowest = 2.5;
  /** ... nor above these values of z. */
  double highest = 5.0;
};

/** The score from which on features count as signal, for scores that are standard normal without signal.
 *
 * Benjamini-Hochberg over the one-sided p-values: with z sorted from the largest, the last z_k with
 * p(z_k) <= rate k / count, clamped to [lowest, highest]; infinity when there is no such k (then nothing is selected).
 * Scores that are not finite are not tested and do not count. Cost: one sort. */
FourDSTEM_EXPORT double
NeighbourThreshold(const std::vector<double> & scores, const NeighbourTest & test = {});

/** For each score whether it is finite and at least NeighbourThreshold(scores). */
FourDSTEM_EXPORT std::vector<std::uint8_t>
                 SelectNeighbourFeatures(const std::vector<double> & scores, const NeighbourTest & test = {});
} // namespace fourdstem

#endif
