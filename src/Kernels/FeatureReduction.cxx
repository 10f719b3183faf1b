// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/FeatureReduction.h"

#include "ComponentShape.h"
#include "Parallel.h"
#include "fourdstem/NeighbourStatistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
/** Positions that the mask lets through and whose row holds a finite value. */
std::vector<std::uint8_t>
FindTakingPart(const RowStore & store, const PositionGrid & grid, const Execution & execution)
{
  constexpr std::int64_t    block = 256;
  const std::int64_t        positions = grid.Positions();
  std::vector<std::uint8_t> takesPart(static_cast<std::size_t>(positions), 0);
  ParallelFor((positions + block - 1) / block, execution, [&](std::int64_t task) {
    RowLease lease;
    for (std::int64_t p = task * block; p < std::min(positions, (task + 1) * block); ++p)
    {
      const float * row = store.Read(&p, 1, lease)[0];
      const bool    isMasked = !grid.mask.empty() && grid.mask[static_cast<std::size_t>(p)] == 0;
      takesPart[static_cast<std::size_t>(p)] =
        !isMasked && std::any_of(row, row + store.Components(), [](float value) { return std::isfinite(value); });
    }
  });
  return takesPart;
}

NeighbourPairs
PairsOf(const PositionGrid & grid, const std::vector<std::uint8_t> & takesPart)
{
  std::vector<std::int64_t> positions;
  for (std::int64_t p = 0; p < grid.Positions(); ++p)
  {
    if (takesPart[static_cast<std::size_t>(p)] != 0)
    {
      positions.push_back(p);
    }
  }
  return FindNeighbourPairs(grid, std::move(positions));
}

ColumnScaling
ScalingOf(const NeighbourStatistics & statistics, const ReductionOptions & options)
{
  const double threshold =
    options.onlyNeighbourFeatures ? NeighbourThreshold(statistics.score) : -std::numeric_limits<double>::infinity();
  ColumnScaling scaling = ScaleByNoise(statistics, threshold);
  if (!options.scaleByNeighbourNoise)
  {
    std::fill(scaling.scale.begin(), scaling.scale.end(), 1.0f);
  }
  return scaling;
}

/** The whitening that leaves principal components as they are. */
NoiseWhitening
NoWhitening(const PrincipalComponents & reduced)
{
  const auto     r = static_cast<std::size_t>(reduced.components);
  NoiseWhitening identity;
  identity.lambda = reduced.variance;
  identity.vectors.assign(r * r, 0.0);
  for (std::size_t c = 0; c < r; ++c)
  {
    identity.vectors[c * r + c] = 1.0;
  }
  identity.patterns = identity.vectors;
  return identity;
}

void
CheckSizes(const RowStore & store, const PositionGrid & grid)
{
  const auto positions = grid.Positions();
  if (store.Rows() != positions || (!grid.mask.empty() && static_cast<std::int64_t>(grid.mask.size()) != positions))
  {
    throw std::invalid_argument("the grid has " + std::to_string(positions) + " positions, the features " +
                                std::to_string(store.Rows()) + " rows and the mask " +
                                std::to_string(grid.mask.size()) + " values");
  }
}
} // namespace

