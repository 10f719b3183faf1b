// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"

#include <cmath>
#include <locale>
#include <sstream>

namespace fourdstem::cli
{
namespace
{
/** Rounded to three digits. */
double
ThreeDigits(double value)
{
  if (value == 0 || !std::isfinite(value))
  {
    return value;
  }
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 2);
  return std::round(value / unit) * unit;
}
} // namespace

std::string
FormatNumber(double value, int digits)
{
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.precision(digits);
  text << value;
  return text.str();
}

double
RoundLength(double limit)
{
  const double power = std::pow(10.0, std::floor(std::log10(limit)));
  for (const double factor : { 10.0, 5.0, 2.0 })
  {
    if (factor * power <= limit * (1 + 1e-9))
    {
      return factor * power;
    }
  }
  return power;
}

std::string
FormatLength(double value, const std::string & unit)
{
  if (unit == "nm" && value >= 1000)
  {
    return FormatValue(value / 1000) + " µm";
  }
  if (unit == "nm" && value < 0.1)
  {
    return FormatValue(value * 1000) + " pm";
  }
  return FormatValue(value) + " " + (unit == "1/nm" ? "nm⁻¹" : unit == "1/A" || unit == "A^-1" ? "Å⁻¹" : unit);
}

std::string
FormatArea(std::int64_t positions, const Grid & scan)
{
  if (scan.unit == "px")
  {
    return FormatCount(positions) + (positions == 1 ? " position" : " positions");
  }
  const double area = static_cast<double>(positions) * scan.stepX * scan.stepY;
  return scan.unit == "nm" && area >= 1e5 ? FormatValue(area / 1e6) + " µm²"
                                          : FormatValue(area) + " " + scan.unit + "²";
}

std::string
FormatShare(std::int64_t part, std::int64_t whole)
{
  const double percent = whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0;
  if (part > 0 && percent < 0.1)
  {
    return "< 0.1 %";
  }
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.setf(std::ios::fixed);
  text.precision(percent >= 99.95 ? 0 : 1);
  text << percent << " %";
  return text.str();
}

std::string
FormatCount(std::int64_t value)
{
  std::string digits = std::to_string(value < 0 ? -value : value);
  for (std::size_t i = digits.size(); i > 3 && digits.size() > 4;)
  {
    i -= 3;
    digits.insert(i, "\u202F"); // narrow no-break space
  }
  return value < 0 ? "−" + digits : digits;
}

std::string
FormatValue(double value)
{
  const double rounded = ThreeDigits(value);
  const double size = std::abs(rounded);
  if (rounded == 0)
  {
    return "0";
  }
  if (!std::isfinite(value) || size >= 1e6 || size < 1e-3)
  {
    return FormatNumber(rounded, 3);
  }
  if (size >= 1000)
  {
    return FormatCount(std::llround(rounded));
  }
  return (rounded < 0 ? "−" : "") + FormatNumber(size, 3);
}
} // namespace fourdstem::cli
