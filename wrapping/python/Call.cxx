// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Call.h"

namespace fourdstem::python
{
namespace
{
cli::Arguments
MakeArguments(std::string_view                 xml,
              const Request &                  request,
              const std::vector<std::string> & extraWords,
              const std::vector<std::string> & positionals)
{
  std::vector<std::string> words = request.words;
  words.insert(words.end(), extraWords.begin(), extraWords.end());
  words.emplace_back("--");
  words.insert(words.end(), positionals.begin(), positionals.end());
  cli::Arguments arguments(cli::CommandDescription::FromXml(xml), words);
  for (const auto & [name, image] : request.images)
  {
    arguments.Give(name,
                   { static_cast<std::int64_t>(image.shape(0)),
                     static_cast<std::int64_t>(image.shape(1)),
                     static_cast<std::int64_t>(image.shape(2)),
                     { image.data(), image.data() + image.size() } });
  }
  return arguments;
}

const char *
NameOf(cli::ParameterType type)
{
  constexpr const char * names[] = { "integer",     "number",      "boolean",      "string",
                                     "enumeration", "string-list", "integer-list", "number-list",
                                     "file",        "directory",   "image" };
  return names[static_cast<std::size_t>(type)];
}
} // namespace

Call::Call(const std::string &              program,
           std::string_view                 xml,
           const Request &                  request,
           const std::vector<std::string> & extraWords,
           const std::vector<std::string> & positionals)
  : m_Arguments(MakeArguments(xml, request, extraWords, positionals))
  , m_Progress([this](double done, const std::string & stage) { return this->Observe(done, stage); })
  , m_Context{ m_Arguments, m_Progress, program, request.text, {} }
  , m_Callback(request.progress)
{}

bool
Call::Observe(double done, const std::string & stage)
{
  constexpr auto interval = std::chrono::milliseconds(50);
  const auto     now = std::chrono::steady_clock::now();
  if (done < 1. && now - m_Last < interval)
  {
    return true;
  }
  m_Last = now;
  const nb::gil_scoped_acquire locked;
  try
  {
    if (PyErr_CheckSignals() != 0)
    {
      throw nb::python_error();
    }
    if (!m_Callback.is_none())
    {
      m_Callback(done, stage.c_str());
    }
  }
  catch (nb::python_error & error)
  {
    m_Error.emplace(error);
    return false;
  }
  return true;
}

nb::list
OptionsOf(std::string_view xml)
{
  nb::list options;
  for (const cli::ParameterGroup & group : cli::CommandDescription::FromXml(xml).groups)
  {
    for (const cli::Parameter & parameter : group.parameters)
    {
      if (parameter.IsPositional() || parameter.IsReturned())
      {
        continue;
      }
      nb::dict option;
      option["name"] = parameter.name.c_str();
      option["flag"] = parameter.longFlag.c_str();
      option["type"] = NameOf(parameter.type);
      option["default"] =
        parameter.defaultText ? nb::object(nb::str(parameter.defaultText->c_str())) : nb::object(nb::none());
      option["description"] = parameter.description.c_str();
      nb::list elements;
      for (const std::string & element : parameter.elements)
      {
        elements.append(element.c_str());
      }
      option["elements"] = elements;
      options.append(option);
    }
  }
  return options;
}
} // namespace fourdstem::python
