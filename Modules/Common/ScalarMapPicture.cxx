// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/Panels.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace fourdstem::cli
{
namespace
{
struct Range
{
  double low = 0;
  double high = 1;
};

/** Between the 0.5th and 99.5th percentile, so that single wild values do not hide the rest. */
Range
RobustRange(const ScalarMapView & view)
{
  std::vector<float> finite;
  std::copy_if(
    view.values.begin(), view.values.end(), std::back_inserter(finite), [](float v) { return std::isfinite(v); });
  if (finite.empty())
  {
    return {};
  }
  std::sort(finite.begin(), finite.end());
  const auto last = static_cast<double>(finite.size() - 1);
  Range      range{ static_cast<double>(finite[static_cast<std::size_t>(0.005 * last)]),
               static_cast<double>(finite[static_cast<std::size_t>(std::ceil(0.995 * last))]) };
  if (view.diverging)
  {
    range.high = view.largest > 0 ? view.largest : std::max(std::abs(range.low), std::abs(range.high));
    range.low = -range.high;
  }
  if (range.high <= range.low)
  {
    range.high = range.low + (range.low == 0 ? 1 : std::abs(range.low));
  }
  return range;
}

constexpr double margin = 26;
constexpr double titleHeight = 50;
constexpr double barWidth = 84;
constexpr double leastWidth = 300; // of a title
constexpr double scaleBarHeight = 30;

/** Size of a map with its title, colour bar and scale bar, where the map alone fits into a square of `side`. */
Extent
MapExtent(const ScalarMapView & view, double side)
{
  const Extent map = FitGrid(view.scan, side, side);
  return { std::max(map.width + 16 + barWidth, leastWidth), titleHeight + std::max(map.height + scaleBarHeight, 90.0) };
}

void
DrawMap(Canvas & canvas, const ScalarMapView & view, double side, double left, double top)
{
  const Extent map = FitGrid(view.scan, side, side);
  const Range  range = RobustRange(view);
  const auto   atShare = [&](double t) { return view.diverging ? DivergingColor(2 * t - 1) : SequentialColor(t); };
  const auto   colorOf = [&](double value) { return atShare((value - range.low) / (range.high - range.low)); };
  DrawTitle(canvas, left, top, MapExtent(view, side).width, view.title, view.unit);
  top += titleHeight;
  canvas.Picture(ToRaster(view.values, view.scan, colorOf), left, top, map.width, map.height);
  canvas.Frame(left, top, map.width, map.height, 0.8, InkColor);
  DrawScaleBar(canvas, view.scan, left, top + map.height, map);
  std::vector<std::pair<double, std::string>> ticks;
  for (const double t : { 0.0, 0.25, 0.5, 0.75, 1.0 })
  {
    ticks.emplace_back(t, FormatValue(range.low + t * (range.high - range.low)));
  }
  DrawColorBar(canvas, left + map.width + 16, top, std::max(map.height, 90.0), atShare, ticks);
}
} // namespace

double
LargestShown(const std::vector<float> & values)
{
  ScalarMapView view;
  view.values = values;
  view.diverging = true;
  return RobustRange(view).high;
}

void
WriteScalarMapPicture(const ScalarMapView & view, const std::string & path)
{
  constexpr double side = 600;
  const Extent     extent = MapExtent(view, side);
  Canvas           canvas(extent.width + 2 * margin, extent.height + 2 * margin);
  DrawMap(canvas, view, side, margin, margin);
  canvas.WritePng(path);
}

void
WriteScalarMapsPicture(const std::string &                title,
                       const std::string &                subtitle,
                       const std::vector<ScalarMapView> & views,
                       const std::string &                path)
{
  constexpr double      side = 420;
  constexpr double      gap = 34;
  constexpr std::size_t columns = 2;
  if (views.empty())
  {
    throw std::invalid_argument("there is no map to draw");
  }
  const Extent extent = MapExtent(views.front(), side);
  const auto   rows = static_cast<double>((views.size() + columns - 1) / columns);
  const auto   width = columns * extent.width + gap;
  Canvas       canvas(width + 2 * margin, titleHeight + rows * (extent.height + gap) - gap + 2 * margin);
  DrawTitle(canvas, margin, margin, width, title, subtitle);
  for (std::size_t i = 0; i < views.size(); ++i)
  {
    DrawMap(canvas,
            views[i],
            side,
            margin + static_cast<double>(i % columns) * (extent.width + gap),
            margin + titleHeight + static_cast<double>(i / columns) * (extent.height + gap));
  }
  canvas.WritePng(path);
}
} // namespace fourdstem::cli
