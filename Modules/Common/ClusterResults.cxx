// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterResults.h"

#include "Common/Colors.h"
#include "Common/Measures.h"
#include "Common/ScanArguments.h"

#include "fourdstem/DomainAnalysis.h"
#include "itkClusterTree.h"

#include "itkVectorImage.h"

#include <algorithm>
#include <cstdio>
#include <future>

namespace fourdstem::cli
{
namespace
{
std::string
Format(const char * pattern, double value)
{
  char text[64];
  std::snprintf(text, sizeof(text), pattern, value);
  return text;
}

ClusterView
MakeView(const ClusterResults & results)
{
  ClusterView view;
  view.title = results.title;
  view.scan = results.scan;
  view.detector = results.detector;
  view.labels = results.labels;
  view.background = results.darkField;
  const auto labels = LeafLabels(results.nodes);
  for (const ClusterNode & node : results.nodes)
  {
    const auto id = static_cast<std::size_t>(node.id);
    view.nodes.push_back(
      { node.parent, node.children, node.level, node.size, labels[id], NodeNote(node), results.patterns[id] });
  }
  return view;
}

std::string
ListOfNames(const std::vector<std::string> & names)
{
  std::string list;
  for (const std::string & name : names)
  {
    list += (list.empty() ? "" : ",") + name;
  }
  return list;
}

void
WriteLevels(const ClusterResults & results, const std::string & path, Notes notes)
{
  DivisiveResult clusters;
  clusters.nodes = results.nodes;
  clusters.leafOfPosition = LeavesOfLabels(results.nodes, results.labels);
  int deepest = 0;
  for (const ClusterNode & node : results.nodes)
  {
    deepest = std::max(deepest, node.level);
  }

  const int                  levels = std::max(1, deepest);
  std::vector<std::uint16_t> values(results.labels.size() * static_cast<std::size_t>(levels));
  std::vector<std::string>   names;
  for (int level = 0; level < levels; ++level)
  {
    const auto labels = LabelsAtLevel(clusters, level + 1);
    for (std::size_t p = 0; p < labels.size(); ++p)
    {
      values[p * static_cast<std::size_t>(levels) + static_cast<std::size_t>(level)] = labels[p];
    }
    names.push_back("level " + std::to_string(level + 1));
  }
  notes["FourDSTEM_ComponentNames"] = ListOfNames(names);
  const auto image =
    MakeImage<itk::VectorImage<unsigned short, 2>>(results.scan, values.data(), static_cast<unsigned int>(levels));
  WriteNrrd(image.GetPointer(), path, notes);
}

void
WritePatterns(const ClusterResults & results, const ClusterView & view, ResultFolder & folder, const Notes & notes)
{
  const Grid &               grid = results.detector;
  std::vector<const float *> stack;
  std::vector<std::string>   names;
  for (std::size_t node = 0; node < results.patterns.size(); ++node)
  {
    stack.push_back(results.patterns[node].data());
    names.push_back("node " + std::to_string(node));
  }
  WritePatternStack(stack, names, grid, folder.File("patterns.nrrd"), notes);

  const auto differences = NodeDifferences(view);
  if (differences.empty())
  {
    folder.Discard("differences.nrrd");
    return;
  }
  stack.clear();
  names.clear();
  for (const Difference & difference : differences)
  {
    stack.push_back(difference.pattern.data());
    names.push_back("node " + std::to_string(difference.node) + " - node " + std::to_string(difference.minus));
  }
  WritePatternStack(stack, names, grid, folder.File("differences.nrrd"), notes);
}

ReportPage::Table
LeafTable(const ClusterResults & results)
{
  ReportPage::Table table{
    "Leaves", { "Label", "Node", "Positions", "Share", "Area", "Why it was not divided" }, {}, {}
  };
  const auto         leaves = LeavesInOrder(results.nodes);
  const auto         colors = NodeColors(MakeView(results).nodes);
  const std::int64_t all = results.nodes.front().size;
  for (std::size_t i = 0; i < leaves.size(); ++i)
  {
    const ClusterNode & node = results.nodes[static_cast<std::size_t>(leaves[i])];
    table.colors.push_back(HexColor(colors[static_cast<std::size_t>(node.id)]));
    table.rows.push_back({ std::to_string(i + 1),
                           std::to_string(node.id),
                           FormatCount(node.size),
                           FormatShare(node.size, all),
                           FormatArea(node.size, results.scan),
                           node.note.empty() ? NameOf(node.stop) : node.note });
  }
  return table;
}

ReportPage::Table
ParameterTable(const RunRecord & record)
{
  ReportPage::Table table{ "Parameters", { "Name", "Value" }, {}, {} };
  for (const auto & [name, value] : record.Parameters().items())
  {
    const std::string text = value.is_string()
                               ? value.get<std::string>()
                               : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    table.rows.push_back({ name, value.is_null() ? "—" : text });
  }
  return table;
}

ReportPage::Table
SplitTable(const ClusterResults & results)
{
  ReportPage::Table table{
    "Splits", { "Node", "Into", "Λ", "Pixels", "Separation", "Valley", "Sharpness", "Coherence", "Gain" }, {}, {}
  };
  for (const ClusterNode & node : results.nodes)
  {
    if (node.IsLeaf())
    {
      continue;
    }
    std::string children;
    for (const int child : node.children)
    {
      children += (children.empty() ? "" : ", ") + std::to_string(child);
    }
    table.rows.push_back({ std::to_string(node.id),
                           children,
                           FormatValue(node.lambda),
                           std::to_string(node.features.size()),
                           FormatValue(node.separation),
                           Format("%.2f", node.valley),
                           Format("%.2f", node.sharpness),
                           Format("%.2f", node.coherence),
                           FormatValue(node.gain) });
  }
  return table;
}
} // namespace

void
SetClusters(ClusterResults & results, const DivisiveResult & clusters, const NodePatternSums & patterns)
{
  const auto pixels =
    static_cast<std::size_t>(results.detector.rows) * static_cast<std::size_t>(results.detector.columns);
  results.nodes = clusters.nodes;
  results.labels = LabelsOf(clusters);
  results.patterns.clear();
  for (std::int64_t node = 0; node < patterns.Sets(); ++node)
  {
    results.patterns.emplace_back(pixels);
    patterns.Mean(node, results.patterns.back().data());
  }
}

std::vector<std::int32_t>
LeavesOfLabels(const ClusterNodes & nodes, const std::vector<std::uint16_t> & labels)
{
  const auto                leaves = LeavesInOrder(nodes);
  std::vector<std::int32_t> leafOfPosition(labels.size());
  std::transform(labels.begin(), labels.end(), leafOfPosition.begin(), [&leaves](std::uint16_t label) {
    return label == 0 ? -1 : leaves.at(static_cast<std::size_t>(label - 1));
  });
  return leafOfPosition;
}

std::string
NodeNote(const ClusterNode & node)
{
  if (node.IsLeaf())
  {
    return NameOf(node.stop);
  }
  if (node.lambda <= 0)
  {
    return Format("%.0f %% explained", 100. * node.explainedVariance);
  }
  return "Λ " + FormatValue(node.lambda) + ", valley " + Format("%.2f", node.valley) + ", sharpness " +
         Format("%.2f", node.sharpness);
}

void
WriteClusterResults(const ClusterResults & results, ResultFolder & folder, const Notes & notes, int threads)
{
  const ClusterView              view = MakeView(results);
  const auto                     when = threads == 1 ? std::launch::deferred : std::launch::async;
  std::vector<std::future<void>> pictures;
  for (const auto & [write, name] : { std::pair{ WriteDifferencesPicture, "differences.png" },
                                      { WriteTreePicture, "tree.png" },
                                      { WriteMapPicture, "map.png" },
                                      { WriteLevelsPicture, "levels.png" } })
  {
    pictures.push_back(std::async(when, write, std::cref(view), folder.File(name)));
  }

  const auto labels = MakeImage<itk::Image<unsigned short, 2>>(results.scan, results.labels.data());
  WriteNrrd(labels.GetPointer(), folder.File("labels.nrrd"), notes);
  WriteLevels(results, folder.File("levels.nrrd"), notes);

  auto tree = itk::ClusterTree::New();
  tree->SetNodes(results.nodes);
  tree->SetFeatureNames(results.featureNames);
  tree->SetMode(results.mode);
  tree->WriteJSON(folder.File("tree.json"));

  WritePatterns(results, view, folder, notes);
  for (std::future<void> & picture : pictures)
  {
    picture.get();
  }
}

void
WriteClusterReport(const ClusterResults &           results,
                   const RunRecord &                record,
                   const std::vector<std::string> & files,
                   const ResultFolder &             folder)
{
  const auto leaves = LeavesInOrder(results.nodes);
  ReportPage page;
  page.title = results.title;
  page.subtitle = std::to_string(results.scan.rows) + " × " + std::to_string(results.scan.columns) +
                  " positions, patterns of " + std::to_string(results.detector.rows) + " × " +
                  std::to_string(results.detector.columns) + " pixels, " + results.mode + " mode";
  page.figures = { { "Domains", std::to_string(leaves.size()) },
                   { "Positions", std::to_string(results.nodes.front().size) },
                   { "Scan step", Format("%.4g ", results.scan.stepX) + results.scan.unit },
                   { "Detector pixel", Format("%.4g ", results.detector.stepX) + results.detector.unit } };
  page.warnings = record.Warnings();
  page.pictures = { { "map.png", "The leaves of the tree over the annular dark field" },
                    { "tree.png", "How the scan was divided, with the mean pattern of every node" },
                    { "differences.png",
                      "What a split changes in the pattern: a dipole along a disk's radius is "
                      "strain, one across it rotation, a whole disk tilt, thickness or composition" },
                    { "levels.png", "The map at each level of the tree" } };
  page.tables = { LeafTable(results), SplitTable(results) };
  ReportPage::Table automatic{ "Automatic choices", { "What", "Value", "How" }, {}, {} };
  for (const AutomaticChoice & choice : record.Automatic())
  {
    automatic.rows.push_back({ choice.parameter,
                               choice.value.is_string() ? choice.value.get<std::string>() : choice.value.dump(),
                               choice.how });
  }
  page.tables.push_back(automatic);
  page.tables.push_back(ParameterTable(record));
  page.files = files;
  if (results.nodes.size() == 1)
  {
    page.files.erase(std::remove(page.files.begin(), page.files.end(), "differences.nrrd"), page.files.end());
  }
  WriteReportPage(page, folder.File("index.html"));
}
} // namespace fourdstem::cli
