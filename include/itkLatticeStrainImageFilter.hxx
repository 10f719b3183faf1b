// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkLatticeStrainImageFilter_hxx
#define itkLatticeStrainImageFilter_hxx

#include "itkLatticeStrainImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMPatternInput.h"

#include "itkMath.h"
#include "itkMetaDataObject.h"

namespace itk
{
template <typename TInputImage>
LatticeStrainImageFilter<TInputImage>::LatticeStrainImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::SetReferenceLattice(const LatticeVectorType & g1, const LatticeVectorType & g2)
{
  m_ReferenceG1 = g1;
  m_ReferenceG2 = g2;
  m_IsReferenceGiven = true;
  this->Modified();
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::SetReferenceToMedian()
{
  m_IsReferenceGiven = false;
  this->Modified();
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::VerifyInputInformation() const
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
LatticeStrainImageFilter<TInputImage>::GenerateOutputInformation()
{
  Superclass::GenerateOutputInformation();
  OutputImageType * output = this->GetOutput();
  CopyFourDSTEMMetaData(this->GetInput(), output);
  output->SetNumberOfComponentsPerPixel(fourdstem::StrainComponents);
  SetFourDSTEMComponentNames(fourdstem::StrainComponentNames(), output);
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  const_cast<TInputImage *>(this->GetInput())->SetRequestedRegionToLargestPossibleRegion();
  if (auto * mask = const_cast<MaskImageType *>(this->GetMaskImage()))
  {
    mask->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::GenerateData()
{
  this->AllocateOutputs();
  const TInputImage * input = this->GetInput();
  const auto          positions = static_cast<std::int64_t>(input->GetBufferedRegion().GetNumberOfPixels());
  std::vector<fourdstem::LatticeFit> fits(static_cast<std::size_t>(positions));
  const float *                      from = input->GetBufferPointer();
  for (fourdstem::LatticeFit & fit : fits)
  {
    fit = fourdstem::LatticeOfComponents(from);
    from += fourdstem::LatticeComponents;
  }
  const MaskImageType * mask = this->GetMaskImage();
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    const fourdstem::Lattice reference =
      m_IsReferenceGiven
        ? fourdstem::Lattice{ { m_ReferenceG1[0], m_ReferenceG1[1] }, { m_ReferenceG2[0], m_ReferenceG2[1] } }
        : fourdstem::MedianLattice(positions, fits.data(), mask ? mask->GetBufferPointer() : nullptr);
    for (unsigned int i = 0; i < 2; ++i)
    {
      m_ReferenceG1[i] = reference.g1[i];
      m_ReferenceG2[i] = reference.g2[i];
    }
    fourdstem::StrainOptions options;
    options.measure = m_Linearised ? fourdstem::StrainMeasure::Linearised : fourdstem::StrainMeasure::Exact;
    options.scanRotation = m_ScanRotation * Math::pi_over_180;
    fourdstem::MeasureStrain(
      positions, fits.data(), { reference }, nullptr, options, this->GetOutput()->GetBufferPointer(), execution);
  });
}

template <typename TInputImage>
void
LatticeStrainImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "ReferenceLattice: " << (m_IsReferenceGiven ? "given, " : "median, ") << m_ReferenceG1 << ' '
     << m_ReferenceG2 << std::endl;
  os << indent << "Linearised: " << m_Linearised << std::endl;
  os << indent << "ScanRotation: " << m_ScanRotation << std::endl;
}
} // namespace itk

#endif
