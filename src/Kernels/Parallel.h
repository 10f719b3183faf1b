// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Parallel_h
#define fourdstem_Parallel_h

#include "fourdstem/Monitor.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>

#ifdef _OPENMP
#  include <omp.h>
#endif

namespace fourdstem
{
inline int
ThreadsToUse(const Execution & execution, std::int64_t tasks)
{
#ifdef _OPENMP
  const int available =
    execution.threads > 0 ? execution.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return static_cast<int>(std::clamp<std::int64_t>(tasks, 1, available));
#else
  static_cast<void>(execution);
  static_cast<void>(tasks);
  return 1;
#endif
}

/** Runs work(i, state) for i in [0, tasks) on several threads, and merge(i, state) after it, one at a time and in the
 * order of i. Each thread has one state, made by makeState(). What merge accumulates is therefore the same for any
 * number of threads. The first exception of a task is thrown again on the calling thread, Aborted if the monitor asks. */
template <typename TMakeState, typename TWork, typename TMerge>
void
ParallelOrdered(std::int64_t      tasks,
                const Execution & execution,
                TMakeState &&     makeState,
                TWork &&          work,
                TMerge &&         merge)
{
  std::exception_ptr        failure;
  std::atomic<bool>         stop{ false };
  std::atomic<bool>         aborted{ false };
  std::atomic<std::int64_t> done{ 0 };

  const auto guarded = [&](auto && step) {
    if (stop.load(std::memory_order_relaxed))
    {
      return;
    }
    try
    {
      step();
    }
    catch (...)
    {
      if (!stop.exchange(true))
      {
        failure = std::current_exception();
      }
    }
  };

#ifdef _OPENMP
#  pragma omp parallel num_threads(ThreadsToUse(execution, tasks))
#endif
  {
    using State = decltype(makeState());
    std::unique_ptr<State> state;
    guarded([&] { state = std::make_unique<State>(makeState()); });
#ifdef _OPENMP
    const bool isCaller = omp_get_thread_num() == 0;
#  pragma omp for ordered schedule(dynamic, 1)
#else
    const bool isCaller = true;
#endif
    for (std::int64_t i = 0; i < tasks; ++i)
    {
      guarded([&] { work(i, *state); });
#ifdef _OPENMP
#  pragma omp ordered
#endif
      guarded([&] { merge(i, *state); });
      const std::int64_t finished = done.fetch_add(1) + 1;
      if (isCaller && execution.monitor.report)
      {
        guarded([&] {
          if (!execution.monitor.report(static_cast<double>(finished) / static_cast<double>(tasks)))
          {
            aborted = true;
            stop = true;
          }
        });
      }
    }
  }
  if (failure)
  {
    std::rethrow_exception(failure);
  }
  // The other threads may have taken every task.
  if (aborted || (execution.monitor.report && !execution.monitor.report(1.0)))
  {
    throw Aborted();
  }
}

/** As ParallelOrdered, without state and merge: the tasks write to places of their own. */
template <typename TWork>
void
ParallelFor(std::int64_t tasks, const Execution & execution, TWork && work)
{
  struct Nothing
  {};
  ParallelOrdered(
    tasks,
    execution,
    [] { return Nothing{}; },
    [&work](std::int64_t i, Nothing &) { work(i); },
    [](std::int64_t, Nothing &) {});
}
} // namespace fourdstem

#endif
