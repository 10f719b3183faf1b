// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_VirtualImages_h
#define fourdstem_cli_VirtualImages_h

#include "Common/NrrdOutput.h"
#include "Common/RunCommand.h"

#include "fourdstem/ScanFile.h"

namespace fourdstem::cli
{
/** What virtual detectors see of a scan. */
struct VirtualImages
{
  /** [Ry][Rx][components] */
  std::vector<float>       values;
  std::vector<std::string> names; // of the components
  Notes                    notes; // bad pixels, how origins were found, what the detectors cover
};

/** Measures the virtual detectors that FourDSTEMVirtualDetector's options ask for, and tells the user what they are.
 * Throws UsageError naming the option that does not fit; what the source throws; Aborted. */
VirtualImages
MeasureVirtualImages(const ScanFile & scan, CommandContext & context);
} // namespace fourdstem::cli

#endif
