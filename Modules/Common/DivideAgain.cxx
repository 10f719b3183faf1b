// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/DivideAgain.h"

#include "Common/DomainArguments.h"
#include "Common/ScanArguments.h"

#include "fourdstem/DomainDivision.h"

#include <filesystem>

namespace fourdstem::cli
{
namespace
{
namespace fs = std::filesystem;

std::string
TextOf(const nlohmann::ordered_json & value)
{
  if (value.is_string())
  {
    return value.get<std::string>();
  }
  if (!value.is_array())
  {
    return value.dump();
  }
  std::string list;
  for (const auto & item : value)
  {
    list += (list.empty() ? "" : ",") + TextOf(item);
  }
  return list;
}

/** The command line that repeats the run, from its record. */
std::vector<std::string>
WordsOf(const nlohmann::ordered_json & analysis, const CommandDescription & description)
{
  std::vector<std::string> words;
  for (const ParameterGroup & group : description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (parameter.IsPositional() || parameter.IsReturned())
      {
        continue;
      }
      const auto & value = analysis.at("parameters").at(parameter.name);
      if (value.is_null() || value == false)
      {
        continue;
      }
      words.push_back("--" + parameter.longFlag + (value == true ? "" : "=" + TextOf(value)));
    }
  }
  words.push_back(analysis.at("input").at("path").get<std::string>());
  words.emplace_back("unused");
  return words;
}

void
CheckFile(const nlohmann::ordered_json & file)
{
  const auto      path = file.at("path").get<std::string>();
  std::error_code error;
  if (!fs::exists(fs::u8path(path), error))
  {
    throw std::runtime_error("dividing a node reads the scan again, but " + path + " is not there");
  }
  const auto now = FileRecord(path);
  if (now.at("bytes") != file.at("bytes"))
  {
    throw std::runtime_error(path + " has " + now.at("bytes").dump() + " bytes now; it had " + file.at("bytes").dump() +
                             " when the tree was made");
  }
  if (now.at("modified") != file.at("modified"))
  {
    throw std::runtime_error(path + " was changed at " + now.at("modified").get<std::string>() +
                             "; the tree was made from one of " + file.at("modified").get<std::string>());
  }
}

/** The arguments of the run that made the tree, whose scan must be as it was. */
Arguments
ArgumentsOfRun(const TreeFolder & tree, const CommandDescription & description)
{
  try
  {
    const auto & input = tree.analysis.at("input");
    CheckFile(input);
    if (input.contains("data"))
    {
      CheckFile(input.at("data"));
    }
    return { description, WordsOf(tree.analysis, description) };
  }
  catch (const nlohmann::json::exception &)
  {
    throw std::runtime_error("run.json in " + tree.folder + " does not say how the tree was made; is it damaged?");
  }
  catch (const UsageError & error)
  {
    throw std::runtime_error("the run that made " + tree.folder + " cannot be repeated: " + error.what());
  }
}

/** Throws where the node was divided by pixels and the lattice beneath follows from that. */
void
CheckKind(const ClusterNodes & nodes, int node, DivisionFeatures features)
{
  const bool exists = node >= 0 && node < static_cast<int>(nodes.size());
  if (features == DivisionFeatures::Combined && exists && !nodes[static_cast<std::size_t>(node)].IsLeaf() &&
      nodes[static_cast<std::size_t>(node)].comparedBy == FeatureKind::Pixels)
  {
    throw std::invalid_argument(
      "node " + std::to_string(node) +
      " is divided by pixels, and what is below it by the lattices of its parts; of a tree "
      "with --features combined only leaves and nodes divided by the lattice are divided anew");
  }
}
} // namespace

AnalysedScan
OpenAgain(const TreeFolder & tree, const CommandDescription & description)
{
  const Arguments arguments = ArgumentsOfRun(tree, description);
  AnalysedScan    analysed;
  analysed.scan = OpenScan(arguments);
  analysed.options = ReadDomainOptions(arguments, analysed.scan->Shape(), tree.folder);
  return analysed;
}

DivisionResult
Divide(ClusterResults &      results,
       const ScanFile &      scan,
       const DomainOptions & options,
       const Division &      division,
       int                   threads,
       const BeginStep &     beginStep)
{
  const auto measurement = MeasureDiffraction(scan, options, { threads, beginStep("origins and statistics", 0.25) });
  const FeaturePlan plan = PlanFeatures(measurement, options);
  DivisiveOptions   clustering = options.clustering;
  clustering.selection = plan.selection;
  DivisiveResult clusters;
  clusters.nodes = results.nodes;
  clusters.leafOfPosition = LeavesOfLabels(results.nodes, results.labels);
  CheckKind(clusters.nodes, division.node, plan.features);

  std::unique_ptr<RowStore> pixels;
  if (plan.features != DivisionFeatures::Lattice)
  {
    FeatureReport report;
    pixels = GatherDomainFeatures(scan, measurement, plan, options, report, { threads, beginStep("features", 0.5) });
  }
  DeformationColumns deformation;
  if (plan.features != DivisionFeatures::Pixels)
  {
    deformation = MeasureDeformationColumns(scan,
                                            measurement,
                                            options,
                                            { pixels ? LabelsOfPixels(clusters) : std::vector<std::uint16_t>(), {} },
                                            pixels.get(),
                                            { threads, beginStep("deformation", 0.6) });
    clustering.measured = deformation.measured;
  }
  const RowStore &   features = clustering.measured ? deformation.Store() : *pixels;
  const PositionGrid grid = MakeScanGrid(measurement, options);
  const Execution    dividing{ threads, beginStep("clustering", 0.7) };
  const NodeMap      map = division.k > 0
                             ? SplitNode(clusters, division.node, division.k, features, grid, clustering, dividing)
                             : RegrowNode(clusters, division.node, features, grid, clustering, dividing);
  if (clustering.measured)
  {
    ClusterNode & node = clusters.nodes[static_cast<std::size_t>(map[static_cast<std::size_t>(division.node)])];
    node.comparedBy = FeatureKind::Lattice;
    MarkAsLattice(clusters.nodes);
  }
  auto       confidence = Confidence(clusters, features, { threads, beginStep("confidence", 0.75) });
  const auto shown = DescribeDomains(scan, measurement, clusters, { threads, beginStep("node patterns", 0.95) });

  const auto           used = UsedFeatures(plan, scan.Shape(), clusters.nodes);
  const auto           mask = MakeImage<itk::Image<unsigned char, 2>>(results.detector, used.pixels.data());
  const ClusterResults before = results;
  SetClusters(results, clusters, shown.nodes);
  InheritColors(before, map, results);
  return { std::move(confidence), mask };
}

void
WriteDivision(const ClusterResults & results,
              const DivisionResult & division,
              ResultFolder &         folder,
              const Notes &          notes)
{
  WriteNrrd(MakeImage<itk::Image<float, 2>>(results.scan, division.confidence.data()).GetPointer(),
            folder.File("confidence.nrrd"),
            notes);
  WriteNrrd(division.featureMask.GetPointer(), folder.File("feature-mask.nrrd"), notes);
}

bool
CopyResult(const std::string & source, const std::string & name, bool isNew, const ResultFolder & folder)
{
  const fs::path from = fs::u8path(source) / name;
  if (!fs::exists(from))
  {
    return false;
  }
  if (isNew)
  {
    fs::copy_file(from, fs::u8path(folder.File(name)), fs::copy_options::overwrite_existing);
  }
  return true;
}
} // namespace fourdstem::cli
