// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FriedelPairs_h
#define fourdstem_FriedelPairs_h

#include "EigenDense.h"

#include "fourdstem/Lattice.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace fourdstem
{
/** A Friedel pair, with the places of its two disks in every set. */
struct DiskPair
{
  std::pair<int, int>      index;
  double                   ux = 0.; // direction
  double                   uy = 0.;
  std::size_t              ring = 0;
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
};

/** The pairs that every lattice has, in the order of their indices. Disks within a tenth of their distance from the
 * origin are a ring; `rings` counts them. */
std::vector<DiskPair>
CommonPairs(const std::vector<IndexedPeaks> & lattices, std::size_t & rings);

/** What is linear in values and determined by them: the last `count` rows of the pseudo-inverse of a design
 * [values][parameters], by least squares; without elements where the parameters are not all determined. */
Eigen::MatrixXd
EstimatorOfLast(int count, const Eigen::MatrixXd & design);
} // namespace fourdstem

#endif
