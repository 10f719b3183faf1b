// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Growth.h"

#include "NodeContent.h"
#include "fourdstem/NeighbourStatistics.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace fourdstem
{
Growth::Growth(DivisiveResult &        result,
               const RowStore &        store,
               const PositionGrid &    grid,
               const DivisiveOptions & options,
               const Execution &       execution)
  : m_Result(result)
  , m_Store(store)
  , m_Grid(grid)
  , m_Options(options)
  , m_Execution(execution)
{}

std::vector<std::int64_t>
Growth::PositionsOf(int node) const
{
  std::vector<std::int64_t> positions;
  for (std::size_t i = 0; i < m_Result.leafOfPosition.size(); ++i)
  {
    if (m_Result.leafOfPosition[i] == node)
    {
      positions.push_back(static_cast<std::int64_t>(i));
    }
  }
  return positions;
}

Execution
Growth::Quiet() const
{
  if (!m_Execution.monitor.report)
  {
    return { m_Execution.threads, {} };
  }
  return { m_Execution.threads, { [this](double) { return m_Execution.monitor.report(std::min(1.0, m_Done)); } } };
}

void
Growth::Report(int node, bool isFinal)
{
  const auto nodeOf = [this](int id) -> const ClusterNode & { return m_Result.nodes[static_cast<std::size_t>(id)]; };
  double     all = 0.0;
  int        top = node;
  for (const int one : m_Tops)
  {
    all += static_cast<double>(nodeOf(one).size);
  }
  while (std::find(m_Tops.begin(), m_Tops.end(), top) == m_Tops.end())
  {
    top = nodeOf(top).parent;
  }
  const ClusterNode & here = nodeOf(node);
  const double        share = static_cast<double>(here.size) / std::max(1.0, all);
  m_Done += (isFinal ? 2.0 : 1.0) * share * std::ldexp(0.5, nodeOf(top).level - here.level);
  if (m_Execution.monitor.report && !m_Execution.monitor.report(std::min(1.0, m_Done)))
  {
    throw Aborted();
  }
}

int
Growth::AddChildren(int node, int count)
{
  const int first = static_cast<int>(m_Result.nodes.size());
  for (int i = 0; i < count; ++i)
  {
    ClusterNode & parent = m_Result.nodes[static_cast<std::size_t>(node)];
    ClusterNode   child;
    child.id = first + i;
    child.parent = node;
    child.level = parent.level + 1;
    parent.children.push_back(child.id);
    parent.stop = StopReason::NotStopped;
    parent.note.clear();
    m_Result.nodes.push_back(std::move(child));
  }
  return first;
}

Examination
Growth::Compare(const NeighbourPairs & pairs, const NeighbourStatistics & statistics, ClusterNode & here) const
{
  const MeasuredColumns * const measured = m_Options.measured.get();
  for (const bool isPresence : { true, false })
  {
    if (isPresence && !(measured && measured->dividesPresence))
    {
      continue;
    }
    ForgetExamination(here);
    const auto features = measured ? ReduceMeasured(m_Store, pairs, statistics, *measured, isPresence, here)
                                   : ReduceSelected(m_Store, m_Grid, pairs, statistics, m_Options, this->Quiet(), here);
    if (!features)
    {
      continue;
    }
    const SignificantComponents components =
      FindSignificantComponents(*features, pairs, m_Options, this->Quiet(), here);
    Examination found;
    if (components.eligible > 0)
    {
      found = FindDomains(components, pairs, m_Options, m_Execution, here);
    }
    if (found.accepted)
    {
      return found;
    }
  }
  return {};
}

Growth::Examined
Growth::Examine(int node, std::vector<std::int64_t> positions)
{
  ClusterNode & here = m_Result.nodes[static_cast<std::size_t>(node)];
  Examined      examined;
  examined.pairs = FindNeighbourPairs(m_Grid, std::move(positions));
  const NeighbourPairs &    pairs = examined.pairs;
  const NeighbourStatistics statistics = ComputeNeighbourStatistics(m_Store, pairs, this->Quiet());
  DescribeContent(statistics, pairs, here);
  if (node == 0)
  {
    this->KeepInverseNoise(statistics);
  }
  ForgetExamination(here);
  if (here.frozen)
  {
    here.stop = StopReason::Frozen;
  }
  else if (m_Options.maximumDepth > 0 && here.level >= m_Options.maximumDepth)
  {
    here.stop = StopReason::MaximumDepth;
  }
  else if (pairs.Positions() < 2 * m_Options.minimumSize || pairs.Pairs() < 4 * m_Options.minimumSize)
  {
    here.stop = StopReason::TooSmall;
    here.note = "too few positions for two children";
  }
  else
  {
    examined.found = this->Compare(pairs, statistics, here);
  }
  this->Report(node, !examined.found.accepted);
  return examined;
}

void
Growth::GrowAuto(const std::vector<int> & from)
{
  m_Tops = from;
  m_Done = 0.0;
  std::map<int, Examined> open;
  int                     leaves = static_cast<int>(LeavesInOrder(m_Result.nodes).size());
  for (const int leaf : from)
  {
    open.emplace(leaf, this->Examine(leaf, this->PositionsOf(leaf)));
  }
  while (true)
  {
    auto best = open.end();
    for (auto leaf = open.begin(); leaf != open.end(); ++leaf)
    {
      const auto gain = [this](int id) { return m_Result.nodes[static_cast<std::size_t>(id)].gain; };
      if (leaf->second.found.accepted && (best == open.end() || gain(leaf->first) > gain(best->first)))
      {
        best = leaf;
      }
    }
    if (best == open.end())
    {
      break;
    }
    if (leaves >= m_Options.maximumLeaves)
    {
      for (const auto & [id, examined] : open)
      {
        if (examined.found.accepted)
        {
          m_Result.nodes[static_cast<std::size_t>(id)].stop = StopReason::MaximumLeaves;
        }
      }
      break;
    }

    const int                                parent = best->first;
    const int                                first = this->AddChildren(parent, 2);
    std::array<std::vector<std::int64_t>, 2> positions;
    for (std::size_t i = 0; i < best->second.found.classes.size(); ++i)
    {
      const std::uint8_t upper = best->second.found.classes[i];
      const std::int64_t position = best->second.pairs.positions[i];
      positions[upper].push_back(position);
      m_Result.leafOfPosition[static_cast<std::size_t>(position)] = first + upper;
    }
    open.erase(best);
    for (int child = 0; child < 2; ++child)
    {
      open.emplace(first + child, this->Examine(first + child, std::move(positions[static_cast<std::size_t>(child)])));
    }
    SetExplainedVariance(m_Result.nodes, parent);
    ++leaves;
  }
  if (m_Execution.monitor.report)
  {
    m_Execution.monitor.report(1.0);
  }
}

void
Growth::DescribeAbove()
{
  for (const ClusterNode & node : m_Result.nodes)
  {
    if (node.IsLeaf() || static_cast<std::int64_t>(node.centroid.size()) == m_Store.Components())
    {
      continue;
    }
    DescribeNode(m_Result, node.id, m_Store, m_Grid, this->Quiet());
  }
}

void
Growth::KeepInverseNoise(const NeighbourStatistics & statistics)
{
  m_InverseNoise.assign(statistics.variance.size(), 0.0f);
  for (std::size_t j = 0; j < m_InverseNoise.size(); ++j)
  {
    const double noise = std::max(statistics.neighbourVariance[j], 1e-9 * statistics.variance[j]);
    m_InverseNoise[j] = noise > 0.0 ? static_cast<float>(1.0 / noise) : 0.0f;
  }
}

void
Growth::FindWeights()
{
  if (m_InverseNoise.empty())
  {
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < m_Result.leafOfPosition.size(); ++i)
    {
      if (m_Result.leafOfPosition[i] >= 0)
      {
        all.push_back(static_cast<std::int64_t>(i));
      }
    }
    const NeighbourPairs pairs = FindNeighbourPairs(m_Grid, std::move(all));
    this->KeepInverseNoise(ComputeNeighbourStatistics(m_Store, pairs, { m_Execution.threads, {} }));
  }
  m_Result.weights.assign(m_InverseNoise.size(), 0.0f);
  for (const ClusterNode & node : m_Result.nodes)
  {
    if (!node.IsLeaf())
    {
      for (const std::int64_t column : node.features)
      {
        m_Result.weights[static_cast<std::size_t>(column)] = m_InverseNoise[static_cast<std::size_t>(column)];
      }
    }
  }
}
} // namespace fourdstem
