// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionFeatureImageFilter_hxx
#define itkDiffractionFeatureImageFilter_hxx

#include "itkDiffractionFeatureImageFilter.h"
#include "itkFourDSTEMFeatureMask.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMScanRows.h"
#include "itkMaskedPixelFeature.h"
#include "itkMetaDataObject.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::DiffractionFeatureImageFilter()
  : m_Strategy(MaskedPixelFeature::New().GetPointer())
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("OriginImage");
  this->AddOptionalInputName("FeatureMaskImage");
}

template <typename TInputImage, typename TOutputImage>
ModifiedTimeType
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::GetMTime() const
{
  return std::max(Superclass::GetMTime(), m_Strategy.IsNull() ? 0 : m_Strategy->GetMTime());
}

template <typename TInputImage, typename TOutputImage>
void
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() const
{
  if (m_Strategy.IsNull())
  {
    itkExceptionMacro(<< "Strategy is null; set a DiffractionFeature, e.g. MaskedPixelFeature");
  }
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
  VerifyFourDSTEMFeatureMask(this, this->GetInput(), this->GetFeatureMaskImage());
}

template <typename TInputImage, typename TOutputImage>
void
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  const TInputImage * input = this->GetInput();
  TOutputImage *      output = this->GetOutput();
  const auto          shape = FourDSTEMPatternInput<TInputImage>::GetShape(input);

  fourdstem::DetectorMask mask;
  auto *                  image = const_cast<FeatureMaskImageType *>(this->GetFeatureMaskImage());
  if (image != nullptr)
  {
    image->SetRequestedRegionToLargestPossibleRegion();
    image->Update();
    mask = FourDSTEMFeatureMaskFrom(image);
  }
  try
  {
    m_Feature = m_Strategy->MakeFeature(shape, image == nullptr ? nullptr : &mask);
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }
  m_Report = {};

  CopyFourDSTEMScanInformation(input, output);
  output->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(m_Feature->Components()));
  SetFourDSTEMComponentNames(m_Feature->Names(), output);
  for (const auto & [key, value] : m_Strategy->GetOutputMetaData(shape))
  {
    EncapsulateMetaData<std::string>(output->GetMetaDataDictionary(), key, value);
  }
}

template <typename TInputImage, typename TOutputImage>
void
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject *)
{
  EnlargeToFourDSTEMRows(this->GetOutput());
}

template <typename TInputImage, typename TOutputImage>
void
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  const auto rows = FourDSTEMRows(this->GetOutput(), this->GetOutput()->GetRequestedRegion());
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<TInputImage *>(this->GetInput()), rows.first, rows.count);
  for (const char * name : { "OriginImage", "FeatureMaskImage" })
  {
    if (DataObject * optional = this->ProcessObject::GetInput(name))
    {
      optional->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage, typename TOutputImage>
void
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  this->AllocateOutputs();
  TOutputImage *                           output = this->GetOutput();
  const auto                               rows = FourDSTEMRows(output, output->GetBufferedRegion());
  const float *                            origins = FourDSTEMOriginsFrom(this->GetOriginImage(), rows.first);
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    m_Report += fourdstem::GatherFeatures(
      patterns.GetSource(), rows.first, rows.count, origins, *m_Feature, output->GetBufferPointer(), execution);
  });
}

template <typename TInputImage, typename TOutputImage>
void
DiffractionFeatureImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  itkPrintSelfObjectMacro(Strategy);
  os << indent << "Points uncovered: " << m_Report.uncovered << ", missing: " << m_Report.missing
     << ", renormalised: " << m_Report.renormalised << std::endl;
}
} // namespace itk

#endif
