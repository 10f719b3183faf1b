// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMStrainXml.h"

#include "StrainArguments.h"
#include "StrainOutput.h"

#include "Common/Choices.h"
#include "Common/ClusterReport.h"
#include "Common/DomainArguments.h"
#include "Common/ScanArguments.h"

#include <filesystem>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

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

void
Body(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const std::string input = arguments.Text("inputFile");
  ResultFolder      folder(arguments.Text("outputFolder"),
                      arguments.Switch("overwrite") ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse,
                      { "FourDSTEMStrain" });
  auto              scan = OpenScan(arguments);
  const ScanHeader  header = scan->Header();
  folder.Protect(FilesRead(arguments, header));
  const auto options = ReadStrainOptions(arguments, header.shape);
  RunRecord  record(context);
  record.SetInput(input, header.dataFile);

  context.progress.Say(input + ": " + header.format + ", " + std::to_string(header.shape.ry) + " x " +
                       std::to_string(header.shape.rx) + " positions, patterns of " + std::to_string(header.shape.qy) +
                       " x " + std::to_string(header.shape.qx) + " " + header.storedType);
  const StrainResult result = AnalyseStrain(
    *scan, options, static_cast<int>(arguments.Integer("threads")), [&context](const std::string & step, double end) {
      return context.progress.Begin(step, 0.9 * end);
    });
  scan.reset();
  AddChoices(result, header, context, record);
  AddWarnings(result, header, context.progress, record);

  const StrainOutput output{
    result, header, std::filesystem::path(input).filename().string(), ReferenceChosen(arguments), AxesChosen(arguments)
  };
  const Monitor writing = context.progress.Begin("writing", 1.);
  WriteStrainImages(output, folder, ProvenanceNotes(context, header), writing.Part(0., 0.5));
  WriteStrainPictures(output, folder, writing.Part(0.5, 1.));
  record.Results() = StrainSummary(result);
  record.Results()["badPixels"] = BadPixelList(result.measurement.health);
  WriteStrainReport(
    output,
    record,
    { AutomaticTable(record.Automatic()), ParameterTable("Parameters", arguments.Description(), record.Parameters()) },
    folder);
  folder.Commit(record, context.progress);
  context.progress.Say("Strain maps: see " + folder.Target() + "/index.html");
}
} // namespace

int
main(int argc, char * argv[])
{
  return fourdstem::cli::RunCommand("FourDSTEMStrain", argc, argv, FourDSTEMStrainXml, Body);
}
