// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FeatureReduction_h
#define fourdstem_FeatureReduction_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PositionGrid.h"
#include "fourdstem/RowStore.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
enum class ReductionMethod : std::uint8_t
{
  PrincipalComponents, // directions of largest variance
  NoiseWhitened        // of largest variance over the noise between neighbours: minimum noise fraction, MNF
};

struct ReductionOptions
{
  ReductionMethod method = ReductionMethod::NoiseWhitened;
  /** Components kept, 1 to 32; fewer where there are fewer features, or fewer than 20 neighbour pairs for each. */
  int components = 8;
  /** Divide each feature by its neighbour noise first, so that units do not matter; else features are only centred. */
  bool scaleByNeighbourNoise = true;
  /** Use only features that neighbours share (Benjamini-Hochberg at 5 %, z between 2.5 and 5). */
  bool onlyNeighbourFeatures = false;
};

/** Features of every position in few numbers. */
struct ReducedFeatures
{
  int components = 0;
  /** Of each component, falling: variance (PrincipalComponents), or variance over neighbour noise, 1 for white noise.
   */
  std::vector<double> strength;
  /** One byte per position of the grid: 0 where the mask is 0 or no feature is a number. */
  std::vector<std::uint8_t> takesPart;
  /** [positions of the grid][components], 0 mean over the positions that take part, NaN elsewhere. */
  std::vector<float> values;
  /** [components][features], in the features' units per unit of the component, largest entry positive; 0 for features
   * that were not used. */
  std::vector<float> loadings;
};

/** Reduces the rows of `store`, which lie on `grid`. Constant features are not used; values that are not finite count
 * as the feature's mean. No feature left to use: no components. Cost: about ten passes over the rows. The same bits for
 * any number of threads. MNF: Green et al., IEEE TGRS 26 (1988) 65, with the noise from differences of neighbours,
 * robust as in WhitenNoise. Throws std::invalid_argument naming the option and its range, or the sizes that differ;
 * Aborted. */
FourDSTEM_EXPORT ReducedFeatures
ReduceFeatures(const RowStore &         store,
               const PositionGrid &     grid,
               const ReductionOptions & options,
               const Execution &        execution);

/** Divides each feature by its neighbour noise, the root of half the mean squared difference of adjacent positions.
 *
 * `out` is [positions of the grid][features]: in units of the noise, not centred; 0 where the feature is constant, NaN
 * where the value is not finite, the mask is 0, or no feature is a number. Noise below 3e-5 of the standard deviation
 * counts as that. Returns the noise of each feature in its unit, 0 where constant. Cost: three passes over the rows.
 * The same bits for any number of threads. Throws std::invalid_argument for sizes that differ, or if no two adjacent
 * positions take part; Aborted. */
FourDSTEM_EXPORT std::vector<double>
ScaleByNeighbourNoise(const RowStore & store, const PositionGrid & grid, float * out, const Execution & execution);
} // namespace fourdstem

#endif
