// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDetectorHealthImageFilter_h
#define itkDetectorHealthImageFilter_h

#include "fourdstem/DetectorHealth.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMScanRows.h"

#include "itkStreamingProcessObject.h"

namespace itk
{
/** \class DetectorHealthImageFilter
 * \brief Finds the bad pixels of a detector: hot, flickering, dead and stuck ones, from all patterns of a scan.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type, patterns as they lie. Output: Image<unsigned char, 2> over
 * the detector [Qx, Qy], 0 where a pixel is good, else what is wrong with it: 1 hot, 2 flickering, 3 dead, 4 stuck
 * (fourdstem::PixelHealth). As a mask it is what bad pixels are given by: not 0 where bad.
 *
 * Positions masked by MaskImage are left out. Fewer than 32 patterns judge nothing, and probes without a visible edge
 * allow no verdict on hot and flickering pixels: GetUnjudged says so.
 *
 * A sink: its own output is small, its input is requested scan rows by scan rows, in NumberOfStreamDivisions pieces.
 * Memory: one piece, and 28 bytes a detector pixel for each work unit. Same output for any division and number of work
 * units.
 *
 * See fourdstem/DetectorHealth.h for what is compared, and docs/method.md, "Bad pixels", for reasons and error rates.
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT DetectorHealthImageFilter : public StreamingProcessObject
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DetectorHealthImageFilter);

  using Self = DetectorHealthImageFilter;
  using Superclass = StreamingProcessObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using OutputImageType = Image<unsigned char, 2>;
  using MaskImageType = Image<unsigned char, 2>;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DetectorHealthImageFilter, StreamingProcessObject);

  using Superclass::SetInput;
  void
  SetInput(const InputImageType * scan);
  const InputImageType *
  GetInput() const;

  /** Positions where it is 0 are left out; over the scan. Default: none. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Pieces, of whole scan rows, in which the input is requested. 0, the default: pieces of at most 256 MiB, or one if
   * patterns are read straight from the file. */
  itkSetMacro(NumberOfStreamDivisions, unsigned int);
  itkGetConstMacro(NumberOfStreamDivisions, unsigned int);

  OutputImageType *
  GetOutput();

  /** Pixels that are not good, at the last update. */
  SizeValueType
  GetNumberOfBadPixels() const
  {
    return static_cast<SizeValueType>(m_Health.CountBad());
  }

  /** "3 hot, 1 dead"; empty when all are good. */
  std::string
  GetSummary() const
  {
    return m_Health.Summary();
  }

  /** Why some kinds could not be judged, a sentence; empty when all were. */
  const std::string &
  GetUnjudged() const
  {
    return m_Health.unjudged;
  }

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  DetectorHealthImageFilter();
  ~DetectorHealthImageFilter() override = default;

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
  unsigned int              m_NumberOfStreamDivisions = 0;
  fourdstem::PatternSums    m_Sums;
  fourdstem::DetectorHealth m_Health;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDetectorHealthImageFilter.hxx"
#endif

#endif
