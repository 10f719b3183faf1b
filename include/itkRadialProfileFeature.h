// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkRadialProfileFeature_h
#define itkRadialProfileFeature_h

#include "FourDSTEMExport.h"
#include "itkDiffractionFeature.h"

#include "itkObjectFactory.h"

#include <limits>

namespace itk
{
/** \class RadialProfileFeature
 * \brief Azimuthal mean, and variance if asked for, in rings around each pattern's own origin.
 *
 * Components: "radial mean k" for every ring k, first + k width <= r < first + (k + 1) width; then "radial variance k",
 * the variance along the ring, which is large for spots and small for halos. Pixels are taken as they lie, without
 * interpolation; those that are not finite do not count; a ring without any gives 0. A feature mask is refused.
 * Does not depend on the crystal's in-plane orientation.
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT RadialProfileFeature : public DiffractionFeature
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(RadialProfileFeature);

  using Self = RadialProfileFeature;
  using Superclass = DiffractionFeature;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(RadialProfileFeature, DiffractionFeature);

  /** Inner radius of the first ring in detector pixels, not negative. Default: 0. */
  itkSetMacro(FirstRadius, double);
  itkGetConstMacro(FirstRadius, double);

  /** Width of a ring in detector pixels, above 0. Default: 1. */
  itkSetMacro(RingWidth, double);
  itkGetConstMacro(RingWidth, double);

  /** Number of rings. Default: 0, as many as fit a circle around the detector's centre, at least one. */
  itkSetMacro(NumberOfRings, unsigned int);
  itkGetConstMacro(NumberOfRings, unsigned int);

  /** Also the azimuthal variance of each ring, in squared counts. Default: off. */
  itkSetMacro(UseVariance, bool);
  itkGetConstMacro(UseVariance, bool);
  itkBooleanMacro(UseVariance);

  /** Pixels below count as this value. Default: -infinity. */
  itkSetMacro(Minimum, float);
  itkGetConstMacro(Minimum, float);

#ifndef ITK_WRAPPING_PARSER
  std::unique_ptr<fourdstem::Feature>
  MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const override;
#endif

protected:
  RadialProfileFeature() = default;
  ~RadialProfileFeature() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  double       m_FirstRadius{ 0 };
  double       m_RingWidth{ 1 };
  unsigned int m_NumberOfRings{ 0 };
  bool         m_UseVariance{ false };
  float        m_Minimum{ -std::numeric_limits<float>::infinity() };
};
} // namespace itk

#endif
