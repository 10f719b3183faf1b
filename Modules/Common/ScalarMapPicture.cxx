// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/Panels.h"

#include <algorithm>
#include <cmath>
#include <iterator>

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
    range.high = std::max(std::abs(range.low), std::abs(range.high));
    range.low = -range.high;
  }
  if (range.high <= range.low)
  {
    range.high = range.low + (range.low == 0 ? 1 : std::abs(range.low));
  }
  return range;
}
} // namespace

void
WriteScalarMapPicture(const ScalarMapView & view, const std::string & path)
{
  constexpr double margin = 26;
  constexpr double titleHeight = 50;
  constexpr double barWidth = 84;
  const Extent     map = FitGrid(view.scan, 600, 600);
  const Range      range = RobustRange(view);
  const double     width = std::max(map.width + 16 + barWidth, 300.0);
  const double     barHeight = std::max(map.height, 90.0);
  const auto       atShare = [&](double t) { return view.diverging ? DivergingColor(2 * t - 1) : SequentialColor(t); };

  Canvas canvas(width + 2 * margin, titleHeight + std::max(map.height + 30, barHeight) + 2 * margin);
  DrawTitle(canvas, margin, margin, width, view.title, view.unit);
  const double top = margin + titleHeight;
  const auto   colorOf = [&](double value) { return atShare((value - range.low) / (range.high - range.low)); };
  canvas.Picture(ToRaster(view.values, view.scan, colorOf), margin, top, map.width, map.height);
  canvas.Frame(margin, top, map.width, map.height, 0.8, InkColor);
  DrawScaleBar(canvas, view.scan, margin, top + map.height, map);
  std::vector<std::pair<double, std::string>> ticks;
  for (const double t : { 0.0, 0.25, 0.5, 0.75, 1.0 })
  {
    ticks.emplace_back(t, FormatValue(range.low + t * (range.high - range.low)));
  }
  DrawColorBar(canvas, margin + map.width + 16, top, barHeight, atShare, ticks);
  canvas.WritePng(path);
}
} // namespace fourdstem::cli
