// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DomainDefaults_h
#define fourdstem_DomainDefaults_h

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/RepairedPatternSource.h"

#include <algorithm>
#include <optional>

namespace fourdstem
{
/** What options mean that are left automatic. */
inline bool
IsAuto(const DomainOptions & options)
{
  return options.clustering.mode == ClusterMode::Auto;
}

inline OriginChoice
ResolveOrigin(const DomainOptions & options)
{
  if (options.origin != OriginChoice::Automatic)
  {
    return options.origin;
  }
  return IsAuto(options) ? OriginChoice::Measured : OriginChoice::Fixed;
}

inline FeatureMaskChoice
ResolveFeatureMask(const DomainOptions & options)
{
  if (options.featureMask != FeatureMaskChoice::Automatic)
  {
    return options.featureMask;
  }
  return IsAuto(options) ? FeatureMaskChoice::Neighbour : FeatureMaskChoice::StdFraction;
}

inline BadPixelChoice
ResolveBadPixels(const DomainOptions & options)
{
  if (options.badPixels != BadPixelChoice::Automatic)
  {
    return options.badPixels;
  }
  return IsAuto(options) ? BadPixelChoice::Found : BadPixelChoice::None;
}

/** The patterns to look at: the source's, repaired if pixels are bad. */
class UsedPatterns
{
public:
  UsedPatterns(const PatternSource & source, const DetectorHealth & health)
    : m_Source(source)
  {
    if (health.CountBad() > 0)
    {
      m_Repaired.emplace(source, health.BadPixels());
    }
  }

  const PatternSource &
  Source() const
  {
    return m_Repaired ? *m_Repaired : m_Source;
  }

private:
  const PatternSource &                m_Source;
  std::optional<RepairedPatternSource> m_Repaired;
};

/** What was done about bad pixels, and why. */
DomainChoice
DescribeBadPixels(const DetectorHealth & health, const DomainOptions & options);

inline SamplingOptions
ResolveSampling(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const SamplerChoice fallback = IsAuto(options) ? SamplerChoice::BSpline : SamplerChoice::Bilinear;
  const SamplerChoice choice = options.sampler == SamplerChoice::Automatic ? fallback : options.sampler;
  SamplingOptions     sampling;
  sampling.sampler = choice == SamplerChoice::BSpline ? Sampler::BSpline : Sampler::Bilinear;
  sampling.gaussianSigma = sampling.sampler == Sampler::BSpline ? std::min(0.5 * measurement.probe.radius, 32.) : 0.;
  sampling.minimum = measurement.lowest;
  return sampling;
}

/** The pixels of `mask` that are sampled: a smooth sampler needs every second one only. */
inline std::vector<SamplePoint>
SampledPoints(const DetectorMask & mask, Sampler sampler)
{
  return PointsOfMask(mask, sampler == Sampler::BSpline ? 2 : 1);
}

/** What was chosen from the data or by the mode, in words; DomainChoices.cxx. */
std::vector<DomainChoice>
DescribeChoices(const DomainResult & result, const DomainOptions & options);
} // namespace fourdstem

#endif
