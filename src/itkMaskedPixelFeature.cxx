// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkMaskedPixelFeature.h"

namespace itk
{
fourdstem::DetectorMask
MaskedPixelFeature::GetMask(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const
{
  const auto annulus =
    fourdstem::MakeAnnulusMask(shape.qy, shape.qx, { m_InnerRadius, m_OuterRadius, m_AnnulusConvention });
  return mask == nullptr ? annulus : fourdstem::Intersect(annulus, *mask);
}

std::vector<fourdstem::SamplePoint>
MaskedPixelFeature::GetPoints(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const
{
  if (m_Step < 1)
  {
    itkExceptionMacro(<< "Step is 0; it must be at least 1 pixel");
  }
  return fourdstem::PointsOfMask(this->GetMask(shape, mask), static_cast<int>(m_Step));
}

std::unique_ptr<fourdstem::Feature>
MaskedPixelFeature::MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const
{
  const auto points = this->GetPoints(shape, mask);
  if (points.empty())
  {
    itkExceptionMacro(<< "no pixel of the " << shape.qy << " x " << shape.qx << " detector is left between InnerRadius "
                      << m_InnerRadius << " and OuterRadius " << m_OuterRadius
                      << (mask == nullptr ? "" : " and in the feature mask"));
  }
  return fourdstem::MakeMaskedPixels(points, this->GetSampling(), m_Transform);
}

void
MaskedPixelFeature::PrintSelf(std::ostream & os, Indent indent) const
{
  constexpr const char * transforms[] = { "raw", "anscombe", "log", "l2" };
  Superclass::PrintSelf(os, indent);
  os << indent << "InnerRadius: " << m_InnerRadius << std::endl;
  os << indent << "OuterRadius: " << m_OuterRadius << std::endl;
  os << indent
     << "AnnulusConvention: " << (m_AnnulusConvention == AnnulusConventionType::Aligned ? "aligned" : "published")
     << std::endl;
  os << indent << "Step: " << m_Step << std::endl;
  os << indent << "Sampler: " << (m_Sampler == SamplerType::Bilinear ? "bilinear" : "bspline") << std::endl;
  os << indent << "GaussianSigma: " << m_GaussianSigma << std::endl;
  os << indent << "Minimum: " << m_Minimum << std::endl;
  os << indent << "Transform: " << transforms[static_cast<std::size_t>(m_Transform)] << std::endl;
}
} // namespace itk
