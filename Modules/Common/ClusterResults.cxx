// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterResults.h"

#include "Common/Colors.h"
#include "Common/LeafTable.h"
#include "Common/Measures.h"
#include "Common/ScanArguments.h"
#include "Common/SlicerOutput.h"

#include "fourdstem/DomainAnalysis.h"
#include "itkClusterTree.h"

#include "itkVectorImage.h"

#include <algorithm>
#include <cstdio>

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

  // Level 0 is shown only where there is nothing else.
  const int                  first = std::min(1, deepest);
  const int                  levels = deepest - first + 1;
  std::vector<std::uint16_t> values(results.labels.size() * static_cast<std::size_t>(levels));
  std::vector<std::string>   names;
  for (int level = 0; level < levels; ++level)
  {
    const auto labels = LabelsAtLevel(clusters, first + level);
    for (std::size_t p = 0; p < labels.size(); ++p)
    {
      values[p * static_cast<std::size_t>(levels) + static_cast<std::size_t>(level)] = labels[p];
    }
    names.push_back("level " + std::to_string(first + level));
  }
  notes["FourDSTEM_ComponentNames"] = ListOfNames(names);
  const auto image =
    MakeImage<itk::VectorImage<unsigned short, 2>>(results.scan, values.data(), static_cast<unsigned int>(levels));
  WriteNrrd(image.GetPointer(), path, notes);
}

void
WritePatterns(const ClusterResults & results, const ResultFolder & folder, const Notes & notes)
{
  std::vector<const float *> stack;
  std::vector<std::string>   names;
  for (std::size_t node = 0; node < results.patterns.size(); ++node)
  {
    stack.push_back(results.patterns[node].data());
    names.push_back("node " + std::to_string(node));
  }
  WritePatternStack(stack, names, results.detector, folder.File("patterns.nrrd"), notes);
}

void
WriteDifferences(const ClusterView & view, ResultFolder & folder, const Notes & notes)
{
  const auto differences = NodeDifferences(view);
  if (differences.empty())
  {
    folder.Discard("differences.nrrd");
    return;
  }
  std::vector<const float *> stack;
  std::vector<std::string>   names;
  for (const Difference & difference : differences)
  {
    stack.push_back(difference.pattern.data());
    names.push_back(NodeName(view, difference.node) + " - " + NodeName(view, difference.minus));
  }
  WritePatternStack(stack, names, view.detector, folder.File("differences.nrrd"), notes);
}
} // namespace

ClusterView
MakeView(const ClusterResults & results)
{
  ClusterView view;
  view.title = results.title;
  view.scan = results.scan;
  view.detector = results.detector;
  view.labels = results.labels;
  view.background = results.darkField;
  view.colors = results.colors;
  const auto labels = LeafLabels(results.nodes);
  for (const ClusterNode & node : results.nodes)
  {
    const auto        id = static_cast<std::size_t>(node.id);
    const std::string signature = node.signature.terms.empty() ? "" : InWords(node.signature.terms.front()) + "; ";
    view.nodes.push_back({ node.parent,
                           node.children,
                           node.level,
                           node.size,
                           labels[id],
                           signature + NodeNote(node),
                           results.patterns[id] });
  }
  return view;
}

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
  if (node.comparedBy == FeatureKind::Positions)
  {
    return std::to_string(node.children.size()) + " connected components";
  }
  const std::string stability = node.stability ? Format(", stability %.2f", *node.stability) : "";
  if (node.k > 0 || node.lambda <= 0)
  {
    return "k = " + std::to_string(node.children.size()) + ", " +
           Format("%.0f %% explained", 100. * node.explainedVariance) + stability;
  }
  return "Λ " + FormatValue(node.lambda) + ", valley " + Format("%.2f", node.valley) + ", sharpness " +
         Format("%.2f", node.sharpness) + stability;
}

std::string
NamesOfSiblings(const ClusterNodes & nodes, const ClusterNode & node)
{
  std::string names;
  int         count = 0;
  for (const int child : nodes[static_cast<std::size_t>(node.parent)].children)
  {
    if (child != node.id)
    {
      names += (names.empty() ? "" : ", ") + std::to_string(child);
      ++count;
    }
  }
  return (count == 1 ? "node " : "nodes ") + names;
}

std::vector<std::string>
ResultNotes(const ClusterResults & results)
{
  std::vector<std::string> notes;
  for (const ClusterNode & node : results.nodes)
  {
    if (node.children.size() > MostSiblingsCompared)
    {
      notes.push_back("node " + std::to_string(node.id) + " has " + std::to_string(node.children.size()) +
                      " children: differences are of each child and the node, not between the children");
    }
  }
  return notes;
}

void
AddCounts(const ClusterResults & results, CommandContext & context, RunRecord & record)
{
  const auto leaves = LeavesInOrder(results.nodes).size();
  record.Results()["leaves"] = leaves;
  record.Results()["nodes"] = results.nodes.size();
  auto colors = nlohmann::ordered_json::array();
  for (const Color & color : ColorsOf(MakeView(results)))
  {
    colors.push_back(HexColor(color));
  }
  record.Results()["colors"] = std::move(colors);
  context.returned["numberOfLeaves"] = std::to_string(leaves);
  context.returned["numberOfNodes"] = std::to_string(results.nodes.size());
}

void
WriteClusterResults(const ClusterResults & results,
                    const ClusterView &    view,
                    ResultFolder &         folder,
                    const Notes &          notes,
                    const Monitor &        monitor)
{
  const auto tell = [&monitor](double done) {
    if (monitor.report && !monitor.report(done))
    {
      throw Aborted();
    }
  };
  const auto labels = MakeImage<itk::Image<unsigned short, 2>>(results.scan, results.labels.data());
  WriteNrrd(labels.GetPointer(), folder.File("labels.nrrd"), notes);
  tell(0.1);
  WriteLevels(results, folder.File("levels.nrrd"), notes);
  tell(0.2);

  auto tree = itk::ClusterTree::New();
  tree->SetNodes(results.nodes);
  tree->SetFeatureNames(results.featureNames);
  tree->SetMode(results.mode);
  tree->WriteJSON(folder.File("tree.json"));
  WriteLeafTable(results, folder.File("leaves.csv"));
  WriteSegmentation(view, folder.File("labels.seg.nrrd"), notes);
  WriteColorTable(view, folder.File("labels.ctbl"));
  tell(0.3);

  WritePatterns(results, folder, notes);
  tell(0.4);
  WriteNodeSequence(view, folder.File("patterns.seq.nrrd"), notes);
  tell(0.5);
  WriteDifferences(view, folder, notes);
  tell(1.);
}
} // namespace fourdstem::cli
