// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Arguments.h"

#include "Common/ParameterCheck.h"

#include <algorithm>
#include <numeric>

namespace fourdstem::cli
{
namespace
{
std::size_t
EditDistance(const std::string & a, const std::string & b)
{
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{ 0 });
  for (std::size_t i = 1; i <= a.size(); ++i)
  {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j)
    {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({ row[j] + 1, row[j - 1] + 1, substituted });
    }
  }
  return row.back();
}

std::vector<const Parameter *>
Options(const CommandDescription & description)
{
  std::vector<const Parameter *> found;
  for (const ParameterGroup & group : description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (!parameter.IsPositional() && !parameter.IsReturned())
      {
        found.push_back(&parameter);
      }
    }
  }
  return found;
}

std::string
UnknownOption(const CommandDescription & description, const std::string & flag)
{
  std::string closest;
  std::size_t distance = 4;
  for (const Parameter * option : Options(description))
  {
    const std::size_t d = EditDistance("--" + option->longFlag, flag);
    if (!option->longFlag.empty() && d < distance)
    {
      distance = d;
      closest = "; did you mean --" + option->longFlag + "?";
    }
  }
  return flag + ": unknown option" + (closest.empty() ? " (--help lists them)" : closest);
}

void
Store(const Parameter & parameter, const std::string & value, std::map<std::string, std::vector<std::string>> & given)
{
  const std::string complaint = value.empty() ? std::string() : Complaint(parameter, value);
  if (!complaint.empty())
  {
    throw UsageError(parameter.DisplayName() + ": " + complaint);
  }
  std::vector<std::string> & values = given[parameter.name];
  if (!parameter.multiple)
  {
    values.clear();
  }
  if (!value.empty())
  {
    values.push_back(value);
  }
}
} // namespace

Arguments::Arguments(const CommandDescription & description, const std::vector<std::string> & words)
  : m_Description(description)
{
  std::map<std::string, std::vector<std::string>> given;
  const auto                                      options = Options(m_Description);
  const auto                                      positionals = m_Description.Positionals();
  std::size_t                                     position = 0;
  bool                                            onlyPositionals = false;

  for (std::size_t i = 0; i < words.size(); ++i)
  {
    const std::string & word = words[i];
    double              number = 0;
    if (!onlyPositionals && word == "--")
    {
      onlyPositionals = true;
      continue;
    }
    if (onlyPositionals || word.size() < 2 || word[0] != '-' || ParseNumber(word, number))
    {
      if (position >= positionals.size())
      {
        throw UsageError("'" + word + "': one argument too many");
      }
      Store(*positionals[position++], word, given);
      continue;
    }
    const std::size_t equals = word.find('=');
    std::string       flag = word.substr(0, equals);
    std::replace(flag.begin(), flag.end(), '_', '-'); // --scan_step, as Slicer passes it
    const auto found = std::find_if(options.begin(), options.end(), [&](const Parameter * option) {
      return (!option->longFlag.empty() && flag == "--" + option->longFlag) ||
             (option->flag != 0 && flag == std::string("-") + option->flag);
    });
    if (found == options.end())
    {
      throw UsageError(UnknownOption(m_Description, flag));
    }
    if (equals != std::string::npos)
    {
      Store(**found, word.substr(equals + 1), given);
    }
    else if ((*found)->type == ParameterType::Boolean)
    {
      Store(**found, "true", given);
    }
    else if (i + 1 < words.size())
    {
      Store(**found, words[++i], given);
    }
    else
    {
      throw UsageError(flag + ": a value must follow");
    }
  }
  for (; position < positionals.size(); ++position)
  {
    if (!positionals[position]->defaultText)
    {
      throw UsageError(positionals[position]->DisplayName() + " is missing: " + positionals[position]->label +
                       " (--help explains)");
    }
  }
  for (const ParameterGroup & group : m_Description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      std::vector<std::string> & values = m_Values[parameter.name];
      const auto                 found = given.find(parameter.name);
      if (found != given.end())
      {
        values = found->second;
      }
      else if (!parameter.defaultText.value_or("").empty())
      {
        values.push_back(*parameter.defaultText);
      }
    }
  }
}

