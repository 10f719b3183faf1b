// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ClusterViewFixture_h
#define ClusterViewFixture_h

#include "Common/ClusterView.h"

#include <limits>
#include <random>

namespace fixtures
{
using fourdstem::cli::ClusterView;
using fourdstem::cli::NodeView;

/** A tree grown by splitting random leaves in two, over a scan in stripes, with NaN in patterns and background. */
inline ClusterView
MakeView(int leaves, int rows, int columns)
{
  ClusterView view;
  view.title = "scan \"<1>\" \xff ü";
  view.scan = { rows, columns, 1.5, 1.5, "nm" };
  view.detector = { 12, 16, 0.2, 0.2, "1/nm" };
  view.nodes.resize(1);
  std::mt19937_64  random(7);
  std::vector<int> open{ 0 };
  while (static_cast<int>(open.size()) < leaves)
  {
    const std::size_t pick = random() % open.size();
    const int         parent = open[pick];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(pick));
    for (int i = 0; i < 2; ++i)
    {
      const int child = static_cast<int>(view.nodes.size());
      NodeView  node;
      node.parent = parent;
      node.level = view.nodes[static_cast<std::size_t>(parent)].level + 1;
      view.nodes.push_back(node);
      view.nodes[static_cast<std::size_t>(parent)].children.push_back(child);
      open.push_back(child);
    }
  }
  int label = 0;
  for (NodeView & node : view.nodes)
  {
    node.label = node.children.empty() ? ++label : 0;
    node.note = "a note that is much too long to fit below a pattern, so it is cut somewhere; Λ 12.5";
    for (int i = 0; i < 12 * 16; ++i)
    {
      node.pattern.push_back(i < 16 ? std::numeric_limits<float>::quiet_NaN()
                                    : static_cast<float>(random() % 1000) - 5);
    }
  }
  for (int p = 0; p < rows * columns; ++p)
  {
    view.labels.push_back(static_cast<std::uint16_t>(p % (label + 1)));
    view.background.push_back(p == 3 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(p));
  }
  view.nodes[0].size = rows * columns;
  return view;
}
} // namespace fixtures

#endif
