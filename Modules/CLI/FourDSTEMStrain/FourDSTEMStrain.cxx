// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMStrainXml.h"

#include "Common/ClusterReport.h"
#include "Common/ScanArguments.h"
#include "Common/StrainArguments.h"
#include "Common/StrainOutput.h"

#include <filesystem>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

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
  ConcludeStrain(result, header, context, record);

  const StrainOutput output{
    result, header, std::filesystem::path(input).filename().string(), ReferenceChosen(arguments), AxesChosen(arguments)
  };
  const Monitor writing = context.progress.Begin("writing", 1.);
  WriteStrainMaps(MapsOf(output), folder, ProvenanceNotes(context, header), writing.Part(0., 0.5));
  WriteStrainPictures(output, folder, writing.Part(0.5, 1.));
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
