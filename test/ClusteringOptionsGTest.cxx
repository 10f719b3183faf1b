// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Clustering.h"

#include "ClusteringChecks.h"

#include <gtest/gtest.h>

using namespace fourdstem;
using fixtures::AdjustedRandIndex;
using fixtures::ByNeighbours;
using fixtures::Divide;
using fixtures::ExpectEqual;

TEST(ClusteringOptions, LimitsStopGrowth)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  DivisiveOptions          options = ByNeighbours();
  options.maximumLeaves = 3;
  const DivisiveResult three = Divide(features, options);
  EXPECT_EQ(LeavesInOrder(three.nodes).size(), 3u);
  options.maximumLeaves = 32;
  options.maximumDepth = 1;
  const DivisiveResult flat = Divide(features, options);
  ASSERT_EQ(flat.nodes.size(), 3u);
  EXPECT_EQ(flat.nodes[1].stop, StopReason::MaximumDepth);

  ClusterNodes grown = Divide(features).nodes;
  CutAtLeaves(grown, 3);
  ASSERT_EQ(grown.size(), three.nodes.size());
  for (std::size_t i = 0; i < grown.size(); ++i)
  {
    EXPECT_EQ(grown[i].size, three.nodes[i].size);
  }
  const auto stopped = [&three](StopReason reason) {
    return std::any_of(
      three.nodes.begin(), three.nodes.end(), [reason](const ClusterNode & node) { return node.stop == reason; });
  };
  EXPECT_TRUE(stopped(StopReason::MaximumLeaves));
}

TEST(ClusteringOptions, PaperModeSplitsWhatIsAskedFor)
{
  const fixtures::Features features = fixtures::MakeFourDomains(0.5);
  DivisiveOptions          options;
  options.mode = ClusterMode::Paper;
  options.splits = { { 0, 2, {} }, { 2, 3, { 20 + 31 * 8, 20 + 31 * 14, 10 + 31 * 11 } } };
  const DivisiveResult result = Divide(features, options);
  ASSERT_EQ(result.nodes.size(), 6u);
  EXPECT_EQ(result.nodes[0].k, 2);
  EXPECT_EQ(result.nodes[2].children.size(), 3u);
  EXPECT_EQ(result.nodes[2].startRows.size(), 3u);
  EXPECT_GT(AdjustedRandIndex(fixtures::FourDomainsTruth(), LabelsOf(result)), 0.98);
  EXPECT_EQ(result.nodes.back().stop, StopReason::NotAsked);
  EXPECT_NO_THROW(ValidateNodes(result.nodes));

  options.splits = { { 7, 2, {} } };
  EXPECT_THROW(Divide(features, options), std::invalid_argument);
  options.splits = { { 0, 2, { 4 } } };
  EXPECT_THROW(Divide(features, options), std::invalid_argument);
}

TEST(ClusteringOptions, CriteriaFindTheNumberOfClusters)
{
  const fixtures::Features features = fixtures::MakeFourDomains(0.3);
  for (const ClusterCriterion criterion :
       { ClusterCriterion::Elbow, ClusterCriterion::Silhouette, ClusterCriterion::Gap })
  {
    DivisiveOptions options;
    options.mode = ClusterMode::Paper;
    options.criterion = criterion;
    options.maximumDepth = criterion == ClusterCriterion::Gap ? 1 : 3;
    options.maximumK = 8;
    const DivisiveResult result = Divide(features, options);
    EXPECT_GT(AdjustedRandIndex(fixtures::FourDomainsTruth(), LabelsOf(result)), 0.9)
      << "criterion " << static_cast<int>(criterion) << " leaves " << LeavesInOrder(result.nodes).size();
  }
}

TEST(ClusteringOptions, NodesAreSplitAgainByHand)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  for (const ClusterMode mode : { ClusterMode::Auto, ClusterMode::Paper })
  {
    DivisiveResult  result = Divide(features);
    DivisiveOptions options = ByNeighbours();
    options.mode = mode;
    const NodeMap map = SplitNode(result, 0, 4, *features.store, features.grid, options, {});
    EXPECT_EQ(map.size(), 7u);
    ASSERT_EQ(result.nodes.size(), 5u);
    EXPECT_EQ(result.nodes[0].k, 4);
    EXPECT_NO_THROW(ValidateNodes(result.nodes));
    EXPECT_GT(AdjustedRandIndex(fixtures::FourDomainsTruth(), LabelsOf(result)), 0.7);
    EXPECT_THROW(SplitNode(result, 9, 2, *features.store, features.grid, options, {}), std::invalid_argument);
    EXPECT_THROW(SplitNode(result, 1, 1, *features.store, features.grid, options, {}), std::invalid_argument);
    result.nodes[1].frozen = true;
    EXPECT_THROW(SplitNode(result, 1, 2, *features.store, features.grid, options, {}), std::invalid_argument);
  }
}

TEST(ClusteringOptions, ASubtreeGrownAgainIsTheSame)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  const DivisiveResult     once = Divide(features);
  DivisiveResult           again = once;
  RegrowNode(again, 0, *features.store, features.grid, ByNeighbours(), {});
  ExpectEqual(once, again);
  int inner = 0;
  for (const ClusterNode & node : once.nodes)
  {
    inner = node.id > 0 && !node.IsLeaf() ? node.id : inner;
  }
  ASSERT_GT(inner, 0);
  RegrowNode(again, inner, *features.store, features.grid, ByNeighbours(), {});
  EXPECT_EQ(LabelsOf(once), LabelsOf(again));
  EXPECT_NO_THROW(ValidateNodes(again.nodes));
}

TEST(ClusteringOptions, OptionsOutOfRangeAreNamed)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  const auto               complaint = [&features](auto change) -> std::string {
    DivisiveOptions options;
    change(options);
    try
    {
      Divide(features, options);
    }
    catch (const std::invalid_argument & error)
    {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(complaint([](DivisiveOptions & o) { o.minimumSize = 1; }), "minimumSize is 1 but must be 2 or more");
  EXPECT_EQ(complaint([](DivisiveOptions & o) { o.maximumLeaves = 0; }), "maximumLeaves is 0 but must be 1 ... 65535");
  EXPECT_EQ(complaint([](DivisiveOptions & o) { o.falseDiscoveryRate = 1; }),
            "falseDiscoveryRate is 1 but must be between 0 and 1");
  EXPECT_EQ(complaint([](DivisiveOptions & o) {
              o.splits = { { 0, 1, {} } };
            }),
            "k of a split is 1 but must be 2 or more");

  PositionGrid wrong;
  wrong.size = { 3, 3, 1 };
  EXPECT_THROW(RunDivisive(*features.store, wrong, {}, {}), std::invalid_argument);
  wrong = features.grid;
  wrong.mask.assign(3, 1);
  EXPECT_THROW(RunDivisive(*features.store, wrong, {}, {}), std::invalid_argument);
}

TEST(ClusteringOptions, ReportsProgressAndHeedsAbort)
{
  const fixtures::Features features = fixtures::MakeFourDomains();
  std::vector<double>      reported;
  Execution                execution;
  execution.monitor.report = [&reported](double done) {
    reported.push_back(done);
    return true;
  };
  RunDivisive(*features.store, features.grid, ByNeighbours(), execution);
  EXPECT_TRUE(std::is_sorted(reported.begin(), reported.end()));
  EXPECT_DOUBLE_EQ(reported.back(), 1.0);

  execution.monitor.report = [](double done) { return done < 0.5; };
  EXPECT_THROW(RunDivisive(*features.store, features.grid, ByNeighbours(), execution), Aborted);
}
