// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterResults_h
#define fourdstem_cli_ClusterResults_h

#include "Common/ClusterView.h"
#include "Common/NrrdOutput.h"
#include "Common/ReportPage.h"
#include "Common/ResultFolder.h"

#include "fourdstem/Clustering.h"
#include "fourdstem/NodePatterns.h"

namespace fourdstem::cli
{
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

/** labels.nrrd, levels.nrrd, tree.json, patterns.nrrd, the pictures, and differences.nrrd where the tree has splits.
 * Pictures are drawn side by side unless `threads` is 1. */
void
WriteClusterResults(const ClusterResults & results, ResultFolder & folder, const Notes & notes, int threads);

/** index.html: the pictures with the numbers of leaves and splits, the record's automatic choices and warnings. */
void
WriteClusterReport(const ClusterResults &           results,
                   const RunRecord &                record,
                   const std::vector<std::string> & files,
                   const ResultFolder &             folder);
} // namespace fourdstem::cli

#endif
