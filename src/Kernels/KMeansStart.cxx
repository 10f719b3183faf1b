// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "KMeansStart.h"

#include "HotLoops/DistanceLoops.h"
#include "Text.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

namespace fourdstem
{
namespace
{
/** Lowers `nearest` to the squared distances to `centre`; returns their sum. */
double
LowerDistances(const KMeansRows & rows, const std::vector<float> & centre, std::vector<double> & nearest)
{
  struct Sum
  {
    KMeansRows::State rows;
    double            value = 0.0;
  };
  double total = 0.0;
  ParallelOrdered(
    rows.Blocks(),
    rows.Run(),
    [] { return Sum{}; },
    [&](std::int64_t b, Sum & sum) {
      const std::int64_t    first = rows.Begin(b);
      const std::int64_t    count = rows.End(b) - first;
      const float * const * values = rows.Read(first, count, sum.rows);
      sum.value = 0.0;
      for (std::int64_t i = 0; i < count; ++i)
      {
        double & distance = nearest[static_cast<std::size_t>(first + i)];
        distance = std::min(
          distance, static_cast<double>(RunHotLoop<SquaredDistanceOfRows>(values[i], centre.data(), rows.Columns())));
        sum.value += distance;
      }
    },
    [&total](std::int64_t, Sum & sum) { total += sum.value; });
  return total;
}

std::int64_t
Draw(const std::vector<double> & weight, double total, std::mt19937_64 & generator)
{
  const double wanted = UnitFromBits(generator()) * total;
  double       sum = 0.0;
  for (std::size_t i = 0; i < weight.size(); ++i)
  {
    sum += weight[i];
    if (sum > wanted)
    {
      return static_cast<std::int64_t>(i);
    }
  }
  return static_cast<std::int64_t>(weight.size()) - 1;
}

/** Numbers of k rows among the positions. */
std::vector<std::int64_t>
PlusPlus(const KMeansRows & rows, int k, std::uint64_t seed)
{
  std::mt19937_64           generator(seed);
  const auto                count = static_cast<std::size_t>(rows.Count());
  std::vector<std::int64_t> chosen{ static_cast<std::int64_t>(generator() % count) };
  std::vector<double>       nearest(count, HUGE_VAL);
  double                    total = LowerDistances(rows, rows.Row(chosen.front()), nearest);
  const int                 trials = 2 + static_cast<int>(std::log(static_cast<double>(k)));
  while (static_cast<int>(chosen.size()) < k)
  {
    std::vector<double> best;
    double              bestTotal = HUGE_VAL;
    std::int64_t        bestRow = 0;
    for (int trial = 0; trial < trials; ++trial)
    {
      const std::int64_t  row = Draw(nearest, total, generator);
      std::vector<double> lowered(nearest);
      const double        loweredTotal = LowerDistances(rows, rows.Row(row), lowered);
      if (loweredTotal < bestTotal)
      {
        bestTotal = loweredTotal;
        bestRow = row;
        best = std::move(lowered);
      }
    }
    chosen.push_back(bestRow);
    nearest = std::move(best);
    total = bestTotal;
  }
  return chosen;
}
} // namespace

std::vector<double>
StartCentroids(const KMeansRows &                rows,
               const std::vector<std::int64_t> & positions,
               const KMeansOptions &             options,
               std::vector<std::int64_t> &       startRows)
{
  const auto k = static_cast<std::size_t>(options.k);
  if (!options.startCentroids.empty())
  {
    if (static_cast<std::int64_t>(options.startCentroids.size()) != options.k * rows.Columns())
    {
      throw std::invalid_argument(Text(
        "the start has ", options.startCentroids.size(), " values but must have ", options.k, " x ", rows.Columns()));
    }
    return { options.startCentroids.begin(), options.startCentroids.end() };
  }

  std::vector<std::int64_t> chosen;
  if (options.startRows.empty())
  {
    chosen = PlusPlus(rows, options.k, options.seed);
  }
  else if (options.startRows.size() != k)
  {
    throw std::invalid_argument(Text("there are ", options.startRows.size(), " start rows but must be ", options.k));
  }
  for (const std::int64_t row : options.startRows)
  {
    const auto found = std::find(positions.begin(), positions.end(), row);
    if (found == positions.end())
    {
      throw std::invalid_argument(Text("start row ", row, " is not among the positions"));
    }
    chosen.push_back(found - positions.begin());
  }

  std::vector<double> centroids;
  startRows.clear();
  for (const std::int64_t index : chosen)
  {
    const std::vector<float> row = rows.Row(index);
    centroids.insert(centroids.end(), row.begin(), row.end());
    startRows.push_back(positions[static_cast<std::size_t>(index)]);
  }
  return centroids;
}
} // namespace fourdstem
