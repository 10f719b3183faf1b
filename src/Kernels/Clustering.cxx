// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Clustering.h"

#include "Growth.h"
#include "NodeRows.h"
#include "Parallel.h"
#include "Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
void
CheckGrid(const RowStore & store, const PositionGrid & grid)
{
  for (const std::int64_t size : grid.size)
  {
    if (size < 1)
    {
      throw std::invalid_argument(Text("a grid cannot have ", size, " positions along an axis"));
    }
  }
  if (grid.Positions() != store.Rows())
  {
    throw std::invalid_argument(
      Text("the grid has ", grid.Positions(), " positions but the features have ", store.Rows(), " rows"));
  }
  if (!grid.mask.empty() && static_cast<std::int64_t>(grid.mask.size()) != store.Rows())
  {
    throw std::invalid_argument(
      Text("the mask has ", grid.mask.size(), " positions but the features have ", store.Rows(), " rows"));
  }
}

void
CheckMeasured(const RowStore & store, const DivisiveOptions & options)
{
  if (!options.measured)
  {
    return;
  }
  const std::int64_t first = options.measured->first;
  const std::int64_t measured = store.Components() - first;
  if (first < 0 || measured < 1 || measured > MaximumReducedComponents + 1)
  {
    throw std::invalid_argument(Text("measured columns begin at ", first, " of ", store.Components(), "; 1 ... ") +
                                Text(MaximumReducedComponents + 1, " of them are accepted"));
  }
  if (static_cast<std::int64_t>(options.measured->errors.size()) != store.Rows() * measured)
  {
    throw std::invalid_argument(
      Text("there are ", options.measured->errors.size(), " errors for ", store.Rows() * measured, " measured values"));
  }
}

/** Above this, squared distances over thousands of columns leave what a float can hold. */
constexpr float largestFeature = 1e15f;

[[noreturn]] void
RefuseLargest(const float * row, std::int64_t columns)
{
  float largest = 0.0f;
  for (std::int64_t j = 0; j < columns; ++j)
  {
    largest = std::isfinite(row[j]) && std::abs(row[j]) > std::abs(largest) ? row[j] : largest;
  }
  throw std::invalid_argument(Text("a feature has the value ",
                                   largest,
                                   "; beyond ",
                                   largestFeature,
                                   " squared distances overflow: divide the features by a constant"));
}

/** Leaf 0 where the mask allows it and the row holds a finite value (or there is no column), else -1. */
void
FindPositions(const RowStore & store, const PositionGrid & grid, const Execution & execution, DivisiveResult & result)
{
  constexpr std::int64_t    block = 128;
  const std::int64_t        columns = store.Components();
  std::vector<std::int64_t> nonFinite(static_cast<std::size_t>((store.Rows() + block - 1) / block), 0);
  result.leafOfPosition.assign(static_cast<std::size_t>(store.Rows()), -1);
  ParallelFor(static_cast<std::int64_t>(nonFinite.size()), { execution.threads, {} }, [&](std::int64_t b) {
    std::vector<std::int64_t> indices;
    for (std::int64_t i = b * block; i < std::min(store.Rows(), (b + 1) * block); ++i)
    {
      if (grid.mask.empty() || grid.mask[static_cast<std::size_t>(i)] != 0)
      {
        indices.push_back(i);
      }
    }
    RowLease              lease;
    const auto            count = static_cast<std::int64_t>(indices.size());
    const float * const * rows = store.Read(indices.data(), count, lease);
    for (std::size_t i = 0; i < indices.size(); ++i)
    {
      const float *      row = rows[i];
      const std::int64_t unusable =
        std::count_if(row, row + columns, [](float value) { return !(std::abs(value) <= largestFeature); });
      const std::int64_t missing =
        unusable == 0 ? 0 : std::count_if(row, row + columns, [](float value) { return !std::isfinite(value); });
      if (unusable > missing)
      {
        RefuseLargest(row, columns);
      }
      if (missing < columns || columns == 0)
      {
        result.leafOfPosition[static_cast<std::size_t>(indices[i])] = 0;
        nonFinite[static_cast<std::size_t>(b)] += missing;
      }
    }
  });
  for (const std::int64_t count : nonFinite)
  {
    result.nonFiniteValues += count;
  }
}

