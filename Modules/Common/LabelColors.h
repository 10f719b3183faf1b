// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_LabelColors_h
#define fourdstem_cli_LabelColors_h

#include "Common/ClusterView.h"

namespace fourdstem::cli
{
/** What a map of labels looks like, whatever it is drawn with. */

/** The node that each label is drawn as when the tree is cut at a level; index 0 is unused. */
std::vector<int>
NodesOfLabels(const ClusterView & view, int level);

/** Level of the deepest node. */
int
DeepestLevel(const ClusterView & view);

/** The node shown at every position, -1 where masked. */
std::vector<int>
NodesShown(const ClusterView & view, const std::vector<int> & nodeOfLabel);

/** The colour of every position: that of its node, lighter and darker as the background is, and grey where masked. */
std::vector<Color>
ColorsShown(const ClusterView & view, const std::vector<int> & nodes, const std::vector<Color> & nodeColors);

/** The mean over each node's positions of the colour that they are shown in; where it has none, its own. */
std::vector<Color>
MeanColorsShown(const ClusterView & view, const std::vector<int> & nodeOfLabel, const std::vector<Color> & nodeColors);

/** Where the name of a region has most room. */
struct Spot
{
  int    row = 0;
  int    column = 0;
  double distance = 0; // to the region's border, in cells
};

/** For each node the position farthest from other nodes and from the map's edges (city-block distance). */
std::vector<Spot>
WidestSpots(const std::vector<int> & nodes, const Grid & grid, std::size_t numberOfNodes);
} // namespace fourdstem::cli

#endif
