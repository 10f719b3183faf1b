// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFeatureReductionImageFilter_hxx
#define itkFeatureReductionImageFilter_hxx

#include "itkFeatureReductionImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMPositionGrid.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <limits>
#include <string>

namespace itk
{
template <unsigned int VDimension>
FeatureReductionImageFilter<VDimension>::FeatureReductionImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::SetMethod(MethodType method)
{
  this->SetOption(&fourdstem::ReductionOptions::method, method);
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::SetNumberOfComponents(int components)
{
  this->SetOption(&fourdstem::ReductionOptions::components, components);
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::SetScaleByNeighbourNoise(bool scale)
{
  this->SetOption(&fourdstem::ReductionOptions::scaleByNeighbourNoise, scale);
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::SetOnlyNeighbourFeatures(bool only)
{
  this->SetOption(&fourdstem::ReductionOptions::onlyNeighbourFeatures, only);
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (m_Options.components < 1 || m_Options.components > 32)
  {
    itkExceptionMacro("NumberOfComponents is " << m_Options.components << "; 1 to 32 can be kept");
  }
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::VerifyInputInformation() const
{
  VerifyFourDSTEMPositionMask<VDimension>(this, this->GetInput(), this->GetMaskImage());
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::GenerateOutputInformation()
{
  Superclass::GenerateOutputInformation();
  FeatureImageType * output = this->GetOutput();
  CopyFourDSTEMMetaData(this->GetInput(), output);
  output->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(m_Options.components));
  std::string names;
  for (int c = 1; c <= m_Options.components; ++c)
  {
    names += (c == 1 ? "" : ",");
    names += (m_Options.method == MethodType::NoiseWhitened ? "MNF " : "PC ") + std::to_string(c);
  }
  EncapsulateMetaData(output->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::GenerateInputRequestedRegion()
{
  for (const auto & name : this->GetInputNames())
  {
    if (DataObject * input = this->ProcessObject::GetInput(name))
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::GenerateData()
{
  const FeatureImageType * input = this->GetInput();
  const auto               grid = FourDSTEMPositionGridOf<VDimension>(input, this->GetMaskImage());
  const std::int64_t       positions = grid.Positions();
  const auto               store = fourdstem::ViewRows(
    input->GetBufferPointer(), positions, static_cast<std::int64_t>(input->GetNumberOfComponentsPerPixel()));

  fourdstem::ReducedFeatures reduced;
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    reduced = fourdstem::ReduceFeatures(*store, grid, m_Options, execution);
  });

  FeatureImageType * output = this->GetOutput();
  output->SetBufferedRegion(output->GetLargestPossibleRegion());
  output->Allocate(true);
  const auto kept = static_cast<std::size_t>(m_Options.components);
  const auto found = static_cast<std::size_t>(reduced.components);
  for (std::size_t p = 0; p < static_cast<std::size_t>(positions); ++p)
  {
    float * values = output->GetBufferPointer() + p * kept;
    std::copy_n(reduced.values.data() + p * found, found, values);
    if (reduced.takesPart[p] == 0)
    {
      std::fill_n(values, kept, std::numeric_limits<float>::quiet_NaN());
    }
  }
  m_Strengths = std::move(reduced.strength);
  m_Loadings = std::move(reduced.loadings);
}

template <unsigned int VDimension>
void
FeatureReductionImageFilter<VDimension>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent
     << "Method: " << (m_Options.method == MethodType::NoiseWhitened ? "NoiseWhitened" : "PrincipalComponents")
     << std::endl;
  os << indent << "NumberOfComponents: " << m_Options.components << std::endl;
  os << indent << "ScaleByNeighbourNoise: " << (m_Options.scaleByNeighbourNoise ? "On" : "Off") << std::endl;
  os << indent << "OnlyNeighbourFeatures: " << (m_Options.onlyNeighbourFeatures ? "On" : "Off") << std::endl;
  os << indent << "Strengths: " << m_Strengths.size() << std::endl;
}
} // namespace itk

#endif
