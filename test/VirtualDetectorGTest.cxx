// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include "fourdstem/Statistics.h"
#include "fourdstem/VirtualDetector.h"

#include <gtest/gtest.h>

#include <limits>

using namespace fourdstem;
using Quantity = VirtualDetector::Quantity;

namespace
{
std::vector<double>
MeasureAll(const PatternSource &      source,
           const VirtualDetectorSet & set,
           const float *              origins = nullptr,
           const Execution &          execution = {})
{
  std::vector<double> values(static_cast<std::size_t>(source.Shape().Positions() * set.Components()));
  MeasureVirtualDetectors(source, 0, source.Shape().ry, set, origins, values.data(), execution);
  return values;
}

struct Direct
{
  double sum = 0.;
  double x = 0.;
  double y = 0.;
};

template <typename T>
Direct
DirectRing(const fixtures::Scan<T> & scan, std::int64_t p, double x0, double y0, double inner, double outer)
{
  Direct direct;
  for (std::int64_t y = 0; y < scan.shape.qy; ++y)
  {
    for (std::int64_t x = 0; x < scan.shape.qx; ++x)
    {
      const double dx = static_cast<double>(x) - x0;
      const double dy = static_cast<double>(y) - y0;
      const double squared = dx * dx + dy * dy;
      const double value = static_cast<double>(scan(p, y, x));
      if (inner * inner <= squared && squared < outer * outer && std::isfinite(value))
      {
        direct.sum += value;
        direct.x += value * static_cast<double>(x);
        direct.y += value * static_cast<double>(y);
      }
    }
  }
  return direct;
}
} // namespace

namespace
{
/** Patterns of 300 x 300 pixels that all show the type's largest value. */
template <typename T>
void
ExpectSumsBeyondTheType()
{
  fixtures::Scan<T> scan({ 2, 3, 300, 300 });
  constexpr T       most = std::numeric_limits<T>::max();
  std::fill(scan.values.begin(), scan.values.end(), most);
  const VirtualDetectorSet set(
    { { "all", Quantity::Sum, 0., 1e9, {} }, { "com", Quantity::CentreOfMass, 0., 1e9, {} } }, 300, 300, 149.5, 149.5);
  const auto values = MeasureAll(scan.Source(), set);
  for (std::size_t p = 0; p < 6; ++p)
  {
    EXPECT_EQ(values[3 * p], 9e4 * static_cast<double>(most));
    EXPECT_NEAR(values[3 * p + 1], 0., 1e-9);
    EXPECT_NEAR(values[3 * p + 2], 0., 1e-9);
  }
  PatternSums sums(scan.shape, Deviation::Global);
  AddPatterns(scan.Source(), 0, 2, {}, nullptr, sums, {});
  // Statistics take values as float32.
  const std::vector<double> expected(90000, static_cast<double>(static_cast<float>(most)));
  EXPECT_TRUE(sums.Mean() == expected);
  EXPECT_TRUE(sums.Maximum() == expected);
}
} // namespace

TEST(VirtualDetector, SumsOfFullScalePixelsDoNotOverflow)
{
  ExpectSumsBeyondTheType<std::uint8_t>();
  ExpectSumsBeyondTheType<std::int8_t>();
  ExpectSumsBeyondTheType<std::uint16_t>();
  ExpectSumsBeyondTheType<std::int16_t>();
  ExpectSumsBeyondTheType<std::uint32_t>();
  ExpectSumsBeyondTheType<std::int32_t>();
}

