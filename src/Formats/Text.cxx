// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <locale>
#include <sstream>

namespace fourdstem
{
namespace
{
#ifdef _WIN32
constexpr const char * Separators = "/\\";
#else
constexpr const char * Separators = "/";
#endif

template <typename T>
std::optional<T>
Parse(const std::string & text)
{
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  T value{};
  if (!(stream >> value) || !(stream >> std::ws).eof())
  {
    return std::nullopt;
  }
  return value;
}
} // namespace

std::optional<double>
ParseNumber(const std::string & text)
{
  return Parse<double>(text);
}

std::optional<std::int64_t>
ParseInteger(const std::string & text)
{
  return Parse<std::int64_t>(text);
}

std::string
FormatNumber(double value)
{
  for (const int digits : { 6, 9, 12, 15, 17 })
  {
    std::ostringstream stream;
    stream.imbue(std::locale::classic());
    stream.precision(digits);
    stream << value;
    if (digits == 17 || ParseNumber(stream.str()) == value)
    {
      return stream.str();
    }
  }
  return {};
}

std::string
FormatExtent(std::int64_t rows, std::int64_t columns)
{
  return std::to_string(rows) + " x " + std::to_string(columns);
}

std::string
Join(const std::vector<std::string> & texts, const std::string & separator)
{
  std::string joined;
  for (const std::string & text : texts)
  {
    joined += (joined.empty() ? "" : separator) + text;
  }
  return joined;
}

std::string
ValidText(std::string text)
{
  std::replace_if(
    text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  const nlohmann::json json(std::move(text));
  return nlohmann::json::parse(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)).get<std::string>();
}

std::string
LowerCase(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string
FileNameOf(const std::string & path)
{
  return path.substr(path.find_last_of(Separators) + 1);
}

std::string
StemOf(const std::string & name)
{
  return name.substr(0, name.rfind('.'));
}

std::string
BesideFile(const std::string & path, const std::string & name)
{
  return path.substr(0, path.find_last_of(Separators) + 1) + name;
}

std::string
ExtensionOf(const std::string & path)
{
  const std::string name = FileNameOf(path);
  const auto        dot = name.rfind('.');
  return dot == std::string::npos ? std::string() : LowerCase(name.substr(dot));
}

std::vector<std::string>
NamesBeside(const std::string & path, const std::string & extension)
{
  std::vector<std::string> names;
  std::error_code          ignored;
  for (const auto & entry :
       std::filesystem::directory_iterator(std::filesystem::u8path(BesideFile(path, ".")), ignored))
  {
    std::string name = entry.path().filename().u8string();
    if (ExtensionOf(name) == extension)
    {
      names.push_back(std::move(name));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}
} // namespace fourdstem
