// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FeatureFixtures.h"

#include <gtest/gtest.h>

using namespace fixtures;
using fourdstem::Sampler;
using fourdstem::Transform;

namespace
{
const fourdstem::ScanShape & shape = featureShape;
} // namespace

TEST(Feature, Transforms)
{
  const std::vector<float> raw{ -2, 0, 3, 8 };
  const auto               transformed = [&raw](Transform transform) {
    auto values = raw;
    fourdstem::ApplyTransform(transform, values.data(), 4);
    return values;
  };
  EXPECT_EQ(transformed(Transform::Raw), raw);
  EXPECT_FLOAT_EQ(transformed(Transform::Anscombe)[0], 2 * std::sqrt(0.375f));
  EXPECT_FLOAT_EQ(transformed(Transform::Anscombe)[3], 2 * std::sqrt(8.375f));
  EXPECT_FLOAT_EQ(transformed(Transform::Log)[0], 0);
  EXPECT_FLOAT_EQ(transformed(Transform::Log)[2], std::log(4.f));
  EXPECT_FLOAT_EQ(transformed(Transform::L2)[3], 8 / std::sqrt(77.f));
  std::vector<float> zero{ 0, 0 };
  fourdstem::ApplyTransform(Transform::L2, zero.data(), 2);
  EXPECT_EQ(zero, (std::vector<float>{ 0, 0 }));
}

TEST(Feature, SameBitsForAnyThreadsRowRangesAndStore)
{
  const fourdstem::ScanShape wide{ 4, 37, 13, 16 };
  auto                       scan = MakeScan<float>(wide, Speckle);
  scan[5000] = noValue;
  const auto origins = MakeOrigins(wide, 2);
  const auto feature = fourdstem::MakeMaskedPixels(
    fourdstem::PointsOfMask(fourdstem::MakeAnnulusMask(13, 16, { 1, 6 }), 2), { Sampler::BSpline, 1.1 });
  const auto whole = Gather(scan, wide, origins.data(), *feature, 1);
  for (const int threads : { 2, 3, 16 })
  {
    const auto other = Gather(scan, wide, origins.data(), *feature, threads);
    EXPECT_EQ(other.values, whole.values);
    EXPECT_EQ(other.report.renormalised, whole.report.renormalised);
  }
  const fourdstem::MemoryPatternSource source(scan.data(), wide);
  const auto                           components = feature->Components();
  for (std::int64_t row = 0; row < 4; ++row)
  {
    const auto store = fourdstem::MakeMemoryRowStore(37, components);
    fourdstem::GatherFeatures(source, row, 1, origins.data() + 2 * 37 * row, *feature, *store, {});
    fourdstem::RowLease lease;
    for (std::int64_t rx = 0; rx < 37; ++rx)
    {
      const float * values = store->Read(&rx, 1, lease)[0];
      EXPECT_TRUE(std::equal(values, values + components, whole.values.data() + (row * 37 + rx) * components));
    }
  }
}

TEST(Feature, ScansOfOneRowAndOnePosition)
{
  for (const fourdstem::ScanShape & of : { fourdstem::ScanShape{ 1, 7, 9, 8 }, fourdstem::ScanShape{ 1, 1, 9, 8 } })
  {
    const auto scan = MakeScan<std::int32_t>(of, Speckle);
    const auto feature = fourdstem::MakeMaskedPixels({ { 0, 0 }, { 1, -1 } });
    const auto result = Gather(scan, of, nullptr, *feature);
    for (std::int64_t p = 0; p < of.rx; ++p)
    {
      EXPECT_EQ(result.values[static_cast<std::size_t>(2 * p)], static_cast<float>(scan[p * 72 + 4 * 8 + 4]));
      EXPECT_EQ(result.values[static_cast<std::size_t>(2 * p + 1)], static_cast<float>(scan[p * 72 + 3 * 8 + 5]));
    }
  }
}

