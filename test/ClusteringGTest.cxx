// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Clustering.h"

#include "ClusteringChecks.h"
#include "ScanFixtures.h"

#include <gtest/gtest.h>

#include <limits>

using namespace fourdstem;
using fixtures::AdjustedRandIndex;
using fixtures::ByNeighbours;
using fixtures::Divide;
using fixtures::ExpectEqual;
using fixtures::ExpectOneLeaf;
using fixtures::MakeFeatures;

TEST(Clustering, FindsPlantedDomainsWithoutTheirNumber)
{
  for (const std::uint64_t seed : { 1u, 2u, 3u })
  {
    const fixtures::Features features = fixtures::MakeFourDomains(1.0, seed);
    const DivisiveResult     result = Divide(features);
    const auto               labels = LabelsOf(result);
    EXPECT_EQ(LeavesInOrder(result.nodes).size(), 4u);
    EXPECT_GT(AdjustedRandIndex(fixtures::FourDomainsTruth(), labels), 0.98);
    EXPECT_EQ(result.nodes.front().stop, StopReason::NotStopped);
    EXPECT_NO_THROW(ValidateNodes(result.nodes));
  }
}

TEST(Clustering, EveryColumnWillDoWhereTheyAreFeaturesAlready)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  const DivisiveResult     result = Divide(features, DivisiveOptions{});
  EXPECT_GT(AdjustedRandIndex(fixtures::FourDomainsTruth(), LabelsOf(result)), 0.98);
  EXPECT_EQ(result.nodes.front().features.size(), 60u);
}

TEST(Clustering, UnitsAndOffsetsOfColumnsDoNotMatter)
{
  const fixtures::Features plain = fixtures::MakeFourDomains();
  fixtures::Features       scaled = fixtures::MakeFourDomains();
  for (std::size_t i = 0; i < scaled.values.size(); ++i)
  {
    const std::size_t column = i % 60;
    scaled.values[i] = scaled.values[i] * static_cast<float>(column % 3 + 1) * 8.0f + static_cast<float>(column);
  }
  EXPECT_EQ(LabelsOf(Divide(plain)), LabelsOf(Divide(scaled)));
}

TEST(Clustering, NodesHoldTheirMeanAndInertia)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  const DivisiveResult     result = Divide(features);
  for (const ClusterNode & node : result.nodes)
  {
    std::vector<double> mean(60, 0.0);
    std::int64_t        count = 0;
    const auto          isInside = [&](std::int32_t leaf) {
      while (leaf > node.id)
      {
        leaf = result.nodes[static_cast<std::size_t>(leaf)].parent;
      }
      return leaf == node.id;
    };
    for (std::size_t i = 0; i < result.leafOfPosition.size(); ++i)
    {
      if (isInside(result.leafOfPosition[i]))
      {
        ++count;
        for (std::size_t j = 0; j < 60; ++j)
        {
          mean[j] += static_cast<double>(features.values[60 * i + j]);
        }
      }
    }
    ASSERT_EQ(node.size, count);
    double inertia = 0;
    for (std::size_t j = 0; j < 60; ++j)
    {
      mean[j] /= static_cast<double>(count);
      EXPECT_NEAR(static_cast<double>(node.centroid[j]), mean[j], 1e-5);
    }
    for (std::size_t i = 0; i < result.leafOfPosition.size(); ++i)
    {
      for (std::size_t j = 0; isInside(result.leafOfPosition[i]) && j < 60; ++j)
      {
        inertia += std::pow(static_cast<double>(features.values[60 * i + j]) - mean[j], 2);
      }
    }
    EXPECT_NEAR(node.inertia, inertia, 1e-5 * inertia);
  }
  const ClusterNode & root = result.nodes.front();
  const double        inside = result.nodes[1].inertia + result.nodes[2].inertia;
  EXPECT_NEAR(root.explainedVariance, 1 - inside / root.inertia, 1e-9);
}

TEST(Clustering, WhiteNoiseIsOneLeaf)
{
  for (std::uint64_t seed = 1; seed <= 10; ++seed)
  {
    const auto zero = [](std::int64_t, std::int64_t, std::int64_t, std::int64_t) { return 0.0; };
    const auto features = MakeFeatures({ 33, 21, 1 }, 40, 1.0, zero, seed);
    ASSERT_EQ(Divide(features).nodes.size(), 1u) << "seed " << seed;
    ASSERT_EQ(Divide(features, DivisiveOptions{}).nodes.size(), 1u) << "seed " << seed;
  }
}

