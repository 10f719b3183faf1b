// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterTreeJson.h"

#include "JsonObject.h"
#include "SignatureJson.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace fourdstem
{
namespace
{
constexpr const char * SchemaName = "FourDSTEM.ClusterTree";
constexpr int          SchemaVersion = 1;

/** The double with the shortest text that is still this float. */
double
Short(float value)
{
  const auto exact = static_cast<double>(value);
  if (!std::isfinite(exact) || exact == 0.0)
  {
    return exact;
  }
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(exact))));
  for (int digits = 5; digits <= 8; ++digits)
  {
    const int shift = digits - magnitude;
    if (std::abs(shift) > 22)
    {
      break; // 10^shift is not exact
    }
    const double power = std::pow(10.0, std::abs(shift));
    const double rounded = shift >= 0 ? std::nearbyint(exact * power) / power : std::nearbyint(exact / power) * power;
    if (static_cast<float>(rounded) == value)
    {
      return rounded;
    }
  }
  return exact;
}

Json
ToArray(const std::vector<float> & values)
{
  Json array = Json::array();
  for (const float value : values)
  {
    array.push_back(Short(value));
  }
  return array;
}

/** Ascending numbers as [first, count] pairs. */
Json
ToRanges(const std::vector<std::int64_t> & numbers)
{
  Json ranges = Json::array();
  for (std::size_t i = 0; i < numbers.size();)
  {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1)
    {
      ++end;
    }
    ranges.push_back({ numbers[i], end - i });
    i = end;
  }
  return ranges;
}

constexpr std::array<std::pair<FeatureKind, const char *>, 3> KindNames{
  { { FeatureKind::Pixels, "pixels" }, { FeatureKind::Lattice, "lattice" }, { FeatureKind::Positions, "positions" } }
};

FeatureKind
FeatureKindFrom(const JsonObject & reader)
{
  const std::string name = reader.String("comparedBy");
  std::string       accepted;
  for (const auto & [kind, known] : KindNames)
  {
    if (name == known)
    {
      return kind;
    }
    accepted += (accepted.empty() ? "\"" : " or \"") + std::string(known) + "\"";
  }
  reader.Fail("comparedBy", accepted);
}

Json
ToJson(const ClusterNode & node)
{
  Json json;
  json["id"] = node.id;
  json["parent"] = node.parent < 0 ? Json(nullptr) : Json(node.parent);
  json["children"] = node.children;
  json["level"] = node.level;
  json["size"] = node.size;
  json["inertia"] = node.inertia;
  json["explainedVariance"] = node.explainedVariance;
  json["stop"] = NameOf(node.stop);
  json["note"] = node.note;
  for (const auto & [kind, name] : KindNames)
  {
    if (node.comparedBy == kind)
    {
      json["comparedBy"] = name;
    }
  }
  json["pairs"] = node.pairs;
  json["components"] = node.components;
  json["significantComponents"] = node.significantComponents;
  json["lambda"] = node.lambda;
  json["rho"] = node.rho;
  json["component"] = node.component < 0 ? Json(nullptr) : Json(node.component);
  json["valley"] = node.valley;
  json["sharpness"] = node.sharpness;
  json["coherence"] = node.coherence;
  json["separation"] = node.separation;
  json["gain"] = node.gain;
  if (node.stability)
  {
    json["stability"] = *node.stability;
  }
  json["k"] = node.k;
  json["startRows"] = node.startRows;
  json["frozen"] = node.frozen;
  json["numberOfFeatures"] = node.features.size();
  json["features"] = ToRanges(node.features);
  json["loading"] = ToArray(node.loading);
  json["centroid"] = ToArray(node.centroid);
  if (node.deformation.isMeasured)
  {
    json["deformation"] = DeformationToJson(node.deformation);
  }
  if (node.signature.isMeasured)
  {
    json["signature"] = SignatureToJson(node.signature);
  }
  return json;
}

