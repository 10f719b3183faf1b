// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/StrainArguments.h"

#include "Common/ArgumentValues.h"
#include "Common/CalibrationArguments.h"
#include "Common/DomainArguments.h"
#include "Common/Measures.h"
#include "Common/ParameterCheck.h"

#include <algorithm>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.;

Lattice
ReadLattice(const Arguments & arguments, const char * name)
{
  const auto    values = arguments.Numbers(name);
  const Lattice lattice =
    values.size() == 4 ? Lattice{ { values[0], values[1] }, { values[2], values[3] } } : Lattice();
  if (!(std::abs(lattice.Determinant()) > 0.))
  {
    throw arguments.Error(
      name, "takes g1x,g1y,g2x,g2y in pixels, two vectors in two directions, not " + arguments.Display(name));
  }
  return lattice;
}

std::vector<std::uint16_t>
ReadLabels(const Arguments & arguments, const ScanShape & shape)
{
  constexpr float            largest = 65534.F;
  std::vector<std::uint16_t> labels;
  for (const float value : ReadValues(arguments, "labels", shape.ry, shape.rx, 1))
  {
    if (!(value >= 0.F && value <= largest && value == std::floor(value)))
    {
      throw arguments.Error(
        "labels", "holds " + FormatNumber(static_cast<double>(value)) + "; labels are whole numbers from 0 to 65534");
    }
    labels.push_back(static_cast<std::uint16_t>(value));
  }
  if (std::all_of(labels.begin(), labels.end(), [](std::uint16_t label) { return label == 0; }))
  {
    throw arguments.Error("labels", "holds no label but 0: no position takes part");
  }
  return labels;
}

std::vector<std::uint8_t>
ReadRegion(const Arguments & arguments, const ScanShape & shape)
{
  const auto values = arguments.Integers("referenceRegion");
  const bool fits = values.size() == 4 && values[0] >= 0 && values[1] >= 0 && values[2] > 0 && values[3] > 0 &&
                    values[0] <= shape.ry - values[2] && values[1] <= shape.rx - values[3];
  if (!fits)
  {
    throw arguments.Error("referenceRegion",
                          "takes first row, first column, rows, columns within the scan of " +
                            std::to_string(shape.ry) + " x " + std::to_string(shape.rx) + " positions, not " +
                            arguments.Display("referenceRegion"));
  }
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(shape.Positions()), 0);
  for (std::int64_t row = values[0]; row < values[0] + values[2]; ++row)
  {
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(row * shape.rx + values[1]), values[3], std::uint8_t{ 1 });
  }
  return mask;
}

void
ReadReference(const Arguments & arguments, const ScanShape & shape, StrainAnalysisOptions & options)
{
  const char * chosen = nullptr;
  for (const char * name :
       { "referenceRegion", "referenceLabel", "referenceEachLabel", "referenceMask", "referenceLattice" })
  {
    if (arguments.IsChanged(name))
    {
      if (chosen)
      {
        throw arguments.Error(name, "cannot go with another reference option");
      }
      chosen = name;
    }
  }
  if (arguments.IsChanged("referenceRegion"))
  {
    options.referenceMask = ReadRegion(arguments, shape);
  }
  else if (arguments.Switch("referenceEachLabel"))
  {
    options.reference = ReferenceChoice::MedianOfLabel;
  }
  else if (arguments.IsChanged("referenceMask"))
  {
    options.referenceMask = NonZero(ReadValues(arguments, "referenceMask", shape.ry, shape.rx, 1));
  }
  else if (arguments.IsChanged("referenceLattice"))
  {
    options.reference = ReferenceChoice::Given;
    options.referenceLattice = ReadLattice(arguments, "referenceLattice");
  }
  else if (arguments.IsChanged("referenceLabel"))
  {
    const std::int64_t label = arguments.Integer("referenceLabel");
    std::transform(options.labels.begin(),
                   options.labels.end(),
                   std::back_inserter(options.referenceMask),
                   [label](std::uint16_t value) { return static_cast<std::uint8_t>(value == label ? 1 : 0); });
    if (std::count(options.referenceMask.begin(), options.referenceMask.end(), 1) == 0)
    {
      throw arguments.Error("referenceLabel", "is " + std::to_string(label) + ", which no position of --labels has");
    }
  }
}

/** None where it is to be measured. */
std::optional<double>
ReadStructure(const Arguments & arguments)
{
  const std::string text = arguments.Text("diskStructure");
  if (text == "measured")
  {
    return std::nullopt;
  }
  double structure = 0.;
  if (!ParseNumber(text, structure) || !(structure >= 0. && structure <= 1.))
  {
    throw arguments.Error("diskStructure", "takes measured, or a number from 0 to 1, not " + text);
  }
  return structure;
}

/** Refuses what only patterns have. */
void
CheckPeakUse(const Arguments & arguments)
{
  for (const char * name : { "origin",
                             "originFile",
                             "originFit",
                             "badPixels",
                             "badPixelFile",
                             "template",
                             "templateMask",
                             "diskRadius",
                             "edgeWidth",
                             "significance",
                             "scanShape",
                             "rawType",
                             "detectorShape",
                             "fileHeader",
                             "frameHeader",
                             "frameFooter",
                             "region",
                             "noFlip",
                             "flipScanRows",
                             "flipDetectorRows",
                             "flipDetectorColumns",
                             "transposeDetector",
                             "scanStep",
                             "detectorStep",
                             "flipScanColumns",
                             "empadScanSize",
                             "allowOutsideLinks",
                             "dmOrder",
                             "detectorUnit",
                             "diskStructure" })
  {
    if (arguments.IsChanged(name))
    {
      throw arguments.Error(name, "does nothing here: it goes with patterns, not with --peaks");
    }
  }
  if (arguments.Has("ellipse") && arguments.Text("ellipse") == "ring")
  {
    throw arguments.Error("ellipse", "is ring, which goes with patterns, not with --peaks");
  }
}
} // namespace

