// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/SpatialRegularity.h"

#include "ClusterFixtures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

using namespace fourdstem;

namespace
{
/** A tree of leaves that lie on the grid as a picture shows them: '1', '2', ... by label, ' ' where there is none. */
struct Scene
{
  PositionGrid              grid;
  std::vector<float>        values; // one column: a number of each position's own
  std::unique_ptr<RowStore> store;
  DivisiveResult            result;

  SpatialReport
  Make(std::int64_t minimumArea, bool dividesComponents = false, int threads = 0)
  {
    return RegulariseLeaves(result, *store, grid, { minimumArea, dividesComponents }, { threads, {} });
  }

  /** The labels, in the picture's letters. */
  std::string
  Picture() const
  {
    std::string picture;
    for (const std::uint16_t label : LabelsOf(result))
    {
      picture += label == 0 ? ' ' : static_cast<char>('0' + label);
    }
    return picture;
  }
};

/** `parents` of the nodes 1, 2, ...; the leaves have labels by their order. */
Scene
MakeScene(const std::vector<std::string> & rows, const std::vector<int> & parents)
{
  Scene scene;
  scene.grid.size = { static_cast<std::int64_t>(rows.front().size()), static_cast<std::int64_t>(rows.size()), 1 };
  ClusterNodes & nodes = scene.result.nodes;
  nodes.resize(parents.size() + 1);
  for (std::size_t i = 0; i < parents.size(); ++i)
  {
    ClusterNode & node = nodes[i + 1];
    node.id = static_cast<int>(i + 1);
    node.parent = parents[i];
    node.level = nodes[static_cast<std::size_t>(node.parent)].level + 1;
    node.stop = StopReason::NotSignificant;
    node.note = "alike";
    node.lambda = 1.25;
    nodes[static_cast<std::size_t>(node.parent)].children.push_back(node.id);
    nodes[static_cast<std::size_t>(node.parent)].stop = StopReason::NotStopped;
  }
  const std::vector<int> leaves = LeavesInOrder(nodes);
  for (const std::string & row : rows)
  {
    for (const char letter : row)
    {
      scene.result.leafOfPosition.push_back(letter == ' ' ? -1 : leaves.at(static_cast<std::size_t>(letter - '1')));
      scene.values.push_back(std::cos(static_cast<float>(scene.values.size() * scene.values.size())));
      for (int id = scene.result.leafOfPosition.back(); id >= 0; id = nodes[static_cast<std::size_t>(id)].parent)
      {
        ++nodes[static_cast<std::size_t>(id)].size;
      }
    }
  }
  for (ClusterNode & node : nodes)
  {
    node.centroid = { 0.f };
  }
  scene.result.weights = { 1.f };
  scene.store = ViewRows(scene.values.data(), scene.grid.Positions(), 1);
  return scene;
}

bool
IsWithin(const ClusterNodes & nodes, int leaf, int node)
{
  while (leaf > node)
  {
    leaf = nodes[static_cast<std::size_t>(leaf)].parent;
  }
  return leaf == node;
}

/** Sizes, centroids and inertia of the nodes `ids` are those of their positions. */
void
ExpectContent(const Scene & scene, const std::vector<int> & ids)
{
  const ClusterNodes & nodes = scene.result.nodes;
  EXPECT_NO_THROW(ValidateNodes(nodes));
  for (const int id : ids)
  {
    std::vector<double> values;
    for (std::size_t i = 0; i < scene.values.size(); ++i)
    {
      if (scene.result.leafOfPosition[i] >= 0 && IsWithin(nodes, scene.result.leafOfPosition[i], id))
      {
        values.push_back(static_cast<double>(scene.values[i]));
      }
    }
    double sum = 0;
    for (const double value : values)
    {
      sum += value;
    }
    const double mean = sum / static_cast<double>(values.size());
    double       inertia = 0;
    for (const double value : values)
    {
      inertia += (value - mean) * (value - mean);
    }
    const ClusterNode & node = nodes[static_cast<std::size_t>(id)];
    EXPECT_EQ(node.size, static_cast<std::int64_t>(values.size())) << "node " << id;
    EXPECT_NEAR(static_cast<double>(node.centroid[0]), mean, 1e-6) << "node " << id;
    EXPECT_NEAR(node.inertia, inertia, 1e-5) << "node " << id;
  }
}
} // namespace

