// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NeighbourStatistics.h"

#include "ClusterFixtures.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace
{
using namespace fourdstem;

std::vector<std::int64_t>
Positions(const PositionGrid & grid)
{
  std::vector<std::int64_t> positions(static_cast<std::size_t>(grid.Positions()));
  std::iota(positions.begin(), positions.end(), 0);
  return positions;
}
} // namespace

TEST(NeighbourStatistics, PairsAreStepsAlongTheAxesInsideTheNode)
{
  PositionGrid grid;
  grid.size = { 3, 2, 2 };
  const NeighbourPairs all = FindNeighbourPairs(grid, Positions(grid));
  EXPECT_EQ(all.Pairs(), 2 * 2 * 2 + 3 * 2 + 3 * 2);
  EXPECT_EQ(std::vector<std::int32_t>(all.ahead.begin(), all.ahead.begin() + 3),
            (std::vector<std::int32_t>{ 1, 3, 6 }));

  const NeighbourPairs some = FindNeighbourPairs(grid, { 0, 2, 3, 9 });
  ASSERT_EQ(some.Pairs(), 2);
  EXPECT_EQ(some.ahead, (std::vector<std::int32_t>{ 2, 3 })); // 0 - 3 along y, 3 - 9 along z
  EXPECT_EQ(some.begin, (std::vector<std::int64_t>{ 0, 1, 1, 2, 2 }));
}

TEST(NeighbourStatistics, AreThoseOfTheDefinition)
{
  const auto value = [](std::int64_t x, std::int64_t y, std::int64_t, std::int64_t j) {
    return 1e4 + static_cast<double>(x * j) + 0.1 * static_cast<double>(y);
  };
  const auto           features = fixtures::MakeFeatures({ 37, 13, 1 }, 5, 1.0, value);
  const NeighbourPairs pairs = FindNeighbourPairs(features.grid, Positions(features.grid));
  const auto           statistics = ComputeNeighbourStatistics(*features.store, pairs, {});
  const auto           count = static_cast<std::size_t>(37 * 13);
  ASSERT_EQ(statistics.pairs, 36 * 13 + 37 * 12);
  for (std::size_t j = 0; j < 5; ++j)
  {
    const auto at = [&](std::size_t i) { return static_cast<double>(features.values[5 * i + j]); };
    double     mean = 0;
    double     variance = 0;
    double     difference = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
      mean += at(i) / static_cast<double>(count);
    }
    for (std::size_t i = 0; i < count; ++i)
    {
      variance += std::pow(at(i) - mean, 2) / static_cast<double>(count - 1);
      difference += i % 37 < 36 ? std::pow(at(i) - at(i + 1), 2) : 0.0;
      difference += i + 37 < count ? std::pow(at(i) - at(i + 37), 2) : 0.0;
    }
    difference /= 2.0 * static_cast<double>(statistics.pairs);
    EXPECT_NEAR(statistics.mean[j], mean, 1e-6 * mean);
    EXPECT_NEAR(statistics.variance[j], variance, 1e-5 * variance);
    EXPECT_NEAR(statistics.neighbourVariance[j], difference, 1e-5 * difference);
    EXPECT_NEAR(
      statistics.score[j], (1 - difference / variance) * std::sqrt(static_cast<double>(statistics.pairs)), 1e-3);
    EXPECT_EQ(statistics.finite[j], static_cast<std::int64_t>(count));
  }
}

