// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Peaks_h
#define fourdstem_python_Peaks_h

#include "fourdstem/PeakLists.h"

#include <nanobind/nanobind.h>

#include <string>

namespace fourdstem::python
{
/** Peak lists and the file that they are from; none if they were found. */
struct Peaks
{
  PeakLists   lists;
  std::string path;
};

void
BindPeaks(nanobind::module_ & module);
} // namespace fourdstem::python

#endif
