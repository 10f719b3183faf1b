// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Clustering.h"

#include "HotLoops/DistanceLoops.h"
#include "NodeRows.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
std::vector<float>
Confidence(const DivisiveResult & result, const RowStore & store, const Execution & execution)
{
  const std::vector<int> leaves = LeavesInOrder(result.nodes);
  const std::size_t      count = leaves.size();
  std::vector<float>     confidence(result.leafOfPosition.size(), std::numeric_limits<float>::quiet_NaN());
  if (count == 1)
  {
    std::transform(result.leafOfPosition.begin(),
                   result.leafOfPosition.end(),
                   confidence.begin(),
                   confidence.begin(),
                   [](std::int32_t leaf, float none) { return leaf < 0 ? none : 1.0f; });
    return confidence;
  }

  // Centroids about the root's, in units of the noise.
  ColumnScaling       scaling;
  const ClusterNode & root = result.nodes.front();
  for (std::size_t j = 0; j < result.weights.size(); ++j)
  {
    if (result.weights[j] > 0.0f)
    {
      scaling.columns.push_back(static_cast<std::int64_t>(j));
      scaling.centre.push_back(root.centroid[j]);
      scaling.scale.push_back(std::sqrt(result.weights[j]));
    }
  }
  const std::size_t        width = scaling.columns.size();
  std::vector<float>       centroids(count * width);
  std::vector<double>      squares(count * count, 0.0); // of the distances between centroids
  std::vector<double>      norms(count, 0.0);
  std::vector<std::size_t> orderOfNode(result.nodes.size(), 0);
  for (std::size_t c = 0; c < count; ++c)
  {
    const ClusterNode & leaf = result.nodes[static_cast<std::size_t>(leaves[c])];
    orderOfNode[static_cast<std::size_t>(leaf.id)] = c;
    for (std::size_t j = 0; j < width; ++j)
    {
      const float value =
        (leaf.centroid[static_cast<std::size_t>(scaling.columns[j])] - scaling.centre[j]) * scaling.scale[j];
      centroids[c * width + j] = value;
      norms[c] += static_cast<double>(value) * static_cast<double>(value);
    }
    for (std::size_t b = 0; b < c; ++b)
    {
      double sum = 0.0;
      for (std::size_t j = 0; j < width; ++j)
      {
        const double arm =
          static_cast<double>(centroids[c * width + j]) - static_cast<double>(centroids[b * width + j]);
        sum += arm * arm;
      }
      squares[c * count + b] = sum;
      squares[b * count + c] = sum;
    }
  }

  std::vector<const float *> vectors(count);
  for (std::size_t c = 0; c < count; ++c)
  {
    vectors[c] = centroids.data() + c * width;
  }
  struct State
  {
    RowLease                   lease;
    ScaledBlock                block;
    std::vector<std::int64_t>  indices;
    std::vector<const float *> rows;
    std::vector<float>         products;
  };
  const auto total = static_cast<std::int64_t>(result.leafOfPosition.size());
  ParallelOrdered(
    NodeBlock::CountBlocks(total),
    execution,
    [] { return State{}; },
    [&](std::int64_t b, State & state) {
      state.indices.clear();
      for (std::int64_t i = b * NodeBlock::Size; i < std::min(total, (b + 1) * NodeBlock::Size); ++i)
      {
        if (result.leafOfPosition[static_cast<std::size_t>(i)] >= 0)
        {
          state.indices.push_back(i);
        }
      }
      const auto rows = static_cast<std::int64_t>(state.indices.size());
      state.block.Load(store.Read(state.indices.data(), rows, state.lease), rows, scaling);
      state.rows.resize(state.indices.size());
      for (std::int64_t i = 0; i < rows; ++i)
      {
        state.rows[static_cast<std::size_t>(i)] = state.block.values.data() + i * state.block.stride;
      }
      state.products.resize(state.indices.size() * count);
      RunHotLoop<DotRows>(static_cast<const float * const *>(state.rows.data()),
                          rows,
                          static_cast<std::int64_t>(width),
                          static_cast<const float * const *>(vectors.data()),
                          static_cast<std::int64_t>(count),
                          state.products.data(),
                          std::int64_t{ 0 });
      for (std::size_t i = 0; i < state.indices.size(); ++i)
      {
        const auto        at = static_cast<std::size_t>(state.indices[i]);
        const std::size_t own = orderOfNode[static_cast<std::size_t>(result.leafOfPosition[at])];
        const auto        cost = [&](std::size_t c) {
          return norms[c] - 2.0 * static_cast<double>(state.products[i * count + c]);
        };
        std::size_t second = own == 0 ? 1 : 0;
        for (std::size_t c = 0; c < count; ++c)
        {
          if (c != own && cost(c) < cost(second))
          {
            second = c;
          }
        }
        const double distance = squares[own * count + second];
        const double margin = distance > 0.0 ? (cost(second) - cost(own)) / distance : 0.0;
        confidence[at] = static_cast<float>(std::clamp(margin, 0.0, 1.0));
      }
    },
    [](std::int64_t, State &) {});
  return confidence;
}
} // namespace fourdstem
