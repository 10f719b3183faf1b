// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_StrainArguments_h
#define fourdstem_cli_StrainArguments_h

#include "Common/Arguments.h"

#include "fourdstem/StrainAnalysis.h"

namespace fourdstem::cli
{
/** Throws UsageError for options that would do nothing, before any file is opened. */
void
CheckStrainUse(const Arguments & arguments);

/** The options of FourDSTEMStrain for a scan of `shape`, its images read from their files. Throws UsageError, also for
 * options that contradict each other. */
StrainAnalysisOptions
ReadStrainOptions(const Arguments & arguments, const ScanShape & shape);

/** What counts as unstrained, in words. */
std::string
ReferenceChosen(const Arguments & arguments);

/** In which axes strains are given, in words. */
std::string
AxesChosen(const Arguments & arguments);
} // namespace fourdstem::cli

#endif
