// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef RealData_h
#define RealData_h

#include "TestFolders.h"

#include <cstdlib>
#include <filesystem>
#include <string>

/** Path of a file made by an instrument or by the package that defines its format; empty where there is none. The
 * folder is the environment variable FOURDSTEM_REAL_DATA, else CMake's variable of that name. */
inline std::string
RealFile(const std::string & name)
{
  const char *    variable = std::getenv("FOURDSTEM_REAL_DATA");
  const auto      path = std::filesystem::path(variable ? variable : TestDataFolder()) / name;
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? path.u8string() : std::string();
}

/** Leaves the test, and says so, where the file is missing. */
#define SKIP_WITHOUT_REAL_FILE(path, name)                                                                             \
  const std::string path = RealFile(name);                                                                             \
  if ((path).empty())                                                                                                  \
  {                                                                                                                    \
    GTEST_SKIP() << "NOT TESTED: no " << (name) << "; set FOURDSTEM_REAL_DATA to the folder that has it";              \
  }                                                                                                                    \
  static_assert(true, "")

#endif
