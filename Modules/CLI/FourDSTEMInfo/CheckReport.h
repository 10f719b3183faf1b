// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_CheckReport_h
#define fourdstem_cli_CheckReport_h

#include "fourdstem/DetectorHealth.h"

#include <nlohmann/json.hpp>

#include <string>

namespace fourdstem::cli
{
using Json = nlohmann::ordered_json;

/** A line of the table: a name and what there is to say, or nothing at all. */
void
PrintLine(const std::string & name, const std::string & text);

/** The findings of --check; numbers that are not finite are null. Pixels are [qy, qx], positions [ry, rx]. */
Json
CheckToJson(const DetectorCheck & check, const ScanShape & shape);

/** The same as lines of the table, with the first 20 pixels of each kind. */
void
PrintCheck(const DetectorCheck & check, const ScanShape & shape);
} // namespace fourdstem::cli

#endif
