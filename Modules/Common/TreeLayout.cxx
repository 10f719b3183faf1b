// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/TreeLayout.h"

#include <algorithm>

namespace fourdstem::cli
{
namespace
{
/** Leftmost and rightmost place of a subtree in each level below its root, relative to the root. */
struct Outline
{
  std::vector<double> left;
  std::vector<double> right;
};
} // namespace

std::vector<double>
LayOutTree(const std::vector<NodeView> & nodes)
{
  std::vector<double>  offset(nodes.size(), 0); // to the parent
  std::vector<Outline> outlines(nodes.size());
  for (std::size_t i = nodes.size(); i-- > 0;)
  {
    Outline             whole; // of the children laid so far, relative to the first child
    std::vector<double> places;
    for (const int child : nodes[i].children)
    {
      const Outline & next = outlines[static_cast<std::size_t>(child)];
      double          shift = 0;
      for (std::size_t level = 0; level < std::min(whole.right.size(), next.left.size()); ++level)
      {
        shift = std::max(shift, whole.right[level] + 1 - next.left[level]);
      }
      for (std::size_t level = 0; level < next.left.size(); ++level)
      {
        if (level < whole.right.size())
        {
          whole.left[level] = std::min(whole.left[level], next.left[level] + shift);
          whole.right[level] = std::max(whole.right[level], next.right[level] + shift);
        }
        else
        {
          whole.left.push_back(next.left[level] + shift);
          whole.right.push_back(next.right[level] + shift);
        }
      }
      places.push_back(shift);
    }
    const double middle = places.empty() ? 0 : 0.5 * (places.front() + places.back());
    for (std::size_t c = 0; c < places.size(); ++c)
    {
      offset[static_cast<std::size_t>(nodes[i].children[c])] = places[c] - middle;
    }
    Outline & outline = outlines[i];
    outline.left.push_back(0);
    outline.right.push_back(0);
    for (std::size_t level = 0; level < whole.left.size(); ++level)
    {
      outline.left.push_back(whole.left[level] - middle);
      outline.right.push_back(whole.right[level] - middle);
    }
  }

  std::vector<double> places(nodes.size(), 0);
  for (std::size_t i = 1; i < nodes.size(); ++i)
  {
    places[i] = places[static_cast<std::size_t>(nodes[i].parent)] + offset[i];
  }
  const double leftmost = places.empty() ? 0 : *std::min_element(places.begin(), places.end());
  for (double & place : places)
  {
    place -= leftmost;
  }
  return places;
}
} // namespace fourdstem::cli
