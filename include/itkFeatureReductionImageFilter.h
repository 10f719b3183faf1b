// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFeatureReductionImageFilter_h
#define itkFeatureReductionImageFilter_h

#include "fourdstem/FeatureReduction.h"
#include "itkFourDSTEMMacro.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

#include <vector>

namespace itk
{
/** \class FeatureReductionImageFilter
 * \brief Features of every position in few components: principal components, or noise-whitened ones (MNF).
 *
 * Input: VectorImage<float> of one to three dimensions, for example from DiffractionFeatureImageFilter. Output: a
 * VectorImage<float> of NumberOfComponents components, named "PC 1", ... or "MNF 1", ..., of mean 0 over the positions
 * that take part; NaN where the mask is 0 or no feature is a number. Components beyond those found are 0. A
 * noise-whitened component is in units of its own noise, which is taken from differences of neighbouring positions,
 * robustly; its strength is its variance in that unit, 1 for white noise. GetStrengths() has as many values as
 * components were found.
 *
 * Needs the whole input. The same bits for any number of work units; the largest loading of a component is positive.
 * Method: Green et al., IEEE TGRS 26 (1988) 65, and docs/method.md. Throws if an option is out of its range or the mask
 * does not fit.
 * \ingroup FourDSTEM
 */
template <unsigned int VDimension = 2>
class ITK_TEMPLATE_EXPORT FeatureReductionImageFilter
  : public ImageToImageFilter<VectorImage<float, VDimension>, VectorImage<float, VDimension>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(FeatureReductionImageFilter);

  using Self = FeatureReductionImageFilter;
  using FeatureImageType = VectorImage<float, VDimension>;
  using Superclass = ImageToImageFilter<FeatureImageType, FeatureImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, VDimension>;
  using MethodType = fourdstem::ReductionMethod;

  static_assert(VDimension >= 1 && VDimension <= 3, "positions lie on a grid of one to three dimensions");

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(FeatureReductionImageFilter, ImageToImageFilter);

  /** Positions where it is 0 take no part. Default: none, all take part. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** PrincipalComponents, or NoiseWhitened. Default: NoiseWhitened. */
  void
  SetMethod(MethodType method);
  MethodType
  GetMethod() const
  {
    return m_Options.method;
  }

  /** Components kept, 1 to 32. Default: 8. */
  void
  SetNumberOfComponents(int components);
  int
  GetNumberOfComponents() const
  {
    return m_Options.components;
  }

  /** Divide each feature by its neighbour noise first. Default: on. */
  void
  SetScaleByNeighbourNoise(bool scale);
  bool
  GetScaleByNeighbourNoise() const
  {
    return m_Options.scaleByNeighbourNoise;
  }
  itkBooleanMacro(ScaleByNeighbourNoise);

  /** Use only features that neighbours share. Default: off. */
  void
  SetOnlyNeighbourFeatures(bool only);
  bool
  GetOnlyNeighbourFeatures() const
  {
    return m_Options.onlyNeighbourFeatures;
  }
  itkBooleanMacro(OnlyNeighbourFeatures);

  /** Variance of each component, over its neighbour noise where whitened; falling. After Update(). */
  itkGetConstReferenceMacro(Strengths, std::vector<double>);

  /** [component][feature]: change of a feature, in its unit, per unit of the component. After Update(). */
  itkGetConstReferenceMacro(Loadings, std::vector<float>);

protected:
  FeatureReductionImageFilter();
  ~FeatureReductionImageFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;
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
  template <typename TValue>
  void
  SetOption(TValue fourdstem::ReductionOptions::*option, TValue value)
  {
    if (m_Options.*option != value)
    {
      m_Options.*option = value;
      this->Modified();
    }
  }

  fourdstem::ReductionOptions m_Options;
  std::vector<double>         m_Strengths;
  std::vector<float>          m_Loadings;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkFeatureReductionImageFilter.hxx"
#endif

#endif
