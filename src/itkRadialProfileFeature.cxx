// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkRadialProfileFeature.h"

#include <algorithm>

namespace itk
{
std::unique_ptr<fourdstem::Feature>
RadialProfileFeature::MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const
{
  if (mask != nullptr)
  {
    itkExceptionMacro(<< "a radial profile has no use for a feature mask");
  }
  if (!(m_RingWidth > 0))
  {
    itkExceptionMacro(<< "RingWidth is " << m_RingWidth << "; it must be above 0 pixels");
  }
  fourdstem::RadialOptions options;
  options.first = m_FirstRadius;
  options.width = m_RingWidth;
  options.variance = m_UseVariance;
  options.minimum = m_Minimum;
  const double fitting = (static_cast<double>((std::min(shape.qy, shape.qx) + 1) / 2) - m_FirstRadius) / m_RingWidth;
  options.rings =
    m_NumberOfRings > 0 ? static_cast<int>(m_NumberOfRings) : static_cast<int>(std::clamp(fitting, 1., 1e5));
  return fourdstem::MakeRadialProfile(options);
}

void
RadialProfileFeature::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "FirstRadius: " << m_FirstRadius << std::endl;
  os << indent << "RingWidth: " << m_RingWidth << std::endl;
  os << indent << "NumberOfRings: " << m_NumberOfRings << std::endl;
  os << indent << "UseVariance: " << (m_UseVariance ? "on" : "off") << std::endl;
  os << indent << "Minimum: " << m_Minimum << std::endl;
}
} // namespace itk
