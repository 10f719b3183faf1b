// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMTreeXml.h"

#include "DivideAgain.h"
#include "TreeFolder.h"

#include "Common/RunCommand.h"

#include <sstream>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

int
NodeArgument(const Arguments & arguments, const char * name, std::int64_t id, const ClusterNodes & nodes)
{
  if (id < 0 || id >= static_cast<std::int64_t>(nodes.size()))
  {
    throw arguments.Error(
      name, "names node " + std::to_string(id) + ", but the tree has nodes 0 to " + std::to_string(nodes.size() - 1));
  }
  return static_cast<int>(id);
}

std::vector<int>
NodeArguments(const Arguments & arguments, const char * name, const ClusterNodes & nodes)
{
  std::vector<int> ids;
  for (const std::int64_t id : arguments.Integers(name))
  {
    ids.push_back(NodeArgument(arguments, name, id, nodes));
  }
  return ids;
}

/** Edits that need no raw data. Returns whether there was any. */
bool
Edit(const Arguments & arguments, ClusterResults & results)
{
  bool       isEdited = false;
  const auto edit = [&](const char * name, auto && change) {
    if (arguments.Has(name))
    {
      ClusterNodes  nodes = results.nodes;
      const NodeMap map = change(nodes);
      ApplyEdit(results, std::move(nodes), map);
      isEdited = true;
    }
  };
  edit("level", [&](auto & nodes) { return CutAtLevel(nodes, static_cast<int>(arguments.Integer("level"))); });
  edit("leaves", [&](auto & nodes) { return CutAtLeaves(nodes, static_cast<int>(arguments.Integer("leaves"))); });
  edit("lambda", [&](auto & nodes) { return CutAtGate(nodes, GateQuantity::Lambda, arguments.Number("lambda")); });
  edit("gain", [&](auto & nodes) { return CutAtGate(nodes, GateQuantity::Gain, arguments.Number("gain")); });
  edit("merge", [&](auto & nodes) { return MergeLeaves(nodes, NodeArguments(arguments, "merge", nodes)); });
  edit("prune", [&](auto & nodes) { return PruneBelow(nodes, NodeArguments(arguments, "prune", nodes)); });
  for (const bool isFrozen : { true, false })
  {
    const char * name = isFrozen ? "freeze" : "thaw";
    for (const int id : NodeArguments(arguments, name, results.nodes))
    {
      results.nodes[static_cast<std::size_t>(id)].frozen = isFrozen;
      isEdited = true;
    }
  }
  return isEdited;
}

Division
DivisionArguments(const Arguments & arguments, const ClusterNodes & nodes)
{
  Division division;
  if (arguments.Has("split"))
  {
    std::istringstream text(arguments.Text("split"));
    text.imbue(std::locale::classic());
    char         colon = 0;
    std::int64_t node = 0;
    std::string  rest;
    if (!(text >> node >> colon >> division.k) || colon != ':' || division.k < 2 || text >> rest)
    {
      throw arguments.Error("split", "takes node:k with k of at least 2, not " + arguments.Text("split"));
    }
    division.node = NodeArgument(arguments, "split", node, nodes);
  }
  else
  {
    division.node = NodeArgument(arguments, "regrow", arguments.Integer("regrow"), nodes);
  }
  return division;
}

void
Show(const ClusterResults & results, Progress & progress)
{
  for (const std::string & line : DrawTree(results))
  {
    progress.Say(line);
  }
}

void
Body(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const std::string source = arguments.Text("resultFolder");
  TreeFolder        tree = ReadTreeFolder(source);
  ClusterResults &  results = tree.results;

  const bool isDivided = arguments.Has("split") || arguments.Has("regrow");
  if (arguments.Has("split") && arguments.Has("regrow"))
  {
    throw arguments.Error("regrow", "cannot go with --split: divide one node a call");
  }
  const bool isEdited = Edit(arguments, results);
  if (!isEdited && !isDivided)
  {
    Show(results, context.progress);
    return;
  }

  // Before the scan is read, which may take long.
  const bool   isNew = arguments.Has("output");
  const auto   existing = !isNew                          ? ResultFolder::Existing::Update
                          : arguments.Switch("overwrite") ? ResultFolder::Existing::Replace
                                                          : ResultFolder::Existing::Refuse;
  ResultFolder folder(isNew ? arguments.Text("output") : source, existing);
  for (const std::string & file : tree.ScanFiles())
  {
    folder.Protect(file);
  }
  DivisionResult division;
  if (isDivided)
  {
    division = DivideAgain(tree,
                           DivisionArguments(arguments, results.nodes),
                           static_cast<int>(arguments.Integer("threads")),
                           context.progress);
  }
  Show(results, context.progress);

  RunRecord record(context);
  tree.edits.push_back(context.commandLine);
  record.Results()["analysis"] = tree.analysis;
  record.Results()["edits"] = tree.edits;
  std::vector<std::string> files{ "labels.nrrd", "levels.nrrd", "tree.json", "patterns.nrrd", "differences.nrrd" };
  for (const char * name : { "confidence.nrrd", "adf.nrrd", "origin.nrrd", "statistics.nrrd", "feature-mask.nrrd" })
  {
    if (CopyResult(source, name, isNew, folder))
    {
      files.emplace_back(name);
    }
  }
  if (isDivided)
  {
    WriteDivision(results, division, folder, tree.notes);
  }
  else
  {
    record.Warn("confidence.nrrd and feature-mask.nrrd are those of the tree before the edits");
  }
  files.emplace_back("run.json");
  tree.notes["FourDSTEM_Program"] = arguments.Description().title;
  tree.notes["FourDSTEM_Version"] = arguments.Description().version;
  WriteClusterResults(results, folder, tree.notes, static_cast<int>(arguments.Integer("threads")));
  WriteClusterReport(results, record, files, folder);
  folder.Commit(record, context.progress);
}
} // namespace

int
main(int argc, char * argv[])
{
  return fourdstem::cli::RunCommand(argc, argv, FourDSTEMTreeXml, Body);
}
