// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterRun.h"

#include "Common/Choices.h"
#include "Common/DomainArguments.h"
#include "Common/ScanArguments.h"
#include "Common/TreeFolder.h"

#include "itkVectorImage.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace fourdstem::cli
{
namespace
{
using ScalarImage = itk::Image<float, 2>;
using MaskImage = itk::Image<unsigned char, 2>;
using VectorImage = itk::VectorImage<float, 2>;

ClusterResults
MakeResults(const DomainResult & found, const ScanHeader & header, const Arguments & arguments)
{
  ClusterResults results;
  results.title =
    arguments.Has("inputFile") ? std::filesystem::path(arguments.Text("inputFile")).filename().string() : header.format;
  results.scan = ScanGrid(header);
  results.detector = AlignedDetectorGrid(header);
  results.mode = arguments.Text("mode");
  results.featureNames = FeatureNames(found.plan);
  results.darkField = found.description.darkField;
  SetClusters(results, found.clusters, found.description.nodes);
  return results;
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
  if (found.plan.features != DivisionFeatures::Pixels)
  {
    AddChoice(context, record, "Features", arguments.Text("features"), "given");
  }
  if (found.plan.features != DivisionFeatures::Lattice)
  {
    AddChoice(context, record, "Feature mask", FeatureMaskChosen(arguments), how("featureMask"));
  }
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
  if (!found.notExplained.empty())
  {
    record.Warn("deformation and signatures were not measured: " + found.notExplained);
  }
  for (const ClusterNode & node : found.clusters.nodes)
  {
    progress.Say("  node " + std::to_string(node.id) + ": " + std::to_string(node.size) + " positions, " +
                 (node.IsLeaf() ? "leaf, " : "") +
                 (!node.IsLeaf() && node.comparedBy == FeatureKind::Lattice ? "by the lattice, " : "") +
                 (node.note.empty() ? NodeNote(node) : node.note));
    if (node.signature.isMeasured)
    {
      progress.Say("    against " + NamesOfSiblings(found.clusters.nodes, node) + ": " + InWords(node.signature));
    }
  }
  for (const std::string & warning : record.Warnings())
  {
    progress.Say("  note: " + warning);
  }
}
} // namespace

ClusterResults
ConcludeClustering(const DomainResult &  found,
                   const ScanHeader &    header,
                   const DomainOptions & options,
                   CommandContext &      context,
                   RunRecord &           record)
{
  AddChoices(found, header, options, context, record);
  ClusterResults results = MakeResults(found, header, context.arguments);
  for (const std::string & note : ResultNotes(results))
  {
    record.Warn(note);
  }
  Report(found, header, context.progress, record);
  AddCounts(results, context, record);
  record.Results()["badPixels"] = BadPixelList(found.measurement.health);
  record.Results()["nonFinitePixels"] = found.measurement.sums.NonFinitePixels();
  return results;
}

std::vector<std::string>
MeasurementFilesIn(const ResultFolder & folder)
{
  std::vector<std::string> names{ "confidence.nrrd" };
  names.insert(names.end(), MembershipFiles.begin(), MembershipFiles.end());
  names.insert(names.end(), { "adf.nrrd", "origin.nrrd", "statistics.nrrd", "feature-mask.nrrd" });
  names.erase(std::remove_if(names.begin(),
                             names.end(),
                             [&folder](const std::string & name) {
                               return !std::filesystem::exists(std::filesystem::u8path(folder.File(name)));
                             }),
              names.end());
  return names;
}

Measurements
ReadMeasurements(const std::string & folder, const ClusterResults & results)
{
  const auto read = [&folder](const char * name, const Grid & grid, std::vector<std::string> & names) {
    const std::filesystem::path path = std::filesystem::u8path(folder) / name;
    if (!std::filesystem::exists(path))
    {
      return std::vector<float>{};
    }
    const auto   image = ReadResultImage<VectorImage>(path.u8string());
    const auto & size = image->GetLargestPossibleRegion().GetSize();
    if (static_cast<std::int64_t>(size[0]) != grid.columns || static_cast<std::int64_t>(size[1]) != grid.rows)
    {
      throw std::runtime_error(path.u8string() + " has " + std::to_string(size[1]) + " x " + std::to_string(size[0]) +
                               " pixels, the other results " + std::to_string(grid.rows) + " x " +
                               std::to_string(grid.columns));
    }
    std::string list;
    itk::ExposeMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", list);
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ',');)
    {
      names.push_back(part);
    }
    const std::size_t components = image->GetNumberOfComponentsPerPixel();
    names.resize(components);
    const float * first = image->GetBufferPointer();
    return std::vector<float>(first, first + image->GetLargestPossibleRegion().GetNumberOfPixels() * components);
  };
  Measurements             measurements;
  std::vector<std::string> unnamed;
  std::vector<std::string> axes;
  measurements.confidence = read("confidence.nrrd", results.scan, unnamed);
  const auto readMembership = [&](const std::string & name, std::size_t components) {
    std::vector<std::string> found;
    auto                     values = read(name.c_str(), results.scan, found);
    if (!values.empty() && found.size() != components)
    {
      throw std::runtime_error(name + " in " + folder + " has " + std::to_string(found.size()) + " components, not " +
                               std::to_string(components));
    }
    return values;
  };
  measurements.membership.leaves = LeavesInOrder(results.nodes).size();
  measurements.membership.probability = readMembership(MembershipFiles[0], measurements.membership.leaves);
  measurements.membership.summary = readMembership(MembershipFiles[1], Membership::SummaryNames.size());
  measurements.origins = read("origin.nrrd", results.scan, axes);
  const auto mask = read("feature-mask.nrrd", results.detector, unnamed);
  measurements.featureMask.assign(mask.begin(), mask.end());
  measurements.statistics = read("statistics.nrrd", results.detector, measurements.statisticNames);
  if (!measurements.origins.empty() && axes.size() != 2)
  {
    throw std::runtime_error("origin.nrrd in " + folder + " has " + std::to_string(axes.size()) + " components, not 2");
  }
  return measurements;
}

