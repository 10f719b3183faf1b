// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkBraggPeakDetectionFilter_h
#define itkBraggPeakDetectionFilter_h

#include "fourdstem/DiskDetection.h"
#include "itkBraggPeaks.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMScanRows.h"

#include "itkStreamingProcessObject.h"

namespace itk
{
/** \class BraggPeakDetectionFilter
 * \brief Finds all Bragg disks in every diffraction pattern, where neither lattice nor origins are known.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Output: BraggPeaks, at each position the disks found in its
 * pattern, highest first, the direct beam among them: place in detector pixels where the pattern is stored, height
 * above the background in the input's counts. An OriginImage goes along as it is; the detection does not need it.
 * Spacings of the image are the calibration, where it says their units.
 *
 * The input is requested in pieces of whole scan rows, so the scan need not fit into memory. The same bits for any
 * division and number of work units. Where a lattice is known, BraggDiskImageFilter is faster and finds fainter disks.
 *
 * See docs/method.md, "All disks".
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT BraggPeakDetectionFilter : public StreamingProcessObject
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(BraggPeakDetectionFilter);

  using Self = BraggPeakDetectionFilter;
  using Superclass = StreamingProcessObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using InputImageType = TInputImage;
  using OutputType = BraggPeaks;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(BraggPeakDetectionFilter, StreamingProcessObject);

  using Superclass::SetInput;
  void
  SetInput(const InputImageType * scan);
  const InputImageType *
  GetInput() const;

  OutputType *
  GetOutput();

  /** The origin (x, y) of each pattern in detector pixel indices, over the scan. Default: none. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Radius of a disk at half its height, and the width over which its edge falls, detector pixels. The radius has no
   * default; the edge width is 1.5. */
  itkSetMacro(DiskRadius, double);
  itkGetConstMacro(DiskRadius, double);
  itkSetMacro(EdgeWidth, double);
  itkGetConstMacro(EdgeWidth, double);

  /** Lowest height of a disk: in counts (default 0), as a share of the highest in its pattern (0.005), and in standard
   * deviations of it (5). */
  itkSetMacro(MinimumHeight, double);
  itkGetConstMacro(MinimumHeight, double);
  itkSetMacro(MinimumShare, double);
  itkGetConstMacro(MinimumShare, double);
  itkSetMacro(Significance, double);
  itkGetConstMacro(Significance, double);

  /** Smallest distance of two peaks, detector pixels. Default: 0, the disk's radius. */
  itkSetMacro(MinimumDistance, double);
  itkGetConstMacro(MinimumDistance, double);

  /** Peaks nearer to the detector's rim, in pixels, are left out. Default: 0, what the template needs. */
  itkSetMacro(Edge, double);
  itkGetConstMacro(Edge, double);

  /** Most peaks of a pattern. Default: 1000. */
  itkSetMacro(MaximumNumberOfPeaks, unsigned int);
  itkGetConstMacro(MaximumNumberOfPeaks, unsigned int);

  /** Variance of a pixel over its mean, in the input's units; for electrons that are counted one by one 1, the default.
   */
  itkSetMacro(Gain, double);
  itkGetConstMacro(Gain, double);

  /** Pieces, of whole scan rows, in which the input is requested. 0, the default: pieces of at most 256 MiB, or one if
   * patterns are read straight from the file. */
  itkSetMacro(NumberOfStreamDivisions, unsigned int);
  itkGetConstMacro(NumberOfStreamDivisions, unsigned int);

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  BraggPeakDetectionFilter();
  ~BraggPeakDetectionFilter() override = default;

  void
  VerifyInputInformation() const override;
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
  double               m_DiskRadius = 0.;
  double               m_EdgeWidth = 1.5;
  double               m_MinimumHeight = 0.;
  double               m_MinimumShare = 0.005;
  double               m_Significance = 5.;
  double               m_MinimumDistance = 0.;
  double               m_Edge = 0.;
  unsigned int         m_MaximumNumberOfPeaks = 1000;
  double               m_Gain = 1.;
  unsigned int         m_NumberOfStreamDivisions = 0;
  fourdstem::PeakLists m_Lists;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkBraggPeakDetectionFilter.hxx"
#endif

#endif
