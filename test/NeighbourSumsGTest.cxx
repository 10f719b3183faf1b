// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NeighbourSums.h"

#include "ClusterFixtures.h"
#include "PatternFixtures.h"

#include <gtest/gtest.h>

#include <limits>

namespace
{
using namespace fourdstem;

constexpr std::int64_t columns = 37;
constexpr std::int64_t rows = 13;
constexpr std::int64_t features = 300; // more than one strip
constexpr float        missing = std::numeric_limits<float>::quiet_NaN();

/** Noise on an offset and a ramp, with holes in some features, none finite in one and one constant. */
fixtures::Features
Field()
{
  auto field = fixtures::MakeFeatures(
    { columns, rows, 1 }, features, 1.0, [](std::int64_t x, std::int64_t y, std::int64_t, std::int64_t j) {
      return 1e4 + 0.01 * static_cast<double>(x * j) + 0.1 * static_cast<double>(y);
    });
  const auto at = [&field](std::int64_t p, std::int64_t j) -> float & {
    return field.values[static_cast<std::size_t>(p * features + j)];
  };
  for (std::int64_t p = 0; p < columns * rows; ++p)
  {
    at(p, 5) = missing;
    at(p, 6) = p == 0 ? missing : 1.7f;
    if (p % 7 < 3)
    {
      at(p, 4) = p % 7 == 0 ? missing : std::numeric_limits<float>::infinity();
    }
  }
  return field;
}

std::vector<std::uint8_t>
Mask()
{
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(columns * rows));
  for (std::size_t p = 0; p < mask.size(); ++p)
  {
    mask[p] = p > 2 && p % 11 != 4 && p / columns != 8 ? 255 : 0;
  }
  return mask;
}

NeighbourSums
SumsOfRows(const fixtures::Features & field, const std::vector<std::uint8_t> & mask, std::int64_t a, std::int64_t b)
{
  NeighbourSums sums(columns, features);
  sums.AddRows(field.values.data() + a * columns * features, b - a, mask.data() + a * columns, {});
  return sums;
}

void
ExpectNear(const NeighbourStatistics & a, const NeighbourStatistics & b, double tolerance)
{
  EXPECT_EQ(a.pairs, b.pairs);
  EXPECT_EQ(a.finite, b.finite);
  ASSERT_EQ(a.score.size(), b.score.size());
  for (std::size_t j = 0; j < a.score.size(); ++j)
  {
    EXPECT_NEAR(a.mean[j], b.mean[j], tolerance * (1 + std::abs(b.mean[j]))) << j;
    EXPECT_NEAR(a.variance[j], b.variance[j], tolerance * (1 + b.variance[j])) << j;
    EXPECT_NEAR(a.neighbourVariance[j], b.neighbourVariance[j], tolerance * (1 + b.neighbourVariance[j])) << j;
    EXPECT_NEAR(a.score[j], b.score[j], 100 * tolerance) << j;
  }
}

/** Score of one feature over a whole grid. */
double
ScoreOf(std::int64_t width, std::int64_t height, const std::function<double(std::int64_t, std::int64_t)> & value)
{
  const auto field = fixtures::MakeFeatures(
    { width, height, 1 }, 1, 0.0, [&value](std::int64_t x, std::int64_t y, std::int64_t, std::int64_t) {
      return value(x, y);
    });
  NeighbourSums sums(width, 1);
  sums.AddRows(field.values.data(), height, nullptr, {});
  return sums.Statistics().score[0];
}
} // namespace

TEST(NeighbourSums, AreTheNeighbourStatisticsOfTheRows)
{
  const auto                field = Field();
  const auto                mask = Mask();
  std::vector<std::int64_t> positions;
  for (std::int64_t p = 0; p < columns * rows; ++p)
  {
    if (mask[static_cast<std::size_t>(p)] != 0)
    {
      positions.push_back(p);
    }
  }
  const NeighbourPairs pairs = FindNeighbourPairs(field.grid, positions);
  const auto           sums = SumsOfRows(field, mask, 0, rows).Statistics();
  ExpectNear(sums, ComputeNeighbourStatistics(*field.store, pairs, {}), 1e-5);
  EXPECT_EQ(sums.finite[5], 0);
  EXPECT_EQ(sums.score[5], 0.0);
  EXPECT_EQ(sums.variance[6], 0.0);
  EXPECT_EQ(sums.score[6], 0.0);
}

TEST(NeighbourSums, OfACheckerboardARampAndAWall)
{
  // C = 1/2 <(x_i - x_j)^2> / var: neighbours on a checkerboard of 1 and -1 are 2 apart.
  const double n = 40. * 30.;
  const double pairs = 39. * 30. + 40. * 29.;
  const double checkerboard =
    ScoreOf(40, 30, [](std::int64_t x, std::int64_t y) { return (x + y) % 2 == 0 ? 1. : -1.; });
  EXPECT_NEAR(checkerboard, (1. - 2. / (n / (n - 1.))) * std::sqrt(pairs), 1e-9);

  // Along x: differences of 1 in 39 * 30 of the pairs, variance (40^2 - 1) / 12.
  const double ramp = ScoreOf(40, 30, [](std::int64_t x, std::int64_t) { return 1000. + static_cast<double>(x); });
  const double variance = (1600. - 1.) / 12. * n / (n - 1.);
  EXPECT_NEAR(ramp, (1. - 0.5 * 39. * 30. / pairs / variance) * std::sqrt(pairs), 1e-9);

  // A wall across the scan rows: 40 pairs differ by 2.
  const double wall = ScoreOf(40, 30, [](std::int64_t, std::int64_t y) { return y < 15 ? 1. : -1.; });
  EXPECT_NEAR(wall, (1. - 0.5 * 4. * 40. / pairs / (n / (n - 1.))) * std::sqrt(pairs), 1e-9);
}

