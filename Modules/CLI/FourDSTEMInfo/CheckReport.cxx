// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "CheckReport.h"

#include "Common/Measures.h"
#include "Common/RunCommand.h"

#include <cmath>
#include <iomanip>
#include <iostream>

namespace fourdstem::cli
{
namespace
{
constexpr PixelHealth Kinds[] = { PixelHealth::Hot, PixelHealth::Flickering, PixelHealth::Dead, PixelHealth::Stuck };

/** A named list of detector pixels, by index. */
struct Pixels
{
  std::string              name;
  std::vector<std::size_t> indices;
};

std::vector<Pixels>
PixelsOf(const DetectorCheck & check)
{
  std::vector<Pixels> lists;
  const auto          add = [&](const char * name, auto && isOne) {
    lists.push_back({ name, {} });
    for (std::size_t i = 0; i < check.health.pixels.size(); ++i)
    {
      if (isOne(i))
      {
        lists.back().indices.push_back(i);
      }
    }
  };
  for (const PixelHealth kind : Kinds)
  {
    add(NameOf(kind), [&check, kind](std::size_t i) { return check.health.pixels[i] == kind; });
  }
  add("saturated", [&check](std::size_t i) { return check.saturated.pixels[i] != 0; });
  add("nonFinite", [&check](std::size_t i) { return check.statistics.counts[i] < check.statistics.patterns; });
  return lists;
}

Json
NumberOrNull(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json
Position(std::int64_t p, const ScanShape & shape)
{
  return p < 0 ? Json(nullptr) : Json::array({ p / shape.rx, p % shape.rx });
}

std::string
PositionText(std::int64_t p, const ScanShape & shape)
{
  return "row " + std::to_string(p / shape.rx) + ", column " + std::to_string(p % shape.rx);
}

std::string
PixelsText(const Pixels & pixels, std::int64_t qx)
{
  constexpr std::size_t shown = 20;
  std::string           text = std::to_string(pixels.indices.size());
  for (std::size_t k = 0; k < std::min(shown, pixels.indices.size()); ++k)
  {
    const auto i = static_cast<std::int64_t>(pixels.indices[k]);
    text += (k == 0 ? ": (" : " (") + std::to_string(i / qx) + ", " + std::to_string(i % qx) + ")";
  }
  return text + (pixels.indices.size() > shown ? " ..." : "");
}
} // namespace

void
PrintLine(const std::string & name, const std::string & text)
{
  if (!text.empty())
  {
    std::cout << std::left << std::setw(14) << name << ' ' << Printable(text) << '\n';
  }
}

Json
CheckToJson(const DetectorCheck & check, const ScanShape & shape)
{
  Json json;
  json["patterns"] = check.statistics.patterns;
  json["minimum"] = NumberOrNull(check.minimum);
  json["maximum"] = NumberOrNull(check.maximum);
  for (const Pixels & pixels : PixelsOf(check))
  {
    Json places = Json::array();
    for (const std::size_t i : pixels.indices)
    {
      places.push_back({ static_cast<std::int64_t>(i) / shape.qx, static_cast<std::int64_t>(i) % shape.qx });
    }
    json["pixels"][pixels.name] = std::move(places);
  }
  json["unjudged"] = check.health.unjudged;
  json["saturation"] = NumberOrNull(check.saturation);
  json["nonFiniteValues"] = check.nonFiniteValues;
  json["nonFinitePatterns"] = check.nonFinitePatterns;
  json["firstNonFinitePattern"] = Position(check.firstNonFinitePattern, shape);
  json["emptyPatterns"] = check.emptyPatterns;
  json["firstEmptyPattern"] = Position(check.firstEmptyPattern, shape);
  return json;
}

void
PrintCheck(const DetectorCheck & check, const ScanShape & shape)
{
  PrintLine("Checked", std::to_string(check.statistics.patterns) + " patterns; pixels are (qy, qx)");
  PrintLine("Values",
            std::isfinite(check.minimum) ? FormatNumber(check.minimum) + " to " + FormatNumber(check.maximum)
                                         : "none that is finite");
  const auto lists = PixelsOf(check);
  const auto line = [&](const char * name, std::size_t list, const std::string & more = {}) {
    PrintLine(name, PixelsText(lists[list], shape.qx) + more);
  };
  line("Hot", 0);
  line("Flickering", 1);
  line("Dead", 2);
  line("Stuck", 3);
  PrintLine("Not judged", check.health.unjudged);
  line("Saturated", 4, std::isfinite(check.saturation) ? " at " + FormatNumber(check.saturation) : "");
  PrintLine("Not finite",
            check.nonFiniteValues == 0
              ? "0"
              : std::to_string(check.nonFiniteValues) + " values in " + std::to_string(check.nonFinitePatterns) +
                  " patterns, first at " + PositionText(check.firstNonFinitePattern, shape) + "; of the pixels " +
                  PixelsText(lists[5], shape.qx));
  PrintLine("All 0",
            std::to_string(check.emptyPatterns) + " patterns" +
              (check.emptyPatterns > 0 ? ", first at " + PositionText(check.firstEmptyPattern, shape) : ""));
}
} // namespace fourdstem::cli
