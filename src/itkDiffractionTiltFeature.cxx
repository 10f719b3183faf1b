// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkDiffractionTiltFeature.h"
#include "itkFourDSTEMPlaces.h"

#include "fourdstem/DiffractionTilt.h"

namespace itk
{
void
DiffractionTiltFeature::AddPlace(int h, int k, double x, double y)
{
  m_Places.places.push_back({ x, y });
  m_Places.indices.push_back({ h, k });
  this->Modified();
}

void
DiffractionTiltFeature::ClearPlaces()
{
  m_Places = {};
  this->Modified();
}

void
DiffractionTiltFeature::FindPlaces(const PatternImageType * mean)
{
  m_Places = FindFourDSTEMPlaces(mean, m_DiskRadius, m_EdgeWidth);
  this->Modified();
}

std::unique_ptr<fourdstem::Feature>
DiffractionTiltFeature::MakeFeature(const fourdstem::ScanShape &, const fourdstem::DetectorMask * mask) const
{
  if (mask != nullptr)
  {
    itkExceptionMacro(<< "tilt has no use for a feature mask");
  }
  if (!(m_DiskRadius > 0. && m_EdgeWidth > 0. && m_Gain > 0.))
  {
    itkExceptionMacro(<< "DiskRadius is " << m_DiskRadius << ", EdgeWidth " << m_EdgeWidth << ", Gain " << m_Gain
                      << "; all must be above 0");
  }
  fourdstem::BraggSearch search;
  search.disk = { m_DiskRadius, m_EdgeWidth, {} };
  search.places = { m_Places.places };
  search.reach = m_Reach;
  search.significance = m_Significance;
  search.noise.gain = m_Gain;
  return fourdstem::MakeDiffractionTilt(search, m_Places.indices);
}

void
DiffractionTiltFeature::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Places: " << m_Places.places.size() << std::endl;
  os << indent << "DiskRadius: " << m_DiskRadius << std::endl;
  os << indent << "EdgeWidth: " << m_EdgeWidth << std::endl;
  os << indent << "Reach: " << m_Reach << std::endl;
  os << indent << "Significance: " << m_Significance << std::endl;
  os << indent << "Gain: " << m_Gain << std::endl;
}
} // namespace itk
