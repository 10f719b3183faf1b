// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Arguments_h
#define fourdstem_cli_Arguments_h

#include "Common/CommandDescription.h"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** The user asked for something that cannot be: ends the command with one line on stderr and exit code 2. */
class UsageError : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/** An image in memory in place of a file: C order (rows, columns, components). */
struct GivenImage
{
  std::int64_t       rows = 0;
  std::int64_t       columns = 0;
  std::int64_t       components = 1;
  std::vector<float> values;
};

/** The values of a command's parameters, every one checked before any work.
 *
 * Accepted are `--flag value`, `--flag=value`, `-f value`, switches without a value (or `--switch=false`), and `--`,
 * after which everything is positional. A value may begin with a minus sign. Lists are separated by commas, lists of
 * whole numbers also by x (64x128). Numbers are read with a decimal point whatever the locale.
 *
 * Checked are type, <constraints> and <element>s, that an input path exists, that the folder of an output file exists
 * and that its name ends in one of fileExtensions. Asking for a name or type that the description does not know is a
 * std::logic_error. */
class Arguments
{
public:
  Arguments(const CommandDescription & description, const std::vector<std::string> & words);

  /** Values in place of the file that an input parameter names; its text is then "given in memory". */
  void
  Give(const std::string & name, GivenImage image);

  /** The image given, or null. */
  const GivenImage *
  Given(const std::string & name) const;

  /** There is a non-empty value, from the command line or the default. */
  bool
  Has(const std::string & name) const;

  /** The value differs from the default. (Slicer passes every parameter, so "was it given" means nothing there.) */
  bool
  IsChanged(const std::string & name) const;

  /** A boolean. */
  bool
  Switch(const std::string & name) const;

  /** These four throw UsageError when there is no value. */
  std::int64_t
  Integer(const std::string & name) const;
  double
  Number(const std::string & name) const;
  /** A string, an enumeration's element or a path. */
  std::string
  Text(const std::string & name) const;
  /** A string such as 2GiB, 500MB or 1048576, in bytes. */
  std::int64_t
  Bytes(const std::string & name) const;

  /** Empty when there is no value. */
  std::vector<std::int64_t>
  Integers(const std::string & name) const;
  std::vector<double>
  Numbers(const std::string & name) const;
  /** The texts of a string list, or of a parameter that may be repeated. */
  std::vector<std::string>
  Texts(const std::string & name) const;

  /** Paths of all input files and folders. */
  std::vector<std::string>
  InputPaths() const;

  /** "--name": what an error about this parameter begins with. */
  UsageError
  Error(const std::string & name, const std::string & complaint) const;

  /** Text of the value for reports; empty without one. */
  std::string
  Display(const std::string & name) const;

  const CommandDescription &
  Description() const
  {
    return m_Description;
  }

private:
  const std::vector<std::string> &
  Values(const std::string & name) const;
  const std::string &
  Single(const std::string & name) const;

  CommandDescription                              m_Description;
  std::map<std::string, std::vector<std::string>> m_Values;
  std::map<std::string, GivenImage>               m_Given;
};

} // namespace fourdstem::cli

#endif
