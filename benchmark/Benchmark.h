// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Benchmark_h
#define fourdstem_Benchmark_h

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace fourdstem
{
/** Prints a line that benchmark/peers.py reads: name, seconds of a run, bytes that it goes through, between tabs. */
inline void
PrintStage(const char * name, double seconds, std::int64_t bytes)
{
  std::printf("%s\t%.6f\t%lld\n", name, seconds, static_cast<long long>(bytes));
  std::fflush(stdout);
}

/** Median of the seconds of `repeats` runs of `step`, after one that warms up. */
template <typename TStep>
double
MedianSeconds(int repeats, TStep && step)
{
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  for (int run = 0; run <= repeats; ++run)
  {
    const auto begin = Clock::now();
    step();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  const auto first = seconds.begin() + (repeats > 0 ? 1 : 0);
  const auto middle = first + (seconds.end() - first) / 2;
  std::nth_element(first, middle, seconds.end());
  return *middle;
}

/** Times `step` and prints it. */
template <typename TStep>
void
Benchmark(const char * name, std::int64_t bytes, int repeats, TStep && step)
{
  PrintStage(name, MedianSeconds(repeats, step), bytes);
}
} // namespace fourdstem

#endif
