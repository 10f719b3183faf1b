// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/KMeans.h"

#include "KMeansStart.h"
#include "Lloyd.h"
#include "Text.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace fourdstem
{
namespace
{
void
Iterate(const KMeansRows & rows, const KMeansOptions & options, KMeansResult & result)
{
  Lloyd lloyd(rows, options.k, result);
  while (result.iterations < options.maximumIterations && !result.converged)
  {
    const std::int64_t changed = lloyd.Assign();
    if (!std::isfinite(lloyd.TotalInertia()))
    {
      result.totalInertia = lloyd.TotalInertia();
      return;
    }
    const double shift = lloyd.MoveCentroids();
    const double meanVariance =
      lloyd.TotalInertia() / static_cast<double>(rows.Count() * std::max<std::int64_t>(1, rows.Columns()));
    ++result.iterations;
    if (changed == 0 && (result.iterations > 1 || !(shift > 0.0)))
    {
      result.converged = true;
    }
    else if (options.tolerance > 0.0 && shift <= options.tolerance * meanVariance)
    {
      lloyd.Assign();
      lloyd.MoveCentroids();
      result.converged = true;
    }
  }
  lloyd.MeasureInertia();
}

/** The start rows, among `positions`, of the best of several runs on a sample of them. */
std::vector<std::int64_t>
BestStart(const RowStore &                  store,
          const std::vector<std::int64_t> & positions,
          const KMeansOptions &             options,
          KMeansRows::Values                values,
          const Execution &                 execution)
{
  const std::size_t size =
    std::min(positions.size(), std::max<std::size_t>(512, 32 * static_cast<std::size_t>(options.k)));
  std::vector<std::int64_t> sample(size);
  for (std::size_t i = 0; i < size; ++i)
  {
    sample[i] = positions[i * positions.size() / size];
  }
  const KMeansRows          rows(store, sample, values, execution);
  std::vector<std::int64_t> best;
  double                    least = std::numeric_limits<double>::infinity();
  for (int start = 0; start < options.starts; ++start)
  {
    KMeansOptions each = options;
    each.seed = options.seed + static_cast<std::uint64_t>(start);
    each.maximumIterations = 50;
    KMeansResult fit;
    fit.centroids = StartCentroids(rows, sample, each, fit.startRows);
    Iterate(rows, each, fit);
    if (fit.inertia < least)
    {
      least = fit.inertia;
      best = fit.startRows;
    }
  }
  return best;
}

/** The total inertia is not finite if values are not that should be. */
KMeansResult
Fit(const RowStore &                  store,
    const std::vector<std::int64_t> & positions,
    const KMeansOptions &             options,
    KMeansRows::Values                values,
    const Execution &                 execution)
{
  KMeansOptions resolved = options;
  if (options.starts > 1 && options.k > 1 && options.startRows.empty() && options.startCentroids.empty())
  {
    resolved.startRows = BestStart(store, positions, options, values, execution);
  }
  const KMeansRows rows(store, positions, values, execution);
  KMeansResult     result;
  result.centroids = StartCentroids(rows, positions, resolved, result.startRows);
  Iterate(rows, resolved, result);
  return result;
}
} // namespace

KMeansResult
KMeans(const RowStore &                  store,
       const std::vector<std::int64_t> & positions,
       const KMeansOptions &             options,
       const Execution &                 execution)
{
  const auto count = static_cast<std::int64_t>(positions.size());
  if (options.k < 1 || options.k > count)
  {
    throw std::invalid_argument(Text("k is ", options.k, " but must be 1 ... ", count));
  }
  // Below that, waking threads takes longer than what they do.
  constexpr std::int64_t small = std::int64_t{ 1 } << 18;
  Execution              inner{ count * store.Components() < small ? 1 : execution.threads, {} };
  if (execution.monitor.report)
  {
    inner.monitor.report = [&execution](double) { return execution.monitor.report(0.0); };
  }

  KMeansResult result = Fit(store, positions, options, KMeansRows::Values::AllFinite, inner);
  if (!std::isfinite(result.totalInertia))
  {
    result = Fit(store, positions, options, KMeansRows::Values::Repaired, inner);
  }
  return result;
}
} // namespace fourdstem
