// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkMaskedPixelFeature_h
#define itkMaskedPixelFeature_h

#include "FourDSTEMExport.h"
#include "itkDiffractionFeature.h"

#include "itkObjectFactory.h"

#include <limits>
#include <vector>

namespace itk
{
/** \class MaskedPixelFeature
 * \brief The intensities of chosen detector pixels around each pattern's own origin.
 *
 * One component for each pixel of the aligned pattern that lies in the annulus and, if the filter has a feature mask,
 * in that mask; row by row. Names are "I(dx dy)", whole pixels from the origin. With an annulus of 24 to 57 pixels, a
 * mask from the log-std pattern and the defaults, this is the feature vector of Shi et al., npj Comput. Mater. 8, 114
 * (2022). Sampling, rims and lost pixels: fourdstem/Sampling.h; transforms: fourdstem/Feature.h. \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT MaskedPixelFeature : public DiffractionFeature
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(MaskedPixelFeature);

  using Self = MaskedPixelFeature;
  using Superclass = DiffractionFeature;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using SamplerType = fourdstem::Sampler;
  using TransformType = fourdstem::Transform;
  using AnnulusConventionType = fourdstem::AnnulusConvention;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(MaskedPixelFeature, DiffractionFeature);

  /** Radii of the annulus in detector pixels, inner <= r < outer. Default: 0 and the largest number, so every pixel. */
  itkSetMacro(InnerRadius, double);
  itkGetConstMacro(InnerRadius, double);
  itkSetMacro(OuterRadius, double);
  itkGetConstMacro(OuterRadius, double);

  /** Centre and rims of the annulus: around the origin, or as published. Default: Aligned. */
  itkSetEnumMacro(AnnulusConvention, AnnulusConventionType);
  itkGetEnumMacro(AnnulusConvention, AnnulusConventionType);

  /** Take every Step-th pixel in x and in y, counted from the origin; at least 1. Default: 1. */
  itkSetMacro(Step, unsigned int);
  itkGetConstMacro(Step, unsigned int);

  /** Kernel between pixels. Default: Bilinear. */
  itkSetEnumMacro(Sampler, SamplerType);
  itkGetEnumMacro(Sampler, SamplerType);
  void
  SetSamplerToBilinear()
  {
    this->SetSampler(SamplerType::Bilinear);
  }
  void
  SetSamplerToBSpline()
  {
    this->SetSampler(SamplerType::BSpline);
  }

  /** Sigma, in detector pixels, of the Gaussian before the B-spline; half the probe's radius is a good choice. Only
   * with the B-spline. Default: 0, at most 32. */
  itkSetMacro(GaussianSigma, double);
  itkGetConstMacro(GaussianSigma, double);

  /** Pixels below count as this value; the published pipeline uses 1. Default: -infinity. */
  itkSetMacro(Minimum, float);
  itkGetConstMacro(Minimum, float);

  /** Applied to the sampled values. Default: Raw. */
  itkSetEnumMacro(Transform, TransformType);
  itkGetEnumMacro(Transform, TransformType);
  void
  SetTransformToRaw()
  {
    this->SetTransform(TransformType::Raw);
  }
  void
  SetTransformToAnscombe()
  {
    this->SetTransform(TransformType::Anscombe);
  }
  void
  SetTransformToLog()
  {
    this->SetTransform(TransformType::Log);
  }
  void
  SetTransformToL2()
  {
    this->SetTransform(TransformType::L2);
  }

#ifndef ITK_WRAPPING_PARSER
  /** The annulus, in `mask` if there is one, whatever the step. */
  fourdstem::DetectorMask
  GetMask(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const;

  /** The points that a scan of this shape would be sampled at: every Step-th pixel of GetMask. */
  std::vector<fourdstem::SamplePoint>
  GetPoints(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const;

  /** How patterns are read at these points. */
  fourdstem::SamplingOptions
  GetSampling() const
  {
    return { m_Sampler, m_GaussianSigma, m_Minimum };
  }

  std::unique_ptr<fourdstem::Feature>
  MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const override;
#endif

protected:
  MaskedPixelFeature() = default;
  ~MaskedPixelFeature() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  double                m_InnerRadius{ 0 };
  double                m_OuterRadius{ std::numeric_limits<double>::max() };
  AnnulusConventionType m_AnnulusConvention{ AnnulusConventionType::Aligned };
  unsigned int          m_Step{ 1 };
  SamplerType           m_Sampler{ SamplerType::Bilinear };
  double                m_GaussianSigma{ 0 };
  float                 m_Minimum{ -std::numeric_limits<float>::infinity() };
  TransformType         m_Transform{ TransformType::Raw };
};
} // namespace itk

#endif
