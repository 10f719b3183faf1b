// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterResults_h
#define fourdstem_cli_ClusterResults_h

#include "Common/ClusterView.h"
#include "Common/NrrdOutput.h"
#include "Common/ResultFolder.h"

#include "fourdstem/Clustering.h"
#include "fourdstem/NodePatterns.h"

namespace fourdstem::cli
{
/** Names of the commands whose result folders hold a cluster tree. */
inline const std::set<std::string> ClusterPrograms{ "FourDSTEMCluster", "FourDSTEMTree" };

/** A cluster tree with all that is needed to show it: what FourDSTEMCluster finds and FourDSTEMTree edits. */
struct ClusterResults
{
  std::string  title; // name of the scan's file
  Grid         scan;
  Grid         detector;
  ClusterNodes nodes;
  std::string  mode; // "auto" or "paper"

  std::vector<std::string> featureNames; // of the components of centroids; may be empty

  std::vector<std::uint16_t>      labels;    // of the leaves, 0 where masked
  std::vector<float>              darkField; // in the scan's counts
  std::vector<std::vector<float>> patterns;  // mean aligned pattern of every node
  std::vector<Color>              colors;    // of every node; empty: by the tree's shape
};

/** Puts nodes, labels and mean patterns in place of those of `results`. */
void
SetClusters(ClusterResults & results, const DivisiveResult & clusters, const NodePatternSums & patterns);

/** Leaf of every position: the inverse of the labels. -1 where there is none. */
std::vector<std::int32_t>
LeavesOfLabels(const ClusterNodes & nodes, const std::vector<std::uint16_t> & labels);

/** A few words on a node: what its split scored, or why it stopped. */
std::string
NodeNote(const ClusterNode & node);

/** "node 3", or "nodes 3, 4": all other children of its parent. */
std::string
NamesOfSiblings(const ClusterNodes & nodes, const ClusterNode & node);

/** The view that pictures and differences are made from. */
ClusterView
MakeView(const ClusterResults & results);

/** What the user should know of the files that WriteClusterResults writes, a line each. */
std::vector<std::string>
ResultNotes(const ClusterResults & results);

/** The numbers of leaves and nodes, for run.json and --returnparameterfile, and the nodes' colours for later edits. */
void
AddCounts(const ClusterResults & results, CommandContext & context, RunRecord & record);

/** What WriteClusterResults writes. */
inline const std::vector<std::string> ClusterFiles{ "labels.nrrd",   "levels.nrrd",       "labels.seg.nrrd",
                                                    "labels.ctbl",   "tree.json",         "leaves.csv",
                                                    "patterns.nrrd", "patterns.seq.nrrd", "differences.nrrd" };

/** The files of ClusterFiles, differences.nrrd only where the tree has splits; `view` is the one that MakeView makes of
 * the results. Throws Aborted once the monitor asks to stop. */
void
WriteClusterResults(const ClusterResults & results,
                    const ClusterView &    view,
                    ResultFolder &         folder,
                    const Notes &          notes,
                    const Monitor &        monitor);
} // namespace fourdstem::cli

#endif
