// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Stability.h"

#include "BlockResampling.h"
#include "Growth.h"
#include "NodeContent.h"
#include "Text.h"
#include "fourdstem/KMeans.h"
#include "fourdstem/NeighbourStatistics.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace fourdstem
{
namespace
{
using Labels = std::vector<std::int32_t>;

/** Adjusted Rand index (Hubert and Arabie, J. Classif. 2 (1985) 193). */
double
Agreement(const Labels & a, const Labels & b)
{
  std::map<std::pair<std::int32_t, std::int32_t>, double> both;
  std::map<std::int32_t, double>                          inA;
  std::map<std::int32_t, double>                          inB;
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    both[{ a[i], b[i] }] += 1.0;
    inA[a[i]] += 1.0;
    inB[b[i]] += 1.0;
  }
  const auto pairs = [](const auto & counts) {
    double sum = 0.0;
    for (const auto & entry : counts)
    {
      sum += 0.5 * entry.second * (entry.second - 1.0);
    }
    return sum;
  };
  const auto   n = static_cast<double>(a.size());
  const double expected = n > 1.0 ? pairs(inA) * pairs(inB) / (0.5 * n * (n - 1.0)) : 0.0;
  const double most = 0.5 * (pairs(inA) + pairs(inB));
  return most > expected ? (pairs(both) - expected) / (most - expected) : 1.0;
}

/** Of the node's positions: the child that holds each. */
Labels
ChildrenOf(const DivisiveResult & result, int node, const std::vector<std::int64_t> & positions)
{
  Labels labels;
  for (const std::int64_t position : positions)
  {
    std::int32_t child = result.leafOfPosition[static_cast<std::size_t>(position)];
    while (result.nodes[static_cast<std::size_t>(child)].parent != node)
    {
      child = result.nodes[static_cast<std::size_t>(child)].parent;
    }
    labels.push_back(child);
  }
  return labels;
}

/** Divides resamples as the options say. */
class Divider
{
public:
  Divider(DivisiveResult &        result,
          const RowStore &        store,
          const PositionGrid &    grid,
          const DivisiveOptions & options,
          const Execution &       execution)
    : m_Store(store)
    , m_Options(WithHalfTheSize(options))
    , m_Execution{ execution.threads, {} }
    , m_Growth(result, store, grid, m_Options, m_Execution)
  {}

  /** A class of each position drawn; all alike where they are not divided. */
  Labels
  Divide(const NeighbourPairs & drawn, std::size_t children) const
  {
    const auto count = static_cast<std::int64_t>(children);
    if (m_Options.mode == ClusterMode::Paper)
    {
      KMeansOptions options;
      options.k = static_cast<int>(std::min(count, drawn.Positions()));
      options.seed = m_Options.seed;
      return KMeans(m_Store, drawn.positions, options, m_Execution).labels;
    }
    ClusterNode       scratch;
    const Examination found = m_Growth.Compare(drawn, ComputeNeighbourStatistics(m_Store, drawn, m_Execution), scratch);
    return found.accepted ? Labels(found.classes.begin(), found.classes.end()) : Labels(drawn.positions.size(), 0);
  }

private:
  static DivisiveOptions
  WithHalfTheSize(DivisiveOptions options)
  {
    options.minimumSize = std::max<std::int64_t>(2, options.minimumSize / 2);
    return options;
  }

  const RowStore &      m_Store;
  const DivisiveOptions m_Options;
  const Execution       m_Execution;
  Growth                m_Growth;
};
} // namespace

void
MeasureStability(DivisiveResult &        result,
                 const RowStore &        store,
                 const PositionGrid &    grid,
                 const DivisiveOptions & options,
                 int                     resamples,
                 const Execution &       execution)
{
  if (resamples < 0)
  {
    throw std::invalid_argument(Text("the number of resamples is ", resamples, " but must be 0 or more"));
  }
  std::vector<int> splits;
  double           all = 0.0;
  for (const ClusterNode & node : result.nodes)
  {
    if (!node.IsLeaf() && !node.stability && node.comparedBy != FeatureKind::Positions && resamples > 0)
    {
      splits.push_back(node.id);
      all += static_cast<double>(node.size);
    }
  }
  const Divider divider(result, store, grid, options, execution);
  double        done = 0.0;
  for (const int id : splits)
  {
    ClusterNode &        node = result.nodes[static_cast<std::size_t>(id)];
    const NeighbourPairs pairs = FindNeighbourPairs(grid, PositionsWithin(result, id));
    const PositionBlocks blocks(grid, pairs);
    const Labels         labels = ChildrenOf(result, id, pairs.positions);
    double               sum = 0.0;
    for (int i = 0; i < resamples; ++i)
    {
      // A stream for every node and resample, apart from those of other purposes.
      constexpr std::uint64_t purpose = 0x426C6F636B73; // "Blocks"
      const Resample          drawn =
        blocks.Draw({ options.seed, purpose + static_cast<std::uint64_t>(id), static_cast<std::uint64_t>(i) });
      Labels before(drawn.ranks.size());
      std::transform(
        drawn.ranks.begin(), drawn.ranks.end(), before.begin(), [&labels](std::size_t rank) { return labels[rank]; });
      sum += Agreement(before, divider.Divide(drawn.pairs, node.children.size()));
      done += static_cast<double>(node.size) / all / static_cast<double>(resamples);
      if (execution.monitor.report && !execution.monitor.report(std::min(1.0, done)))
      {
        throw Aborted();
      }
    }
    node.stability = sum / static_cast<double>(resamples);
  }
}
} // namespace fourdstem
