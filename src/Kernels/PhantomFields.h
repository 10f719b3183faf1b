// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PhantomFields_h
#define fourdstem_PhantomFields_h

#include "FourDSTEMExport.h"

#include <array>

namespace fourdstem
{
/** Distortion du_i/dx_j of a displacement u at one place: xx, xy, yx, yy. The deformation gradient is 1 + distortion.
 */
using Distortion = std::array<double, 4>;

/** Poisson's ratio of the dislocations' crystal in plane strain; in a free sheet the same field belongs to 1/3. */
constexpr double PhantomPoissonRatio = 0.25;

/** Core radius of the dipole's dislocations over their distance. */
constexpr double PhantomCoreRadius = 1.0 / 16.0;

/** Isotropic elastic distortion at (x, y) from an edge dislocation with Burgers vector (burgers, 0), spread over a core
 * of radius a = `core` with the density 2 a^4 / (pi (r^2 + a^2)^3).
 *
 * Airy's function of the field is -D/2 y ln(r^2 + a^2): the non-singular field of Cai, Arsenlis, Weinberger and
 * Bulatov, J. Mech. Phys. Solids 54 (2006) 561, in equilibrium everywhere. The rotation is the classical one convolved
 * with the density. A circuit of radius r about the core, from +x towards +y, closes up to burgers (1 - a^4 / (r^2 +
 * a^2)^2). */
FourDSTEM_EXPORT Distortion
EdgeDislocation(double x, double y, double burgers, double core);

/** Two edge dislocations at x = -distance/2 and distance/2, y = 0, with Burgers vectors (burgers, 0) and (-burgers, 0)
 * and cores of PhantomCoreRadius * distance. */
FourDSTEM_EXPORT Distortion
EdgeDislocationDipole(double x, double y, double distance, double burgers);

/** A plane wave of displacement, along its normal n and across it alike: amplitude cos(2 pi n.x / wavelength)
 * (n + t) n^T, with n at 30 degrees from +x towards +y and t at 90 degrees from n: strain `amplitude` along n, shear
 * and rotation of half that. */
FourDSTEM_EXPORT Distortion
PlaneWave(double x, double y, double wavelength, double amplitude);
} // namespace fourdstem

#endif
