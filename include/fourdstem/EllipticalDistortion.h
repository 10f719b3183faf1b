// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EllipticalDistortion_h
#define fourdstem_EllipticalDistortion_h

#include "FourDSTEMExport.h"
#include "fourdstem/LatticeCalibration.h"

#include <optional>

namespace fourdstem
{
/** \file
 * Elliptical distortion of diffraction patterns by the projector lenses: what it is, how it is measured, and how it is
 * taken out. The method: docs/method.md, "Elliptical distortion". */

/** What a circle about the origin becomes: an ellipse of the same area, half-axes R sqrt(ratio) and R / sqrt(ratio). */
struct EllipticalDistortion
{
  /** Long over short axis, at least 1. */
  double ratio = 1.;
  /** Direction of the long axis, radians from +x towards +y, in (-pi/2, pi/2]. */
  double angle = 0.;
};

/** Where a place, from the origin, would be without the distortion. */
FourDSTEM_EXPORT BraggPlace
Undistorted(const EllipticalDistortion & distortion, const BraggPlace & place);

FourDSTEM_EXPORT Lattice
Undistorted(const EllipticalDistortion & distortion, const Lattice & lattice);

/** Takes the distortion out of the places of `count` disks from their patterns' origins; heights and errors stay. */
FourDSTEM_EXPORT void
UndistortDisks(const EllipticalDistortion & distortion, std::int64_t count, BraggDisk * disks);

struct EllipseMeasurement
{
  EllipticalDistortion ellipse;
  /** Standard errors; that of the angle in radians, at most pi/2, which says nothing of it. */
  double ratioError = 0.;
  double angleError = 0.;
};

/** The distortion of a lattice that is known but for its scale and turn: with the vectors as columns G = p D R K, D is
 * the symmetric part of the polar decomposition of G K^-1. Errors are those of the lattice. Nothing where the mismatch
 * of MatchLattice is above MostMismatch. */
FourDSTEM_EXPORT std::optional<EllipseMeasurement>
                 EllipseOfLattice(const LatticeEstimate & measured, const KnownLattice & known);

/** A hexagonal and a square cell, of sides 1. */
FourDSTEM_EXPORT KnownLattice
HexagonalLattice();
FourDSTEM_EXPORT KnownLattice
SquareLattice();

/** Least distance of the radii between which a ring is looked for, pixels. */
constexpr double NarrowestRing = 6.;

/** A ring of amorphous material in a pattern. */
struct RingMeasurement
{
  EllipseMeasurement ellipse;
  /** Geometric mean of the half-axes, pixels. */
  double radius = 0.;
  /** Where its centre is from the origin, pixels. */
  double centreX = 0.;
  double centreY = 0.;
  /** Sectors of 5 degrees in which the ring was found. */
  int sectors = 0;
};

/** The ellipse of the ring between two radii (pixels from the origin) of a pattern [Qy][Qx], NaN where there is no
 * data.
 *
 * In each of 72 sectors a Gaussian on a parabola is fitted by least squares to what lies between the radii; an ellipse
 * with a free centre is fitted to the radii of its tops, robustly, so that disks on the ring do not count. Errors are
 * those of the sectors' deviations from the ellipse. Throws std::invalid_argument for radii that are none, and
 * std::runtime_error where no ring stands out in half of the sectors, or its ratio is above 1.2. */
FourDSTEM_EXPORT RingMeasurement
EllipseOfRing(const double * pattern,
              std::int64_t   qy,
              std::int64_t   qx,
              double         originX,
              double         originY,
              double         innerRadius,
              double         outerRadius);
} // namespace fourdstem

#endif
