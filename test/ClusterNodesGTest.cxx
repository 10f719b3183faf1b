// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/ClusterNodes.h"

#include "ClusterTreeFixture.h"

#include <gtest/gtest.h>

namespace
{
using namespace fourdstem;
using fixtures::MakeTree;
using fixtures::SizesOfLeaves;

template <typename TEdit>
std::string
ComplaintOf(TEdit edit)
{
  try
  {
    ClusterNodes nodes = MakeTree();
    edit(nodes);
  }
  catch (const std::invalid_argument & error)
  {
    return error.what();
  }
  return "none";
}
} // namespace

TEST(ClusterNodes, LeavesAreLabelledDepthFirst)
{
  const ClusterNodes nodes = MakeTree();
  EXPECT_NO_THROW(ValidateNodes(nodes));
  EXPECT_EQ(LeavesInOrder(nodes), (std::vector<int>{ 1, 5, 6, 7, 4 }));
  EXPECT_EQ(LeafLabels(nodes), (std::vector<std::uint16_t>{ 0, 1, 0, 0, 5, 2, 3, 4 }));
}

TEST(ClusterNodes, CutsAtALevel)
{
  ClusterNodes  nodes = MakeTree();
  const NodeMap map = CutAtLevel(nodes, 2);
  EXPECT_EQ(SizesOfLeaves(nodes), (std::vector<std::int64_t>{ 10, 18, 12 }));
  EXPECT_EQ(map, (NodeMap{ 0, 1, 2, 3, 4, 3, 3, 3 }));
  EXPECT_EQ(nodes[3].stop, StopReason::Cut);
  CutAtLevel(nodes, 0);
  EXPECT_EQ(nodes.size(), 1u);
  EXPECT_EQ(ComplaintOf([](ClusterNodes & n) { CutAtLevel(n, -1); }), "the level is -1 but must be 0 or more");
}

TEST(ClusterNodes, CutsAtANumberOfLeavesUndoTheLastSplits)
{
  for (const auto & [leaves, left] : { std::pair{ 9, 5 }, { 5, 5 }, { 4, 3 }, { 3, 3 }, { 2, 2 }, { 1, 1 } })
  {
    ClusterNodes nodes = MakeTree();
    CutAtLeaves(nodes, leaves);
    EXPECT_EQ(static_cast<int>(LeavesInOrder(nodes).size()), left);
    EXPECT_NO_THROW(ValidateNodes(nodes));
  }
  EXPECT_EQ(ComplaintOf([](ClusterNodes & n) { CutAtLeaves(n, 0); }),
            "the number of leaves is 0 but must be 1 or more");
}

TEST(ClusterNodes, CutsAtAGate)
{
  ClusterNodes nodes = MakeTree();
  CutAtGate(nodes, GateQuantity::Lambda, 5.0);
  EXPECT_EQ(SizesOfLeaves(nodes), (std::vector<std::int64_t>{ 10, 18, 12 }));
  CutAtGate(nodes, GateQuantity::Gain, 150.0);
  EXPECT_EQ(SizesOfLeaves(nodes), (std::vector<std::int64_t>{ 10, 30 }));
  EXPECT_EQ(nodes[2].stop, StopReason::Cut);
  EXPECT_EQ(nodes[1].stop, StopReason::Gradient) << "stopped by itself";

  ClusterNodes given = MakeTree();
  for (ClusterNode & node : given)
  {
    node.lambda = 0;
    node.gain = 0;
  }
  EXPECT_THROW(CutAtGate(given, GateQuantity::Lambda, 0.5), std::invalid_argument);
  EXPECT_THROW(CutAtGate(given, GateQuantity::Gain, 0.5), std::invalid_argument);
  EXPECT_EQ(given.size(), 8u);
}

TEST(ClusterNodes, PruneKeepsIdsConsecutive)
{
  ClusterNodes  nodes = MakeTree();
  const NodeMap map = PruneBelow(nodes, { 3 });
  EXPECT_EQ(map, (NodeMap{ 0, 1, 2, 3, 4, 3, 3, 3 }));
  ClusterNodes  again = MakeTree();
  const NodeMap whole = PruneBelow(again, { 2 });
  EXPECT_EQ(whole, (NodeMap{ 0, 1, 2, 2, 2, 2, 2, 2 }));
  EXPECT_EQ(again[2].stop, StopReason::Cut);
  EXPECT_EQ(ComplaintOf([](ClusterNodes & n) { PruneBelow(n, { 8 }); }), "there is no node 8, only 0 ... 7");
}

