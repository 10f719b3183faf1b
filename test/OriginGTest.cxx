// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include "fourdstem/Origin.h"
#include "fourdstem/Statistics.h"

#include <gtest/gtest.h>

using namespace fourdstem;

namespace
{
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

std::vector<float>
FindAll(const PatternSource & source, const OriginSearch & search, int threads = 0)
{
  std::vector<float> origins(static_cast<std::size_t>(2 * source.Shape().Positions()));
  FindOrigins(source, 0, source.Shape().ry, search, origins.data(), { threads, {} });
  return origins;
}

std::vector<float>
FindOne(const std::vector<float> & pattern, std::int64_t qy, std::int64_t qx, const OriginSearch & search)
{
  return FindAll(MemoryPatternSource(pattern.data(), { 1, 1, qy, qx }), search);
}
} // namespace

TEST(Origin, RecentredDiskFollowsDescanToAHundredthOfAPixel)
{
  const ScanShape shape{ 5, 7, 60, 72 };
  const auto      scan = fixtures::DescannedScan(shape, 4.);
  const auto      source = scan.Source();
  const auto      mean = MeanPattern(source, 2, {});
  const Probe     probe = EstimateProbe(mean.data(), shape.qy, shape.qx);

  const auto origins = FindAll(source, OriginSearch::Recentred(probe));

  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    float truth[2];
    fixtures::DescannedOrigin(shape, p, truth);
    EXPECT_NEAR(origins[static_cast<std::size_t>(2 * p)], truth[0], 0.01) << p;
    EXPECT_NEAR(origins[static_cast<std::size_t>(2 * p + 1)], truth[1], 0.01) << p;
  }
}

TEST(Origin, SameBitsForAnyThreadsAndRows)
{
  const ScanShape shape{ 5, 7, 40, 48 };
  const auto      scan = fixtures::DescannedScan(shape, 3.);
  const auto      source = scan.Source();
  const auto      search = OriginSearch::Recentred({ 24., 20., 3., true });
  const auto      one = FindAll(source, search, 1);
  for (const int threads : { 2, 3, 16 })
  {
    EXPECT_EQ(FindAll(source, search, threads), one) << threads;
  }
  std::vector<float> byRows(one.size());
  FindOrigins(source, 0, 2, search, byRows.data(), {});
  FindOrigins(source, 2, 3, search, byRows.data() + 2 * 2 * shape.rx, {});
  EXPECT_EQ(byRows, one);
}

TEST(Origin, FixedDiskIsTheCentreOfMassOfItsPixels)
{
  const ScanShape shape{ 1, 1, 24, 30 };
  const auto      scan = fixtures::RandomScan<float>(shape, 50);
  double          mass = 0.;
  double          x = 0.;
  double          y = 0.;
  for (std::int64_t qy = 0; qy < shape.qy; ++qy)
  {
    for (std::int64_t qx = 0; qx < shape.qx; ++qx)
    {
      if (std::hypot(static_cast<double>(qx) - 15., static_cast<double>(qy) - 12.) < 4.)
      {
        const double value = static_cast<double>(scan(0, qy, qx));
        mass += value;
        x += value * static_cast<double>(qx);
        y += value * static_cast<double>(qy);
      }
    }
  }
  const auto origin = FindAll(scan.Source(), OriginSearch::FixedDisk(shape));
  EXPECT_FLOAT_EQ(origin[0], static_cast<float>(x / mass));
  EXPECT_FLOAT_EQ(origin[1], static_cast<float>(y / mass));
}

TEST(Origin, RaisesLowValuesWhenAskedTo)
{
  const ScanShape    shape{ 1, 1, 12, 12 };
  std::vector<float> pattern(144, 0.f);
  OriginSearch       search = OriginSearch::FixedDisk(shape);
  pattern[6 * 12 + 7] = 3.f;
  EXPECT_FLOAT_EQ(FindOne(pattern, 12, 12, search)[0], 7.f);
  search.lowest = 1.f;
  EXPECT_FLOAT_EQ(FindOne(pattern, 12, 12, search)[0], 6.f + 2.f / 11.f);
}

