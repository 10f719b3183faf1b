// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_RunRecord_h
#define fourdstem_cli_RunRecord_h

#include "Common/RunCommand.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** The record of a run, run.json: enough to repeat it and to trust it.
 *
 * Holds program, version, command line, start (UTC), input (absolute path, bytes and time of last change of it and of
 * its data file), all parameters and which of them the user changed, automatic choices, warnings, results, seconds per
 * stage, peak memory and threads used. */
class RunRecord
{
public:
  explicit RunRecord(const CommandContext & context);

  /** `data` is the file that holds the patterns, where that is another one. */
  void
  SetInput(const std::string & path, const std::string & data = {});

  /** What was automatic, or given, and why it came out so: label for people ("Inner radius"), a number (17.5) with its
   * unit ("px") or a text, and how ("2 probe radii + 3 px"). */
  void
  AddAutomatic(const std::string &            parameter,
               const nlohmann::ordered_json & value,
               const std::string &            how,
               const std::string &            unit = {});

  void
  Warn(const std::string & warning);

  /** Numbers of the result, as the command likes: an object. */
  nlohmann::ordered_json &
  Results()
  {
    return m_Results;
  }

  /** For every label an object of value, unit and how. */
  const nlohmann::ordered_json &
  Automatic() const
  {
    return m_Automatic;
  }

  /** Name and value of every parameter of the command. */
  const nlohmann::ordered_json &
  Parameters() const
  {
    return m_Head["parameters"];
  }

  const std::vector<std::string> &
  Warnings() const
  {
    return m_Warnings;
  }

  /** The record as it is now, with the time and memory used so far. */
  nlohmann::ordered_json
  ToJson(const Progress & progress) const;

private:
  nlohmann::ordered_json   m_Head;
  nlohmann::ordered_json   m_Results = nlohmann::ordered_json::object();
  nlohmann::ordered_json   m_Automatic = nlohmann::ordered_json::object();
  std::vector<std::string> m_Warnings;
  int                      m_Threads = 1;
};

/** Threads that a command uses: those of --threads, or all that the machine has. */
int
ThreadsUsed(const Arguments & arguments);

/** Absolute path, bytes and time of last change of a file, as in the record's input. */
nlohmann::ordered_json
FileRecord(const std::string & path);

/** Largest memory that the process ever had, in bytes; 0 where the system does not tell. */
std::int64_t
PeakMemory();

/** A time as 2026-01-31T12:00:00Z. */
std::string
UtcTime(std::int64_t secondsSince1970);
} // namespace fourdstem::cli

#endif