void
CheckStrainUse(const Arguments & arguments)
{
  struct Rule
  {
    const char * option;
    bool         isUsed;
    const char * goesWith;
  };
  if (arguments.Switch("peaks"))
  {
    CheckPeakUse(arguments);
    return;
  }
  const bool isShapeGiven = arguments.Number("diskRadius") > 0. && arguments.Number("edgeWidth") > 0.;
  const bool isDisk = arguments.Text("template") == "disk";
  const Rule rules[] = {
    { "originFile", arguments.Text("origin") == "file", "--origin file" },
    { "badPixelFile", arguments.Text("badPixels") == "file", "--bad-pixels file" },
    { "edgeWidth", isDisk, "--template disk" },
    { "templateMask", !(isDisk && isShapeGiven), "a template that is measured" },
    { "referenceLabel", arguments.Has("labels"), "--labels" },
    { "referenceEachLabel", arguments.Has("labels"), "--labels" },
    { "bestLattice", arguments.Has("labels"), "--labels" },
  };
  for (const Rule & rule : rules)
  {
    if (!rule.isUsed && arguments.IsChanged(rule.option))
    {
      throw arguments.Error(rule.option, std::string("does nothing here: it goes with ") + rule.goesWith);
    }
  }
}

StrainAnalysisOptions
ReadStrainOptions(const Arguments & arguments, const ScanShape & shape)
{
  StrainAnalysisOptions options;
  DomainOptions &       measurement = options.measurement;
  if (arguments.Has("mask"))
  {
    measurement.scanMask = NonZero(ReadValues(arguments, "mask", shape.ry, shape.rx, 1));
  }
  measurement.origin = Choose<OriginChoice>(
    arguments,
    "origin",
    { { "measured", OriginChoice::Measured }, { "fixed", OriginChoice::Fixed }, { "file", OriginChoice::Given } });
  if (measurement.origin == OriginChoice::Given)
  {
    measurement.origins = ReadValues(arguments, "originFile", shape.ry, shape.rx, 2);
  }
  measurement.fitOrigins = arguments.Text("originFit") != "none";
  measurement.originSurface =
    arguments.Text("originFit") == "quadratic" ? OriginSurface::Quadratic : OriginSurface::Plane;

  measurement.badPixels = Choose<BadPixelChoice>(
    arguments,
    "badPixels",
    { { "auto", BadPixelChoice::Found }, { "none", BadPixelChoice::None }, { "file", BadPixelChoice::Given } });
  if (measurement.badPixels == BadPixelChoice::Given)
  {
    measurement.givenBadPixels = ReadBadPixels(arguments, shape);
  }

  if (arguments.Has("labels"))
  {
    options.labels = ReadLabels(arguments, shape);
    options.bestLattice = arguments.Switch("bestLattice");
  }
  if (arguments.Has("lattice"))
  {
    options.lattice = ReadLattice(arguments, "lattice");
  }
  options.outerRadius = arguments.Number("latticeRadius");
  options.disk = Choose<TemplateChoice>(
    arguments, "template", { { "disk", TemplateChoice::Disk }, { "beam", TemplateChoice::Beam } });
  if (arguments.Has("templateMask"))
  {
    options.templateMask = NonZero(ReadValues(arguments, "templateMask", shape.ry, shape.rx, 1));
  }
  options.diskRadius = arguments.Number("diskRadius");
  options.edgeWidth = arguments.Number("edgeWidth");
  options.peaks.minimumHeight = arguments.Number("minimumHeight");
  options.reach = arguments.Number("reach");
  options.significance = arguments.Number("significance");
  options.structure = ReadStructure(arguments);
  options.fit.minimumDisks = static_cast<int>(arguments.Integer("minimumDisks"));
  options.strain.measure = Choose<StrainMeasure>(
    arguments, "measure", { { "exact", StrainMeasure::Exact }, { "linearised", StrainMeasure::Linearised } });
  options.strain.scanRotation = arguments.Number("scanRotation") * degree;
  ReadReference(arguments, shape, options);
  ReadCalibration(arguments, options);
  return options;
}

std::string
ReferenceChosen(const Arguments & arguments)
{
  if (arguments.IsChanged("referenceRegion"))
  {
    return "median lattice of positions " + arguments.Display("referenceRegion") + " (row, column, rows, columns)";
  }
  if (arguments.IsChanged("referenceLabel"))
  {
    return "median lattice of label " + arguments.Display("referenceLabel");
  }
  if (arguments.Switch("referenceEachLabel"))
  {
    return "median lattice of each label";
  }
  if (arguments.IsChanged("referenceMask"))
  {
    return "median lattice of the reference mask";
  }
  return arguments.IsChanged("referenceLattice") ? "lattice given" : "median lattice of the whole scan";
}

std::string
AxesChosen(const Arguments & arguments)
{
  const double angle = arguments.Number("scanRotation");
  return angle == 0. ? "x along detector columns, y along detector rows (down)"
                     : "x along the scan's fast axis, " + FormatNumber(angle) + "° on the detector";
}
} // namespace fourdstem::cli
