// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Parallel_h
#define fourdstem_Parallel_h

#include "fourdstem/Monitor.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace fourdstem
{
/** Threads that share `tasks` tasks, the calling one among them. */
inline int
ThreadsToUse(const Execution & execution, std::int64_t tasks)
{
  const int available =
    execution.threads > 0 ? execution.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return static_cast<int>(std::clamp<std::int64_t>(tasks, 1, available));
}

/** Tasks [0, count), handed to threads that sleep when they have to wait, so that other programs get the processor. */
class TaskQueue
{
public:
  TaskQueue(std::int64_t count, const Execution & execution)
    : m_Count(count)
    , m_Execution(execution)
  {}

  /** Calls work() on every thread until all have returned; throws the first exception again, or Aborted. */
  template <typename TWork>
  void
  Run(TWork && work)
  {
    std::vector<std::thread> helpers;
    for (int i = 1; i < ThreadsToUse(m_Execution, m_Count); ++i)
    {
      try
      {
        helpers.emplace_back([&] { this->Guard(work); });
      }
      catch (const std::system_error &)
      {
        break; // fewer threads, the same result
      }
    }
    this->Guard(work);
    for (std::thread & helper : helpers)
    {
      helper.join();
    }
    if (m_Failure)
    {
      std::rethrow_exception(m_Failure);
    }
    // The other threads may have taken every task.
    if (m_Aborted || (m_Execution.monitor.report && !m_Execution.monitor.report(1.0)))
    {
      throw Aborted();
    }
  }

  /** The next task, or a negative number when there is none or all shall stop. */
  std::int64_t
  Next()
  {
    const std::int64_t task = m_Next.fetch_add(1);
    return task < m_Count && !m_Stop ? task : -1;
  }

  /** Calls work(task) for one task after another until there is none or all shall stop. */
  template <typename TWork>
  void
  TakeAll(TWork && work)
  {
    for (std::int64_t task = this->Next(); task >= 0; task = this->Next())
    {
      work(task);
      this->Finished();
    }
  }

  /** Waits for the turn of `task`, calls merge() and passes the turn on; false if all shall stop. */
  template <typename TMerge>
  bool
  InTurn(std::int64_t task, TMerge && merge)
  {
    std::unique_lock<std::mutex> lock(m_Mutex);
    m_TurnPassed.wait(lock, [&] { return m_Turn == task || m_Stop; });
    if (m_Stop)
    {
      return false;
    }
    merge();
    ++m_Turn;
    m_TurnPassed.notify_all();
    return true;
  }

  /** Counts a finished task; on the calling thread reports the progress and heeds the answer. */
  void
  Finished()
  {
    const std::int64_t done = m_Done.fetch_add(1) + 1;
    if (std::this_thread::get_id() == m_Caller && m_Execution.monitor.report &&
        !m_Execution.monitor.report(static_cast<double>(done) / static_cast<double>(m_Count)))
    {
      m_Aborted = true;
      this->Stop();
    }
  }

private:
  void
  Stop()
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    m_Stop = true;
    m_TurnPassed.notify_all();
  }

  template <typename TWork>
  void
  Guard(TWork & work)
  {
    try
    {
      work();
    }
    catch (...)
    {
      if (!m_Failed.exchange(true))
      {
        m_Failure = std::current_exception();
      }
      this->Stop();
    }
  }

  const std::int64_t        m_Count;
  const Execution &         m_Execution;
  const std::thread::id     m_Caller = std::this_thread::get_id();
  std::atomic<std::int64_t> m_Next{ 0 };
  std::atomic<std::int64_t> m_Done{ 0 };
  std::atomic<bool>         m_Stop{ false };
  std::atomic<bool>         m_Failed{ false };
  bool                      m_Aborted = false;
  std::exception_ptr        m_Failure;
  std::mutex                m_Mutex;
  std::condition_variable   m_TurnPassed;
  std::int64_t              m_Turn = 0;
};

/** Runs work(i, state) for i in [0, tasks) on several threads, and merge(i, state) after it, one at a time and in the
 * order of i. Each thread has one state, made by makeState(). What merge accumulates is therefore the same for any
 * number of threads. The first exception of a task is thrown again on the calling thread, Aborted if the monitor asks.
 */
template <typename TMakeState, typename TWork, typename TMerge>
void
ParallelOrdered(std::int64_t      tasks,
                const Execution & execution,
                TMakeState &&     makeState,
                TWork &&          work,
                TMerge &&         merge)
{
  TaskQueue queue(tasks, execution);
  queue.Run([&] {
    auto state = makeState();
    for (std::int64_t i = queue.Next(); i >= 0; i = queue.Next())
    {
      work(i, state);
      if (!queue.InTurn(i, [&] { merge(i, state); }))
      {
        return;
      }
      queue.Finished();
    }
  });
}

/** As ParallelOrdered, but no thread waits for another: collect(state) comes once for each thread, one at a time, after
 * its last task. For what is the same in any order, such as counts. */
template <typename TMakeState, typename TWork, typename TCollect>
void
ParallelUnordered(std::int64_t      tasks,
                  const Execution & execution,
                  TMakeState &&     makeState,
                  TWork &&          work,
                  TCollect &&       collect)
{
  TaskQueue  queue(tasks, execution);
  std::mutex collecting;
  queue.Run([&] {
    auto state = makeState();
    queue.TakeAll([&](std::int64_t i) { work(i, state); });
    const std::lock_guard<std::mutex> lock(collecting);
    collect(state);
  });
}

/** As ParallelOrdered, without state and merge: the tasks write to places of their own. */
template <typename TWork>
void
ParallelFor(std::int64_t tasks, const Execution & execution, TWork && work)
{
  TaskQueue queue(tasks, execution);
  queue.Run([&] { queue.TakeAll(work); });
}
} // namespace fourdstem

#endif
