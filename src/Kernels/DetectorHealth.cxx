// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DetectorHealth.h"

#include "ProbeImage.h"
#include "Surroundings.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr std::int64_t leastPatterns = 32;
constexpr double       leastChanges = 25.;
constexpr double       certain = 7.; // standard errors

/** How often, at least, a pixel of this mean and variance changes in n patterns if it counts: as Poisson's law says,
 * and fewer times if its counts come in bunches. */
double
ExpectedChanges(double n, double mean, double variance)
{
  if (!(variance > 0.) || !(mean > 0.))
  {
    return 0.;
  }
  const double counts = mean * mean / variance;
  return n * counts / (1. + counts);
}

std::vector<double>
ExpectedChanges(const DetectorStatistics & statistics)
{
  std::vector<double> changes(statistics.mean.size());
  for (std::size_t i = 0; i < changes.size(); ++i)
  {
    changes[i] =
      statistics.counts[i] == 0
        ? std::numeric_limits<double>::quiet_NaN()
        : ExpectedChanges(static_cast<double>(statistics.counts[i]), statistics.mean[i], statistics.variance[i]);
  }
  return changes;
}

std::vector<double>
Roots(const std::vector<double> & values)
{
  std::vector<double> roots(values.size());
  std::transform(values.begin(), values.end(), roots.begin(), [](double value) { return std::sqrt(value); });
  return roots;
}

/** Standard deviation of a pixel's value about the same truth, where most of the detector is faint: the first quartile
 * of the distances of horizontal neighbours, as if normal. */
double
FaintScatter(const DetectorMap & mean)
{
  std::vector<double> steps;
  for (std::int64_t y = 0; y < mean.qy; ++y)
  {
    for (std::int64_t x = 1; x < mean.qx; ++x)
    {
      const double step = std::abs(mean.At(y, x) - mean.At(y, x - 1));
      if (std::isfinite(step))
      {
        steps.push_back(step);
      }
    }
  }
  if (steps.empty())
  {
    return 0.;
  }
  const auto quartile = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 4);
  std::nth_element(steps.begin(), quartile, steps.end());
  return *quartile / (0.3186 * std::sqrt(2.));
}

class Judge
{
public:
  explicit Judge(const DetectorStatistics & statistics)
    : m_Statistics(statistics)
    , m_Deviations(Roots(statistics.variance))
    , m_Changes(ExpectedChanges(statistics))
    , m_Mean{ statistics.qy, statistics.qx, statistics.mean.data() }
    , m_Deviation{ statistics.qy, statistics.qx, m_Deviations.data() }
    , m_Change{ statistics.qy, statistics.qx, m_Changes.data() }
    , m_FaintScatter(FaintScatter(m_Mean))
  {}

  PixelHealth
  Constancy(std::int64_t y, std::int64_t x) const
  {
    const std::size_t i = m_Mean.Index(y, x);
    if (m_Statistics.counts[i] < leastPatterns || m_Statistics.variance[i] > 0. ||
        !IsAmong(m_Change, y, x, leastChanges))
    {
      return PixelHealth::Good;
    }
    return m_Statistics.mean[i] == 0. ? PixelHealth::Dead : PixelHealth::Stuck;
  }

  PixelHealth
  Brightness(std::int64_t y, std::int64_t x) const
  {
    const std::size_t i = m_Mean.Index(y, x);
    const auto        n = static_cast<double>(m_Statistics.counts[i]);
    // Of a disk that lies beyond the border, a tip of one pixel may show.
    const bool isOnBorder = y == 0 || x == 0 || y == m_Mean.qy - 1 || x == m_Mean.qx - 1;
    if (m_Statistics.counts[i] < leastPatterns || isOnBorder)
    {
      return PixelHealth::Good;
    }
    const double mean = m_Statistics.mean[i];
    const double variance = m_Statistics.variance[i];
    if (StandsOut(m_Mean, y, x))
    {
      const double median = MedianAbout(m_Mean, y, x);
      const double scatter = std::max(ScatterAbout(m_Mean, y, x), m_FaintScatter);
      if (mean - median > certain * std::sqrt(variance / n + scatter * scatter))
      {
        return PixelHealth::Hot;
      }
    }
    const double height = m_Statistics.maximum[i] - mean;
    if (n * variance >= leastChanges * height * height && StandsOut(m_Deviation, y, x))
    {
      return PixelHealth::Flickering;
    }
    return PixelHealth::Good;
  }

private:
  const DetectorStatistics & m_Statistics;
  std::vector<double>        m_Deviations;
  std::vector<double>        m_Changes;
  DetectorMap                m_Mean;
  DetectorMap                m_Deviation;
  DetectorMap                m_Change;
  double                     m_FaintScatter;
};
} // namespace