TEST(Origin, NoDataAndNegativePixelsWeighNothing)
{
  std::vector<float> pattern(12 * 16, 0.f);
  pattern[6 * 16 + 8] = 4.f;
  pattern[6 * 16 + 9] = 4.f;
  pattern[5 * 16 + 8] = notANumber;
  pattern[7 * 16 + 8] = std::numeric_limits<float>::infinity();
  pattern[6 * 16 + 7] = -std::numeric_limits<float>::infinity();
  pattern[6 * 16 + 6] = -20.f;
  const auto origin = FindOne(pattern, 12, 16, OriginSearch::Recentred({ 8., 6., 2., true }));
  EXPECT_FLOAT_EQ(origin[0], 8.5f);
  EXPECT_FLOAT_EQ(origin[1], 6.f);
}

TEST(Origin, KeepsTheStartWhereTheDiskIsEmpty)
{
  const std::vector<float> zero(12 * 16, 0.f);
  const auto               origin = FindOne(zero, 12, 16, OriginSearch::Recentred({ 7.25, 5.5, 2., true }));
  EXPECT_EQ(origin[0], 7.25f);
  EXPECT_EQ(origin[1], 5.5f);
}

TEST(Origin, APatternWithoutAFinitePixelUnderTheDiskHasNone)
{
  const OriginSearch search = OriginSearch::Recentred({ 8., 6., 2., true });
  std::vector<float> pattern(12 * 16, notANumber);
  pattern[0] = 7.f; // outside the disk
  pattern[6 * 16 + 8] = std::numeric_limits<float>::infinity();
  for (const OriginSearch & disk : { search, OriginSearch::FixedDisk({ 1, 1, 12, 16 }) })
  {
    EXPECT_TRUE(std::isnan(FindOne(pattern, 12, 16, disk)[0]));
    EXPECT_TRUE(std::isnan(FindOne(pattern, 12, 16, disk)[1]));
  }
  pattern[6 * 16 + 9] = -3.f; // counts as 0, but is data
  EXPECT_EQ(FindOne(pattern, 12, 16, search), (std::vector<float>{ 8.f, 6.f }));
  OriginSearch raised = search;
  raised.lowest = 1.f;
  EXPECT_EQ(FindOne(pattern, 12, 16, raised), (std::vector<float>{ 9.f, 6.f }));
}

TEST(Origin, ReadsEveryElementType)
{
  const ScanShape shape{ 1, 2, 12, 16 };
  const auto      reference = FindAll(fixtures::RandomScan<float>(shape, 100).Source(), OriginSearch::FixedDisk(shape));
  const auto      check = [&](auto zero) {
    const auto scan = fixtures::RandomScan<decltype(zero)>(shape, 100);
    EXPECT_EQ(FindAll(scan.Source(), OriginSearch::FixedDisk(shape)), reference)
      << NameOf(ElementTypeOf<decltype(zero)>());
  };
  for (int type = 0; type <= static_cast<int>(ElementType::Float64); ++type)
  {
    VisitElementType(static_cast<ElementType>(type), check);
  }
}

TEST(Origin, RefusesADiskWithoutRadius)
{
  const auto scan = fixtures::RandomScan<float>({ 1, 1, 4, 4 }, 9);
  EXPECT_THROW(FindAll(scan.Source(), OriginSearch{}), std::invalid_argument);
}

TEST(Origin, AbortStops)
{
  const auto         scan = fixtures::RandomScan<float>({ 30, 2, 8, 9 }, 9);
  auto               search = OriginSearch::FixedDisk(scan.shape);
  std::vector<float> origins(120);
  Execution          execution;
  execution.monitor.report = [](double) { return false; };
  EXPECT_THROW(FindOrigins(scan.Source(), 0, 30, search, origins.data(), execution), Aborted);
}

