// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "LeafProducts.h"

#include "HotLoops/DistanceLoops.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
LeafCentroids::LeafCentroids(const DivisiveResult & result)
  : leaves(LeavesInOrder(result.nodes))
  , orderOfNode(result.nodes.size(), 0)
{
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
  width = scaling.columns.size();
  values.resize(leaves.size() * width);
  for (std::size_t c = 0; c < leaves.size(); ++c)
  {
    const ClusterNode & leaf = result.nodes[static_cast<std::size_t>(leaves[c])];
    orderOfNode[static_cast<std::size_t>(leaf.id)] = c;
    for (std::size_t j = 0; j < width; ++j)
    {
      values[c * width + j] =
        (leaf.centroid[static_cast<std::size_t>(scaling.columns[j])] - scaling.centre[j]) * scaling.scale[j];
    }
  }
}

double
LeafCentroids::Product(std::size_t a, std::size_t b) const
{
  double sum = 0.0;
  for (std::size_t j = 0; j < width; ++j)
  {
    sum += static_cast<double>(this->Of(a)[j]) * static_cast<double>(this->Of(b)[j]);
  }
  return sum;
}

void
ForEachLeafProduct(const DivisiveResult &                                  result,
                   const LeafCentroids &                                   centroids,
                   const RowStore &                                        store,
                   const Execution &                                       execution,
                   const std::function<void(std::size_t, const float *)> & visit)
{
  const std::size_t          count = centroids.Count();
  std::vector<const float *> vectors(count);
  for (std::size_t c = 0; c < count; ++c)
  {
    vectors[c] = centroids.Of(c);
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
      state.block.Load(store.Read(state.indices.data(), rows, state.lease), rows, centroids.scaling);
      state.rows.resize(state.indices.size());
      for (std::int64_t i = 0; i < rows; ++i)
      {
        state.rows[static_cast<std::size_t>(i)] = state.block.values.data() + i * state.block.stride;
      }
      state.products.resize(state.indices.size() * count);
      RunHotLoop<DotRows>(static_cast<const float * const *>(state.rows.data()),
                          rows,
                          static_cast<std::int64_t>(centroids.width),
                          static_cast<const float * const *>(vectors.data()),
                          static_cast<std::int64_t>(count),
                          state.products.data(),
                          std::int64_t{ 0 });
      for (std::size_t i = 0; i < state.indices.size(); ++i)
      {
        visit(static_cast<std::size_t>(state.indices[i]), state.products.data() + i * count);
      }
    },
    [](std::int64_t, State &) {});
}
} // namespace fourdstem
