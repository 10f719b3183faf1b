// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Feature.h"

#include <cmath>

namespace fourdstem
{
namespace
{
class VirtualDetectors : public Feature
{
public:
  explicit VirtualDetectors(const VirtualDetectorSet & detectors)
    : m_Detectors(detectors)
  {}

  std::int64_t
  Components() const override
  {
    return m_Detectors.Components();
  }

  std::vector<std::string>
  Names() const override
  {
    return m_Detectors.ComponentNames();
  }

  std::unique_ptr<Worker>
  MakeWorker() const override
  {
    return std::make_unique<MeasuringWorker>(m_Detectors);
  }

private:
  class MeasuringWorker : public Worker
  {
  public:
    explicit MeasuringWorker(const VirtualDetectorSet & detectors)
      : m_Detectors(detectors)
      , m_Values(static_cast<std::size_t>(detectors.Components()))
    {}

    void
    Extract(const FloatPattern & pattern, float originX, float originY, float * out, FeatureReport & report) override
    {
      constexpr auto pixel = static_cast<std::ptrdiff_t>(sizeof(float));
      PatternBlock   block;
      block.data = reinterpret_cast<const std::byte *>(pattern.pixels);
      block.type = ElementType::Float32;
      block.count = 1;
      block.rowStride = pattern.rowStride * pixel;
      block.patternStride = pattern.qy * block.rowStride;
      const float origin[] = { originX, originY };
      m_Detectors.Measure(block, 0, origin, m_Values.data());
      for (std::size_t k = 0; k < m_Values.size(); ++k)
      {
        const bool isMissing = std::isnan(m_Values[k]);
        report.missing += isMissing;
        out[k] = isMissing ? 0.f : static_cast<float>(m_Values[k]);
      }
    }

  private:
    const VirtualDetectorSet & m_Detectors;
    std::vector<double>        m_Values;
  };

  VirtualDetectorSet m_Detectors;
};
} // namespace

std::unique_ptr<Feature>
MakeVirtualDetectors(const VirtualDetectorSet & detectors)
{
  return std::make_unique<VirtualDetectors>(detectors);
}
} // namespace fourdstem
