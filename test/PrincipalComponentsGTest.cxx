// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PrincipalComponents.h"

#include "ClusterFixtures.h"

#include <gtest/gtest.h>

#include <numeric>

namespace
{
using namespace fourdstem;

NeighbourPairs
AllPairs(const PositionGrid & grid)
{
  std::vector<std::int64_t> positions(static_cast<std::size_t>(grid.Positions()));
  std::iota(positions.begin(), positions.end(), 0);
  return FindNeighbourPairs(grid, positions);
}

/** Columns as they are. */
ColumnScaling
Unscaled(std::int64_t columns)
{
  ColumnScaling scaling;
  scaling.columns.resize(static_cast<std::size_t>(columns));
  std::iota(scaling.columns.begin(), scaling.columns.end(), 0);
  scaling.centre.assign(scaling.columns.size(), 0.0f);
  scaling.scale.assign(scaling.columns.size(), 1.0f);
  scaling.all = true;
  return scaling;
}

/** Two planted directions: amplitude 6 along the even columns by x, 3 along the odd ones by y. */
fixtures::Features
MakePlanted(const std::array<std::int64_t, 3> & size, std::int64_t columns)
{
  return fixtures::MakeFeatures(
    size, columns, 1.0, [columns](std::int64_t x, std::int64_t y, std::int64_t, std::int64_t j) {
      const double share = std::sqrt(2.0 / static_cast<double>(columns));
      return j % 2 == 0 ? 6.0 * share * (x % 2 == 0 ? 1 : -1) : 3.0 * share * (y % 2 == 0 ? 1 : -1);
    });
}
} // namespace

TEST(PrincipalComponents, FindPlantedDirections)
{
  for (const std::int64_t columns : { 4, 20, 32, 33, 120 })
  {
    const auto features = MakePlanted({ 42, 36, 1 }, columns);
    const auto found =
      FindPrincipalComponents(*features.store, features.grid, AllPairs(features.grid), Unscaled(columns), 3, {});
    ASSERT_EQ(found.components, 3);
    EXPECT_NEAR(found.variance[0], 37.0, 3.0) << columns << " columns";
    EXPECT_NEAR(found.variance[1], 10.0, 1.5) << columns << " columns";
    double even = 0;
    for (std::int64_t j = 0; j < columns; j += 2)
    {
      even += std::pow(static_cast<double>(found.basis[static_cast<std::size_t>(j * ReducedStride)]), 2);
    }
    EXPECT_GT(even, 0.97);

    const auto row = static_cast<std::size_t>(17);
    double     score = 0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(columns); ++j)
    {
      score += static_cast<double>(features.values[row * static_cast<std::size_t>(columns) + j]) *
               static_cast<double>(found.basis[j * ReducedStride]);
    }
    EXPECT_NEAR(static_cast<double>(found.scores[row * ReducedStride]), score, 1e-3);
    EXPECT_EQ(found.scores[row * ReducedStride + 3], 0.0f);
  }
}

TEST(PrincipalComponents, ManyRowsStartFromCells)
{
  const auto domain = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) {
    return j < 40 ? (x > 100 ? 0.5 : -0.5) : 0.0;
  };
  const auto features = fixtures::MakeFeatures({ 200, 180, 1 }, 500, 1.0, domain);
  const auto found =
    FindPrincipalComponents(*features.store, features.grid, AllPairs(features.grid), Unscaled(500), 2, {});
  double inside = 0;
  for (std::size_t j = 0; j < 40; ++j)
  {
    inside += std::pow(static_cast<double>(found.basis[j * ReducedStride]), 2);
  }
  EXPECT_GT(inside, 0.97);
  EXPECT_NEAR(found.variance[0], 11.0, 1.0);
}

TEST(PrincipalComponents, ScaledColumnsAreTheFeatures)
{
  const auto    features = MakePlanted({ 21, 17, 1 }, 10);
  ColumnScaling scaling;
  scaling.columns = { 2, 7 };
  scaling.centre = { 1.0f, -2.0f };
  scaling.scale = { 2.0f, 0.5f };
  const auto found = FindPrincipalComponents(*features.store, features.grid, AllPairs(features.grid), scaling, 32, {});
  ASSERT_EQ(found.components, 2);
  const double a = 2.0 * (static_cast<double>(features.values[2]) - 1.0);
  const double b = 0.5 * (static_cast<double>(features.values[7]) + 2.0);
  EXPECT_NEAR(std::pow(found.scores[0], 2) + std::pow(found.scores[1], 2), a * a + b * b, 1e-3);
  EXPECT_THROW(FindPrincipalComponents(*features.store, features.grid, AllPairs(features.grid), scaling, 33, {}),
               std::invalid_argument);
}

TEST(PrincipalComponents, WhiteningGivesOneForNoiseAndMoreForStructure)
{
  // Correlated noise; column 1 also holds a domain of amplitude 2 noise deviations.
  fixtures::Noise    noise(5);
  PositionGrid       grid;
  std::vector<float> scores;
  grid.size = { 60, 50, 1 };
  for (std::int64_t i = 0; i < grid.Positions(); ++i)
  {
    const double       a = noise();
    const double       b = noise();
    std::vector<float> row(ReducedStride, 0.0f);
    row[0] = static_cast<float>(3.0 * a);
    row[1] = static_cast<float>(a + b + (i % 60 > 29 ? 2.0 : -2.0));
    scores.insert(scores.end(), row.begin(), row.end());
  }
  const NoiseWhitening whitened = WhitenNoise(scores, 2, AllPairs(grid), {});
  EXPECT_NEAR(whitened.lambda[0], 5.0, 0.4); // b has unit variance, the domain 4
  EXPECT_NEAR(whitened.lambda[1], 1.0, 0.05);

  // In the noise metric a and b are one unit each: the first component is b, that is row[1] - row[0] / 3.
  const double * vector = whitened.vectors.data();
  EXPECT_NEAR(vector[0] / vector[1], -1.0 / 3.0, 0.02);
  const double * pattern = whitened.patterns.data();
  EXPECT_NEAR(pattern[0] * vector[0] + pattern[1] * vector[1], 1.0, 1e-9);
}

TEST(PrincipalComponents, WallsAreNotNoise)
{
  // Walls every eighth position: a plain covariance of differences would take them for noise.
  fixtures::Noise    noise(6);
  PositionGrid       grid;
  std::vector<float> scores;
  grid.size = { 64, 40, 1 };
  for (std::int64_t i = 0; i < grid.Positions(); ++i)
  {
    std::vector<float> row(ReducedStride, 0.0f);
    row[0] = static_cast<float>(noise() + (i % 64 / 8 % 2 == 0 ? 10.0 : -10.0));
    scores.insert(scores.end(), row.begin(), row.end());
  }
  EXPECT_NEAR(WhitenNoise(scores, 1, AllPairs(grid), {}).lambda[0], 101.0, 8.0);
  grid.size = { 1, 1, 1 };
  EXPECT_THROW(WhitenNoise(std::vector<float>(ReducedStride), 1, AllPairs(grid), {}), std::invalid_argument);
}
