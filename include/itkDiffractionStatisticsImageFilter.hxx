// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionStatisticsImageFilter_hxx
#define itkDiffractionStatisticsImageFilter_hxx

#include "itkDiffractionStatisticsImageFilter.h"
#include "itkFourDSTEMGeometry.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage>
DiffractionStatisticsImageFilter<TInputImage>::DiffractionStatisticsImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->SetNumberOfRequiredInputs(1);
  this->AddOptionalInputName("OriginImage");
  this->AddOptionalInputName("MaskImage");
  this->ProcessObject::SetNumberOfRequiredOutputs(NumberOfOutputs);
  for (DataObjectPointerArraySizeType i = 0; i < NumberOfOutputs; ++i)
  {
    this->ProcessObject::SetNthOutput(i, this->MakeOutput(i));
  }
}

template <typename TInputImage>
DataObject::Pointer
DiffractionStatisticsImageFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType index)
{
  return index == FoundOrigins ? DataObject::Pointer(OriginImageType::New().GetPointer())
                               : DataObject::Pointer(OutputImageType::New().GetPointer());
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::SetInput(const InputImageType * scan)
{
  this->ProcessObject::SetNthInput(0, const_cast<InputImageType *>(scan));
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetInput() const -> const InputImageType *
{
  return itkDynamicCastInDebugMode<const InputImageType *>(this->ProcessObject::GetPrimaryInput());
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::SetOriginSearch(const fourdstem::OriginSearch & search)
{
  m_OriginSearch = search;
  m_FindOrigins = true;
  this->Modified();
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::SetDeviation(fourdstem::Deviation deviation)
{
  if (m_Deviation != deviation)
  {
    m_Deviation = deviation;
    this->Modified();
  }
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::Pattern(OutputIndex index) -> OutputImageType *
{
  return itkDynamicCastInDebugMode<OutputImageType *>(this->ProcessObject::GetOutput(index));
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetMeanOutput() -> OutputImageType *
{
  return this->Pattern(Mean);
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetMaximumOutput() -> OutputImageType *
{
  return this->Pattern(Maximum);
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetStandardDeviationOutput() -> OutputImageType *
{
  return this->Pattern(StandardDeviation);
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetLogStandardDeviationOutput() -> OutputImageType *
{
  return this->Pattern(LogStandardDeviation);
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetFanoOutput() -> OutputImageType *
{
  return this->Pattern(Fano);
}

template <typename TInputImage>
auto
DiffractionStatisticsImageFilter<TInputImage>::GetFoundOriginOutput() -> OriginImageType *
{
  return itkDynamicCastInDebugMode<OriginImageType *>(this->ProcessObject::GetOutput(FoundOrigins));
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::VerifyInputInformation() const
{
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetMaskImage(), "MaskImage");
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::GenerateOutputInformation()
{
  const bool isAligned = m_FindOrigins || this->GetOriginImage() != nullptr;
  for (const OutputIndex index : { Mean, Maximum, StandardDeviation, LogStandardDeviation, Fano })
  {
    CopyFourDSTEMDetectorInformation(this->GetInput(), isAligned, this->Pattern(index));
  }
  CopyFourDSTEMScanInformation(this->GetInput(), this->GetFoundOriginOutput());
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject *)
{
  for (DataObjectPointerArraySizeType i = 0; i < NumberOfOutputs; ++i)
  {
    this->ProcessObject::GetOutput(i)->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
unsigned int
DiffractionStatisticsImageFilter<TInputImage>::GetNumberOfInputRequestedRegions()
{
  return static_cast<unsigned int>(
    FourDSTEMPatternInput<TInputImage>::GetNumberOfPieces(this->GetInput(), m_NumberOfStreamDivisions));
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::GenerateNthInputRequestedRegion(unsigned int piece)
{
  const auto rows =
    FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<InputImageType *>(this->GetInput()), rows.first, rows.count);
  for (const char * name : { "OriginImage", "MaskImage" })
  {
    if (DataObject * optional = this->ProcessObject::GetInput(name))
    {
      optional->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::BeforeStreamedGenerateData()
{
  m_Sums = fourdstem::PatternSums(FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput()), m_Deviation);
  const auto allocate = [](auto * image) {
    image->SetBufferedRegion(image->GetLargestPossibleRegion());
    image->Allocate();
  };
  for (const OutputIndex index : { Mean, Maximum, StandardDeviation, LogStandardDeviation, Fano })
  {
    allocate(this->Pattern(index));
  }
  allocate(this->GetFoundOriginOutput());
  this->GetFoundOriginOutput()->FillBuffer(Vector<float, 2>(std::numeric_limits<float>::quiet_NaN()));
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::StreamedGenerateData(unsigned int piece)
{
  const auto rows =
    FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  const MaskImageType *                    mask = this->GetMaskImage();
  fourdstem::StatisticsOptions             options;
  options.lowest = m_LowestValue;
  options.mask = mask ? mask->GetBufferPointer() : nullptr;

  const auto pieces = static_cast<float>(this->GetNumberOfInputRequestedRegions());
  const auto begin = static_cast<float>(piece) / pieces;
  RunFourDSTEMKernel(
    this,
    [&](const fourdstem::Execution & execution) {
      if (m_FindOrigins && !this->GetOriginImage())
      {
        OriginImageType * found = this->GetFoundOriginOutput();
        const auto        first = rows.first * m_Sums.Shape().rx;
        fourdstem::FindOriginsAndAddPatterns(patterns.GetSource(),
                                             rows.first,
                                             rows.count,
                                             m_OriginSearch,
                                             options,
                                             found->GetBufferPointer()[first].GetDataPointer(),
                                             m_Sums,
                                             execution);
        return;
      }
      const float * origins = FourDSTEMOriginsFrom(this->GetOriginImage(), rows.first);
      fourdstem::AddPatterns(patterns.GetSource(), rows.first, rows.count, options, origins, m_Sums, execution);
    },
    begin,
    begin + 1.f / pieces);
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::AfterStreamedGenerateData()
{
  ThrowIfFourDSTEMAborted(this);
  const auto fill = [this](OutputIndex index, const std::vector<double> & values) {
    std::transform(values.begin(), values.end(), this->Pattern(index)->GetBufferPointer(), [](double value) {
      return static_cast<float>(value);
    });
  };
  fill(Mean, m_Sums.Mean());
  fill(Maximum, m_Sums.Maximum());
  fill(StandardDeviation, m_Sums.StandardDeviation(m_Deviation));
  fill(LogStandardDeviation, m_Sums.LogStandardDeviation(m_Deviation));
  fill(Fano, m_Sums.Fano());
}

template <typename TInputImage>
void
DiffractionStatisticsImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Deviation: " << (m_Deviation == fourdstem::Deviation::Nested ? "nested" : "global") << std::endl;
  os << indent << "FindOrigins: " << (m_FindOrigins ? "On" : "Off") << std::endl;
  os << indent << "OriginSearch: from (" << m_OriginSearch.startX << ", " << m_OriginSearch.startY << "), radius "
     << m_OriginSearch.radius << ", recentrings " << m_OriginSearch.recentrings << std::endl;
  os << indent << "LowestValue: " << m_LowestValue << std::endl;
  os << indent << "NumberOfStreamDivisions: " << m_NumberOfStreamDivisions << std::endl;
  os << indent << "Patterns: " << m_Sums.Patterns() << std::endl;
  os << indent << "NonFinitePixels: " << m_Sums.NonFinitePixels() << std::endl;
}
} // namespace itk

#endif
