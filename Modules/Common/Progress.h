// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Progress_h
#define fourdstem_cli_Progress_h

#include "fourdstem/Monitor.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace fourdstem::cli
{
enum class ProgressStyle
{
  None,
  Bar, // on stderr
  Tags // Slicer's <filter-progress> on stdout
};

/** What --progress auto means: a bar where stderr is a terminal, tags when Slicer runs the command and reads stdout,
 * else nothing. */
ProgressStyle
AutomaticProgressStyle();

struct StageTime
{
  std::string name;
  double      seconds;
};

/** Tells the user how far a command is, stage by stage, and the stages that they shall stop.
 *
 *   Monitor monitor = progress.Begin("Origins", 0.3);        // this stage takes the whole from where it is to 30 %
 *
 * Ctrl-C, SIGTERM and SIGHUP make every report return false. */
class Progress
{
public:
  /** Gets the fraction of the whole that is done and the stage's name; returns false to stop. */
  using Observer = std::function<bool(double, const std::string &)>;

  explicit Progress(ProgressStyle style);
  /** Prints nothing, but tells the observer, on the thread that runs the stage. */
  explicit Progress(Observer observer);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &
  operator=(const Progress &) = delete;

  /** Ends the stage before and begins one that ends at `end`, a fraction of the whole. */
  Monitor
  Begin(const std::string & stage, double end);

  /** Ends the last stage; the whole is done. */
  void
  Finish();

  /** A line for the user on stdout, past the bar. Throws when it cannot be written, unless nobody reads any more. */
  void
  Say(const std::string & line);

  /** Throws fourdstem::Aborted once the user asked to stop; for loops of the command's own. */
  static void
  CheckAbort();

  /** Throws when something could not be written to stdout, unless nobody reads it any more. */
  static void
  CheckOutput();

  /** Stages so far, the running one included. */
  std::vector<StageTime>
  Times() const;

private:
  bool
  Report(double done);
  void
  EndStage();
  void
  Draw(bool force);
  void
  ClearBar();

  using Clock = std::chrono::steady_clock;

  ProgressStyle          m_Style;
  Observer               m_Observer;
  std::vector<StageTime> m_Times;
  std::string            m_Stage;
  Clock::time_point      m_StageBegin;
  Clock::time_point      m_LastDrawn;
  double                 m_Begin = 0;
  double                 m_End = 0;
  double                 m_Done = 0;
  bool                   m_BarVisible = false;
};
} // namespace fourdstem::cli

#endif
