// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkClusterPatternImageFilter_h
#define itkClusterPatternImageFilter_h

#include "fourdstem/NodePatterns.h"
#include "itkClusterTree.h"
#include "itkFourDSTEMPatternInput.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVector.h"

#include <limits>
#include <vector>

namespace itk
{
/** \class ClusterPatternImageFilter
 * \brief Mean diffraction pattern, and its variance, of every cluster.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type, and a LabelImage over the scan [Rx, Ry], 0 for positions
 * that take no part. Outputs: two stacks [Qx, Qy, cluster], the mean and the sample variance (divisor n - 1) over the
 * positions of each cluster, in counts and squared counts. Without a ClusterTree, slice i is that of label i + 1, up to
 * the largest label; with one, slice n is that of node n, a node being all the leaves below it.
 *
 * With an OriginImage ((x, y) in detector pixel indices per position) patterns are aligned: shifted bilinearly so that
 * the origin falls on pixel (floor(Qx/2), floor(Qy/2)), which is then physical point (0, 0); where no pattern covers a
 * pixel (no two, for the variance) it is NaN. Pixels that are not finite do not count, patterns whose origin is not
 * finite neither.
 *
 * Whatever region is asked for, the scan is read once, by whole scan rows, NumberOfStreamDivisions of them: memory is
 * that of one division and 20 bytes for each pixel and label, once and for every thread. Labels (and the tree) are
 * brought up to date as soon as output information is asked for, since the number of slices follows from them. Sums are
 * in double; the same bits for any number of work units and stream divisions. Throws if an input does not fit the scan
 * or a label has no leaf in the tree.
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT ClusterPatternImageFilter : public ImageToImageFilter<TInputImage, Image<float, 3>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(ClusterPatternImageFilter);

  using Self = ClusterPatternImageFilter;
  using InputImageType = TInputImage;
  using PatternStackType = Image<float, 3>;
  using Superclass = ImageToImageFilter<TInputImage, PatternStackType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using LabelImageType = Image<unsigned short, 2>;
  using OriginImageType = Image<Vector<float, 2>, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(ClusterPatternImageFilter, ImageToImageFilter);

  /** Cluster of each position, from 1; 0 takes no part. Required. */
  itkSetInputMacro(LabelImage, LabelImageType);
  itkGetInputMacro(LabelImage, LabelImageType);

  /** The tree whose leaves the labels are. Default: none. */
  itkSetInputMacro(ClusterTree, ClusterTree);
  itkGetInputMacro(ClusterTree, ClusterTree);

  /** Origin of each pattern, (x, y) in detector pixel indices, over the scan. Default: none, patterns as they lie. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Pixels below count as this value; the published pipeline uses 1. Default: -infinity. */
  itkSetMacro(Minimum, float);
  itkGetConstMacro(Minimum, float);

  /** Into how many pieces of whole scan rows the input is asked for. Default: 0, pieces of about 256 MiB, or one
   * where patterns come straight from the file. */
  itkSetMacro(NumberOfStreamDivisions, unsigned int);
  itkGetConstMacro(NumberOfStreamDivisions, unsigned int);

  PatternStackType *
  GetMeanImage()
  {
    return this->GetOutput(0);
  }
  PatternStackType *
  GetVarianceImage()
  {
    return this->GetOutput(1);
  }

  /** Sums, number of positions and coverage of every slice; after Update(). */
  itkGetConstReferenceMacro(Sums, fourdstem::NodePatternSums);

protected:
  ClusterPatternImageFilter();
  ~ClusterPatternImageFilter() override = default;

  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  void
  GenerateInputRequestedRegion() override;
  void
  GenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  void
  DescribeOutputs(std::int64_t slices);

  fourdstem::NodePatternSums
  SumsOfLabels();

  float                      m_Minimum{ -std::numeric_limits<float>::infinity() };
  unsigned int               m_NumberOfStreamDivisions{ 0 };
  std::int64_t               m_NumberOfLabels{ 0 };
  fourdstem::NodePatternSums m_Sums;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkClusterPatternImageFilter.hxx"
#endif

#endif
