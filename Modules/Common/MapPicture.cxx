// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/LabelColors.h"
#include "Common/Panels.h"

#include <algorithm>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
constexpr double Margin = 26;
constexpr double MapSide = 700;
constexpr double EntryHeight = 21;
constexpr double EntryWidth = 232;
constexpr double ColumnGap = 22;

struct Entry
{
  Color       color;
  std::string name;
  std::string share;
  std::string area;
};

std::vector<Entry>
LegendEntries(const ClusterView & view, const std::vector<Color> & colors)
{
  std::vector<Entry>       entries;
  const std::int64_t       whole = view.nodes.empty() ? 0 : view.nodes[0].size;
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < view.nodes.size(); ++i)
  {
    if (view.nodes[i].label > 0)
    {
      leaves.push_back(i);
    }
  }
  std::sort(leaves.begin(), leaves.end(), [&](std::size_t a, std::size_t b) {
    return view.nodes[a].label < view.nodes[b].label;
  });
  for (const std::size_t i : leaves)
  {
    const NodeView & node = view.nodes[i];
    entries.push_back(
      { colors[i], std::to_string(node.label), FormatShare(node.size, whole), FormatArea(node.size, view.scan) });
  }
  const auto masked = std::count(view.labels.begin(), view.labels.end(), std::uint16_t{ 0 });
  if (masked > 0)
  {
    entries.push_back({ Color{ 0.8, 0.8, 0.8 }, "none", "", FormatArea(masked, view.scan) });
  }
  return entries;
}

void
DrawEntry(Canvas & canvas, const Entry & entry, double x, double y)
{
  TextStyle style;
  canvas.RoundedRectangle(x, y + 2, 26, EntryHeight - 5, 3, entry.color);
  style.align = Align::Right;
  canvas.Text(x + 124, y + 14.5, entry.share, style);
  style.color = PaleInkColor;
  canvas.Text(x + EntryWidth, y + 14.5, entry.area, style);
  style.bold = entry.name != "none";
  style.color = InkColor;
  style.align = Align::Left;
  canvas.Text(x + 36, y + 14.5, entry.name, style);
}

void
DrawLegendHead(Canvas & canvas, double x, double y)
{
  TextStyle style;
  style.size = 10.5;
  style.color = PaleInkColor;
  canvas.Text(x + 36, y + 11, "leaf", style);
  style.align = Align::Right;
  canvas.Text(x + 124, y + 11, "share", style);
  canvas.Text(x + EntryWidth, y + 11, "area", style);
  canvas.Line({ { x, y + 17 }, { x + EntryWidth, y + 17 } }, 0.8, LineColor);
}

std::string
Subtitle(const ClusterView & view, std::size_t leaves)
{
  std::string text = std::to_string(leaves) + (leaves == 1 ? " leaf, " : " leaves, ") + FormatCount(view.scan.rows) +
                     " × " + FormatCount(view.scan.columns) + " positions";
  if (view.scan.unit != "px")
  {
    text += ", step " + FormatLength(view.scan.stepX, view.scan.unit);
    text += view.scan.stepX != view.scan.stepY ? " × " + FormatLength(view.scan.stepY, view.scan.unit) : std::string();
  }
  return text;
}
} // namespace

