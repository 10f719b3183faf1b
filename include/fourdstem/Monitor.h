// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Monitor_h
#define fourdstem_Monitor_h

#include <functional>
#include <stdexcept>
#include <utility>

namespace fourdstem
{
/** Thrown out of a kernel whose Monitor asked it to stop. */
class Aborted : public std::runtime_error
{
public:
  Aborted()
    : std::runtime_error("aborted")
  {}
};

/** How a kernel tells its progress and learns that it shall stop.
 *
 * `report` gets the fraction done, 0 to 1, never decreasing, always on the thread that called the kernel; it returns
 * false to stop, on which the kernel throws Aborted once its threads are home. An empty report means neither. */
struct Monitor
{
  std::function<bool(double)> report;

  /** The part [begin, end] of this monitor's range, for one of several steps. */
  Monitor
  Part(double begin, double end) const
  {
    if (!report)
    {
      return {};
    }
    return { [whole = report, begin, end](double done) { return whole(begin + (end - begin) * done); } };
  }
};

/** How a kernel is to run. Results never depend on it. */
struct Execution
{
  /** Threads used at most; 0 means all that the machine has. */
  int     threads = 0;
  Monitor monitor;
};
} // namespace fourdstem

#endif
