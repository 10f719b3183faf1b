// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Strain_h
#define fourdstem_Strain_h

#include "FourDSTEMExport.h"
#include "fourdstem/Lattice.h"

#include <array>
#include <string>

namespace fourdstem
{
/** \file
 * Strain and rotation of a lattice against a reference, exact for any size.
 *
 * With the reciprocal vectors as columns, G = [g1 g2] and G0 of the reference, the deformation gradient is
 * F = (G G0^-1)^-T; F = V R with V symmetric and R a rotation. The strain is V - I, in the image's axes: x along the
 * fast axis, y along the slow one (down); positive strain is expansion in real space. The rotation, atan2(F21 - F12,
 * F11 + F22), is positive from +x towards +y. */

struct Strain
{
  double xx = 0.;
  double yy = 0.;
  double xy = 0.;
  /** Radians. */
  double rotation = 0.;
};

enum class StrainMeasure : std::uint8_t
{
  /** V - I of the polar decomposition. */
  Exact,
  /** The customary 1 - (G G0^-1) in reciprocal space, symmetric part and half the antisymmetric one: for comparison, it
   * reads a true 5 % as 4.76 %. */
  Linearised
};

struct StrainOptions
{
  StrainMeasure measure = StrainMeasure::Exact;
  /** Angle of the scan's fast axis on the detector, radians from +x towards +y: strains are turned into the scan's
   * axes. */
  double scanRotation = 0.;
};

/** The strain of `lattice` against `reference`, whose determinant is not 0. */
FourDSTEM_EXPORT Strain
StrainOf(const Lattice & lattice, const Lattice & reference, const StrainOptions & options = {});

/** The median of each component over the positions that have a lattice and, if `mask` is given, a non-zero byte in it.
 * Throws std::runtime_error if there are none. */
FourDSTEM_EXPORT Lattice
MedianLattice(std::int64_t positions, const LatticeFit * fits, const std::uint8_t * mask);

/** Numbers of a strain map's values at a position; strains as fractions, angles in degrees. */
enum StrainComponent : std::uint8_t
{
  StrainXX,
  StrainYY,
  StrainXY,
  Rotation,
  StrainXXError,
  StrainYYError,
  StrainXYError,
  RotationError,
  PrincipalStrain1, // the larger
  PrincipalStrain2,
  PrincipalAxis, // of the larger, from +x towards +y, in (-90, 90]
  Dilation,      // area: (1 + first)(1 + second) - 1
  MaximumShear,  // half the difference of the principal strains
  StrainComponents
};

/** Their names, as in the files: "e_xx", ... */
FourDSTEM_EXPORT const std::array<const char *, StrainComponents> &
                       StrainComponentNames();

/** Strain at every position against a reference, `values`: [positions][StrainComponents]; NaN where no lattice is.
 *
 * `which`: the number of each position's reference; null: 0 for all. Errors are standard deviations, the lattice's
 * covariance carried through the decomposition to first order; the reference's own error is not part of them. Throws
 * std::invalid_argument for a reference without area, and for a position with a lattice but without reference. */
FourDSTEM_EXPORT void
MeasureStrain(std::int64_t                 positions,
              const LatticeFit *           fits,
              const std::vector<Lattice> & references,
              const std::uint16_t *        which,
              const StrainOptions &        options,
              float *                      values,
              const Execution &            execution);

/** Length of the gradient over the scan of one component, per scan step: central differences, one-sided at the rim and
 * beside missing positions, NaN at these and where there is no neighbour along an axis. `gradients`: [positions]. */
FourDSTEM_EXPORT void
StrainGradients(std::int64_t ry, std::int64_t rx, const float * values, StrainComponent component, float * gradients);
} // namespace fourdstem

#endif
