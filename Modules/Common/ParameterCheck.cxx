// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ParameterCheck.h"

#include "Common/Measures.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <locale>
#include <sstream>

namespace fourdstem::cli
{
namespace
{
std::string
AcceptedRange(const Parameter & parameter)
{
  if (parameter.minimum && parameter.maximum)
  {
    return " from " + FormatNumber(*parameter.minimum) + " to " + FormatNumber(*parameter.maximum);
  }
  if (parameter.minimum)
  {
    return " of at least " + FormatNumber(*parameter.minimum);
  }
  return parameter.maximum ? " of at most " + FormatNumber(*parameter.maximum) : std::string();
}

/** What is accepted, when the text is not; empty when all is well. */
std::string
NumberComplaint(const Parameter & parameter, const std::string & text, bool whole)
{
  double       number = 0;
  std::int64_t integer = 0;
  const bool   isNumber = whole ? ParseInteger(text, integer) : ParseNumber(text, number);
  if (whole)
  {
    number = static_cast<double>(integer);
  }
  if (isNumber && number >= parameter.minimum.value_or(-std::numeric_limits<double>::infinity()) &&
      number <= parameter.maximum.value_or(std::numeric_limits<double>::infinity()))
  {
    return {};
  }
  return std::string(whole ? "a whole number" : "a number") + AcceptedRange(parameter);
}

std::string
PathComplaint(const Parameter & parameter, const std::string & text)
{
  namespace fs = std::filesystem;
  const fs::path  path = fs::u8path(text);
  std::error_code error;
  if (!parameter.output)
  {
    if (!fs::exists(path, error))
    {
      return error && error != std::errc::no_such_file_or_directory ? error.message() : "no such file or folder";
    }
    const bool isFolder = fs::is_directory(path, error);
    if (parameter.type == ParameterType::Directory && !isFolder)
    {
      return "is not a folder";
    }
    return parameter.type != ParameterType::Directory && isFolder ? "is a folder, not a file" : std::string();
  }
  const fs::path parent = fs::absolute(path, error).parent_path();
  if (!fs::is_directory(parent, error))
  {
    return "the folder " + parent.u8string() + " does not exist";
  }
  if (parameter.type == ParameterType::Directory)
  {
    return {};
  }
  if (fs::is_directory(path, error))
  {
    return "is a folder, not a file";
  }
  const auto endsIn = [&](const std::string & extension) {
    return text.size() >= extension.size() &&
           text.compare(text.size() - extension.size(), extension.size(), extension) == 0;
  };
  const auto & extensions = parameter.fileExtensions;
  if (extensions.empty() || std::any_of(extensions.begin(), extensions.end(), endsIn))
  {
    return {};
  }
  std::string list = "the name must end in ";
  for (std::size_t i = 0; i < extensions.size(); ++i)
  {
    list += (i == 0 ? "" : i + 1 < extensions.size() ? ", " : " or ") + extensions[i];
  }
  return list;
}

} // namespace

std::vector<std::string>
SplitList(const Parameter & parameter, const std::string & text)
{
  const char * const       separators = parameter.type == ParameterType::IntegerList ? ",x" : ",";
  std::vector<std::string> parts;
  std::size_t              begin = 0;
  while (!text.empty() && begin <= text.size())
  {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string
Complaint(const Parameter & parameter, const std::string & text)
{
  std::string accepted;
  switch (parameter.type)
  {
    case ParameterType::Integer:
    case ParameterType::Number:
      accepted = NumberComplaint(parameter, text, parameter.type == ParameterType::Integer);
      break;
    case ParameterType::IntegerList:
    case ParameterType::NumberList: {
      const bool whole = parameter.type == ParameterType::IntegerList;
      for (const std::string & part : SplitList(parameter, text))
      {
        if (!NumberComplaint(parameter, part, whole).empty())
        {
          accepted = std::string("a list of ") + (whole ? "whole numbers" : "numbers") + AcceptedRange(parameter) +
                     " separated by commas";
        }
      }
      break;
    }
    case ParameterType::Boolean:
      accepted = text == "true" || text == "false" ? "" : "true or false";
      break;
    case ParameterType::Enumeration:
      if (std::find(parameter.elements.begin(), parameter.elements.end(), text) == parameter.elements.end())
      {
        accepted = "one of";
        for (const std::string & element : parameter.elements)
        {
          accepted += (accepted == "one of" ? " " : ", ") + element;
        }
      }
      break;
    case ParameterType::File:
    case ParameterType::Directory:
    case ParameterType::Image: {
      const std::string complaint = PathComplaint(parameter, text);
      return complaint.empty() ? "" : text + ": " + complaint;
    }
    case ParameterType::String:
    case ParameterType::StringList:
      break;
  }
  return accepted.empty() ? "" : "'" + text + "' is not " + accepted;
}
bool
ParseNumber(const std::string & text, double & value)
{
  // Not from_chars: libc++ has it for doubles only since version 20.
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  stream >> std::noskipws >> value;
  return !stream.fail() && stream.peek() == std::istringstream::traits_type::eof() && std::isfinite(value);
}

bool
ParseInteger(const std::string & text, std::int64_t & value)
{
  const char * begin = text.data() + (text.size() > 1 && text[0] == '+' ? 1 : 0);
  const char * end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  return error == std::errc() && stop == end;
}

bool
ParseBytes(const std::string & text, std::int64_t & value)
{
  const std::size_t letters = std::min(text.find_first_not_of("0123456789."), text.size());
  double            number = 0;
  if (!ParseNumber(text.substr(0, letters), number))
  {
    return false;
  }
  std::string unit = text.substr(letters);
  unit.erase(0, std::min(unit.find_first_not_of(' '), unit.size()));
  if (!unit.empty() && unit.back() == 'B')
  {
    unit.pop_back();
  }
  const bool binary = unit.size() == 2 && unit[1] == 'i';
  if (unit.size() > (binary ? 2U : 1U))
  {
    return false;
  }
  constexpr const char * prefixes = "kMGT";
  int                    power = 0;
  if (!unit.empty())
  {
    const char letter = unit[0] == 'K' ? 'k' : unit[0];
    const auto found = std::string(prefixes).find(letter);
    if (found == std::string::npos)
    {
      return false;
    }
    power = static_cast<int>(found) + 1;
  }
  number *= std::pow(binary ? 1024.0 : 1000.0, power);
  if (number >= 9e18)
  {
    return false;
  }
  value = static_cast<std::int64_t>(number);
  return true;
}
} // namespace fourdstem::cli
