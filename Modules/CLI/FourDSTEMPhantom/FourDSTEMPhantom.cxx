// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMPhantomXml.h"

#include "Common/ResultFolder.h"
#include "Common/RunCommand.h"
#include "Common/RunRecord.h"
#include "Common/ScanArguments.h"

#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"
#include "fourdstem/Phantom.h"

#include "itkImage.h"
#include "itkVectorImage.h"

#include <algorithm>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

constexpr double       voltage = 200e3;
constexpr std::int64_t largestExtent = 1000000;

void
ReadGradient(const Arguments & arguments, PhantomDescription & description)
{
  const auto values = arguments.Numbers("gradient");
  if (values.empty())
  {
    return;
  }
  if (values.size() != description.gradient.size())
  {
    throw arguments.Error("gradient", "takes Fxx,Fxy,Fyx,Fyy, not " + arguments.Display("gradient"));
  }
  if (description.kind != PhantomKind::Crystal && description.kind != PhantomKind::CrystalOnFilm)
  {
    throw arguments.Error("gradient",
                          std::string("is for --kind crystal and crystal-on-film; ") + NameOf(description.kind) +
                            " has a deformation of its own");
  }
  std::copy(values.begin(), values.end(), description.gradient.begin());
}

PhantomDescription
ReadDescription(const Arguments & arguments)
{
  PhantomDescription description;
  description.kind = PhantomKindFromName(arguments.Text("kind"));
  std::tie(description.shape.ry, description.shape.rx) = ReadShape(arguments, "scanShape", largestExtent);
  std::tie(description.shape.qy, description.shape.qx) = ReadShape(arguments, "detectorShape", largestExtent);
  description.dose = arguments.Number("dose");
  description.noise = !arguments.Switch("noNoise");
  description.seed = static_cast<std::uint64_t>(arguments.Integer("seed"));
  description.deformation = arguments.Number("deformation");
  ReadGradient(arguments, description);
  description.film = arguments.Number("film");
  description.inelastic = arguments.Number("inelastic");
  description.speckle = arguments.Number("speckle");
  description.structure = arguments.Number("structure");
  description.missing = arguments.Number("missing");
  description.overlap = arguments.Number("overlap");
  description.overlapAngle = arguments.Number("overlapAngle");
  description.ellipticity = arguments.Number("ellipticity");
  description.ellipseAngle = arguments.Number("ellipseAngle");
  description.probeRadius = arguments.Number("probeRadius");
  description.latticeLength = arguments.Number("latticeLength");
  description.descanRamp = arguments.Number("descanRamp");
  description.descanJitter = arguments.Number("descanJitter");
  description.gain = arguments.Number("gain");
  description.readNoise = arguments.Number("readNoise");
  return description;
}

std::vector<std::string>
LabelNames(PhantomKind kind)
{
  switch (kind)
  {
    case PhantomKind::Flake:
      return { "film",
               "WS2",
               "WSe2",
               "WSe2 stretched by 0.6 %",
               "WSe2 rotated by 0.8 degrees",
               "WSe2 rotated by -0.8 degrees",
               "WSe2 rippled" };
    case PhantomKind::Film:
    case PhantomKind::Speckle:
    case PhantomKind::CorrelatedSpeckle:
      return { "film" };
    case PhantomKind::Step:
      return { "crystal", "crystal stretched" };
    case PhantomKind::Crystal:
    case PhantomKind::CrystalOnFilm:
    case PhantomKind::Ramp:
    case PhantomKind::Dipole:
    case PhantomKind::Ripple:
      break;
  }
  return { "crystal" };
}

nlohmann::ordered_json
ToJson(const Phantom & phantom, double scanSpacing)
{
  const PhantomDescription & d = phantom.Description();
  nlohmann::ordered_json     json;
  json["kind"] = NameOf(d.kind);
  json["scanShape"] = { d.shape.ry, d.shape.rx };
  json["detectorShape"] = { d.shape.qy, d.shape.qx };
  json["dose_electrons"] = d.dose;
  json["noise"] = d.noise;
  json["seed"] = d.seed;
  json["probeRadius_px"] = d.probeRadius;
  json["edgeWidth_px"] = d.edgeWidth;
  json["latticeLength_px"] = d.latticeLength;
  json["latticeAngle_degrees"] = d.latticeAngle;
  json["directBeam"] = d.directBeam;
  json["film"] = d.film;
  json["inelastic"] = d.inelastic;
  json["speckle"] = d.speckle;
  json["deformation"] = d.deformation;
  json["gradient"] = d.gradient;
  json["structure"] = d.structure;
  json["missing"] = d.missing;
  json["overlap"] = d.overlap;
  json["overlapAngle_degrees"] = d.overlapAngle;
  json["ellipticity"] = d.ellipticity;
  json["ellipseAngle_degrees"] = d.ellipseAngle;
  json["descanRamp_px"] = d.descanRamp;
  json["descanJitter_px"] = d.descanJitter;
  json["gain"] = d.gain;
  json["readNoise_electrons"] = d.readNoise;
  json["scanSpacing_nm"] = scanSpacing;
  json["detectorSpacing_1/nm"] = phantom.DetectorPixel();
  json["labels"] = nlohmann::ordered_json::object();
  const std::vector<std::string> names = LabelNames(d.kind);
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    json["labels"][std::to_string(i + 1)] = names[i];
  }
  return json;
}

