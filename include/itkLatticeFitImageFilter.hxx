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

#include <sstream>

namespace itk
{
template <typename TInputImage>
LatticeFitImageFilter<TInputImage>::LatticeFitImageFilter()
{
  this->ThreaderUpdateProgressOff();
}

template <typename TInputImage>
std::vector<fourdstem::MillerIndex>
LatticeFitImageFilter<TInputImage>::GetIndices() const
{
  std::string text;
  ExposeMetaData<std::string>(this->GetInput()->GetMetaDataDictionary(), FourDSTEMMillerIndicesKey, text);
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
  const auto places = this->GetIndices().size();
  const auto components = this->GetInput()->GetNumberOfComponentsPerPixel();
  if (places == 0 || components != 4 * places)
  {
    itkExceptionMacro(<< "The input has " << components << " components and, in its metadata key "
                      << "FourDSTEM_MillerIndices, " << places << " pairs of indices; four components for each pair, "
                      << "as BraggDiskImageFilter makes them, are needed");
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
  const_cast<TInputImage *>(this->GetInput())->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
void
LatticeFitImageFilter<TInputImage>::GenerateData()
{
  this->AllocateOutputs();
  const TInputImage * input = this->GetInput();
  const auto          indices = this->GetIndices();
  const auto          positions = static_cast<std::int64_t>(input->GetBufferedRegion().GetNumberOfPixels());

  std::vector<fourdstem::BraggDisk> disks(static_cast<std::size_t>(positions) * indices.size());
  const float *                     from = input->GetBufferPointer();
  for (fourdstem::BraggDisk & disk : disks)
  {
    disk = { from[0], from[1], from[2], from[3] };
    from += 4;
  }
  fourdstem::LatticeFitOptions options;
  options.minimumDisks = m_MinimumDisks;
  options.outlier = m_Outlier;
  std::vector<fourdstem::LatticeFit> fits(static_cast<std::size_t>(positions));
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
  float *     to = this->GetOutput()->GetBufferPointer();
  std::string side;
  const bool  isDirect = ExposeMetaData<std::string>(input->GetMetaDataDictionary(), FourDSTEMCepstrumSideKey, side);
  for (const fourdstem::LatticeFit & fit : fits)
  {
    fourdstem::ToComponents(isDirect ? fourdstem::ReciprocalOfCepstrum(fit, std::stoll(side)) : fit, to);
    to += fourdstem::LatticeComponents;
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