void
RequireNode(const DivisiveResult & result, int node)
{
  if (node < 0 || node >= static_cast<int>(result.nodes.size()))
  {
    throw std::invalid_argument(Text("there is no node ", node, ", only 0 ... ", result.nodes.size() - 1));
  }
  if (result.nodes[static_cast<std::size_t>(node)].frozen)
  {
    throw std::invalid_argument(Text("node ", node, " is frozen"));
  }
}

/** Prunes below `node`, and follows with the leaves of positions. */
NodeMap
ForgetBelow(DivisiveResult & result, int & node)
{
  NodeMap map = PruneBelow(result.nodes, { node }, StopReason::NotAsked);
  for (std::int32_t & leaf : result.leafOfPosition)
  {
    leaf = leaf < 0 ? leaf : map[static_cast<std::size_t>(leaf)];
  }
  node = map[static_cast<std::size_t>(node)];
  return map;
}

void
CheckDivision(const DivisiveResult &  result,
              int                     node,
              const RowStore &        store,
              const PositionGrid &    grid,
              const DivisiveOptions & options)
{
  CheckOptions(options);
  CheckGrid(store, grid);
  CheckMeasured(store, options);
  RequireNode(result, node);
  if (store.Components() == 0)
  {
    throw std::invalid_argument(Text("node ", node, " cannot be divided: there is no feature to compare"));
  }
}

/** Calls the one of `autoMode(growth)` and `paperMode(growth)` that the options ask for, and finds the weights. */
template <typename TAuto, typename TPaper>
void
Grow(DivisiveResult &        result,
     const RowStore &        store,
     const PositionGrid &    grid,
     const DivisiveOptions & options,
     const Execution &       execution,
     TAuto &&                autoMode,
     TPaper &&               paperMode)
{
  Growth growth(result, store, grid, options, execution);
  if (options.mode == ClusterMode::Auto)
  {
    autoMode(growth);
    growth.FindWeights();
  }
  else
  {
    paperMode(growth);
    result.weights.assign(static_cast<std::size_t>(store.Components()), 1.0f);
  }
}
} // namespace

void
CheckOptions(const DivisiveOptions & options)
{
  const auto require = [](bool holds, const char * name, auto value, const char * range) {
    if (!holds)
    {
      throw std::invalid_argument(Text(name, " is ", value, " but must be ", range));
    }
  };
  require(options.minimumSize >= 2, "minimumSize", options.minimumSize, "2 or more");
  require(options.maximumLeaves >= 1 && options.maximumLeaves <= 65535,
          "maximumLeaves",
          options.maximumLeaves,
          "1 ... 65535");
  require(options.maximumDepth >= 0, "maximumDepth", options.maximumDepth, "0 or more");
  require(options.falseDiscoveryRate > 0 && options.falseDiscoveryRate < 1,
          "falseDiscoveryRate",
          options.falseDiscoveryRate,
          "between 0 and 1");
  require(
    options.minimumScore <= options.maximumScore, "minimumScore", options.minimumScore, "at most the maximum score");
  require(options.maximumComponents >= 1 && options.maximumComponents <= 32,
          "maximumComponents",
          options.maximumComponents,
          "1 ... 32");
  require(options.minimumLambda >= 1, "minimumLambda", options.minimumLambda, "1 or more");
  require(options.maximumValley >= 0 && options.maximumValley <= 1, "maximumValley", options.maximumValley, "0 ... 1");
  require(options.minimumSharpness >= 0 && options.minimumSharpness <= 1,
          "minimumSharpness",
          options.minimumSharpness,
          "0 ... 1");
  require(options.minimumCoherence >= -1 && options.minimumCoherence <= 1,
          "minimumCoherence",
          options.minimumCoherence,
          "-1 ... 1");
  require(options.maximumK >= 2, "maximumK", options.maximumK, "2 or more");
  for (const GivenSplit & split : options.splits)
  {
    require(split.k >= 2, "k of a split", split.k, "2 or more");
    require(split.startRows.empty() || static_cast<int>(split.startRows.size()) == split.k,
            "the number of start rows",
            split.startRows.size(),
            "that of the children");
  }
}

