// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LatticeCalibration_h
#define fourdstem_LatticeCalibration_h

#include "FourDSTEMExport.h"
#include "fourdstem/Lattice.h"

#include <optional>

namespace fourdstem
{
/** \file
 * The size of a detector pixel from a crystal whose lattice is known. The method: docs/method.md, "Calibration". */

/** The lattice that many positions agree on, with its own error. */
struct LatticeEstimate
{
  Lattice lattice;
  /** Covariance of the x components of g1 and g2, and likewise of the y components: g1 with itself, g1 with g2, g2 with
   * itself, square pixels. */
  double covariance[3] = { 0., 0., 0. };
  /** How many it is of. */
  std::int64_t positions = 0;
};

/** The MedianLattice of the positions, and the covariance of that median: pi/2 of that of a mean, from the errors of
 * the fits, or, where that is more, from how the positions scatter. Throws std::runtime_error if there are none. */
FourDSTEM_EXPORT LatticeEstimate
EstimateLattice(std::int64_t positions, const LatticeFit * fits, const std::uint8_t * mask);

/** The cell of a crystal in its projection along the beam. */
struct KnownLattice
{
  /** Its sides, nm. */
  double a = 0.;
  double b = 0.;
  /** The angle between them, radians. */
  double gamma = 0.;
};

/** Its reciprocal vectors in 1/nm, without a factor 2 pi, a* along +x, b* at pi - gamma towards +y. Throws
 * std::invalid_argument unless the sides are positive and the angle is between 0 and pi. */
FourDSTEM_EXPORT Lattice
ReciprocalOf(const KnownLattice & known);

/** A known lattice laid on a measured one. */
struct LatticeMatch
{
  /** The known lattice's reciprocal vectors, in the basis (of both hands) that is most like the measured g1, g2. */
  Lattice known;
  /** Root of the mean squared distance of the measured vectors from the known ones, turned and scaled to fit, over the
   * length of the measured ones: half of an ellipse's ratio - 1. */
  double mismatch = 0.;
};

/** A mismatch above this is no distortion, but another lattice. */
constexpr double MostMismatch = 0.1;

/** The basis of the known lattice that fits best, whatever its mismatch. */
FourDSTEM_EXPORT LatticeMatch
MatchLattice(const Lattice & measured, const KnownLattice & known);

struct PixelCalibration
{
  /** 1/nm in a detector pixel (in the unit of the lattice, where that is another). */
  double size = 0.;
  /** Its standard error. */
  double error = 0.;
  /** As of LatticeMatch. */
  double mismatch = 0.;
};

/** The size of a pixel, by least squares over both vectors, weighted by their covariance: g_i = p R k_i with the known
 * vectors k_i in 1/nm, any rotation R, and p = 1 / size.
 *
 * The error is that of the covariance, times the root of chi-squared over its 2 degrees of freedom where that is above
 * 1: what the vectors' lengths and angle contradict the known lattice by counts as error. Nothing where the mismatch is
 * above MostMismatch. */
FourDSTEM_EXPORT std::optional<PixelCalibration>
                 CalibratePixels(const LatticeEstimate & measured, const KnownLattice & known);
} // namespace fourdstem

#endif