TEST(Clustering, RampIsAGradientAndStepADomain)
{
  const auto ramp = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) {
    return j < 10 ? 0.15 * static_cast<double>(x) : 0.0;
  };
  const auto rampFeatures = MakeFeatures({ 41, 19, 1 }, 30, 1.0, ramp);
  const auto rampResult = Divide(rampFeatures);
  ExpectOneLeaf(rampResult, StopReason::Gradient);
  EXPECT_GT(rampResult.nodes.front().lambda, 5.0);
  ASSERT_EQ(rampResult.nodes.front().loading.size(), rampResult.nodes.front().features.size());
  // A step of sqrt((41^2 - 1) / 12) positions is one deviation of the ramp.
  EXPECT_NEAR(static_cast<double>(rampResult.nodes.front().loading.front()), 0.15 * std::sqrt(140.0), 0.15);

  DivisiveOptions cut = ByNeighbours();
  cut.splitGradients = true;
  cut.maximumLeaves = 2;
  const auto halves = Divide(rampFeatures, cut);
  ASSERT_EQ(halves.nodes.size(), 3u);
  EXPECT_NEAR(static_cast<double>(halves.nodes[1].size), 41 * 19 / 2.0, 40);

  const auto step = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) {
    return j < 10 && x > 16 ? 2.0 : 0.0;
  };
  const auto stepResult = Divide(MakeFeatures({ 41, 19, 1 }, 30, 1.0, step));
  ASSERT_EQ(stepResult.nodes.size(), 3u);
  EXPECT_EQ(stepResult.nodes[1].size, 17 * 19);
  EXPECT_GT(stepResult.nodes.front().sharpness, 0.8);
  EXPECT_LT(stepResult.nodes.front().valley, 0.2);
}

TEST(Clustering, TheDarkerChildComesFirst)
{
  for (const double sign : { 1.0, -1.0 })
  {
    const auto step = [sign](std::int64_t x, std::int64_t, std::int64_t, std::int64_t) {
      return x > 16 ? sign * 3 : 0;
    };
    const auto result = Divide(MakeFeatures({ 41, 19, 1 }, 10, 1.0, step));
    ASSERT_EQ(result.nodes.size(), 3u);
    EXPECT_LT(result.nodes[1].centroid[0], result.nodes[2].centroid[0]);
  }
}

TEST(Clustering, ConstantValuesAreOneLeaf)
{
  for (const double value : { 0.0, 7.5, -3.0 })
  {
    const auto constant = [value](std::int64_t, std::int64_t, std::int64_t, std::int64_t) { return value; };
    const auto features = MakeFeatures({ 17, 11, 1 }, 12, 0.0, constant);
    ExpectOneLeaf(Divide(features), StopReason::NoCoherentFeature);
    ExpectOneLeaf(Divide(features, DivisiveOptions{}), StopReason::NoCoherentFeature);
  }
}

TEST(Clustering, NoiseFreeStepIsTwoDomains)
{
  const auto step = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) { return j == 2 && x > 6 ? 1 : 0; };
  const auto result = Divide(MakeFeatures({ 17, 11, 1 }, 5, 0.0, step), DivisiveOptions{});
  ASSERT_EQ(result.nodes.size(), 3u);
  EXPECT_EQ(result.nodes[1].size, 7 * 11);
}

TEST(Clustering, TinyScansAreOneLeaf)
{
  const auto value = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t) { return x > 3 ? 9 : 0; };
  for (const std::array<std::int64_t, 3> & size :
       { std::array<std::int64_t, 3>{ 7, 1, 1 }, { 1, 7, 1 }, { 1, 1, 1 }, { 2, 1, 1 } })
  {
    const auto features = MakeFeatures(size, 6, 0.1, value);
    ExpectOneLeaf(Divide(features), StopReason::TooSmall);
    EXPECT_EQ(Confidence(Divide(features), *features.store, {}),
              std::vector<float>(static_cast<std::size_t>(features.grid.Positions()), 1.0f));
  }
}

TEST(Clustering, WorksInThreeDimensionsAndAlongALine)
{
  const auto inside = [](std::int64_t x, std::int64_t y, std::int64_t z) { return x > 4 && y > 2 && z < 3; };
  const auto box = [&](std::int64_t x, std::int64_t y, std::int64_t z, std::int64_t j) {
    return j < 4 && inside(x, y, z) ? 3.0 : 0.0;
  };
  const auto       solid = MakeFeatures({ 11, 9, 7 }, 20, 1.0, box);
  const auto       result = Divide(solid);
  std::vector<int> truth;
  for (std::int64_t p = 0; p < solid.grid.Positions(); ++p)
  {
    truth.push_back(inside(p % 11, p / 11 % 9, p / 99));
  }
  ASSERT_EQ(result.nodes.size(), 3u);
  EXPECT_GT(AdjustedRandIndex(truth, LabelsOf(result)), 0.97);

  const auto step = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) { return j < 4 && x > 150 ? 3 : 0; };
  const auto line = Divide(MakeFeatures({ 400, 1, 1 }, 20, 1.0, step));
  ASSERT_EQ(line.nodes.size(), 3u);
  EXPECT_NEAR(static_cast<double>(line.nodes[1].size), 151.0, 3.0);
}

