// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Clusters.h"

#include "Arrays.h"
#include "Call.h"
#include "Errors.h"

#include "FourDSTEMClusterXml.h"

#include "Common/ClusterReport.h"
#include "Common/Colors.h"
#include "Common/DivideAgain.h"
#include "Common/DomainArguments.h"
#include "Common/LabelColors.h"
#include "Common/ScanArguments.h"
#include "Common/ScanJson.h"
#include "Common/TreeLayout.h"

#include "itkClusterTree.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <filesystem>

namespace fourdstem::python
{
namespace
{
using Json = nlohmann::ordered_json;

Clusters
RunCluster(const Scan & scan, const Request & request)
{
  Call call("FourDSTEMCluster", FourDSTEMClusterXml, request, scan.words, { scan.path, "" });
  auto options =
    std::make_shared<DomainOptions>(cli::ReadDomainOptions(call.Arguments(), scan.file->Shape(), "fourdstem"));
  const ScanHeader & header = scan.file->Header();
  cli::RunRecord     record(call.Context());
  if (!scan.path.empty())
  {
    record.SetInput(scan.path, header.dataFile);
  }
  Clusters clusters;
  call.Run([&] {
    const auto found =
      AnalyseDomains(*scan.file, *options, call.Threads(), [&call](const std::string & step, double end) {
        return call.Context().progress.Begin(step, end);
      });
    clusters.results = cli::ConcludeClustering(found, header, *options, call.Context(), record);
    clusters.measurements = cli::MeasurementsOf(found, header.shape);
  });
  clusters.notes = cli::ProvenanceNotes(call.Context(), header);
  clusters.analysis = record.ToJson(call.Context().progress);
  clusters.scan = scan.file;
  clusters.options = std::move(options);
  return clusters;
}

Clusters
Load(const std::string & folder)
{
  const nb::gil_scoped_release unlocked;
  return WithFile([&folder] {
    Clusters clusters;
    static_cast<cli::TreeFolder &>(clusters) = cli::ReadTreeFolder(folder);
    clusters.measurements = cli::ReadMeasurements(folder, clusters.results);
    clusters.notes["FourDSTEM_Program"] = clusters.analysis.value("program", "");
    clusters.notes["FourDSTEM_Version"] = clusters.analysis.value("version", "");
    return clusters;
  });
}

/** The record of edits, as FourDSTEMTree writes it. */
Json
RecordOfEdits(const Clusters & clusters)
{
  Json record;
  record["program"] = "FourDSTEMTree";
  record["version"] = clusters.analysis.value("version", "");
  record["commandLine"] = clusters.edits.back();
  record["parameters"] = Json::object();
  Json & results = record["results"];
  results["leaves"] = LeavesInOrder(clusters.results.nodes).size();
  results["nodes"] = clusters.results.nodes.size();
  results["colors"] = Json::array();
  for (const cli::Color & color : cli::ColorsOf(cli::MakeView(clusters.results)))
  {
    results["colors"].push_back(cli::HexColor(color));
  }
  results["analysis"] = clusters.analysis;
  results["edits"] = clusters.edits;
  return record;
}

/** index.html beside the pictures that it shows. */
void
WriteReport(const Clusters & clusters, const cli::ResultFolder & folder)
{
  auto       files = cli::ClusterFiles;
  const auto measured = cli::MeasurementFilesIn(folder);
  files.insert(files.end(), measured.begin(), measured.end());
  files.emplace_back("run.json");
  const Json parameters = clusters.analysis.value("parameters", Json::object());
  cli::WriteClusterReport(
    clusters.results,
    clusters.analysis.value("warnings", std::vector<std::string>{}),
    { cli::AutomaticTable(clusters.Automatic()),
      cli::ParameterTable("Parameters", cli::CommandDescription::FromXml(FourDSTEMClusterXml), parameters) },
    files,
    folder);
}

/** `draw` is called with the folder that pictures go to, or None. */
void
Save(const Clusters & clusters, const std::string & target, bool overwrite, const nb::object & draw)
{
  WithFile([&] {
    using cli::ResultFolder;
    ResultFolder folder(
      target, overwrite ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse, cli::ClusterPrograms);
    folder.Protect(clusters.FilesRead());
    cli::Notes notes = clusters.notes;
    if (!clusters.edits.empty())
    {
      notes["FourDSTEM_Program"] = "FourDSTEMTree";
    }
    {
      const nb::gil_scoped_release unlocked;
      cli::WriteMeasurements(clusters.measurements, clusters.results, folder, notes, {});
      cli::WriteClusterResults(clusters.results, cli::MakeView(clusters.results), folder, notes, {});
    }
    if (!draw.is_none())
    {
      draw(std::filesystem::u8path(folder.File("map.png")).parent_path().u8string().c_str());
      WriteReport(clusters, folder);
    }
    folder.Commit(clusters.edits.empty() ? clusters.analysis : RecordOfEdits(clusters));
  });
}

/** An edit leaves other leaves. */
void
ForgetMembership(cli::Measurements & measurements)
{
  measurements.membership = {};
}

Clusters
Edited(const Clusters & before, ClusterNodes nodes, const NodeMap & map, const std::string & text)
{
  Clusters after = before;
  ForgetMembership(after.measurements);
  cli::ApplyEdit(after.results, std::move(nodes), map);
  after.edits.push_back(text);
  return after;
}

/** `change` edits nodes and returns where the old ones went. */
template <typename TChange>
Clusters
Edit(const Clusters & before, const std::string & text, TChange && change)
{
  ClusterNodes  nodes = before.results.nodes;
  const NodeMap map = change(nodes);
  return Edited(before, std::move(nodes), map, text);
}

void
CheckNode(const Clusters & clusters, int node)
{
  if (node < 0 || static_cast<std::size_t>(node) >= clusters.results.nodes.size())
  {
    throw std::invalid_argument("there is no node " + std::to_string(node) + "; the tree has nodes 0 to " +
                                std::to_string(clusters.results.nodes.size() - 1));
  }
}

/** k of 0: by the rule, as often as it finds. */
Clusters
DivideNode(const Clusters & before, int node, int k, const Request & request)
{
  CheckNode(before, node);
  Call     call("FourDSTEMCluster", FourDSTEMClusterXml, request, {}, { "", "" });
  Clusters after = before;
  if (!after.scan)
  {
    auto again =
      WithFile([&after] { return cli::OpenAgain(after, cli::CommandDescription::FromXml(FourDSTEMClusterXml)); });
    after.scan = std::move(again.scan);
    after.options = std::make_shared<DomainOptions>(std::move(again.options));
  }
  call.Run([&] {
    auto division =
      cli::Divide(after.results,
                  *after.scan,
                  *after.options,
                  { node, k },
                  call.Threads(),
                  [&call](const std::string & step, double end) { return call.Context().progress.Begin(step, end); });
    after.measurements.confidence = std::move(division.confidence);
    ForgetMembership(after.measurements);
    const auto & mask = *division.featureMask;
    after.measurements.featureMask.assign(
      mask.GetBufferPointer(), mask.GetBufferPointer() + mask.GetLargestPossibleRegion().GetNumberOfPixels());
  });
  after.edits.push_back(request.text);
  return after;
}

std::string
TreeJson(const Clusters & clusters)
{
  auto tree = itk::ClusterTree::New();
  tree->SetNodes(clusters.results.nodes);
  tree->SetFeatureNames(clusters.results.featureNames);
  tree->SetMode(clusters.results.mode);
  return tree->ToJSON();
}

nb::object
Patterns(const Clusters & clusters)
{
  const cli::Grid &  grid = clusters.results.detector;
  std::vector<float> all;
  for (const auto & pattern : clusters.results.patterns)
  {
    all.insert(all.end(), pattern.begin(), pattern.end());
  }
  return ArrayOf(std::move(all),
                 { static_cast<std::int64_t>(clusters.results.patterns.size()), grid.rows, grid.columns });
}

nb::object
LabelsOfLevel(const Clusters & clusters, int level)
{
  if (level < 0)
  {
    throw std::invalid_argument("a level is 0 or more, not " + std::to_string(level));
  }
  DivisiveResult divided;
  divided.nodes = clusters.results.nodes;
  divided.leafOfPosition = cli::LeavesOfLabels(clusters.results.nodes, clusters.results.labels);
  const cli::Grid & grid = clusters.results.scan;
  return ArrayOf(LabelsAtLevel(divided, level), { grid.rows, grid.columns });
}

nb::object
OverScan(const Clusters & clusters, const std::vector<float> & values, std::int64_t components)
{
  const cli::Grid & grid = clusters.results.scan;
  if (values.empty())
  {
    return nb::none();
  }
  return components == 0 ? ArrayOf(values, { grid.rows, grid.columns })
                         : ArrayOf(values, { grid.rows, grid.columns, components });
}

std::vector<std::string>
HexColors(const Clusters & clusters)
{
  std::vector<std::string> colors;
  for (const cli::Color & color : cli::ColorsOf(cli::MakeView(clusters.results)))
  {
    colors.push_back(cli::HexColor(color));
  }
  return colors;
}

/** Colours of all positions when the tree is cut at `level`, [Ry][Rx][3], sRGB from 0 to 1, and where the nodes shown
 * have most room: (node, row, column) each. */
nb::tuple
MapOfLevel(const Clusters & clusters, int level)
{
  const cli::ClusterView view = cli::MakeView(clusters.results);
  const auto             nodes = cli::NodesShown(view, cli::NodesOfLabels(view, level));
  std::vector<double>    colors;
  for (const cli::Color & color : cli::ColorsShown(view, nodes, cli::ColorsOf(view)))
  {
    colors.insert(colors.end(), { color.red, color.green, color.blue });
  }
  nb::list   places;
  const auto spots = cli::WidestSpots(nodes, view.scan, view.nodes.size());
  for (std::size_t node = 0; node < spots.size(); ++node)
  {
    if (spots[node].distance > 0)
    {
      places.append(nb::make_tuple(node, spots[node].row, spots[node].column));
    }
  }
  return nb::make_tuple(ArrayOf(std::move(colors), { view.scan.rows, view.scan.columns, 3 }), places);
}

/** [n][3], sRGB from 0 to 1. */
template <typename TColor>
nb::object
Colormap(std::int64_t count, double first, double last, TColor && colorAt)
{
  std::vector<double> colors;
  for (std::int64_t i = 0; i < count; ++i)
  {
    const cli::Color color = colorAt(first + (last - first) * static_cast<double>(i) /
                                               static_cast<double>(std::max<std::int64_t>(1, count - 1)));
    colors.insert(colors.end(), { color.red, color.green, color.blue });
  }
  return ArrayOf(std::move(colors), { count, 3 });
}
} // namespace

void
BindClusters(nb::module_ & module)
{
  nb::class_<Clusters>(module, "Clusters")
    .def_prop_ro("labels",
                 [](const Clusters & self) {
                   return ArrayOf(self.results.labels, { self.results.scan.rows, self.results.scan.columns });
                 })
    .def("labels_of_level", &LabelsOfLevel)
    .def_prop_ro("tree_json", &TreeJson)
    .def_prop_ro(
      "record_json",
      [](const Clusters & self) { return cli::Dump(self.edits.empty() ? self.analysis : RecordOfEdits(self), -1); })
    .def_prop_ro("patterns", &Patterns)
    .def_prop_ro("dark_field", [](const Clusters & self) { return OverScan(self, self.results.darkField, 0); })
    .def_prop_ro("confidence", [](const Clusters & self) { return OverScan(self, self.measurements.confidence, 0); })
    .def_prop_ro("membership",
                 [](const Clusters & self) {
                   const Membership & membership = self.measurements.membership;
                   return OverScan(self, membership.probability, static_cast<std::int64_t>(membership.leaves));
                 })
    .def_prop_ro("membership_summary",
                 [](const Clusters & self) { return OverScan(self, self.measurements.membership.summary, 3); })
    .def_prop_ro("origins", [](const Clusters & self) { return OverScan(self, self.measurements.origins, 2); })
    .def_prop_ro("feature_mask",
                 [](const Clusters & self) {
                   const cli::Grid & grid = self.results.detector;
                   return self.measurements.featureMask.empty()
                            ? nb::object(nb::none())
                            : ArrayOf(self.measurements.featureMask, { grid.rows, grid.columns });
                 })
    .def_prop_ro("statistics",
                 [](const Clusters & self) {
                   const cli::Grid & grid = self.results.detector;
                   const auto        count = static_cast<std::int64_t>(self.measurements.statisticNames.size());
                   return self.measurements.statistics.empty()
                            ? nb::object(nb::none())
                            : ArrayOf(self.measurements.statistics, { grid.rows, grid.columns, count });
                 })
    .def_prop_ro("statistic_names", [](const Clusters & self) { return self.measurements.statisticNames; })
    .def_prop_ro("title", [](const Clusters & self) { return self.results.title; })
    .def_prop_ro("scan_grid", [](const Clusters & self) { return GridOf(self.results.scan); })
    .def_prop_ro("detector_grid", [](const Clusters & self) { return GridOf(self.results.detector); })
    .def_prop_ro("colors", &HexColors)
    .def_prop_ro("places", [](const Clusters & self) { return cli::LayOutTree(cli::MakeView(self.results).nodes); })
    .def("map_of_level", &MapOfLevel)
    .def("save", &Save, nb::arg("folder"), nb::arg("overwrite"), nb::arg("draw").none())
    .def("cut_level",
         [](const Clusters & self, int level, const std::string & text) {
           return Edit(self, text, [level](auto & nodes) { return CutAtLevel(nodes, level); });
         })
    .def("cut_leaves",
         [](const Clusters & self, int leaves, const std::string & text) {
           return Edit(self, text, [leaves](auto & nodes) { return CutAtLeaves(nodes, leaves); });
         })
    .def("cut_gate",
         [](const Clusters & self, bool isGain, double threshold, const std::string & text) {
           const auto quantity = isGain ? GateQuantity::Gain : GateQuantity::Lambda;
           return Edit(self, text, [&](auto & nodes) { return CutAtGate(nodes, quantity, threshold); });
         })
    .def("merge",
         [](const Clusters & self, const std::vector<int> & leaves, const std::string & text) {
           for (const int leaf : leaves)
           {
             CheckNode(self, leaf);
           }
           return Edit(self, text, [&](auto & nodes) { return MergeLeaves(nodes, leaves); });
         })
    .def("prune",
         [](const Clusters & self, const std::vector<int> & ids, const std::string & text) {
           for (const int id : ids)
           {
             CheckNode(self, id);
           }
           return Edit(self, text, [&](auto & nodes) { return PruneBelow(nodes, ids); });
         })
    .def("divide", &DivideNode);
  module.def("cluster", &RunCluster);
  module.def("load_clusters", &Load);
  module.def("sequential_colors", [](std::int64_t count) { return Colormap(count, 0., 1., cli::SequentialColor); });
  module.def("diverging_colors", [](std::int64_t count) { return Colormap(count, -1., 1., cli::DivergingColor); });
}
} // namespace fourdstem::python
