// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DiffractionTilt_h
#define fourdstem_DiffractionTilt_h

#include "FourDSTEMExport.h"
#include "fourdstem/BraggDisks.h"
#include "fourdstem/Feature.h"
#include "fourdstem/Lattice.h"

#include <memory>
#include <vector>

namespace fourdstem
{
/** What the heights and widths of Bragg disks say of tilt, bending and ripples, at each position by itself.
 *
 * Disks are fitted about the places of the one set in `search`, as FindBraggDisks does; `indices` are theirs. With I
 * the height of a disk above its background, 0 where none is found:
 * - "Friedel asymmetry h k", for every g = (h, k) whose opposite is among the places too, the first of the two in the
 *   order of indices: (I_g - I_-g) / (I_g + I_-g), -1 to 1; NaN where neither is found. Odd in g: tilt and bending;
 * - "tilt x", "tilt y": t of the asymmetries = t . g/|g| by least squares, where pairs lie in two directions;
 * - "ring n cos 2", "ring n sin 2" (n = 1, 2, ... from the innermost; disks within a tenth of their distance are a
 *   ring), where it has three pairs or more: c and s of (I_g + I_-g) / mean = 1 + c cos 2 phi + s sin 2 phi + ..., phi
 *   the angle of g from +x towards +y: ripples, their axis is half the angle of (c, s); "ring n cos 6" and "sin 6"
 *   where the ring tells them from the rest;
 * - "disk broadening": by how much the variance of the disks along each axis is above the template's, square detector
 *   pixels, the mean weighted by height: ripples and mosaic spread.
 *
 * A pair of which the detector's rim or pixels without data cut a disk is NaN, and left out of the tilt; a ring with
 * such a pair is NaN; where no disk is found everything is. Cost: some 0.5 microseconds a disk and core. Throws
 * std::invalid_argument if there is not one index for each place, or no pair. Source: Friedel's law, see
 * docs/method.md, "Tilt". */
FourDSTEM_EXPORT std::unique_ptr<Feature>
                 MakeDiffractionTilt(const BraggSearch & search, const std::vector<MillerIndex> & indices);
} // namespace fourdstem

#endif
