// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterReport.h"

#include "Common/Choices.h"
#include "Common/Colors.h"
#include "Common/LabelColors.h"
#include "Common/Measures.h"

#include <algorithm>

namespace fourdstem::cli
{
namespace
{
ReportPage::Table
LeafTable(const ClusterResults & results)
{
  ReportPage::Table table{
    "Leaves", { "Label", "Node", "Positions", "Share", "Area", "Why it was not divided" }, {}, {}
  };
  const ClusterView  view = MakeView(results);
  const auto         leaves = LeavesInOrder(results.nodes);
  const auto         colors = MeanColorsShown(view, NodesOfLabels(view, DeepestLevel(view)), ColorsOf(view));
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

std::string
ChildrenOf(const ClusterNode & node)
{
  std::string children;
  for (const int child : node.children)
  {
    children += (children.empty() ? "" : ", ") + std::to_string(child);
  }
  return children;
}

/** Splits that the rule made. Those made by hand were judged by nothing but their gain. */
ReportPage::Table
AutoSplits(const ClusterResults & results)
{
  ReportPage::Table table{ "Splits",
                           { "Node",
                             "Into",
                             "Λ",
                             "Pixels",
                             "Separation (noise units)",
                             "Valley",
                             "Sharpness",
                             "Coherence",
                             "Gain (noise variances)" },
                           {},
                           {} };
  for (const ClusterNode & node : results.nodes)
  {
    if (node.IsLeaf())
    {
      continue;
    }
    const auto judged = [&node](double value) { return node.k > 0 ? std::string("by hand") : FormatValue(value); };
    const auto measured = [](double value) { return value > 0 ? FormatValue(value) : std::string("—"); };
    table.rows.push_back({ std::to_string(node.id),
                           ChildrenOf(node),
                           measured(node.lambda),
                           std::to_string(node.features.size()),
                           judged(node.separation),
                           judged(node.valley),
                           judged(node.sharpness),
                           judged(node.coherence),
                           measured(node.gain) });
  }
  return table;
}

ReportPage::Table
PaperSplits(const ClusterResults & results)
{
  ReportPage::Table table{ "Splits", { "Node", "Into", "k", "Explained variance" }, {}, {} };
  for (const ClusterNode & node : results.nodes)
  {
    if (!node.IsLeaf())
    {
      table.rows.push_back({ std::to_string(node.id),
                             ChildrenOf(node),
                             std::to_string(node.children.size()),
                             FormatNumber(100. * node.explainedVariance, 3) + " %" });
    }
  }
  return table;
}

/** What every node is against its siblings. */
ReportPage::Table
Signatures(const ClusterResults & results)
{
  ReportPage::Table table{
    "Signatures", { "Node", "Against", "Kind", "What tells them apart", "Also", "Separation (σ)" }, {}, {}
  };
  for (const ClusterNode & node : results.nodes)
  {
    if (!node.signature.isMeasured)
    {
      continue;
    }
    const auto & terms = node.signature.terms;
    std::string  others;
    for (std::size_t i = 1; i < terms.size(); ++i)
    {
      others += (others.empty() ? "" : "; ") + InWords(terms[i]);
    }
    table.rows.push_back({ std::to_string(node.id),
                           NamesOfSiblings(results.nodes, node),
                           NameOf(node.signature.kind),
                           terms.empty() ? "nothing significant in lattice or disks" : InWords(terms.front()),
                           others,
                           terms.empty() ? "—" : FormatValue(terms.front().separation) });
  }
  return table;
}
} // namespace

ReportPage::Table
ParameterTable(const std::string & title, const CommandDescription & description, const nlohmann::ordered_json & values)
{
  ReportPage::Table table{ title, { "Option", "Value" }, {}, {} };
  for (const auto & [name, value] : values.items())
  {
    const Parameter * parameter = description.Find(name);
    table.rows.push_back({ parameter != nullptr ? parameter->DisplayName() : name, ShownValue(value) });
  }
  return table;
}

ReportPage::Table
AutomaticTable(const nlohmann::ordered_json & automatic)
{
  ReportPage::Table table{ "Automatic choices", { "What", "Value", "How" }, {}, {} };
  for (const auto & [name, choice] : automatic.items())
  {
    const auto field = [&choice = choice](const char * key) {
      return choice.is_object() && choice.contains(key) ? ShownValue(choice[key]) : std::string();
    };
    table.rows.push_back({ name, field("value") + (field("unit").empty() ? "" : " ") + field("unit"), field("how") });
  }
  return table;
}

void
WriteClusterReport(const ClusterResults &                 results,
                   const std::vector<std::string> &       warnings,
                   const std::vector<ReportPage::Table> & tables,
                   const std::vector<std::string> &       files,
                   const ResultFolder &                   folder)
{
  const auto leaves = LeavesInOrder(results.nodes);
  ReportPage page;
  page.title = results.title;
  page.subtitle = std::to_string(results.scan.rows) + " × " + std::to_string(results.scan.columns) +
                  " positions, patterns of " + std::to_string(results.detector.rows) + " × " +
                  std::to_string(results.detector.columns) + " pixels, " + results.mode + " mode";
  page.figures = { { "Domains", std::to_string(leaves.size()) },
                   { "Positions", std::to_string(results.nodes.front().size) },
                   { "Scan step", FormatNumber(results.scan.stepX, 4) + " " + results.scan.unit },
                   { "Detector pixel", FormatNumber(results.detector.stepX, 4) + " " + results.detector.unit } };
  page.warnings = warnings;
  page.pictures = { { "map.png", "The leaves of the tree over the annular dark field" },
                    { "tree.png", "How the scan was divided, with the mean pattern of every node" },
                    { "differences.png",
                      "What a split changes in the pattern: a dipole along a disk's radius is "
                      "strain, one across it rotation, a whole disk tilt, thickness or composition" },
                    { "levels.png", "The map at each level of the tree" } };
  page.tables = { LeafTable(results), results.mode == "paper" ? PaperSplits(results) : AutoSplits(results) };
  if (ReportPage::Table signatures = Signatures(results); !signatures.rows.empty())
  {
    page.tables.push_back(std::move(signatures));
  }
  page.tables.insert(page.tables.end(), tables.begin(), tables.end());
  page.files = files;
  if (results.nodes.size() == 1)
  {
    page.files.erase(std::remove(page.files.begin(), page.files.end(), "differences.nrrd"), page.files.end());
  }
  WriteReportPage(page, folder.File("index.html"));
}
} // namespace fourdstem::cli
