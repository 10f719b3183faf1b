// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef RunProgram_h
#define RunProgram_h

#include "TestFolders.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#ifndef _WIN32
#  include <sys/wait.h>
#endif

namespace fourdstem
{
struct ProgramRun
{
  int         exitCode = -1;
  std::string output;
  std::string error;
};

inline std::string
FileContent(const std::filesystem::path & path)
{
  std::ifstream file(path, std::ios::binary);
  return { std::istreambuf_iterator<char>(file), {} };
}

/** Runs one of the module's commands, through the program `launcher` if it is given; `folder` is where its output is
 * caught. */
inline ProgramRun
RunProgram(const std::string &              name,
           const std::vector<std::string> & arguments,
           const std::filesystem::path &    folder,
           const std::string &              launcher = {})
{
  const auto  quoted = [](const std::string & word) { return " \"" + word + "\""; };
  const auto  output = folder / "stdout.txt";
  const auto  error = folder / "stderr.txt";
  std::string line = launcher + quoted(std::string(CommandFolder()) + "/" + name);
  for (const std::string & argument : arguments)
  {
    line += quoted(argument);
  }
  line += " >" + quoted(output.string()) + " 2>" + quoted(error.string());
  ProgramRun run;
#ifdef _WIN32
  run.exitCode = std::system(("\"" + line + "\"").c_str());
#else
  const int status = std::system(line.c_str());
  run.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
#endif
  run.output = FileContent(output);
  run.error = FileContent(error);
  std::filesystem::remove(output);
  std::filesystem::remove(error);
  return run;
}
} // namespace fourdstem

#endif
