// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_AlignedPatterns_h
#define fourdstem_AlignedPatterns_h

#include "FloatPattern.h"
#include "HotLoops/PatternLoops.h"

#include <vector>

namespace fourdstem
{
/** How a pattern is to be sampled so that its origin, (x, y) in pixel indices, comes to pixel (qx / 2, qy / 2); null
 * leaves it as it lies. */
AlignedPattern
AlignPattern(const FloatPattern & pattern, bool hasNonFinite, const float * origin);

/** Counts the pixels that an aligned pattern covers, as differences along both axes, [qy + 1][qx + 1]; false if there
 * are none. */
bool
CountCovered(const AlignedPattern & aligned, std::int64_t qx, std::int64_t * countSteps);

/** How many patterns cover each pixel, [qy][qx]. */
std::vector<std::int64_t>
CountsOfSteps(const std::int64_t * countSteps, std::int64_t qy, std::int64_t qx);
} // namespace fourdstem

#endif
