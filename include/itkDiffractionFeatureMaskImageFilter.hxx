// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionFeatureMaskImageFilter_hxx
#define itkDiffractionFeatureMaskImageFilter_hxx

#include "itkDiffractionFeatureMaskImageFilter.h"
#include "itkFourDSTEMFeatureMask.h"
#include "itkFourDSTEMGeometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace itk
{
template <typename TInputImage>
DiffractionFeatureMaskImageFilter<TInputImage>::DiffractionFeatureMaskImageFilter()
  : m_Strategy(MaskedPixelFeature::New())
{
  this->ThreaderUpdateProgressOff();
  this->SetNumberOfRequiredInputs(1);
  this->AddOptionalInputName("OriginImage");
  this->AddOptionalInputName("MaskImage");
  this->AddOptionalInputName("FeatureMaskImage");
  this->ProcessObject::SetNumberOfRequiredOutputs(2);
  for (DataObjectPointerArraySizeType i = 0; i < 2; ++i)
  {
    this->ProcessObject::SetNthOutput(i, this->MakeOutput(i));
  }
}

template <typename TInputImage>
DataObject::Pointer
DiffractionFeatureMaskImageFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType index)
{
  return index == 0 ? DataObject::Pointer(OutputImageType::New().GetPointer())
                    : DataObject::Pointer(ScoreImageType::New().GetPointer());
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::SetInput(const InputImageType * scan)
{
  this->ProcessObject::SetNthInput(0, const_cast<InputImageType *>(scan));
}

template <typename TInputImage>
auto
DiffractionFeatureMaskImageFilter<TInputImage>::GetInput() const -> const InputImageType *
{
  return itkDynamicCastInDebugMode<const InputImageType *>(this->ProcessObject::GetPrimaryInput());
}

template <typename TInputImage>
auto
DiffractionFeatureMaskImageFilter<TInputImage>::GetOutput() -> OutputImageType *
{
  return itkDynamicCastInDebugMode<OutputImageType *>(this->ProcessObject::GetOutput(0));
}

template <typename TInputImage>
auto
DiffractionFeatureMaskImageFilter<TInputImage>::GetScoreOutput() -> ScoreImageType *
{
  return itkDynamicCastInDebugMode<ScoreImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage>
ModifiedTimeType
DiffractionFeatureMaskImageFilter<TInputImage>::GetMTime() const
{
  return std::max(Superclass::GetMTime(), m_Strategy.IsNull() ? 0 : m_Strategy->GetMTime());
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  if (m_Strategy.IsNull())
  {
    itkExceptionMacro(<< "Strategy is null; set a MaskedPixelFeature");
  }
  if (!(m_StdFraction >= 0. && m_StdFraction < 1.))
  {
    itkExceptionMacro(<< "StdFraction is " << m_StdFraction << "; it is at least 0 and below 1");
  }
  if (!(m_FanoGain >= 0.) || !std::isfinite(m_FanoGain) || !std::isfinite(m_FanoScore))
  {
    itkExceptionMacro(<< "FanoGain is " << m_FanoGain << " and FanoScore " << m_FanoScore
                      << "; both are finite, the gain not negative");
  }
  if (!(m_FalseDiscoveryRate > 0. && m_FalseDiscoveryRate <= 1.))
  {
    itkExceptionMacro(<< "FalseDiscoveryRate is " << m_FalseDiscoveryRate << "; it is above 0 and at most 1");
  }
  if (!(m_LowestScore <= m_HighestScore))
  {
    itkExceptionMacro(<< "LowestScore is " << m_LowestScore << ", above HighestScore " << m_HighestScore);
  }
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::VerifyInputInformation() const
{
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetMaskImage(), "MaskImage");
  VerifyFourDSTEMFeatureMask(this, this->GetInput(), this->GetFeatureMaskImage());
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::GenerateOutputInformation()
{
  const bool isAligned = this->GetOriginImage() != nullptr;
  CopyFourDSTEMDetectorInformation(this->GetInput(), isAligned, this->GetOutput());
  CopyFourDSTEMDetectorInformation(this->GetInput(), isAligned, this->GetScoreOutput());
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject *)
{
  this->GetOutput()->SetRequestedRegionToLargestPossibleRegion();
  this->GetScoreOutput()->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
unsigned int
DiffractionFeatureMaskImageFilter<TInputImage>::GetNumberOfInputRequestedRegions()
{
  const auto pieces =
    FourDSTEMPatternInput<TInputImage>::GetNumberOfPieces(this->GetInput(), m_NumberOfStreamDivisions);
  return m_Method == Method::All ? 1 : static_cast<unsigned int>(pieces);
}

template <typename TInputImage>
FourDSTEMRowRange
DiffractionFeatureMaskImageFilter<TInputImage>::RowsOfPiece(unsigned int piece) const
{
  if (m_Method == Method::All)
  {
    return { 0, 1 };
  }
  return FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(this->GetInput(), m_NumberOfStreamDivisions, piece);
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::GenerateNthInputRequestedRegion(unsigned int piece)
{
  const auto rows = this->RowsOfPiece(piece);
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<InputImageType *>(this->GetInput()), rows.first, rows.count);
  for (const char * name : { "OriginImage", "MaskImage", "FeatureMaskImage" })
  {
    if (DataObject * optional = this->ProcessObject::GetInput(name))
    {
      optional->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

/** Finds the candidates and makes empty sums for them. */
template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::Start()
{
  const auto              shape = FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput());
  const MaskImageType *   image = this->GetFeatureMaskImage();
  fourdstem::DetectorMask allowed;
  if (image != nullptr)
  {
    allowed = FourDSTEMFeatureMaskFrom(image);
  }
  m_Within = m_Strategy->GetMask(shape, image == nullptr ? nullptr : &allowed);
  m_Candidates = m_Strategy->GetPoints(shape, image == nullptr ? nullptr : &allowed);
  if (m_Candidates.empty())
  {
    itkExceptionMacro(<< "no pixel of the " << shape.qy << " x " << shape.qx << " detector is left between InnerRadius "
                      << m_Strategy->GetInnerRadius() << " and OuterRadius " << m_Strategy->GetOuterRadius()
                      << (image == nullptr ? "" : " and in the feature mask"));
  }
  if (m_Method == Method::Neighbour)
  {
    // With a value that is no number a lost point would leave no length to divide by.
    const bool  isL2 = m_Strategy->GetTransform() == fourdstem::Transform::L2;
    const float lost = isL2 ? 0.f : std::numeric_limits<float>::quiet_NaN();
    m_Feature = fourdstem::MakeMaskedPixels(m_Candidates,
                                            m_Strategy->GetSampling(),
                                            m_Strategy->GetTransform(),
                                            std::vector<float>(m_Candidates.size(), lost));
    m_NeighbourSums = fourdstem::NeighbourSums(shape.rx, m_Feature->Components());
  }
  else if (m_Method != Method::All)
  {
    m_PatternSums =
      fourdstem::PatternSums(shape, m_Method == Method::StdFraction ? m_Deviation : fourdstem::Deviation::Global);
  }
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::StreamedGenerateData(unsigned int piece)
{
  const auto pieces = static_cast<float>(this->GetNumberOfInputRequestedRegions());
  const auto begin = static_cast<float>(piece) / pieces;
  RunFourDSTEMKernel(
    this,
    [&](const fourdstem::Execution & execution) {
      if (piece == 0)
      {
        this->Start();
      }
      if (m_Method == Method::All)
      {
        return;
      }
      const auto                               rows = this->RowsOfPiece(piece);
      const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
      const float *                            origins = FourDSTEMOriginsFrom(this->GetOriginImage(), rows.first);
      const MaskImageType *                    mask = this->GetMaskImage();
      fourdstem::StatisticsOptions             options;
      options.lowest = m_Strategy->GetMinimum();
      options.mask = mask ? mask->GetBufferPointer() : nullptr;
      if (m_Method == Method::Neighbour)
      {
        fourdstem::AddNeighbourFeatures(
          patterns.GetSource(), rows.first, rows.count, origins, options.mask, *m_Feature, m_NeighbourSums, execution);
        return;
      }
      fourdstem::AddPatterns(patterns.GetSource(), rows.first, rows.count, options, origins, m_PatternSums, execution);
    },
    begin,
    begin + 1.f / pieces);
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::AfterStreamedGenerateData()
{
  ThrowIfFourDSTEMAborted(this);
  const auto atCandidates = [this](const auto & pattern) {
    std::vector<typename std::decay_t<decltype(pattern)>::value_type> values(m_Candidates.size());
    std::transform(m_Candidates.begin(), m_Candidates.end(), values.begin(), [&](const fourdstem::SamplePoint & point) {
      return pattern[static_cast<std::size_t>((m_Within.CentreRow() + point.dy) * m_Within.qx +
                                              m_Within.CentreColumn() + point.dx)];
    });
    return values;
  };
  const auto publish = [&](const std::vector<double> & pattern, auto && makeMask) {
    const std::vector<float> values(pattern.begin(), pattern.end());
    this->Publish(atCandidates(pattern), atCandidates(makeMask(values.data()).pixels));
  };
  RunFourDSTEMKernel(
    this,
    [&](const fourdstem::Execution &) {
      switch (m_Method)
      {
        case Method::All:
          this->Publish(std::vector<double>(m_Candidates.size(), std::numeric_limits<double>::quiet_NaN()),
                        std::vector<std::uint8_t>(m_Candidates.size(), 1));
          break;
        case Method::StdFraction:
          publish(m_PatternSums.LogStandardDeviation(m_Deviation), [this](const float * deviation) {
            return fourdstem::MakeStdFractionMask(m_Within, deviation, m_StdFraction);
          });
          break;
        case Method::Fano:
          publish(m_PatternSums.Fano(), [this](const float * fano) {
            return fourdstem::MakeFanoMask(m_Within, fano, m_PatternSums.Patterns(), m_FanoGain, m_FanoScore);
          });
          break;
        case Method::Disks: {
          const auto mean = m_PatternSums.Mean();
          const auto probe = fourdstem::EstimateProbe(mean.data(), m_Within.qy, m_Within.qx);
          if (!probe.found)
          {
            itkExceptionMacro(<< "no direct beam is found in the mean pattern, whose radius Disks needs");
          }
          publish(mean, [&](const float *) { return fourdstem::MakeDiskMask(m_Within, mean.data(), probe.radius); });
          break;
        }
        case Method::Neighbour:
          const auto scores = m_NeighbourSums.Statistics().score;
          this->Publish(
            scores,
            fourdstem::SelectNeighbourFeatures(scores, { m_FalseDiscoveryRate, m_LowestScore, m_HighestScore }));
          break;
      }
    },
    1.f);
  m_Feature.reset();
  m_PatternSums = {};
  m_NeighbourSums = {};
}

/** Writes both outputs from a score and a choice for each candidate. */
template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::Publish(const std::vector<double> &       scores,
                                                        const std::vector<std::uint8_t> & isChosen)
{
  const auto chosen = fourdstem::MaskOfPoints(m_Within.qy, m_Within.qx, m_Candidates, isChosen.data());
  m_NumberOfFeatures = static_cast<SizeValueType>(chosen.Count());
  OutputImageType * mask = this->GetOutput();
  mask->SetBufferedRegion(mask->GetLargestPossibleRegion());
  mask->Allocate();
  std::copy(chosen.pixels.begin(), chosen.pixels.end(), mask->GetBufferPointer());

  ScoreImageType * score = this->GetScoreOutput();
  score->SetBufferedRegion(score->GetLargestPossibleRegion());
  score->Allocate();
  score->FillBuffer(std::numeric_limits<float>::quiet_NaN());
  for (std::size_t k = 0; k < scores.size(); ++k)
  {
    const std::int64_t y = m_Within.CentreRow() + m_Candidates[k].dy;
    const std::int64_t x = m_Within.CentreColumn() + m_Candidates[k].dx;
    score->GetBufferPointer()[y * m_Within.qx + x] = static_cast<float>(scores[k]);
  }
}

template <typename TInputImage>
void
DiffractionFeatureMaskImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  itkPrintSelfObjectMacro(Strategy);
  os << indent << "Method: " << m_Method << std::endl;
  os << indent << "StdFraction: " << m_StdFraction << std::endl;
  os << indent << "Deviation: " << (m_Deviation == DeviationType::Nested ? "nested" : "global") << std::endl;
  os << indent << "FanoScore: " << m_FanoScore << std::endl;
  os << indent << "FanoGain: " << m_FanoGain << std::endl;
  os << indent << "FalseDiscoveryRate: " << m_FalseDiscoveryRate << std::endl;
  os << indent << "LowestScore: " << m_LowestScore << std::endl;
  os << indent << "HighestScore: " << m_HighestScore << std::endl;
  os << indent << "NumberOfStreamDivisions: " << m_NumberOfStreamDivisions << std::endl;
  os << indent << "NumberOfFeatures: " << m_NumberOfFeatures << std::endl;
}
} // namespace itk

#endif
