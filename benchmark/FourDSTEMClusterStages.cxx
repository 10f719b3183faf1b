// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Seconds of clustering on made-up features: six domains on a square grid, white noise, a third of the columns alike.
// usage: FourDSTEMClusterStages [SIDE=256] [COLUMNS=2700] [REPEATS=3] [THREADS]
#include "Benchmark.h"
#include "ClusterFixtures.h"

#include "fourdstem/NeighbourStatistics.h"

#include <cmath>
#include <cstdlib>
#include <exception>
#include <numeric>

namespace
{
using namespace fourdstem;

struct Made
{
  PositionGrid       grid;
  std::vector<int>   truth;
  std::vector<float> values;
};

int
DomainAt(double x, double y)
{
  if (std::hypot(x - 0.5, y - 0.5) > 0.43)
  {
    return 0;
  }
  return x < 0.5 ? (y < 0.35 ? 1 : 2) : (y < 0.4 ? 3 : y < 0.6 ? 4 : 5);
}

/** Each domain differs from the others in a twelfth of the columns of its own, by 3 noise deviations down to 0.75. */
Made
MakeDomains(std::int64_t side, std::int64_t columns)
{
  Made made;
  made.grid.size = { side, side, 1 };
  fixtures::Noise    normal(3);
  std::vector<float> noise(1 << 20);
  for (float & value : noise)
  {
    value = static_cast<float>(normal());
  }
  std::mt19937_64 place(5);
  const double    amplitudes[] = { 0, 3, 2, 1.5, 1, 0.75 };
  for (std::int64_t p = 0; p < side * side; ++p)
  {
    const int domain = DomainAt((static_cast<double>(p % side) + 0.5) / static_cast<double>(side),
                                (static_cast<double>(p / side) + 0.5) / static_cast<double>(side));
    made.truth.push_back(domain);
    // Numbers drawn once and read from a new place for each position are as good as new ones, and much faster.
    std::size_t at = static_cast<std::size_t>(place()) % noise.size();
    for (std::int64_t j = 0; j < columns; ++j)
    {
      const bool isOwn = j % 12 == domain;
      made.values.push_back(static_cast<float>(10 + j % 7) + noise[at] +
                            (isOwn ? static_cast<float>(amplitudes[domain]) : 0.0f));
      at = at + 1 < noise.size() ? at + 1 : 0;
    }
  }
  return made;
}

void
Time(std::int64_t side, std::int64_t columns, int repeats, int threads)
{
  const Made      made = MakeDomains(side, columns);
  const auto      store = ViewRows(made.values.data(), side * side, columns);
  const auto      bytes = static_cast<std::int64_t>(made.values.size() * sizeof(float));
  const Execution execution{ threads, {} };

  std::vector<std::int64_t> positions(made.truth.size());
  std::iota(positions.begin(), positions.end(), 0);
  const NeighbourPairs pairs = FindNeighbourPairs(made.grid, positions);
  Benchmark("neighbour-statistics", bytes, repeats, [&] { ComputeNeighbourStatistics(*store, pairs, execution); });

  DivisiveOptions options;
  options.selection = FeatureSelection::Neighbour;
  DivisiveResult result;
  Benchmark("auto", bytes, repeats, [&] { result = RunDivisive(*store, made.grid, options, execution); });
  std::printf("auto: %zu leaves, ARI %.4f\n",
              LeavesInOrder(result.nodes).size(),
              fixtures::AdjustedRandIndex(made.truth, LabelsOf(result)));
  Benchmark("confidence", bytes, repeats, [&] { Confidence(result, *store, execution); });

  options.mode = ClusterMode::Paper;
  options.splits = { { -1, 2, {} }, { -1, 2, {} }, { -1, 4, {} } };
  Benchmark("paper", bytes, repeats, [&] { result = RunDivisive(*store, made.grid, options, execution); });
}
} // namespace

int
main(int argc, char * argv[])
{
  const auto number = [argc, argv](int at, std::int64_t otherwise) {
    return argc > at ? std::atoll(argv[at]) : otherwise;
  };
  try
  {
    Time(number(1, 256), number(2, 2700), static_cast<int>(number(3, 3)), static_cast<int>(number(4, 0)));
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
