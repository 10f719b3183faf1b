// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterView.h"

#include <utility>

namespace fourdstem::cli
{
std::string
NodeName(const ClusterView & view, int node)
{
  const int label = view.nodes[static_cast<std::size_t>(node)].label;
  return "node " + std::to_string(node) + (label > 0 ? " (leaf " + std::to_string(label) + ")" : "");
}

std::vector<Difference>
NodeDifferences(const ClusterView & view)
{
  std::vector<Difference> differences;
  const auto              add = [&](int node, int minus) {
    const std::vector<float> & a = view.nodes[static_cast<std::size_t>(node)].pattern;
    const std::vector<float> & b = view.nodes[static_cast<std::size_t>(minus)].pattern;
    if (a.empty() || a.size() != b.size())
    {
      return;
    }
    Difference difference{ node, minus, a };
    for (std::size_t i = 0; i < a.size(); ++i)
    {
      difference.pattern[i] -= b[i];
    }
    differences.push_back(std::move(difference));
  };
  for (std::size_t parent = 0; parent < view.nodes.size(); ++parent)
  {
    const std::vector<int> & children = view.nodes[parent].children;
    for (const int child : children)
    {
      add(child, static_cast<int>(parent));
    }
    for (std::size_t i = 1; i < children.size() && children.size() <= MostSiblingsCompared; ++i)
    {
      for (std::size_t j = 0; j < i; ++j)
      {
        add(children[i], children[j]);
      }
    }
  }
  return differences;
}
} // namespace fourdstem::cli
