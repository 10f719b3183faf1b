// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Call_h
#define fourdstem_python_Call_h

#include "Common/RunCommand.h"

#include "fourdstem/Monitor.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fourdstem::python
{
namespace nb = nanobind;

/** An image in place of a file, (rows, columns, components). */
using OptionImage = nb::ndarray<const float, nb::ndim<3>, nb::c_contig, nb::device::cpu>;

/** What a Python function was asked for, in the words of a command line. */
struct Request
{
  std::vector<std::string>           words;
  std::map<std::string, OptionImage> images;   // by the parameter's name
  std::string                        text;     // the call as the user wrote it, for the record
  nb::object                         progress; // called with (fraction, stage), or None
};

/** A command's work on behalf of Python: without the interpreter's lock, with progress, stopped by Ctrl-C. */
class Call
{
public:
  /** `positionals`: the command's, "" for one that is not given. Throws UsageError. */
  Call(const std::string &              program,
       std::string_view                 xml,
       const Request &                  request,
       const std::vector<std::string> & extraWords,
       const std::vector<std::string> & positionals);

  cli::CommandContext &
  Context()
  {
    return m_Context;
  }
  const cli::Arguments &
  Arguments() const
  {
    return m_Arguments;
  }
  int
  Threads() const
  {
    return static_cast<int>(m_Arguments.Integer("threads"));
  }

  /** What `work` returns; it must not touch Python. */
  template <typename TWork>
  auto
  Run(TWork && work)
  {
    try
    {
      const nb::gil_scoped_release unlocked;
      return work();
    }
    catch (const Aborted &)
    {
      if (m_Error)
      {
        throw nb::python_error(*m_Error);
      }
      throw;
    }
  }

private:
  bool
  Observe(double done, const std::string & stage);

  cli::Arguments                        m_Arguments;
  cli::Progress                         m_Progress;
  cli::CommandContext                   m_Context;
  nb::object                            m_Callback;
  std::optional<nb::python_error>       m_Error;
  std::chrono::steady_clock::time_point m_Last;
};

/** The options of a command as a list of dictionaries. */
nb::list
OptionsOf(std::string_view xml);
} // namespace fourdstem::python

#endif
