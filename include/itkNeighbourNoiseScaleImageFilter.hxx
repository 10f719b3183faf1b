// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkNeighbourNoiseScaleImageFilter_hxx
#define itkNeighbourNoiseScaleImageFilter_hxx

#include "itkNeighbourNoiseScaleImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMPositionGrid.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <string>

namespace itk
{
template <unsigned int VDimension>
NeighbourNoiseScaleImageFilter<VDimension>::NeighbourNoiseScaleImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
}

template <unsigned int VDimension>
void
NeighbourNoiseScaleImageFilter<VDimension>::VerifyInputInformation() const
{
  VerifyFourDSTEMPositionMask<VDimension>(this, this->GetInput(), this->GetMaskImage());
}

template <unsigned int VDimension>
void
NeighbourNoiseScaleImageFilter<VDimension>::GenerateOutputInformation()
{
  Superclass::GenerateOutputInformation();
  CopyFourDSTEMMetaData(this->GetInput(), this->GetOutput());
  std::string names;
  if (ExposeMetaData(this->GetInput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names))
  {
    EncapsulateMetaData(this->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  }
}

template <unsigned int VDimension>
void
NeighbourNoiseScaleImageFilter<VDimension>::GenerateInputRequestedRegion()
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
NeighbourNoiseScaleImageFilter<VDimension>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <unsigned int VDimension>
void
NeighbourNoiseScaleImageFilter<VDimension>::GenerateData()
{
  const FeatureImageType * input = this->GetInput();
  const auto               grid = FourDSTEMPositionGridOf<VDimension>(input, this->GetMaskImage());
  const auto               store = fourdstem::ViewRows(
    input->GetBufferPointer(), grid.Positions(), static_cast<std::int64_t>(input->GetNumberOfComponentsPerPixel()));
  this->AllocateOutputs();
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    m_Noise = fourdstem::ScaleByNeighbourNoise(*store, grid, this->GetOutput()->GetBufferPointer(), execution);
  });
}

template <unsigned int VDimension>
void
NeighbourNoiseScaleImageFilter<VDimension>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Noise: " << m_Noise.size() << " components" << std::endl;
}
} // namespace itk

#endif
