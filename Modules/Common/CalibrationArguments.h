// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_CalibrationArguments_h
#define fourdstem_cli_CalibrationArguments_h

#include "Common/RunRecord.h"

#include "fourdstem/ScanFile.h"
#include "fourdstem/StrainAnalysis.h"

namespace fourdstem::cli
{
/** Sets what is known of crystal and camera; the reference is read already. Throws UsageError. */
void
ReadCalibration(const Arguments & arguments, StrainAnalysisOptions & options);

/** Puts the ellipse and the size of a pixel, or why there is none, into the record, and tells the user. */
void
AddCalibrationResults(const StrainResult & result,
                      const ScanHeader &   header,
                      CommandContext &     context,
                      RunRecord &          record);
} // namespace fourdstem::cli

#endif