const std::vector<std::string> &
Arguments::Values(const std::string & name) const
{
  const auto found = m_Values.find(name);
  if (found == m_Values.end())
  {
    throw std::logic_error("the command's XML has no parameter '" + name + "'");
  }
  return found->second;
}

const std::string &
Arguments::Single(const std::string & name) const
{
  const std::vector<std::string> & values = this->Values(name);
  if (values.empty())
  {
    throw this->Error(name, "a value is needed");
  }
  return values.back();
}

void
Arguments::Give(const std::string & name, GivenImage image)
{
  const Parameter * parameter = m_Description.Find(name);
  if (parameter == nullptr || !parameter->IsPath() || parameter->output)
  {
    throw std::logic_error("no input file is called '" + name + "'");
  }
  m_Values[name] = { "given in memory" };
  m_Given[name] = std::move(image);
}

const GivenImage *
Arguments::Given(const std::string & name) const
{
  const auto found = m_Given.find(name);
  return found == m_Given.end() ? nullptr : &found->second;
}

bool
Arguments::Has(const std::string & name) const
{
  return !this->Values(name).empty();
}

bool
Arguments::IsChanged(const std::string & name) const
{
  const std::string given = this->Display(name);
  const std::string usual = m_Description.Find(name)->defaultText.value_or("");
  double            value = 0;
  double            usualValue = 0;
  const bool        isNumber = ParseNumber(given, value) && ParseNumber(usual, usualValue);
  return isNumber ? value != usualValue : given != usual;
}

bool
Arguments::Switch(const std::string & name) const
{
  return this->Has(name) && this->Single(name) == "true";
}

std::int64_t
Arguments::Integer(const std::string & name) const
{
  std::int64_t value = 0;
  ParseInteger(this->Single(name), value);
  return value;
}

double
Arguments::Number(const std::string & name) const
{
  double value = 0;
  ParseNumber(this->Single(name), value);
  return value;
}

std::string
Arguments::Text(const std::string & name) const
{
  return this->Single(name);
}

std::int64_t
Arguments::Bytes(const std::string & name) const
{
  std::int64_t value = 0;
  if (!ParseBytes(this->Single(name), value))
  {
    throw this->Error(name, "'" + this->Single(name) + "' is not a size such as 2GiB or 500MB");
  }
  return value;
}

std::vector<std::int64_t>
Arguments::Integers(const std::string & name) const
{
  std::vector<std::int64_t> numbers;
  for (const std::string & text : this->Texts(name))
  {
    ParseInteger(text, numbers.emplace_back());
  }
  return numbers;
}

std::vector<double>
Arguments::Numbers(const std::string & name) const
{
  std::vector<double> numbers;
  for (const std::string & text : this->Texts(name))
  {
    ParseNumber(text, numbers.emplace_back());
  }
  return numbers;
}

std::vector<std::string>
Arguments::Texts(const std::string & name) const
{
  const std::vector<std::string> & values = this->Values(name);
  const Parameter &                parameter = *m_Description.Find(name);
  if (parameter.multiple || values.empty())
  {
    return values;
  }
  return SplitList(parameter, values.back());
}

std::vector<std::string>
Arguments::InputPaths() const
{
  std::vector<std::string> paths;
  for (const ParameterGroup & group : m_Description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (parameter.IsPath() && !parameter.output && this->Given(parameter.name) == nullptr)
      {
        const auto & values = this->Values(parameter.name);
        paths.insert(paths.end(), values.begin(), values.end());
      }
    }
  }
  return paths;
}

UsageError
Arguments::Error(const std::string & name, const std::string & complaint) const
{
  const Parameter * parameter = m_Description.Find(name);
  return UsageError((parameter != nullptr ? parameter->DisplayName() : name) + ": " + complaint);
}

std::string
Arguments::Display(const std::string & name) const
{
  std::string text;
  for (const std::string & value : this->Values(name))
  {
    text += (text.empty() ? "" : " ") + value;
  }
  return text;
}
} // namespace fourdstem::cli
