// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_KMeansStart_h
#define fourdstem_KMeansStart_h

#include "KMeansRows.h"
#include "fourdstem/KMeans.h"

namespace fourdstem
{
/** The first centroids, given or by greedy k-means++ (Arthur and Vassilvitskii 2007): of 2 + ln k rows drawn with
 * probability proportional to the squared distance to the nearest centroid, that which lowers its sum most. */
std::vector<double>
StartCentroids(const KMeansRows &                rows,
               const std::vector<std::int64_t> & positions,
               const KMeansOptions &             options,
               std::vector<std::int64_t> &       startRows);

/** A number from [0, 1) made of the upper 53 bits. */
inline double
UnitFromBits(std::uint64_t bits)
{
  return static_cast<double>(bits >> 11) * 0x1p-53;
}
} // namespace fourdstem

#endif
