// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ScanJson.h"

namespace fourdstem::cli
{
nlohmann::ordered_json
CalibrationJson(const AxesCalibration & axes, std::int64_t rows, std::int64_t columns)
{
  nlohmann::ordered_json json;
  json["shape"] = { rows, columns };
  json["spacing"] = axes.spacing;
  json["offset"] = axes.offset;
  json["unit"] = axes.unit;
  json["calibrationSource"] = axes.source;
  return json;
}

std::string
Dump(const nlohmann::ordered_json & json, int indent)
{
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}
} // namespace fourdstem::cli
