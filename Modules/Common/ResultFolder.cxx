// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ResultFolder.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>
#include <stdexcept>
#include <system_error>

#ifdef _WIN32
#  include <process.h>
#else
#  include <unistd.h>
#endif

namespace fourdstem::cli
{
namespace fs = std::filesystem;

namespace
{
constexpr const char * RecordName = "run.json";

[[noreturn]] void
Fail(const std::string & what, const fs::path & path, const std::error_code & error)
{
  throw std::runtime_error(what + ' ' + path.u8string() + ": " + error.message());
}

/** An absolute path without links, so that what lies beside it is on the same file system. */
fs::path
Resolved(const std::string & text)
{
  fs::path path = fs::absolute(fs::u8path(text)).lexically_normal();
  if (!path.has_filename())
  {
    path = path.parent_path();
  }
  std::error_code error;
  fs::path        resolved = fs::weakly_canonical(path, error);
  return error ? path : resolved;
}

/** A hidden name beside the target that nothing has yet. */
fs::path
FreeNameBeside(const fs::path & target, const char * purpose)
{
#ifdef _WIN32
  const int process = _getpid();
#else
  const int process = static_cast<int>(getpid());
#endif
  const std::string stem = "." + target.stem().u8string() + "." + purpose + "-" + std::to_string(process);
  fs::path          path;
  std::error_code   ignored;
  int               number = 0;
  do
  {
    path = target.parent_path() / fs::u8path(stem + "-" + std::to_string(number++) + target.extension().u8string());
  } while (fs::exists(fs::symlink_status(path, ignored)));
  return path;
}

/** What the run.json of a folder says of it. Empty when there is none that can be read. */
struct Contents
{
  std::string           program;
  std::set<std::string> files;
};

Contents
RecordedContents(const fs::path & folder)
{
  std::ifstream file(folder / RecordName);
  const auto    record = nlohmann::json::parse(file, nullptr, false);
  Contents      contents;
  if (record.is_object() && record.contains("program") && record["program"].is_string())
  {
    contents.program = record["program"].get<std::string>();
  }
  if (record.is_object() && record.contains("files") && record["files"].is_array())
  {
    for (const auto & name : record["files"])
    {
      if (name.is_string())
      {
        contents.files.insert(name.get<std::string>());
      }
    }
  }
  return contents;
}

/** Throws unless the folder is empty or holds results of one of the programs. */
void
CheckOurs(const fs::path & folder, const std::set<std::string> & programs)
{
  std::error_code error;
  if (fs::is_empty(folder, error))
  {
    return;
  }
  const Contents contents = RecordedContents(folder);
  if (contents.program.empty() || contents.files.empty())
  {
    throw std::runtime_error("the folder " + folder.u8string() +
                             " is not a result folder (it has no run.json of ours) and is left alone");
  }
  if (programs.count(contents.program) == 0)
  {
    std::string ours;
    for (const std::string & program : programs)
    {
      ours += (ours.empty() ? "" : " or ") + program;
    }
    throw std::runtime_error("the folder " + folder.u8string() + " holds results of " + contents.program + ", not of " +
                             ours + ", and is left alone");
  }
}

/** Whether two paths are the same file, by whatever names. */
bool
IsSameFile(const fs::path & a, const fs::path & b)
{
  std::error_code error;
  return fs::equivalent(a, b, error) || Resolved(a.u8string()) == Resolved(b.u8string());
}
} // namespace

ResultFolder::ResultFolder(const std::string & target, Existing existing, const std::set<std::string> & programs)
  : m_Target(Resolved(target))
  , m_Existing(existing)
{
  std::error_code       error;
  const fs::file_status status = fs::status(m_Target, error);
  if (fs::exists(status))
  {
    if (!fs::is_directory(status))
    {
      throw std::runtime_error(m_Target.u8string() + " exists and is not a folder");
    }
    if (existing == Existing::Refuse)
    {
      throw std::runtime_error("the folder " + m_Target.u8string() + " exists; --overwrite replaces the results in it");
    }
    CheckOurs(m_Target, programs);
  }
  else if (existing == Existing::Update)
  {
    throw std::runtime_error("there is no folder " + m_Target.u8string());
  }
  m_Work = FreeNameBeside(m_Target, "partial");
  if (!fs::create_directory(m_Work, error))
  {
    Fail("cannot create a folder in", m_Target.parent_path(), error);
  }
}

ResultFolder::~ResultFolder()
{
  std::error_code ignored;
  if (!m_Work.empty())
  {
    fs::remove_all(m_Work, ignored);
  }
}

std::string
ResultFolder::File(const std::string & name) const
{
  Progress::CheckAbort();
  return (m_Work / fs::u8path(name)).u8string();
}

void
ResultFolder::Discard(const std::string & name)
{
  m_Discarded.insert(name);
}

void
ResultFolder::Protect(const std::vector<std::string> & files) const
{
  if (m_Existing != Existing::Replace)
  {
    return;
  }
  const std::set<std::string> recorded = RecordedContents(m_Target).files;
  for (const std::string & file : files)
  {
    const fs::path path = fs::u8path(file);
    if (std::any_of(recorded.begin(), recorded.end(), [&](const std::string & name) {
          return IsSameFile(m_Target / fs::u8path(name), path);
        }))
    {
      throw std::runtime_error("replacing the results in " + m_Target.u8string() + " would delete " + file +
                               ", which they are made from; choose another folder");
    }
  }
}

std::string
ResultFolder::Target() const
{
  return m_Target.u8string();
}

void
ResultFolder::Commit(const RunRecord & record, const Progress & progress)
{
  this->Commit(record.ToJson(progress));
}

void
ResultFolder::Commit(nlohmann::ordered_json record)
{
  std::set<std::string> files{ RecordName };
  for (const auto & entry : fs::directory_iterator(m_Work))
  {
    if (!entry.is_directory())
    {
      files.insert(entry.path().filename().u8string());
    }
  }
  if (m_Existing == Existing::Update)
  {
    files.merge(RecordedContents(m_Target).files);
    for (const std::string & name : m_Discarded)
    {
      files.erase(name);
    }
  }
  record["files"] = files;
  WriteText(this->File(RecordName),
            record.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n');
  Progress::CheckAbort();
  this->PutInPlace();
}

void
ResultFolder::PutInPlace()
{
  std::error_code error;
  fs::path        old;
  if (fs::exists(m_Target, error))
  {
    old = FreeNameBeside(m_Target, "old");
    fs::rename(m_Target, old, error);
    if (error)
    {
      Fail("cannot replace", m_Target, error);
    }
  }
  fs::rename(m_Work, m_Target, error);
  if (error)
  {
    std::error_code ignored;
    if (!old.empty())
    {
      fs::rename(old, m_Target, ignored);
    }
    Fail("cannot create", m_Target, error);
  }
  m_Work.clear();
  if (old.empty())
  {
    return;
  }
  const std::set<std::string> recorded = RecordedContents(old).files;
  for (const auto & entry : fs::directory_iterator(old))
  {
    const std::string name = entry.path().filename().u8string();
    const bool        isUpdated = m_Existing == Existing::Update && m_Discarded.count(name) == 0;
    const bool        stays = isUpdated || recorded.count(name) == 0;
    if (stays && !fs::exists(m_Target / entry.path().filename()))
    {
      fs::rename(entry.path(), m_Target / entry.path().filename(), error);
      if (error)
      {
        Fail("the results are in " + m_Target.u8string() + ", but this stays in " + old.u8string() + ":",
             entry.path(),
             error);
      }
    }
  }
  fs::remove_all(old, error);
}

ResultFile::ResultFile(const std::string & target)
  : m_Target(Resolved(target))
  , m_Work(FreeNameBeside(m_Target, "partial"))
{}

ResultFile::~ResultFile()
{
  std::error_code ignored;
  if (!m_Work.empty())
  {
    fs::remove(m_Work, ignored);
  }
}

std::string
ResultFile::Path() const
{
  return m_Work.u8string();
}

void
ResultFile::Protect(const std::vector<std::string> & files) const
{
  for (const std::string & file : files)
  {
    if (IsSameFile(fs::u8path(file), m_Target))
    {
      throw std::runtime_error("writing " + m_Target.u8string() + " would replace " + file +
                               ", which it is made from; choose another name");
    }
  }
}

void
ResultFile::Commit()
{
  std::error_code error;
  fs::rename(m_Work, m_Target, error);
  if (error)
  {
    Fail("cannot write", m_Target, error);
  }
  m_Work.clear();
}

void
WriteText(const std::string & path, const std::string & text)
{
  std::ofstream file(fs::u8path(path), std::ios::binary);
  file << text;
  file.close();
  if (!file)
  {
    throw std::runtime_error("cannot write " + path + ": " + std::generic_category().message(errno));
  }
}
} // namespace fourdstem::cli
