// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/SpatialRegularity.h"

#include "ConnectedComponents.h"
#include "NodeContent.h"
#include "Text.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>
#include <utility>

namespace fourdstem
{
namespace
{
/** Nodes that hold other positions than before, where positions went from one leaf to another. */
std::set<int>
ChangedNodes(const ClusterNodes & nodes, const std::set<std::pair<std::int32_t, std::int32_t>> & moves)
{
  const auto pathTo = [&nodes](int leaf) {
    std::set<int> path;
    for (int id = leaf; id >= 0; id = nodes[static_cast<std::size_t>(id)].parent)
    {
      path.insert(id);
    }
    return path;
  };
  std::set<int> changed;
  for (const auto & [from, to] : moves)
  {
    const std::set<int> losing = pathTo(from);
    const std::set<int> gaining = pathTo(to);
    std::set_symmetric_difference(
      losing.begin(), losing.end(), gaining.begin(), gaining.end(), std::inserter(changed, changed.end()));
  }
  return changed;
}

/** Describes the nodes, with a share of the progress each. */
void
Describe(DivisiveResult &         result,
         const std::vector<int> & nodes,
         const RowStore &         store,
         const PositionGrid &     grid,
         const Execution &        execution)
{
  const auto count = static_cast<double>(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    const auto done = static_cast<double>(i);
    DescribeNode(
      result, nodes[i], store, grid, { execution.threads, execution.monitor.Part(done / count, (done + 1.0) / count) });
  }
}

void
GiveAway(DivisiveResult &     result,
         const RowStore &     store,
         const PositionGrid & grid,
         std::int64_t         minimumArea,
         SpatialReport &      report,
         const Execution &    execution)
{
  const std::vector<int> leaves = LeavesInOrder(result.nodes);
  std::vector<int>       rank(result.nodes.size(), -1);
  for (std::size_t i = 0; i < leaves.size(); ++i)
  {
    rank[static_cast<std::size_t>(leaves[i])] = static_cast<int>(i);
  }
  const std::vector<std::int32_t> before = result.leafOfPosition;
  const AreaReport                area = GiveSmallComponents(grid, minimumArea, rank, result.leafOfPosition);
  report.givenComponents = area.given;
  report.isolatedComponents = area.isolated;

  std::set<std::pair<std::int32_t, std::int32_t>> moves;
  for (std::size_t i = 0; i < before.size(); ++i)
  {
    const std::int32_t from = before[i];
    const std::int32_t to = result.leafOfPosition[i];
    if (from == to)
    {
      continue;
    }
    ++report.givenPositions;
    moves.emplace(from, to);
    for (int id = from; id >= 0; id = result.nodes[static_cast<std::size_t>(id)].parent)
    {
      --result.nodes[static_cast<std::size_t>(id)].size;
    }
    for (int id = to; id >= 0; id = result.nodes[static_cast<std::size_t>(id)].parent)
    {
      ++result.nodes[static_cast<std::size_t>(id)].size;
    }
  }
  const std::set<int> old = ChangedNodes(result.nodes, moves);
  std::vector<bool>   isEmpty;
  std::transform(result.nodes.begin(), result.nodes.end(), std::back_inserter(isEmpty), [](const ClusterNode & node) {
    return node.size == 0;
  });
  const NodeMap map = RemoveEmptyLeaves(result.nodes);
  for (std::int32_t & leaf : result.leafOfPosition)
  {
    leaf = leaf < 0 ? leaf : map[static_cast<std::size_t>(leaf)];
  }
  report.removedLeaves = static_cast<int>(leaves.size() - LeavesInOrder(result.nodes).size());
  std::set<int> changed;
  for (const int id : old)
  {
    if (!isEmpty[static_cast<std::size_t>(id)])
    {
      changed.insert(map[static_cast<std::size_t>(id)]);
    }
  }
  Describe(result, { changed.begin(), changed.end() }, store, grid, execution);
}

/** The components of each leaf, the largest first. */
std::vector<std::vector<int>>
ComponentsOfLeaves(const ConnectedComponents & found, std::size_t nodes)
{
  std::vector<std::vector<int>> ofLeaf(nodes);
  for (std::size_t c = 0; c < found.components.size(); ++c)
  {
    ofLeaf[static_cast<std::size_t>(found.components[c].leaf)].push_back(static_cast<int>(c));
  }
  for (std::vector<int> & components : ofLeaf)
  {
    std::stable_sort(components.begin(), components.end(), [&found](int a, int b) {
      return found.components[static_cast<std::size_t>(a)].size > found.components[static_cast<std::size_t>(b)].size;
    });
  }
  return ofLeaf;
}

void
DivideLeaves(DivisiveResult &     result,
             const RowStore &     store,
             const PositionGrid & grid,
             SpatialReport &      report,
             const Execution &    execution)
{
  const ConnectedComponents found = FindComponents(grid, result.leafOfPosition);
  if (found.components.size() > static_cast<std::size_t>(MostComponentLeaves))
  {
    throw std::invalid_argument(Text("the leaves have ",
                                     found.components.size(),
                                     " connected components, more than ",
                                     MostComponentLeaves,
                                     " leaves: give the small ones away by a minimum area"));
  }
  const auto       ofLeaf = ComponentsOfLeaves(found, result.nodes.size());
  std::vector<int> leafOfComponent(found.components.size(), -1);
  std::vector<int> made;
  for (const int leaf : LeavesInOrder(result.nodes))
  {
    const std::vector<int> & components = ofLeaf[static_cast<std::size_t>(leaf)];
    for (const int component : components)
    {
      leafOfComponent[static_cast<std::size_t>(component)] = leaf;
    }
    if (components.size() < 2)
    {
      continue;
    }
    ++report.dividedLeaves;
    for (const int component : components)
    {
      ClusterNode & parent = result.nodes[static_cast<std::size_t>(leaf)];
      ClusterNode   child = parent;
      child.id = static_cast<int>(result.nodes.size());
      child.parent = leaf;
      child.level = parent.level + 1;
      child.children.clear();
      parent.children.push_back(child.id);
      made.push_back(child.id);
      leafOfComponent[static_cast<std::size_t>(component)] = child.id;
      result.nodes.push_back(std::move(child));
    }
    ClusterNode & parent = result.nodes[static_cast<std::size_t>(leaf)];
    ForgetExamination(parent);
    parent.stop = StopReason::NotStopped;
    parent.comparedBy = FeatureKind::Positions;
    parent.note = Text(components.size(), " connected components");
  }
  for (std::size_t i = 0; i < result.leafOfPosition.size(); ++i)
  {
    if (found.ofPosition[i] >= 0)
    {
      result.leafOfPosition[i] = leafOfComponent[static_cast<std::size_t>(found.ofPosition[i])];
    }
  }
  Describe(result, made, store, grid, execution);
}
} // namespace

void
CheckRegularity(const SpatialRegularity & regularity)
{
  if (regularity.minimumArea < 0)
  {
    throw std::invalid_argument(Text("the minimum area is ", regularity.minimumArea, " but must be 0 or more"));
  }
}

SpatialReport
RegulariseLeaves(DivisiveResult &          result,
                 const RowStore &          store,
                 const PositionGrid &      grid,
                 const SpatialRegularity & regularity,
                 const Execution &         execution)
{
  CheckRegularity(regularity);
  SpatialReport report;
  const bool    gives = regularity.minimumArea > 1;
  const bool    divides = regularity.dividesComponents;
  const auto    part = [&execution](double begin, double end) {
    return Execution{ execution.threads, execution.monitor.Part(begin, end) };
  };
  if (gives)
  {
    GiveAway(result, store, grid, regularity.minimumArea, report, part(0.0, divides ? 0.5 : 1.0));
  }
  if (divides)
  {
    DivideLeaves(result, store, grid, report, part(gives ? 0.5 : 0.0, 1.0));
  }
  if (regularity.IsAsked())
  {
    for (const ClusterNode & node : result.nodes)
    {
      if (!node.IsLeaf())
      {
        SetExplainedVariance(result.nodes, node.id);
      }
    }
  }
  return report;
}
} // namespace fourdstem
