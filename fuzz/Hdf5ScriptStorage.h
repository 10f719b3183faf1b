// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ScriptStorage_h
#define fourdstem_Hdf5ScriptStorage_h

#include "Formats/Hdf5.h"

#include <algorithm>
#include <sstream>

namespace fourdstem::fuzz
{
/** Words of a line, one after the other. */
class Line
{
public:
  explicit Line(const std::string & text)
    : m_Stream(text)
  {}

  std::string
  Word()
  {
    std::string word;
    m_Stream >> word;
    return word;
  }
  std::string
  Name()
  {
    std::string name = this->Word();
    std::replace(name.begin(), name.end(), '~', ' ');
    return name.empty() ? "/" : name;
  }
  std::string
  Rest()
  {
    std::string rest;
    std::getline(m_Stream >> std::ws, rest);
    return rest;
  }

private:
  std::istringstream m_Stream;
};

/** The number of values. */
double
Product(const std::vector<hsize_t> & extents);

/** What the words behind a data set's type and extents say. HDF5 is not asked to write more than 1 MiB. */
struct Storage
{
  Storage(Line & line, hid_t type, const std::vector<hsize_t> & extents);

  hdf5::Id             creation;
  std::vector<hsize_t> chunk;
  bool                 isUnlimited = false;
  bool                 hasValues = false;
  bool                 isEarly = false;

private:
  void
  Apply(const std::string & word, Line & line, hid_t type, const std::vector<hsize_t> & extents);
};
} // namespace fourdstem::fuzz

#endif
