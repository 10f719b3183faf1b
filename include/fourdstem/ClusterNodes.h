// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ClusterNodes_h
#define fourdstem_ClusterNodes_h

#include "FourDSTEMExport.h"
#include "fourdstem/Signature.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fourdstem
{
/** Why a leaf was not split further, or NotStopped for a node that was. */
enum class StopReason : std::uint8_t
{
  NotStopped,        // the node has children
  TooSmall,          // n_min: too few positions, or every candidate has a child that is too small
  NoCoherentFeature, // no feature varies more over the node than between neighbours
  NotSignificant,    // no component stands out of the neighbour noise
  Gradient,          // a component does, but it varies smoothly: no domains
  NotCoherent,       // the two classes are scattered over the node
  MaximumLeaves,
  MaximumDepth,
  NotAsked, // paper mode: no k was given for this node, or the criterion says 1
  Frozen,   // by hand
  Merged,   // by hand
  Cut,      // by hand: what was below was taken away
  NoLattice // divided by features of the lattice, which fewer than half of the positions have
};

/** What the columns are that a node was compared by. */
enum class FeatureKind : std::uint8_t
{
  Unnamed,  // the only ones there are
  Pixels,   // intensities of detector pixels
  Lattice,  // features of deformation: see DeformationFeature
  Positions // of a node with children: none, they are its connected components (SpatialRegularity.h)
};

/** The word used in files, e.g. "gradient". */
FourDSTEM_EXPORT const char *
NameOf(StopReason reason);

/** The reason that has that name; throws std::invalid_argument naming the accepted ones. */
FourDSTEM_EXPORT StopReason
StopReasonFromName(const std::string & name);

/** One cluster: its place in the tree, what it holds, and what was found when it was examined for a split.
 *
 * Numbers of the examination are those of the split made or, in a leaf, of the best candidate refused; zero where the
 * examination ended before it came to them. Noise units: distances divided by the neighbour noise of the node. */
struct ClusterNode
{
  // Place. Children are listed by rising mean projection on the split's component: the order of the leaves.
  int              id = 0; // index in the vector of nodes; the root is 0, others follow in the order of creation
  int              parent = -1;
  std::vector<int> children;
  int              level = 0; // depth; the root's is 0

  // Content, in the units of the features and over all of them.
  std::int64_t       size = 0;              // positions
  std::vector<float> centroid;              // mean of each feature
  double             inertia = 0.0;         // sum over positions of the squared distance to the centroid
  double             explainedVariance = 0; // of the split: 1 - inertia of the children / inertia; 0 in a leaf

  // Examination.
  StopReason                stop = StopReason::NotAsked;
  std::string               note; // the reason in words, with the numbers that decided
  FeatureKind               comparedBy = FeatureKind::Unnamed;
  std::vector<std::int64_t> features;                  // columns used, ascending
  std::int64_t              pairs = 0;                 // adjacent positions both inside the node
  int                       components = 0;            // r: principal components kept
  int                       significantComponents = 0; // of these, above the threshold
  double                    lambda = 0;                // largest ratio of variance to neighbour noise
  double                    rho = 0;                   // its noise edge; the threshold is 1/(1 - rho), or minimumLambda
  int                       component = -1;            // the one split along, 0 is the most significant
  double                    valley = 0;                // V: lowest density between the two means / lower peak
  double                    sharpness = 0;             // S: step across walls / distance of the means
  double                    coherence = 0;             // 1 - share of unlike neighbours / share expected by chance
  double                    separation = 0;            // distance of the two means in noise units
  double                    gain = 0;                  // between-class inertia in noise units - n * 2/pi
  std::vector<float>        loading;                   // change of each of `features` per deviation of component 0

  /** Of the split, 0 to 1: how alike it is when made again from a part of the scan; only where measured: Stability.h.
   */
  std::optional<double> stability;

  // What the node is like physically, and what tells it from its siblings.
  DeformationMeans deformation;
  SplitSignature   signature;

  // Paper mode and edits.
  int                       k = 0;     // children asked for, 0 where the rule decided
  std::vector<std::int64_t> startRows; // positions whose rows were the first centroids, one per child
  bool                      frozen = false;

  bool
  IsLeaf() const
  {
    return children.empty();
  }
};

/** A tree: node i has id i, a child follows its parent. */
using ClusterNodes = std::vector<ClusterNode>;

/** What an edit did to the nodes: the new id of every old one; for a node that vanished, that of the node which now
 * holds its positions. */
using NodeMap = std::vector<int>;

/** Throws std::invalid_argument with what is wrong where the nodes are not a tree as described above. */
FourDSTEM_EXPORT void
ValidateNodes(const ClusterNodes & nodes);

/** The leaves depth-first, children in their order: leaf i of the result has label i + 1. */
FourDSTEM_EXPORT std::vector<int>
                 LeavesInOrder(const ClusterNodes & nodes);

/** The label of every node: 1, 2, ... for the leaves in order, 0 for the others. Throws std::length_error above 65535.
 */
FourDSTEM_EXPORT std::vector<std::uint16_t>
                 LeafLabels(const ClusterNodes & nodes);

/** Makes every node in `ids` a leaf that stopped for `reason`; those that are leaves stay as they are. Ids stay
 * consecutive, in the order of creation. */
FourDSTEM_EXPORT NodeMap
PruneBelow(ClusterNodes & nodes, const std::vector<int> & ids, StopReason reason = StopReason::Cut);

/** Cuts below `level`: nodes of that level become leaves. Throws std::invalid_argument if it is negative. */
FourDSTEM_EXPORT NodeMap
CutAtLevel(ClusterNodes & nodes, int level);

/** Undoes splits, the last one made first, until at most `leaves` are left, at least one: the tree as it was when
 * growth had that many leaves. */
FourDSTEM_EXPORT NodeMap
CutAtLeaves(ClusterNodes & nodes, int leaves);

/** What a gate compares. */
enum class GateQuantity : std::uint8_t
{
  Lambda,
  Gain
};

/** Keeps a split only if its quantity is at least `threshold` and all splits above it were kept. A split whose quantity
 * is 0, made by hand, does not count as one of at least `threshold`. Throws std::invalid_argument if no split has the
 * quantity, as in paper mode. */
FourDSTEM_EXPORT NodeMap
CutAtGate(ClusterNodes & nodes, GateQuantity quantity, double threshold);

/** Takes away leaves, and what is above them, that have no positions; a node that has one child left vanishes, and the
 * child takes its place. The root stays, or a node that takes its place. Sizes must be right. */
FourDSTEM_EXPORT NodeMap
RemoveEmptyLeaves(ClusterNodes & nodes);

/** Makes one leaf of several: they become one child of their lowest common ancestor, in the place of the first; nodes
 * between lose their positions and vanish when one child is left. Sizes, centroids and inertia stay exact;
 * signatures of nodes whose siblings or positions change are taken away. Throws std::invalid_argument unless there are
 * two or more different leaves. */
FourDSTEM_EXPORT NodeMap
MergeLeaves(ClusterNodes & nodes, const std::vector<int> & leaves);
} // namespace fourdstem

#endif
