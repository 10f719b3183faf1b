// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ResultFolder_h
#define fourdstem_cli_ResultFolder_h

#include "Common/RunRecord.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** A folder of results that is either whole or not there.
 *
 *   ResultFolder folder(arguments.Text("outputFolder"), ResultFolder::Existing::Refuse);
 *   WriteNrrd(labels, folder.File("labels.nrrd"), notes);
 *   folder.Commit(record, progress);
 *
 * Files are written into a hidden folder beside the target, which takes the target's name on Commit(). Without Commit()
 * (an exception, an abort) the destructor removes it; the target is untouched then. All failures are exceptions that
 * name the path.
 *
 * A result folder is known by its run.json, which says which program made it and lists the files it was made of. An
 * existing folder that is neither empty nor made by one of the programs given is never replaced. Files in a result
 * folder that are not results, such as notes that the user laid there, stay. */
class ResultFolder
{
public:
  enum class Existing
  {
    Refuse,
    Replace, // results of before are deleted once the new ones are in place
    Update   // results of before that are not written anew stay
  };

  /** `programs`: names of the commands that make results of this kind. */
  ResultFolder(const std::string & target, Existing existing, const std::set<std::string> & programs);
  ~ResultFolder();
  ResultFolder(const ResultFolder &) = delete;
  ResultFolder &
  operator=(const ResultFolder &) = delete;

  /** Where to write the file that will be <target>/<name>; a plain name, there are no subfolders. Throws
   * fourdstem::Aborted once the user asked to stop. */
  std::string
  File(const std::string & name) const;

  /** A result of before that is not to stay, though it is not written anew. */
  void
  Discard(const std::string & name);

  /** Throws if putting the results in place would delete one of the files, which are needed. */
  void
  Protect(const std::vector<std::string> & files) const;

  /** The absolute path of the folder as it will be. */
  std::string
  Target() const;

  /** Writes run.json and puts the folder in place, unless the user asked to stop: throws fourdstem::Aborted then. */
  void
  Commit(const RunRecord & record, const Progress & progress);
  void
  Commit(nlohmann::ordered_json record);

private:
  void
  PutInPlace();

  std::filesystem::path m_Target;
  std::filesystem::path m_Work;
  Existing              m_Existing;
  std::set<std::string> m_Discarded;
};

/** A single file of results, whole or not there: written under a temporary name beside the target, of the same
 * extension, which Commit() turns into the target, an existing one being replaced. */
class ResultFile
{
public:
  explicit ResultFile(const std::string & target);
  ~ResultFile();
  ResultFile(const ResultFile &) = delete;
  ResultFile &
  operator=(const ResultFile &) = delete;

  std::string
  Path() const;
  /** Throws if the target is one of the files, which are needed. */
  void
  Protect(const std::vector<std::string> & files) const;
  void
  Commit();

private:
  std::filesystem::path m_Target;
  std::filesystem::path m_Work;
};

/** Writes a small text file; throws, naming the path, when not everything reached it. */
void
WriteText(const std::string & path, const std::string & text);
} // namespace fourdstem::cli

#endif
