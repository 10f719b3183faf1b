// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/ClusterNodes.h"

#include "Text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr std::array<const char *, 13> ReasonNames{ { "split",
                                                      "n_min",
                                                      "no coherent feature",
                                                      "not significant",
                                                      "gradient",
                                                      "not coherent",
                                                      "maximum leaves",
                                                      "maximum depth",
                                                      "not asked",
                                                      "frozen",
                                                      "merged",
                                                      "cut by hand",
                                                      "no lattice" } };

void
Fail(int id, const std::string & what)
{
  throw std::invalid_argument(Text("node ", id, ": ") + what);
}

void
ValidateNode(const ClusterNodes & nodes, int id)
{
  const ClusterNode & node = nodes[static_cast<std::size_t>(id)];
  if (node.id != id)
  {
    Fail(id, Text("its id is ", node.id));
  }
  if (id == 0 ? node.parent != -1 : node.parent < 0 || node.parent >= id)
  {
    Fail(id, Text("its parent is ", node.parent));
  }
  if (node.level != (id == 0 ? 0 : nodes[static_cast<std::size_t>(node.parent)].level + 1))
  {
    Fail(id, Text("its level is ", node.level));
  }
  if (node.children.size() == 1)
  {
    Fail(id, "it has one child");
  }
  std::int64_t inside = 0;
  for (std::size_t i = 0; i < node.children.size(); ++i)
  {
    const int child = node.children[i];
    if (child <= id || child >= static_cast<int>(nodes.size()) || nodes[static_cast<std::size_t>(child)].parent != id ||
        std::find(node.children.begin(), node.children.begin() + static_cast<std::ptrdiff_t>(i), child) !=
          node.children.begin() + static_cast<std::ptrdiff_t>(i))
    {
      Fail(id, Text("it cannot have the child ", child));
    }
    inside += nodes[static_cast<std::size_t>(child)].size;
  }
  if (node.size < 0 || (!node.IsLeaf() && inside != node.size))
  {
    Fail(id, Text("it has ", node.size, " positions, its children ", inside));
  }
  if (node.IsLeaf() == (node.stop == StopReason::NotStopped))
  {
    Fail(id, Text("it ", node.IsLeaf() ? "is a leaf" : "has children", " but stopped for \"", NameOf(node.stop), "\""));
  }
  if (node.centroid.size() != nodes.front().centroid.size())
  {
    Fail(id, Text("its centroid has ", node.centroid.size(), " values, the root's ", nodes.front().centroid.size()));
  }
  const auto columns = static_cast<std::int64_t>(node.centroid.size());
  for (std::size_t i = 0; i < node.features.size(); ++i)
  {
    const std::int64_t feature = node.features[i];
    if (feature < 0 || (columns > 0 && feature >= columns) || (i > 0 && feature <= node.features[i - 1]))
    {
      Fail(id, Text("feature ", feature, " is out of range or out of order"));
    }
  }
}
} // namespace

const char *
NameOf(StopReason reason)
{
  return ReasonNames.at(static_cast<std::size_t>(reason));
}

StopReason
StopReasonFromName(const std::string & name)
{
  std::string accepted;
  for (std::size_t i = 0; i < ReasonNames.size(); ++i)
  {
    if (name == ReasonNames[i])
    {
      return static_cast<StopReason>(i);
    }
    accepted += (i > 0 ? ", \"" : "\"") + std::string(ReasonNames[i]) + "\"";
  }
  throw std::invalid_argument("no stop reason is called \"" + name + "\"; there are " + accepted);
}

void
ValidateNodes(const ClusterNodes & nodes)
{
  if (nodes.empty())
  {
    throw std::invalid_argument("a tree has at least its root");
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    ValidateNode(nodes, static_cast<int>(i));
  }
  std::size_t reached = 1;
  for (const ClusterNode & node : nodes)
  {
    reached += node.children.size();
  }
  if (reached != nodes.size())
  {
    throw std::invalid_argument("a node is missing among its parent's children");
  }
}

std::vector<int>
LeavesInOrder(const ClusterNodes & nodes)
{
  std::vector<int> leaves;
  std::vector<int> open;
  if (!nodes.empty())
  {
    open.push_back(0);
  }
  while (!open.empty())
  {
    const ClusterNode & node = nodes[static_cast<std::size_t>(open.back())];
    open.pop_back();
    if (node.IsLeaf())
    {
      leaves.push_back(node.id);
    }
    open.insert(open.end(), node.children.rbegin(), node.children.rend());
  }
  return leaves;
}

std::vector<std::uint16_t>
LeafLabels(const ClusterNodes & nodes)
{
  const std::vector<int> leaves = LeavesInOrder(nodes);
  if (leaves.size() > std::numeric_limits<std::uint16_t>::max())
  {
    throw std::length_error(Text(leaves.size(), " leaves are more than 65535 labels"));
  }
  std::vector<std::uint16_t> labels(nodes.size(), 0);
  for (std::size_t i = 0; i < leaves.size(); ++i)
  {
    labels[static_cast<std::size_t>(leaves[i])] = static_cast<std::uint16_t>(i + 1);
  }
  return labels;
}
} // namespace fourdstem