const char *
NameOf(PixelHealth health)
{
  constexpr const char * names[] = { "good", "hot", "flickering", "dead", "stuck", "given" };
  return names[static_cast<std::size_t>(health)];
}

DetectorStatistics
DetectorStatisticsOf(const PatternSums & sums)
{
  DetectorStatistics statistics;
  statistics.qy = sums.Shape().qy;
  statistics.qx = sums.Shape().qx;
  statistics.patterns = sums.Patterns();
  statistics.counts = sums.Counts();
  statistics.mean = sums.Mean();
  statistics.variance = sums.StandardDeviation();
  for (double & value : statistics.variance)
  {
    value *= value;
  }
  statistics.maximum = sums.Maximum();
  return statistics;
}

std::int64_t
DetectorHealth::Count(PixelHealth health) const
{
  return std::count(pixels.begin(), pixels.end(), health);
}

std::int64_t
DetectorHealth::CountBad() const
{
  return static_cast<std::int64_t>(pixels.size()) - this->Count(PixelHealth::Good);
}

DetectorMask
DetectorHealth::BadPixels() const
{
  DetectorMask mask{ qy, qx, std::vector<std::uint8_t>(pixels.size()) };
  std::transform(pixels.begin(), pixels.end(), mask.pixels.begin(), [](PixelHealth health) {
    return health == PixelHealth::Good ? std::uint8_t{ 0 } : std::uint8_t{ 1 };
  });
  return mask;
}

std::string
DetectorHealth::Summary() const
{
  std::string summary;
  for (const auto kind :
       { PixelHealth::Hot, PixelHealth::Flickering, PixelHealth::Dead, PixelHealth::Stuck, PixelHealth::Given })
  {
    if (const std::int64_t count = this->Count(kind); count > 0)
    {
      summary += (summary.empty() ? "" : ", ") + std::to_string(count) + " " + NameOf(kind);
    }
  }
  return summary;
}

DetectorHealth
JudgeDetector(const DetectorStatistics & statistics)
{
  DetectorHealth health{ statistics.qy, statistics.qx, statistics.patterns, {}, {} };
  health.pixels.assign(statistics.mean.size(), PixelHealth::Good);
  if (statistics.patterns < leastPatterns)
  {
    health.unjudged = "Of " + std::to_string(statistics.patterns) + " patterns nothing can be said about pixels; " +
                      std::to_string(leastPatterns) + " are needed.";
    return health;
  }
  const Judge              judge(statistics);
  DetectorMask             standing = DetectorMask::Filled(statistics.qy, statistics.qx, 0);
  std::vector<PixelHealth> bright(health.pixels);
  std::size_t              i = 0;
  for (std::int64_t y = 0; y < statistics.qy; ++y)
  {
    for (std::int64_t x = 0; x < statistics.qx; ++x, ++i)
    {
      health.pixels[i] = judge.Constancy(y, x);
      bright[i] = health.pixels[i] == PixelHealth::Good ? judge.Brightness(y, x) : PixelHealth::Good;
      standing.pixels[i] = health.pixels[i] != PixelHealth::Good || bright[i] != PixelHealth::Good;
    }
  }
  const auto candidates =
    static_cast<std::int64_t>(bright.size()) - std::count(bright.begin(), bright.end(), PixelHealth::Good);
  if (candidates == 0)
  {
    return health;
  }
  if (!IsProbeWide(statistics.mean, standing))
  {
    health.unjudged = std::to_string(candidates) +
                      (candidates == 1 ? " pixel stands out, but " : " pixels stand out, but ") +
                      "the mean pattern shows no disk with a sharp edge, so that it may be a narrow peak: hot and "
                      "flickering pixels are not judged.";
    return health;
  }
  std::transform(health.pixels.begin(),
                 health.pixels.end(),
                 bright.begin(),
                 health.pixels.begin(),
                 [](PixelHealth a, PixelHealth b) { return a == PixelHealth::Good ? b : a; });
  return health;
}
} // namespace fourdstem
