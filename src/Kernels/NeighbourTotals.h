// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NeighbourTotals_h
#define fourdstem_NeighbourTotals_h

#include "fourdstem/NeighbourStatistics.h"

#include <vector>

namespace fourdstem
{
/** What follows from sums over a node, [5][columns]: values less `reference` (one a column), their squares, squared
 * differences of pairs; number of finite values, of finite pairs. */
NeighbourStatistics
StatisticsOf(const std::vector<double> & totals, const std::vector<float> & reference, std::int64_t pairs);
} // namespace fourdstem

#endif
