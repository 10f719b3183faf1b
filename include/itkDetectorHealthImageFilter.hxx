// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDetectorHealthImageFilter_hxx
#define itkDetectorHealthImageFilter_hxx

#include "itkDetectorHealthImageFilter.h"
#include "itkFourDSTEMGeometry.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage>
DetectorHealthImageFilter<TInputImage>::DetectorHealthImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->SetNumberOfRequiredInputs(1);
  this->AddOptionalInputName("MaskImage");
  this->ProcessObject::SetNumberOfRequiredOutputs(1);
  this->ProcessObject::SetNthOutput(0, this->MakeOutput(0));
}

template <typename TInputImage>
DataObject::Pointer
DetectorHealthImageFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType)
{
  return OutputImageType::New().GetPointer();
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::SetInput(const InputImageType * scan)
{
  this->ProcessObject::SetNthInput(0, const_cast<InputImageType *>(scan));
}

template <typename TInputImage>
auto
DetectorHealthImageFilter<TInputImage>::GetInput() const -> const InputImageType *
{
  return itkDynamicCastInDebugMode<const InputImageType *>(this->ProcessObject::GetPrimaryInput());
}

template <typename TInputImage>
auto
DetectorHealthImageFilter<TInputImage>::GetOutput() -> OutputImageType *
{
  return itkDynamicCastInDebugMode<OutputImageType *>(this->ProcessObject::GetPrimaryOutput());
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::VerifyInputInformation() const
{
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetMaskImage(), "MaskImage");
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::GenerateOutputInformation()
{
  CopyFourDSTEMDetectorInformation(this->GetInput(), false, this->GetOutput());
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
unsigned int
DetectorHealthImageFilter<TInputImage>::GetNumberOfInputRequestedRegions()
{
  return static_cast<unsigned int>(
    FourDSTEMPatternInput<TInputImage>::GetNumberOfPieces(this->GetInput(), m_NumberOfStreamDivisions));
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::GenerateNthInputRequestedRegion(unsigned int piece)
{
  const auto rows =
    FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<InputImageType *>(this->GetInput()), rows.first, rows.count);
  if (DataObject * mask = this->ProcessObject::GetInput("MaskImage"))
  {
    mask->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::BeforeStreamedGenerateData()
{
  m_Sums = fourdstem::PatternSums(FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput()),
                                  fourdstem::Deviation::Global);
  m_Health = {};
  OutputImageType * output = this->GetOutput();
  output->SetBufferedRegion(output->GetLargestPossibleRegion());
  output->Allocate();
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::StreamedGenerateData(unsigned int piece)
{
  const auto rows =
    FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  const MaskImageType *                    mask = this->GetMaskImage();
  fourdstem::StatisticsOptions             options;
  options.mask = mask ? mask->GetBufferPointer() : nullptr;

  const auto pieces = static_cast<float>(this->GetNumberOfInputRequestedRegions());
  const auto begin = static_cast<float>(piece) / pieces;
  RunFourDSTEMKernel(
    this,
    [&](const fourdstem::Execution & execution) {
      fourdstem::AddPatterns(patterns.GetSource(), rows.first, rows.count, options, nullptr, m_Sums, execution);
    },
    begin,
    begin + 1.f / pieces);
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::AfterStreamedGenerateData()
{
  ThrowIfFourDSTEMAborted(this);
  m_Health = fourdstem::JudgeDetector(fourdstem::DetectorStatisticsOf(m_Sums));
  std::transform(m_Health.pixels.begin(),
                 m_Health.pixels.end(),
                 this->GetOutput()->GetBufferPointer(),
                 [](fourdstem::PixelHealth health) { return static_cast<unsigned char>(health); });
}

template <typename TInputImage>
void
DetectorHealthImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "NumberOfStreamDivisions: " << m_NumberOfStreamDivisions << std::endl;
  os << indent << "Patterns: " << m_Health.patterns << std::endl;
  os << indent << "BadPixels: " << (m_Health.CountBad() > 0 ? m_Health.Summary() : "none") << std::endl;
  os << indent << "Unjudged: " << m_Health.unjudged << std::endl;
}
} // namespace itk

#endif
