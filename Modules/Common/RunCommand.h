// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_RunCommand_h
#define fourdstem_cli_RunCommand_h

#include "Common/Arguments.h"
#include "Common/Progress.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace fourdstem::cli
{
/** What a command's body works with. */
struct CommandContext
{
  const Arguments & arguments;
  Progress &        progress;

  /** Name of the executable and the whole command line, for records. */
  std::string program;
  std::string commandLine;

  /** Values of the description's output parameters, written to --returnparameterfile on success. */
  std::map<std::string, std::string> returned;
};

/** The main function of every command:
 *
 *   int main(int argc, char * argv[])
 *   {
 *     return fourdstem::cli::RunCommand("FourDSTEMInfo", argc, argv, FourDSTEMInfoXml, Body);
 *   }
 *
 * Adds to the options of the XML --help (-h), --version, --xml, --progress auto|bar|tags|none and
 * --returnparameterfile FILE; reads and checks the arguments; lets ITK read NRRD and 4D-STEM files; runs the body.
 * Whatever the body throws becomes one line on stderr. Exit codes: 0 done, 1 failed, 2 wrong arguments, 128 + signal
 * when stopped by Ctrl-C (130), SIGTERM or SIGHUP; a second Ctrl-C ends the process at once. That nobody reads what is
 * printed, as behind `head`, stops nothing. */
int
RunCommand(const std::string &                           program,
           int                                           argc,
           char *                                        argv[],
           std::string_view                              xml,
           const std::function<void(CommandContext &)> & body);

/** The message of an exception in one line, without ITK's file, class and address, and with a result's own name instead
 * of its temporary one. */
std::string
OneLine(const std::exception & error);

/** Text from a file as it can be shown: no control characters, at most 4000 bytes. */
std::string
Printable(std::string text);
} // namespace fourdstem::cli

#endif
