// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkCepstrumFeature.h"
#include "itkFourDSTEMPlaces.h"

#include <stdexcept>

namespace itk
{
fourdstem::CepstrumOptions
CepstrumFeature::GetOptions() const
{
  return { static_cast<std::int64_t>(m_Side), m_Offset, m_InnerRadius, m_Reach, m_Significance };
}

void
CepstrumFeature::FindPlaces(const PatternImageType * mean)
{
  const auto pattern = FourDSTEMMeanPatternValues(mean);
  const auto size = mean->GetLargestPossibleRegion().GetSize();
  try
  {
    m_Places = fourdstem::FindCepstrumLattice(pattern.data(),
                                              static_cast<std::int64_t>(size[1]),
                                              static_cast<std::int64_t>(size[0]),
                                              static_cast<double>(size[0] / 2),
                                              static_cast<double>(size[1] / 2),
                                              this->GetOptions());
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
  this->Modified();
}

std::unique_ptr<fourdstem::Feature>
CepstrumFeature::MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const
{
  if (mask != nullptr)
  {
    itkExceptionMacro(<< "a cepstrum has no use for a feature mask");
  }
  if (m_Places.places.empty())
  {
    itkExceptionMacro(<< "There is no place to look for a peak: call FindPlaces");
  }
  return fourdstem::MakeCepstrumPeaks(
    m_Places.places, fourdstem::CepstrumSide(m_Side, shape.qy, shape.qx), this->GetOptions());
}

std::map<std::string, std::string>
CepstrumFeature::GetOutputMetaData(const fourdstem::ScanShape & shape) const
{
  return { { FourDSTEMMillerIndicesKey, FourDSTEMMillerIndicesText(m_Places.indices) },
           { FourDSTEMCepstrumSideKey, std::to_string(fourdstem::CepstrumSide(m_Side, shape.qy, shape.qx)) } };
}

void
CepstrumFeature::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Places: " << m_Places.places.size() << std::endl;
  os << indent << "Side: " << m_Side << std::endl;
  os << indent << "Offset: " << m_Offset << std::endl;
  os << indent << "InnerRadius: " << m_InnerRadius << std::endl;
  os << indent << "Reach: " << m_Reach << std::endl;
  os << indent << "Significance: " << m_Significance << std::endl;
}
} // namespace itk
