// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterReport.h"
#include "Common/Measures.h"
#include "Common/ScanArguments.h"
#include "Common/StrainOutput.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
constexpr double percent = 100.;

/** One component of the strain over the scan, strains in percent. */
std::vector<float>
MapOf(const StrainResult & result, StrainComponent component)
{
  const bool         isAngle = component == Rotation || component == RotationError;
  const float        scale = isAngle ? 1.F : static_cast<float>(percent);
  std::vector<float> map;
  for (std::size_t at = component; at < result.strain.size(); at += StrainComponents)
  {
    map.push_back(scale * result.strain[at]);
  }
  return map;
}

ScalarMapView
ViewOf(const StrainOutput & output, StrainComponent component, const char * title, const char * unit)
{
  ScalarMapView view;
  view.title = title;
  view.unit = unit;
  view.scan = ScanGrid(output.header);
  view.values = MapOf(output.result, component);
  return view;
}

void
WriteStrainPicture(const StrainOutput & output, const std::string & path)
{
  std::vector<ScalarMapView> views = { ViewOf(output, StrainXX, "ε xx", "%"),
                                       ViewOf(output, StrainYY, "ε yy", "%"),
                                       ViewOf(output, StrainXY, "ε xy", "%"),
                                       ViewOf(output, Rotation, "Rotation", "degrees, from +x towards +y") };
  // One scale for the three strains, so that they can be compared.
  double largest = 0.;
  for (std::size_t i = 0; i < 3; ++i)
  {
    largest = std::max(largest, LargestShown(views[i].values));
  }
  for (std::size_t i = 0; i < 4; ++i)
  {
    views[i].diverging = true;
    views[i].largest = i < 3 ? largest : 0.;
  }
  WriteScalarMapsPicture(
    output.title + ": strain", "Against the " + output.reference + "; " + output.axes, views, path);
}

void
WriteErrorPicture(const StrainOutput & output, const std::string & path)
{
  WriteScalarMapsPicture(output.title + ": standard errors",
                         "From the disks' counts and their deviations from the lattice",
                         { ViewOf(output, StrainXXError, "ε xx error", "%"),
                           ViewOf(output, StrainYYError, "ε yy error", "%"),
                           ViewOf(output, StrainXYError, "ε xy error", "%"),
                           ViewOf(output, RotationError, "Rotation error", "degrees") },
                         path);
}

void
WriteLatticePicture(const StrainOutput & output, const std::string & path)
{
  ScalarMapView disks = ViewOf(output, Dilation, "Disks on the lattice", "number");
  ScalarMapView residual = ViewOf(output, Dilation, "Residual", output.unit.c_str());
  for (std::size_t p = 0; p < output.result.fits.size(); ++p)
  {
    disks.values[p] = static_cast<float>(output.result.fits[p].disks);
    residual.values[p] = output.result.fits[p].residual;
  }
  ScalarMapView dilation = ViewOf(output, Dilation, "Dilation", "% of area");
  dilation.diverging = true;
  WriteScalarMapsPicture(output.title + ": lattice",
                         "How the lattice was found, and what follows from the strain",
                         { disks, residual, dilation, ViewOf(output, MaximumShear, "Maximum shear", "%") },
                         path);
}

std::string
Vector(const double * vector)
{
  return "(" + FormatValue(vector[0]) + ", " + FormatValue(vector[1]) + ")";
}

ReportPage::Table
SummaryTable(const StrainResult & result)
{
  ReportPage::Table table;
  table.title = "Strain over the scan";
  table.header = { "Component", "5 %", "Median", "95 %", "Median error" };
  const std::array<std::pair<StrainComponent, const char *>, 4> rows = {
    { { StrainXX, "ε xx (%)" }, { StrainYY, "ε yy (%)" }, { StrainXY, "ε xy (%)" }, { Rotation, "Rotation (degrees)" } }
  };
  for (const auto & [component, name] : rows)
  {
    const auto values = Quantiles(MapOf(result, component));
    const auto errors = Quantiles(MapOf(result, static_cast<StrainComponent>(component + StrainXXError)));
    table.rows.push_back(
      { name, FormatValue(values[0]), FormatValue(values[1]), FormatValue(values[2]), FormatValue(errors[1]) });
  }
  return table;
}

