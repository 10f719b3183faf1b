// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_DetectorImageArgument_h
#define fourdstem_cli_DetectorImageArgument_h

#include "Common/Arguments.h"

#include "fourdstem/PatternSource.h"

#include <vector>

namespace fourdstem::cli
{
/** The image over the detector that the parameter names, a NumPy array (Qy, Qx) or what ITK reads, C order; empty
 * without a value. Throws UsageError when its extents are not the detector's. */
std::vector<double>
ReadDetectorImage(const Arguments & arguments, const std::string & name, const ScanShape & shape);
} // namespace fourdstem::cli

#endif
