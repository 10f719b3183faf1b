// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ClusterTreeFixture_h
#define ClusterTreeFixture_h

#include "fourdstem/ClusterNodes.h"

#include <vector>

namespace fixtures
{
/** Root 0: leaf 1 (10 positions) and 2; 2: 3 and leaf 4 (12); 3: leaves 5, 6, 7 (5, 6, 7). Centroid { id, 1 } of
 * leaves. */
inline fourdstem::ClusterNodes
MakeTree()
{
  fourdstem::ClusterNodes nodes(8);
  const int               parents[] = { -1, 0, 0, 2, 2, 3, 3, 3 };
  const std::int64_t      sizes[] = { 40, 10, 30, 18, 12, 5, 6, 7 };
  for (int id = 0; id < 8; ++id)
  {
    fourdstem::ClusterNode & node = nodes[static_cast<std::size_t>(id)];
    node.id = id;
    node.parent = parents[id];
    node.size = sizes[id];
    node.inertia = static_cast<double>(sizes[id]);
    node.centroid = { static_cast<float>(id), 1.0f };
    node.features = { 0, 1 };
    node.loading = { 0.1f, -1e-7f };
    if (id > 0)
    {
      fourdstem::ClusterNode & parent = nodes[static_cast<std::size_t>(node.parent)];
      node.level = parent.level + 1;
      parent.children.push_back(id);
      parent.stop = fourdstem::StopReason::NotStopped;
    }
    node.stop = fourdstem::StopReason::Gradient;
    node.note = "smooth variation";
  }
  const double lambdas[] = { 400.25, 0, 20, 4 };
  const double gains[] = { 1000, 0, 100, 200 };
  for (std::size_t id : { std::size_t{ 0 }, std::size_t{ 2 }, std::size_t{ 3 } })
  {
    nodes[id].stop = fourdstem::StopReason::NotStopped;
    nodes[id].lambda = lambdas[id];
    nodes[id].gain = gains[id];
  }
  nodes[3].k = 3;
  nodes[3].startRows = { 4, 8, 15 };
  return nodes;
}

inline std::vector<std::int64_t>
SizesOfLeaves(const fourdstem::ClusterNodes & nodes)
{
  std::vector<std::int64_t> sizes;
  for (const int leaf : LeavesInOrder(nodes))
  {
    sizes.push_back(nodes[static_cast<std::size_t>(leaf)].size);
  }
  return sizes;
}
} // namespace fixtures

#endif
