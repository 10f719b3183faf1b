// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// What the machine can do: a plain multi-threaded sum over a mapped file of float32, and over as much memory.
// usage: FourDSTEMReadAndSum FILE [REPEATS]
#include "Benchmark.h"

#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace
{
#if defined(__GNUC__) && defined(__x86_64__) && !defined(__clang__)
__attribute__((target_clones("avx2", "default")))
#endif
float
SumOfBlock(const float * values, std::int64_t count)
{
  float        lanes[64] = {};
  std::int64_t i = 0;
  for (; i + 64 <= count; i += 64)
  {
    for (int lane = 0; lane < 64; ++lane)
    {
      lanes[lane] += values[i + lane];
    }
  }
  float sum = 0;
  for (const float lane : lanes)
  {
    sum += lane;
  }
  for (; i < count; ++i)
  {
    sum += values[i];
  }
  return sum;
}

double
Sum(const float * values, std::int64_t count)
{
  constexpr std::int64_t block = 1 << 18;
  const std::int64_t     blocks = (count + block - 1) / block;
  double                 sum = 0;
#pragma omp parallel for schedule(dynamic, 4) reduction(+ : sum)
  for (std::int64_t b = 0; b < blocks; ++b)
  {
    sum += static_cast<double>(SumOfBlock(values + b * block, std::min(block, count - b * block)));
  }
  return sum;
}

double
MapAndSum(const char * path)
{
  const int   file = open(path, O_RDONLY);
  struct stat status = {};
  if (file < 0 || fstat(file, &status) != 0)
  {
    std::perror(path);
    std::exit(EXIT_FAILURE);
  }
  const auto   size = static_cast<std::size_t>(status.st_size);
  void * const address = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (address == MAP_FAILED)
  {
    std::perror(path);
    std::exit(EXIT_FAILURE);
  }
  const double sum = Sum(static_cast<const float *>(address), static_cast<std::int64_t>(size / sizeof(float)));
  munmap(address, size);
  return sum;
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc < 2)
  {
    std::fprintf(stderr, "usage: %s FILE [REPEATS]\n", argv[0]);
    return EXIT_FAILURE;
  }
  const int   repeats = argc > 2 ? std::atoi(argv[2]) : 5;
  struct stat status = {};
  if (stat(argv[1], &status) != 0)
  {
    std::perror(argv[1]);
    return EXIT_FAILURE;
  }
  volatile double sum = 0;
  fourdstem::Benchmark("read-and-sum", status.st_size, repeats, [&] { sum = MapAndSum(argv[1]); });

  const std::int64_t       bytes = std::min<std::int64_t>(status.st_size, std::int64_t{ 1 } << 30);
  const std::vector<float> matrix(static_cast<std::size_t>(bytes) / sizeof(float), 1.0F);
  fourdstem::Benchmark(
    "memory-sum", bytes, repeats, [&] { sum = Sum(matrix.data(), static_cast<std::int64_t>(matrix.size())); });
  return EXIT_SUCCESS;
}
