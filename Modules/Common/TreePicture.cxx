// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/LabelColors.h"
#include "Common/Panels.h"
#include "Common/TreeLayout.h"

#include <algorithm>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
constexpr double Margin = 26;
constexpr double TitleHeight = 50;
constexpr double HeadHeight = 20;
constexpr double NoteLineHeight = 12.5;
constexpr int    NoteLines = 5;
constexpr double Border = 3;
// Cards side by side; deeper levels are left out of wider trees.
constexpr double WidestTree = 40;

/** Sizes of one node's card, smaller in wide trees. */
struct Card
{
  double width = 0;
  double gap = 0;
  Extent pattern;
  double height = 0;
  double levelHeight = 0;
};

Card
CardFor(const ClusterView & view, double placesAcross)
{
  Card card;
  card.width = std::clamp(2400 / placesAcross - 20, 126.0, 170.0);
  card.gap = 20;
  card.pattern = view.detector.rows > 0 && view.detector.columns > 0
                   ? FitGrid(view.detector, card.width - 2 * Border, card.width - 2 * Border)
                   : Extent{ card.width - 2 * Border, 30 };
  card.height = HeadHeight + card.pattern.height + 2 * Border + 5 + NoteLines * NoteLineHeight;
  card.levelHeight = card.height + 34;
  return card;
}

/** The nodes without those deeper than a level, which lie with their ancestors. */
std::vector<NodeView>
UpToLevel(std::vector<NodeView> nodes, int level)
{
  for (NodeView & node : nodes)
  {
    node.pattern.clear();
    if (node.level >= level)
    {
      node.children.clear();
    }
  }
  return nodes;
}

double
Across(const std::vector<double> & places)
{
  return *std::max_element(places.begin(), places.end()) + 1;
}

/** Returns where the card ends, below the note. */
double
DrawCard(Canvas &             canvas,
         const ClusterView &  view,
         int                  id,
         const Color &        color,
         const Card &         card,
         const PatternScale & scale,
         double               center,
         double               y)
{
  const NodeView & node = view.nodes[static_cast<std::size_t>(id)];
  const double     left = center - card.width / 2;
  TextStyle        style;
  style.size = 11.5;
  style.bold = true;
  double textX = left;
  if (node.label > 0)
  {
    DrawBadge(canvas, left + 8, y + 8, 8, std::to_string(node.label), color);
    textX += 21;
  }
  canvas.Text(textX, y + 12, "node " + std::to_string(id), style);
  style.bold = false;
  style.align = Align::Right;
  style.color = PaleInkColor;
  canvas.Text(left + card.width, y + 12, FormatShare(node.size, view.nodes[0].size), style);

  const double patternX = center - card.pattern.width / 2;
  const double patternY = y + HeadHeight + Border;
  canvas.RoundedRectangle(patternX - Border,
                          patternY - Border,
                          card.pattern.width + 2 * Border,
                          card.pattern.height + 2 * Border,
                          Border,
                          color);
  if (!node.pattern.empty())
  {
    canvas.Picture(
      ToRaster(node.pattern, view.detector, scale), patternX, patternY, card.pattern.width, card.pattern.height);
  }

  style.size = 9.5;
  style.align = Align::Left;
  double noteY = patternY + card.pattern.height + Border + 12;
  for (const std::string & line : canvas.Wrapped(node.note, card.width, NoteLines, style))
  {
    canvas.Text(left, noteY, line, style);
    noteY += NoteLineHeight;
  }
  return noteY - NoteLineHeight;
}

/** From below a parent's card to the head of each child. */
void
DrawBranches(Canvas & canvas, double x, double y, const std::vector<double> & children, double childY)
{
  const double bend = childY - 14;
  canvas.Line({ { x, y }, { x, bend } }, 1.4, LineColor);
  canvas.Line({ { children.front() - 0.7, bend }, { children.back() + 0.7, bend } }, 1.4, LineColor);
  for (const double child : children)
  {
    canvas.Line({ { child, bend }, { child, childY - 4 } }, 1.4, LineColor);
  }
}
} // namespace

void
WriteTreePicture(const ClusterView & view, const std::string & path)
{
  const std::vector<Color> colors = ColorsOf(view);
  const int                deepest = DeepestLevel(view);
  int                      depth = deepest;
  std::vector<double>      places = LayOutTree(view.nodes);
  while (depth > 1 && Across(places) > WidestTree)
  {
    places = LayOutTree(UpToLevel(view.nodes, --depth));
  }
  const double across = Across(places);
  const Card   card = CardFor(view, across);
  const double width = std::max(across * (card.width + card.gap) - card.gap, 520.0);
  const double legend = 30;
  const double height = TitleHeight + (depth + 1) * card.levelHeight - 34 + legend;
  const double shift = Margin + 0.5 * (width - across * (card.width + card.gap) + card.gap) + card.width / 2;
  const auto centerOf = [&](int id) { return shift + places[static_cast<std::size_t>(id)] * (card.width + card.gap); };
  const auto topOf = [&](const NodeView & node) { return Margin + TitleHeight + node.level * card.levelHeight; };

  Canvas canvas(width + 2 * Margin, height + 2 * Margin);
  DrawTitle(
    canvas,
    Margin,
    Margin,
    width,
    view.title,
    "Cluster tree: mean pattern of each node, logarithmic; share of positions" +
      (depth < deepest ? "; levels 0 to " + std::to_string(depth) + " of " + std::to_string(deepest) : std::string()));
  const PatternScale scale = PatternScale::Of(view.nodes[0].pattern);
  for (std::size_t i = 0; i < view.nodes.size(); ++i)
  {
    const NodeView &    node = view.nodes[i];
    const int           id = static_cast<int>(i);
    std::vector<double> children;
    if (node.level > depth)
    {
      continue;
    }
    for (const int child : node.children)
    {
      if (node.level < depth)
      {
        children.push_back(centerOf(child));
      }
    }
    const double bottom = DrawCard(canvas, view, id, colors[i], card, scale, centerOf(id), topOf(node));
    if (!children.empty())
    {
      DrawBranches(canvas, centerOf(id), bottom + 7, children, topOf(node) + card.levelHeight);
    }
  }
  if (view.detector.columns > 0)
  {
    DrawScaleBar(canvas, view.detector, Margin, Margin + height - legend, card.pattern);
  }
  canvas.WritePng(path);
}

void
WriteClusterPictures(const ClusterView & view, const std::string & folder)
{
  WriteMapPicture(view, folder + "/map.png");
  WriteLevelsPicture(view, folder + "/levels.png");
  WriteTreePicture(view, folder + "/tree.png");
  WriteDifferencesPicture(view, folder + "/differences.png");
}
} // namespace fourdstem::cli
