// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMClusterXml.h"

#include "Common/Choices.h"
#include "Common/ClusterPictures.h"
#include "Common/ClusterReport.h"
#include "Common/DomainArguments.h"
#include "Common/RunCommand.h"
#include "Common/ScanArguments.h"

#include "itkVectorImage.h"

#include <filesystem>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

using ScalarImage = itk::Image<float, 2>;
using MaskImage = itk::Image<unsigned char, 2>;
using VectorImage = itk::VectorImage<float, 2>;

ClusterResults
MakeResults(const DomainResult & found, const ScanHeader & header, const std::string & input, const std::string & mode)
{
  ClusterResults results;
  results.title = std::filesystem::path(input).filename().string();
  results.scan = ScanGrid(header);
  results.detector = AlignedDetectorGrid(header);
  results.mode = mode;
  results.featureNames = FeatureNames(found.plan);
  results.darkField = found.description.darkField;
  SetClusters(results, found.clusters, found.description.nodes);
  return results;
}

/** What only the raw data gives, and edits of the tree leave as it is. */
void
WriteMeasurements(const DomainResult & found,
                  const ScanHeader &   header,
                  const ResultFolder & folder,
                  const Notes &        notes,
                  const Monitor &      monitor)
{
  const auto tell = [&monitor](double done) {
    if (monitor.report && !monitor.report(done))
    {
      throw Aborted();
    }
  };
  const Grid scan = ScanGrid(header);
  const Grid detector = AlignedDetectorGrid(header);
  WriteNrrd(MakeImage<ScalarImage>(scan, found.confidence.data()).GetPointer(), folder.File("confidence.nrrd"), notes);
  tell(0.2);
  WriteNrrd(
    MakeImage<ScalarImage>(scan, found.description.darkField.data()).GetPointer(), folder.File("adf.nrrd"), notes);
  tell(0.4);

  Notes originNotes = notes;
  originNotes["FourDSTEM_ComponentNames"] = "qx0,qy0";
  WriteNrrd(MakeImage<VectorImage>(scan, found.measurement.origins.data(), 2).GetPointer(),
            folder.File("origin.nrrd"),
            originNotes);
  tell(0.7);

  const auto used = UsedFeatures(found.plan, header.shape, found.clusters.nodes);
  WriteNrrd(MakeImage<MaskImage>(detector, used.pixels.data()).GetPointer(), folder.File("feature-mask.nrrd"), notes);

  const auto         statistics = StatisticsOf(found.measurement);
  std::vector<float> values(statistics.size() * static_cast<std::size_t>(header.shape.PatternPixels()));
  Notes              statisticsNotes = notes;
  std::string &      names = statisticsNotes["FourDSTEM_ComponentNames"];
  for (std::size_t c = 0; c < statistics.size(); ++c)
  {
    names += (c == 0 ? "" : ",") + statistics[c].first;
    for (std::size_t q = 0; q < statistics[c].second.size(); ++q)
    {
      values[q * statistics.size() + c] = static_cast<float>(statistics[c].second[q]);
    }
  }
  WriteNrrd(MakeImage<VectorImage>(detector, values.data(), static_cast<unsigned int>(statistics.size())).GetPointer(),
            folder.File("statistics.nrrd"),
            statisticsNotes);
}

