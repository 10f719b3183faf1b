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

/** An object below `parent`, of whatever kind; nothing where it is missing, no error. */
Id
OpenObject(hid_t parent, const std::string & path);

Id
OpenGroup(hid_t parent, const std::string & path);

Id
OpenDataSet(hid_t parent, const std::string & path);

/** Names of the hard links in a group, in the order of names; links to elsewhere are not followed. */
std::vector<std::string>
Children(hid_t group);

/** Calls visitor(path, data set) once for every data set below `file`, by whatever links it can be reached; gives up at
 * 10000 objects or 16 levels. */
void
VisitDataSets(hid_t file, const std::function<void(const std::string &, hid_t)> & visitor);

std::vector<std::int64_t>
Extents(hid_t dataSet);

/** Text of an attribute or a scalar data set; empty where it is none. */
std::optional<std::string>
AttributeText(hid_t object, const std::string & name);

std::optional<double>
AttributeNumber(hid_t object, const std::string & name);

std::optional<std::string>
ScalarText(hid_t dataSet);

std::optional<double>
ScalarNumber(hid_t dataSet);

/** All values of a numeric 1-D data set of at most `most` values; empty for anything else. */
std::vector<double>
Numbers(hid_t dataSet, std::int64_t most);

/** The type as it lies in the file, where it is one of those we know. */
std::optional<StoredType>
TypeOf(hid_t dataSet);

/** HDF5's name for the memory type of that element. */
hid_t
MemoryType(ElementType type);
} // namespace fourdstem::hdf5

#endif
