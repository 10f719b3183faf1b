// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkNeighbourNoiseScaleImageFilter_h
#define itkNeighbourNoiseScaleImageFilter_h

#include "fourdstem/FeatureReduction.h"
#include "itkFourDSTEMMacro.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

#include <vector>

namespace itk
{
/** \class NeighbourNoiseScaleImageFilter
 * \brief Divides each feature by its noise, so that features of any unit and gain can be compared.
 *
 * Input: VectorImage<float> of one to three dimensions, for example from DiffractionFeatureImageFilter. Output: the
 * same components, with their names, in units of their neighbour noise sqrt(<(x_i - x_j)^2> / 2) over adjacent
 * positions i, j that take part; not centred. A constant component is 0; NaN where the mask is 0 or the value is not
 * finite.
 *
 * Division in auto mode and FeatureReductionImageFilter scale by themselves; this is for everything else, for example
 * ITK's own classifiers. Needs the whole input. The same bits for any number of work units. Throws if the mask does not
 * fit, or no two adjacent positions take part. See docs/method.md, "Which detector pixels".
 * \ingroup FourDSTEM
 */
template <unsigned int VDimension = 2>
class ITK_TEMPLATE_EXPORT NeighbourNoiseScaleImageFilter
  : public ImageToImageFilter<VectorImage<float, VDimension>, VectorImage<float, VDimension>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(NeighbourNoiseScaleImageFilter);

  using Self = NeighbourNoiseScaleImageFilter;
  using FeatureImageType = VectorImage<float, VDimension>;
  using Superclass = ImageToImageFilter<FeatureImageType, FeatureImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, VDimension>;

  static_assert(VDimension >= 1 && VDimension <= 3, "positions lie on a grid of one to three dimensions");

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(NeighbourNoiseScaleImageFilter, ImageToImageFilter);

  /** Positions where it is 0 take no part. Default: none, all take part. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Noise of each component, in its own unit; 0 where it is constant. After Update(). */
  itkGetConstReferenceMacro(Noise, std::vector<double>);

protected:
  NeighbourNoiseScaleImageFilter();
  ~NeighbourNoiseScaleImageFilter() override = default;

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
  std::vector<double> m_Noise;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkNeighbourNoiseScaleImageFilter.hxx"
#endif

#endif
