// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace fourdstem::cli
{
namespace
{
constexpr double Pi = 3.14159265358979323846;

double
Linear(double encoded)
{
  return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

double
Encoded(double linear)
{
  const double clipped = std::clamp(linear, 0.0, 1.0);
  return clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * std::pow(clipped, 1 / 2.4) - 0.055;
}

double
Cube(double value)
{
  return value * value * value;
}

/** Linear light, not clipped. */
Color
LinearFromLab(const Lab & lab)
{
  const double l = Cube(lab.lightness + 0.3963377774 * lab.a + 0.2158037573 * lab.b);
  const double m = Cube(lab.lightness - 0.1055613458 * lab.a - 0.0638541728 * lab.b);
  const double s = Cube(lab.lightness - 0.0894841775 * lab.a - 1.2914855480 * lab.b);
  return { 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
           -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
           -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s };
}

bool
IsDisplayable(const Lab & lab)
{
  const Color  c = LinearFromLab(lab);
  const double margin = 1e-6;
  return std::min({ c.red, c.green, c.blue }) >= -margin && std::max({ c.red, c.green, c.blue }) <= 1 + margin;
}

Lab
Polar(double lightness, double chroma, double hue)
{
  const double radians = hue * Pi / 180.0;
  return { lightness, chroma * std::cos(radians), chroma * std::sin(radians) };
}

// Odd, so that the middle of a scale is an entry.
using Table = std::array<Color, 1025>;

template <typename TFunction>
Table
MakeTable(const TFunction & colorOfShare)
{
  Table table;
  for (std::size_t i = 0; i < table.size(); ++i)
  {
    table[i] = colorOfShare(static_cast<double>(i) / static_cast<double>(table.size() - 1));
  }
  return table;
}

Color
FromTable(const Table & table, double share)
{
  if (std::isnan(share))
  {
    return NoDataColor();
  }
  return table[static_cast<std::size_t>(
    std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(table.size() - 1)))];
}

Color
Seen(const Color & color, const double (&m)[9])
{
  const double r = Linear(color.red);
  const double g = Linear(color.green);
  const double b = Linear(color.blue);
  return { Encoded(m[0] * r + m[1] * g + m[2] * b),
           Encoded(m[3] * r + m[4] * g + m[5] * b),
           Encoded(m[6] * r + m[7] * g + m[8] * b) };
}
} // namespace

Lab
ToLab(const Color & color)
{
  const double r = Linear(color.red);
  const double g = Linear(color.green);
  const double b = Linear(color.blue);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return { 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
           1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
           0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s };
}

Color
FromLab(const Lab & lab)
{
  const Color linear = LinearFromLab(lab);
  return { Encoded(linear.red), Encoded(linear.green), Encoded(linear.blue) };
}

Color
FromHue(double lightness, double chroma, double hue)
{
  double inside = 0;
  double outside = chroma;
  if (IsDisplayable(Polar(lightness, chroma, hue)))
  {
    inside = chroma;
  }
  for (int i = 0; i < 12 && inside < chroma; ++i)
  {
    const double middle = 0.5 * (inside + outside);
    (IsDisplayable(Polar(lightness, middle, hue)) ? inside : outside) = middle;
  }
  return FromLab(Polar(lightness, inside, hue));
}

Color
SeenByProtanope(const Color & color)
{
  return Seen(color, { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998 });
}

Color
SeenByDeuteranope(const Color & color)
{
  return Seen(color, { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881 });
}

std::array<unsigned int, 3>
Channels(const Color & color)
{
  const auto channel = [](double value) {
    return static_cast<unsigned int>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
  };
  return { channel(color.red), channel(color.green), channel(color.blue) };
}

std::string
HexColor(const Color & color)
{
  const auto channels = Channels(color);
  char       text[8];
  std::snprintf(text, sizeof(text), "#%02x%02x%02x", channels[0] & 0xFFU, channels[1] & 0xFFU, channels[2] & 0xFFU);
  return text;
}

std::optional<Color>
ColorFromHex(const std::string & text)
{
  if (text.size() != 7 || text[0] != '#' || text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
  {
    return std::nullopt;
  }
  const auto channel = [&text](std::size_t at) { return std::stoi(text.substr(at, 2), nullptr, 16) / 255.0; };
  return Color{ channel(1), channel(3), channel(5) };
}

Color
NoDataColor()
{
  return { 0.62, 0.62, 0.62 };
}

Color
SequentialColor(double t)
{
  static const Table colors = MakeTable([](double share) {
    return FromHue(0.05 + 0.93 * share, 0.19 * std::sin(Pi * std::pow(share, 0.9)), 290 + 175 * share);
  });
  return FromTable(colors, t);
}

Color
DivergingColor(double t)
{
  static const Table colors = MakeTable([](double share) {
    const double strength = std::abs(2 * share - 1);
    return FromHue(0.97 - 0.53 * strength, 0.21 * std::pow(strength, 0.8), share < 0.5 ? 255 : 27);
  });
  return FromTable(colors, 0.5 + 0.5 * t);
}
} // namespace fourdstem::cli
