// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_DomainArguments_h
#define fourdstem_cli_DomainArguments_h

#include "Common/Arguments.h"

#include "fourdstem/DomainAnalysis.h"

#include <nlohmann/json.hpp>

namespace fourdstem::cli
{
/** The options of FourDSTEMCluster for a scan of `shape`, its masks and origins read from their files.
 *
 * `outputFolder` is where the scratch file goes unless --scratch says otherwise. Throws UsageError, also for options
 * that would do nothing beside the others. */
DomainOptions
ReadDomainOptions(const Arguments & arguments, const ScanShape & shape, const std::string & outputFolder);

/** The mask of --bad-pixel-file, not 0 where a detector pixel is bad. Throws UsageError. */
DetectorMask
ReadBadPixels(const Arguments & arguments, const ScanShape & shape);

/** Every bad pixel as [qy, qx, what it is]. */
nlohmann::ordered_json
BadPixelList(const DetectorHealth & health);

/** How origins are found: measured, fixed or file, whatever "automatic" stands for in the mode. */
std::string
OriginChosen(const Arguments & arguments);

/** The feature mask: neighbour, fano, std-fraction, disks, all or file, whatever "automatic" stands for in the mode. */
std::string
FeatureMaskChosen(const Arguments & arguments);

/** Bytes of --memory-limit; without it half of the machine's memory, or 0 where the system does not tell. Throws
 * UsageError below 64 MiB. */
std::int64_t
MemoryLimit(const Arguments & arguments);
} // namespace fourdstem::cli

#endif