ReducedFeatures
ReduceFeatures(const RowStore &         store,
               const PositionGrid &     grid,
               const ReductionOptions & options,
               const Execution &        execution)
{
  if (options.components < 1 || options.components > MaximumReducedComponents)
  {
    throw std::invalid_argument("components is " + std::to_string(options.components) + "; 1 to " +
                                std::to_string(MaximumReducedComponents) + " can be kept");
  }
  CheckSizes(store, grid);
  const auto part = [&execution](double begin, double end) {
    return Execution{ execution.threads, execution.monitor.Part(begin, end) };
  };
  ReducedFeatures result;
  result.takesPart = FindTakingPart(store, grid, part(0.0, 0.02));
  const NeighbourPairs pairs = PairsOf(grid, result.takesPart);
  if (pairs.Pairs() == 0)
  {
    return result;
  }
  const ColumnScaling scaling = ScalingOf(ComputeNeighbourStatistics(store, pairs, part(0.02, 0.1)), options);
  if (scaling.columns.empty())
  {
    return result;
  }
  // Noise of r components is known from r * 20 pairs or more; some components beyond those kept make room for it.
  const bool isWhitened = options.method == ReductionMethod::NoiseWhitened;
  const auto most = std::min<std::int64_t>(scaling.Count(), std::max<std::int64_t>(1, pairs.Pairs() / 20));
  const auto found = std::min<std::int64_t>(most, isWhitened ? MaximumReducedComponents : options.components);
  const PrincipalComponents reduced =
    FindPrincipalComponents(store, grid, pairs, scaling, static_cast<int>(found), part(0.1, 0.9));
  const NoiseWhitening whitened =
    isWhitened ? WhitenNoise(reduced.scores, reduced.components, pairs, part(0.9, 1.0)) : NoWhitening(reduced);

  result.components = std::min(options.components, reduced.components);
  const auto kept = static_cast<std::size_t>(result.components);
  const auto features = static_cast<std::size_t>(store.Components());
  result.strength.assign(whitened.lambda.begin(), whitened.lambda.begin() + result.components);
  result.loadings.assign(kept * features, 0.0f);
  result.values.assign(static_cast<std::size_t>(grid.Positions()) * kept, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t c = 0; c < kept; ++c)
  {
    const std::vector<float> loading = LoadingOf(reduced, whitened, scaling, static_cast<int>(c));
    const double             sign = SignOf(loading);
    for (std::size_t j = 0; j < loading.size(); ++j)
    {
      result.loadings[c * features + static_cast<std::size_t>(scaling.columns[j])] =
        static_cast<float>(sign) * loading[j] / scaling.scale[j];
    }
    const std::vector<double> profile = ProfileOf(reduced, whitened, static_cast<int>(c), sign);
    for (std::size_t i = 0; i < profile.size(); ++i)
    {
      result.values[static_cast<std::size_t>(pairs.positions[i]) * kept + c] = static_cast<float>(profile[i]);
    }
  }
  return result;
}

std::vector<double>
ScaleByNeighbourNoise(const RowStore & store, const PositionGrid & grid, float * out, const Execution & execution)
{
  CheckSizes(store, grid);
  const auto part = [&execution](double begin, double end) {
    return Execution{ execution.threads, execution.monitor.Part(begin, end) };
  };
  const std::vector<std::uint8_t> takesPart = FindTakingPart(store, grid, part(0.0, 0.2));
  const NeighbourPairs            pairs = PairsOf(grid, takesPart);
  if (pairs.Pairs() == 0)
  {
    throw std::invalid_argument("no two adjacent positions take part; noise is the difference of neighbours");
  }
  const ColumnScaling scaling =
    ScaleByNoise(ComputeNeighbourStatistics(store, pairs, part(0.2, 0.6)), -std::numeric_limits<double>::infinity());
  const auto          features = static_cast<std::size_t>(store.Components());
  std::vector<float>  scale(features, 0.0f);
  std::vector<double> noise(features, 0.0);
  for (std::size_t j = 0; j < scaling.columns.size(); ++j)
  {
    const auto column = static_cast<std::size_t>(scaling.columns[j]);
    scale[column] = scaling.scale[j];
    noise[column] = 1.0 / static_cast<double>(scaling.scale[j]);
  }

  constexpr std::int64_t block = 256;
  const std::int64_t     positions = grid.Positions();
  ParallelFor((positions + block - 1) / block, part(0.6, 1.0), [&](std::int64_t task) {
    RowLease lease;
    for (std::int64_t p = task * block; p < std::min(positions, (task + 1) * block); ++p)
    {
      const float * row = store.Read(&p, 1, lease)[0];
      const bool    isTaken = takesPart[static_cast<std::size_t>(p)] != 0;
      std::transform(
        row, row + features, scale.begin(), out + p * store.Components(), [isTaken](float value, float factor) {
          return isTaken && std::isfinite(value) ? value * factor : std::numeric_limits<float>::quiet_NaN();
        });
    }
  });
  return noise;
}
} // namespace fourdstem