TEST(Feature, BadArgumentsAreRefused)
{
  using fourdstem::MakeMaskedPixels;
  EXPECT_THROW(MakeMaskedPixels({}), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 2000000, 0 } }), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 0, 0 } }, { Sampler::BSpline, -1 }), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 0, 0 } }, { Sampler::BSpline, std::nan("") }), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 0, 0 } }, {}, {}, { 1, 2 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeRadialProfile({ -1, 1, 3 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeRadialProfile({ 0, 0, 3 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeRadialProfile({ 0, 1, 0 }), std::invalid_argument);

  const std::vector<float>             scan(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()));
  const fourdstem::MemoryPatternSource source(scan.data(), shape);
  const auto                           feature = MakeMaskedPixels({ { 0, 0 } });
  std::vector<float>                   out(15);
  EXPECT_THROW(fourdstem::GatherFeatures(source, 2, 2, nullptr, *feature, out.data(), {}), std::invalid_argument);
  const auto store = fourdstem::MakeMemoryRowStore(14, 1);
  EXPECT_THROW(fourdstem::GatherFeatures(source, 0, 3, nullptr, *feature, *store, {}), std::invalid_argument);
  fourdstem::Execution stop;
  stop.monitor.report = [](double) { return false; };
  EXPECT_THROW(fourdstem::GatherFeatures(source, 0, 3, nullptr, *feature, out.data(), stop), fourdstem::Aborted);
}

TEST(Feature, RadialProfileIsMeanAndVarianceOfRings)
{
  auto scan = MakeScan<float>(shape, Speckle);
  scan[12 * 33 + 17] = noValue;
  auto origins = MakeOrigins(shape, 4);
  origins[6] = noValue;
  fourdstem::RadialOptions options;
  options.first = 1.5;
  options.width = 1.25;
  options.rings = 12;
  options.variance = true;
  const auto feature = fourdstem::MakeRadialProfile(options);
  const auto result = Gather(scan, shape, origins.data(), *feature);
  ASSERT_EQ(feature->Components(), 24);
  EXPECT_EQ(feature->Names()[2], "radial mean 2");
  EXPECT_EQ(feature->Names()[14], "radial variance 2");
  for (std::size_t p = 0; p < 15; ++p)
  {
    for (std::size_t k = 0; k < 12; ++k)
    {
      double sum = 0;
      double squares = 0;
      double count = 0;
      for (std::size_t i = 0; i < 24 * 33; ++i)
      {
        const double dx = static_cast<double>(i % 33) - static_cast<double>(origins[2 * p]);
        const double dy = static_cast<double>(i / 33) - static_cast<double>(origins[2 * p + 1]);
        const double value = static_cast<double>(scan[p * 24 * 33 + i]);
        const double r = std::hypot(dx, dy);
        if (std::isfinite(value) && r >= 1.5 + 1.25 * static_cast<double>(k) &&
            r < 2.75 + 1.25 * static_cast<double>(k))
        {
          sum += value;
          squares += value * value;
          count += 1;
        }
      }
      const double mean = sum / std::max(count, 1.0);
      EXPECT_NEAR(result.values[24 * p + k], mean, 1e-4);
      EXPECT_NEAR(result.values[24 * p + 12 + k], squares / std::max(count, 1.0) - mean * mean, 1e-2);
    }
  }
  EXPECT_EQ(result.values[24 * 3], 0);
  EXPECT_GE(result.report.missing, 12);
}

TEST(Feature, VirtualDetectorsWithoutDataAreZeroAndMissing)
{
  auto scan = MakeScan<float>(shape, Speckle);
  std::fill(scan.begin(), scan.begin() + 24 * 33, 0.f);
  auto origins = MakeOrigins(shape, 1);
  origins[2] = noValue;
  using Detector = fourdstem::VirtualDetector;
  const fourdstem::VirtualDetectorSet detectors(
    { { "BF", Detector::Quantity::Sum, 0, 4, {} }, { "CoM", Detector::Quantity::CentreOfMass, 0, 6, {} } },
    24,
    33,
    16,
    12);
  const auto feature = fourdstem::MakeVirtualDetectors(detectors);
  const auto result = Gather(scan, shape, origins.data(), *feature);
  ASSERT_EQ(feature->Names(), (std::vector<std::string>{ "BF", "CoM x", "CoM y" }));
  EXPECT_EQ(result.report.missing, 2 + 3);
  EXPECT_EQ((std::vector<float>(result.values.begin(), result.values.begin() + 6)), std::vector<float>(6));
  std::vector<double>     expected(3);
  fourdstem::PatternLease lease;
  detectors.Measure(
    fourdstem::MemoryPatternSource(scan.data(), shape).Read(0, 2, 1, lease), 0, origins.data() + 4, expected.data());
  for (std::size_t k = 0; k < 3; ++k)
  {
    EXPECT_EQ(result.values[6 + k], static_cast<float>(expected[k]));
  }
}
