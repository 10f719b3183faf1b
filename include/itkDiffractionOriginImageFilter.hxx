// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionOriginImageFilter_hxx
#define itkDiffractionOriginImageFilter_hxx

#include "itkDiffractionOriginImageFilter.h"
#include "itkFourDSTEMGeometry.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage>
DiffractionOriginImageFilter<TInputImage>::DiffractionOriginImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
  this->ProcessObject::SetNumberOfRequiredOutputs(2);
  this->ProcessObject::SetNthOutput(1, this->MakeOutput(1));
}

template <typename TInputImage>
DataObject::Pointer
DiffractionOriginImageFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType index)
{
  return index == 1 ? DataObject::Pointer(ResidualImageType::New().GetPointer()) : Superclass::MakeOutput(index);
}

template <typename TInputImage>
auto
DiffractionOriginImageFilter<TInputImage>::GetResidualOutput() -> ResidualImageType *
{
  return itkDynamicCastInDebugMode<ResidualImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::SetProbe(double centreX, double centreY, double radius)
{
  m_Probe = { centreX, centreY, radius, true };
  m_IsProbeGiven = true;
  this->Modified();
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::SetProbeToEstimate()
{
  m_IsProbeGiven = false;
  this->Modified();
}

template <typename TInputImage>
fourdstem::OriginSearch
DiffractionOriginImageFilter<TInputImage>::MakeSearch() const
{
  auto search = m_Method == Method::FixedDisk
                  ? fourdstem::OriginSearch::FixedDisk(FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput()))
                  : fourdstem::OriginSearch::Recentred(m_Probe);
  search.lowest = m_LowestValue;
  return search;
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::VerifyInputInformation() const
{
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetMaskImage(), "MaskImage");
  if (m_IsProbeGiven && !(m_Probe.radius > 0.))
  {
    itkExceptionMacro(<< "The probe's radius is " << m_Probe.radius << " detector pixels; it must be above 0");
  }
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::GenerateOutputInformation()
{
  CopyFourDSTEMScanInformation(this->GetInput(), this->GetOutput());
  CopyFourDSTEMScanInformation(this->GetInput(), this->GetResidualOutput());
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  auto * image = itkDynamicCastInDebugMode<ImageBase<2> *>(output);
  if (m_Fit == Fit::None)
  {
    EnlargeToFourDSTEMRows(image);
  }
  else
  {
    image->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::EstimateProbe(std::int64_t rowsToCome)
{
  using PatternInput = FourDSTEMPatternInput<TInputImage>;
  auto *     input = const_cast<TInputImage *>(this->GetInput());
  const auto sampled = PatternInput::CountProbeRows(input);
  m_ProbeShare = static_cast<float>(sampled) / static_cast<float>(sampled + rowsToCome);
  // The pipeline clears it, and tells of an abort, only about GenerateData.
  this->AbortGenerateDataOff();
  try
  {
    RunFourDSTEMKernel(
      this,
      [&](const fourdstem::Execution & execution) {
        m_Probe = PatternInput::EstimateProbe(input, m_LowestValue, execution);
      },
      0.f,
      m_ProbeShare);
  }
  catch (const ProcessAborted &)
  {
    this->InvokeEvent(AbortEvent());
    this->ResetPipeline();
    throw;
  }
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  auto *     input = const_cast<TInputImage *>(this->GetInput());
  const auto rows = FourDSTEMRows(this->GetOutput(), this->GetOutput()->GetRequestedRegion());
  m_ProbeShare = 0.f;
  if (!m_IsProbeGiven && m_Method == Method::RecentredDisk &&
      m_ProbeTime < std::max(this->GetMTime(), input->GetPipelineMTime()))
  {
    this->EstimateProbe(rows.count);
    m_ProbeTime = std::max(this->GetMTime(), input->GetPipelineMTime());
  }
  FourDSTEMPatternInput<TInputImage>::Request(input, rows.first, rows.count);
  if (auto * mask = const_cast<MaskImageType *>(this->GetMaskImage()))
  {
    mask->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::GenerateData()
{
  this->AllocateOutputs();
  OutputImageType *                        output = this->GetOutput();
  ResidualImageType *                      residual = this->GetResidualOutput();
  const auto                               rows = FourDSTEMRows(output, output->GetBufferedRegion());
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  const auto &                             shape = patterns.GetSource().Shape();
  float * const                            origins = output->GetBufferPointer()->GetDataPointer();
  RunFourDSTEMKernel(
    this,
    [&](const fourdstem::Execution & execution) {
      fourdstem::FindOrigins(patterns.GetSource(), rows.first, rows.count, this->MakeSearch(), origins, execution);
    },
    m_ProbeShare);
  if (m_Fit == Fit::None)
  {
    residual->FillBuffer(std::numeric_limits<float>::quiet_NaN());
    return;
  }
  const MaskImageType * mask = this->GetMaskImage();
  fourdstem::FitOrigins(shape.ry,
                        shape.rx,
                        origins,
                        mask ? mask->GetBufferPointer() : nullptr,
                        m_Fit == Fit::Plane ? fourdstem::OriginSurface::Plane : fourdstem::OriginSurface::Quadratic,
                        origins,
                        residual->GetBufferPointer());
}

template <typename TInputImage>
void
DiffractionOriginImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Method: " << m_Method << std::endl;
  os << indent << "Fit: " << m_Fit << std::endl;
  os << indent << "LowestValue: " << m_LowestValue << std::endl;
  os << indent << "Probe: " << (m_IsProbeGiven ? "given" : "estimated") << ", centre (" << m_Probe.qx << ", "
     << m_Probe.qy << "), radius " << m_Probe.radius << std::endl;
}
} // namespace itk

#endif
