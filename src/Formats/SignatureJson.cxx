// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "SignatureJson.h"

namespace fourdstem
{
Json
SignatureToJson(const SplitSignature & signature)
{
  Json json;
  json["kind"] = NameOf(signature.kind);
  json["sharpness"] = signature.sharpness;
  json["words"] = InWords(signature);
  json["terms"] = Json::array();
  for (const SignatureTerm & term : signature.terms)
  {
    Json one;
    one["name"] = term.name;
    one["value"] = term.value;
    one["error"] = term.error;
    one["axis"] = term.axis; // null where it has none
    one["separation"] = term.separation;
    one["significance"] = term.significance;
    json["terms"].push_back(std::move(one));
  }
  return json;
}

SplitSignature
SignatureFromJson(const Json & json, const std::string & place)
{
  const JsonObject  reader(json, place);
  SplitSignature    signature;
  const std::string kind = reader.String("kind");
  if (kind != NameOf(SplitKind::Domain) && kind != NameOf(SplitKind::Gradient))
  {
    reader.Fail("kind", "\"domain\" or \"gradient\"");
  }
  signature.isMeasured = true;
  signature.kind = kind == NameOf(SplitKind::Domain) ? SplitKind::Domain : SplitKind::Gradient;
  signature.sharpness = reader.Number("sharpness");
  std::size_t count = 0;
  for (const Json & item : reader.Array("terms"))
  {
    const JsonObject one(item, place + ".terms[" + std::to_string(count++) + "]");
    SignatureTerm    term;
    term.name = one.String("name");
    term.value = one.Number("value");
    term.error = one.Number("error");
    term.axis = one.Number("axis");
    term.separation = one.Number("separation");
    term.significance = one.Number("significance");
    signature.terms.push_back(std::move(term));
  }
  return signature;
}

Json
DeformationToJson(const DeformationMeans & means)
{
  Json json;
  for (std::size_t f = 0; f < DeformationFeatures; ++f)
  {
    json[DeformationFeatureNames()[f]] = { means.mean[f], means.error[f] };
  }
  return json;
}

DeformationMeans
DeformationFromJson(const Json & json, const std::string & place)
{
  const JsonObject reader(json, place);
  DeformationMeans means;
  means.isMeasured = true;
  for (std::size_t f = 0; f < DeformationFeatures; ++f)
  {
    const char * const name = DeformationFeatureNames()[f];
    const auto         isNumber = [](const Json & value) { return value.is_number() || value.is_null(); };
    const Json &       pair = reader.Array(name);
    if (pair.size() != 2 || !isNumber(pair[0]) || !isNumber(pair[1]))
    {
      reader.Fail(name, "a mean and its standard error");
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    means.mean[f] = pair[0].is_null() ? none : pair[0].get<double>();
    means.error[f] = pair[1].is_null() ? none : pair[1].get<double>();
  }
  return means;
}
} // namespace fourdstem