TEST(ClusterNodes, MergesSiblings)
{
  ClusterNodes  nodes = MakeTree();
  const NodeMap map = MergeLeaves(nodes, { 7, 5 });
  EXPECT_NO_THROW(ValidateNodes(nodes));
  EXPECT_EQ(SizesOfLeaves(nodes), (std::vector<std::int64_t>{ 10, 12, 6, 12 }));
  EXPECT_EQ(map[5], map[7]);
  const ClusterNode & merged = nodes[static_cast<std::size_t>(map[5])];
  EXPECT_EQ(merged.stop, StopReason::Merged);
  EXPECT_FLOAT_EQ(merged.centroid[0], (5.0f * 5 + 7.0f * 7) / 12);
  // Two groups at 5 and 7, 5 and 7 strong, with their own inertia of 5 and 7.
  EXPECT_NEAR(merged.inertia, 12 + 5.0 * 7.0 / 12 * 4, 1e-5);
}

TEST(ClusterNodes, MergingAllChildrenLeavesTheParent)
{
  ClusterNodes  nodes = MakeTree();
  const NodeMap map = MergeLeaves(nodes, { 5, 6, 7 });
  EXPECT_NO_THROW(ValidateNodes(nodes));
  EXPECT_EQ(nodes.size(), 5u);
  EXPECT_EQ(map, (NodeMap{ 0, 1, 2, 3, 4, 3, 3, 3 }));
}

TEST(ClusterNodes, MergesAcrossBranches)
{
  ClusterNodes  nodes = MakeTree();
  const NodeMap map = MergeLeaves(nodes, { 4, 6 });
  EXPECT_NO_THROW(ValidateNodes(nodes));
  EXPECT_EQ(SizesOfLeaves(nodes), (std::vector<std::int64_t>{ 10, 18, 5, 7 }));
  EXPECT_EQ(map[4], map[6]);
  const ClusterNode & between = nodes[static_cast<std::size_t>(map[3])];
  EXPECT_EQ(between.size, 12);
  EXPECT_FLOAT_EQ(between.centroid[0], (5.0f * 5 + 7.0f * 7) / 12);

  // Node 3 loses two of three children and vanishes: the third takes its place.
  ClusterNodes  more = MakeTree();
  const NodeMap moved = MergeLeaves(more, { 1, 5, 6 });
  EXPECT_NO_THROW(ValidateNodes(more));
  EXPECT_EQ(SizesOfLeaves(more), (std::vector<std::int64_t>{ 21, 7, 12 }));
  EXPECT_EQ(moved[3], moved[7]);

  ClusterNodes all = MakeTree();
  MergeLeaves(all, { 1, 4, 5, 6, 7 });
  EXPECT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().stop, StopReason::Merged);
}

TEST(ClusterNodes, MergingNeedsTwoLeaves)
{
  EXPECT_EQ(ComplaintOf([](ClusterNodes & n) { MergeLeaves(n, { 4, 4 }); }), "merging needs two different leaves");
  EXPECT_EQ(ComplaintOf([](ClusterNodes & n) { MergeLeaves(n, { 4, 3 }); }), "node 3 is no leaf");
  EXPECT_EQ(ComplaintOf([](ClusterNodes & n) { MergeLeaves(n, { 4, -1 }); }), "there is no node -1, only 0 ... 7");
}

TEST(ClusterNodes, WhatIsNoTreeIsNamed)
{
  const auto complaint = [](auto change) {
    return ComplaintOf([change](ClusterNodes & nodes) {
      change(nodes);
      ValidateNodes(nodes);
    });
  };
  EXPECT_EQ(complaint([](ClusterNodes & n) { n.clear(); }), "a tree has at least its root");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[3].id = 4; }), "node 3: its id is 4");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[0].parent = 0; }), "node 0: its parent is 0");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[3].parent = 5; }), "node 2: it cannot have the child 3");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[3].level = 7; }), "node 3: its level is 7");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[0].children.pop_back(); }), "node 0: it has one child");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[3].children[1] = 99; }), "node 3: it cannot have the child 99");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[3].children[1] = 5; }), "node 3: it cannot have the child 5");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[7].size = 1; }), "node 3: it has 18 positions, its children 12");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[3].children.pop_back(); }),
            "node 3: it has 18 positions, its children 11");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[7].stop = StopReason::NotStopped; }),
            "node 7: it is a leaf but stopped for \"split\"");
  EXPECT_EQ(complaint([](ClusterNodes & n) { n[7].centroid.push_back(1); }),
            "node 7: its centroid has 3 values, the root's 2");
  EXPECT_EQ(complaint([](ClusterNodes & n) {
              n[7].features = { 1, 1 };
            }),
            "node 7: feature 1 is out of range or out of order");
}

TEST(ClusterNodes, StopReasonsHaveNames)
{
  for (int i = 0; i <= static_cast<int>(StopReason::NoLattice); ++i)
  {
    const auto reason = static_cast<StopReason>(i);
    EXPECT_EQ(StopReasonFromName(NameOf(reason)), reason);
  }
  EXPECT_STREQ(NameOf(StopReason::Gradient), "gradient");
  EXPECT_THROW(StopReasonFromName("bored"), std::invalid_argument);
}
