// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "NodeContent.h"

#include "NodeExamination.h"
#include "fourdstem/NeighbourStatistics.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
double
SquaredDistance(const std::vector<float> & a, const std::vector<float> & b)
{
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j)
  {
    const double difference = static_cast<double>(a[j]) - static_cast<double>(b[j]);
    sum += difference * difference;
  }
  return sum;
}
} // namespace

void
ForgetExamination(ClusterNode & node)
{
  const ClusterNode blank;
  node.stop = blank.stop;
  node.note.clear();
  node.features.clear();
  node.components = blank.components;
  node.significantComponents = blank.significantComponents;
  node.lambda = blank.lambda;
  node.rho = blank.rho;
  node.component = blank.component;
  node.valley = blank.valley;
  node.sharpness = blank.sharpness;
  node.coherence = blank.coherence;
  node.separation = blank.separation;
  node.gain = blank.gain;
  node.stability.reset();
  node.loading.clear();
}

void
SetExplainedVariance(ClusterNodes & nodes, int node)
{
  ClusterNode & parent = nodes[static_cast<std::size_t>(node)];
  double        inside = 0.0;
  for (const int child : parent.children)
  {
    inside += nodes[static_cast<std::size_t>(child)].inertia;
  }
  parent.explainedVariance = parent.inertia > 0.0 ? std::max(0.0, 1.0 - inside / parent.inertia) : 0.0;
}

void
Unite(const std::vector<const ClusterNode *> & parts, ClusterNode & whole)
{
  std::vector<double> sum(parts.front()->centroid.size(), 0.0);
  whole.size = 0;
  whole.deformation = {};
  for (const ClusterNode * part : parts)
  {
    whole.size += part->size;
    for (std::size_t j = 0; j < sum.size(); ++j)
    {
      sum[j] += static_cast<double>(part->size) * static_cast<double>(part->centroid[j]);
    }
  }
  const double count = static_cast<double>(std::max<std::int64_t>(1, whole.size));
  whole.centroid.resize(sum.size());
  std::transform(sum.begin(), sum.end(), whole.centroid.begin(), [count](double value) {
    return static_cast<float>(value / count);
  });
  whole.inertia = 0.0;
  for (const ClusterNode * part : parts)
  {
    whole.inertia += part->inertia + static_cast<double>(part->size) * SquaredDistance(part->centroid, whole.centroid);
  }
}

std::vector<std::int64_t>
PositionsWithin(const DivisiveResult & result, int node)
{
  std::vector<std::uint8_t> isWithin(result.nodes.size(), 0);
  for (const ClusterNode & below : result.nodes)
  {
    isWithin[static_cast<std::size_t>(below.id)] =
      below.id == node || (below.id > node && isWithin[static_cast<std::size_t>(below.parent)] != 0);
  }
  std::vector<std::int64_t> positions;
  for (std::size_t i = 0; i < result.leafOfPosition.size(); ++i)
  {
    const std::int32_t leaf = result.leafOfPosition[i];
    if (leaf >= 0 && isWithin[static_cast<std::size_t>(leaf)] != 0)
    {
      positions.push_back(static_cast<std::int64_t>(i));
    }
  }
  return positions;
}

void
DescribeNode(DivisiveResult &     result,
             int                  node,
             const RowStore &     store,
             const PositionGrid & grid,
             const Execution &    execution)
{
  const NeighbourPairs pairs = FindNeighbourPairs(grid, PositionsWithin(result, node));
  DescribeContent(
    ComputeNeighbourStatistics(store, pairs, execution), pairs, result.nodes[static_cast<std::size_t>(node)]);
}
} // namespace fourdstem
