// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5_h
#define fourdstem_Hdf5_h

#include "Formats/StoredType.h"

#include "itk_hdf5.h"

#include <functional>
#include <mutex>

/** HDF5 as this library uses it: its C interface, one thread at a time, silent, identifiers that close themselves. */
namespace fourdstem::hdf5
{
/** While it lives, HDF5 belongs to this thread and prints nothing. Every call of HDF5 happens inside one, the closing
 * of identifiers too. May be nested. */
class Session
{
public:
  Session();
  ~Session();
  Session(const Session &) = delete;
  Session &
  operator=(const Session &) = delete;

private:
  std::lock_guard<std::recursive_mutex> m_Lock;
  H5E_auto2_t                           m_Print = nullptr;
  void *                                m_PrintData = nullptr;
};

/** An identifier; negative when what it should name is not there. */
class Id
{
public:
  Id() = default;
  explicit Id(hid_t id)
    : m_Id(id)
  {}
  Id(Id && other) noexcept
    : m_Id(std::exchange(other.m_Id, -1))
  {}
  Id &
  operator=(Id && other) noexcept
  {
    std::swap(m_Id, other.m_Id);
    return *this;
  }
  ~Id();

           operator hid_t() const { return m_Id; }
  explicit operator bool() const { return m_Id >= 0; }

private:
  hid_t m_Id = -1;
};

/** The innermost complaint of the call that failed last. */
std::string
LastError();

/** Opens for reading, without a lock on the file. Nothing, and the reason, where that fails. */
std::pair<Id, std::string>
OpenFile(const std::string & path);

/** An object below `parent`, of whatever kind. Nothing where it is missing or behind a link into another file. */
Id
OpenObject(hid_t parent, const std::string & path);

Id
OpenGroup(hid_t parent, const std::string & path);

Id
OpenDataSet(hid_t parent, const std::string & path);

/** A link in a group. */
struct Link
{
  std::string name;
  /** Empty for a hard link; else the path it leads to, after the file's name and a colon where it leads to another. */
  std::string target;
  bool        isExternal = false;
  /** The file's name as the link has it. */
  std::string otherFile = {};
};

/** The link that is the last part of `path`; nothing where that does not exist in this file. */
std::optional<Link>
FindLink(hid_t parent, const std::string & path);

/** The links in a group in the order of names, the first 10000 of them. */
std::vector<Link>
Links(hid_t group);

/** Calls visitor(path, data set) once for every data set that hard links lead to below `file`, and `linkVisitor`, if
 * any, for every link that is none. False where it gave up, at 10000 objects or 16 levels. */
bool
VisitDataSets(hid_t                                                          file,
              const std::function<void(const std::string &, hid_t)> &        visitor,
              const std::function<void(const std::string &, const Link &)> & linkVisitor = {});

std::vector<std::int64_t>
Extents(hid_t dataSet);

/** Text of an attribute or a scalar data set; empty where it is none. */
std::optional<std::string>
AttributeText(hid_t object, const std::string & name);

std::optional<double>
AttributeNumber(hid_t object, const std::string & name);

/** The first 1000 of them, in the order of names. */
std::vector<std::string>
AttributeNames(hid_t object);

std::optional<std::string>
ScalarText(hid_t dataSet);

/** The value of a scalar data set, or of one with one element. */
std::optional<double>
SingleNumber(hid_t dataSet);

/** All values of a numeric 1-D data set of at most `most` values; empty for anything else. */
std::vector<double>
Numbers(hid_t dataSet, std::int64_t most);

/** The type as it lies in the file, where it is one of those we know. */
std::optional<StoredType>
TypeOf(hid_t dataSet);

/** The same of an HDF5 type. */
std::optional<StoredType>
NumberType(hid_t type);

/** The type as it lies in the file, for people: "complex numbers", "integers of 12 bits in 2 bytes". */
std::string
DescribeType(hid_t dataSet);

/** HDF5's name for the memory type of that element. */
hid_t
MemoryType(ElementType type);
} // namespace fourdstem::hdf5

#endif