ClusterNode
ToNode(const Json & json, const std::string & place)
{
  const JsonObject reader(json, place);
  ClusterNode      node;
  node.id = reader.Int("id");
  node.parent = reader.Int("parent", true);
  node.children = reader.Counts<int>("children");
  node.level = reader.Int("level");
  node.size = reader.Count("size", std::numeric_limits<std::int64_t>::max());
  node.inertia = reader.Number("inertia");
  node.explainedVariance = reader.Number("explainedVariance");
  try
  {
    node.stop = StopReasonFromName(reader.String("stop"));
  }
  catch (const std::invalid_argument & error)
  {
    throw std::runtime_error(place + ".stop: " + error.what());
  }
  node.note = reader.String("note");
  node.comparedBy = json.contains("comparedBy") ? FeatureKindFrom(reader) : FeatureKind::Unnamed;
  node.pairs = reader.Count("pairs", std::numeric_limits<std::int64_t>::max());
  node.components = reader.Int("components");
  node.significantComponents = reader.Int("significantComponents");
  node.lambda = reader.Number("lambda");
  node.rho = reader.Number("rho");
  node.component = reader.Int("component", true);
  node.valley = reader.Number("valley");
  node.sharpness = reader.Number("sharpness");
  node.coherence = reader.Number("coherence");
  node.separation = reader.Number("separation");
  node.gain = reader.Number("gain");
  if (json.contains("stability"))
  {
    node.stability = reader.Number("stability");
  }
  node.k = reader.Int("k");
  node.startRows = reader.Counts<std::int64_t>("startRows");
  node.frozen = reader.Bool("frozen");
  node.centroid = reader.Floats("centroid");
  node.features = reader.Ranges("features", static_cast<std::int64_t>(node.centroid.size()));
  node.loading = reader.Floats("loading");
  if (!node.loading.empty() && node.loading.size() != node.features.size())
  {
    reader.Fail("loading", "one number for each of the " + std::to_string(node.features.size()) + " features");
  }
  if (json.contains("deformation"))
  {
    node.deformation = DeformationFromJson(json["deformation"], place + ".deformation");
  }
  if (json.contains("signature"))
  {
    node.signature = SignatureFromJson(json["signature"], place + ".signature");
  }
  return node;
}
} // namespace

std::string
ClusterTreeToJson(const ClusterTreeDocument & document)
{
  // One line for the names and one per node: the file can be read by people and compared by tools.
  Json head;
  head["schema"] = SchemaName;
  head["version"] = SchemaVersion;
  head["mode"] = document.mode;
  std::string text = head.dump(1, ' ', false, Json::error_handler_t::replace);
  text.erase(text.size() - 2);
  text += ",\n \"featureNames\": " + Json(document.featureNames).dump(-1, ' ', false, Json::error_handler_t::replace);
  text += ",\n \"nodes\": [";
  for (const ClusterNode & node : document.nodes)
  {
    text += node.id > 0 ? ",\n  " : "\n  ";
    text += ToJson(node).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + "\n ]\n}\n";
}

ClusterTreeDocument
ClusterTreeFromJson(const std::string & text)
{
  Json json;
  try
  {
    json = Json::parse(text);
  }
  catch (const Json::exception & error)
  {
    // Behind the exception's own name, in brackets.
    const std::string what = error.what();
    throw std::runtime_error("it is no JSON, or cut off: " + what.substr(std::min(what.find("] ") + 2, what.size())));
  }
  const JsonObject reader(json, json.is_object() ? "" : "the file");
  if (reader.String("schema") != SchemaName)
  {
    reader.Fail("schema", std::string("\"") + SchemaName + "\"");
  }
  if (reader.Int("version") != SchemaVersion)
  {
    reader.Fail("version", std::to_string(SchemaVersion));
  }
  ClusterTreeDocument document;
  document.mode = reader.String("mode");
  if (document.mode != "auto" && document.mode != "paper")
  {
    reader.Fail("mode", "\"auto\" or \"paper\"");
  }
  for (const Json & name : reader.Array("featureNames"))
  {
    if (!name.is_string())
    {
      reader.Fail("featureNames", "an array of texts");
    }
    document.featureNames.push_back(name.get<std::string>());
  }
  const Json & nodes = reader.Array("nodes");
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    document.nodes.push_back(ToNode(nodes[i], "nodes[" + std::to_string(i) + "]"));
  }
  try
  {
    ValidateNodes(document.nodes);
  }
  catch (const std::invalid_argument & error)
  {
    throw std::runtime_error(std::string("nodes are no tree: ") + error.what());
  }
  if (!document.featureNames.empty() && document.featureNames.size() != document.nodes.front().centroid.size())
  {
    reader.Fail("featureNames", std::to_string(document.nodes.front().centroid.size()) + " names, or none");
  }
  return document;
}
} // namespace fourdstem
