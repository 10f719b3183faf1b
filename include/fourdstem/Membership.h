// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Membership_h
#define fourdstem_Membership_h

#include "fourdstem/Clustering.h"

#include <array>
#include <string>
#include <vector>

namespace fourdstem
{
/** How probable each leaf is at each position. NaN where a position has none. */
struct Membership
{
  /** In the order of labels. */
  std::size_t leaves = 0;
  /** [positions][leaves], 0 to 1, sums to 1. */
  std::vector<float> probability;
  /** [positions][SummaryNames]: the largest probability; that less the second largest; -sum p log2 p in bits, from 0 to
   * log2(leaves). */
  std::vector<float> summary;

  /** Names of the components of `probability`: "label 1", "label 2", ... */
  std::vector<std::string>
  LeafNames() const
  {
    std::vector<std::string> names;
    for (std::size_t label = 1; label <= leaves; ++label)
    {
      names.push_back("label " + std::to_string(label));
    }
    return names;
  }

  static constexpr std::array<const char *, 3> SummaryNames{ { "maximum", "margin", "entropy" } };
};

/** Probabilities of the leaves from distances to their centroids in units of the scatter within leaves.
 *
 * p_c is proportional to exp(-d_c^2 / 2), d_c^2 = (y - y_c)' W^-1 (y - y_c): y is the position's row in noise units
 * (result.weights), projected on the space that the centroids y_c span; what is normal to it is the same for all
 * leaves. W is the covariance about the leaves' own centroids there, pooled over all leaves. All leaves count alike,
 * whatever their size (linear discriminant analysis with equal priors; Hastie, Tibshirani and Friedman, Elements of
 * Statistical Learning, 4.3). One leaf: 1 everywhere.
 *
 * Where the classes overlap, leaves cut off each other's tails, W is too small, and probabilities are too sure of
 * themselves. Leaves that differ by place alone (SpatialRegularity.h) share a position's probability.
 *
 * Cost: one pass over the store; memory: a float for each position and leaf, which is the result. The same bits for any
 * number of threads. */
FourDSTEM_EXPORT Membership
ComputeMembership(const DivisiveResult & result, const RowStore & store, const Execution & execution);
} // namespace fourdstem

#endif
