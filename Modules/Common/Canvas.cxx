// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Canvas.h"

#include "Common/PngFile.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace fourdstem::cli
{
namespace
{
constexpr double MaximumPixels = 16e6;
constexpr double MaximumSide = 8000;
constexpr double Pi = 3.14159265358979323846;

std::uint32_t
Packed(const Color & color)
{
  const auto byte = [](double value) {
    return static_cast<std::uint32_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
  };
  return byte(color.red) << 16 | byte(color.green) << 8 | byte(color.blue);
}

/** Length of the UTF-8 character at `i`; 0 where there is none. */
std::size_t
CharacterLength(const std::string & text, std::size_t i)
{
  const auto        lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  for (std::size_t k = 1; k < length; ++k)
  {
    if (i + k >= text.size() || (static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80)
    {
      return 0;
    }
  }
  return length;
}

/** Cairo stops drawing for good at text that is not UTF-8, which a file's name may be. */
std::string
ValidUtf8(const std::string & text)
{
  std::string valid;
  for (std::size_t i = 0; i < text.size();)
  {
    const std::size_t length = CharacterLength(text, i);
    valid += length == 0 ? "?" : text.substr(i, length);
    i += std::max<std::size_t>(length, 1);
  }
  return valid;
}
} // namespace

struct Canvas::Cairo
{
  cairo_surface_t * surface = nullptr;
  cairo_t *         context = nullptr;

  void
  Use(const Color & color)
  {
    cairo_set_source_rgb(context, color.red, color.green, color.blue);
  }

  void
  Use(const TextStyle & style)
  {
    cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context, style.size);
  }
};

Canvas::Canvas(double width, double height)
  : m_Cairo(std::make_unique<Cairo>())
{
  const double scale =
    std::min({ 2.0, std::sqrt(MaximumPixels / (width * height)), MaximumSide / std::max(width, height) });
  m_Cairo->surface = cairo_image_surface_create(
    CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(width * scale)), static_cast<int>(std::ceil(height * scale)));
  m_Cairo->context = cairo_create(m_Cairo->surface);
  cairo_scale(m_Cairo->context, scale, scale);
  cairo_font_options_t * options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(m_Cairo->context, options);
  cairo_font_options_destroy(options);
  m_Cairo->Use(Color{ 1, 1, 1 });
  cairo_paint(m_Cairo->context);
}

Canvas::~Canvas()
{
  cairo_destroy(m_Cairo->context);
  cairo_surface_destroy(m_Cairo->surface);
}

void
Canvas::Rectangle(double x, double y, double width, double height, const Color & color)
{
  m_Cairo->Use(color);
  cairo_rectangle(m_Cairo->context, x, y, width, height);
  cairo_fill(m_Cairo->context);
}

void
Canvas::RoundedRectangle(double x, double y, double width, double height, double radius, const Color & color)
{
  cairo_t * const context = m_Cairo->context;
  m_Cairo->Use(color);
  cairo_new_path(context);
  cairo_arc(context, x + width - radius, y + radius, radius, -Pi / 2, 0);
  cairo_arc(context, x + width - radius, y + height - radius, radius, 0, Pi / 2);
  cairo_arc(context, x + radius, y + height - radius, radius, Pi / 2, Pi);
  cairo_arc(context, x + radius, y + radius, radius, Pi, 1.5 * Pi);
  cairo_close_path(context);
  cairo_fill(context);
}

void
Canvas::Frame(double x, double y, double width, double height, double thickness, const Color & color)
{
  m_Cairo->Use(color);
  cairo_set_line_width(m_Cairo->context, thickness);
  cairo_rectangle(m_Cairo->context, x - thickness / 2, y - thickness / 2, width + thickness, height + thickness);
  cairo_stroke(m_Cairo->context);
}

void
Canvas::Disk(double x, double y, double radius, const Color & color)
{
  m_Cairo->Use(color);
  cairo_new_path(m_Cairo->context);
  cairo_arc(m_Cairo->context, x, y, radius, 0, 2 * Pi);
  cairo_fill(m_Cairo->context);
}

void
Canvas::Line(const std::vector<std::pair<double, double>> & points, double thickness, const Color & color)
{
  m_Cairo->Use(color);
  cairo_set_line_width(m_Cairo->context, thickness);
  cairo_new_path(m_Cairo->context);
  for (const auto & [x, y] : points)
  {
    cairo_line_to(m_Cairo->context, x, y);
  }
  cairo_stroke(m_Cairo->context);
}

