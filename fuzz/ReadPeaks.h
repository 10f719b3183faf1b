// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ReadPeaks_h
#define fourdstem_ReadPeaks_h

#include "fourdstem/ScanFile.h"

namespace fourdstem::fuzz
{
/** As ReadScan, of peak lists; of the options the data set's name counts. Lists that do not fit together, or that are
 * longer than the file, are a Fault. */
void
ReadPeaks(const std::string & path, const ScanFileOptions & options);
} // namespace fourdstem::fuzz

#endif