TEST(VirtualDetector, RingsDisksAndCentreOfMassMatchDirectSums)
{
  const auto scan = fixtures::RandomScan<std::uint16_t>({ 3, 5, 20, 26 }, 60000);
  for (const double x0 : { 12.5, 13., 11.3, -2., 30. })
  {
    const double       y0 = 0.5 * x0 + 4.;
    const double       radii[][2] = { { 0., 5. }, { 3., 8. }, { 5., 5.01 }, { 0., 100. }, { 4., 1e300 } };
    std::vector<float> origins;
    for (int p = 0; p < 15; ++p)
    {
      origins.insert(origins.end(), { static_cast<float>(x0), static_cast<float>(y0) });
    }
    const double                 x = static_cast<double>(origins[0]);
    const double                 y = static_cast<double>(origins[1]);
    std::vector<VirtualDetector> detectors;
    for (const auto & radius : radii)
    {
      detectors.push_back({ "ring", Quantity::Sum, radius[0], radius[1], {} });
      detectors.push_back({ "com", Quantity::CentreOfMass, radius[0], radius[1], {} });
    }
    const VirtualDetectorSet set(detectors, 20, 26, 13., 10.);
    const auto               values = MeasureAll(scan.Source(), set, origins.data());
    for (std::int64_t p = 0; p < 15; ++p)
    {
      for (std::size_t r = 0; r < 5; ++r)
      {
        const auto   expected = DirectRing(scan, p, x, y, radii[r][0], radii[r][1]);
        const auto * value = values.data() + static_cast<std::size_t>(15 * p) + 3 * r;
        EXPECT_EQ(value[0], expected.sum) << x0 << " ring " << r;
        if (expected.sum > 0.)
        {
          EXPECT_EQ(value[1], expected.x / expected.sum - x);
          EXPECT_EQ(value[2], expected.y / expected.sum - y);
        }
        else
        {
          EXPECT_TRUE(std::isnan(value[1]) && std::isnan(value[2]));
        }
      }
    }
  }
}

TEST(VirtualDetector, EdgesAreInnerInclusiveAndOuterExclusive)
{
  fixtures::Scan<float> scan({ 1, 1, 21, 21 });
  scan(0, 10, 15) = 1.f; // 5 away
  scan(0, 14, 13) = 2.f; // (3, 4): 5 away
  scan(0, 10, 13) = 4.f; // 3 away
  const VirtualDetectorSet set({ { "in", Quantity::Sum, 5., 6., {} },
                                 { "out", Quantity::Sum, 0., 5., {} },
                                 { "both", Quantity::Sum, 3., 5., {} } },
                               21,
                               21,
                               10.,
                               10.);
  EXPECT_EQ(MeasureAll(scan.Source(), set), (std::vector<double>{ 3., 4., 4. }));
}

TEST(VirtualDetector, SumsOfLargeIntegersAreExact)
{
  fixtures::Scan<std::int64_t> scan({ 1, 1, 8, 8 });
  std::int64_t                 sum = 0;
  for (std::size_t i = 0; i < 64; ++i)
  {
    scan.values[i] = (std::int64_t{ 1 } << 46) + static_cast<std::int64_t>(i * i);
    sum += scan.values[i];
  }
  const VirtualDetectorSet set({ { "all", Quantity::Sum, 0., 100., {} } }, 8, 8, 3., 4.);
  EXPECT_EQ(MeasureAll(scan.Source(), set)[0], static_cast<double>(sum));
}

TEST(VirtualDetector, MasksFollowTheNearestPixelOfTheOrigin)
{
  const auto         scan = fixtures::RandomScan<float>({ 1, 2, 9, 12 }, 100);
  std::vector<float> mask(9 * 12, 0.f);
  mask[4 * 12 + 6] = 2.f;
  mask[4 * 12 + 7] = -0.5f;
  mask[8 * 12 + 6] = 1.f;
  const VirtualDetectorSet set({ { "mask", Quantity::Sum, 0., 0., mask } }, 9, 12, 0., 0.);
  const auto               fixed = MeasureAll(scan.Source(), set);
  EXPECT_EQ(fixed[1], 2. * scan(1, 4, 6) - 0.5 * scan(1, 4, 7) + scan(1, 8, 6));

  const std::vector<float> origins{ 4.4f, 2.6f, 9.f, 7.f };
  const auto               moved = MeasureAll(scan.Source(), set, origins.data());
  EXPECT_EQ(moved[0], 2. * scan(0, 3, 4) - 0.5 * scan(0, 3, 5) + scan(0, 7, 4));
  EXPECT_EQ(moved[1], 2. * scan(1, 7, 9) - 0.5 * scan(1, 7, 10));

  const VirtualDetectorSet weighted({ { "mask", Quantity::CentreOfMass, 0., 0., mask } }, 9, 12, 6., 4.);
  const auto               com = MeasureAll(scan.Source(), weighted);
  const double             sum = 2. * scan(0, 4, 6) - 0.5 * scan(0, 4, 7) + scan(0, 8, 6);
  EXPECT_NEAR(com[0], (12. * scan(0, 4, 6) - 3.5 * scan(0, 4, 7) + 6. * scan(0, 8, 6)) / sum - 6., 1e-12);
}

