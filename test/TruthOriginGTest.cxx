// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"

#include "fourdstem/Origin.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace fourdstem;

namespace
{
struct OriginError
{
  /** Root mean square along one axis. */
  double rms = 0.0;
  double largest = 0.0;
};

OriginError
ErrorOfMeasuredOrigins(const PhantomScan & scan)
{
  const ScanShape &  shape = scan.source.Shape();
  const auto         mean = MeanPattern(scan.source, 1, {});
  const Probe        probe = EstimateProbe(mean.data(), shape.qy, shape.qx);
  std::vector<float> origins(static_cast<std::size_t>(2 * shape.Positions()));
  FindOrigins(scan.source, 0, shape.ry, OriginSearch::Recentred(probe), origins.data(), {});
  OriginError error;
  double      squares = 0.0;
  for (std::size_t i = 0; i < origins.size(); ++i)
  {
    const double difference = std::abs(static_cast<double>(origins[i]) - static_cast<double>(scan.Truth().origins[i]));
    squares += difference * difference;
    error.largest = std::max(error.largest, difference);
  }
  error.rms = std::sqrt(squares / static_cast<double>(origins.size()));
  return error;
}
} // namespace

// Descan ramp of 3 px and jitter of 0.35 px, as every phantom has.

TEST(TruthOrigin, ExactToAHundredthOfAPixelWithoutNoise)
{
  for (const PhantomKind kind : { PhantomKind::Crystal, PhantomKind::Film, PhantomKind::Flake })
  {
    PhantomDescription description = PhantomScan::Of(kind, { 9, 11, 128, 128 });
    description.noise = false;
    EXPECT_LT(ErrorOfMeasuredOrigins(PhantomScan(description)).largest, 0.01) << NameOf(kind);
  }
}

TEST(TruthOrigin, NoiseIsThatOfCounting)
{
  for (const PhantomKind kind : { PhantomKind::Crystal, PhantomKind::Film, PhantomKind::Flake })
  {
    for (const double dose : { 16.0, 4.0, 1.0 })
    {
      const PhantomScan scan(PhantomScan::Of(kind, { 14, 16, 128, 128 }, dose));
      const auto &      d = scan.phantom.Description();
      const double      electrons = dose * d.directBeam * 0.9 * std::acos(-1.0) * d.probeRadius * d.probeRadius;
      EXPECT_LT(ErrorOfMeasuredOrigins(scan).rms, 1.3 * d.probeRadius / (2.0 * std::sqrt(electrons)))
        << NameOf(kind) << " at " << dose << " e/px";
    }
  }
}
