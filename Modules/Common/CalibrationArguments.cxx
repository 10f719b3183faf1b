// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/CalibrationArguments.h"

#include "Common/Choices.h"
#include "Common/Measures.h"
#include "Common/ParameterCheck.h"

#include <cmath>
#include <map>
#include <optional>

namespace fourdstem::cli
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.;

std::optional<KnownLattice>
ReadKnownLattice(const Arguments & arguments)
{
  if (!arguments.Has("knownLattice"))
  {
    return std::nullopt;
  }
  const auto values = arguments.Numbers("knownLattice");
  const bool isCell = values.size() == 3 && values[0] > 0. && values[1] > 0. && values[2] > 0. && values[2] < 180.;
  if (!isCell)
  {
    throw arguments.Error("knownLattice",
                          "takes A,B,GAMMA, two sides above 0 in nm and the angle between them in degrees, not " +
                            arguments.Display("knownLattice"));
  }
  return KnownLattice{ values[0], values[1], values[2] * degree };
}

/** RATIO,ANGLE; the angle is brought into (-90, 90] degrees. */
std::optional<EllipticalDistortion>
ParseEllipse(const std::string & text)
{
  const std::size_t comma = std::min(text.find(','), text.size());
  double            ratio = 0.;
  double            angle = 0.;
  if (comma == text.size() || !ParseNumber(text.substr(0, comma), ratio) ||
      !ParseNumber(text.substr(comma + 1), angle) || !(ratio >= 1. && ratio <= 2.))
  {
    return std::nullopt;
  }
  const double turned = std::remainder(angle, 180.);
  return EllipticalDistortion{ ratio, (turned <= -90. ? turned + 180. : turned) * degree };
}

void
ReadEllipse(const Arguments & arguments, StrainAnalysisOptions & options)
{
  const std::string                          text = arguments.Has("ellipse") ? arguments.Text("ellipse") : "";
  const std::map<std::string, EllipseChoice> words = { { "measure", EllipseChoice::Lattice },
                                                       { "hexagonal", EllipseChoice::Hexagonal },
                                                       { "square", EllipseChoice::Square },
                                                       { "ring", EllipseChoice::Ring } };
  if (const auto word = words.find(text); word != words.end())
  {
    options.ellipse = word->second;
  }
  else if (const auto given = ParseEllipse(text); given)
  {
    options.ellipse = EllipseChoice::Given;
    options.givenEllipse = *given;
  }
  else if (!text.empty())
  {
    throw arguments.Error(
      "ellipse",
      "takes RATIO,ANGLE (1 to 2, degrees of the long axis), measure, hexagonal, square or ring, not " + text);
  }
  const auto radii = arguments.Numbers("ellipseRing");
  if (options.ellipse != EllipseChoice::Ring)
  {
    if (!radii.empty())
    {
      throw arguments.Error("ellipseRing", "does nothing here: it goes with --ellipse ring");
    }
    return;
  }
  if (radii.size() != 2 || !(radii[0] > 0. && radii[1] >= radii[0] + NarrowestRing))
  {
    throw arguments.Error("ellipseRing",
                          "takes two radii in pixels, at least 6 apart, between which the ring is alone" +
                            (radii.empty() ? std::string() : ", not " + arguments.Display("ellipseRing")));
  }
  options.ringInnerRadius = radii[0];
  options.ringOuterRadius = radii[1];
}

std::string
WithError(double value, double error)
{
  return FormatNumber(value) + (error > 0. ? " ± " + FormatNumber(error, 2) : "");
}

void
AddEllipse(const StrainResult & result, CommandContext & context, RunRecord & record)
{
  const EllipseMeasurement & found = *result.ellipse;
  const double               angle = found.ellipse.angle / degree;
  AddChoice(context,
            record,
            "Ellipse",
            "ratio " + WithError(found.ellipse.ratio, found.ratioError) + ", long axis at " +
              WithError(angle, found.angleError / degree) + "°",
            result.ellipseSource + "; taken out of the disks' places");
  record.Results()["ellipse"] = { { "ratio", found.ellipse.ratio },
                                  { "ratioError", found.ratioError },
                                  { "angle", angle },
                                  { "angleError", found.angleError / degree },
                                  { "source", result.ellipseSource } };
}
} // namespace

void
ReadCalibration(const Arguments & arguments, StrainAnalysisOptions & options)
{
  options.knownLattice = ReadKnownLattice(arguments);
  ReadEllipse(arguments, options);
  if (options.reference == ReferenceChoice::MedianOfLabel)
  {
    if (options.knownLattice || IsOfLattice(options.ellipse))
    {
      throw arguments.Error(options.knownLattice ? "knownLattice" : "ellipse",
                            "is of one reference: it cannot go with --reference-each-label");
    }
  }
}

void
AddCalibrationResults(const StrainResult & result,
                      const ScanHeader &   header,
                      CommandContext &     context,
                      RunRecord &          record)
{
  if (result.ellipse)
  {
    AddEllipse(result, context, record);
  }
  const std::string known = context.arguments.Display("knownLattice");
  if (result.pixelSize)
  {
    const PixelCalibration & pixel = *result.pixelSize;
    const std::string        unit = header.shape.qx > 0 ? "1/nm" : "1/nm in the lists' unit";
    AddChoice(context,
              record,
              "Pixel size",
              pixel.size,
              "± " + FormatNumber(pixel.error, 2) + "; from the known lattice " + known,
              unit);
    record.Results()["pixelSize"] = {
      { "value", pixel.size }, { "error", pixel.error }, { "unit", unit }, { "mismatch", pixel.mismatch }
    };
  }
  else if (context.arguments.Has("knownLattice"))
  {
    record.Warn("the lattice found is not the known one, " + known +
                ": however that is turned and scaled, its vectors are more than 10 % off; no pixel size is given");
  }
}
} // namespace fourdstem::cli
