// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMClusterXml.h"

#include "Common/ClusterResults.h"
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
                  const Notes &        notes)
{
  const Grid scan = ScanGrid(header);
  const Grid detector = AlignedDetectorGrid(header);
  WriteNrrd(MakeImage<ScalarImage>(scan, found.confidence.data()).GetPointer(), folder.File("confidence.nrrd"), notes);
  WriteNrrd(
    MakeImage<ScalarImage>(scan, found.description.darkField.data()).GetPointer(), folder.File("adf.nrrd"), notes);

  Notes originNotes = notes;
  originNotes["FourDSTEM_ComponentNames"] = "qx0,qy0";
  WriteNrrd(MakeImage<VectorImage>(scan, found.measurement.origins.data(), 2).GetPointer(),
            folder.File("origin.nrrd"),
            originNotes);

  const auto used = UsedFeatures(found.plan, header.shape, found.clusters.nodes);
  WriteNrrd(MakeImage<MaskImage>(detector, used.pixels.data()).GetPointer(), folder.File("feature-mask.nrrd"), notes);

  const auto         statistics = StatisticsOf(found.measurement.sums);
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
  record.AddAutomatic(
    "Scan shape", std::to_string(header.shape.ry) + " x " + std::to_string(header.shape.rx), header.shapeSource);
  for (const DomainChoice & choice : found.choices)
  {
    record.AddAutomatic(choice.name, choice.value, choice.how);
    progress.Say("  " + choice.name + ": " + choice.value + " (" + choice.how + ")");
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

void
Body(CommandContext & context)
{
  const Arguments &  arguments = context.arguments;
  const std::string  input = arguments.Text("inputFile");
  const std::string  mode = arguments.Text("mode");
  ResultFolder       folder(arguments.Text("outputFolder"),
                      arguments.Switch("overwrite") ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse);
  const auto         scan = OpenScan(arguments);
  const ScanHeader & header = scan->Header();
  folder.Protect(input);
  folder.Protect(header.dataFile.empty() ? input : header.dataFile);
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
  Report(found, header, context.progress, record);

  context.progress.Begin("writing", 1.);
  const ClusterResults results = MakeResults(found, header, input, mode);
  const Notes          notes = ProvenanceNotes(arguments, std::filesystem::absolute(input).string(), header);
  WriteMeasurements(found, header, folder, notes);
  WriteClusterResults(results, folder, notes, static_cast<int>(arguments.Integer("threads")));
  record.Results()["leaves"] = LeavesInOrder(results.nodes).size();
  record.Results()["nodes"] = results.nodes.size();
  record.Results()["nonFinitePixels"] = found.measurement.sums.NonFinitePixels();
  WriteClusterReport(results,
                     record,
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
  return fourdstem::cli::RunCommand(argc, argv, FourDSTEMClusterXml, Body);
}
