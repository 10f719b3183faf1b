// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Panels.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace fourdstem::cli
{
namespace
{
// Above so many, numbers that do not fit their regions would hide the map.
constexpr std::size_t MostAlwaysNamed = 40;

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

struct Spot
{
  int    row = 0;
  int    column = 0;
  double distance = 0; // to the region's border, in cells
};

/** For each node the position farthest from other nodes and from the map's edges (city-block distance). */
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
} // namespace

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

namespace
{
/** The node shown at every position, -1 where masked. */
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

/** The map's colours: those of the nodes, lighter and darker as the background is, and grey where masked. */
Raster
Shade(const ClusterView & view, const std::vector<int> & nodes, const std::vector<Color> & nodeColors)
{
  const std::vector<double> brightness = Brightness(view);
  Raster                    raster(view.scan.columns, view.scan.rows);
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    const double light = brightness.empty() ? 0.7 : brightness[i];
    const double grey = 0.55 + 0.37 * light;
    raster.pixels[i] =
      nodes[i] < 0 ? Color{ grey, grey, grey } : Shaded(nodeColors[static_cast<std::size_t>(nodes[i])], light);
  }
  return raster;
}
} // namespace

std::vector<Color>
MeanColorsShown(const ClusterView & view, const std::vector<int> & nodeOfLabel, const std::vector<Color> & nodeColors)
{
  const std::vector<int>   nodes = NodesShown(view, nodeOfLabel);
  const Raster             raster = Shade(view, nodes, nodeColors);
  std::vector<Color>       sums(nodeColors.size());
  std::vector<std::size_t> counts(nodeColors.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    if (nodes[i] >= 0)
    {
      Color & sum = sums[static_cast<std::size_t>(nodes[i])];
      sum.red += raster.pixels[i].red;
      sum.green += raster.pixels[i].green;
      sum.blue += raster.pixels[i].blue;
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

void
DrawLabelMap(Canvas &                         canvas,
             const ClusterView &              view,
             const std::vector<int> &         nodeOfLabel,
             const std::vector<Color> &       nodeColors,
             const std::vector<std::string> & nodeTexts,
             double                           x,
             double                           y,
             const Extent &                   extent)
{
  const std::vector<int> nodes = NodesShown(view, nodeOfLabel);
  canvas.Picture(Shade(view, nodes, nodeColors), x, y, extent.width, extent.height);
  canvas.Frame(x, y, extent.width, extent.height, 0.8, InkColor);

  const double            cellWidth = extent.width / view.scan.columns;
  const double            cellHeight = extent.height / view.scan.rows;
  const std::vector<Spot> spots = WidestSpots(nodes, view.scan, view.nodes.size());
  const bool              areFew = std::set<int>(nodes.begin(), nodes.end()).size() <= MostAlwaysNamed;
  for (std::size_t i = 0; i < spots.size(); ++i)
  {
    TextStyle style;
    style.size = extent.width > 400 ? 13 : 10.5;
    style.bold = true;
    style.align = Align::Center;
    style.halo = true;
    const double room = 2 * spots[i].distance * std::min(cellWidth, cellHeight);
    if (areFew && room < style.size)
    {
      style.size = 8;
    }
    if (spots[i].distance > 0 && i < nodeTexts.size() &&
        (areFew || room > std::max(style.size, canvas.TextWidth(nodeTexts[i], style))))
    {
      canvas.Text(x + (spots[i].column + 0.5) * cellWidth,
                  y + (spots[i].row + 0.5) * cellHeight + style.size * 0.36,
                  nodeTexts[i],
                  style);
    }
  }
}
} // namespace fourdstem::cli