TEST(SpatialRegularity, NothingIsAskedForByDefault)
{
  Scene      scene = MakeScene({ "112", "121" }, { 0, 0 });
  const auto before = scene.Picture();
  const auto report = scene.Make(0);
  EXPECT_EQ(scene.Picture(), before);
  EXPECT_EQ(report.givenComponents, 0);
  scene.Make(1);
  EXPECT_EQ(scene.Picture(), before);
  EXPECT_THROW(scene.Make(-1), std::invalid_argument);
}

TEST(SpatialRegularity, SmallComponentsGoToTheLongestBorder)
{
  // The 3 in the corner has two pairs with 1; the pair of 1 in 2 one pair with 3 and five with 2.
  Scene      scene = MakeScene({ "311112222", "111112112", "111112233", "111112233", "111112233" }, { 0, 0, 2, 2 });
  const auto report = scene.Make(3);
  EXPECT_EQ(scene.Picture(),
            "111112222"
            "111112222"
            "111112233"
            "111112233"
            "111112233");
  EXPECT_EQ(report.givenComponents, 2);
  EXPECT_EQ(report.givenPositions, 3);
  EXPECT_EQ(report.isolatedComponents, 0);
  EXPECT_EQ(report.removedLeaves, 0);
  // The root holds what it held, and was not looked at again.
  ExpectContent(scene, { 1, 2, 3, 4 });
  EXPECT_EQ(scene.result.nodes[1].stop, StopReason::NotSignificant);
}

TEST(SpatialRegularity, ConnectedAreNeighboursAlongAnAxisOnly)
{
  Scene scene = MakeScene({ "2111", "1211", "1121", "1112" }, { 0, 0 });
  scene.Make(2);
  EXPECT_EQ(scene.result.nodes.size(), 1u) << "four components of one position each, and nothing left of the leaf";
  EXPECT_EQ(scene.Picture(), std::string(16, '1'));
}

TEST(SpatialRegularity, EqualBordersGoToTheLowerLabel)
{
  // The 3 has one pair with 2 and one with 1.
  Scene scene = MakeScene({ "223113" }, { 0, 0, 0 });
  scene.Make(2);
  EXPECT_EQ(scene.Picture(), "221111");
  EXPECT_EQ(scene.result.nodes.size(), 3u);
}

TEST(SpatialRegularity, WhatTouchesNoOtherLeafStays)
{
  Scene      scene = MakeScene({ "11111 2", "11121  ", "11111 1" }, { 0, 0 });
  const auto report = scene.Make(4);
  EXPECT_EQ(scene.Picture(),
            "11111 2"
            "11111  "
            "11111 1");
  EXPECT_EQ(report.isolatedComponents, 2);
  EXPECT_EQ(report.givenComponents, 1);
  ExpectContent(scene, { 1, 2 });
}

TEST(SpatialRegularity, LeavesWithoutPositionsVanish)
{
  // Root: 1, and a node of 2 and 3, of which 3 is too small everywhere.
  Scene scene = MakeScene({ "111222", "113222", "111232", "111222" }, { 0, 0, 2, 2 });
  scene.result.nodes[3].note = "stays";
  const auto report = scene.Make(2);
  EXPECT_EQ(report.removedLeaves, 1);
  ASSERT_EQ(scene.result.nodes.size(), 3u);
  // The node of 2 and 3 is gone, and 2 in its place.
  EXPECT_EQ(scene.result.nodes[2].note, "stays");
  EXPECT_EQ(scene.result.nodes[2].level, 1);
  EXPECT_EQ(scene.Picture(),
            "111222"
            "111222"
            "111222"
            "111222");
  ExpectContent(scene, { 1, 2 });
}