ReportPage::Table
LatticeTable(const StrainOutput & output)
{
  const StrainResult & result = output.result;
  ReportPage::Table    table;
  table.title = "Lattices";
  table.header = {
    "Label", "g1 (" + output.unit + ")", "g2 (" + output.unit + ")", "Disks", "Share of the peaks on it"
  };
  for (std::size_t set = 0; set < result.lattices.size(); ++set)
  {
    const IndexedPeaks & one = result.lattices[set];
    const std::string    label = result.lattices.size() == 1 ? "whole scan" : std::to_string(set + 1);
    if (one.places.empty())
    {
      table.rows.push_back({ label, "none found", "", "0", "" });
      continue;
    }
    table.rows.push_back({ label,
                           Vector(one.lattice.g1),
                           Vector(one.lattice.g2),
                           std::to_string(one.places.size()),
                           FormatValue(percent * one.share) + " %" });
  }
  for (std::size_t i = 0; i < result.references.size(); ++i)
  {
    const std::string name = result.references.size() == 1 ? "reference" : "reference of " + std::to_string(i + 1);
    table.rows.push_back({ name, Vector(result.references[i].g1), Vector(result.references[i].g2), "", "" });
  }
  return table;
}
} // namespace

void
WriteStrainPictures(const StrainOutput & output, const ResultFolder & folder, const Monitor & monitor)
{
  const std::array<std::pair<const char *, void (*)(const StrainOutput &, const std::string &)>, 3> pictures = {
    { { "strain.png", WriteStrainPicture },
      { "errors.png", WriteErrorPicture },
      { "lattice.png", WriteLatticePicture } }
  };
  double done = 0.;
  for (const auto & [name, write] : pictures)
  {
    write(output, folder.File(name));
    done += 1. / static_cast<double>(pictures.size());
    if (monitor.report && !monitor.report(std::min(done, 1.)))
    {
      throw Aborted();
    }
  }
}

void
WriteStrainReport(const StrainOutput &                   output,
                  const RunRecord &                      record,
                  const std::vector<ReportPage::Table> & tables,
                  const ResultFolder &                   folder)
{
  const StrainResult & result = output.result;
  const ScanShape &    shape = output.header.shape;
  const auto           fitted = std::count_if(
    result.fits.begin(), result.fits.end(), [](const LatticeFit & fit) { return std::isfinite(fit.g1[0]); });
  ReportPage page;
  page.title = output.title + ": strain";
  page.subtitle = "Against the " + output.reference + "; " + output.axes;
  page.figures = { { "Positions", std::to_string(shape.ry) + " × " + std::to_string(shape.rx) },
                   { "With a lattice", FormatShare(fitted, shape.Positions()) },
                   { "Disks looked for", std::to_string(MostPlaces(result.search)) },
                   { "Median error of ε xx", FormatValue(Quantiles(MapOf(result, StrainXXError))[1]) + " %" } };
  page.warnings = record.Warnings();
  page.pictures = { { "strain.png", "Strain V - I and rotation; grey: no lattice could be fitted" },
                    { "errors.png", "Standard errors" },
                    { "lattice.png", "Disks that the lattice rests on, their distance from it, dilation, shear" } };
  page.tables = { SummaryTable(result), LatticeTable(output) };
  page.tables.insert(page.tables.end(), tables.begin(), tables.end());
  page.files = { "strain.nrrd", "lattice.nrrd", "disks.nrrd", "mask.nrrd", "origin.nrrd", "peaks.h5", "run.json" };
  WriteReportPage(page, folder.File("index.html"));
}
} // namespace fourdstem::cli