DivisiveResult
RunDivisive(const RowStore &        store,
            const PositionGrid &    grid,
            const DivisiveOptions & options,
            const Execution &       execution)
{
  CheckOptions(options);
  CheckGrid(store, grid);
  CheckMeasured(store, options);
  DivisiveResult result;
  result.nodes.resize(1);
  FindPositions(store, grid, execution, result);
  result.nodes.front().size = std::count(result.leafOfPosition.begin(), result.leafOfPosition.end(), 0);
  if (store.Components() == 0)
  {
    result.nodes.front().stop = StopReason::NoCoherentFeature;
    result.nodes.front().note = "there is no feature to compare";
    return result;
  }
  Grow(
    result,
    store,
    grid,
    options,
    execution,
    [](Growth & growth) { growth.GrowAuto({ 0 }); },
    [](Growth & growth) {
      growth.GrowPaper(0);
      growth.DescribeRoot();
    });
  return result;
}

NodeMap
SplitNode(DivisiveResult &        result,
          int                     node,
          int                     k,
          const RowStore &        store,
          const PositionGrid &    grid,
          const DivisiveOptions & options,
          const Execution &       execution)
{
  CheckDivision(result, node, store, grid, options);
  const std::int64_t size = result.nodes[static_cast<std::size_t>(node)].size;
  if (k < 2 || k > size)
  {
    throw std::invalid_argument(Text("node ", node, " cannot have ", k, " children, only 2 ... ", size));
  }
  NodeMap map = ForgetBelow(result, node);
  Grow(
    result,
    store,
    grid,
    options,
    execution,
    [=](Growth & growth) { growth.ForceAuto(node, k); },
    [=](Growth & growth) { growth.SplitPaper(node, k, {}, 1); });
  return map;
}

NodeMap
RegrowNode(DivisiveResult &        result,
           int                     node,
           const RowStore &        store,
           const PositionGrid &    grid,
           const DivisiveOptions & options,
           const Execution &       execution)
{
  CheckDivision(result, node, store, grid, options);
  if (options.mode == ClusterMode::Paper && options.criterion == ClusterCriterion::Given && node != 0)
  {
    throw std::invalid_argument("the splits given are those of the whole tree; split the node into a given number");
  }
  NodeMap map = ForgetBelow(result, node);
  Grow(
    result,
    store,
    grid,
    options,
    execution,
    [node](Growth & growth) { growth.GrowAuto({ node }); },
    [node](Growth & growth) { growth.GrowPaper(node); });
  return map;
}

void
RegrowLeaves(DivisiveResult &        result,
             const RowStore &        store,
             const PositionGrid &    grid,
             const DivisiveOptions & options,
             const Execution &       execution)
{
  CheckOptions(options);
  CheckGrid(store, grid);
  CheckMeasured(store, options);
  if (options.mode == ClusterMode::Paper)
  {
    throw std::invalid_argument("leaves are tried again in auto mode only");
  }
  std::vector<int> leaves = LeavesInOrder(result.nodes);
  leaves.erase(std::remove_if(leaves.begin(),
                              leaves.end(),
                              [&result](int leaf) { return result.nodes[static_cast<std::size_t>(leaf)].size == 0; }),
               leaves.end());
  Growth growth(result, store, grid, options, execution);
  growth.GrowAuto(leaves);
  growth.DescribeAbove();
  growth.FindWeights();
}

std::vector<std::uint16_t>
LabelsOf(const DivisiveResult & result)
{
  const std::vector<std::uint16_t> labelOfNode = LeafLabels(result.nodes);
  std::vector<std::uint16_t>       labels(result.leafOfPosition.size());
  std::transform(
    result.leafOfPosition.begin(), result.leafOfPosition.end(), labels.begin(), [&labelOfNode](std::int32_t leaf) {
      return leaf < 0 ? std::uint16_t{ 0 } : labelOfNode[static_cast<std::size_t>(leaf)];
    });
  return labels;
}
} // namespace fourdstem
