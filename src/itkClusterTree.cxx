// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkClusterTree.h"

#include "Formats/ClusterTreeJson.h"
#include "Formats/OutputFile.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace itk
{
void
ClusterTree::SetNodes(NodesType nodes)
{
  try
  {
    fourdstem::ValidateNodes(nodes);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< "these nodes are no tree: " << error.what());
  }
  m_Nodes = std::move(nodes);
  this->Modified();
}

unsigned int
ClusterTree::GetNumberOfLeaves() const
{
  return static_cast<unsigned int>(fourdstem::LeavesInOrder(m_Nodes).size());
}

unsigned int
ClusterTree::GetNumberOfLevels() const
{
  int depth = 0;
  for (const auto & node : m_Nodes)
  {
    depth = std::max(depth, node.level);
  }
  return static_cast<unsigned int>(depth);
}

std::vector<int>
ClusterTree::GetLeaves() const
{
  return fourdstem::LeavesInOrder(m_Nodes);
}

ClusterTree::LabelType
ClusterTree::GetLabel(int node) const
{
  this->RequireNode(node);
  return fourdstem::LeafLabels(m_Nodes)[static_cast<std::size_t>(node)];
}

template <typename TEdit>
ClusterTree::NodeMapType
ClusterTree::Edit(TEdit edit)
{
  NodesType   edited = m_Nodes;
  NodeMapType map;
  try
  {
    map = edit(edited);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
  m_Nodes = std::move(edited);
  this->Modified();
  return map;
}

ClusterTree::NodeMapType
ClusterTree::CutAtLevel(int level)
{
  return this->Edit([level](NodesType & nodes) { return fourdstem::CutAtLevel(nodes, level); });
}

ClusterTree::NodeMapType
ClusterTree::CutAtNumberOfLeaves(int leaves)
{
  return this->Edit([leaves](NodesType & nodes) { return fourdstem::CutAtLeaves(nodes, leaves); });
}

ClusterTree::NodeMapType
ClusterTree::CutAtLambda(double threshold)
{
  return this->Edit(
    [threshold](NodesType & nodes) { return fourdstem::CutAtGate(nodes, fourdstem::GateQuantity::Lambda, threshold); });
}

ClusterTree::NodeMapType
ClusterTree::CutAtGain(double threshold)
{
  return this->Edit(
    [threshold](NodesType & nodes) { return fourdstem::CutAtGate(nodes, fourdstem::GateQuantity::Gain, threshold); });
}

ClusterTree::NodeMapType
ClusterTree::Merge(const std::vector<int> & leaves)
{
  return this->Edit([&leaves](NodesType & nodes) { return fourdstem::MergeLeaves(nodes, leaves); });
}

ClusterTree::NodeMapType
ClusterTree::Prune(int node)
{
  return this->Edit([node](NodesType & nodes) { return fourdstem::PruneBelow(nodes, { node }); });
}

void
ClusterTree::Freeze(int node, bool frozen)
{
  this->RequireNode(node);
  m_Nodes[static_cast<std::size_t>(node)].frozen = frozen;
  this->Modified();
}

std::vector<ClusterTree::LabelType>
ClusterTree::LabelTable(const NodesType & before, const NodeMapType & map, const NodesType & after)
{
  const std::vector<LabelType> newLabels = fourdstem::LeafLabels(after);
  std::vector<LabelType>       table(1, 0);
  for (const int leaf : fourdstem::LeavesInOrder(before))
  {
    table.push_back(newLabels.at(static_cast<std::size_t>(map.at(static_cast<std::size_t>(leaf)))));
  }
  return table;
}

std::string
ClusterTree::ToJSON() const
{
  return fourdstem::ClusterTreeToJson({ m_Mode, m_FeatureNames, m_Nodes });
}

void
ClusterTree::WriteJSON(const std::string & fileName) const
{
  try
  {
    const std::string     text = this->ToJSON();
    fourdstem::OutputFile file(fileName, true);
    file.Write(text.data(), text.size());
    file.Publish();
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< "cannot write the tree: " << error.what());
  }
}

void
ClusterTree::ReadJSON(const std::string & fileName)
{
  try
  {
    std::ifstream file(std::filesystem::u8path(fileName), std::ios::binary);
    if (!file)
    {
      throw std::runtime_error("cannot be opened");
    }
    const std::string              text{ std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
    fourdstem::ClusterTreeDocument document = fourdstem::ClusterTreeFromJson(text);
    m_Nodes = std::move(document.nodes);
    m_FeatureNames = std::move(document.featureNames);
    m_Mode = std::move(document.mode);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< fileName << ": " << error.what());
  }
  this->Modified();
}

void
ClusterTree::Initialize()
{
  Superclass::Initialize();
  m_Nodes.clear();
  m_FeatureNames.clear();
  m_Mode = "auto";
}

void
ClusterTree::CopyInformation(const DataObject * data)
{
  Superclass::CopyInformation(data);
  if (const auto * tree = dynamic_cast<const Self *>(data))
  {
    m_FeatureNames = tree->m_FeatureNames;
    m_Mode = tree->m_Mode;
  }
}

void
ClusterTree::Graft(const DataObject * data)
{
  if (data == nullptr || data == this)
  {
    return;
  }
  const auto * tree = dynamic_cast<const Self *>(data);
  if (tree == nullptr)
  {
    itkExceptionMacro(<< "cannot graft a " << data->GetNameOfClass() << " onto a ClusterTree");
  }
  this->CopyInformation(data);
  m_Nodes = tree->m_Nodes;
  this->Modified();
}

void
ClusterTree::RequireNode(int node) const
{
  if (node < 0 || node >= static_cast<int>(m_Nodes.size()))
  {
    itkExceptionMacro(<< "there is no node " << node << ", only 0 ... " << static_cast<int>(m_Nodes.size()) - 1);
  }
}

void
ClusterTree::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Mode: " << m_Mode << std::endl;
  os << indent << "FeatureNames: " << m_FeatureNames.size() << std::endl;
  os << indent << "Nodes: " << m_Nodes.size() << std::endl;
  for (const auto & node : m_Nodes)
  {
    os << indent.GetNextIndent() << node.id << ": parent " << node.parent << ", " << node.size << " positions, "
       << fourdstem::NameOf(node.stop) << std::endl;
  }
}
} // namespace itk
