// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternSampler.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
namespace
{
class MaskedPixels : public Feature
{
public:
  MaskedPixels(const std::vector<SamplePoint> & points,
               const SamplingOptions &          sampling,
               Transform                        transform,
               const std::vector<float> &       fill)
    : m_Points(points)
    , m_Sampler(points, sampling)
    , m_Minimum(sampling.minimum)
    , m_Transform(transform)
    , m_Fill(fill)
  {
    if (!fill.empty() && fill.size() != points.size())
    {
      throw std::invalid_argument(std::to_string(fill.size()) + " fill values do not fit " +
                                  std::to_string(points.size()) + " sample points");
    }
  }

  std::int64_t
  Components() const override
  {
    return m_Sampler.Count();
  }

  std::vector<std::string>
  Names() const override
  {
    std::vector<std::string> names(m_Points.size());
    std::transform(m_Points.begin(), m_Points.end(), names.begin(), [](const SamplePoint & point) {
      return "I(" + std::to_string(point.dx) + " " + std::to_string(point.dy) + ")";
    });
    return names;
  }

  float
  Minimum() const override
  {
    return m_Minimum;
  }

  std::unique_ptr<Worker>
  MakeWorker() const override
  {
    return std::make_unique<SamplingWorker>(*this);
  }

private:
  class SamplingWorker : public Worker
  {
  public:
    explicit SamplingWorker(const MaskedPixels & feature)
      : m_Feature(feature)
    {}

    void
    Extract(const FloatPattern & pattern, float originX, float originY, float * out, FeatureReport & report) override
    {
      const float * fill = m_Feature.m_Fill.empty() ? nullptr : m_Feature.m_Fill.data();
      m_Feature.m_Sampler.Sample(pattern, originX, originY, fill, out, m_Scratch, report);
      ApplyTransform(m_Feature.m_Transform, out, m_Feature.Components());
    }

  private:
    const MaskedPixels &    m_Feature;
    PatternSampler::Scratch m_Scratch;
  };

  std::vector<SamplePoint> m_Points;
  PatternSampler           m_Sampler;
  float                    m_Minimum;
  Transform                m_Transform;
  std::vector<float>       m_Fill;
};
} // namespace

std::unique_ptr<Feature>
MakeMaskedPixels(const std::vector<SamplePoint> & points,
                 const SamplingOptions &          sampling,
                 Transform                        transform,
                 const std::vector<float> &       fill)
{
  return std::make_unique<MaskedPixels>(points, sampling, transform, fill);
}
} // namespace fourdstem
