// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDeformationDomainImageFilter_h
#define itkDeformationDomainImageFilter_h

#include "fourdstem/DomainAnalysis.h"
#include "itkClusterTree.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVector.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class DeformationDomainImageFilter
 * \brief From a 4D-STEM scan to a map of its deformation domains, without prior knowledge.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Outputs, with the scan's or detector's spacing:
 *  - labels over the scan [Rx, Ry]: the leaves of the tree 1, 2, ...; 0 where the mask or a missing pattern says so
 *  - confidence [Rx, Ry], 0 to 1: how clearly a position belongs to its leaf and no other
 *  - the ClusterTree
 *  - dark field [Rx, Ry]: sum over the annulus, in the input's counts; NaN where there is no label or no data
 *  - origins [Rx, Ry]: (x, y) of the undiffracted beam, detector pixels; NaN where a pattern has no data
 *  - statistics [Qx, Qy] of the aligned patterns, one component each: mean, max, std, log-std, fano; where the nested
 *    deviation was asked for, log-std global in place of log-std, and log-std nested
 *  - feature mask [Qx, Qy]: 1 where any node compared the aligned patterns
 *  - node patterns [Qx, Qy, node]: mean aligned pattern of every node of the tree, in the order of ids; how many is
 *    known after Update() only
 *
 * The filter chains what the single filters do: origins and aligned statistics (DiffractionOriginImageFilter,
 * DiffractionStatisticsImageFilter), features (DiffractionFeatureImageFilter), DivisiveClusteringImageFilter and
 * ClusterPatternImageFilter; it adds the automatic choices, listed in GetResult(), and the memory limit, beyond
 * which features go to a scratch file. The scan is read four times, the first a sample of rows, and once more where
 * origins are fitted; where the input comes straight from a file that ITKFourDSTEM reads, it is never held in memory.
 * Same bits for any number of work units. Throws if an option does not fit the scan, when no position has data or the
 * annulus no pixel, and for values beyond 1e15, whose squares overflow.
 *
 * See docs/method.md; auto mode's rule, and in paper mode Shi et al., npj Comput. Mater. 8, 114 (2022).
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT DeformationDomainImageFilter
  : public ImageToImageFilter<TInputImage, Image<unsigned short, 2>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DeformationDomainImageFilter);

  using Self = DeformationDomainImageFilter;
  using LabelImageType = Image<unsigned short, 2>;
  using Superclass = ImageToImageFilter<TInputImage, LabelImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using MaskImageType = Image<unsigned char, 2>;
  using ScalarImageType = Image<float, 2>;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using StatisticsImageType = VectorImage<float, 2>;
  using PatternStackType = Image<float, 3>;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DeformationDomainImageFilter, ImageToImageFilter);

  /** Mode, gates, masks, sampling, memory limit: see fourdstem/DomainAnalysis.h. Default: auto mode.
   * `scanMask` and `origins` are overridden by the inputs of that name. */
  void
  SetOptions(const fourdstem::DomainOptions & options);
  itkGetConstReferenceMacro(Options, fourdstem::DomainOptions);

  /** Over the scan; positions where it is 0 take no part. Default: none. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Over the scan, (x, y) in detector pixels: used in place of measured origins. Default: none. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Over the detector, aligned: non-zero pixels are features, in place of the automatic mask. Default: none. */
  itkSetInputMacro(FeatureMaskImage, MaskImageType);
  itkGetInputMacro(FeatureMaskImage, MaskImageType);

  ScalarImageType *
  GetConfidenceImage();
  ClusterTree *
  GetClusterTree();
  ScalarImageType *
  GetDarkFieldImage();
  OriginImageType *
  GetMeasuredOriginImage();
  StatisticsImageType *
  GetStatisticsImage();
  MaskImageType *
  GetUsedFeatureMaskImage();
  PatternStackType *
  GetNodePatternImage();

  /** All results as kernels know them, with the choices made and the seconds of each step; after Update(). */
  itkGetConstReferenceMacro(Result, fourdstem::DomainResult);

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  DeformationDomainImageFilter();
  ~DeformationDomainImageFilter() override = default;

  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  GenerateInputRequestedRegion() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  void
  GenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  enum OutputIndex : DataObjectPointerArraySizeType
  {
    Labels,
    Confidence,
    Tree,
    DarkField,
    Origins,
    Statistics,
    UsedFeatures,
    NodePatterns,
    NumberOfOutputs
  };

  template <typename TOutput>
  TOutput *
  OutputAs(OutputIndex index)
  {
    return itkDynamicCastInDebugMode<TOutput *>(this->ProcessObject::GetOutput(index));
  }

  template <typename TImage>
  static auto *
  Allocate(TImage * image)
  {
    image->SetBufferedRegion(image->GetLargestPossibleRegion());
    image->Allocate();
    return image->GetBufferPointer();
  }

  fourdstem::DomainOptions
  OptionsWithInputs() const;
  void
  FillScanImages();
  void
  FillDetectorImages();

  fourdstem::DomainOptions m_Options;
  fourdstem::DomainResult  m_Result;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDeformationDomainImageFilter.hxx"
#endif

#endif