Measurements
MeasurementsOf(const DomainResult & found, const ScanShape & shape)
{
  Measurements measurements;
  measurements.confidence = found.confidence;
  measurements.membership = found.membership;
  measurements.origins = found.measurement.origins;
  measurements.featureMask = UsedFeatures(found.plan, shape, found.clusters.nodes).pixels;
  const auto statistics = StatisticsOf(found.measurement);
  measurements.statistics.resize(statistics.size() * static_cast<std::size_t>(shape.PatternPixels()));
  for (std::size_t c = 0; c < statistics.size(); ++c)
  {
    measurements.statisticNames.push_back(statistics[c].first);
    for (std::size_t q = 0; q < statistics[c].second.size(); ++q)
    {
      measurements.statistics[q * statistics.size() + c] = static_cast<float>(statistics[c].second[q]);
    }
  }
  return measurements;
}

void
WriteMeasurements(const Measurements &   measurements,
                  const ClusterResults & results,
                  const ResultFolder &   folder,
                  const Notes &          notes,
                  const Monitor &        monitor)
{
  const auto write = [&](const char * name, const auto & image, const std::vector<std::string> & names, double done) {
    Notes all = notes;
    for (const std::string & component : names)
    {
      all["FourDSTEM_ComponentNames"] += (all["FourDSTEM_ComponentNames"].empty() ? "" : ",") + component;
    }
    WriteNrrd(image.GetPointer(), folder.File(name), all);
    if (monitor.report && !monitor.report(done))
    {
      throw Aborted();
    }
  };
  if (!measurements.confidence.empty())
  {
    write("confidence.nrrd", MakeImage<ScalarImage>(results.scan, measurements.confidence.data()), {}, 0.2);
  }
  const Membership & membership = measurements.membership;
  if (!membership.probability.empty())
  {
    write(
      MembershipFiles[0].c_str(),
      MakeImage<VectorImage>(results.scan, membership.probability.data(), static_cast<unsigned int>(membership.leaves)),
      membership.LeafNames(),
      0.25);
  }
  if (!membership.summary.empty())
  {
    write(MembershipFiles[1].c_str(),
          MakeImage<VectorImage>(
            results.scan, membership.summary.data(), static_cast<unsigned int>(Membership::SummaryNames.size())),
          { Membership::SummaryNames.begin(), Membership::SummaryNames.end() },
          0.3);
  }
  write("adf.nrrd", MakeImage<ScalarImage>(results.scan, results.darkField.data()), {}, 0.4);
  if (!measurements.origins.empty())
  {
    write("origin.nrrd", MakeImage<VectorImage>(results.scan, measurements.origins.data(), 2), { "qx0", "qy0" }, 0.7);
  }
  if (!measurements.featureMask.empty())
  {
    write("feature-mask.nrrd", MakeImage<MaskImage>(results.detector, measurements.featureMask.data()), {}, 0.8);
  }
  if (!measurements.statistics.empty())
  {
    const auto count = static_cast<unsigned int>(measurements.statisticNames.size());
    write("statistics.nrrd",
          MakeImage<VectorImage>(results.detector, measurements.statistics.data(), count),
          measurements.statisticNames,
          1.);
  }
}
} // namespace fourdstem::cli
