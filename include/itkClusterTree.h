// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkClusterTree_h
#define itkClusterTree_h

#include "FourDSTEMExport.h"
#include "fourdstem/ClusterNodes.h"
#include "itkFourDSTEMMacro.h"

#include "itkDataObject.h"
#include "itkObjectFactory.h"

#include <string>
#include <vector>

namespace itk
{
/** \class ClusterTree
 * \brief Result of a divisive clustering: every cluster ever made, how it was divided, and why division stopped.
 *
 * Node i has id i: the root is 0, others follow in the order of creation; children are listed in the order of their
 * leaves. Labels are a cut of the tree: the leaves, depth-first, are 1, 2, 3, ... What a node holds is described at
 * fourdstem::ClusterNode.
 *
 * The tree can be cut, merged and pruned without the data. An edit renumbers the nodes so that ids stay consecutive;
 * it returns the new id of every old node (for a node that vanished, that of the leaf which holds its positions now),
 * and LabelTable() turns the label image of the tree before into that of the tree after.
 *
 * WriteJSON() writes to a temporary file beside the target and renames it, so a file is whole or not there. ReadJSON()
 * checks everything and throws an exception that names the file and the value at fault; the tree is then unchanged.
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT ClusterTree : public DataObject
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(ClusterTree);

  using Self = ClusterTree;
  using Superclass = DataObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using NodesType = fourdstem::ClusterNodes;
  using NodeMapType = fourdstem::NodeMap;
  using LabelType = unsigned short;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(ClusterTree, DataObject);

  /** The nodes; set throws if they are not a tree. */
  void
  SetNodes(NodesType nodes);
  const NodesType &
  GetNodes() const
  {
    return m_Nodes;
  }
  unsigned int
  GetNumberOfNodes() const
  {
    return static_cast<unsigned int>(m_Nodes.size());
  }
  unsigned int
  GetNumberOfLeaves() const;
  /** Largest depth of a node; 0 for a tree of the root alone. */
  unsigned int
  GetNumberOfLevels() const;

  /** Names of the features, as many as a centroid has components, or none. */
  void
  SetFeatureNames(const std::vector<std::string> & names)
  {
    m_FeatureNames = names;
    this->Modified();
  }
  itkGetConstReferenceMacro(FeatureNames, std::vector<std::string>);

  /** "auto" or "paper": how the tree was grown. Default: "auto". */
  itkSetStringMacro(Mode);
  itkGetStringMacro(Mode);

  /** Ids of the leaves: leaf i has label i + 1. */
  std::vector<int>
  GetLeaves() const;

  /** Label of a node, 0 if it is no leaf. */
  LabelType
  GetLabel(int node) const;

  /** Edits, see fourdstem/ClusterNodes.h. All return the new id of every old node. */
  NodeMapType
  CutAtLevel(int level);
  NodeMapType
  CutAtNumberOfLeaves(int leaves);
  NodeMapType
  CutAtLambda(double threshold);
  NodeMapType
  CutAtGain(double threshold);
  NodeMapType
  Merge(const std::vector<int> & leaves);
  NodeMapType
  Prune(int node);
  /** A frozen node is not split again. */
  void
  Freeze(int node, bool frozen = true);

  /** Table from the labels of the tree before an edit to those after: new label = table[old label], table[0] = 0. */
  static std::vector<LabelType>
  LabelTable(const NodesType & before, const NodeMapType & map, const NodesType & after);

  void
  WriteJSON(const std::string & fileName) const;
  void
  ReadJSON(const std::string & fileName);
  /** The same text without a file. */
  std::string
  ToJSON() const;

  void
  Initialize() override;
  /** Feature names and mode. */
  void
  CopyInformation(const DataObject * data) override;
  /** All of another tree. */
  void
  Graft(const DataObject * data) override;

protected:
  ClusterTree() = default;
  ~ClusterTree() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  void
  RequireNode(int node) const;

  /** Applies an edit to a copy of the nodes, which replaces them if it succeeds. */
  template <typename TEdit>
  NodeMapType
  Edit(TEdit edit);

  NodesType                m_Nodes;
  std::vector<std::string> m_FeatureNames;
  std::string              m_Mode{ "auto" };
};
} // namespace itk

#endif
