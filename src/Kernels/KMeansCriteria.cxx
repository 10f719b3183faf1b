// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/KMeans.h"

#include "HotLoops/DistanceLoops.h"
#include "KMeansStart.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace fourdstem
{
namespace
{
/** At most `most` of the numbers 0 ... count - 1, evenly spread. */
std::vector<std::int64_t>
EvenSample(std::int64_t count, std::int64_t most)
{
  const std::int64_t        size = std::min(count, most);
  std::vector<std::int64_t> sample(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i)
  {
    sample[static_cast<std::size_t>(i)] = i * count / size;
  }
  return sample;
}

int
LargestK(const std::vector<std::int64_t> & positions, int maximumK)
{
  return static_cast<int>(std::min<std::int64_t>(maximumK, static_cast<std::int64_t>(positions.size())));
}

KMeansResult
Fit(const RowStore &                  store,
    const std::vector<std::int64_t> & positions,
    int                               k,
    std::uint64_t                     seed,
    const Execution &                 execution)
{
  KMeansOptions options;
  options.k = k;
  options.seed = seed;
  options.starts = 4;
  return KMeans(store, positions, options, execution);
}

/** Copies rows, one after the other. */
std::vector<float>
CopyRows(const RowStore & store, const std::vector<std::int64_t> & positions)
{
  std::vector<float> values;
  RowLease           lease;
  for (const std::int64_t position : positions)
  {
    const float * row = store.Read(&position, 1, lease)[0];
    values.insert(values.end(), row, row + store.Components());
  }
  return values;
}

double
MeanSilhouette(const std::vector<float> & distances, const std::vector<std::int32_t> & labels, int k)
{
  const std::size_t count = labels.size();
  double            total = 0.0;
  for (std::size_t i = 0; i < count; ++i)
  {
    std::vector<double>       sum(static_cast<std::size_t>(k), 0.0);
    std::vector<std::int64_t> members(static_cast<std::size_t>(k), 0);
    for (std::size_t j = 0; j < count; ++j)
    {
      if (j != i)
      {
        sum[static_cast<std::size_t>(labels[j])] += static_cast<double>(distances[i * count + j]);
        ++members[static_cast<std::size_t>(labels[j])];
      }
    }
    const auto own = static_cast<std::size_t>(labels[i]);
    double     other = HUGE_VAL;
    for (std::size_t c = 0; c < sum.size(); ++c)
    {
      if (c != own && members[c] > 0)
      {
        other = std::min(other, sum[c] / static_cast<double>(members[c]));
      }
    }
    if (members[own] > 0 && other < HUGE_VAL)
    {
      const double inside = sum[own] / static_cast<double>(members[own]);
      const double larger = std::max(inside, other);
      total += larger > 0.0 ? (other - inside) / larger : 0.0;
    }
  }
  return total / static_cast<double>(count);
}

/** log(inertia) for k = 1 ... largest. */
std::vector<double>
LogInertia(const RowStore &                  store,
           const std::vector<std::int64_t> & positions,
           int                               largest,
           std::uint64_t                     seed,
           const Execution &                 execution)
{
  std::vector<double> values;
  for (int k = 1; k <= largest; ++k)
  {
    values.push_back(std::log(std::max(Fit(store, positions, k, seed, execution).inertia, 1e-300)));
  }
  return values;
}
} // namespace

ClusterSuggestion
SuggestByElbow(const RowStore &                  store,
               const std::vector<std::int64_t> & positions,
               int                               maximumK,
               std::uint64_t                     seed,
               const Execution &                 execution)
{
  ClusterSuggestion result;
  const int         largest = LargestK(positions, maximumK);
  for (int k = 1; k <= largest; ++k)
  {
    result.inertia.push_back(Fit(store, positions, k, seed, execution).inertia);
  }
  result.score.assign(result.inertia.size(), 0.0);
  const double drop = largest > 1 ? result.inertia.front() - result.inertia.back() : 0.0;
  double       best = 0.3;
  for (int k = 2; k < largest && drop > 0.0; ++k)
  {
    const auto   i = static_cast<std::size_t>(k - 1);
    const double chord = 1.0 - static_cast<double>(k - 1) / static_cast<double>(largest - 1);
    result.score[i] = chord - (result.inertia[i] - result.inertia.back()) / drop;
    if (result.score[i] > best)
    {
      best = result.score[i];
      result.k = k;
    }
  }
  return result;
}

ClusterSuggestion
SuggestBySilhouette(const RowStore &                  store,
                    const std::vector<std::int64_t> & positions,
                    int                               maximumK,
                    std::uint64_t                     seed,
                    const Execution &                 execution)
{
  constexpr std::int64_t          mostSampled = 1024;
  const std::vector<std::int64_t> sample = EvenSample(static_cast<std::int64_t>(positions.size()), mostSampled);
  const std::size_t               count = sample.size();
  std::vector<std::int64_t>       sampled(count);
  std::transform(sample.begin(), sample.end(), sampled.begin(), [&positions](std::int64_t i) {
    return positions[static_cast<std::size_t>(i)];
  });
  const std::vector<float> rows = CopyRows(store, sampled);
  std::vector<float>       distances(count * count);
  ParallelFor(static_cast<std::int64_t>(count), { execution.threads, {} }, [&](std::int64_t i) {
    for (std::size_t j = 0; j < count; ++j)
    {
      distances[static_cast<std::size_t>(i) * count + j] =
        std::sqrt(RunHotLoop<SquaredDistanceOfRows>(rows.data() + i * store.Components(),
                                                    rows.data() + j * static_cast<std::size_t>(store.Components()),
                                                    store.Components()));
    }
  });

  ClusterSuggestion result;
  const int         largest = LargestK(positions, maximumK);
  double            best = 0.25;
  for (int k = 1; k <= largest; ++k)
  {
    const KMeansResult        fit = Fit(store, positions, k, seed, execution);
    std::vector<std::int32_t> labels(count);
    std::transform(sample.begin(), sample.end(), labels.begin(), [&fit](std::int64_t i) {
      return fit.labels[static_cast<std::size_t>(i)];
    });
    result.inertia.push_back(fit.inertia);
    result.score.push_back(k > 1 ? MeanSilhouette(distances, labels, k) : 0.0);
    if (result.score.back() > best)
    {
      best = result.score.back();
      result.k = k;
    }
  }
  return result;
}

ClusterSuggestion
SuggestByGap(const RowStore &                  store,
             const std::vector<std::int64_t> & positions,
             int                               maximumK,
             std::uint64_t                     seed,
             const Execution &                 execution)
{
  constexpr std::int64_t    mostSampled = 4096;
  constexpr int             references = 10;
  const std::int64_t        columns = store.Components();
  std::vector<std::int64_t> sampled = EvenSample(static_cast<std::int64_t>(positions.size()), mostSampled);
  const auto                count = static_cast<std::int64_t>(sampled.size());
  std::transform(sampled.begin(), sampled.end(), sampled.begin(), [&positions](std::int64_t i) {
    return positions[static_cast<std::size_t>(i)];
  });
  const std::vector<float>  values = CopyRows(store, sampled);
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);

  std::vector<float> low(static_cast<std::size_t>(columns), HUGE_VALF);
  std::vector<float> high(static_cast<std::size_t>(columns), -HUGE_VALF);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    const std::size_t j = i % static_cast<std::size_t>(columns);
    low[j] = std::min(low[j], values[i]);
    high[j] = std::max(high[j], values[i]);
  }

  ClusterSuggestion         result;
  const int                 largest = LargestK(positions, maximumK);
  const auto                own = ViewRows(values.data(), count, columns);
  const std::vector<double> logInertia = LogInertia(*own, all, largest, seed, execution);
  std::vector<double>       sum(logInertia.size(), 0.0);
  std::vector<double>       square(logInertia.size(), 0.0);
  std::mt19937_64           generator(seed);
  for (int b = 0; b < references; ++b)
  {
    std::vector<float> uniform(values.size());
    for (std::size_t i = 0; i < uniform.size(); ++i)
    {
      const std::size_t j = i % static_cast<std::size_t>(columns);
      uniform[i] = low[j] + static_cast<float>(UnitFromBits(generator())) * (high[j] - low[j]);
    }
    const auto                reference = ViewRows(uniform.data(), count, columns);
    const std::vector<double> expected = LogInertia(*reference, all, largest, seed, execution);
    for (std::size_t i = 0; i < expected.size(); ++i)
    {
      sum[i] += expected[i];
      square[i] += expected[i] * expected[i];
    }
  }

  std::vector<double> deviation;
  for (std::size_t i = 0; i < logInertia.size(); ++i)
  {
    const double mean = sum[i] / references;
    deviation.push_back(std::sqrt(std::max(0.0, square[i] / references - mean * mean) * (1.0 + 1.0 / references)));
    result.score.push_back(mean - logInertia[i]);
    result.inertia.push_back(std::exp(logInertia[i]));
  }
  result.k = largest;
  for (std::size_t i = 0; i + 1 < result.score.size(); ++i)
  {
    if (result.score[i] >= result.score[i + 1] - deviation[i + 1])
    {
      result.k = static_cast<int>(i) + 1;
      break;
    }
  }
  return result;
}
} // namespace fourdstem
