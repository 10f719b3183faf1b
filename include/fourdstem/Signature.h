// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Signature_h
#define fourdstem_Signature_h

#include "FourDSTEMExport.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace fourdstem
{
/** Numbers of a position's deformation features. */
enum DeformationFeature : std::uint8_t
{
  FeatureIndexed,   // 1 where a lattice was fitted, else 0
  FeatureIntensity, // logarithm of the mean height of the disks
  FeatureStrainXX,
  FeatureStrainYY,
  FeatureStrainXY,
  FeatureRotation, // degrees
  FeatureTiltX,    // t of Friedel pairs a = t . u: a = (I_g - I_-g)/(I_g + I_-g), u the direction of g
  FeatureTiltY,
  FeatureRippleCos, // c of b = c cos(2 phi) + s sin(2 phi): b = (I_g + I_-g)/mean of its ring - 1, phi of g
  FeatureRippleSin,
  DeformationFeatures
};

/** Their names, as in leaves.csv: "indexed", "log intensity", "e_xx", ... */
FourDSTEM_EXPORT const std::array<const char *, DeformationFeatures> &
                       DeformationFeatureNames();

/** Mean and standard error of each feature over a set of positions. */
struct DeformationMeans
{
  /** False where nothing was measured, as in trees that were grown or edited without the patterns. */
  bool                                    isMeasured = false;
  std::array<double, DeformationFeatures> mean{};
  std::array<double, DeformationFeatures> error{};
};

/** How children differ in one quantity. */
struct SignatureTerm
{
  /** "support", "thickness", "dilation", "uniaxial strain", "shear", "rotation", "tilt" or "ripple"; "other lattice"
   * where the lattices differ by more than MostStrain or 0.2 radians. */
  std::string name;
  /** Child minus siblings: support, a share of positions; thickness, relative intensity of the disks; strains as
   * fractions; rotation in degrees; tilt and ripple, relative intensity. */
  double value = 0.;
  double error = 0.; // standard error
  /** Degrees from +x towards +y where the quantity has a direction or an axis, else NaN. */
  double axis = std::numeric_limits<double>::quiet_NaN();
  /** Distance of the means in standard deviations within the children. */
  double separation = 0.;
  /** The same in standard errors. */
  double significance = 0.;
};

/** Whether a wall runs between the children, or their border lies somewhere on a slope. */
enum class SplitKind : std::uint8_t
{
  Domain,
  Gradient
};

/** What tells a node from its siblings. */
struct SplitSignature
{
  /** False where nothing was compared: in the root, and in trees that were grown or edited without the patterns. */
  bool      isMeasured = false;
  SplitKind kind = SplitKind::Domain;
  /** Mean step of the first term's quantity across the border over the distance of the means. */
  double sharpness = 0.;
  /** Of at least 5 standard errors, causes before consequences and else the most separating first. May be empty. */
  std::vector<SignatureTerm> terms;
};

/** "domain" or "gradient". */
FourDSTEM_EXPORT const char *
NameOf(SplitKind kind);

/** A term in words, such as "rotation by 0.81 +- 0.03 degrees". */
FourDSTEM_EXPORT std::string
                 InWords(const SignatureTerm & term);

/** Kind and the first term in words; what there is to say where no term is significant. */
FourDSTEM_EXPORT std::string
                 InWords(const SplitSignature & signature);
} // namespace fourdstem

#endif
