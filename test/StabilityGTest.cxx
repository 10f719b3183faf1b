// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Stability.h"

#include "ClusteringChecks.h"

#include "Kernels/BlockResampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

using namespace fourdstem;
using fixtures::ByNeighbours;
using fixtures::Divide;
using fixtures::Features;
using fixtures::MakeFeatures;

namespace
{
std::vector<double>
StabilityOf(const Features & features, const DivisiveOptions & options, int resamples, int threads = 0)
{
  DivisiveResult result = Divide(features, options);
  MeasureStability(result, *features.store, features.grid, options, resamples, { threads, {} });
  std::vector<double> stability;
  for (const ClusterNode & node : result.nodes)
  {
    EXPECT_EQ(node.stability.has_value(), resamples > 0 && !node.IsLeaf());
    if (node.stability)
    {
      stability.push_back(*node.stability);
    }
  }
  return stability;
}

DivisiveOptions
Paper(int k)
{
  DivisiveOptions options;
  options.mode = ClusterMode::Paper;
  options.splits = { { 0, k, {} } };
  return options;
}
} // namespace

TEST(BlockResampling, DrawsWholeBlocksWithTheirPairs)
{
  PositionGrid grid;
  grid.size = { 13, 10, 1 };
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < 130; ++i)
  {
    if (i % 7 != 3)
    {
      positions.push_back(i);
    }
  }
  const NeighbourPairs node = FindNeighbourPairs(grid, positions);
  const PositionBlocks blocks(grid, node);
  EXPECT_EQ(blocks.Edge(), 2) << "111 positions: the root of 6.9, rounded down";
  EXPECT_EQ(blocks.Count(), 35);
  const auto blockOf = [](std::int64_t position) { return position % 13 / 2 + 7 * (position / 13 / 2); };

  std::map<std::int64_t, std::int64_t> inBlock;
  for (const std::int64_t position : positions)
  {
    ++inBlock[blockOf(position)];
  }
  std::map<std::int64_t, std::int64_t> timesDrawn;
  constexpr int                        draws = 200;
  for (std::uint64_t seed = 0; seed < draws; ++seed)
  {
    const Resample                       drawn = blocks.Draw({ seed, 1, 2 });
    std::map<std::int64_t, std::int64_t> times;
    ASSERT_EQ(drawn.ranks.size(), drawn.pairs.positions.size());
    ASSERT_EQ(drawn.pairs.begin.size(), drawn.ranks.size() + 1);
    for (std::size_t i = 0; i < drawn.ranks.size(); ++i)
    {
      const std::int64_t position = drawn.pairs.positions[i];
      ASSERT_EQ(position, positions[drawn.ranks[i]]);
      ++times[blockOf(position)];
      for (std::int64_t p = drawn.pairs.begin[i]; p < drawn.pairs.begin[i + 1]; ++p)
      {
        const auto         other = static_cast<std::size_t>(drawn.pairs.ahead[static_cast<std::size_t>(p)]);
        const std::int64_t step = drawn.pairs.positions[other] - position;
        ASSERT_GT(other, i);
        ASSERT_TRUE(step == 1 || step == 13);
      }
    }
    std::int64_t all = 0;
    for (auto & [block, count] : times)
    {
      ASSERT_EQ(count % inBlock[block], 0) << "blocks are whole";
      count /= inBlock[block];
      all += count;
      timesDrawn[block] += count;
    }
    EXPECT_EQ(all, 35);
    std::int64_t pairs = 0;
    for (std::size_t i = 0; i < positions.size(); ++i)
    {
      for (std::int64_t p = node.begin[i]; p < node.begin[i + 1]; ++p)
      {
        const std::int64_t ahead = positions[static_cast<std::size_t>(node.ahead[static_cast<std::size_t>(p)])];
        pairs += std::min(times[blockOf(positions[i])], times[blockOf(ahead)]);
      }
    }
    EXPECT_EQ(pairs, drawn.pairs.Pairs());
  }
  // Every block as often as the others: 200 on average, a standard deviation of 14.
  EXPECT_EQ(timesDrawn.size(), 35u);
  for (const auto & [block, times] : timesDrawn)
  {
    EXPECT_NEAR(static_cast<double>(times), draws, 70.) << block;
  }
}

TEST(BlockResampling, EdgesGrowWithTheNodeUpToEight)
{
  const auto edgeOf = [](const std::array<std::int64_t, 3> & size) {
    PositionGrid grid;
    grid.size = size;
    std::vector<std::int64_t> all(static_cast<std::size_t>(grid.Positions()));
    std::iota(all.begin(), all.end(), 0);
    return PositionBlocks(grid, FindNeighbourPairs(grid, all)).Edge();
  };
  EXPECT_EQ(edgeOf({ 4, 5, 1 }), 2);
  EXPECT_EQ(edgeOf({ 16, 16, 1 }), 4);
  EXPECT_EQ(edgeOf({ 100, 100, 1 }), 8);
  EXPECT_EQ(edgeOf({ 1, 80, 1 }), 5);
  EXPECT_EQ(edgeOf({ 12, 12, 12 }), 4);
}

