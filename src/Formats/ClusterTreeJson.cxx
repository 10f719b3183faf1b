// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterTreeJson.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace fourdstem
{
namespace
{
using Json = nlohmann::ordered_json;

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
  json["k"] = node.k;
  json["startRows"] = node.startRows;
  json["frozen"] = node.frozen;
  json["numberOfFeatures"] = node.features.size();
  json["features"] = ToRanges(node.features);
  json["loading"] = ToArray(node.loading);
  json["centroid"] = ToArray(node.centroid);
  return json;
}

/** Values of one JSON object, by name, with errors that say where they stand. */
class ObjectReader
{
public:
  ObjectReader(const Json & object, std::string place)
    : m_Object(object)
    , m_Place(std::move(place))
  {
    if (!object.is_object())
    {
      throw std::runtime_error(m_Place + " is not an object");
    }
  }

  const Json &
  Value(const char * name) const
  {
    const auto found = m_Object.find(name);
    if (found == m_Object.end())
    {
      throw std::runtime_error(this->Path(name) + " is missing");
    }
    return *found;
  }

  [[noreturn]] void
  Fail(const char * name, const std::string & must) const
  {
    std::string text = this->Value(name).dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > 60)
    {
      text = text.substr(0, 57) + "...";
    }
    throw std::runtime_error(this->Path(name) + " is " + text + " but must be " + must);
  }

  std::string
  String(const char * name) const
  {
    if (!this->Value(name).is_string())
    {
      this->Fail(name, "a text");
    }
    return this->Value(name).get<std::string>();
  }

  bool
  Bool(const char * name) const
  {
    if (!this->Value(name).is_boolean())
    {
      this->Fail(name, "true or false");
    }
    return this->Value(name).get<bool>();
  }

  /** A whole number from 0; `none` stands for null where that is allowed. */
  std::int64_t
  Count(const char * name, std::int64_t largest, bool mayBeNull = false) const
  {
    const Json & value = this->Value(name);
    if (mayBeNull && value.is_null())
    {
      return -1;
    }
    if (!IsCount(value, largest))
    {
      this->Fail(name, "a whole number, 0 ... " + std::to_string(largest));
    }
    return value.get<std::int64_t>();
  }

  int
  Int(const char * name, bool mayBeNull = false) const
  {
    return static_cast<int>(this->Count(name, std::numeric_limits<int>::max(), mayBeNull));
  }

  /** A number; JSON has no infinity and no NaN, which are written as null. */
  double
  Number(const char * name) const
  {
    const Json & value = this->Value(name);
    if (value.is_null())
    {
      return std::numeric_limits<double>::quiet_NaN();
    }
    if (!value.is_number())
    {
      this->Fail(name, "a number");
    }
    return value.get<double>();
  }

  std::vector<float>
  Floats(const char * name) const
  {
    std::vector<float> values;
    for (const Json & item : this->Array(name))
    {
      if (!item.is_number() && !item.is_null())
      {
        this->Fail(name, "an array of numbers");
      }
      values.push_back(item.is_null() ? std::numeric_limits<float>::quiet_NaN() : item.get<float>());
    }
    return values;
  }

  template <typename TInteger>
  std::vector<TInteger>
  Counts(const char * name) const
  {
    std::vector<TInteger> values;
    for (const Json & item : this->Array(name))
    {
      if (!IsCount(item, std::numeric_limits<TInteger>::max()))
      {
        this->Fail(name, "an array of whole numbers from 0");
      }
      values.push_back(item.get<TInteger>());
    }
    return values;
  }

  std::vector<std::int64_t>
  Ranges(const char * name, std::int64_t end) const
  {
    std::vector<std::int64_t> numbers;
    std::int64_t              next = 0;
    for (const Json & item : this->Array(name))
    {
      const bool isPair = item.is_array() && item.size() == 2 && IsCount(item[0], end) && IsCount(item[1], end);
      const auto first = isPair ? item[0].get<std::int64_t>() : 0;
      const auto count = isPair ? item[1].get<std::int64_t>() : 0;
      if (!isPair || first < next || count < 1 || first + count > end)
      {
        this->Fail(name, "an array of rising ranges [first, count] below " + std::to_string(end));
      }
      for (std::int64_t i = 0; i < count; ++i)
      {
        numbers.push_back(first + i);
      }
      next = first + count;
    }
    return numbers;
  }

  const Json &
  Array(const char * name) const
  {
    if (!this->Value(name).is_array())
    {
      this->Fail(name, "an array");
    }
    return this->Value(name);
  }

private:
  static bool
  IsCount(const Json & value, std::int64_t largest)
  {
    return value.is_number_integer() &&
           !(value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(largest)) &&
           value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() <= largest;
  }

  std::string
  Path(const char * name) const
  {
    return m_Place.empty() ? name : m_Place + "." + name;
  }

  const Json & m_Object;
  std::string  m_Place;
};

ClusterNode
ToNode(const Json & json, const std::string & place)
{
  const ObjectReader reader(json, place);
  ClusterNode        node;
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
  return node;
}
} // namespace

std::string
ClusterTreeToJson(const ClusterTreeDocument & document)
{
  // One line per node: the file can be read by people and compared by tools.
  Json head;
  head["schema"] = SchemaName;
  head["version"] = SchemaVersion;
  head["mode"] = document.mode;
  head["featureNames"] = document.featureNames;
  std::string text = head.dump(1, ' ', false, Json::error_handler_t::replace);
  text.erase(text.size() - 2);
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
    throw std::runtime_error(std::string("it is not JSON: ") + error.what());
  }
  const ObjectReader reader(json, json.is_object() ? "" : "the file");
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
