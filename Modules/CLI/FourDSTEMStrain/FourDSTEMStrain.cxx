// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMStrainXml.h"

#include "Common/ClusterReport.h"
#include "Common/ScanArguments.h"
#include "Common/StrainArguments.h"
#include "Common/StrainOutput.h"

#include "fourdstem/BraggVectors.h"
#include "fourdstem/PeakStrain.h"

#include <filesystem>
#include <functional>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

/** Where the strain comes from, and what it is. */
struct Analysis
{
  ScanHeader   header;
  std::string  about;
  std::string  unit = "detector pixels";
  StrainResult result;
};

using Analyser = std::function<StrainResult(const StrainAnalysisOptions &, int threads, const BeginStep &)>;

/** Opens the input; the analysis itself is for later, when the options are known to be sound. */
Analyser
OpenInput(const Arguments & arguments, Analysis & analysis)
{
  ScanHeader & header = analysis.header;
  if (arguments.Switch("peaks"))
  {
    auto lists = std::make_shared<const PeakLists>(
      ReadBraggVectors(arguments.Text("inputFile"), arguments.Has("dataset") ? arguments.Text("dataset") : ""));
    header = HeaderOf(*lists);
    analysis.about = std::to_string(lists->peaks.size()) + " peaks";
    analysis.unit = UnitOf(*lists);
    return [lists](const StrainAnalysisOptions & options, int threads, const BeginStep & begin) {
      return AnalysePeakStrain(*lists, options, threads, begin);
    };
  }
  std::shared_ptr<const ScanFile> scan = OpenScan(arguments);
  header = scan->Header();
  analysis.about = "patterns of " + std::to_string(header.shape.qy) + " x " + std::to_string(header.shape.qx) + " " +
                   header.storedType;
  return [scan](const StrainAnalysisOptions & options, int threads, const BeginStep & begin) {
    return AnalyseStrain(*scan, options, threads, begin);
  };
}

void
Body(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const std::string input = arguments.Text("inputFile");
  ResultFolder      folder(arguments.Text("outputFolder"),
                      arguments.Switch("overwrite") ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse,
                      { "FourDSTEMStrain" });
  CheckStrainUse(arguments);
  Analysis           analysis;
  auto               analyse = OpenInput(arguments, analysis);
  const ScanHeader & header = analysis.header;
  folder.Protect(FilesRead(arguments, header));
  const auto options = ReadStrainOptions(arguments, header.shape);
  RunRecord  record(context);
  record.SetInput(input, header.dataFile);

  context.progress.Say(input + ": " + header.format + ", " + std::to_string(header.shape.ry) + " x " +
                       std::to_string(header.shape.rx) + " positions, " + analysis.about);
  const StrainResult & result = analysis.result =
    analyse(options, static_cast<int>(arguments.Integer("threads")), [&context](const std::string & step, double end) {
      return context.progress.Begin(step, 0.9 * end);
    });
  analyse = nullptr; // closes the input
  ConcludeStrain(result, header, context, record);

  const StrainOutput output{ result,
                             header,
                             std::filesystem::path(input).filename().string(),
                             ReferenceChosen(arguments),
                             AxesChosen(arguments),
                             analysis.unit };
  const Monitor      writing = context.progress.Begin("writing", 1.);
  const StrainMaps   maps = MapsOf(output);
  WriteStrainMaps(maps, folder, ProvenanceNotes(context, header), writing.Part(0., 0.5));
  WriteStrainPictures(output, folder, writing.Part(0.5, 1.));
  WriteStrainReport(
    maps,
    output.title,
    record.ToJson(context.progress),
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
