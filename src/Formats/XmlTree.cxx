// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/XmlTree.h"

#include "expat.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
constexpr std::int64_t LargestFile = std::int64_t{ 1 } << 20;
constexpr std::size_t  DeepestNesting = 64;

struct TreeBuilder
{
  XML_Parser              parser = nullptr;
  std::vector<XmlElement> open{ XmlElement{} };
  std::string             problem;

  void
  Stop(const std::string & why)
  {
    problem = why;
    XML_StopParser(parser, XML_FALSE);
  }

  static void
  Start(void * self, const XML_Char * name, const XML_Char ** attributes)
  {
    auto & builder = *static_cast<TreeBuilder *>(self);
    if (builder.open.size() > DeepestNesting)
    {
      builder.Stop("elements nested deeper than 64");
      return;
    }
    XmlElement element;
    element.name = name;
    for (; attributes[0]; attributes += 2)
    {
      element.attributes[attributes[0]] = attributes[1];
    }
    builder.open.push_back(std::move(element));
  }

  static void
  End(void * self, const XML_Char *)
  {
    auto & builder = *static_cast<TreeBuilder *>(self);
    if (builder.open.size() > 1)
    {
      XmlElement element = std::move(builder.open.back());
      builder.open.pop_back();
      builder.open.back().children.push_back(std::move(element));
    }
  }

  static void
  Text(void * self, const XML_Char * text, int length)
  {
    static_cast<TreeBuilder *>(self)->open.back().text.append(text, static_cast<std::size_t>(length));
  }

  static void
  DocumentType(void * self, const XML_Char *, const XML_Char *, const XML_Char *, int)
  {
    static_cast<TreeBuilder *>(self)->Stop("a document type");
  }
};
} // namespace

const XmlElement *
XmlElement::Child(const std::string & wanted) const
{
  const auto found = std::find_if(
    children.begin(), children.end(), [&wanted](const XmlElement & child) { return child.name == wanted; });
  return found == children.end() ? nullptr : &*found;
}

std::string
XmlElement::TextOf(const std::string & wanted) const
{
  const XmlElement * child = this->Child(wanted);
  const auto         begin = child ? child->text.find_first_not_of(" \t\r\n") : std::string::npos;
  return begin == std::string::npos ? std::string()
                                    : child->text.substr(begin, child->text.find_last_not_of(" \t\r\n") + 1 - begin);
}

XmlElement
ReadXmlTree(const InputFile & file)
{
  if (file.Size() > LargestFile)
  {
    throw FileError(file.Path(),
                    "has " + std::to_string(file.Size()) + " bytes; XML headers of at most " +
                      std::to_string(LargestFile) + " are read");
  }
  const auto text = file.Head(LargestFile);

  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  TreeBuilder                                                        builder;
  builder.parser = parser.get();
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), &TreeBuilder::Start, &TreeBuilder::End);
  XML_SetCharacterDataHandler(parser.get(), &TreeBuilder::Text);
  XML_SetStartDoctypeDeclHandler(parser.get(), &TreeBuilder::DocumentType);

  const auto * characters = reinterpret_cast<const char *>(text.data());
  if (XML_Parse(parser.get(), characters, static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK)
  {
    const std::string problem =
      builder.problem.empty() ? XML_ErrorString(XML_GetErrorCode(parser.get())) : builder.problem;
    throw FileError(file.Path(),
                    "is no XML header that can be read: " + problem + " in line " +
                      std::to_string(XML_GetCurrentLineNumber(parser.get())));
  }
  return std::move(builder.open.front().children.front());
}
} // namespace fourdstem
