// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/ClusterNodes.h"

#include "NodeContent.h"
#include "Text.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

namespace fourdstem
{
namespace
{
ClusterNode &
At(ClusterNodes & nodes, int id)
{
  return nodes[static_cast<std::size_t>(id)];
}

void
RequireNode(const ClusterNodes & nodes, int id)
{
  if (id < 0 || id >= static_cast<int>(nodes.size()))
  {
    throw std::invalid_argument(Text("there is no node ", id, ", only 0 ... ", static_cast<int>(nodes.size()) - 1));
  }
}

/** Drops every node that another one holds, and numbers the others anew in their order. */
NodeMap
Renumber(ClusterNodes & nodes, const std::vector<int> & holder)
{
  NodeMap      map(nodes.size(), -1);
  ClusterNodes kept;
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    if (holder[i] == static_cast<int>(i))
    {
      map[i] = static_cast<int>(kept.size());
      kept.push_back(std::move(nodes[i]));
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    int at = static_cast<int>(i);
    while (holder[static_cast<std::size_t>(at)] != at)
    {
      at = holder[static_cast<std::size_t>(at)];
    }
    map[i] = map[static_cast<std::size_t>(at)];
  }
  for (ClusterNode & node : kept)
  {
    node.id = map[static_cast<std::size_t>(node.id)];
    node.parent = node.parent < 0 ? -1 : map[static_cast<std::size_t>(node.parent)];
    node.level = node.parent < 0 ? 0 : At(kept, node.parent).level + 1;
    for (int & child : node.children)
    {
      child = map[static_cast<std::size_t>(child)];
    }
  }
  nodes = std::move(kept);
  return map;
}

void
MakeLeaf(ClusterNode & node, StopReason reason)
{
  node.children.clear();
  node.explainedVariance = 0.0;
  node.k = 0;
  node.startRows.clear();
  node.stability.reset();
  node.stop = reason;
  node.note.clear();
  node.comparedBy = node.comparedBy == FeatureKind::Positions ? FeatureKind::Unnamed : node.comparedBy;
}

/** From the root to the node, both included. */
std::vector<int>
PathTo(const ClusterNodes & nodes, int id)
{
  std::vector<int> path;
  for (int at = id; at >= 0; at = nodes[static_cast<std::size_t>(at)].parent)
  {
    path.insert(path.begin(), at);
  }
  return path;
}

std::vector<int>
Themselves(const ClusterNodes & nodes)
{
  std::vector<int> holder(nodes.size());
  std::iota(holder.begin(), holder.end(), 0);
  return holder;
}

/** Of a node's children, since they are no longer what they were compared as; nor is the split what it was. */
void
ForgetSignatures(ClusterNodes & nodes, ClusterNode & parent)
{
  parent.stability.reset();
  for (const int child : parent.children)
  {
    At(nodes, child).signature = {};
  }
}

/** Puts the one child that node `id` has left in its place. */
void
TakePlace(ClusterNodes & nodes, int id, std::vector<int> & holder)
{
  const int only = At(nodes, id).children.front();
  const int parent = At(nodes, id).parent;
  At(nodes, only).parent = parent;
  holder[static_cast<std::size_t>(id)] = only;
  if (parent >= 0)
  {
    std::vector<int> & siblings = At(nodes, parent).children;
    std::replace(siblings.begin(), siblings.end(), id, only);
  }
}

/** Takes the merged leaves out of node `id`, which vanishes if less than two children are left. */
void
DropMerged(ClusterNodes & nodes, int id, int whole, const std::set<int> & merged, std::vector<int> & holder)
{
  ClusterNode &      node = At(nodes, id);
  std::vector<int> & children = node.children;
  ForgetSignatures(nodes, node);
  children.erase(
    std::remove_if(children.begin(), children.end(), [&merged](int child) { return merged.count(child) > 0; }),
    children.end());
  if (children.size() > 1)
  {
    std::vector<const ClusterNode *> parts;
    parts.reserve(children.size());
    for (const int child : children)
    {
      parts.push_back(&At(nodes, child));
    }
    Unite(parts, node);
    SetExplainedVariance(nodes, node.id);
    return;
  }
  if (children.empty())
  {
    std::vector<int> & siblings = At(nodes, node.parent).children;
    siblings.erase(std::find(siblings.begin(), siblings.end(), id));
    holder[static_cast<std::size_t>(id)] = whole;
    return;
  }
  TakePlace(nodes, id, holder);
}
} // namespace

NodeMap
PruneBelow(ClusterNodes & nodes, const std::vector<int> & ids, StopReason reason)
{
  std::vector<int> holder = Themselves(nodes);
  for (const int id : ids)
  {
    RequireNode(nodes, id);
    if (!At(nodes, id).IsLeaf())
    {
      MakeLeaf(At(nodes, id), reason);
    }
  }
  for (std::size_t i = 1; i < nodes.size(); ++i)
  {
    const auto parent = static_cast<std::size_t>(nodes[i].parent);
    if (holder[parent] != nodes[i].parent || nodes[parent].IsLeaf())
    {
      holder[i] = holder[parent];
    }
  }
  return Renumber(nodes, holder);
}

NodeMap
CutAtLevel(ClusterNodes & nodes, int level)
{
  if (level < 0)
  {
    throw std::invalid_argument(Text("the level is ", level, " but must be 0 or more"));
  }
  std::vector<int> ids;
  for (const ClusterNode & node : nodes)
  {
    if (node.level == level)
    {
      ids.push_back(node.id);
    }
  }
  return PruneBelow(nodes, ids);
}

NodeMap
CutAtLeaves(ClusterNodes & nodes, int leaves)
{
  if (leaves < 1)
  {
    throw std::invalid_argument(Text("the number of leaves is ", leaves, " but must be 1 or more"));
  }
  // The last split made is the one whose first child was made last: its children are leaves.
  std::vector<int> splits;
  for (const ClusterNode & node : nodes)
  {
    if (!node.IsLeaf())
    {
      splits.push_back(node.id);
    }
  }
  std::sort(splits.begin(), splits.end(), [&nodes](int a, int b) {
    const auto firstMade = [&nodes](int id) {
      const std::vector<int> & children = At(nodes, id).children;
      return *std::min_element(children.begin(), children.end());
    };
    return firstMade(a) > firstMade(b);
  });
  auto             count = static_cast<int>(LeavesInOrder(nodes).size());
  std::vector<int> undone;
  for (const int id : splits)
  {
    if (count <= leaves)
    {
      break;
    }
    count -= static_cast<int>(At(nodes, id).children.size()) - 1;
    undone.push_back(id);
  }
  return PruneBelow(nodes, undone);
}

NodeMap
CutAtGate(ClusterNodes & nodes, GateQuantity quantity, double threshold)
{
  std::vector<int> ids;
  bool             isMeasured = nodes.front().IsLeaf();
  for (const ClusterNode & node : nodes)
  {
    const double value = quantity == GateQuantity::Lambda ? node.lambda : node.gain;
    isMeasured = isMeasured || (!node.IsLeaf() && value != 0.0);
    if (!node.IsLeaf() && !(value >= threshold))
    {
      ids.push_back(node.id);
    }
  }
  if (!isMeasured)
  {
    throw std::invalid_argument(Text("no split of this tree has a ",
                                     quantity == GateQuantity::Lambda ? "ratio of signal to neighbour noise" : "gain",
                                     ": they were made by given numbers of children, as in paper mode"));
  }
  return PruneBelow(nodes, ids);
}

NodeMap
RemoveEmptyLeaves(ClusterNodes & nodes)
{
  std::vector<int> holder = Themselves(nodes);
  const auto       isEmpty = [&nodes](int id) { return At(nodes, id).size == 0; };
  // Children follow their parents: from below.
  for (int id = static_cast<int>(nodes.size()); id-- > 0;)
  {
    ClusterNode &      node = At(nodes, id);
    std::vector<int> & children = node.children;
    if (node.size == 0)
    {
      holder[static_cast<std::size_t>(id)] = std::max(0, node.parent);
    }
    else if (std::any_of(children.begin(), children.end(), isEmpty))
    {
      ForgetSignatures(nodes, node);
      children.erase(std::remove_if(children.begin(), children.end(), isEmpty), children.end());
      if (children.size() == 1)
      {
        TakePlace(nodes, id, holder);
      }
    }
  }
  return Renumber(nodes, holder);
}

NodeMap
MergeLeaves(ClusterNodes & nodes, const std::vector<int> & leaves)
{
  const std::set<int> merged(leaves.begin(), leaves.end());
  for (const int id : merged)
  {
    RequireNode(nodes, id);
    if (!At(nodes, id).IsLeaf())
    {
      throw std::invalid_argument(Text("node ", id, " is no leaf"));
    }
  }
  if (merged.size() < 2)
  {
    throw std::invalid_argument("merging needs two different leaves");
  }

  std::vector<int> common = PathTo(nodes, *merged.begin());
  for (const int id : merged)
  {
    const std::vector<int> path = PathTo(nodes, id);
    const auto             length = std::min(path.size(), common.size());
    common.erase(
      std::mismatch(common.begin(), common.begin() + static_cast<std::ptrdiff_t>(length), path.begin()).first,
      common.end());
  }
  const int ancestor = common.back();

  std::vector<const ClusterNode *> parts;
  std::set<int, std::greater<>>    between; // deeper nodes first
  for (const int id : merged)
  {
    const std::vector<int> path = PathTo(nodes, id);
    between.insert(path.begin() + static_cast<std::ptrdiff_t>(common.size()), path.end() - 1);
    parts.push_back(&At(nodes, id));
  }
  ClusterNode whole;
  whole.id = *merged.begin();
  whole.parent = ancestor;
  whole.stop = StopReason::Merged;
  Unite(parts, whole);

  const std::vector<int> order = LeavesInOrder(nodes);
  const int              firstLeaf =
    *std::find_if(order.begin(), order.end(), [&merged](int leaf) { return merged.count(leaf) > 0; });
  const int        place = PathTo(nodes, firstLeaf)[common.size()];
  std::vector<int> children;
  for (const int child : At(nodes, ancestor).children)
  {
    if (child == place)
    {
      children.push_back(whole.id);
    }
    if (merged.count(child) == 0)
    {
      children.push_back(child);
    }
  }
  At(nodes, ancestor).children = children;
  ForgetSignatures(nodes, At(nodes, ancestor));

  std::vector<int> holder = Themselves(nodes);
  for (const int id : merged)
  {
    holder[static_cast<std::size_t>(id)] = whole.id;
  }
  At(nodes, whole.id) = whole;
  for (const int id : between)
  {
    DropMerged(nodes, id, whole.id, merged, holder);
  }
  if (At(nodes, ancestor).children.size() == 1)
  {
    MakeLeaf(At(nodes, ancestor), StopReason::Merged);
    holder[static_cast<std::size_t>(whole.id)] = ancestor;
  }
  else
  {
    SetExplainedVariance(nodes, ancestor);
  }
  return Renumber(nodes, holder);
}
} // namespace fourdstem
