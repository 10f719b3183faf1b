// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Text_h
#define fourdstem_Text_h

#include <locale>
#include <sstream>
#include <string>

namespace fourdstem
{
/** Joins its arguments as text, numbers with three digits and a point whatever the locale. */
template <typename... TParts>
std::string
Text(const TParts &... parts)
{
  std::ostringstream stream;
  stream.imbue(std::locale::classic());
  stream.precision(3);
  static_cast<void>((stream << ... << parts));
  return stream.str();
}

/** A number in up to six digits, as %g would write it. */
inline std::string
Digits(double value)
{
  std::ostringstream stream;
  stream.imbue(std::locale::classic());
  stream << value;
  return stream.str();
}
} // namespace fourdstem

#endif
