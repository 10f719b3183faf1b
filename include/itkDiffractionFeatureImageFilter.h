// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionFeatureImageFilter_h
#define itkDiffractionFeatureImageFilter_h

#include "itkDiffractionFeature.h"
#include "itkFourDSTEMPatternInput.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVector.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class DiffractionFeatureImageFilter
 * \brief Turns each diffraction pattern into a vector of named features, for clustering or mapping.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Output: VectorImage over the scan [Rx, Ry] with the scan's
 * spacing, origin, direction and unit; the components' names, joined by commas, stand under the metadata key
 * "FourDSTEM_ComponentNames". What is taken is up to the strategy: MaskedPixelFeature (the default),
 * RadialProfileFeature, VirtualDetectorFeature, or one of your own.
 *
 * With an OriginImage ((x, y) in detector pixel indices per position) features are taken around each pattern's own
 * origin, so descan does not become structure; without, around pixel (floor(Qx/2), floor(Qy/2)). A FeatureMaskImage
 * chooses pixels of the aligned pattern [Qx, Qy], whose origin is that same pixel; it is brought up to date as soon as
 * output information is asked for, since the number of components follows from it.
 *
 * Each pattern is read once. Streams by whole scan rows; memory is that of the requested rows of input and output. The
 * values are the same bits for any number of work units and stream divisions. Points without data are 0 and counted
 * (GetReport). Throws if an input does not fit the scan or an option does not fit the detector.
 * \ingroup FourDSTEM
 */
template <typename TInputImage, typename TOutputImage = VectorImage<float, 2>>
class ITK_TEMPLATE_EXPORT DiffractionFeatureImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DiffractionFeatureImageFilter);

  using Self = DiffractionFeatureImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using OutputImageType = TOutputImage;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using FeatureMaskImageType = Image<unsigned char, 2>;

  static_assert(std::is_same_v<TOutputImage, VectorImage<float, 2>>, "features are a VectorImage of float over a scan");

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DiffractionFeatureImageFilter, ImageToImageFilter);

  /** What is taken from each pattern. Default: MaskedPixelFeature, all pixels of the aligned pattern. */
  itkSetObjectMacro(Strategy, DiffractionFeature);
  itkGetModifiableObjectMacro(Strategy, DiffractionFeature);

  /** Origin of each pattern, (x, y) in detector pixel indices, over the scan. Default: none. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Pixels of the aligned pattern to look at, those that are not 0. Default: none, all that the strategy takes. */
  itkSetInputMacro(FeatureMaskImage, FeatureMaskImageType);
  itkGetInputMacro(FeatureMaskImage, FeatureMaskImageType);

  /** Sample points without data, since the last time the output's information changed. */
  itkGetConstReferenceMacro(Report, fourdstem::FeatureReport);

  /** Also that of the strategy. */
  ModifiedTimeType
  GetMTime() const override;

protected:
  DiffractionFeatureImageFilter();
  ~DiffractionFeatureImageFilter() override = default;

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
  DiffractionFeature::Pointer         m_Strategy;
  std::unique_ptr<fourdstem::Feature> m_Feature;
  fourdstem::FeatureReport            m_Report;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDiffractionFeatureImageFilter.hxx"
#endif

#endif
