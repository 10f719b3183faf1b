// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_XmlTree_h
#define fourdstem_XmlTree_h

#include "Formats/InputFile.h"

#include <map>

namespace fourdstem
{
/** An element of an XML file with all that is in it. */
struct XmlElement
{
  std::string                        name;
  std::map<std::string, std::string> attributes;
  std::string                        text;
  std::vector<XmlElement>            children;

  /** The first child of that name, or null. */
  const XmlElement *
  Child(const std::string & wanted) const;

  /** Text of the first child of that name without spaces around it; empty without one. */
  std::string
  TextOf(const std::string & wanted) const;
};

/** Reads a small XML file. Throws FileError for what is not well formed, larger than 16 MiB, nested deeper than 64
 * elements, or has a document type (which no instrument writes and which can expand without end). */
XmlElement
ReadXmlTree(const InputFile & file);
} // namespace fourdstem

#endif
