// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LloydState_h
#define fourdstem_LloydState_h

#include "Lloyd.h"

namespace fourdstem
{
/** A row that must be looked at, and the centroids that may be the nearest, one bit each; those from the 64th share
 * one. */
struct Lloyd::Active
{
  std::int64_t  row;
  std::uint64_t candidates;
};

struct Lloyd::State
{
  KMeansRows::State                       rows;
  std::vector<Active>                     active;
  std::vector<std::int64_t>               numbers; // of the active rows
  std::vector<std::int32_t>               candidates;
  std::vector<const float *>              vectors; // of the candidates
  std::vector<float>                      products;
  std::vector<double>                     centred; // of one row
  std::vector<std::vector<const float *>> moved;   // per cluster
  std::vector<std::vector<float>>         signs;
  std::vector<double>                     sums;
  std::vector<std::int64_t>               counts;
  std::vector<std::uint8_t>               touched;
  std::int64_t                            changed = 0;
  double                                  inertia = 0.0;
};
} // namespace fourdstem

#endif
