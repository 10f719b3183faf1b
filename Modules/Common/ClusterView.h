// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterView_h
#define fourdstem_cli_ClusterView_h

#include <cstdint>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** sRGB, each 0 to 1. */
struct Color
{
  double red = 0;
  double green = 0;
  double blue = 0;
};

/** What the pictures of a cluster tree are drawn from. Arrays are in C order; NaN means no data and is drawn neutral.
 */
struct Grid
{
  int         rows = 0;
  int         columns = 0;
  double      stepY = 1; // distance of neighbours in `unit`
  double      stepX = 1;
  std::string unit = "px"; // nm for scans, 1/nm or mrad for detectors; px when not calibrated
  double      originY = 0; // coordinate of the first pixel, in `unit`
  double      originX = 0;
};

struct NodeView
{
  int              parent = -1;
  std::vector<int> children;
  int              level = 0; // of the root: 0
  std::int64_t     size = 0;  // positions
  int              label = 0; // in the label map when this is a leaf, else 0
  /** A few words below the node's pattern: what its split scored, or why it stopped. */
  std::string note;
  /** Mean aligned pattern on the detector grid; empty when there is none. */
  std::vector<float> pattern;
};

struct ClusterView
{
  std::string title; // what was scanned, e.g. the file's name
  Grid        scan;
  Grid        detector;
  /** Node i has id i; the root is 0; a child follows its parent. */
  std::vector<NodeView> nodes;
  /** Label of each position, 0 where masked. */
  std::vector<std::uint16_t> labels;
  /** Colour of each node; empty: by the tree's shape (NodeColors). */
  std::vector<Color> colors;
  /** Image to draw the labels over, usually the annular dark field; may be empty. */
  std::vector<float> background;
};

/** A map of one quantity over the scan, e.g. strain or confidence. */
struct ScalarMapView
{
  std::string        title;
  std::string        unit; // of the values
  Grid               scan;
  std::vector<float> values;
  bool               diverging = false; // around 0, with a symmetric range
  double             largest = 0;       // end of that range; 0: from the values
};

/** map.png, levels.png, tree.png and differences.png into a folder. */
void
WriteClusterPictures(const ClusterView & view, const std::string & folder);

/** Leaves in colour over the background, with scale bar and legend. */
void
WriteMapPicture(const ClusterView & view, const std::string & path);

/** The map of each level of the tree side by side, in the same colours. */
void
WriteLevelsPicture(const ClusterView & view, const std::string & path);

/** The dendrogram, root above, each node its mean pattern. */
void
WriteTreePicture(const ClusterView & view, const std::string & path);

/** For each split: every child minus its parent, and siblings minus each other; the first splits where they are many.
 */
void
WriteDifferencesPicture(const ClusterView & view, const std::string & path);

void
WriteScalarMapPicture(const ScalarMapView & view, const std::string & path);

/** Maps of one scan side by side, two in a row, below a title and a line about all of them. */
void
WriteScalarMapsPicture(const std::string &                title,
                       const std::string &                subtitle,
                       const std::vector<ScalarMapView> & views,
                       const std::string &                path);

/** The largest size among the values, wild ones left out, as the end of a symmetric range. */
double
LargestShown(const std::vector<float> & values);

/** A difference of two nodes' patterns; NaN where either has no data. */
struct Difference
{
  int                node = 0;
  int                minus = 0; // its parent or its sibling
  std::vector<float> pattern;
};

/** Up to so many children of a node are compared with each other: their pairs grow with the square. */
constexpr std::size_t MostSiblingsCompared = 8;

/** In the order of the nodes split: each child minus its parent, then, of MostSiblingsCompared children at most, each
 * child but the first minus every sibling before it. */
std::vector<Difference>
NodeDifferences(const ClusterView & view);

/** "node 5", "node 6 (leaf 3)". */
std::string
NodeName(const ClusterView & view, int node);
} // namespace fourdstem::cli

#endif
