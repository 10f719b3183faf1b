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
/** Runs `step` once to warm up and then `repeats` times, and prints one line: name, median of the seconds, bytes that
 * one run goes through, separated by tabs. benchmark/peers.py reads these lines. */
template <typename TStep>
void
Benchmark(const char * name, std::int64_t bytes, int repeats, TStep && step)
{
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  for (int run = 0; run <= repeats; ++run)
  {
    const auto begin = Clock::now();
    step();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  seconds.erase(seconds.begin());
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  std::printf("%s\t%.6f\t%lld\n", name, *middle, static_cast<long long>(bytes));
  std::fflush(stdout);
}
} // namespace fourdstem

#endif
