// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Feature.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
class RadialProfile : public Feature
{
public:
  RadialProfile(const RadialOptions & options, Transform transform)
    : m_Options(options)
    , m_Transform(transform)
  {
    if (!(options.first >= 0) || !(options.width > 0) || options.rings < 1 || options.rings > 100000)
    {
      throw std::invalid_argument("a radial profile needs a first radius of at least 0, a width above 0 and 1 to "
                                  "100000 rings, not " +
                                  std::to_string(options.first) + ", " + std::to_string(options.width) + " and " +
                                  std::to_string(options.rings));
    }
  }

  std::int64_t
  Components() const override
  {
    return m_Options.variance ? 2 * m_Options.rings : m_Options.rings;
  }

  std::vector<std::string>
  Names() const override
  {
    std::vector<std::string> names(static_cast<std::size_t>(this->Components()));
    const auto               rings = static_cast<std::size_t>(m_Options.rings);
    for (std::size_t k = 0; k < names.size(); ++k)
    {
      names[k] = (k < rings ? "radial mean " : "radial variance ") + std::to_string(k % rings);
    }
    return names;
  }

  float
  Minimum() const override
  {
    return m_Options.minimum;
  }

  std::unique_ptr<Worker>
  MakeWorker() const override
  {
    return std::make_unique<RingWorker>(m_Options, m_Transform);
  }

private:
  class RingWorker : public Worker
  {
  public:
    RingWorker(const RadialOptions & options, Transform transform)
      : m_Options(options)
      , m_Transform(transform)
    {}

    void
    Extract(const FloatPattern & pattern, float originX, float originY, float * out, FeatureReport & report) override
    {
      const auto rings = static_cast<std::size_t>(m_Options.rings);
      m_Rings.assign(rings, {});
      if (std::isfinite(originX) && std::isfinite(originY))
      {
        this->Sum(pattern, static_cast<double>(originX), static_cast<double>(originY));
      }
      for (std::size_t k = 0; k < rings; ++k)
      {
        const Ring & ring = m_Rings[k];
        const double count = std::max(ring.count, 1.0);
        const double mean = ring.sum / count;
        report.missing += ring.count == 0;
        out[k] = static_cast<float>(mean);
        if (m_Options.variance)
        {
          out[rings + k] = static_cast<float>(std::max(0.0, ring.squares / count - mean * mean));
        }
      }
      ApplyTransform(m_Transform, out, static_cast<std::int64_t>(m_Options.variance ? 2 * rings : rings));
    }

  private:
    struct Ring
    {
      double sum = 0;
      double squares = 0;
      double count = 0;
    };

    void
    Sum(const FloatPattern & pattern, double originX, double originY)
    {
      const double outer = m_Options.first + m_Options.width * m_Options.rings;
      const auto   clip = [](double place, std::int64_t size) {
        return static_cast<std::int64_t>(std::clamp(std::ceil(place), 0.0, static_cast<double>(size)));
      };
      for (std::int64_t y = clip(originY - outer, pattern.qy); y < clip(originY + outer, pattern.qy); ++y)
      {
        const double  dy = static_cast<double>(y) - originY;
        const double  chord = std::sqrt(std::max(0.0, outer * outer - dy * dy)) + 1;
        const float * row = pattern.pixels + y * pattern.rowStride;
        for (std::int64_t x = clip(originX - chord, pattern.qx); x < clip(originX + chord, pattern.qx); ++x)
        {
          const double dx = static_cast<double>(x) - originX;
          const double ring = std::floor((std::sqrt(dx * dx + dy * dy) - m_Options.first) / m_Options.width);
          if (ring >= 0 && ring < m_Options.rings && std::isfinite(row[x]))
          {
            const double value = static_cast<double>(row[x]);
            Ring &       sums = m_Rings[static_cast<std::size_t>(ring)];
            sums.sum += value;
            sums.squares += value * value;
            sums.count += 1;
          }
        }
      }
    }

    RadialOptions     m_Options;
    Transform         m_Transform;
    std::vector<Ring> m_Rings;
  };

  RadialOptions m_Options;
  Transform     m_Transform;
};
} // namespace

std::unique_ptr<Feature>
MakeRadialProfile(const RadialOptions & options, Transform transform)
{
  return std::make_unique<RadialProfile>(options, transform);
}
} // namespace fourdstem
