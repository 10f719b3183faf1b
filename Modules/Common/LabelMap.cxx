// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/LabelColors.h"
#include "Common/Panels.h"

#include <algorithm>
#include <set>

namespace fourdstem::cli
{
namespace
{
// Above so many, numbers that do not fit their regions would hide the map.
constexpr std::size_t MostAlwaysNamed = 40;
} // namespace

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
  Raster                 raster(view.scan.columns, view.scan.rows);
  raster.pixels = ColorsShown(view, nodes, nodeColors);
  canvas.Picture(raster, x, y, extent.width, extent.height);
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
