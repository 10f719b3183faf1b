// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionStatisticsImageFilter_h
#define itkDiffractionStatisticsImageFilter_h

#include "fourdstem/Statistics.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMScanRows.h"

#include "itkStreamingProcessObject.h"

namespace itk
{
/** \class DiffractionStatisticsImageFilter
 * \brief Mean, maximum, standard deviation, log-std and Fano pattern of a scan, in one pass.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Outputs: patterns [Qx, Qy], Image<float, 2>, in counts:
 * mean; maximum; standard deviation (ddof 0); log(standard deviation + 1); variance / mean.
 *
 * With an OriginImage each pattern is sampled through its origin, bilinearly, and output index (floor(Qx/2),
 * floor(Qy/2)), at physical (0, 0), is the origin; with SetOriginSearch the origins are found in the same pass and
 * given by GetFoundOriginOutput. Without either, pixels are taken as they lie. Non-finite pixels and positions masked
 * by MaskImage are left out; what no pattern covers is NaN.
 *
 * A sink: its own output is small, its input is requested scan rows by scan rows, in NumberOfStreamDivisions pieces.
 * Memory: one piece, and 28 bytes a detector pixel for each work unit (a nested deviation: for each scan column). The
 * sums (GetSums) can be merged with those of other parts of a scan. Same bits for any division and number of work
 * units.
 *
 * Nested deviation and log-std as in Shi et al., npj Comput. Mater. 8, 114 (2022); see fourdstem/Statistics.h.
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT DiffractionStatisticsImageFilter : public StreamingProcessObject
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DiffractionStatisticsImageFilter);

  using Self = DiffractionStatisticsImageFilter;
  using Superclass = StreamingProcessObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using OutputImageType = Image<float, 2>;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using MaskImageType = Image<unsigned char, 2>;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DiffractionStatisticsImageFilter, StreamingProcessObject);

  using Superclass::SetInput;
  void
  SetInput(const InputImageType * scan);
  const InputImageType *
  GetInput() const;

  /** Origin (x, y) of each pattern in detector pixel indices, over the scan. Default: none. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Positions where it is 0 are left out; over the scan. Default: none. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Finds origins in the same pass, e.g. by OriginSearch::Recentred; an OriginImage has precedence. Default: off. */
  void
  SetOriginSearch(const fourdstem::OriginSearch & search);
  itkSetMacro(FindOrigins, bool);
  itkGetConstMacro(FindOrigins, bool);

  /** Which standard deviation the outputs hold: Global or Nested. Default: Global. */
  void
  SetDeviation(fourdstem::Deviation deviation);
  fourdstem::Deviation
  GetDeviation() const
  {
    return m_Deviation;
  }
  void
  SetDeviationToNested()
  {
    this->SetDeviation(fourdstem::Deviation::Nested);
  }

  /** Detector values below are raised to it first; the published pipeline: 1. Default: minus infinity. */
  itkSetMacro(LowestValue, float);
  itkGetConstMacro(LowestValue, float);

  /** Pieces, of whole scan rows, in which the input is requested. 0, the default: pieces of at most 256 MiB, or one if
   * patterns are read straight from the file. */
  itkSetMacro(NumberOfStreamDivisions, unsigned int);
  itkGetConstMacro(NumberOfStreamDivisions, unsigned int);

  OutputImageType *
  GetMeanOutput();
  OutputImageType *
  GetMaximumOutput();
  OutputImageType *
  GetStandardDeviationOutput();
  OutputImageType *
  GetLogStandardDeviationOutput();
  OutputImageType *
  GetFanoOutput();

  /** Origins over the scan; NaN if none were looked for. */
  OriginImageType *
  GetFoundOriginOutput();

  /** The sums of the last update, mergeable. */
  const fourdstem::PatternSums &
  GetSums() const
  {
    return m_Sums;
  }

  /** NaN and infinite detector pixels seen in the last update. */
  SizeValueType
  GetNumberOfNonFinitePixels() const
  {
    return static_cast<SizeValueType>(m_Sums.NonFinitePixels());
  }

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  DiffractionStatisticsImageFilter();
  ~DiffractionStatisticsImageFilter() override = default;

  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  unsigned int
  GetNumberOfInputRequestedRegions() override;
  void
  GenerateNthInputRequestedRegion(unsigned int piece) override;
  void
  BeforeStreamedGenerateData() override;
  void
  StreamedGenerateData(unsigned int piece) override;
  void
  AfterStreamedGenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  enum OutputIndex : DataObjectPointerArraySizeType
  {
    Mean,
    Maximum,
    StandardDeviation,
    LogStandardDeviation,
    Fano,
    FoundOrigins,
    NumberOfOutputs
  };

  OutputImageType *
  Pattern(OutputIndex index);

  fourdstem::OriginSearch m_OriginSearch;
  bool                    m_FindOrigins = false;
  fourdstem::Deviation    m_Deviation = fourdstem::Deviation::Global;
  float                   m_LowestValue = -std::numeric_limits<float>::infinity();
  unsigned int            m_NumberOfStreamDivisions = 0;
  fourdstem::PatternSums  m_Sums;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDiffractionStatisticsImageFilter.hxx"
#endif

#endif
