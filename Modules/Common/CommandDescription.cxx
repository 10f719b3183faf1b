// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/CommandDescription.h"

#include "Common/ParameterCheck.h"

#if __has_include("itk_expat.h")
#  include "itk_expat.h"
#else
#  include <expat.h>
#endif

#include <algorithm>
#include <cctype>
#include <memory>
#include <stdexcept>
#include <utility>

namespace fourdstem::cli
{
namespace
{
constexpr std::pair<const char *, ParameterType> ParameterElements[] = {
  { "integer", ParameterType::Integer },
  { "float", ParameterType::Number },
  { "double", ParameterType::Number },
  { "boolean", ParameterType::Boolean },
  { "string", ParameterType::String },
  { "string-enumeration", ParameterType::Enumeration },
  { "string-vector", ParameterType::StringList },
  { "integer-vector", ParameterType::IntegerList },
  { "float-vector", ParameterType::NumberList },
  { "double-vector", ParameterType::NumberList },
  { "file", ParameterType::File },
  { "directory", ParameterType::Directory },
  { "image", ParameterType::Image },
};

constexpr const char * TextElements[] = { "category",
                                          "title",
                                          "description",
                                          "version",
                                          "documentation-url",
                                          "license",
                                          "contributor",
                                          "acknowledgements",
                                          "label",
                                          "name",
                                          "flag",
                                          "longflag",
                                          "index",
                                          "default",
                                          "channel",
                                          "element",
                                          "minimum",
                                          "maximum",
                                          "step",
                                          "constraints" };

std::string
Trimmed(const std::string & text)
{
  const auto isSpace = [](unsigned char c) { return std::isspace(c) != 0; };
  const auto first = std::find_if_not(text.begin(), text.end(), isSpace);
  const auto last = std::find_if_not(text.rbegin(), text.rend(), isSpace).base();
  return first < last ? std::string(first, last) : std::string();
}

std::vector<std::string>
SplitAtCommas(const std::string & text)
{
  std::vector<std::string> parts;
  std::size_t              begin = 0;
  while (begin < text.size())
  {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(Trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

class Reader
{
public:
  explicit Reader(std::string_view xml)
    : m_Parser(XML_ParserCreate("UTF-8"))
  {
    XML_SetUserData(m_Parser.get(), this);
    XML_SetElementHandler(m_Parser.get(), &Reader::Start, &Reader::End);
    XML_SetCharacterDataHandler(m_Parser.get(), &Reader::Text);
    if (XML_Parse(m_Parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) == XML_STATUS_ERROR)
    {
      this->Complain(XML_ErrorString(XML_GetErrorCode(m_Parser.get())));
    }
    if (!m_Complaint.empty())
    {
      throw std::logic_error("command description: " + m_Complaint);
    }
  }

  CommandDescription result;

private:
  struct Free
  {
    void
    operator()(XML_Parser parser) const
    {
      XML_ParserFree(parser);
    }
  };

  // Exceptions must not cross the C parser, so the first complaint is kept.
  void
  Complain(const std::string & what)
  {
    if (m_Complaint.empty())
    {
      m_Complaint = "line " + std::to_string(XML_GetCurrentLineNumber(m_Parser.get())) + ": " + what;
    }
  }

  static void
  Start(void * self, const XML_Char * name, const XML_Char ** attributes)
  {
    static_cast<Reader *>(self)->StartElement(name, attributes);
  }

  static void
  End(void * self, const XML_Char * name)
  {
    static_cast<Reader *>(self)->EndElement(name);
  }

  static void
  Text(void * self, const XML_Char * text, int length)
  {
    static_cast<Reader *>(self)->m_Text.append(text, static_cast<std::size_t>(length));
  }

  void
  StartElement(const std::string & name, const XML_Char ** attributes)
  {
    m_Text.clear();
    const auto type = std::find_if(std::begin(ParameterElements), std::end(ParameterElements), [&](const auto & entry) {
      return entry.first == name;
    });
    if (name == "parameters")
    {
      result.groups.emplace_back();
    }
    else if (type != std::end(ParameterElements) && !result.groups.empty())
    {
      m_InParameter = true;
      m_Parameter = {};
      m_Parameter.type = type->second;
      for (; *attributes != nullptr; attributes += 2)
      {
        const std::string attribute = attributes[0];
        const std::string value = attributes[1];
        if (attribute == "multiple")
        {
          m_Parameter.multiple = value == "true";
        }
        else if (attribute == "hidden")
        {
          m_Parameter.hidden = value == "true";
        }
        else if (attribute == "fileExtensions")
        {
          m_Parameter.fileExtensions = SplitAtCommas(value);
        }
      }
    }
    else if (name != "executable" &&
             std::find(std::begin(TextElements), std::end(TextElements), name) == std::end(TextElements))
    {
      this->Complain("unknown element <" + name + ">");
    }
  }

  void
  EndElement(const std::string & name)
  {
    const std::string text = Trimmed(std::exchange(m_Text, {}));
    if (m_InParameter && name == "default")
    {
      m_Parameter.defaultText = text;
    }
    else if (m_InParameter)
    {
      this->EndParameterElement(name, text);
    }
    else if (!result.groups.empty())
    {
      if (name == "label")
      {
        result.groups.back().label = text;
      }
      else if (name == "description")
      {
        result.groups.back().description = text;
      }
    }
    else
    {
      this->EndHeadElement(name, text);
    }
  }

  void
  EndHeadElement(const std::string & name, const std::string & text)
  {
    const std::pair<const char *, std::string *> fields[] = { { "category", &result.category },
                                                              { "title", &result.title },
                                                              { "description", &result.description },
                                                              { "version", &result.version },
                                                              { "documentation-url", &result.documentationUrl } };
    for (const auto & [field, target] : fields)
    {
      if (name == field)
      {
        *target = text;
      }
    }
  }

  void
  EndParameterElement(const std::string & name, const std::string & text)
  {
    if (name == "name")
    {
      m_Parameter.name = text;
    }
    else if (name == "label")
    {
      m_Parameter.label = text;
    }
    else if (name == "description")
    {
      m_Parameter.description = text;
    }
    else if (name == "flag")
    {
      const std::size_t letter = text.find_first_not_of('-');
      m_Parameter.flag = letter == std::string::npos ? '\0' : text[letter];
    }
    else if (name == "longflag")
    {
      const std::size_t letter = text.find_first_not_of('-');
      m_Parameter.longFlag = letter == std::string::npos ? std::string() : text.substr(letter);
      // Slicer's parser takes no hyphens; a terminal's user expects them.
      std::replace(m_Parameter.longFlag.begin(), m_Parameter.longFlag.end(), '_', '-');
    }
    else if (name == "index")
    {
      std::int64_t index = 0;
      if (!ParseInteger(text, index) || index < 0)
      {
        this->Complain("<index> '" + text + "' is not a whole number from 0");
      }
      m_Parameter.index = static_cast<int>(index);
    }
    else if (name == "channel")
    {
      m_Parameter.output = text == "output";
    }
    else if (name == "element")
    {
      m_Parameter.elements.push_back(text);
    }
    else if (name == "minimum" || name == "maximum")
    {
      double value = 0;
      if (!ParseNumber(text, value))
      {
        this->Complain("<" + name + "> '" + text + "' is not a number");
      }
      (name == "minimum" ? m_Parameter.minimum : m_Parameter.maximum) = value;
    }
    else if (name != "step" && name != "constraints")
    {
      this->EndParameter();
    }
  }

  void
  EndParameter()
  {
    m_InParameter = false;
    if (m_Parameter.name.empty())
    {
      m_Parameter.name = m_Parameter.longFlag;
    }
    if (m_Parameter.name.empty())
    {
      this->Complain("a parameter without <name> and <longflag>");
    }
    if (result.Find(m_Parameter.name) != nullptr)
    {
      this->Complain("two parameters are named '" + m_Parameter.name + "'");
    }
    if (!m_Parameter.index && m_Parameter.flag == 0 && m_Parameter.longFlag.empty() && !m_Parameter.IsReturned())
    {
      this->Complain("'" + m_Parameter.name + "' has neither flag nor index");
    }
    if (m_Parameter.type == ParameterType::Boolean && m_Parameter.defaultText.value_or("false") != "false")
    {
      this->Complain("'" + m_Parameter.name + "' is on by default; a switch can only switch on");
    }
    result.groups.back().parameters.push_back(m_Parameter);
  }

  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> m_Parser;
  std::string                                              m_Text;
  std::string                                              m_Complaint;
  Parameter                                                m_Parameter;
  bool                                                     m_InParameter = false;
};
} // namespace

std::string
Parameter::DisplayName() const
{
  if (!longFlag.empty())
  {
    return "--" + longFlag;
  }
  if (flag != 0)
  {
    return std::string("-") + flag;
  }
  std::string capitals; // inputFile becomes INPUT_FILE
  for (const char c : name)
  {
    if (std::isupper(static_cast<unsigned char>(c)) && !capitals.empty())
    {
      capitals += '_';
    }
    capitals += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return capitals;
}

CommandDescription
CommandDescription::FromXml(std::string_view xml)
{
  return std::move(Reader(xml).result);
}

const Parameter *
CommandDescription::Find(std::string_view name) const
{
  for (const ParameterGroup & group : groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (parameter.name == name)
      {
        return &parameter;
      }
    }
  }
  return nullptr;
}

std::vector<const Parameter *>
CommandDescription::Positionals() const
{
  std::vector<const Parameter *> found;
  for (const ParameterGroup & group : groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (parameter.IsPositional())
      {
        found.push_back(&parameter);
      }
    }
  }
  std::sort(found.begin(), found.end(), [](const auto * a, const auto * b) { return *a->index < *b->index; });
  return found;
}
} // namespace fourdstem::cli