void
WriteTruth(const Phantom & phantom, double scanSpacing, const ResultFolder & folder, Notes notes)
{
  using LabelImage = itk::Image<unsigned short, 2>;
  using FieldImage = itk::VectorImage<float, 2>;
  const ScanShape &    shape = phantom.Description().shape;
  const PhantomTruth & truth = phantom.Truth();
  const Grid           grid{ static_cast<int>(shape.ry), static_cast<int>(shape.rx), scanSpacing, scanSpacing, "nm" };
  notes["FourDSTEM_ScanUnit"] = "nm";
  WriteNrrd(MakeImage<LabelImage>(grid, truth.labels.data()).GetPointer(), folder.File("labels.nrrd"), notes);
  notes["FourDSTEM_ComponentNames"] = "qx0,qy0";
  WriteNrrd(MakeImage<FieldImage>(grid, truth.origins.data(), 2).GetPointer(), folder.File("origin.nrrd"), notes);
  notes["FourDSTEM_ComponentNames"] = "exx,eyy,exy,theta";
  WriteNrrd(MakeImage<FieldImage>(grid, truth.strain.data(), 4).GetPointer(), folder.File("strain.nrrd"), notes);
}

template <typename TWriter>
void
WriteScan(const Phantom & phantom, TWriter && writer, const Execution & execution)
{
  phantom.Simulate([&](std::int64_t,
                       std::int64_t  rows,
                       const float * patterns) { writer.Write(patterns, rows * phantom.Description().shape.rx); },
                   execution);
  writer.Close();
}

void
Run(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const Phantom     phantom(ReadDescription(arguments));
  const ScanShape & shape = phantom.Description().shape;
  const double      scanSpacing = arguments.Number("scanSpacing");
  const bool        isEmpad = shape.qy == 128 && shape.qx == 128;
  const std::string scanName = isEmpad ? "scan.xml" : "scan.npy";
  RunRecord         record(context);
  ResultFolder      folder(arguments.Text("outputFolder"),
                      arguments.Switch("overwrite") ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse,
                      { context.program });

  Execution execution;
  execution.threads = static_cast<int>(arguments.Integer("threads"));
  execution.monitor = context.progress.Begin("Simulating", 0.98);
  if (isEmpad)
  {
    EmpadDescription description;
    description.name = std::string("phantom ") + NameOf(phantom.Description().kind);
    description.scanSpacing = scanSpacing;
    description.detectorSpacing = phantom.DetectorPixel();
    description.voltage = voltage;
    WriteScan(phantom, EmpadWriter(folder.File(scanName), shape, description), execution);
  }
  else
  {
    WriteScan(phantom, NpyWriter(folder.File(scanName), shape), execution);
  }

  context.progress.Begin("Truth", 1.0);
  const nlohmann::ordered_json json = ToJson(phantom, scanSpacing);
  WriteTruth(phantom, scanSpacing, folder, { { "FourDSTEM_Program", context.program } });
  WriteText(folder.File("phantom.json"), json.dump(2) + "\n");
  record.Results() = json;
  folder.Commit(record, context.progress);
  context.progress.Say("Wrote " + folder.Target() + "/" + scanName + ": " + std::to_string(shape.ry) + " x " +
                       std::to_string(shape.rx) + " patterns of " + std::to_string(shape.qy) + " x " +
                       std::to_string(shape.qx) + " pixels, and labels, origin and strain that are true of it.");
}
} // namespace

int
main(int argc, char * argv[])
{
  return RunCommand("FourDSTEMPhantom", argc, argv, FourDSTEMPhantomXml, Run);
}
