// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMClusterXml.h"
#include "FourDSTEMTreeXml.h"

#include "Common/ClusterPictures.h"
#include "Common/ClusterReport.h"
#include "Common/ClusterRun.h"
#include "Common/DivideAgain.h"
#include "Common/RunCommand.h"
#include "Common/TreeFolder.h"

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

/** Whether an edit is asked for: numbers stand at "none" otherwise, as 3D Slicer passes every parameter. */
bool
IsAsked(const Arguments & arguments, const std::string & name)
{
  return arguments.Has(name) && arguments.IsChanged(name);
}

/** Edits that need no raw data. Returns whether there was any. */
bool
Edit(const Arguments & arguments, ClusterResults & results, RunRecord & record)
{
  bool       isEdited = false;
  const auto edit = [&](const char * name, auto && change) {
    if (!IsAsked(arguments, name))
    {
      return;
    }
    ClusterNodes nodes = results.nodes;
    try
    {
      const NodeMap map = change(nodes);
      if (nodes.size() == results.nodes.size())
      {
        record.Warn(arguments.Description().Find(name)->DisplayName() + " " + arguments.Display(name) +
                    " changes nothing");
      }
      ApplyEdit(results, std::move(nodes), map);
    }
    catch (const std::invalid_argument & error)
    {
      throw arguments.Error(name, error.what());
    }
    isEdited = true;
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
  if (IsAsked(arguments, "split"))
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

DivisionResult
Divide(const Arguments & arguments, TreeFolder & tree, Progress & progress)
{
  const Division     division = DivisionArguments(arguments, tree.results.nodes);
  const AnalysedScan analysed = OpenAgain(tree, CommandDescription::FromXml(FourDSTEMClusterXml));
  try
  {
    return Divide(tree.results,
                  *analysed.scan,
                  analysed.options,
                  division,
                  static_cast<int>(arguments.Integer("threads")),
                  [&progress](const std::string & step, double end) { return progress.Begin(step, end); });
  }
  catch (const std::invalid_argument & error)
  {
    throw arguments.Error(division.k > 0 ? "split" : "regrow", error.what());
  }
}

/** The options of the run that made the folder. */
ReportPage::Table
AnalysisTable(const TreeFolder & tree)
{
  const nlohmann::ordered_json::json_pointer place("/parameters");
  return ParameterTable("Parameters of the analysis",
                        CommandDescription::FromXml(FourDSTEMClusterXml),
                        tree.analysis.contains(place) ? tree.analysis.at(place) : nlohmann::ordered_json::object());
}

/** Throws where an option would do nothing. */
void
CheckUse(const Arguments & arguments, bool isAnyEdit)
{
  if (IsAsked(arguments, "split") && IsAsked(arguments, "regrow"))
  {
    throw arguments.Error("regrow", "cannot go with --split: divide one node a call");
  }
  if (arguments.Has("output") && !isAnyEdit)
  {
    throw arguments.Error("output", "goes with an edit; without one the tree is only shown");
  }
  if (arguments.Switch("overwrite") && !arguments.Has("output"))
  {
    throw arguments.Error("overwrite", "goes with --output; without it the edits change the folder itself");
  }
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

  RunRecord  record(context);
  const bool isDivided = IsAsked(arguments, "split") || IsAsked(arguments, "regrow");
  const bool isEdited = Edit(arguments, results, record);
  CheckUse(arguments, isEdited || isDivided);
  if (!isEdited && !isDivided)
  {
    AddCounts(results, context, record);
    Show(results, context.progress);
    return;
  }

  // Before the scan is read, which may take long.
  const bool   isNew = arguments.Has("output");
  const auto   existing = !isNew                          ? ResultFolder::Existing::Update
                          : arguments.Switch("overwrite") ? ResultFolder::Existing::Replace
                                                          : ResultFolder::Existing::Refuse;
  ResultFolder folder(isNew ? arguments.Text("output") : source, existing, ClusterPrograms);
  folder.Protect(tree.FilesRead());
  DivisionResult division;
  if (isDivided)
  {
    division = Divide(arguments, tree, context.progress);
  }
  Show(results, context.progress);
  for (const std::string & note : ResultNotes(results))
  {
    record.Warn(note);
  }
  for (const std::string & warning : record.Warnings())
  {
    context.progress.Say("note: " + warning);
  }

  tree.edits.push_back(context.commandLine);
  AddCounts(results, context, record);
  record.Results()["analysis"] = tree.analysis;
  record.Results()["edits"] = tree.edits;
  auto files = ClusterFiles;
  for (const char * name : { "confidence.nrrd", "adf.nrrd", "origin.nrrd", "statistics.nrrd", "feature-mask.nrrd" })
  {
    if (CopyResult(source, name, isNew, folder))
    {
      files.emplace_back(name);
    }
  }
  for (const std::string & name : MembershipFiles)
  {
    folder.Discard(name);
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
  tree.notes["FourDSTEM_Program"] = context.program;
  tree.notes["FourDSTEM_Version"] = arguments.Description().version;
  const Monitor     writing = context.progress.Begin("writing", 1.);
  const ClusterView view = MakeView(results);
  ClusterPictures   pictures(view, folder, static_cast<int>(arguments.Integer("threads")));
  WriteClusterResults(results, view, folder, tree.notes, writing.Part(0., 0.7));
  pictures.Finish(writing.Part(0.7, 1.));
  const auto tables = { AutomaticTable(tree.Automatic()),
                        AnalysisTable(tree),
                        ParameterTable("Parameters of the edit", arguments.Description(), record.Parameters()) };
  WriteClusterReport(results, record.Warnings(), tables, files, folder);
  folder.Commit(record, context.progress);
}
} // namespace

int
main(int argc, char * argv[])
{
  return fourdstem::cli::RunCommand("FourDSTEMTree", argc, argv, FourDSTEMTreeXml, Body);
}
