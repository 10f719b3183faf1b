// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "EigenDense.h"
#include "Growth.h"
#include "NodeContent.h"
#include "Parallel.h"
#include "Text.h"
#include "fourdstem/KMeans.h"
#include "fourdstem/NeighbourStatistics.h"
#include "fourdstem/PrincipalComponents.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <stdexcept>

namespace fourdstem
{
namespace
{
/** Clusters that are not empty, by rising projection on the line along which their centroids spread most. The line
 * points to where its largest coordinate is positive. */
std::vector<int>
OrderOfClusters(const KMeansResult & fit)
{
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto      k = static_cast<Eigen::Index>(fit.sizes.size());
  const auto      columns = static_cast<Eigen::Index>(fit.centroids.size()) / k;
  Rows            arms = Eigen::Map<const Rows>(fit.centroids.data(), k, columns);
  Eigen::VectorXd weight(k);
  for (Eigen::Index c = 0; c < k; ++c)
  {
    weight[c] = static_cast<double>(fit.sizes[static_cast<std::size_t>(c)]);
  }
  const Eigen::RowVectorXd mean = (weight.transpose() * arms) / weight.sum();
  arms.rowwise() -= mean;
  const Rows                                           weighted = weight.cwiseSqrt().asDiagonal() * arms;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(weighted * weighted.transpose());
  const Eigen::VectorXd                                line = weighted.transpose() * solver.eigenvectors().col(k - 1);
  Eigen::Index                                         largest = 0;
  line.cwiseAbs().maxCoeff(&largest);
  const Eigen::VectorXd projection = (line[largest] < 0.0 ? -1.0 : 1.0) * (arms * line);

  std::vector<int> order;
  for (int c = 0; c < static_cast<int>(k); ++c)
  {
    if (fit.sizes[static_cast<std::size_t>(c)] > 0)
    {
      order.push_back(c);
    }
  }
  std::stable_sort(order.begin(), order.end(), [&projection](int a, int b) { return projection[a] < projection[b]; });
  return order;
}

/** The mean of all rows from those of the clusters. */
std::vector<float>
MeanOfClusters(const KMeansResult & fit, std::size_t columns)
{
  std::vector<double> sum(columns, 0.0);
  double              count = 0.0;
  for (std::size_t c = 0; c < fit.sizes.size(); ++c)
  {
    const auto size = static_cast<double>(fit.sizes[c]);
    count += size;
    for (std::size_t j = 0; j < columns; ++j)
    {
      sum[j] += size * fit.centroids[c * columns + j];
    }
  }
  std::vector<float> mean(columns);
  std::transform(
    sum.begin(), sum.end(), mean.begin(), [count](double value) { return static_cast<float>(value / count); });
  return mean;
}

std::vector<int>
RankOf(const std::vector<int> & order, std::size_t clusters)
{
  std::vector<int> rank(clusters, 0);
  for (std::size_t i = 0; i < order.size(); ++i)
  {
    rank[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  }
  return rank;
}
} // namespace

void
Growth::DescribeRoot()
{
  if (m_Result.nodes.front().centroid.empty())
  {
    const NeighbourPairs pairs = FindNeighbourPairs(m_Grid, this->PositionsOf(0));
    DescribeContent(ComputeNeighbourStatistics(m_Store, pairs, this->Quiet()), pairs, m_Result.nodes.front());
  }
}

bool
Growth::SplitPaper(int node, int k, const std::vector<std::int64_t> & startRows, std::int64_t smallest)
{
  const std::vector<std::int64_t> positions = this->PositionsOf(node);
  KMeansOptions                   options;
  options.k = k;
  options.seed = m_Options.seed;
  options.startRows = startRows;
  const KMeansResult     fit = KMeans(m_Store, positions, options, this->Quiet());
  const std::vector<int> order = OrderOfClusters(fit);
  if (order.size() < 2)
  {
    m_Result.nodes[static_cast<std::size_t>(node)].note = "all positions are alike";
    return false;
  }
  if (std::any_of(order.begin(), order.end(), [&](int c) { return fit.sizes[static_cast<std::size_t>(c)] < smallest; }))
  {
    return false;
  }

  const int        first = this->AddChildren(node, static_cast<int>(order.size()));
  const auto       columns = static_cast<std::size_t>(m_Store.Components());
  std::vector<int> rank = RankOf(order, fit.sizes.size());
  for (std::size_t i = 0; i < positions.size(); ++i)
  {
    m_Result.leafOfPosition[static_cast<std::size_t>(positions[i])] =
      first + rank[static_cast<std::size_t>(fit.labels[i])];
  }
  ClusterNode & parent = m_Result.nodes[static_cast<std::size_t>(node)];
  if (parent.centroid.empty())
  {
    parent.size = static_cast<std::int64_t>(positions.size());
    parent.pairs = FindNeighbourPairs(m_Grid, positions).Pairs();
    parent.inertia = fit.totalInertia;
    parent.centroid = MeanOfClusters(fit, columns);
  }
  parent.k = k;
  parent.features.resize(columns);
  std::iota(parent.features.begin(), parent.features.end(), 0);
  for (std::size_t i = 0; i < order.size(); ++i)
  {
    const auto    cluster = static_cast<std::size_t>(order[i]);
    ClusterNode & child = m_Result.nodes[static_cast<std::size_t>(first) + i];
    child.size = fit.sizes[cluster];
    child.inertia = fit.clusterInertia[cluster];
    const auto centroid = fit.centroids.begin() + static_cast<std::ptrdiff_t>(cluster * columns);
    child.centroid.assign(centroid, centroid + static_cast<std::ptrdiff_t>(columns));
    if (cluster < fit.startRows.size())
    {
      parent.startRows.push_back(fit.startRows[cluster]);
    }
  }
  SetExplainedVariance(m_Result.nodes, node);
  return true;
}

void
Growth::SuggestAndSplit(int node)
{
  constexpr int             mostComponents = 8;
  const NeighbourPairs      pairs = FindNeighbourPairs(m_Grid, this->PositionsOf(node));
  const NeighbourStatistics statistics = ComputeNeighbourStatistics(m_Store, pairs, this->Quiet());
  ColumnScaling             scaling;
  scaling.centre.assign(statistics.mean.begin(), statistics.mean.end());
  scaling.scale.assign(scaling.centre.size(), 1.0f);
  scaling.columns.resize(scaling.centre.size());
  std::iota(scaling.columns.begin(), scaling.columns.end(), 0);
  scaling.all = true;
  const PrincipalComponents reduced =
    FindPrincipalComponents(m_Store, m_Grid, pairs, scaling, mostComponents, this->Quiet());

  std::vector<float> scores;
  for (std::size_t i = 0; i < reduced.scores.size(); i += ReducedStride)
  {
    const auto first = reduced.scores.begin() + static_cast<std::ptrdiff_t>(i);
    scores.insert(scores.end(), first, first + reduced.components);
  }
  const auto                view = ViewRows(scores.data(), pairs.Positions(), reduced.components);
  std::vector<std::int64_t> all(pairs.positions.size());
  std::iota(all.begin(), all.end(), 0);
  const auto              suggest = m_Options.criterion == ClusterCriterion::Elbow        ? SuggestByElbow
                                    : m_Options.criterion == ClusterCriterion::Silhouette ? SuggestBySilhouette
                                                                                          : SuggestByGap;
  const ClusterSuggestion suggestion = suggest(*view, all, m_Options.maximumK, m_Options.seed, this->Quiet());

  ClusterNode & here = m_Result.nodes[static_cast<std::size_t>(node)];
  const auto    leaves = static_cast<int>(LeavesInOrder(m_Result.nodes).size());
  if (suggestion.k < 2)
  {
    here.note = "the criterion finds one cluster";
  }
  else if (leaves + suggestion.k - 1 > m_Options.maximumLeaves)
  {
    here.stop = StopReason::MaximumLeaves;
  }
  else
  {
    int k = suggestion.k;
    while (k > 1 && !this->SplitPaper(node, k, {}, m_Options.minimumSize))
    {
      --k;
    }
    if (k == 1)
    {
      m_Result.nodes[static_cast<std::size_t>(node)].stop = StopReason::TooSmall;
    }
  }
}

void
Growth::GrowPaper(int node)
{
  m_Tops = { node };
  m_Done = 0.0;
  if (m_Options.criterion != ClusterCriterion::Given)
  {
    for (std::deque<int> open{ node }; !open.empty(); open.pop_front())
    {
      ClusterNode & here = m_Result.nodes[static_cast<std::size_t>(open.front())];
      if (m_Options.maximumDepth > 0 && here.level >= m_Options.maximumDepth)
      {
        here.stop = StopReason::MaximumDepth;
      }
      else if (here.size < 2 * m_Options.minimumSize)
      {
        here.stop = StopReason::TooSmall;
      }
      else if (!here.frozen)
      {
        this->SuggestAndSplit(open.front());
      }
      const ClusterNode & done = m_Result.nodes[static_cast<std::size_t>(open.front())];
      open.insert(open.end(), done.children.begin(), done.children.end());
      this->Report(done.id, done.IsLeaf());
    }
    return;
  }

  for (const GivenSplit & split : m_Options.splits)
  {
    int target = split.node;
    if (target < 0)
    {
      const std::vector<int> leaves = LeavesInOrder(m_Result.nodes);
      target = *std::max_element(leaves.begin(), leaves.end(), [this](int a, int b) {
        return m_Result.nodes[static_cast<std::size_t>(a)].inertia <
               m_Result.nodes[static_cast<std::size_t>(b)].inertia;
      });
    }
    if (target >= static_cast<int>(m_Result.nodes.size()) || !m_Result.nodes[static_cast<std::size_t>(target)].IsLeaf())
    {
      throw std::invalid_argument(Text("node ", target, " cannot be split: there is no such leaf by then"));
    }
    this->SplitPaper(target, split.k, split.startRows, 1);
    m_Done += 1.0 / static_cast<double>(m_Options.splits.size());
    if (m_Execution.monitor.report && !m_Execution.monitor.report(std::min(1.0, m_Done)))
    {
      throw Aborted();
    }
  }
}

void
Growth::ForceAuto(int node, int k)
{
  ClusterNode &             here = m_Result.nodes[static_cast<std::size_t>(node)];
  const NeighbourPairs      pairs = FindNeighbourPairs(m_Grid, this->PositionsOf(node));
  const NeighbourStatistics statistics = ComputeNeighbourStatistics(m_Store, pairs, this->Quiet());
  const auto                componentsOf = [&](const std::optional<NodeFeatures> & features) {
    return features ? FindSignificantComponents(*features, pairs, m_Options, this->Quiet(), here)
                                   : SignificantComponents();
  };
  // A second time with every pixel, or, where most positions have no lattice, by who has one.
  SignificantComponents components;
  for (const bool isSecond : { false, true })
  {
    if (!components.profiles.empty())
    {
      break;
    }
    DivisiveOptions options = m_Options;
    options.selection = isSecond ? FeatureSelection::All : m_Options.selection;
    components =
      componentsOf(options.measured ? ReduceMeasured(m_Store, pairs, statistics, *options.measured, isSecond, here)
                                    : ReduceSelected(m_Store, m_Grid, pairs, statistics, options, this->Quiet(), here));
  }
  if (components.profiles.empty())
  {
    throw std::invalid_argument(Text("node ", node, " cannot be divided: all its positions are alike"));
  }

  const std::size_t  width = components.profiles.size();
  std::vector<float> scores(pairs.positions.size() * width);
  for (std::size_t i = 0; i < scores.size(); ++i)
  {
    scores[i] = static_cast<float>(components.profiles[i % width][i / width]);
  }
  std::vector<std::int64_t> all(pairs.positions.size());
  std::iota(all.begin(), all.end(), 0);
  KMeansOptions options;
  options.k = k;
  options.seed = m_Options.seed;
  const auto             view = ViewRows(scores.data(), pairs.Positions(), static_cast<std::int64_t>(width));
  const KMeansResult     fit = KMeans(*view, all, options, this->Quiet());
  const std::vector<int> order = OrderOfClusters(fit);
  if (order.size() < 2)
  {
    throw std::invalid_argument(Text("node ", node, " cannot be divided: all its positions are alike"));
  }

  here.k = k;
  here.component = 0;
  here.gain = fit.totalInertia - fit.inertia - 0.6366197723675814 * static_cast<double>(here.size);
  const int                              first = this->AddChildren(node, static_cast<int>(order.size()));
  const std::vector<int>                 rank = RankOf(order, fit.sizes.size());
  std::vector<std::vector<std::int64_t>> members(order.size());
  for (std::size_t i = 0; i < pairs.positions.size(); ++i)
  {
    const int child = rank[static_cast<std::size_t>(fit.labels[i])];
    members[static_cast<std::size_t>(child)].push_back(pairs.positions[i]);
    m_Result.leafOfPosition[static_cast<std::size_t>(pairs.positions[i])] = first + child;
  }
  for (std::size_t i = 0; i < members.size(); ++i)
  {
    const NeighbourPairs inside = FindNeighbourPairs(m_Grid, std::move(members[i]));
    DescribeContent(ComputeNeighbourStatistics(m_Store, inside, this->Quiet()),
                    inside,
                    m_Result.nodes[static_cast<std::size_t>(first) + i]);
  }
  SetExplainedVariance(m_Result.nodes, node);
}
} // namespace fourdstem
