// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/KMeans.h"

#include "KMeansStart.h"
#include "Lloyd.h"
#include "Text.h"

#include <stdexcept>

namespace fourdstem
{
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
  Execution inner{ execution.threads, {} };
  if (execution.monitor.report)
  {
    inner.monitor.report = [&execution](double) { return execution.monitor.report(0.0); };
  }

  const KMeansRows rows(store, positions, inner);
  KMeansResult     result;
  result.centroids = StartCentroids(rows, positions, options, result.startRows);
  Lloyd lloyd(rows, options.k, result);

  while (result.iterations < options.maximumIterations && !result.converged)
  {
    const std::int64_t changed = lloyd.Assign();
    const double       shift = lloyd.MoveCentroids();
    const double       meanVariance =
      lloyd.TotalInertia() / static_cast<double>(count * std::max<std::int64_t>(1, store.Components()));
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
  return result;
}
} // namespace fourdstem
