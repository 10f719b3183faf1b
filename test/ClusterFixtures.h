// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ClusterFixtures_h
#define ClusterFixtures_h

#include "fourdstem/Clustering.h"

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <vector>

namespace fixtures
{
/** Normal numbers, the same on every platform to rounding. */
class Noise
{
public:
  explicit Noise(std::uint64_t seed)
    : m_Generator(seed)
  {}

  double
  operator()()
  {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i)
    {
      sum += static_cast<double>(m_Generator() >> 11) * 0x1p-53;
    }
    return sum;
  }

private:
  std::mt19937_64 m_Generator;
};

/** Features on a grid: value(x, y, z, column) plus white noise of deviation `noise`. */
struct Features
{
  fourdstem::PositionGrid              grid;
  std::int64_t                         columns = 0;
  std::vector<float>                   values;
  std::unique_ptr<fourdstem::RowStore> store;
};

using FeatureFunction = std::function<double(std::int64_t x, std::int64_t y, std::int64_t z, std::int64_t column)>;

inline Features
MakeFeatures(const std::array<std::int64_t, 3> & size,
             std::int64_t                        columns,
             double                              noise,
             const FeatureFunction &             value,
             std::uint64_t                       seed = 1)
{
  Features features;
  features.grid.size = size;
  features.columns = columns;
  Noise normal(seed);
  for (std::int64_t z = 0; z < size[2]; ++z)
  {
    for (std::int64_t y = 0; y < size[1]; ++y)
    {
      for (std::int64_t x = 0; x < size[0]; ++x)
      {
        for (std::int64_t j = 0; j < columns; ++j)
        {
          features.values.push_back(static_cast<float>(value(x, y, z, j) + noise * normal()));
        }
      }
    }
  }
  features.store = fourdstem::ViewRows(features.values.data(), features.grid.Positions(), columns);
  return features;
}

/** Four domains on a grid of 31 x 23: a disk, whose right half and whose upper right quarter differ more and more
 * finely; each difference lies in columns of its own. Truth: 0 outside, 1, 2, 3. */
inline int
FourDomains(std::int64_t x, std::int64_t y)
{
  const double dx = static_cast<double>(x) - 15;
  const double dy = static_cast<double>(y) - 11;
  if (dx * dx + dy * dy > 100)
  {
    return 0;
  }
  return dx <= 0 ? 1 : dy < 0 ? 2 : 3;
}

inline double
FourDomainsPattern(int domain, std::int64_t column)
{
  const double ground = 10.0 + static_cast<double>(column % 7);
  const double flake = domain > 0 && column < 20 ? 4.0 : 0.0;
  const double right = domain > 1 && column >= 20 && column < 35 ? 2.5 : 0.0;
  const double upper = domain == 2 && column >= 35 && column < 45 ? 2.5 : 0.0;
  return ground + flake + right + upper;
}

inline Features
MakeFourDomains(double noise = 1.0, std::uint64_t seed = 1)
{
  return MakeFeatures(
    { 31, 23, 1 },
    60,
    noise,
    [](std::int64_t x, std::int64_t y, std::int64_t, std::int64_t j) {
      return FourDomainsPattern(FourDomains(x, y), j);
    },
    seed);
}

inline std::vector<int>
FourDomainsTruth()
{
  std::vector<int> truth;
  for (std::int64_t y = 0; y < 23; ++y)
  {
    for (std::int64_t x = 0; x < 31; ++x)
    {
      truth.push_back(FourDomains(x, y));
    }
  }
  return truth;
}

/** Adjusted Rand index of two partitions (Hubert and Arabie 1985): 1 equal, about 0 by chance. */
template <typename TA, typename TB>
double
AdjustedRandIndex(const std::vector<TA> & a, const std::vector<TB> & b)
{
  std::map<std::pair<TA, TB>, double> both;
  std::map<TA, double>                rows;
  std::map<TB, double>                columns;
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    both[{ a[i], b[i] }] += 1;
    rows[a[i]] += 1;
    columns[b[i]] += 1;
  }
  const auto pairs = [](const auto & counts) {
    double sum = 0;
    for (const auto & entry : counts)
    {
      sum += entry.second * (entry.second - 1) / 2;
    }
    return sum;
  };
  const auto   count = static_cast<double>(a.size());
  const double chance = pairs(rows) * pairs(columns) / (count * (count - 1) / 2);
  const double largest = (pairs(rows) + pairs(columns)) / 2;
  return largest == chance ? 1.0 : (pairs(both) - chance) / (largest - chance);
}
} // namespace fixtures

#endif
