// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PrincipalComponents_h
#define fourdstem_PrincipalComponents_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PositionGrid.h"
#include "fourdstem/RowStore.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** How columns of a store become features of a node: (value - centre) * scale, 0 where that is not finite. */
struct ColumnScaling
{
  std::vector<std::int64_t> columns; // ascending
  std::vector<float>        centre;
  std::vector<float>        scale;
  bool                      all = false; // columns are all of the store's

  std::int64_t
  Count() const
  {
    return static_cast<std::int64_t>(columns.size());
  }
};

/** Most components that are kept. */
constexpr int MaximumReducedComponents = 32;

/** Floats from one row of scores, or of a basis, to the next; components beyond those asked for are zero. */
constexpr std::int64_t ReducedStride = MaximumReducedComponents;

/** The directions of largest variance of scaled features, and every position's coordinates along them. */
struct PrincipalComponents
{
  int                 components = 0; // r
  std::vector<double> variance;       // r, falling
  std::vector<float>  basis;          // features x ReducedStride, orthonormal columns
  std::vector<float>  scores;         // positions x ReducedStride
};

/** Principal components of the features at the positions of `pairs`, at most min(32, features) of them.
 *
 * The scaled columns are taken as centred. Exact (their covariance) up to 32 features. Above, block power iteration
 * from a fixed start: eight rounds over the rows or, where these hold more than 2^24 values, six over the means of
 * square cells of neighbouring positions (at most 48 MiB), in which noise fades and structure stays, and two over all.
 * Each round reads the rows once. The leading components are exact to float; those that drown in a continuum of noise
 * span some subspace of it. Throws std::invalid_argument if `components` is not 1 ... 32. */
FourDSTEM_EXPORT PrincipalComponents
FindPrincipalComponents(const RowStore &       store,
                        const PositionGrid &   grid,
                        const NeighbourPairs & pairs,
                        const ColumnScaling &  scaling,
                        int                    components,
                        const Execution &      execution);

/** Components of largest variance relative to the noise between neighbours (minimum noise fraction, MNF). */
struct NoiseWhitening
{
  /** Variance of each component over its neighbour noise, falling: 1 for white noise. */
  std::vector<double> lambda;
  /** Column c, at vectors[c * r], turns scores into component c, in units of its neighbour noise. */
  std::vector<double> vectors;
  /** Column c, at patterns[c * r]: change of the scores per unit of component c. */
  std::vector<double> patterns;
};

/** Solves C_total v = lambda C_noise v, v' C_noise v = 1, where C_noise is half the covariance of the differences
 * of adjacent positions, over `scores` (positions x ReducedStride, the first `components` columns).
 *
 * Robust: in five rounds, pairs that straddle a wall between domains are dropped: those whose Mahalanobis distance is
 * above the median times chi2_.999(r) / chi2_.5(r), never more than a quarter. C_noise is shrunk by 1e-3 towards a
 * multiple of the identity, and kept above 1e-9 of the total variance. After Green et al., IEEE TGRS 26 (1988) 65.
 * `leastVariance`: the noise of each score that is there even if neighbours agree better; correlations stay. Throws
 * std::invalid_argument without pairs. */
FourDSTEM_EXPORT NoiseWhitening
WhitenNoise(const std::vector<float> & scores,
            int                        components,
            const NeighbourPairs &     pairs,
            const Execution &          execution,
            double                     leastVariance = 0.0);
} // namespace fourdstem

#endif
