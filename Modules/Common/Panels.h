// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Panels_h
#define fourdstem_cli_Panels_h

#include "Common/Canvas.h"
#include "Common/ClusterView.h"

#include <functional>

namespace fourdstem::cli
{
/** The pieces that the pictures are put together from. Lengths are points of the canvas. */
struct Extent
{
  double width = 0;
  double height = 0;
};

constexpr Color InkColor{ 0.13, 0.13, 0.15 };
constexpr Color PaleInkColor{ 0.42, 0.43, 0.46 };
constexpr Color LineColor{ 0.72, 0.73, 0.75 };

/** Size of a grid within a box, in its physical proportions; a cell has at most 64 points, a side at least 14. */
Extent
FitGrid(const Grid & grid, double width, double height);

/** Title and the line below it; returns the height used. */
double
DrawTitle(Canvas & canvas, double x, double y, double width, const std::string & title, const std::string & subtitle);

/** Label map in the colours of its nodes over the background, with the text of each node: where its region is wide
 * enough or, of few nodes, in any case. */
void
DrawLabelMap(Canvas &                         canvas,
             const ClusterView &              view,
             const std::vector<int> &         nodeOfLabel,
             const std::vector<Color> &       nodeColors,
             const std::vector<std::string> & nodeTexts,
             double                           x,
             double                           y,
             const Extent &                   extent);

/** A bar of round length below a panel that shows a grid; needs 26 points of height. */
void
DrawScaleBar(Canvas & canvas, const Grid & grid, double x, double y, const Extent & extent);

/** Values to colours through a scale, to be drawn with Canvas::Picture. */
Raster
ToRaster(const std::vector<float> & values, const Grid & grid, const std::function<Color(double)> & colorOfValue);

/** Logarithmic scale shared by patterns: from the faint parts of the reference to its brightest. */
struct PatternScale
{
  double lowest = 1;
  double highest = 10;

  static PatternScale
  Of(const std::vector<float> & reference);

  Color
  operator()(double value) const;
};

/** Scale of differences, symmetric around 0, with the square root of the size so that weak and strong are seen. */
struct DifferenceScale
{
  double largest = 1;

  static DifferenceScale
  Of(const std::vector<const std::vector<float> *> & patterns);

  Color
  operator()(double value) const;
};

/** An upright colour bar with text at places (0 below, 1 above). */
void
DrawColorBar(Canvas &                                            canvas,
             double                                              x,
             double                                              y,
             double                                              height,
             const std::function<Color(double)> &                colorAt,
             const std::vector<std::pair<double, std::string>> & ticks);

/** A disk with a number in it, as leaves are marked. */
void
DrawBadge(Canvas & canvas, double x, double y, double radius, const std::string & text, const Color & color);

/** Black or white, whichever is read better on a colour. */
Color
TextColorOn(const Color & color);
} // namespace fourdstem::cli

#endif
