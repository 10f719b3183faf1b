// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Canvas_h
#define fourdstem_cli_Canvas_h

#include "Common/Colors.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fourdstem::cli
{
/** Pixels to be laid into a picture, row by row from the top. */
struct Raster
{
  int                width = 0;
  int                height = 0;
  std::vector<Color> pixels;

  Raster(int w, int h)
    : width(w)
    , height(h)
    , pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h))
  {}
};

enum class Align
{
  Left,
  Center,
  Right
};

struct TextStyle
{
  double size = 12;
  bool   bold = false;
  Color  color{ 0.13, 0.13, 0.15 };
  Align  align = Align::Left;
  bool   halo = false; // white around the letters, for text on pictures
};

/** A white sheet to draw on, in points from the top left corner; written as PNG with two pixels a point, fewer for very
 * large sheets. Text is set in DejaVu Sans. */
class Canvas
{
public:
  Canvas(double width, double height);
  ~Canvas();
  Canvas(const Canvas &) = delete;
  Canvas &
  operator=(const Canvas &) = delete;

  void
  Rectangle(double x, double y, double width, double height, const Color & color);
  void
  RoundedRectangle(double x, double y, double width, double height, double radius, const Color & color);
  /** A line along the outside of a rectangle. */
  void
  Frame(double x, double y, double width, double height, double thickness, const Color & color);
  void
  Disk(double x, double y, double radius, const Color & color);
  void
  Line(const std::vector<std::pair<double, double>> & points, double thickness, const Color & color);

  /** Sharp cells where enlarged, averaged where reduced. */
  void
  Picture(const Raster & raster, double x, double y, double width, double height);

  /** One line; y is the baseline. */
  void
  Text(double x, double y, const std::string & text, const TextStyle & style = {});
  double
  TextWidth(const std::string & text, const TextStyle & style = {});
  /** The text, cut and ended by an ellipsis where it is wider. */
  std::string
  Shortened(const std::string & text, double width, const TextStyle & style = {});
  /** The text in at most `lines` lines, broken at spaces, the last one shortened. */
  std::vector<std::string>
  Wrapped(const std::string & text, double width, std::size_t lines, const TextStyle & style = {});

  /** Throws, naming the path, when not everything reached the file. */
  void
  WritePng(const std::string & path);

private:
  struct Cairo;
  std::unique_ptr<Cairo> m_Cairo;
};
} // namespace fourdstem::cli

#endif
