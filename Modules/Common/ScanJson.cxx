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

nlohmann::ordered_json
CandidatesJson(const std::vector<ScanCandidate> & candidates)
{
  auto json = nlohmann::ordered_json::array();
  for (const ScanCandidate & candidate : candidates)
  {
    json.push_back({ { "value", candidate.value }, { "about", candidate.about } });
  }
  return json;
}

nlohmann::ordered_json
ScanJson(const std::string & path, const ScanFile & file)
{
  const ScanHeader &     header = file.Header();
  const ScanShape &      stored = header.storedShape;
  nlohmann::ordered_json json;
  json["file"] = path;
  json["format"] = header.format;
  json["dataFile"] = header.dataFile;
  json["otherFiles"] = header.otherFiles;
  json["dataSet"] = header.dataSet;
  json["fileSize_bytes"] = header.fileSize;
  json["shape"] = { header.shape.ry, header.shape.rx, header.shape.qy, header.shape.qx };
  json["shapeSource"] = header.shapeSource;
  json["storedShape"] = { stored.ry, stored.rx, stored.qy, stored.qx };
  json["storedType"] = header.storedType;
  json["byteOrder"] = header.storedByteOrder == ByteOrder::Big ? "big" : "little";
  json["type"] = NameOf(file.Type());
  json["size_bytes"] =
    header.shape.Positions() * header.shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(file.Type()));
  json["scan"] = CalibrationJson(header.scan, header.shape.ry, header.shape.rx);
  json["detector"] = CalibrationJson(header.detector, header.shape.qy, header.shape.qx);
  json["metadata"] = header.metadata;
  json["candidates"] = CandidatesJson(header.candidates);
  json["notes"] = header.notes;
  return json;
}

std::string
Dump(const nlohmann::ordered_json & json, int indent)
{
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}
} // namespace fourdstem::cli
