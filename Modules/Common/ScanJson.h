// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ScanJson_h
#define fourdstem_cli_ScanJson_h

#include "fourdstem/ScanFile.h"

#include <nlohmann/json.hpp>

namespace fourdstem::cli
{
/** Extents and calibration of scan or detector: shape, spacing and offset (of rows, then columns), unit and source. */
nlohmann::ordered_json
CalibrationJson(const AxesCalibration & axes, std::int64_t rows, std::int64_t columns);

/** Data sets, scan shapes or orders that could be chosen. */
nlohmann::ordered_json
CandidatesJson(const std::vector<ScanCandidate> & candidates);

/** All that is known of an open file, which `path` names, without a look at its patterns. */
nlohmann::ordered_json
ScanJson(const std::string & path, const ScanFile & file);

/** The text of a value; files do not always keep to UTF-8, so what is none is replaced. `indent` -1: one line. */
std::string
Dump(const nlohmann::ordered_json & json, int indent);
} // namespace fourdstem::cli

#endif
