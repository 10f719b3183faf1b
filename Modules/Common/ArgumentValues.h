// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ArgumentValues_h
#define fourdstem_cli_ArgumentValues_h

#include "Common/Arguments.h"

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <utility>
#include <vector>

namespace fourdstem::cli
{
template <typename TEnum>
using Words = std::initializer_list<std::pair<const char *, TEnum>>;

/** The parser has seen to it that the word is one of the enumeration's elements. */
template <typename TEnum>
TEnum
Choose(const Arguments & arguments, const char * name, Words<TEnum> words)
{
  const std::string text = arguments.Text(name);
  for (const auto & [word, value] : words)
  {
    if (text == word)
    {
      return value;
    }
  }
  throw std::logic_error("--" + text + " has no meaning for " + name);
}

/** Values of the image file that a parameter names, as floats, C order with the components fastest. Throws UsageError
 * where it cannot be read or has another size. */
std::vector<float>
ReadValues(const Arguments & arguments,
           const char *      name,
           std::int64_t      rows,
           std::int64_t      columns,
           unsigned int      components);

/** 1 where a value is not 0. */
std::vector<std::uint8_t>
NonZero(const std::vector<float> & values);
} // namespace fourdstem::cli

#endif