void
Canvas::Picture(const Raster & raster, double x, double y, double width, double height)
{
  cairo_t * const         context = m_Cairo->context;
  cairo_surface_t * const source = cairo_image_surface_create(CAIRO_FORMAT_RGB24, raster.width, raster.height);
  unsigned char * const   data = cairo_image_surface_get_data(source);
  const int               stride = cairo_image_surface_get_stride(source);
  const Color *           pixel = raster.pixels.data();
  for (int row = 0; row < raster.height; ++row)
  {
    unsigned char * target = data + static_cast<std::ptrdiff_t>(row) * stride;
    for (int column = 0; column < raster.width; ++column, target += 4)
    {
      const std::uint32_t packed = Packed(*pixel++);
      std::memcpy(target, &packed, 4);
    }
  }
  cairo_surface_mark_dirty(source);

  double deviceWidth = width;
  double deviceHeight = height;
  cairo_user_to_device_distance(context, &deviceWidth, &deviceHeight);
  cairo_save(context);
  cairo_rectangle(context, x, y, width, height);
  cairo_clip(context);
  cairo_translate(context, x, y);
  cairo_scale(context, width / raster.width, height / raster.height);
  cairo_set_source_surface(context, source, 0, 0);
  cairo_pattern_t * const pattern = cairo_get_source(context);
  cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter(pattern, deviceWidth >= raster.width ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_paint(context);
  cairo_restore(context);
  cairo_surface_destroy(source);
}

double
Canvas::TextWidth(const std::string & text, const TextStyle & style)
{
  m_Cairo->Use(style);
  cairo_text_extents_t extents;
  cairo_text_extents(m_Cairo->context, ValidUtf8(text).c_str(), &extents);
  return extents.x_advance;
}

void
Canvas::Text(double x, double y, const std::string & text, const TextStyle & style)
{
  cairo_t * const   context = m_Cairo->context;
  const std::string valid = ValidUtf8(text);
  if (style.align != Align::Left)
  {
    x -= this->TextWidth(text, style) * (style.align == Align::Center ? 0.5 : 1.0);
  }
  m_Cairo->Use(style);
  if (style.halo)
  {
    cairo_move_to(context, x, y);
    cairo_text_path(context, valid.c_str());
    m_Cairo->Use(Color{ 1, 1, 1 });
    cairo_set_line_width(context, style.size * 0.22);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(context);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_MITER);
  }
  m_Cairo->Use(style.color);
  cairo_move_to(context, x, y);
  cairo_show_text(context, valid.c_str());
  cairo_new_path(context);
}

std::string
Canvas::Shortened(const std::string & text, double width, const TextStyle & style)
{
  std::string shortened = ValidUtf8(text);
  if (this->TextWidth(shortened, style) <= width)
  {
    return shortened;
  }
  while (!shortened.empty() && this->TextWidth(shortened + "…", style) > width)
  {
    do
    {
      const bool continuation = (static_cast<unsigned char>(shortened.back()) & 0xC0) == 0x80;
      shortened.pop_back();
      if (!continuation)
      {
        break;
      }
    } while (!shortened.empty());
  }
  while (!shortened.empty() && shortened.back() == ' ')
  {
    shortened.pop_back();
  }
  return shortened + "…";
}

std::vector<std::string>
Canvas::Wrapped(const std::string & text, double width, std::size_t lines, const TextStyle & style)
{
  std::vector<std::string> wrapped;
  std::istringstream       words(text);
  std::string              word;
  while (words >> word)
  {
    const bool fits = !wrapped.empty() && this->TextWidth(wrapped.back() + " " + word, style) <= width;
    if (fits || wrapped.size() == lines)
    {
      wrapped.back() += " " + word;
    }
    else
    {
      wrapped.push_back(word);
    }
  }
  for (std::string & line : wrapped)
  {
    line = this->Shortened(line, width, style);
  }
  return wrapped;
}

void
Canvas::WritePng(const std::string & path)
{
  cairo_surface_t * const surface = m_Cairo->surface;
  cairo_surface_flush(surface);
  const cairo_status_t status = cairo_status(m_Cairo->context);
  if (status != CAIRO_STATUS_SUCCESS)
  {
    throw std::runtime_error("cannot write the picture " + path + ": " + cairo_status_to_string(status));
  }
  const unsigned char * const data = cairo_image_surface_get_data(surface);
  WritePngFile({ reinterpret_cast<const std::uint32_t *>(data),
                 cairo_image_surface_get_width(surface),
                 cairo_image_surface_get_height(surface),
                 cairo_image_surface_get_stride(surface) / static_cast<int>(sizeof(std::uint32_t)) },
               path);
}
} // namespace fourdstem::cli
