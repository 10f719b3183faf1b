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
/** A centroid that may be taken next: squared distance of every row to the nearest centroid if it is, and their sum. */
struct Candidate
{
  std::vector<float>  centre;
  std::int64_t        row = 0;
  std::vector<double> nearest;
  double              total = 0.0;
};

/** Fills in what follows for each candidate from the distances without it, reading every row once. */
void
Try(const KMeansRows & rows, const std::vector<double> & nearest, std::vector<Candidate> & candidates)
{
  struct State
  {
    KMeansRows::State   rows;
    std::vector<double> totals;
  };
  for (Candidate & candidate : candidates)
  {
    candidate.centre = rows.Row(candidate.row);
    candidate.nearest.resize(nearest.size());
    candidate.total = 0.0;
  }
  ParallelOrdered(
    rows.Blocks(),
    rows.Run(),
    [] { return State{}; },
    [&](std::int64_t b, State & state) {
      const std::int64_t    first = rows.Begin(b);
      const std::int64_t    count = rows.End(b) - first;
      const float * const * values = rows.Read(first, count, state.rows);
      state.totals.assign(candidates.size(), 0.0);
      for (std::int64_t i = 0; i < count; ++i)
      {
        const auto at = static_cast<std::size_t>(first + i);
        for (std::size_t c = 0; c < candidates.size(); ++c)
        {
          const float * centre = candidates[c].centre.data();
          const float   distance = RunHotLoop<SquaredDistanceOfRows>(values[i], centre, rows.Columns());
          candidates[c].nearest[at] = std::min(nearest[at], static_cast<double>(distance));
          state.totals[c] += candidates[c].nearest[at];
        }
      }
    },
    [&candidates](std::int64_t, State & state) {
      for (std::size_t c = 0; c < candidates.size(); ++c)
      {
        candidates[c].total += state.totals[c];
      }
    });
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

/** Numbers of k rows among the positions: the best of a few draws each time (Arthur and Vassilvitskii 2007, greedy). */
std::vector<std::int64_t>
PlusPlus(const KMeansRows & rows, int k, std::uint64_t seed)
{
  std::mt19937_64        generator(seed);
  const auto             count = static_cast<std::size_t>(rows.Count());
  const int              trials = 2 + static_cast<int>(std::log(static_cast<double>(k)));
  std::vector<Candidate> candidates(1);
  candidates.front().row = static_cast<std::int64_t>(generator() % count);
  Try(rows, std::vector<double>(count, HUGE_VAL), candidates);
  Candidate                 latest = std::move(candidates.front());
  std::vector<std::int64_t> chosen{ latest.row };
  while (static_cast<int>(chosen.size()) < k)
  {
    candidates.assign(static_cast<std::size_t>(trials), Candidate{});
    for (Candidate & candidate : candidates)
    {
      candidate.row = Draw(latest.nearest, latest.total, generator);
    }
    Try(rows, latest.nearest, candidates);
    latest =
      std::move(*std::min_element(candidates.begin(), candidates.end(), [](const Candidate & a, const Candidate & b) {
        return a.total < b.total;
      }));
    chosen.push_back(latest.row);
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
