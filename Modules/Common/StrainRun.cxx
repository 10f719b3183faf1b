// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/CalibrationArguments.h"
#include "Common/Choices.h"
#include "Common/DomainArguments.h"
#include "Common/StrainArguments.h"
#include "Common/StrainOutput.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem::cli
{
namespace
{
void
AddChoices(const StrainResult & result, const ScanHeader & header, CommandContext & context, RunRecord & record)
{
  const Arguments & arguments = context.arguments;
  AddChoice(context,
            record,
            "Scan shape",
            std::to_string(header.shape.ry) + " x " + std::to_string(header.shape.rx),
            header.shapeSource,
            "positions");
  AddCalibration(context, record, "Scan step", header.scan);
  AddCalibration(context, record, "Detector pixel", header.detector);
  for (const DomainChoice & choice : result.choices)
  {
    AddChoice(context, record, choice);
  }
  AddChoice(context, record, "Reference", ReferenceChosen(arguments), "strain is 0 there");
  AddChoice(context, record, "Axes", AxesChosen(arguments), "positive strain is expansion in real space");
}

void
AddWarnings(const StrainResult & result, const ScanHeader & header, Progress & progress, RunRecord & record)
{
  for (const std::string & note : header.notes)
  {
    record.Warn(note);
  }
  if (result.measurement.sums.NonFinitePixels() > 0)
  {
    record.Warn(std::to_string(result.measurement.sums.NonFinitePixels()) +
                " detector pixels hold no number (NaN or Inf): disks about them are left out");
  }
  for (std::size_t set = 0; set < result.lattices.size(); ++set)
  {
    if (result.lattices[set].places.empty())
    {
      record.Warn("no lattice is found in the mean pattern of label " + std::to_string(set + 1) +
                  ": its positions have no strain");
    }
  }
  for (const std::size_t set : result.strangers)
  {
    record.Warn(
      (result.lattices.size() == 1 ? "the scan's lattice" : "the lattice of label " + std::to_string(set + 1)) +
      " is no deformation of the reference (another grain, or other indices): its strain means nothing" +
      (result.lattices.size() == 1 ? "" : "; --reference-each-label compares each label with itself"));
  }
  for (const std::string & warning : record.Warnings())
  {
    progress.Say("  note: " + warning);
  }
}

/** Median and the middle 90 % of each component. */
nlohmann::ordered_json
StrainSummary(const StrainResult & result)
{
  auto summary = nlohmann::ordered_json::object();
  for (const StrainComponent component : { StrainXX, StrainYY, StrainXY, Rotation })
  {
    const auto quantiles = Quantiles(ComponentOf(result.strain, StrainComponents, component));
    summary[StrainComponentNames()[component]] = { { "5%", quantiles[0] },
                                                   { "median", quantiles[1] },
                                                   { "95%", quantiles[2] } };
  }
  return summary;
}

nlohmann::ordered_json
ToJson(const Lattice & lattice)
{
  return { { "g1", lattice.g1 }, { "g2", lattice.g2 } };
}

/** The lattice of each label, or of the whole scan. */
nlohmann::ordered_json
LatticeList(const StrainResult & result)
{
  auto list = nlohmann::ordered_json::array();
  for (const IndexedPeaks & one : result.lattices)
  {
    auto lattice = one.places.empty() ? nlohmann::ordered_json::object() : ToJson(one.lattice);
    lattice["disks"] = one.places.size();
    lattice["share"] = one.share;
    list.push_back(lattice);
  }
  return list;
}
} // namespace

std::vector<float>
ComponentOf(const std::vector<float> & values, std::size_t components, std::size_t component)
{
  std::vector<float> one;
  one.reserve(values.size() / components);
  for (std::size_t at = component; at < values.size(); at += components)
  {
    one.push_back(values[at]);
  }
  return one;
}

std::array<double, 3>
Quantiles(std::vector<float> values)
{
  values.erase(std::remove_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); }), values.end());
  std::sort(values.begin(), values.end());
  const auto at = [&values](double share) {
    return values.empty()
             ? std::numeric_limits<double>::quiet_NaN()
             : static_cast<double>(
                 values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))]);
  };
  return { at(0.05), at(0.5), at(0.95) };
}

ScanHeader
HeaderOf(const PeakLists & lists)
{
  ScanHeader header;
  header.format = "peak lists";
  header.shape = lists.shape;
  header.shapeSource = "array of lists";
  header.scan = lists.scan;
  header.detector = lists.detector;
  header.notes = lists.notes;
  return header;
}

std::string
UnitOf(const PeakLists & lists)
{
  return lists.shape.qx > 0 ? "detector pixels" : "the lists' unit";
}

void
ConcludeStrain(const StrainResult & result, const ScanHeader & header, CommandContext & context, RunRecord & record)
{
  record.Results() = StrainSummary(result);
  AddChoices(result, header, context, record);
  AddCalibrationResults(result, header, context, record);
  AddWarnings(result, header, context.progress, record);
  record.Results()["lattices"] = LatticeList(result);
  auto & references = record.Results()["references"] = nlohmann::ordered_json::array();
  for (const Lattice & reference : result.references)
  {
    references.push_back(ToJson(reference));
  }
  record.Results()["badPixels"] = BadPixelList(result.measurement.health);
}
} // namespace fourdstem::cli