TEST(VirtualDetector, NonFinitePixelsAreLeftOutAndCounted)
{
  auto scan = fixtures::RandomScan<float>({ 1, 2, 10, 10 }, 100);
  scan(1, 4, 4) = std::numeric_limits<float>::quiet_NaN();
  scan(1, 5, 4) = std::numeric_limits<float>::infinity();
  scan(1, 0, 0) = std::numeric_limits<float>::infinity();
  std::vector<float>       ones(100, 1.f);
  const VirtualDetectorSet set({ { "disk", Quantity::Sum, 0., 3., {} },
                                 { "com", Quantity::CentreOfMass, 0., 3., {} },
                                 { "mask", Quantity::Sum, 0., 0., ones } },
                               10,
                               10,
                               4.,
                               4.);
  std::vector<double>      values(8);
  const auto               bad = MeasureVirtualDetectors(scan.Source(), 0, 1, set, nullptr, values.data(), {});
  EXPECT_EQ(bad, 3);
  const auto expected = DirectRing(scan, 1, 4., 4., 0., 3.);
  EXPECT_DOUBLE_EQ(values[4], expected.sum);
  EXPECT_DOUBLE_EQ(values[5], expected.x / expected.sum - 4.);
  EXPECT_DOUBLE_EQ(values[7], DirectRing(scan, 1, 4., 4., 0., 1e9).sum);
}

TEST(VirtualDetector, NoOriginNoValue)
{
  const auto               scan = fixtures::RandomScan<float>({ 1, 1, 6, 6 }, 100);
  const float              origin[] = { std::numeric_limits<float>::quiet_NaN(), 3.f };
  const VirtualDetectorSet set({ { "disk", Quantity::Sum, 0., 3., {} } }, 6, 6, 3., 3.);
  EXPECT_TRUE(std::isnan(MeasureAll(scan.Source(), set, origin)[0]));
}

TEST(VirtualDetector, ComponentsAreNamed)
{
  const VirtualDetectorSet set(
    { { "BF", Quantity::Sum, 0., 3., {} }, { "DPC", Quantity::CentreOfMass, 0., 3., {} } }, 6, 6, 3., 3.);
  EXPECT_EQ(set.ComponentNames(), (std::vector<std::string>{ "BF", "DPC x", "DPC y" }));
  EXPECT_EQ(set.Components(), 3);
}

TEST(VirtualDetector, RefusesWhatCannotBe)
{
  const auto make = [](double inner, double outer, std::vector<float> mask) {
    VirtualDetectorSet({ { "d", Quantity::Sum, inner, outer, std::move(mask) } }, 6, 8, 4., 3.);
  };
  EXPECT_THROW(make(-1., 3., {}), std::invalid_argument);
  EXPECT_THROW(make(3., 3., {}), std::invalid_argument);
  EXPECT_THROW(make(0., std::numeric_limits<double>::quiet_NaN(), {}), std::invalid_argument);
  EXPECT_THROW(make(50., 60., {}), std::invalid_argument);
  EXPECT_THROW(make(0., 3., std::vector<float>(5, 1.f)), std::invalid_argument);
  EXPECT_THROW(make(0., 3., std::vector<float>(48, 0.f)), std::invalid_argument);
}

TEST(VirtualDetector, SameBitsForAnyThreadsAndAbortStops)
{
  const auto               scan = fixtures::RandomScan<float>({ 11, 3, 10, 14 }, 1000);
  const VirtualDetectorSet set({ { "ring", Quantity::CentreOfMass, 1., 4., {} } }, 10, 14, 7., 5.);
  const auto               one = MeasureAll(scan.Source(), set, nullptr, { 1, {} });
  for (const int threads : { 2, 3, 16 })
  {
    EXPECT_EQ(MeasureAll(scan.Source(), set, nullptr, { threads, {} }), one);
  }
  Execution execution;
  execution.monitor.report = [](double) { return false; };
  EXPECT_THROW(MeasureAll(scan.Source(), set, nullptr, execution), Aborted);
}