TEST(Clustering, MaskedAndEmptyPositionsHaveNoLabel)
{
  fixtures::Features features = fixtures::MakeFourDomains();
  features.grid.mask.assign(31 * 23, 1);
  for (std::int64_t y = 0; y < 23; ++y)
  {
    features.grid.mask[static_cast<std::size_t>(31 * y + 15)] = 0; // a column of the scan
  }
  const float missing = std::numeric_limits<float>::quiet_NaN();
  std::fill_n(features.values.begin() + 60 * 40, 60, missing);
  features.values[60 * 50 + 7] = missing;
  features.values[60 * 51 + 8] = std::numeric_limits<float>::infinity();

  const DivisiveResult result = Divide(features);
  const auto           labels = LabelsOf(result);
  const auto           confidence = Confidence(result, *features.store, {});
  auto                 truth = fixtures::FourDomainsTruth();
  EXPECT_EQ(result.nonFiniteValues, 2);
  EXPECT_EQ(result.nodes.front().size, 30 * 23 - 1);
  for (std::size_t i = 0; i < labels.size(); ++i)
  {
    const bool isOut = i % 31 == 15 || i == 40;
    ASSERT_EQ(labels[i] == 0, isOut) << i;
    ASSERT_EQ(std::isnan(confidence[i]), isOut) << i;
    truth[i] = isOut ? -1 : truth[i];
  }
  EXPECT_EQ(LeavesInOrder(result.nodes).size(), 4u);
  EXPECT_GT(AdjustedRandIndex(truth, labels), 0.98);
}

TEST(Clustering, WithoutFeaturesThereIsOneLeafThatCannotBeDivided)
{
  const auto         store = MakeMemoryRowStore(12, 0);
  const PositionGrid grid{ { 4, 3, 1 }, { 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 } };
  for (const ClusterMode mode : { ClusterMode::Auto, ClusterMode::Paper })
  {
    DivisiveOptions options;
    options.mode = mode;
    options.splits = { { 0, 2, {} } };
    DivisiveResult result = RunDivisive(*store, grid, options, {});
    fixtures::ExpectOneLeaf(result, StopReason::NoCoherentFeature);
    EXPECT_EQ(LabelsOf(result), (std::vector<std::uint16_t>{ 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }));
    EXPECT_EQ(Confidence(result, *store, {})[2], 1.f);
    EXPECT_THROW(SplitNode(result, 0, 2, *store, grid, options, {}), std::invalid_argument);
    EXPECT_THROW(RegrowNode(result, 0, *store, grid, options, {}), std::invalid_argument);
  }
}

TEST(Clustering, ValuesWhoseSquaresOverflowAreRefused)
{
  fixtures::Features features = fixtures::MakeFourDomains();
  features.values[60 * 40 + 3] = -2.5e20f;
  features.values[60 * 40 + 4] = std::numeric_limits<float>::infinity();
  try
  {
    Divide(features);
    FAIL();
  }
  catch (const std::invalid_argument & error)
  {
    EXPECT_NE(std::string(error.what()).find("-2.5e+20"), std::string::npos) << error.what();
  }
}

TEST(Clustering, ConfidenceIsLowOnlyBetweenTheClasses)
{
  const auto step = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t) {
    return x < 20 ? 0.0 : x == 20 ? 5.5 : 10.0;
  };
  const auto features = MakeFeatures({ 41, 9, 1 }, 5, 0.5, step);
  const auto result = Divide(features);
  ASSERT_EQ(result.nodes.size(), 3u);
  const auto confidence = Confidence(result, *features.store, {});
  for (std::size_t i = 0; i < confidence.size(); ++i)
  {
    if (i % 41 == 20)
    {
      EXPECT_LT(confidence[i], 0.4f);
    }
    else
    {
      EXPECT_GT(confidence[i], 0.8f);
    }
  }
}

TEST(Clustering, SameBitsForAnyThreadsAndStore)
{
  const TemporaryFolder folder;
  for (const ClusterMode mode : { ClusterMode::Auto, ClusterMode::Paper })
  {
    DivisiveOptions options = ByNeighbours();
    options.mode = mode;
    options.splits = { { -1, 2, {} }, { -1, 3, {} } };
    const fixtures::Features features = fixtures::MakeFourDomains();
    const auto               scratch = MakeScratchRowStore(31 * 23, 60, folder.Path(""));
    scratch->Write(0, 31 * 23, features.values.data());
    const DivisiveResult one = Divide(features, options, 1);
    const auto           confidence = Confidence(one, *features.store, { 1, {} });
    for (const int threads : { 2, 3, 16 })
    {
      const DivisiveResult many = Divide(features, options, threads);
      ExpectEqual(one, many);
      EXPECT_EQ(confidence, Confidence(many, *scratch, { threads, {} }));
    }
    ExpectEqual(one, RunDivisive(*scratch, features.grid, options, { 2, {} }));
  }
}

TEST(Clustering, SameBitsWherePrincipalComponentsStartFromCells)
{
  const auto step = [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) {
    return j < 30 && x > 60 ? 1.5 : 0.0;
  };
  const auto features = MakeFeatures({ 210, 140, 1 }, 600, 1.0, step);
  const auto one = Divide(features, DivisiveOptions{}, 1);
  ExpectEqual(one, Divide(features, DivisiveOptions{}, 3));
  ASSERT_EQ(one.nodes.size(), 3u);
  EXPECT_EQ(one.nodes[1].size, 61 * 140);
  EXPECT_LE(one.nodes.front().significantComponents, 2);
}