TEST(Probe, CentreAndRadiusOfADisk)
{
  const std::int64_t  qy = 48;
  const std::int64_t  qx = 64;
  std::vector<double> pattern(static_cast<std::size_t>(qy * qx));
  for (std::int64_t i = 0; i < qy * qx; ++i)
  {
    pattern[static_cast<std::size_t>(i)] =
      fixtures::DiskPattern(static_cast<double>(i % qx), static_cast<double>(i / qx), 33.3, 22.6, 4.5);
  }
  const Probe probe = EstimateProbe(pattern.data(), qy, qx);
  EXPECT_TRUE(probe.found);
  EXPECT_NEAR(probe.qx, 33.3, 0.05);
  EXPECT_NEAR(probe.qy, 22.6, 0.05);
  EXPECT_NEAR(probe.radius, 4.5, 0.15);
}

TEST(Probe, NothingBrightGivesTheCentre)
{
  const std::vector<double> dark(12 * 18, 0.);
  const Probe               probe = EstimateProbe(dark.data(), 12, 18);
  EXPECT_FALSE(probe.found);
  EXPECT_EQ(probe.qx, 8.5);
  EXPECT_EQ(probe.qy, 5.5);
  EXPECT_EQ(probe.radius, 2.);
  EXPECT_GT(EstimateProbe(dark.data(), 1, 1).radius, 0.);
}

TEST(OriginFit, SurfaceIsFoundDespiteOutliers)
{
  const std::int64_t ry = 9;
  const std::int64_t rx = 13;
  std::vector<float> origins(static_cast<std::size_t>(2 * ry * rx));
  const auto         truth = [&](std::int64_t p, int axis) {
    const double x = static_cast<double>(p % rx);
    const double y = static_cast<double>(p / rx);
    return axis == 0 ? 64. + 0.3 * x - 0.1 * y + 0.01 * x * y : 60. - 0.2 * x + 0.02 * y * y;
  };
  for (std::int64_t p = 0; p < ry * rx; ++p)
  {
    origins[static_cast<std::size_t>(2 * p)] = static_cast<float>(truth(p, 0)) + (p % 10 == 3 ? 5.f : 0.f);
    origins[static_cast<std::size_t>(2 * p + 1)] = static_cast<float>(truth(p, 1));
  }
  origins[8] = notANumber;
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(ry * rx), 1);
  mask[7] = 0;
  origins[14] = 900.f;
  std::vector<float> fitted(origins.size());
  std::vector<float> residual(mask.size());

  FitOrigins(ry, rx, origins.data(), mask.data(), OriginSurface::Quadratic, fitted.data(), residual.data());

  for (std::int64_t p = 0; p < ry * rx; ++p)
  {
    const auto i = static_cast<std::size_t>(p);
    EXPECT_NEAR(fitted[2 * i], truth(p, 0), 1e-3) << p;
    EXPECT_NEAR(fitted[2 * i + 1], truth(p, 1), 1e-3) << p;
    if (p != 4 && p != 7)
    {
      EXPECT_NEAR(residual[i], p % 10 == 3 ? 5. : 0., 1e-3) << p;
    }
  }
  EXPECT_TRUE(std::isnan(residual[4]));
}

TEST(OriginFit, SmallScansGetTheSurfaceTheyAllow)
{
  std::vector<float> line{ 1.f, 2.f, 2.f, 4.f, 3.f, 6.f, 4.f, 8.f, 5.f, 10.f, 6.f, 12.f, 7.f, 14.f };
  std::vector<float> fitted(14);
  FitOrigins(1, 7, line.data(), nullptr, OriginSurface::Quadratic, fitted.data(), nullptr);
  for (std::size_t i = 0; i < line.size(); ++i)
  {
    EXPECT_NEAR(fitted[i], line[i], 1e-4);
  }
  const std::vector<float> one{ 3.f, 4.f };
  FitOrigins(1, 1, one.data(), nullptr, OriginSurface::Plane, fitted.data(), nullptr);
  EXPECT_NEAR(fitted[0], 3.f, 1e-6);
  EXPECT_NEAR(fitted[1], 4.f, 1e-6);
  const std::vector<float> none{ notANumber, notANumber };
  FitOrigins(1, 1, none.data(), nullptr, OriginSurface::Plane, fitted.data(), nullptr);
  EXPECT_TRUE(std::isnan(fitted[0]));
}
