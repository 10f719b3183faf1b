// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMClusterXml.h"

#include "Common/ClusterPictures.h"
#include "Common/ClusterReport.h"
#include "Common/ClusterRun.h"
#include "Common/DomainArguments.h"
#include "Common/RunCommand.h"
#include "Common/ScanArguments.h"

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

/** One where memory is scarce: pictures take some. */
int
PictureThreads(const DomainOptions & options, const Arguments & arguments)
{
  constexpr std::int64_t enough = std::int64_t{ 512 } << 20;
  return options.memoryLimit > 0 && options.memoryLimit < enough ? 1 : static_cast<int>(arguments.Integer("threads"));
}

void
Body(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const std::string input = arguments.Text("inputFile");
  ResultFolder      folder(arguments.Text("outputFolder"),
                      arguments.Switch("overwrite") ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse,
                      ClusterPrograms);
  auto              scan = OpenScan(arguments);
  const ScanHeader  header = scan->Header();
  folder.Protect(FilesRead(arguments, header));
  const auto options = ReadDomainOptions(arguments, header.shape, folder.Target());
  RunRecord  record(context);
  record.SetInput(input, header.dataFile);

  context.progress.Say(input + ": " + header.format + ", " + std::to_string(header.shape.ry) + " x " +
                       std::to_string(header.shape.rx) + " positions, patterns of " + std::to_string(header.shape.qy) +
                       " x " + std::to_string(header.shape.qx) + " " + header.storedType);
  const DomainResult found = AnalyseDomains(
    *scan, options, static_cast<int>(arguments.Integer("threads")), [&context](const std::string & step, double end) {
      return context.progress.Begin(step, 0.95 * end);
    });
  scan.reset(); // and its memory
  const ClusterResults results = ConcludeClustering(found, header, options, context, record);

  const Monitor     writing = context.progress.Begin("writing", 1.);
  const Notes       notes = ProvenanceNotes(context, header);
  const ClusterView view = MakeView(results);
  ClusterPictures   pictures(view, folder, PictureThreads(options, arguments));
  WriteMeasurements(MeasurementsOf(found, header.shape), results, folder, notes, writing.Part(0., 0.4));
  WriteClusterResults(results, view, folder, notes, writing.Part(0.4, 0.8));
  pictures.Finish(writing.Part(0.8, 1.));
  auto       files = ClusterFiles;
  const auto measured = MeasurementFilesIn(folder);
  files.insert(files.end(), measured.begin(), measured.end());
  files.emplace_back("run.json");
  WriteClusterReport(
    results,
    record.Warnings(),
    { AutomaticTable(record.Automatic()), ParameterTable("Parameters", arguments.Description(), record.Parameters()) },
    files,
    folder);
  folder.Commit(record, context.progress);
  const auto leaves = LeavesInOrder(results.nodes).size();
  context.progress.Say(std::to_string(leaves) + (leaves == 1 ? " domain; see " : " domains; see ") + folder.Target() +
                       "/index.html");
}
} // namespace

int
main(int argc, char * argv[])
{
  return fourdstem::cli::RunCommand("FourDSTEMCluster", argc, argv, FourDSTEMClusterXml, Body);
}
