// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ComponentShape_h
#define fourdstem_ComponentShape_h

#include "fourdstem/NeighbourStatistics.h"
#include "fourdstem/PrincipalComponents.h"

#include <vector>

namespace fourdstem
{
/** The columns that vary and score at least `threshold`, centred and divided by their neighbour noise. */
ColumnScaling
ScaleByNoise(const NeighbourStatistics & statistics, double threshold);

/** Change of each scaled feature per unit of noise-whitened component c. */
std::vector<float>
LoadingOf(const PrincipalComponents & reduced, const NoiseWhitening & whitened, const ColumnScaling & scaling, int c);

/** What makes the largest entry positive: it fixes the sign of a component. */
double
SignOf(const std::vector<float> & loading);

/** Noise-whitened component c of every position. */
std::vector<double>
ProfileOf(const PrincipalComponents & reduced, const NoiseWhitening & whitened, int c, double sign);
} // namespace fourdstem

#endif
