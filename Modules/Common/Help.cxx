// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Help.h"

#include <algorithm>
#include <sstream>

#ifdef _WIN32
#  define NOMINMAX
#  include <windows.h>
#else
#  include <sys/ioctl.h>
#  include <unistd.h>
#endif

namespace fourdstem::cli
{
namespace
{
constexpr std::size_t TextColumn = 28;

/** Words of a text, set between the columns; the first line begins where `out` stands. Blank lines part paragraphs. */
void
Wrap(std::string & out, const std::string & text, std::size_t column, std::size_t width)
{
  std::istringstream lines(text);
  std::string        line;
  std::size_t        at = column;
  bool               first = true;
  while (std::getline(lines, line))
  {
    std::istringstream words(line);
    std::string        word;
    bool               empty = true;
    while (words >> word)
    {
      empty = false;
      if (!first && at + 1 + word.size() > width)
      {
        out += '\n' + std::string(column, ' ');
        at = column;
      }
      else if (!first && at > column)
      {
        out += ' ';
        ++at;
      }
      out += word;
      at += word.size();
      first = false;
    }
    if (empty && !first)
    {
      out += "\n\n" + std::string(column, ' ');
      at = column;
    }
  }
  out += '\n';
}

std::string
Placeholder(const Parameter & parameter)
{
  switch (parameter.type)
  {
    case ParameterType::Boolean:
      return "";
    case ParameterType::Integer:
      return " N";
    case ParameterType::Number:
      return " X";
    case ParameterType::IntegerList:
      return " N,N,...";
    case ParameterType::NumberList:
      return " X,X,...";
    case ParameterType::StringList:
      return " A,B,...";
    case ParameterType::Directory:
      return " FOLDER";
    case ParameterType::File:
    case ParameterType::Image:
      return " FILE";
    case ParameterType::Enumeration: {
      std::string elements;
      for (const std::string & element : parameter.elements)
      {
        elements += (elements.empty() ? " " : "|") + element;
      }
      return elements.size() <= 18 ? elements : " NAME";
    }
    case ParameterType::String:
      break;
  }
  return " TEXT";
}

std::string
Explanation(const Parameter & parameter)
{
  std::string text = parameter.description.empty() ? parameter.label : parameter.description;
  if (parameter.type == ParameterType::Enumeration && Placeholder(parameter) == " NAME")
  {
    text += " One of";
    for (const std::string & element : parameter.elements)
    {
      text += (&element == &parameter.elements.front() ? " " : ", ") + element;
    }
    text += '.';
  }
  if (parameter.multiple)
  {
    text += " May be repeated.";
  }
  if (!parameter.defaultText.value_or("").empty() && parameter.type != ParameterType::Boolean)
  {
    text += " [" + *parameter.defaultText + "]";
  }
  return text;
}

void
AddEntry(std::string & out, const std::string & entry, const std::string & text, std::size_t width)
{
  const std::string begin = "  " + entry;
  out += begin;
  out +=
    begin.size() + 2 > TextColumn ? '\n' + std::string(TextColumn, ' ') : std::string(TextColumn - begin.size(), ' ');
  Wrap(out, text, TextColumn, width);
}

/** Names of the values that the command hands back; empty without any. */
std::string
ReturnedValues(const CommandDescription & description)
{
  std::string names;
  for (const ParameterGroup & group : description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (parameter.IsReturned())
      {
        names += (names.empty() ? "" : ", ") + parameter.name;
      }
    }
  }
  return names;
}

std::string
OptionEntry(const Parameter & parameter)
{
  const std::string letter = parameter.flag != 0 ? std::string("-") + parameter.flag : std::string();
  const std::string separator = letter.empty() ? "    " : parameter.longFlag.empty() ? "" : ", ";
  return letter + separator + (parameter.longFlag.empty() ? "" : "--" + parameter.longFlag) + Placeholder(parameter);
}
} // namespace

std::size_t
TerminalWidth()
{
  int columns = 80;
#ifdef _WIN32
  CONSOLE_SCREEN_BUFFER_INFO info;
  if (GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
  {
    columns = info.srWindow.Right - info.srWindow.Left + 1;
  }
#else
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
  {
    columns = size.ws_col;
  }
#endif
  return static_cast<std::size_t>(std::clamp(columns, 60, 100));
}

std::string
HelpText(const CommandDescription & description, const std::string & program, std::size_t width)
{
  const auto  positionals = description.Positionals();
  std::string out = program + " " + description.version + ": " + description.title + "\n\n";
  Wrap(out, description.description, 0, width);
  std::string usage = "Usage: " + program;
  for (const Parameter * positional : positionals)
  {
    usage += positional->defaultText ? " [" + positional->DisplayName() + "]" : " " + positional->DisplayName();
  }
  out += '\n' + usage + " [options]\n\n";

  for (const Parameter * positional : positionals)
  {
    AddEntry(out, positional->DisplayName(), Explanation(*positional), width);
  }
  for (const ParameterGroup & group : description.groups)
  {
    std::string entries;
    for (const Parameter & parameter : group.parameters)
    {
      if (!parameter.IsPositional() && !parameter.IsReturned() && !parameter.hidden)
      {
        AddEntry(entries, OptionEntry(parameter), Explanation(parameter), width);
      }
    }
    if (!entries.empty())
    {
      out += '\n' + group.label + '\n' + entries;
    }
  }
  out += "\nEvery command\n";
  AddEntry(out, "    --progress NAME", "How progress is shown: auto, bar, tags (for 3D Slicer) or none. [auto]", width);
  AddEntry(out, "-h, --help", "This text.", width);
  AddEntry(out, "    --version", "The version.", width);
  AddEntry(out, "    --xml", "The description from which 3D Slicer builds a panel.", width);
  const std::string returned = ReturnedValues(description);
  if (!returned.empty())
  {
    AddEntry(out, "    --returnparameterfile FILE", "Write " + returned + " to FILE, for 3D Slicer.", width);
  }
  if (!description.documentationUrl.empty())
  {
    out += '\n' + description.documentationUrl + '\n';
  }
  return out;
}
} // namespace fourdstem::cli
