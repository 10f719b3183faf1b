// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkVirtualDetectorFeature.h"

namespace itk
{
void
VirtualDetectorFeature::AddRing(const std::string & name, double inner, double outer)
{
  fourdstem::VirtualDetector detector;
  detector.name = name;
  detector.innerRadius = inner;
  detector.outerRadius = outer;
  m_Detectors.push_back(detector);
  this->Modified();
}

void
VirtualDetectorFeature::AddCentreOfMass(const std::string & name, double radius)
{
  this->AddRing(name, 0, radius);
  m_Detectors.back().quantity = fourdstem::VirtualDetector::Quantity::CentreOfMass;
}

void
VirtualDetectorFeature::SetDetectors(const DetectorsType & detectors)
{
  m_Detectors = detectors;
  this->Modified();
}

std::unique_ptr<fourdstem::Feature>
VirtualDetectorFeature::MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const
{
  if (mask != nullptr)
  {
    itkExceptionMacro(<< "virtual detectors have no use for a feature mask; give a detector a mask of its own");
  }
  if (m_Detectors.empty())
  {
    itkExceptionMacro(<< "there is no virtual detector; add one with AddRing or AddCentreOfMass");
  }
  return fourdstem::MakeVirtualDetectors(
    { m_Detectors, shape.qy, shape.qx, static_cast<double>(shape.qx / 2), static_cast<double>(shape.qy / 2) });
}

void
VirtualDetectorFeature::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Detectors:" << std::endl;
  for (const auto & detector : m_Detectors)
  {
    const bool isSum = detector.quantity == fourdstem::VirtualDetector::Quantity::Sum;
    os << indent.GetNextIndent() << detector.name << ": " << (isSum ? "sum" : "centre of mass") << ", "
       << detector.innerRadius << " to " << detector.outerRadius << (detector.mask.empty() ? "" : ", mask")
       << std::endl;
  }
}
} // namespace itk
