// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ComponentShape.h"
#include "NodeExamination.h"
#include "NodeRows.h"
#include "Parallel.h"
#include "Text.h"
#include "fourdstem/NeighbourStatistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
ColumnScaling
ChooseFeatures(const NeighbourStatistics & statistics, const DivisiveOptions & options)
{
  const NeighbourTest test{ options.falseDiscoveryRate, options.minimumScore, options.maximumScore };
  const double threshold = options.selection == FeatureSelection::Neighbour ? NeighbourThreshold(statistics.score, test)
                                                                            : -std::numeric_limits<double>::infinity();
  return ScaleByNoise(statistics, threshold);
}
} // namespace

void
DescribeContent(const NeighbourStatistics & statistics, const NeighbourPairs & pairs, ClusterNode & node)
{
  node.size = pairs.Positions();
  node.pairs = pairs.Pairs();
  node.centroid.assign(statistics.mean.begin(), statistics.mean.end());
  node.inertia = 0.0;
  for (std::size_t j = 0; j < statistics.variance.size(); ++j)
  {
    node.inertia += statistics.variance[j] * static_cast<double>(std::max<std::int64_t>(0, statistics.finite[j] - 1));
  }
}

std::optional<NodeFeatures>
ReduceSelected(const RowStore &            store,
               const PositionGrid &        grid,
               const NeighbourPairs &      pairs,
               const NeighbourStatistics & statistics,
               const DivisiveOptions &     options,
               const Execution &           execution,
               ClusterNode &               node)
{
  ColumnScaling scaling = ChooseFeatures(statistics, options);
  node.features = scaling.columns;
  const std::size_t fewest = options.selection == FeatureSelection::Neighbour ? 2 : 1;
  if (scaling.columns.size() < fewest || pairs.Pairs() == 0)
  {
    node.stop = StopReason::NoCoherentFeature;
    node.note =
      Text("too few features vary alike in neighbours: ", scaling.columns.size(), " of ", statistics.mean.size());
    return std::nullopt;
  }

  constexpr std::int64_t pairsPerComponent = 20;
  const auto             wanted = std::min<std::int64_t>(
    { options.maximumComponents, scaling.Count(), std::max<std::int64_t>(2, pairs.Pairs() / pairsPerComponent) });
  PrincipalComponents reduced =
    FindPrincipalComponents(store, grid, pairs, scaling, static_cast<int>(wanted), execution);
  return NodeFeatures{ std::move(scaling), std::move(reduced) };
}

SignificantComponents
FindSignificantComponents(const NodeFeatures &    features,
                          const NeighbourPairs &  pairs,
                          const DivisiveOptions & options,
                          const Execution &       execution,
                          ClusterNode &           node)
{
  SignificantComponents       result;
  const ColumnScaling &       scaling = features.scaling;
  const PrincipalComponents & reduced = features.reduced;
  const NoiseWhitening        whitened =
    WhitenNoise(reduced.scores, reduced.components, pairs, execution, features.leastNoise);

  const double r = reduced.components;
  node.components = reduced.components;
  node.lambda = whitened.lambda.front();
  node.rho = (2.0 * std::sqrt(r) + 3.3 * std::pow(r, -1.0 / 6.0)) / std::sqrt(2.0 * static_cast<double>(pairs.Pairs()));
  const double edge = node.rho < 1.0 ? 1.0 / (1.0 - node.rho) : std::numeric_limits<double>::infinity();
  const auto   countAbove = [&whitened](double threshold) {
    return static_cast<int>(
      std::count_if(whitened.lambda.begin(), whitened.lambda.end(), [threshold](double l) { return l > threshold; }));
  };
  constexpr int mostCandidates = 8;
  node.significantComponents = countAbove(edge);
  result.eligible = std::min(mostCandidates, countAbove(std::max(edge, options.minimumLambda)));

  const int kept = std::max(1, node.significantComponents);
  result.profiles.resize(static_cast<std::size_t>(kept));
  result.loadings.resize(static_cast<std::size_t>(kept));
  result.lambda.assign(whitened.lambda.begin(), whitened.lambda.begin() + kept);
  ParallelFor(kept, { execution.threads, {} }, [&](std::int64_t c) {
    std::vector<float> & loading = result.loadings[static_cast<std::size_t>(c)];
    loading = LoadingOf(reduced, whitened, scaling, static_cast<int>(c));
    const double sign = SignOf(loading);
    result.profiles[static_cast<std::size_t>(c)] = ProfileOf(reduced, whitened, static_cast<int>(c), sign);
    for (std::size_t j = 0; j < loading.size(); ++j)
    {
      loading[j] *= static_cast<float>(sign) / scaling.scale[j];
    }
  });
  node.loading = result.loadings.front();
  for (float & change : node.loading)
  {
    change *= static_cast<float>(std::sqrt(std::max(0.0, node.lambda)));
  }
  if (result.eligible == 0)
  {
    node.stop = StopReason::NotSignificant;
    node.note = Text("Lambda ", node.lambda, " is not above ", std::max(edge, options.minimumLambda));
  }
  return result;
}
} // namespace fourdstem