void
WriteMapPicture(const ClusterView & view, const std::string & path)
{
  constexpr double         titleHeight = 50;
  constexpr double         barHeight = 30;
  constexpr double         headHeight = 22;
  const std::vector<Color> colors = ColorsOf(view);
  const std::vector<int>   nodeOfLabel = NodesOfLabels(view, DeepestLevel(view));
  const auto               entries = LegendEntries(view, MeanColorsShown(view, nodeOfLabel, colors));
  const Extent             map = FitGrid(view.scan, MapSide, MapSide);
  const bool               below = map.width > 1.5 * map.height && map.width >= 2 * EntryWidth + ColumnGap;
  const double             beside = std::max(map.height, 12 * EntryHeight);
  const auto               rowsBeside = static_cast<std::size_t>((beside - headHeight) / EntryHeight);
  const auto               columnsBelow = static_cast<std::size_t>((map.width + ColumnGap) / (EntryWidth + ColumnGap));
  const std::size_t        rows = std::max<std::size_t>(
    1, below ? (entries.size() + columnsBelow - 1) / columnsBelow : std::min(rowsBeside, entries.size()));
  const std::size_t columns = std::max<std::size_t>(1, (entries.size() + rows - 1) / rows);
  const double      legendWidth = static_cast<double>(columns) * (EntryWidth + ColumnGap) - ColumnGap;
  const double      legendHeight = headHeight + static_cast<double>(rows) * EntryHeight;
  const double      legendX = below ? Margin : Margin + map.width + 30;
  const double      legendY = Margin + titleHeight + (below ? map.height + barHeight + 8 : 0);
  const double      width = below ? map.width : map.width + 30 + legendWidth;
  const double      height = below ? titleHeight + map.height + barHeight + 8 + legendHeight
                                   : titleHeight + std::max(map.height + barHeight, legendHeight);

  Canvas     canvas(width + 2 * Margin, height + 2 * Margin);
  const auto masked = static_cast<std::size_t>(!entries.empty() && entries.back().name == "none");
  DrawTitle(canvas, Margin, Margin, width, view.title, Subtitle(view, entries.size() - masked));
  std::vector<std::string> texts;
  for (const NodeView & node : view.nodes)
  {
    texts.push_back(std::to_string(node.label));
  }
  DrawLabelMap(canvas, view, nodeOfLabel, colors, texts, Margin, Margin + titleHeight, map);
  DrawScaleBar(canvas, view.scan, Margin, Margin + titleHeight + map.height, map);
  for (std::size_t i = 0; i < entries.size(); ++i)
  {
    const double x = legendX + static_cast<double>(i / rows) * (EntryWidth + ColumnGap);
    if (i % rows == 0)
    {
      DrawLegendHead(canvas, x, legendY);
    }
    DrawEntry(canvas, entries[i], x, legendY + headHeight + static_cast<double>(i % rows) * EntryHeight);
  }
  canvas.WritePng(path);
}

void
WriteLevelsPicture(const ClusterView & view, const std::string & path)
{
  constexpr double titleHeight = 24;
  constexpr double gap = 24;
  const int        depth = DeepestLevel(view);
  const int        first = depth > 0 ? 1 : 0;
  const int        panels = depth - first + 1;
  const Extent     map = FitGrid(view.scan, 340, 340);
  const double     cellWidth = std::max(map.width, 150.0);
  const int        columns = std::clamp(static_cast<int>((1500 + gap) / (cellWidth + gap)), 1, std::min(panels, 5));
  const int        rows = (panels + columns - 1) / columns;
  const double     width = columns * (cellWidth + gap) - gap;
  const double     height = rows * (titleHeight + map.height + gap) + 8;
  const std::vector<Color> colors = ColorsOf(view);

  Canvas canvas(width + 2 * Margin, height + 2 * Margin);
  for (int panel = 0; panel < panels; ++panel)
  {
    const int              level = first + panel;
    const double           x = Margin + (panel % columns) * (cellWidth + gap);
    const double           y = Margin + (panel / columns) * (titleHeight + map.height + gap);
    const std::vector<int> nodes = NodesOfLabels(view, level);
    // Numbered as in levels.nrrd: leaves of the cut tree in their order, which is that of the labels.
    int                      shown = 0;
    std::vector<std::string> texts(view.nodes.size());
    for (std::size_t label = 1; label < nodes.size(); ++label)
    {
      if (nodes[label] >= 0 && texts[static_cast<std::size_t>(nodes[label])].empty())
      {
        texts[static_cast<std::size_t>(nodes[label])] = std::to_string(++shown);
      }
    }
    TextStyle style;
    style.size = 13;
    style.bold = true;
    const std::string name = "Level " + std::to_string(level);
    canvas.Text(x, y + 13, name, style);
    const double nameWidth = canvas.TextWidth(name, style);
    style.size = 11;
    style.bold = false;
    style.color = PaleInkColor;
    canvas.Text(x + nameWidth + 9, y + 13, std::to_string(shown) + (shown == 1 ? " domain" : " domains"), style);
    DrawLabelMap(canvas, view, nodes, colors, texts, x, y + titleHeight, map);
  }
  DrawScaleBar(canvas, view.scan, Margin, Margin + height - gap - 8, map);
  canvas.WritePng(path);
}
} // namespace fourdstem::cli
