// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ProbeImage_h
#define fourdstem_ProbeImage_h

#include "fourdstem/DetectorMask.h"

#include <vector>

namespace fourdstem
{
/** Whether the probe's image on the detector is wide enough that no peak of it stands out of its surroundings as one
 * pixel: seen in the brightest region of a mean pattern [Qy][Qx], where the pixels `standing` that are not 0 are
 * replaced by their neighbours.
 *
 * The region (4 neighbours) above half the largest value must hold at least five pixels, and that above a fifth of it
 * be no more than 2 pixels or 40 % larger in radius (of a disk of its area), whichever is more: a disk, not the glow
 * about a peak. And no such pixel, brighter than the region, may lie in or within two pixels of one whose radius is
 * below 4 pixels: it might be the peak itself. */
bool
IsProbeWide(const std::vector<double> & mean, const DetectorMask & standing);
} // namespace fourdstem

#endif
