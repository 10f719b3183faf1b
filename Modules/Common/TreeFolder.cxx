// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/TreeFolder.h"

#include "Common/Colors.h"

#include "itkClusterTree.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

namespace fourdstem::cli
{
namespace fs = std::filesystem;

void
RequireResult(const std::string & path)
{
  std::error_code ignored;
  if (!fs::exists(fs::u8path(path), ignored))
  {
    throw std::runtime_error("there is no " + path + "; is this a folder of FourDSTEMCluster?");
  }
}

std::string
NoteOf(const itk::MetaDataDictionary & dictionary, const std::string & key)
{
  std::string value;
  itk::ExposeMetaData<std::string>(dictionary, key, value);
  return value;
}

namespace
{
void
ReadRecord(const fs::path & path, TreeFolder & folder)
{
  RequireResult(path.u8string());
  std::ifstream file(path);
  auto          record = nlohmann::ordered_json::parse(file, nullptr, false);
  if (!record.is_object() || !record.contains("program"))
  {
    throw std::runtime_error(path.u8string() + " is not the record of a run; it is damaged, or of another program");
  }
  const nlohmann::ordered_json::json_pointer colors("/results/colors");
  if (record.contains(colors) && record.at(colors).is_array())
  {
    for (const auto & text : record.at(colors))
    {
      if (const auto color = ColorFromHex(text.is_string() ? text.get<std::string>() : ""))
      {
        folder.results.colors.push_back(*color);
      }
    }
  }
  if (record.contains("results") && record["results"].contains("analysis"))
  {
    folder.edits = record["results"]["edits"];
    record = record["results"]["analysis"];
  }
  folder.analysis = std::move(record);
}
} // namespace

std::vector<std::string>
TreeFolder::FilesRead() const
{
  using Path = nlohmann::ordered_json::json_pointer;
  std::vector<std::string> files;
  for (const char * place : { "/input/path",
                              "/input/data/path",
                              "/parameters/mask",
                              "/parameters/originFile",
                              "/parameters/featureMaskFile" })
  {
    const Path path(place);
    if (analysis.contains(path) && analysis.at(path).is_string())
    {
      files.push_back(analysis.at(path).get<std::string>());
    }
  }
  return files;
}

nlohmann::ordered_json
TreeFolder::Automatic() const
{
  return analysis.is_object() && analysis.contains("automatic") ? analysis["automatic"]
                                                                : nlohmann::ordered_json::object();
}

TreeFolder
ReadTreeFolder(const std::string & folder)
{
  using LabelImage = itk::Image<unsigned short, 2>;
  using ScalarImage = itk::Image<float, 2>;
  using StackImage = itk::Image<float, 3>;
  const fs::path path = fs::u8path(folder);
  TreeFolder     read;
  read.folder = folder;
  ReadRecord(path / "run.json", read);

  auto tree = itk::ClusterTree::New();
  RequireResult((path / "tree.json").u8string());
  tree->ReadJSON((path / "tree.json").u8string());
  ClusterResults & results = read.results;
  results.nodes = tree->GetNodes();
  results.mode = tree->GetMode();
  results.featureNames = tree->GetFeatureNames();

  const auto   labels = ReadResultImage<LabelImage>((path / "labels.nrrd").u8string());
  const auto & dictionary = labels->GetMetaDataDictionary();
  for (const char * key : { "FourDSTEM_Input", "FourDSTEM_ScanUnit", "FourDSTEM_DetectorUnit", "FourDSTEM_Reading" })
  {
    const std::string note = NoteOf(dictionary, key);
    if (!note.empty())
    {
      read.notes[key] = note;
    }
  }
  results.title = fs::u8path(read.notes["FourDSTEM_Input"]).filename().u8string();
  results.scan = GridOf(labels.GetPointer(), read.notes["FourDSTEM_ScanUnit"]);
  const auto positions = labels->GetLargestPossibleRegion().GetNumberOfPixels();
  results.labels.assign(labels->GetBufferPointer(), labels->GetBufferPointer() + positions);
  const auto leaves = LeavesInOrder(results.nodes).size();
  for (const std::uint16_t label : results.labels)
  {
    if (label > leaves)
    {
      throw std::runtime_error("labels.nrrd has label " + std::to_string(label) + ", but tree.json in " + folder +
                               " has " + std::to_string(leaves) + " leaves");
    }
  }

  const auto darkField = ReadResultImage<ScalarImage>((path / "adf.nrrd").u8string());
  if (darkField->GetLargestPossibleRegion().GetSize() != labels->GetLargestPossibleRegion().GetSize())
  {
    throw std::runtime_error("adf.nrrd and labels.nrrd in " + folder + " differ in size");
  }
  results.darkField.assign(darkField->GetBufferPointer(), darkField->GetBufferPointer() + positions);

  const auto   stack = ReadResultImage<StackImage>((path / "patterns.nrrd").u8string());
  const auto & size = stack->GetLargestPossibleRegion().GetSize();
  if (size[2] != results.nodes.size())
  {
    throw std::runtime_error("patterns.nrrd in " + folder + " has " + std::to_string(size[2]) +
                             " patterns, but the tree " + std::to_string(results.nodes.size()) + " nodes");
  }
  results.detector = GridOf(stack.GetPointer(), read.notes["FourDSTEM_DetectorUnit"]);
  const auto    pixels = static_cast<std::ptrdiff_t>(size[0] * size[1]);
  const float * pattern = stack->GetBufferPointer();
  for (std::size_t node = 0; node < results.nodes.size(); ++node, pattern += pixels)
  {
    results.patterns.emplace_back(pattern, pattern + pixels);
  }
  return read;
}

namespace
{
bool
IsWithin(const ClusterNodes & nodes, int node, int ancestor)
{
  while (node > ancestor)
  {
    node = nodes[static_cast<std::size_t>(node)].parent;
  }
  return node == ancestor;
}

/** Mean pattern of the old leaves whose positions are now within `node`, weighted by their sizes. */
std::vector<float>
MeanOfParts(const ClusterResults & before, const ClusterNodes & edited, const NodeMap & map, int node)
{
  const std::size_t   pixels = before.patterns.front().size();
  std::vector<double> sum(pixels);
  std::vector<double> weight(pixels);
  for (const ClusterNode & old : before.nodes)
  {
    const auto oldId = static_cast<std::size_t>(old.id);
    if (!old.IsLeaf() || !IsWithin(edited, map[oldId], node))
    {
      continue;
    }
    const auto size = static_cast<double>(old.size);
    for (std::size_t q = 0; q < pixels; ++q)
    {
      const float value = before.patterns[oldId][q];
      if (std::isfinite(value))
      {
        sum[q] += size * static_cast<double>(value);
        weight[q] += size;
      }
    }
  }
  std::vector<float> mean(pixels, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t q = 0; q < pixels; ++q)
  {
    if (weight[q] > 0)
    {
      mean[q] = static_cast<float>(sum[q] / weight[q]);
    }
  }
  return mean;
}
} // namespace

void
InheritColors(const ClusterResults & before, const NodeMap & map, ClusterResults & after)
{
  const std::vector<Color>         old = ColorsOf(MakeView(before));
  std::vector<const ClusterNode *> heirs(after.nodes.size(), nullptr);
  for (const ClusterNode & node : before.nodes)
  {
    const auto          id = static_cast<std::size_t>(map[static_cast<std::size_t>(node.id)]);
    const ClusterNode * heir = heirs[id];
    const std::int64_t  size = after.nodes[id].size;
    const bool          isWhole = heir != nullptr && heir->size == size;
    if (!isWhole && (node.size == size || (node.IsLeaf() && (heir == nullptr || node.size > heir->size))))
    {
      heirs[id] = &node;
    }
  }
  after.colors.clear();
  after.colors = ColorsOf(MakeView(after));
  for (std::size_t id = 0; id < heirs.size(); ++id)
  {
    if (heirs[id] != nullptr)
    {
      after.colors[id] = old[static_cast<std::size_t>(heirs[id]->id)];
    }
  }
}

void
ApplyEdit(ClusterResults & results, ClusterNodes edited, const NodeMap & map)
{
  const ClusterResults            before = results;
  std::vector<std::vector<float>> patterns(edited.size());
  for (const ClusterNode & old : results.nodes)
  {
    const auto oldId = static_cast<std::size_t>(old.id);
    const auto newId = static_cast<std::size_t>(map[oldId]);
    if (patterns[newId].empty() && old.size == edited[newId].size)
    {
      patterns[newId] = results.patterns[oldId];
    }
  }
  for (const ClusterNode & node : edited)
  {
    auto & pattern = patterns[static_cast<std::size_t>(node.id)];
    if (pattern.empty())
    {
      pattern = MeanOfParts(results, edited, map, node.id);
    }
  }
  const auto table = itk::ClusterTree::LabelTable(results.nodes, map, edited);
  for (std::uint16_t & label : results.labels)
  {
    label = table[label];
  }
  results.patterns = std::move(patterns);
  results.nodes = std::move(edited);
  InheritColors(before, map, results);
}

namespace
{
void
DrawBranch(const ClusterResults &             results,
           const std::vector<std::uint16_t> & labels,
           int                                id,
           const std::string &                trunk,
           const std::string &                twig,
           std::vector<std::string> &         lines)
{
  const ClusterNode & node = results.nodes[static_cast<std::size_t>(id)];
  const double        all = static_cast<double>(std::max<std::int64_t>(1, results.nodes.front().size));
  char                share[32];
  std::snprintf(share, sizeof(share), "%.1f %%", 100. * static_cast<double>(node.size) / all);
  const auto label = labels[static_cast<std::size_t>(id)];
  lines.push_back(trunk + twig + "node " + std::to_string(id) + (label > 0 ? " = label " + std::to_string(label) : "") +
                  "  " + std::to_string(node.size) + " positions (" + share + ")  " +
                  (node.note.empty() ? NodeNote(node) : node.note) + (node.frozen ? "  [frozen]" : ""));
  const std::string below = twig.empty() ? trunk : trunk + (twig == "└─ " ? "   " : "│  ");
  for (const int child : node.children)
  {
    DrawBranch(results, labels, child, below, child == node.children.back() ? "└─ " : "├─ ", lines);
  }
}
} // namespace

std::vector<std::string>
DrawTree(const ClusterResults & results)
{
  std::vector<std::string> lines;
  DrawBranch(results, LeafLabels(results.nodes), 0, "", "", lines);
  return lines;
}
} // namespace fourdstem::cli