TEST(Stability, ClearDomainsAreMadeAgainIfNoOtherCompetes)
{
  const auto stability = StabilityOf(fixtures::MakeFourDomains(), ByNeighbours(), 20);
  ASSERT_EQ(stability.size(), 3u);
  // In the root two differences compete for being the first.
  EXPECT_LT(stability[0], 1.0);
  EXPECT_GT(stability[1], 0.98);
  EXPECT_GT(stability[2], 0.98);
}

TEST(Stability, AWallBetweenBlocksIsSeen)
{
  // 48 x 32 positions: blocks of eight, and a wall at the edge of blocks.
  const Features halves =
    MakeFeatures({ 48, 32, 1 }, 12, 1.0, [](auto x, auto, auto, auto j) { return x < 24 && j < 6 ? 3.0 : 0.0; });
  const auto stability = StabilityOf(halves, ByNeighbours(), 20);
  ASSERT_EQ(stability.size(), 1u);
  EXPECT_GT(stability[0], 0.98);
}

TEST(Stability, WithoutNoiseTheDivisionIsTheSame)
{
  const Features halves =
    MakeFeatures({ 20, 12, 1 }, 3, 0.0, [](auto x, auto, auto, auto j) { return x < 9 && j == 1 ? 1.0 : 0.0; });
  EXPECT_EQ(StabilityOf(halves, Paper(2), 10), std::vector<double>{ 1.0 });
}

TEST(Stability, ClustersOfNoiseAgreeAsByChance)
{
  // Forty equal directions: what k-means takes for the longest is another one in every resample.
  const Features noise = MakeFeatures({ 24, 24, 1 }, 40, 1.0, [](auto, auto, auto, auto) { return 0.0; });
  const auto     stability = StabilityOf(noise, Paper(2), 20);
  ASSERT_EQ(stability.size(), 1u);
  EXPECT_LT(stability[0], 0.3);
  EXPECT_GT(stability[0], -0.1);
}

TEST(Stability, WhatIsJustSeenIsLessStable)
{
  const auto halves = [](double step) {
    return MakeFeatures(
      { 24, 24, 1 }, 12, 1.0, [step](auto x, auto, auto, auto j) { return x < 12 && j < 6 ? step : 0.0; });
  };
  const double clear = StabilityOf(halves(3.0), Paper(2), 20)[0];
  const double faint = StabilityOf(halves(0.6), Paper(2), 20)[0];
  EXPECT_GT(clear, 0.98);
  EXPECT_LT(faint, clear - 0.1);
}

TEST(Stability, IsTheSameForAnyNumberOfThreadsAndNotForAnotherSeed)
{
  const Features  features = fixtures::MakeFourDomains(2.0);
  DivisiveOptions options = Paper(4);
  const auto      one = StabilityOf(features, options, 5, 1);
  EXPECT_EQ(one, StabilityOf(features, options, 5, 3));
  EXPECT_EQ(StabilityOf(features, ByNeighbours(), 5, 1), StabilityOf(features, ByNeighbours(), 5, 4));
  DivisiveResult result = Divide(features, options);
  MeasureStability(result, *features.store, features.grid, options, 5, {});
  options.seed = 2;
  result.nodes.front().stability.reset();
  MeasureStability(result, *features.store, features.grid, options, 5, {});
  EXPECT_NE(*result.nodes.front().stability, one[0]);
}

TEST(Stability, IsMeasuredOnceAndOnlyIfAsked)
{
  const Features features = fixtures::MakeFourDomains();
  EXPECT_TRUE(StabilityOf(features, ByNeighbours(), 0).empty());
  DivisiveResult result = Divide(features);
  EXPECT_THROW(MeasureStability(result, *features.store, features.grid, ByNeighbours(), -1, {}), std::invalid_argument);
  result.nodes.front().stability = 0.25;
  MeasureStability(result, *features.store, features.grid, ByNeighbours(), 2, {});
  EXPECT_EQ(*result.nodes.front().stability, 0.25);
  PruneBelow(result.nodes, { 0 });
  EXPECT_FALSE(result.nodes.front().stability.has_value());

  const Execution stopped{ 2, { [](double) { return false; } } };
  DivisiveResult  again = Divide(features);
  EXPECT_THROW(MeasureStability(again, *features.store, features.grid, ByNeighbours(), 2, stopped), Aborted);
}
