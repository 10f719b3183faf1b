// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/LabelColors.h"

#include "Common/Colors.h"

#include <algorithm>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
/** The background as 0 to 1 between its 1st and 99th percentile; empty without a background. */
std::vector<double>
Brightness(const ClusterView & view)
{
  std::vector<float> finite;
  for (const float value : view.background)
  {
    if (std::isfinite(value))
    {
      finite.push_back(value);
    }
  }
  if (finite.empty() || view.background.size() != view.labels.size())
  {
    return {};
  }
  std::sort(finite.begin(), finite.end());
  const auto          last = static_cast<double>(finite.size() - 1);
  const double        low = static_cast<double>(finite[static_cast<std::size_t>(0.01 * last)]);
  const double        high = static_cast<double>(finite[static_cast<std::size_t>(0.99 * last)]);
  std::vector<double> brightness;
  for (const float value : view.background)
  {
    const double t = high > low ? (static_cast<double>(value) - low) / (high - low) : 0.5;
    brightness.push_back(std::isfinite(value) ? std::clamp(t, 0.0, 1.0) : 0.5);
  }
  return brightness;
}

Color
Shaded(const Color & color, double brightness)
{
  Lab          lab = ToLab(color);
  const double factor = 0.82 + 0.28 * brightness;
  lab.lightness = std::min(lab.lightness * factor, 0.97);
  lab.a *= std::min(factor, 1.0);
  lab.b *= std::min(factor, 1.0);
  return FromLab(lab);
}
} // namespace

std::vector<Spot>
WidestSpots(const std::vector<int> & nodes, const Grid & grid, std::size_t numberOfNodes)
{
  const auto at = [&](int row, int column) {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.columns) + static_cast<std::size_t>(column);
  };
  std::vector<double> distance(nodes.size(), 0);
  const auto          relax = [&](int row, int column, int rowStep, int columnStep) {
    const std::size_t here = at(row, column);
    const int         r = row + rowStep;
    const int         c = column + columnStep;
    const bool        inside = r >= 0 && c >= 0 && r < grid.rows && c < grid.columns;
    const bool        same = inside && nodes[at(r, c)] == nodes[here];
    return same ? distance[at(r, c)] + 1 : 0.5;
  };
  for (int row = 0; row < grid.rows; ++row)
  {
    for (int column = 0; column < grid.columns; ++column)
    {
      distance[at(row, column)] = std::min(relax(row, column, -1, 0), relax(row, column, 0, -1));
    }
  }
  std::vector<Spot> spots(numberOfNodes);
  for (int row = grid.rows - 1; row >= 0; --row)
  {
    for (int column = grid.columns - 1; column >= 0; --column)
    {
      const std::size_t here = at(row, column);
      distance[here] = std::min({ distance[here], relax(row, column, 1, 0), relax(row, column, 0, 1) });
      if (nodes[here] >= 0)
      {
        Spot & spot = spots[static_cast<std::size_t>(nodes[here])];
        if (distance[here] >= spot.distance)
        {
          spot = { row, column, distance[here] };
        }
      }
    }
  }
  return spots;
}
std::vector<int>
NodesOfLabels(const ClusterView & view, int level)
{
  std::vector<int> nodeOfLabel(1, -1);
  for (std::size_t i = 0; i < view.nodes.size(); ++i)
  {
    const auto label = static_cast<std::size_t>(view.nodes[i].label);
    if (label == 0)
    {
      continue;
    }
    int node = static_cast<int>(i);
    while (view.nodes[static_cast<std::size_t>(node)].level > level)
    {
      node = view.nodes[static_cast<std::size_t>(node)].parent;
    }
    nodeOfLabel.resize(std::max(nodeOfLabel.size(), label + 1), -1);
    nodeOfLabel[label] = node;
  }
  return nodeOfLabel;
}

int
DeepestLevel(const ClusterView & view)
{
  int depth = 0;
  for (const NodeView & node : view.nodes)
  {
    depth = std::max(depth, node.level);
  }
  return depth;
}

std::vector<int>
NodesShown(const ClusterView & view, const std::vector<int> & nodeOfLabel)
{
  std::vector<int> nodes;
  nodes.reserve(view.labels.size());
  for (const std::size_t label : view.labels)
  {
    nodes.push_back(label < nodeOfLabel.size() ? nodeOfLabel[label] : -1);
  }
  return nodes;
}

std::vector<Color>
ColorsShown(const ClusterView & view, const std::vector<int> & nodes, const std::vector<Color> & nodeColors)
{
  const std::vector<double> brightness = Brightness(view);
  std::vector<Color>        colors;
  colors.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    const double light = brightness.empty() ? 0.7 : brightness[i];
    const double grey = 0.55 + 0.37 * light;
    colors.push_back(nodes[i] < 0 ? Color{ grey, grey, grey }
                                  : Shaded(nodeColors[static_cast<std::size_t>(nodes[i])], light));
  }
  return colors;
}

std::vector<Color>
MeanColorsShown(const ClusterView & view, const std::vector<int> & nodeOfLabel, const std::vector<Color> & nodeColors)
{
  const std::vector<int>   nodes = NodesShown(view, nodeOfLabel);
  const std::vector<Color> shown = ColorsShown(view, nodes, nodeColors);
  std::vector<Color>       sums(nodeColors.size());
  std::vector<std::size_t> counts(nodeColors.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    if (nodes[i] >= 0)
    {
      Color & sum = sums[static_cast<std::size_t>(nodes[i])];
      sum.red += shown[i].red;
      sum.green += shown[i].green;
      sum.blue += shown[i].blue;
      ++counts[static_cast<std::size_t>(nodes[i])];
    }
  }
  for (std::size_t node = 0; node < sums.size(); ++node)
  {
    const auto count = static_cast<double>(counts[node]);
    sums[node] = counts[node] > 0 ? Color{ sums[node].red / count, sums[node].green / count, sums[node].blue / count }
                                  : nodeColors[node];
  }
  return sums;
}
} // namespace fourdstem::cli
