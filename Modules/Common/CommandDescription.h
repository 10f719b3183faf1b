// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_CommandDescription_h
#define fourdstem_cli_CommandDescription_h

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fourdstem::cli
{
enum class ParameterType
{
  Integer,
  Number,
  Boolean,
  String,
  Enumeration,
  StringList,
  IntegerList,
  NumberList,
  File,
  Directory,
  Image
};

/** One parameter of a command, as the XML describes it. */
struct Parameter
{
  ParameterType              type = ParameterType::String;
  std::string                name;
  std::string                label;
  std::string                description;
  char                       flag = 0;
  std::string                longFlag; // with hyphens, where the description has underscores
  std::optional<int>         index;
  std::optional<std::string> defaultText;
  std::vector<std::string>   elements;
  std::optional<double>      minimum;
  std::optional<double>      maximum;
  std::vector<std::string>   fileExtensions;
  bool                       output = false;
  bool                       multiple = false;
  bool                       hidden = false;

  bool
  IsPath() const
  {
    return type == ParameterType::File || type == ParameterType::Directory || type == ParameterType::Image;
  }

  /** A number, truth value or text that the command hands back through --returnparameterfile. */
  bool
  IsReturned() const
  {
    return output && !IsPath();
  }

  bool
  IsPositional() const
  {
    return index && !IsReturned();
  }

  /** As the user writes it: "--threads", "-t", or the positional's name in capitals. */
  std::string
  DisplayName() const;
};

struct ParameterGroup
{
  std::string            label;
  std::string            description;
  std::vector<Parameter> parameters;
};

/** A command as its Slicer execution-model XML describes it: the one source of options, help and Slicer's panel.
 *
 * Understood are the elements and attributes of Slicer's command-line modules listed in CommandDescription.cxx.
 * Conventions of ours: 4-D data is <file>, never <image>, which Slicer would load; a boolean is off by default and
 * its flag switches it on; a positional argument without <default> must be given, an option may always be left out;
 * `multiple="true"` lets an option be repeated. */
struct CommandDescription
{
  std::string                 category;
  std::string                 title;
  std::string                 description;
  std::string                 version;
  std::string                 documentationUrl;
  std::vector<ParameterGroup> groups;

  /** Throws std::logic_error naming line and mistake: a wrong description is a mistake of the program. */
  static CommandDescription
  FromXml(std::string_view xml);

  /** Null when there is none. */
  const Parameter *
  Find(std::string_view name) const;

  /** In the order of their index. */
  std::vector<const Parameter *>
  Positionals() const;
};
} // namespace fourdstem::cli

#endif
