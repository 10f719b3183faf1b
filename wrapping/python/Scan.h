// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Scan_h
#define fourdstem_python_Scan_h

#include "fourdstem/ScanFile.h"

#include <nanobind/nanobind.h>

#include <memory>
#include <string>
#include <vector>

namespace fourdstem::python
{
/** A scan in a file or in memory, as Python holds it. */
struct Scan
{
  std::shared_ptr<const ScanFile> file;
  std::string                     path;  // empty: in memory
  std::vector<std::string>        words; // the options that it was opened with
};

void
BindScan(nanobind::module_ & module);
} // namespace fourdstem::python

#endif
