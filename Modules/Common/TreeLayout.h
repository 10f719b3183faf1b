// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_TreeLayout_h
#define fourdstem_cli_TreeLayout_h

#include "Common/ClusterView.h"

#include <vector>

namespace fourdstem::cli
{
/** Horizontal places of a tree's nodes, the root's depth above: a parent stands in the middle above its children, nodes
 * of one level are at least 1 apart, subtrees stand as close as that allows. The leftmost place is 0. */
std::vector<double>
LayOutTree(const std::vector<NodeView> & nodes);
} // namespace fourdstem::cli

#endif
