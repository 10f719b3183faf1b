// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Panels.h"

#include "Common/Measures.h"

#include <algorithm>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
std::vector<double>
SortedFinite(const std::vector<float> & values, bool absolute)
{
  std::vector<double> finite;
  finite.reserve(values.size());
  for (const float value : values)
  {
    if (std::isfinite(value))
    {
      finite.push_back(absolute ? std::abs(static_cast<double>(value)) : static_cast<double>(value));
    }
  }
  std::sort(finite.begin(), finite.end());
  return finite;
}

double
Quantile(const std::vector<double> & sorted, double share)
{
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}
} // namespace

Extent
FitGrid(const Grid & grid, double width, double height)
{
  const double physicalWidth = grid.columns * grid.stepX;
  const double physicalHeight = grid.rows * grid.stepY;
  const double largestCell = 64 / std::max(grid.stepX, grid.stepY);
  const double scale = std::min({ width / physicalWidth, height / physicalHeight, largestCell });
  return { std::max(14.0, physicalWidth * scale), std::max(14.0, physicalHeight * scale) };
}

double
DrawTitle(Canvas & canvas, double x, double y, double width, const std::string & title, const std::string & subtitle)
{
  TextStyle style;
  style.size = 17;
  style.bold = true;
  canvas.Text(x, y + 17, canvas.Shortened(title, width, style), style);
  style.size = 11.5;
  style.bold = false;
  style.color = PaleInkColor;
  canvas.Text(x, y + 36, canvas.Shortened(subtitle, width, style), style);
  return 50;
}

void
DrawScaleBar(Canvas & canvas, const Grid & grid, double x, double y, const Extent & extent)
{
  const double physicalWidth = grid.columns * grid.stepX;
  const double limit = physicalWidth * (extent.width > 150 ? 0.25 : 0.45);
  const double length = RoundLength(grid.unit == "px" ? std::max(limit, 1.0) : limit);
  const double points = length / physicalWidth * extent.width;
  TextStyle    style;
  style.size = extent.width > 150 ? 12 : 10;
  canvas.Rectangle(x, y + 9, points, 4, InkColor);
  canvas.Text(x + points + 7, y + 11 + style.size * 0.36, FormatLength(length, grid.unit), style);
}

Raster
ToRaster(const std::vector<float> & values, const Grid & grid, const std::function<Color(double)> & colorOfValue)
{
  Raster raster(grid.columns, grid.rows);
  for (std::size_t i = 0; i < raster.pixels.size(); ++i)
  {
    raster.pixels[i] = colorOfValue(i < values.size() ? static_cast<double>(values[i]) : std::nan(""));
  }
  return raster;
}

PatternScale
PatternScale::Of(const std::vector<float> & reference)
{
  std::vector<double> sorted = SortedFinite(reference, false);
  sorted.erase(sorted.begin(), std::upper_bound(sorted.begin(), sorted.end(), 0.0));
  if (sorted.empty())
  {
    return {};
  }
  PatternScale scale;
  scale.highest = Quantile(sorted, 0.9995);
  scale.lowest = std::max(Quantile(sorted, 0.05), scale.highest * 1e-5);
  if (scale.highest <= scale.lowest)
  {
    scale.lowest = scale.highest / 10;
  }
  return scale;
}

Color
PatternScale::operator()(double value) const
{
  const double t = value > 0 ? std::log(value / lowest) / std::log(highest / lowest) : 0.0;
  return SequentialColor(std::isnan(value) ? value : t);
}

DifferenceScale
DifferenceScale::Of(const std::vector<const std::vector<float> *> & patterns)
{
  DifferenceScale scale{ 0 };
  for (const std::vector<float> * pattern : patterns)
  {
    const std::vector<double> sorted = SortedFinite(*pattern, true);
    if (!sorted.empty())
    {
      scale.largest = std::max(scale.largest, Quantile(sorted, 0.995));
    }
  }
  if (scale.largest == 0)
  {
    scale.largest = 1;
  }
  return scale;
}

Color
DifferenceScale::operator()(double value) const
{
  const double t = std::sqrt(std::min(std::abs(value) / largest, 1.0));
  return DivergingColor(value < 0 ? -t : t);
}

void
DrawColorBar(Canvas &                                            canvas,
             double                                              x,
             double                                              y,
             double                                              height,
             const std::function<Color(double)> &                colorAt,
             const std::vector<std::pair<double, std::string>> & ticks)
{
  constexpr int    steps = 256;
  constexpr double width = 11;
  Raster           raster(1, steps);
  for (int i = 0; i < steps; ++i)
  {
    raster.pixels[static_cast<std::size_t>(i)] = colorAt(1.0 - (i + 0.5) / steps);
  }
  canvas.Picture(raster, x, y, width, height);
  canvas.Frame(x, y, width, height, 0.6, LineColor);
  TextStyle style;
  style.size = 10;
  for (const auto & [place, text] : ticks)
  {
    const double tickY = y + height * (1 - place);
    canvas.Line({ { x + width, tickY }, { x + width + 3, tickY } }, 0.8, InkColor);
    canvas.Text(x + width + 6, tickY + 3.6, text, style);
  }
}

void
DrawBadge(Canvas & canvas, double x, double y, double radius, const std::string & text, const Color & color)
{
  canvas.Disk(x, y, radius, color);
  TextStyle style;
  style.size = radius * (text.size() > 2 ? 0.85 : 1.1);
  style.bold = true;
  style.align = Align::Center;
  style.color = TextColorOn(color);
  canvas.Text(x, y + style.size * 0.36, text, style);
}

Color
TextColorOn(const Color & color)
{
  return ToLab(color).lightness > 0.66 ? Color{ 0.08, 0.08, 0.1 } : Color{ 1, 1, 1 };
}
} // namespace fourdstem::cli
