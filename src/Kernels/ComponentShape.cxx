// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ComponentShape.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
ColumnScaling
ScaleByNoise(const NeighbourStatistics & statistics, double threshold)
{
  ColumnScaling scaling;
  for (std::size_t j = 0; j < statistics.mean.size(); ++j)
  {
    const double variance = statistics.variance[j];
    if (variance > 0.0 && std::isfinite(variance) && statistics.score[j] >= threshold)
    {
      const double noise = std::max(statistics.neighbourVariance[j], 1e-9 * variance);
      scaling.columns.push_back(static_cast<std::int64_t>(j));
      scaling.centre.push_back(static_cast<float>(statistics.mean[j]));
      scaling.scale.push_back(static_cast<float>(1.0 / std::sqrt(noise)));
    }
  }
  scaling.all = scaling.columns.size() == statistics.mean.size();
  return scaling;
}

std::vector<float>
LoadingOf(const PrincipalComponents & reduced, const NoiseWhitening & whitened, const ColumnScaling & scaling, int c)
{
  const std::size_t  r = static_cast<std::size_t>(reduced.components);
  std::vector<float> loading(scaling.columns.size());
  for (std::size_t j = 0; j < loading.size(); ++j)
  {
    double change = 0.0;
    for (std::size_t k = 0; k < r; ++k)
    {
      change += static_cast<double>(reduced.basis[j * ReducedStride + k]) *
                whitened.patterns[static_cast<std::size_t>(c) * r + k];
    }
    loading[j] = static_cast<float>(change);
  }
  return loading;
}

double
SignOf(const std::vector<float> & loading)
{
  const auto largest =
    std::max_element(loading.begin(), loading.end(), [](float a, float b) { return std::abs(a) < std::abs(b); });
  return largest != loading.end() && *largest < 0.0f ? -1.0 : 1.0;
}

std::vector<double>
ProfileOf(const PrincipalComponents & reduced, const NoiseWhitening & whitened, int c, double sign)
{
  const std::size_t   r = static_cast<std::size_t>(reduced.components);
  const double *      vector = whitened.vectors.data() + static_cast<std::size_t>(c) * r;
  std::vector<double> profile(reduced.scores.size() / ReducedStride);
  for (std::size_t i = 0; i < profile.size(); ++i)
  {
    double sum = 0.0;
    for (std::size_t k = 0; k < r; ++k)
    {
      sum += static_cast<double>(reduced.scores[i * ReducedStride + k]) * vector[k];
    }
    profile[i] = sign * sum;
  }
  return profile;
}
} // namespace fourdstem
