// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "AdjustedRandIndex.h"
#include "PhantomScan.h"

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/RepairedPatternSource.h"

#include <gtest/gtest.h>

using namespace fourdstem;

namespace
{
DetectorMask
Bad(std::int64_t qy, std::int64_t qx, std::initializer_list<std::pair<std::int64_t, std::int64_t>> pixels)
{
  DetectorMask mask = DetectorMask::Filled(qy, qx, 0);
  for (const auto & [y, x] : pixels)
  {
    mask.pixels[static_cast<std::size_t>(y * qx + x)] = 1;
  }
  return mask;
}

template <typename T>
std::vector<T>
Plane(const ScanShape & shape)
{
  std::vector<T> values;
  for (std::int64_t i = 0; i < shape.Positions() * shape.PatternPixels(); ++i)
  {
    const std::int64_t q = i % shape.PatternPixels();
    values.push_back(static_cast<T>(10 + i / shape.PatternPixels() + 3 * (q / shape.qx) + 2 * (q % shape.qx)));
  }
  return values;
}

/** A row of a scan whose bad pixels hold 100. */
template <typename T, typename TReal>
void
ExpectRepaired()
{
  const ScanShape shape{ 2, 3, 6, 7 };
  const auto      truth = Plane<T>(shape);
  auto            values = truth;
  const auto      bad = Bad(6, 7, { { 2, 3 }, { 4, 1 } });
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = bad.pixels[i % 42] != 0 ? T{ 100 } : values[i];
  }
  const MemoryPatternSource   source(values.data(), shape);
  const RepairedPatternSource repaired(source, bad);
  EXPECT_EQ(repaired.Type(), ElementTypeOf<TReal>());
  PatternLease lease;
  const auto   block = repaired.Read(1, 1, 2, lease);
  for (std::int64_t p = 0; p < 2; ++p)
  {
    for (std::int64_t q = 0; q < 42; ++q)
    {
      EXPECT_EQ(block.Row<TReal>(p, q / 7)[q % 7],
                static_cast<TReal>(truth[static_cast<std::size_t>((4 + p) * 42 + q)]));
    }
  }
}
} // namespace

TEST(RepairedPatternSource, ReproducesAPlane)
{
  ExpectRepaired<std::uint8_t, float>();
  ExpectRepaired<std::int16_t, float>();
  ExpectRepaired<float, float>();
  ExpectRepaired<std::uint32_t, double>();
  ExpectRepaired<std::int64_t, double>();
  ExpectRepaired<double, double>();
}

TEST(RepairedPatternSource, GoesFurtherWhereNeighboursAreBad)
{
  std::vector<double> pattern(49, 4.);
  DetectorMask        bad = Bad(7, 7, {});
  for (std::int64_t y = 2; y < 5; ++y)
  {
    std::fill_n(bad.pixels.begin() + 7 * y + 2, 3, std::uint8_t{ 1 });
  }
  pattern[24] = 90.;
  EXPECT_EQ(RepairPattern(pattern, bad)[24], 4.);
  EXPECT_TRUE(std::isnan(RepairPattern(pattern, DetectorMask::Filled(7, 7, 1))[24]));
  pattern[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(RepairPattern(pattern, Bad(7, 7, { { 1, 1 } }))[8], 4.);
}

TEST(RepairedPatternSource, MaskMustFit)
{
  const std::vector<float>  pattern(42);
  const MemoryPatternSource source(pattern.data(), { 1, 1, 6, 7 });
  EXPECT_THROW(RepairedPatternSource(source, Bad(7, 6, {})), std::invalid_argument);
  DomainOptions options;
  options.badPixels = BadPixelChoice::Given;
  EXPECT_THROW(MeasureDiffraction(source, options, {}), std::invalid_argument);
}

TEST(BadPixels, DoNotChangeWhatAutoModeFinds)
{
  PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, { 32, 36, 128, 128 }, 16.));
  const auto  measure = [&scan](const DomainOptions & options) { return MeasureDiffraction(scan.source, options, {}); };
  DomainOptions none;
  none.badPixels = BadPixelChoice::None;
  const DomainOptions automatic;
  const auto          clean = measure(none);
  const auto          judged = measure(automatic);
  EXPECT_TRUE(clean.health.pixels.empty());
  EXPECT_EQ(judged.health.CountBad(), 0);
  EXPECT_EQ(judged.origins, clean.origins);
  EXPECT_EQ(judged.sums.Mean(), clean.sums.Mean());
  const auto before = AnalyseDomains(scan.source, automatic, 2, {});

  // On the direct disk and on first-order ones.
  const auto pixel = [&scan](std::int64_t p, std::int64_t y, std::int64_t x) -> float & {
    return scan.patterns[static_cast<std::size_t>((p * 128 + y) * 128 + x)];
  };
  for (std::int64_t p = 0; p < scan.source.Shape().Positions(); ++p)
  {
    pixel(p, 66, 62) *= 3.f;
    pixel(p, 64, 68) = 0.f;
    pixel(p, 30, 95) += p % 3 == 0 ? 500.f : 0.f;
    pixel(p, 90, 50) = 7777.f;
  }
  const auto found = AnalyseDomains(scan.source, automatic, 2, {});
  EXPECT_EQ(found.measurement.health.CountBad(), 4) << found.measurement.health.Summary();
  EXPECT_NEAR(found.measurement.probe.radius, before.measurement.probe.radius, 0.05);
  const auto error = [&](const DiffractionMeasurement & measurement) {
    double largest = 0.;
    for (std::size_t i = 0; i < measurement.origins.size(); ++i)
    {
      largest = std::max(largest, std::abs(static_cast<double>(measurement.origins[i] - clean.origins[i])));
    }
    return largest;
  };
  EXPECT_LT(error(found.measurement), 0.05);
  EXPECT_GT(error(measure(none)), 0.05);
  EXPECT_GE(AdjustedRandIndex(LabelsOf(before.clusters), LabelsOf(found.clusters)), 0.99);
  EXPECT_EQ(found.choices.front().name, "Bad pixels");
  EXPECT_EQ(found.choices.front().value, "4");

  DomainOptions paper;
  paper.clustering.mode = ClusterMode::Paper;
  EXPECT_TRUE(measure(paper).health.pixels.empty());
}
