// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/StrainOutput.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace fourdstem::cli
{
namespace
{
using Json = nlohmann::ordered_json;

constexpr double percent = 100.;

/** Quantiles of one component of the strain. */
std::array<double, 3>
QuantilesOf(const NamedValues & strain, int component, double scale)
{
  auto quantiles = Quantiles(ComponentOf(strain.values, strain.names.size(), static_cast<std::size_t>(component)));
  std::for_each(quantiles.begin(), quantiles.end(), [scale](double & value) { value *= scale; });
  return quantiles;
}

ReportPage::Table
SummaryTable(const NamedValues & strain)
{
  ReportPage::Table table;
  table.title = "Strain over the scan";
  table.header = { "Component", "5 %", "Median", "95 %", "Median error" };
  const std::array<std::pair<StrainComponent, const char *>, 4> rows = {
    { { StrainXX, "ε xx (%)" }, { StrainYY, "ε yy (%)" }, { StrainXY, "ε xy (%)" }, { Rotation, "Rotation (degrees)" } }
  };
  for (const auto & [component, name] : rows)
  {
    const double scale = component == Rotation ? 1. : percent;
    const auto   values = QuantilesOf(strain, component, scale);
    const auto   errors = QuantilesOf(strain, component + StrainXXError, scale);
    table.rows.push_back(
      { name, FormatValue(values[0]), FormatValue(values[1]), FormatValue(values[2]), FormatValue(errors[1]) });
  }
  return table;
}

std::string
VectorOf(const Json & lattice, const char * name)
{
  const auto vector = lattice.value(name, std::vector<double>{});
  return vector.size() == 2 ? "(" + FormatValue(vector[0]) + ", " + FormatValue(vector[1]) + ")" : "";
}

ReportPage::Table
LatticeTable(const Json & results, const std::string & unit)
{
  ReportPage::Table table;
  table.title = "Lattices";
  table.header = { "Label", "g1 (" + unit + ")", "g2 (" + unit + ")", "Disks", "Share of the peaks on it" };
  const Json lattices = results.value("lattices", Json::array());
  for (std::size_t set = 0; set < lattices.size(); ++set)
  {
    const Json &      one = lattices[set];
    const std::string label = lattices.size() == 1 ? "whole scan" : std::to_string(set + 1);
    const auto        disks = one.value("disks", 0);
    table.rows.push_back({ label,
                           disks > 0 ? VectorOf(one, "g1") : "none found",
                           VectorOf(one, "g2"),
                           std::to_string(disks),
                           disks > 0 ? FormatValue(percent * one.value("share", 0.)) + " %" : "" });
  }
  const Json references = results.value("references", Json::array());
  for (std::size_t i = 0; i < references.size(); ++i)
  {
    const std::string name = references.size() == 1 ? "reference" : "reference of " + std::to_string(i + 1);
    table.rows.push_back({ name, VectorOf(references[i], "g1"), VectorOf(references[i], "g2"), "", "" });
  }
  return table;
}
} // namespace

void
WriteStrainReport(const StrainMaps &                     maps,
                  const std::string &                    title,
                  const Json &                           record,
                  const std::vector<ReportPage::Table> & tables,
                  const ResultFolder &                   folder)
{
  const auto fitted = std::count(maps.mask.begin(), maps.mask.end(), std::uint8_t{ 1 });
  const auto positions = static_cast<std::int64_t>(maps.mask.size());
  const auto there = [&folder](const std::string & name) {
    return std::filesystem::exists(std::filesystem::u8path(folder.File(name)));
  };
  ReportPage page;
  page.title = title + ": strain";
  page.subtitle = "Against the " + maps.reference + "; " + maps.axes;
  page.figures = { { "Positions", std::to_string(maps.scan.rows) + " × " + std::to_string(maps.scan.columns) },
                   { "With a lattice", FormatShare(fitted, positions) },
                   { "Disks looked for", std::to_string(maps.disks.names.size() / 4) },
                   { "Median error of ε xx",
                     FormatValue(QuantilesOf(maps.strain, StrainXXError, percent)[1]) + " %" } };
  page.warnings = record.value("warnings", std::vector<std::string>{});
  for (const ReportPage::Picture & picture :
       { ReportPage::Picture{ "strain.png", "Strain V - I and rotation; grey: no lattice could be fitted" },
         { "errors.png", "Standard errors" },
         { "lattice.png", "Disks that the lattice rests on, their distance from it, dilation, shear" } })
  {
    if (there(picture.file))
    {
      page.pictures.push_back(picture);
    }
  }
  page.tables = { SummaryTable(maps.strain), LatticeTable(record.value("results", Json::object()), maps.unit) };
  page.tables.insert(page.tables.end(), tables.begin(), tables.end());
  for (const char * name : { "strain.nrrd", "lattice.nrrd", "disks.nrrd", "mask.nrrd", "origin.nrrd", "peaks.h5" })
  {
    if (there(name))
    {
      page.files.emplace_back(name);
    }
  }
  page.files.emplace_back("run.json");
  WriteReportPage(page, folder.File("index.html"));
}
} // namespace fourdstem::cli
