// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkLatticeCalibrationImageFilter_hxx
#define itkLatticeCalibrationImageFilter_hxx

#include "fourdstem/EllipticalDistortion.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkLatticeCalibrationImageFilter.h"

#include "itkMath.h"

#include <optional>
#include <vector>

namespace itk
{
template <typename TInputImage>
LatticeCalibrationImageFilter<TInputImage>::LatticeCalibrationImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::SetKnownLattice(double a, double b, double gamma)
{
  if (a != m_SideA || b != m_SideB || gamma != m_Gamma)
  {
    m_SideA = a;
    m_SideB = b;
    m_Gamma = gamma;
    this->Modified();
  }
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::VerifyPreconditions() const
{
  Superclass::VerifyPreconditions();
  if (!(m_SideA > 0. && m_SideB > 0. && m_Gamma > 0. && m_Gamma < 180.))
  {
    itkExceptionMacro(<< "SetKnownLattice takes two sides above 0 nm and an angle between 0 and 180 degrees; they are "
                      << m_SideA << ", " << m_SideB << " and " << m_Gamma);
  }
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::VerifyInputInformation() const
{
  const auto components = this->GetInput()->GetNumberOfComponentsPerPixel();
  if (components != fourdstem::LatticeComponents)
  {
    itkExceptionMacro(<< "The input has " << components << " components; "
                      << static_cast<int>(fourdstem::LatticeComponents)
                      << ", as LatticeFitImageFilter makes them, are needed");
  }
  const MaskImageType * mask = this->GetMaskImage();
  if (mask != nullptr &&
      mask->GetLargestPossibleRegion().GetSize() != this->GetInput()->GetLargestPossibleRegion().GetSize())
  {
    itkExceptionMacro(<< "MaskImage has " << mask->GetLargestPossibleRegion().GetSize() << " pixels; the scan has "
                      << this->GetInput()->GetLargestPossibleRegion().GetSize());
  }
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  const_cast<TInputImage *>(this->GetInput())->SetRequestedRegionToLargestPossibleRegion();
  if (auto * mask = const_cast<MaskImageType *>(this->GetMaskImage()))
  {
    mask->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::GenerateData()
{
  const TInputImage * input = this->GetInput();
  const auto          positions = static_cast<std::int64_t>(input->GetBufferedRegion().GetNumberOfPixels());
  std::vector<fourdstem::LatticeFit> fits(static_cast<std::size_t>(positions));
  const float *                      from = input->GetBufferPointer();
  for (fourdstem::LatticeFit & fit : fits)
  {
    fit = fourdstem::LatticeOfComponents(from);
    from += fourdstem::LatticeComponents;
  }
  const MaskImageType *                        mask = this->GetMaskImage();
  fourdstem::LatticeEstimate                   estimate;
  const fourdstem::KnownLattice                known{ m_SideA, m_SideB, m_Gamma * Math::pi_over_180 };
  std::optional<fourdstem::PixelCalibration>   found;
  std::optional<fourdstem::EllipseMeasurement> ellipse;
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution &) {
    estimate = fourdstem::EstimateLattice(positions, fits.data(), mask ? mask->GetBufferPointer() : nullptr);
    found = fourdstem::CalibratePixels(estimate, known);
    ellipse = fourdstem::EllipseOfLattice(estimate, known);
  });
  if (!found || !ellipse)
  {
    const fourdstem::Lattice & lattice = estimate.lattice;
    itkExceptionMacro(<< "The lattice found, (" << lattice.g1[0] << ", " << lattice.g1[1] << ") and (" << lattice.g2[0]
                      << ", " << lattice.g2[1] << ") pixels, is not the known one, " << m_SideA << ", " << m_SideB
                      << " nm and " << m_Gamma << " degrees, however that is turned and scaled");
  }
  m_PixelSize = found->size;
  m_PixelSizeError = found->error;
  m_Mismatch = found->mismatch;
  m_EllipseRatio = ellipse->ellipse.ratio;
  m_EllipseRatioError = ellipse->ratioError;
  m_EllipseAngle = ellipse->ellipse.angle / Math::pi_over_180;
  m_EllipseAngleError = ellipse->angleError / Math::pi_over_180;
  this->GraftOutput(const_cast<TInputImage *>(input));
}

template <typename TInputImage>
void
LatticeCalibrationImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "KnownLattice: " << m_SideA << ' ' << m_SideB << ' ' << m_Gamma << std::endl;
  os << indent << "PixelSize: " << m_PixelSize << std::endl;
  os << indent << "PixelSizeError: " << m_PixelSizeError << std::endl;
  os << indent << "Mismatch: " << m_Mismatch << std::endl;
  os << indent << "EllipseRatio: " << m_EllipseRatio << std::endl;
  os << indent << "EllipseRatioError: " << m_EllipseRatioError << std::endl;
  os << indent << "EllipseAngle: " << m_EllipseAngle << std::endl;
  os << indent << "EllipseAngleError: " << m_EllipseAngleError << std::endl;
}
} // namespace itk

#endif
