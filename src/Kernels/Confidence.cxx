// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Clustering.h"

#include "LeafProducts.h"

#include <algorithm>
#include <limits>

namespace fourdstem
{
std::vector<float>
Confidence(const DivisiveResult & result, const RowStore & store, const Execution & execution)
{
  std::vector<float> confidence(result.leafOfPosition.size(), std::numeric_limits<float>::quiet_NaN());
  if (LeavesInOrder(result.nodes).size() == 1)
  {
    std::transform(result.leafOfPosition.begin(),
                   result.leafOfPosition.end(),
                   confidence.begin(),
                   confidence.begin(),
                   [](std::int32_t leaf, float none) { return leaf < 0 ? none : 1.0f; });
    return confidence;
  }

  const LeafCentroids centroids(result);
  const std::size_t   count = centroids.Count();
  std::vector<double> norms(count, 0.0);
  std::vector<double> squares(count * count, 0.0); // of the distances between centroids
  for (std::size_t c = 0; c < count; ++c)
  {
    norms[c] = centroids.Product(c, c);
    for (std::size_t b = 0; b < c; ++b)
    {
      double sum = 0.0;
      for (std::size_t j = 0; j < centroids.width; ++j)
      {
        const double arm = static_cast<double>(centroids.Of(c)[j]) - static_cast<double>(centroids.Of(b)[j]);
        sum += arm * arm;
      }
      squares[c * count + b] = sum;
      squares[b * count + c] = sum;
    }
  }

  ForEachLeafProduct(result, centroids, store, execution, [&](std::size_t at, const float * products) {
    const std::size_t own = centroids.orderOfNode[static_cast<std::size_t>(result.leafOfPosition[at])];
    const auto        cost = [&](std::size_t c) { return norms[c] - 2.0 * static_cast<double>(products[c]); };
    std::size_t       second = own == 0 ? 1 : 0;
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
  });
  return confidence;
}
} // namespace fourdstem
