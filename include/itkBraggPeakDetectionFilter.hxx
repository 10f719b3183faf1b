// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkBraggPeakDetectionFilter_hxx
#define itkBraggPeakDetectionFilter_hxx

#include "itkBraggPeakDetectionFilter.h"

#include "itkMetaDataObject.h"

namespace itk
{
template <typename TInputImage>
BraggPeakDetectionFilter<TInputImage>::BraggPeakDetectionFilter()
{
  this->ThreaderUpdateProgressOff();
  this->SetNumberOfRequiredInputs(1);
  this->AddOptionalInputName("OriginImage");
  this->ProcessObject::SetNumberOfRequiredOutputs(1);
  this->ProcessObject::SetNthOutput(0, this->MakeOutput(0));
}

template <typename TInputImage>
DataObject::Pointer
BraggPeakDetectionFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType)
{
  return OutputType::New().GetPointer();
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::SetInput(const InputImageType * scan)
{
  this->ProcessObject::SetNthInput(0, const_cast<InputImageType *>(scan));
}

template <typename TInputImage>
auto
BraggPeakDetectionFilter<TInputImage>::GetInput() const -> const InputImageType *
{
  return itkDynamicCastInDebugMode<const InputImageType *>(this->ProcessObject::GetPrimaryInput());
}

template <typename TInputImage>
auto
BraggPeakDetectionFilter<TInputImage>::GetOutput() -> OutputType *
{
  return itkDynamicCastInDebugMode<OutputType *>(this->ProcessObject::GetPrimaryOutput());
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::VerifyInputInformation() const
{
  if (!(m_DiskRadius > 0. && m_EdgeWidth > 0. && m_Gain > 0.))
  {
    itkExceptionMacro(<< "DiskRadius is " << m_DiskRadius << ", EdgeWidth " << m_EdgeWidth << ", Gain " << m_Gain
                      << "; all must be above 0");
  }
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
}

template <typename TInputImage>
unsigned int
BraggPeakDetectionFilter<TInputImage>::GetNumberOfInputRequestedRegions()
{
  return static_cast<unsigned int>(
    FourDSTEMPatternInput<TInputImage>::GetNumberOfPieces(this->GetInput(), m_NumberOfStreamDivisions));
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::GenerateNthInputRequestedRegion(unsigned int piece)
{
  const auto rows =
    FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<InputImageType *>(this->GetInput()), rows.first, rows.count);
  if (auto * origins = const_cast<OriginImageType *>(this->GetOriginImage()))
  {
    origins->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::BeforeStreamedGenerateData()
{
  const InputImageType * input = this->GetInput();
  m_Lists = fourdstem::PeakLists();
  m_Lists.shape = FourDSTEMPatternInput<TInputImage>::GetShape(input);
  const auto calibrate = [input](const char * key, unsigned int axis, fourdstem::AxesCalibration & axes) {
    std::string unit;
    if (ExposeMetaData<std::string>(input->GetMetaDataDictionary(), key, unit) && unit != "px")
    {
      axes.spacing[0] = input->GetSpacing()[axis + 1];
      axes.spacing[1] = input->GetSpacing()[axis];
      axes.unit = unit;
      axes.source = key;
    }
  };
  calibrate("FourDSTEM_ScanUnit", 2, m_Lists.scan);
  calibrate("FourDSTEM_DetectorUnit", 0, m_Lists.detector);
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::StreamedGenerateData(unsigned int piece)
{
  const auto rows =
    FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  fourdstem::DiskDetection                 detection;
  detection.disk = { m_DiskRadius, m_EdgeWidth, {} };
  detection.minimumHeight = m_MinimumHeight;
  detection.minimumShare = m_MinimumShare;
  detection.significance = m_Significance;
  detection.minimumDistance = m_MinimumDistance;
  detection.edge = m_Edge;
  detection.most = static_cast<int>(std::min<unsigned int>(m_MaximumNumberOfPeaks, NumericTraits<int>::max()));
  detection.gain = m_Gain;
  const auto pieces = static_cast<float>(this->GetNumberOfInputRequestedRegions());
  const auto begin = static_cast<float>(piece) / pieces;
  RunFourDSTEMKernel(
    this,
    [&](const fourdstem::Execution & execution) {
      const auto found = fourdstem::DetectDisks(patterns.GetSource(), rows.first, rows.count, detection, execution);
      const std::int64_t before = m_Lists.offsets.back();
      m_Lists.peaks.insert(m_Lists.peaks.end(), found.peaks.begin(), found.peaks.end());
      std::transform(found.offsets.begin() + 1,
                     found.offsets.end(),
                     std::back_inserter(m_Lists.offsets),
                     [before](std::int64_t offset) { return before + offset; });
    },
    begin,
    begin + 1.f / pieces);
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::AfterStreamedGenerateData()
{
  ThrowIfFourDSTEMAborted(this);
  if (const float * origins = FourDSTEMOriginsFrom(this->GetOriginImage(), 0))
  {
    m_Lists.origins.assign(origins, origins + 2 * m_Lists.shape.Positions());
  }
  this->GetOutput()->SetLists(std::move(m_Lists));
  m_Lists = fourdstem::PeakLists();
}

template <typename TInputImage>
void
BraggPeakDetectionFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "DiskRadius: " << m_DiskRadius << std::endl;
  os << indent << "EdgeWidth: " << m_EdgeWidth << std::endl;
  os << indent << "MinimumHeight: " << m_MinimumHeight << std::endl;
  os << indent << "MinimumShare: " << m_MinimumShare << std::endl;
  os << indent << "Significance: " << m_Significance << std::endl;
  os << indent << "MinimumDistance: " << m_MinimumDistance << std::endl;
  os << indent << "Edge: " << m_Edge << std::endl;
  os << indent << "MaximumNumberOfPeaks: " << m_MaximumNumberOfPeaks << std::endl;
  os << indent << "Gain: " << m_Gain << std::endl;
  os << indent << "NumberOfStreamDivisions: " << m_NumberOfStreamDivisions << std::endl;
}
} // namespace itk

#endif