TEST(NeighbourSums, SameBitsForAnyThreadsAndRowsAtATime)
{
  const auto field = Field();
  const auto mask = Mask();
  const auto once = SumsOfRows(field, mask, 0, rows).Statistics();
  for (const int threads : { 1, 2, 3, 16 })
  {
    for (const std::int64_t step : { 1, 4, 13 })
    {
      NeighbourSums sums(columns, features);
      for (std::int64_t row = 0; row < rows; row += step)
      {
        sums.AddRows(field.values.data() + row * columns * features,
                     std::min(step, rows - row),
                     mask.data() + row * columns,
                     { threads, {} });
      }
      EXPECT_EQ(sums.Rows(), rows);
      const auto statistics = sums.Statistics();
      EXPECT_EQ(statistics.pairs, once.pairs);
      EXPECT_EQ(statistics.mean, once.mean);
      EXPECT_EQ(statistics.variance, once.variance);
      EXPECT_EQ(statistics.neighbourVariance, once.neighbourVariance);
      EXPECT_EQ(statistics.score, once.score);
    }
  }
}

TEST(NeighbourSums, MergeWhatLiesBelow)
{
  const auto field = Field();
  const auto mask = Mask();
  for (const std::int64_t seam : { 1, 6, 8, 12 })
  {
    auto sums = SumsOfRows(field, mask, 0, seam);
    sums.Merge(NeighbourSums(columns, features));
    sums.Merge(SumsOfRows(field, mask, seam, rows));
    EXPECT_EQ(sums.Rows(), rows);
    ExpectNear(sums.Statistics(), SumsOfRows(field, mask, 0, rows).Statistics(), 1e-10);
  }
  NeighbourSums empty(columns, features);
  empty.Merge(SumsOfRows(field, mask, 0, rows));
  EXPECT_EQ(empty.Statistics().score, SumsOfRows(field, mask, 0, rows).Statistics().score);
  EXPECT_THROW(empty.Merge(NeighbourSums(columns, features + 1)), std::invalid_argument);
  EXPECT_THROW(NeighbourSums(0, features), std::invalid_argument);
}

TEST(NeighbourSums, FeaturesOfPatternsLeaveOutMaskedPositionsAndThoseWithoutOrigin)
{
  const ScanShape shape{ 6, 9, 10, 12 };
  const auto      scan = fixtures::RandomScan<float>(shape, 100);
  const auto      source = scan.Source();
  const auto      feature =
    MakeMaskedPixels({ { 0, 0 }, { 3, -2 }, { -5, 1 } }, {}, Transform::Raw, { missing, missing, missing });
  std::vector<float> origins(2 * 54);
  for (std::int64_t p = 0; p < 54; ++p)
  {
    fixtures::DescannedOrigin(shape, p, origins.data() + 2 * p);
  }
  origins[2 * 20] = missing;
  std::vector<std::uint8_t> mask(54, 1);
  mask[31] = 0;

  std::vector<float>        values(54 * 3);
  const auto                report = GatherFeatures(source, 0, 6, origins.data(), *feature, values.data(), {});
  std::vector<std::int64_t> positions;
  for (std::int64_t p = 0; p < 54; ++p)
  {
    if (p != 20 && p != 31)
    {
      positions.push_back(p);
    }
  }
  PositionGrid grid;
  grid.size = { 9, 6, 1 };
  const auto expected =
    ComputeNeighbourStatistics(*ViewRows(values.data(), 54, 3), FindNeighbourPairs(grid, positions), {});

  NeighbourSums sums(9, 3);
  auto          found = AddNeighbourFeatures(source, 0, 2, origins.data(), mask.data(), *feature, sums, {});
  found += AddNeighbourFeatures(source, 2, 4, origins.data() + 2 * 18, mask.data(), *feature, sums, {});
  ExpectNear(sums.Statistics(), expected, 1e-5);
  EXPECT_EQ(found.uncovered, report.uncovered);
}

TEST(NeighbourSums, PatternsTooManyToHoldAreTakenRowByRow)
{
  const ScanShape          shape{ 4, 5, 700, 900 }; // 12 MiB of features a scan row
  const auto               scan = fixtures::RandomScan<std::uint8_t>(shape, 100);
  const auto               source = scan.Source();
  std::vector<SamplePoint> points;
  for (std::int32_t y = -350; y < 350; ++y)
  {
    for (std::int32_t x = -450; x < 450; ++x)
    {
      points.push_back({ x, y });
    }
  }
  const auto         feature = MakeMaskedPixels(points, {}, Transform::Raw, std::vector<float>(points.size(), missing));
  std::vector<float> origins(2 * 20);
  for (std::int64_t p = 0; p < 20; ++p)
  {
    fixtures::DescannedOrigin(shape, p, origins.data() + 2 * p);
  }
  std::vector<std::uint8_t> mask(20, 1);
  mask[17] = 0;

  NeighbourSums once(5, feature->Components());
  AddNeighbourFeatures(source, 0, 4, origins.data(), mask.data(), *feature, once, {});
  NeighbourSums rowByRow(5, feature->Components());
  for (std::int64_t row = 0; row < 4; ++row)
  {
    AddNeighbourFeatures(source, row, 1, origins.data() + 10 * row, mask.data(), *feature, rowByRow, {});
  }
  EXPECT_EQ(once.Statistics().score, rowByRow.Statistics().score);
  EXPECT_EQ(once.Statistics().pairs, 4 * 4 + 3 * 5 - 3);
}