TEST(NeighbourStatistics, LeavesOutWhatIsNotFinite)
{
  const float        missing = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> values{ 1, missing, 3, 4, std::numeric_limits<float>::infinity(), 6 };
  PositionGrid       grid;
  grid.size = { 6, 1, 1 };
  const auto store = ViewRows(values.data(), 6, 1);
  const auto statistics = ComputeNeighbourStatistics(*store, FindNeighbourPairs(grid, Positions(grid)), {});
  EXPECT_EQ(statistics.finite[0], 4);
  EXPECT_DOUBLE_EQ(statistics.mean[0], 3.5);
  EXPECT_NEAR(statistics.variance[0], (6.25 + 0.25 + 0.25 + 6.25) / 3, 1e-6);
  EXPECT_DOUBLE_EQ(statistics.neighbourVariance[0], 0.5); // of 3 and 4 alone

  std::fill(values.begin(), values.end(), missing);
  const auto nothing = ComputeNeighbourStatistics(*store, FindNeighbourPairs(grid, Positions(grid)), {});
  EXPECT_EQ(nothing.finite[0], 0);
  EXPECT_EQ(nothing.score[0], 0.0);
}

TEST(NeighbourStatistics, ScoreOfWhiteNoiseIsStandardNormal)
{
  const auto zero = [](std::int64_t, std::int64_t, std::int64_t, std::int64_t) { return 0.0; };
  const auto features = fixtures::MakeFeatures({ 40, 30, 1 }, 800, 1.0, zero);
  const auto scores =
    ComputeNeighbourStatistics(*features.store, FindNeighbourPairs(features.grid, Positions(features.grid)), {}).score;
  double mean = 0;
  double square = 0;
  for (const double score : scores)
  {
    mean += score / 800;
    square += score * score / 800;
  }
  EXPECT_NEAR(mean, 0.0, 0.1);
  EXPECT_NEAR(std::sqrt(square - mean * mean), 1.0, 0.1);
  EXPECT_TRUE(std::isinf(NeighbourThreshold(scores, { 0.001, 2.5, 5.0 })));
}

TEST(NeighbourStatistics, ThresholdIsBenjaminiHochbergs)
{
  // One-sided chances 1e-3, 1e-2, 0.04, 0.5 against 0.0125, 0.025, 0.0375, 0.05.
  const std::vector<double> scores{ 1.7507, 3.0902, 0.0, 2.3263 };
  EXPECT_DOUBLE_EQ(NeighbourThreshold(scores, { 0.05, 0.0, 5.0 }), 2.3263);
  EXPECT_DOUBLE_EQ(NeighbourThreshold(scores, { 0.05, 2.5, 5.0 }), 2.5);
  EXPECT_DOUBLE_EQ(NeighbourThreshold(scores, { 0.05, 0.0, 2.0 }), 2.0);
  EXPECT_TRUE(std::isinf(NeighbourThreshold({}, { 0.05, 2.5, 5.0 })));
}

TEST(NeighbourStatistics, ThresholdCountsFiniteScoresAndIsClamped)
{
  // p: 2.7e-3 (z 2.78) <= 0.05 * 2 / 20 = 5e-3, and 6.2e-3 (z 2.5) <= 0.05 * 3 / 20, the next one is not
  std::vector<double> z(20, 0.0);
  z[3] = 2.78;
  z[7] = 2.9;
  EXPECT_DOUBLE_EQ(NeighbourThreshold(z), 2.78);
  z[11] = 2.51;
  EXPECT_DOUBLE_EQ(NeighbourThreshold(z), 2.51);

  const auto selected = SelectNeighbourFeatures(z);
  EXPECT_EQ(selected[3] + selected[7] + selected[11], 3);
  EXPECT_EQ(std::count(selected.begin(), selected.end(), 1), 3);

  std::fill(z.begin(), z.end(), 40.0);
  z[0] = std::nan("");
  EXPECT_DOUBLE_EQ(NeighbourThreshold(z), 5);
  EXPECT_EQ(SelectNeighbourFeatures(z)[0], 0);
  std::fill(z.begin(), z.end(), 2.0);
  EXPECT_DOUBLE_EQ(NeighbourThreshold(z), 2.5);
  std::fill(z.begin(), z.end(), 1.0);
  EXPECT_TRUE(std::isinf(NeighbourThreshold(z)));
  EXPECT_TRUE(std::isinf(NeighbourThreshold({})));
}
