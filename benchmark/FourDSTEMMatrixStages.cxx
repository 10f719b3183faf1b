// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Seconds per iteration of Lloyd's k-means on a feature matrix, float32 in a headerless file; set-up is shared out over
// the iterations. The starts are rows at equal distances.
// usage: FourDSTEMMatrixStages FILE ROWS COLUMNS [REPEATS] [ITERATIONS] [THREADS]
#include "Benchmark.h"

#include "fourdstem/KMeans.h"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <numeric>

namespace
{
using namespace fourdstem;

void
Run(const char * path, std::int64_t rows, std::int64_t columns, int repeats, int iterations, int threads)
{
  const auto         store = MakeMemoryRowStore(rows, columns);
  std::vector<float> row(static_cast<std::size_t>(columns));
  const auto         rowBytes = static_cast<std::streamsize>(row.size() * sizeof(float));
  std::ifstream      file(path, std::ios::binary);
  for (std::int64_t i = 0; i < rows; ++i)
  {
    if (!file.read(reinterpret_cast<char *>(row.data()), rowBytes))
    {
      throw std::runtime_error(std::string(path) + ": not as many values as said");
    }
    store->Write(i, 1, row.data());
  }
  const std::int64_t        bytes = rows * rowBytes;
  std::vector<std::int64_t> positions(static_cast<std::size_t>(rows));
  std::iota(positions.begin(), positions.end(), 0);
  Execution execution;
  execution.threads = threads;

  for (const int k : { 2, 8 })
  {
    KMeansOptions options;
    options.k = k;
    options.maximumIterations = iterations;
    options.tolerance = 0.;
    for (int i = 0; i < k; ++i)
    {
      options.startRows.push_back(i * (rows - 1) / (k - 1));
    }
    int          done = 1;
    const double seconds =
      MedianSeconds(repeats, [&] { done = KMeans(*store, positions, options, execution).iterations; });
    PrintStage(k == 2 ? "lloyd-2" : "kmeans-8", seconds / std::max(done, 1), bytes);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc < 4)
  {
    std::fprintf(stderr, "usage: %s FILE ROWS COLUMNS [REPEATS] [ITERATIONS] [THREADS]\n", argv[0]);
    return EXIT_FAILURE;
  }
  try
  {
    Run(argv[1],
        std::atoll(argv[2]),
        std::atoll(argv[3]),
        argc > 4 ? std::atoi(argv[4]) : 5,
        argc > 5 ? std::atoi(argv[5]) : 10,
        argc > 6 ? std::atoi(argv[6]) : 0);
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
