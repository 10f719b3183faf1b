// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef FeatureFixtures_h
#define FeatureFixtures_h

#include "fourdstem/Feature.h"

#include <cmath>
#include <limits>
#include <random>

/** Scans with features to be gathered. */
namespace fixtures
{
constexpr float noValue = std::numeric_limits<float>::quiet_NaN();
constexpr float endless = std::numeric_limits<float>::infinity();

inline const fourdstem::ScanShape featureShape{ 3, 5, 24, 33 };

template <typename T, typename TField>
std::vector<T>
MakeScan(const fourdstem::ScanShape & of, TField && field)
{
  std::vector<T> scan;
  for (std::int64_t p = 0; p < of.Positions(); ++p)
  {
    for (std::int64_t y = 0; y < of.qy; ++y)
    {
      for (std::int64_t x = 0; x < of.qx; ++x)
      {
        scan.push_back(static_cast<T>(field(p, static_cast<double>(y), static_cast<double>(x))));
      }
    }
  }
  return scan;
}

inline std::vector<float>
MakeOrigins(const fourdstem::ScanShape & of, double spread)
{
  std::mt19937_64    random(7);
  std::vector<float> origins;
  for (std::int64_t p = 0; p < of.Positions(); ++p)
  {
    const double u = static_cast<double>(random() >> 11) / 9007199254740992.0 - 0.5;
    const double v = static_cast<double>(random() >> 11) / 9007199254740992.0 - 0.5;
    origins.push_back(static_cast<float>(static_cast<double>(of.qx / 2) + 2 * spread * u));
    origins.push_back(static_cast<float>(static_cast<double>(of.qy / 2) + 2 * spread * v));
  }
  return origins;
}

struct Gathered
{
  std::vector<float>       values;
  fourdstem::FeatureReport report;
};

template <typename T>
Gathered
Gather(const std::vector<T> &     scan,
       const fourdstem::ScanShape of,
       const float *              origins,
       const fourdstem::Feature & feature,
       int                        threads = 2)
{
  const fourdstem::MemoryPatternSource source(scan.data(), of);
  Gathered result{ std::vector<float>(static_cast<std::size_t>(of.Positions() * feature.Components()), -77.f), {} };
  fourdstem::Execution execution;
  execution.threads = threads;
  result.report = fourdstem::GatherFeatures(source, 0, of.ry, origins, feature, result.values.data(), execution);
  return result;
}

inline double
Speckle(std::int64_t p, double y, double x)
{
  return 100 + 60 * std::sin(3.1 * y + static_cast<double>(p)) * std::cos(1.7 * x) + 20 * std::sin(x * y);
}
} // namespace fixtures

#endif