TEST(SpatialRegularity, ComponentsBecomeLeaves)
{
  Scene      scene = MakeScene({ "22111122", "21112222", "11112222" }, { 0, 0 });
  const auto report = scene.Make(0, true);
  EXPECT_EQ(report.dividedLeaves, 1);
  // The larger first, though it begins later.
  EXPECT_EQ(scene.Picture(),
            "33111122"
            "31112222"
            "11112222");
  ASSERT_EQ(scene.result.nodes.size(), 5u);
  const ClusterNode & divided = scene.result.nodes[2];
  EXPECT_EQ(divided.children, (std::vector<int>{ 3, 4 }));
  EXPECT_EQ(divided.comparedBy, FeatureKind::Positions);
  EXPECT_EQ(divided.stop, StopReason::NotStopped);
  EXPECT_EQ(divided.lambda, 0);
  EXPECT_EQ(scene.result.nodes[3].stop, StopReason::NotSignificant);
  EXPECT_EQ(scene.result.nodes[3].note, "alike");
  EXPECT_EQ(scene.result.nodes[3].lambda, 1.25);
  EXPECT_EQ(scene.result.nodes[3].comparedBy, FeatureKind::Unnamed);
  ExpectContent(scene, { 3, 4 });

  // Cut again, nothing is left of it.
  PruneBelow(scene.result.nodes, { 2 });
  EXPECT_EQ(scene.result.nodes[2].comparedBy, FeatureKind::Unnamed);
}

TEST(SpatialRegularity, FirstTheAreaThenTheComponents)
{
  Scene      scene = MakeScene({ "2211112", "2211112", "1111121" }, { 0, 0 });
  const auto report = scene.Make(3, true);
  EXPECT_EQ(report.givenPositions, 3);
  EXPECT_EQ(scene.Picture(),
            "2211111"
            "2211111"
            "1111111");
  EXPECT_EQ(report.dividedLeaves, 0);
}

TEST(SpatialRegularity, ARowAndAVolumeAreGridsToo)
{
  Scene row = MakeScene({ "1112111" }, { 0, 0 });
  row.Make(2);
  EXPECT_EQ(row.Picture(), "1111111");
  EXPECT_EQ(row.result.nodes.size(), 1u);

  // Two layers, the second below the first: a 2 under a 2 makes two positions.
  Scene volume = MakeScene({ "111", "121", "111", "111", "121", "111" }, { 0, 0 });
  volume.grid.size = { 3, 3, 2 };
  volume.Make(2);
  EXPECT_EQ(volume.result.nodes.size(), 3u);
  volume.Make(3);
  EXPECT_EQ(volume.result.nodes.size(), 1u);
}

TEST(SpatialRegularity, TooManyComponentsAreRefused)
{
  std::vector<std::string> rows(64, std::string(64, '1'));
  for (std::size_t y = 0; y < 64; ++y)
  {
    for (std::size_t x = y % 2; x < 64; x += 2)
    {
      rows[y][x] = '2';
    }
  }
  Scene scene = MakeScene(rows, { 0, 0 });
  try
  {
    scene.Make(0, true);
    FAIL();
  }
  catch (const std::invalid_argument & error)
  {
    EXPECT_NE(std::string(error.what()).find("4096 connected components"), std::string::npos) << error.what();
  }
}

TEST(SpatialRegularity, IsTheSameForAnyNumberOfThreadsAndTwice)
{
  const fixtures::Features features = fixtures::MakeFourDomains(2.0);
  const auto               make = [&](int threads, int times) {
    DivisiveOptions options;
    options.mode = ClusterMode::Paper;
    options.splits = { { 0, 4, {} } };
    DivisiveResult result = RunDivisive(*features.store, features.grid, options, { threads, {} });
    for (int i = 0; i < times; ++i)
    {
      RegulariseLeaves(result, *features.store, features.grid, { 6, true }, { threads, {} });
    }
    return result;
  };
  const DivisiveResult one = make(1, 1);
  EXPECT_NO_THROW(ValidateNodes(one.nodes));
  EXPECT_GT(LeavesInOrder(one.nodes).size(), 3u);
  for (const DivisiveResult & other : { make(3, 1), make(1, 2) })
  {
    EXPECT_EQ(one.leafOfPosition, other.leafOfPosition);
    ASSERT_EQ(one.nodes.size(), other.nodes.size());
    for (std::size_t i = 0; i < one.nodes.size(); ++i)
    {
      EXPECT_EQ(one.nodes[i].centroid, other.nodes[i].centroid);
      EXPECT_EQ(one.nodes[i].inertia, other.nodes[i].inertia);
    }
  }
}
