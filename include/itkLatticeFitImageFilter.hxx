// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkLatticeFitImageFilter_hxx
#define itkLatticeFitImageFilter_hxx

#include "itkLatticeFitImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMPlaces.h"

#include "fourdstem/Cepstrum.h"

#include "itkMetaDataObject.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace itk
{
template <typename TInputImage>
LatticeFitImageFilter<TInputImage>::LatticeFitImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->SetNumberOfRequiredOutputs(2);
  this->ProcessObject::SetNthOutput(1, this->MakeOutput(1));
}

template <typename TInputImage>
DataObject::Pointer
LatticeFitImageFilter<TInputImage>::MakeOutput(ProcessObject::DataObjectPointerArraySizeType index)
{
  return index == 1 ? DataObject::Pointer(NumberImageType::New().GetPointer()) : Superclass::MakeOutput(index);
}

template <typename TInputImage>
std::vector<fourdstem::MillerIndex>
LatticeFitImageFilter<TInputImage>::GetIndices(unsigned int input) const
{
  std::string text;
  ExposeMetaData<std::string>(this->GetInput(input)->GetMetaDataDictionary(), FourDSTEMMillerIndicesKey, text);
  std::vector<fourdstem::MillerIndex> indices;
  std::istringstream                  list(text);
  for (std::string pair; std::getline(list, pair, ',');)
  {
    std::istringstream     numbers(pair);
    fourdstem::MillerIndex index;
    if (!(numbers >> index.h >> index.k))
    {
      itkExceptionMacro(<< "The metadata key FourDSTEM_MillerIndices has \"" << pair
                        << "\" where two whole numbers are "
                        << "needed");
    }
    indices.push_back(index);
  }
  return indices;
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::VerifyInputInformation() const
{
  for (unsigned int i = 0; i < this->GetNumberOfIndexedInputs(); ++i)
  {
    const auto places = this->GetIndices(i).size();
    const auto components = this->GetInput(i)->GetNumberOfComponentsPerPixel();
    if (places == 0 || components != 4 * places)
    {
      itkExceptionMacro(<< "Input " << i << " has " << components << " components and, in its metadata key "
                        << "FourDSTEM_MillerIndices, " << places << " pairs of indices; four components for each pair, "
                        << "as BraggDiskImageFilter makes them, are needed");
    }
    if (this->GetInput(i)->GetLargestPossibleRegion() != this->GetInput()->GetLargestPossibleRegion())
    {
      itkExceptionMacro(<< "Input " << i << " covers " << this->GetInput(i)->GetLargestPossibleRegion().GetSize()
                        << " positions, input 0 " << this->GetInput()->GetLargestPossibleRegion().GetSize());
    }
  }
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::GenerateOutputInformation()
{
  Superclass::GenerateOutputInformation();
  OutputImageType * output = this->GetOutput();
  CopyFourDSTEMMetaData(this->GetInput(), output);
  output->SetNumberOfComponentsPerPixel(fourdstem::LatticeComponents);
  SetFourDSTEMComponentNames(fourdstem::LatticeComponentNames(), output);
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  for (unsigned int i = 0; i < this->GetNumberOfIndexedInputs(); ++i)
  {
    const_cast<TInputImage *>(this->GetInput(i))->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
std::vector<fourdstem::LatticeFit>
LatticeFitImageFilter<TInputImage>::Fit(const std::vector<fourdstem::BraggDisk> &   disks,
                                        const std::vector<fourdstem::MillerIndex> & indices)
{
  const auto                         positions = static_cast<std::int64_t>(disks.size() / indices.size());
  fourdstem::LatticeFitOptions       options;
  std::vector<fourdstem::LatticeFit> fits(static_cast<std::size_t>(positions));
  options.minimumDisks = m_MinimumDisks;
  options.outlier = m_Outlier;
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    fourdstem::FitLattices(positions,
                           static_cast<std::int64_t>(indices.size()),
                           disks.data(),
                           { indices },
                           nullptr,
                           options,
                           fits.data(),
                           execution);
  });
  return fits;
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::GenerateData()
{
  constexpr unsigned short none = 65535;
  this->AllocateOutputs();
  const auto          positions = static_cast<std::size_t>(this->GetInput()->GetBufferedRegion().GetNumberOfPixels());
  std::vector<double> heights(positions, 0.);
  unsigned short *    number = this->GetLatticeNumberOutput()->GetBufferPointer();
  std::fill_n(number, positions, none);
  for (unsigned int i = 0; i < this->GetNumberOfIndexedInputs(); ++i)
  {
    const TInputImage *               input = this->GetInput(i);
    const auto                        indices = this->GetIndices(i);
    std::vector<fourdstem::BraggDisk> disks;
    disks.reserve(positions * indices.size());
    for (const float * from = input->GetBufferPointer(); disks.size() < positions * indices.size(); from += 4)
    {
      disks.push_back({ from[0], from[1], from[2], from[3] });
    }
    std::string side;
    const bool  isDirect = ExposeMetaData<std::string>(input->GetMetaDataDictionary(), FourDSTEMCepstrumSideKey, side);
    const auto  fits = this->Fit(disks, indices);
    float *     to = this->GetOutput()->GetBufferPointer();
    for (std::size_t p = 0; p < positions; ++p, to += fourdstem::LatticeComponents)
    {
      const fourdstem::LatticeFit & fit = fits[p];
      const double shorter = std::min(std::hypot(fit.g1[0], fit.g1[1]), std::hypot(fit.g2[0], fit.g2[1]));
      const double height = fourdstem::HeightOnLattice(disks.data() + p * indices.size(), indices, fit, 0.1 * shorter);
      const bool   isBest = height > heights[p];
      if (i == 0 || isBest)
      {
        fourdstem::ToComponents(isDirect ? fourdstem::ReciprocalOfCepstrum(fit, std::stoll(side)) : fit, to);
      }
      if (isBest)
      {
        heights[p] = height;
        number[p] = static_cast<unsigned short>(i);
      }
    }
  }
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "MinimumDisks: " << m_MinimumDisks << std::endl;
  os << indent << "Outlier: " << m_Outlier << std::endl;
}
} // namespace itk

#endif