/** Everything that was chosen, by the file, the mode, the data or the user. */
void
AddChoices(const DomainResult &  found,
           const ScanHeader &    header,
           const DomainOptions & options,
           CommandContext &      context,
           RunRecord &           record)
{
  const Arguments & arguments = context.arguments;
  const std::string mode = arguments.Text("mode") + " mode";
  const auto        how = [&](const char * name) { return arguments.IsChanged(name) ? std::string("given") : mode; };
  const auto        mebibytes = [](std::int64_t bytes) { return bytes >> 20; };
  AddChoice(context,
            record,
            "Scan shape",
            std::to_string(header.shape.ry) + " x " + std::to_string(header.shape.rx),
            header.shapeSource,
            "positions");
  AddCalibration(context, record, "Scan step", header.scan);
  AddCalibration(context, record, "Detector pixel", header.detector);
  const std::string fit = arguments.Text("originFit");
  AddChoice(context,
            record,
            "Origin",
            OriginChosen(arguments) + (fit == "none" ? "" : ", fitted by a " + fit + " surface"),
            how("origin"));
  AddChoice(context, record, "Feature mask", FeatureMaskChosen(arguments), how("featureMask"));
  for (const DomainChoice & choice : found.choices)
  {
    AddChoice(context, record, choice);
  }
  if (options.memoryLimit > 0)
  {
    AddChoice(context,
              record,
              "Memory limit",
              mebibytes(options.memoryLimit),
              arguments.Has("memoryLimit") ? "given" : "half of the machine's memory",
              "MiB");
  }
  AddChoice(context,
            record,
            "Threads",
            ThreadsUsed(arguments),
            arguments.Integer("threads") > 0 ? "given" : "all that the machine has");
  if (options.memoryLimit > 0 && options.memoryLimit < found.memory.beside)
  {
    record.Warn("the memory limit of " + std::to_string(mebibytes(options.memoryLimit)) + " MiB is below the about " +
                std::to_string(mebibytes(found.memory.beside)) + " MiB that the run takes without its feature matrix");
  }
}

void
Report(const DomainResult & found, const ScanHeader & header, Progress & progress, RunRecord & record)
{
  for (const std::string & note : header.notes)
  {
    record.Warn(note);
  }
  if (found.measurement.sums.NonFinitePixels() > 0)
  {
    record.Warn(std::to_string(found.measurement.sums.NonFinitePixels()) +
                " detector pixels hold no number (NaN or Inf) and count as no data");
  }
  if (found.report.uncovered + found.report.missing + found.report.renormalised > 0)
  {
    record.Warn(std::to_string(found.report.uncovered + found.report.missing) +
                " features had no detector pixel and took the mean pattern's value; " +
                std::to_string(found.report.renormalised) + " were taken around pixels without data");
  }
  for (const ClusterNode & node : found.clusters.nodes)
  {
    progress.Say("  node " + std::to_string(node.id) + ": " + std::to_string(node.size) + " positions, " +
                 (node.IsLeaf() ? "leaf, " : "") + (node.note.empty() ? NodeNote(node) : node.note));
  }
  for (const std::string & warning : record.Warnings())
  {
    progress.Say("  note: " + warning);
  }
}

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
  const std::string mode = arguments.Text("mode");
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
  AddChoices(found, header, options, context, record);
  const ClusterResults results = MakeResults(found, header, input, mode);
  for (const std::string & note : ResultNotes(results))
  {
    record.Warn(note);
  }
  Report(found, header, context.progress, record);

  const Monitor     writing = context.progress.Begin("writing", 1.);
  const Notes       notes = ProvenanceNotes(context, header);
  const ClusterView view = MakeView(results);
  ClusterPictures   pictures(view, folder, PictureThreads(options, arguments));
  WriteMeasurements(found, header, folder, notes, writing.Part(0., 0.4));
  WriteClusterResults(results, view, folder, notes, writing.Part(0.4, 0.8));
  pictures.Finish(writing.Part(0.8, 1.));
  AddCounts(results, context, record);
  record.Results()["badPixels"] = BadPixelList(found.measurement.health);
  record.Results()["nonFinitePixels"] = found.measurement.sums.NonFinitePixels();
  WriteClusterReport(
    results,
    record,
    { AutomaticTable(record.Automatic()), ParameterTable("Parameters", arguments.Description(), record.Parameters()) },
    { "labels.nrrd",
      "levels.nrrd",
      "tree.json",
      "patterns.nrrd",
      "differences.nrrd",
      "confidence.nrrd",
      "adf.nrrd",
      "origin.nrrd",
      "statistics.nrrd",
      "feature-mask.nrrd",
      "run.json" },
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
