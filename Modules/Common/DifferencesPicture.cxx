// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/Panels.h"

#include <algorithm>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
constexpr double      Margin = 26;
constexpr double      TitleHeight = 50;
constexpr double      PanelSide = 190;
constexpr double      PanelGap = 16;
constexpr double      HeadHeight = 22;
constexpr double      BarWidth = 78;
constexpr double      RowGap = 20;
constexpr std::size_t PanelsPerRow = 7;
constexpr double      WidestSheet = 1500;
// The first splits are drawn until the sheet is so long.
constexpr double LongestSheet = 4000;

/** The differences of one split, in lines of a few panels. */
struct Split
{
  int                             parent = 0;
  std::vector<const Difference *> panels;
  DifferenceScale                 scale;
  double                          x = 0;
  double                          y = 0;
};

std::size_t
LinesOf(const Split & split)
{
  return (split.panels.size() + PanelsPerRow - 1) / PanelsPerRow;
}

std::vector<Split>
GroupBySplit(const ClusterView & view, const std::vector<Difference> & differences)
{
  std::vector<Split> splits;
  for (const Difference & difference : differences)
  {
    const int parent = view.nodes[static_cast<std::size_t>(difference.node)].parent;
    if (splits.empty() || splits.back().parent != parent)
    {
      splits.emplace_back();
      splits.back().parent = parent;
    }
    splits.back().panels.push_back(&difference);
  }
  for (Split & split : splits)
  {
    std::vector<const std::vector<float> *> patterns;
    for (const Difference * difference : split.panels)
    {
      patterns.push_back(&difference->pattern);
    }
    split.scale = DifferenceScale::Of(patterns);
  }
  return splits;
}

void
DrawSplit(Canvas & canvas, const ClusterView & view, const Split & split, const Extent & panel)
{
  for (std::size_t i = 0; i < split.panels.size(); ++i)
  {
    const Difference & difference = *split.panels[i];
    const double       x = split.x + static_cast<double>(i % PanelsPerRow) * (panel.width + PanelGap);
    const double       top = split.y + static_cast<double>(i / PanelsPerRow) * (panel.height + HeadHeight + 8);
    const std::string  name = NodeName(view, difference.node) + " − " + NodeName(view, difference.minus);
    TextStyle          style;
    style.size = 11.5;
    style.bold = true;
    // Widths are not quite proportional to sizes.
    style.size *= std::clamp(0.97 * panel.width / canvas.TextWidth(name, style), 0.7, 1.);
    canvas.Text(x, top + 14, canvas.Shortened(name, panel.width, style), style);
    canvas.Picture(
      ToRaster(difference.pattern, view.detector, split.scale), x, top + HeadHeight, panel.width, panel.height);
    canvas.Frame(x, top + HeadHeight, panel.width, panel.height, 0.8, LineColor);
  }
  const double largest = split.scale.largest;
  const auto   atHeight = [&](double height) {
    const double t = 2 * height - 1;
    return split.scale((t < 0 ? -t * t : t * t) * largest);
  };
  const double quarter = std::sqrt(0.25) / 2;
  DrawColorBar(canvas,
               split.x + static_cast<double>(std::min(split.panels.size(), PanelsPerRow)) * (panel.width + PanelGap),
               split.y + HeadHeight,
               panel.height,
               atHeight,
               { { 0, FormatValue(-largest) },
                 { 0.5 - quarter, FormatValue(-largest / 4) },
                 { 0.5, "0" },
                 { 0.5 + quarter, FormatValue(largest / 4) },
                 { 1, FormatValue(largest) } });
}
/** Places the splits one after another in rows of the sheet, and drops those beyond its end but the first; returns the
 * size that they take. */
Extent
PlaceSplits(std::vector<Split> & splits, const Extent & panel)
{
  Extent used;
  double x = 0;
  double y = 0;
  double rowHeight = 0;
  for (Split & split : splits)
  {
    const auto   columns = static_cast<double>(std::min(split.panels.size(), PanelsPerRow));
    const double width = columns * (panel.width + PanelGap) + BarWidth;
    const double height = static_cast<double>(LinesOf(split)) * (panel.height + HeadHeight + 8) - 8;
    if (x > 0 && x + width > WidestSheet)
    {
      x = 0;
      y += rowHeight + RowGap;
      rowHeight = 0;
    }
    if (&split != &splits.front() && y + height > LongestSheet)
    {
      splits.resize(static_cast<std::size_t>(&split - &splits.front()));
      break;
    }
    split.x = Margin + x;
    split.y = Margin + TitleHeight + y;
    rowHeight = std::max(rowHeight, height);
    x += width;
    used.width = std::max(used.width, x);
    used.height = y + rowHeight;
  }
  return used;
}

std::string
FirstOf(std::size_t shown, std::size_t all)
{
  return shown == all ? std::string()
                      : "; the first " + std::to_string(shown) + " of " + std::to_string(all) + " splits";
}
} // namespace

void
WriteDifferencesPicture(const ClusterView & view, const std::string & path)
{
  const std::vector<Difference> differences = NodeDifferences(view);
  std::vector<Split>            splits = GroupBySplit(view, differences);
  const Extent panel = view.detector.rows > 0 ? FitGrid(view.detector, PanelSide, PanelSide) : Extent{ PanelSide, 20 };
  const std::size_t all = splits.size();
  const Extent      used = PlaceSplits(splits, panel);
  const double      width = std::max(used.width, 520.0);

  Canvas canvas(width + 2 * Margin, TitleHeight + used.height + 30 + 2 * Margin);
  DrawTitle(canvas,
            Margin,
            Margin,
            width,
            view.title,
            splits.empty() ? "No differences: the tree has one node or no patterns"
                           : "Differences of mean patterns in counts, child − parent and sibling − sibling; "
                             "square-root scale" +
                               FirstOf(splits.size(), all));
  for (const Split & split : splits)
  {
    DrawSplit(canvas, view, split, panel);
  }
  if (!splits.empty())
  {
    DrawScaleBar(canvas, view.detector, Margin, Margin + TitleHeight + used.height + 4, panel);
  }
  canvas.WritePng(path);
}
} // namespace fourdstem::cli
