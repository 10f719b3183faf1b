// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_InputFile_h
#define fourdstem_InputFile_h

#include "fourdstem/FileError.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fourdstem
{
/** A part of a file in memory; unmapped with its last owner. */
struct FileWindow
{
  const std::byte * data = nullptr;
  std::int64_t      offset = 0;
  std::int64_t      size = 0;

  bool
  Covers(std::int64_t begin, std::int64_t bytes) const
  {
    return begin >= offset && bytes <= size && begin - offset <= size - bytes;
  }
};

/** Whether a file may be written to while it is read. */
enum class FileGrowth : std::uint8_t
{
  Refused,
  /** It may become longer, as one that is still being written does: it is read as far as it was there when it was
   * opened. */
  Allowed
};

/** A regular file open for reading, on POSIX systems and Windows. Safe to use from several threads.
 *
 * Reading and mapping first check that size and time stamp are still those found at opening, since to touch a mapping
 * of what was cut off would end the program; of a file that may grow, that it is no shorter. */
class InputFile
{
public:
  /** Throws FileError when the file is missing, a folder, not a regular file, not readable or empty. */
  explicit InputFile(const std::string & path, FileGrowth growth = FileGrowth::Refused);
  ~InputFile();
  InputFile(const InputFile &) = delete;
  InputFile &
  operator=(const InputFile &) = delete;

  const std::string &
  Path() const
  {
    return m_Path;
  }
  /** When it was opened. */
  std::int64_t
  Size() const
  {
    return m_Size;
  }
  FileGrowth
  MayGrow() const
  {
    return m_Growth;
  }

  /** All of [offset, offset + bytes), or a FileError. */
  void
  Read(std::int64_t offset, void * buffer, std::int64_t bytes) const;

  /** At most `bytes` from the beginning. */
  std::vector<unsigned char>
  Head(std::int64_t bytes) const;

  /** A window on at least [offset, offset + bytes), which must lie inside the file. */
  std::shared_ptr<const FileWindow>
  Map(std::int64_t offset, std::int64_t bytes) const;

  /** Throws FileError when the file is not as it was at opening. */
  void
  CheckUnchanged() const;

private:
  void
  CheckInside(std::int64_t offset, std::int64_t bytes) const;

  std::string   m_Path;
  std::int64_t  m_Size = 0;
  std::int64_t  m_TimeStamp = 0;
  FileGrowth    m_Growth;
  std::intptr_t m_Handle;
};

/** Windows of a file that neighbouring reads share, on whichever thread: the last few stay mapped, so the memory in use
 * is bounded however large the file is. */
class FileWindows
{
public:
  explicit FileWindows(std::shared_ptr<const InputFile> file);
  ~FileWindows();

  std::shared_ptr<const FileWindow>
  Covering(std::int64_t offset, std::int64_t bytes) const;

  const InputFile &
  File() const
  {
    return *m_File;
  }

private:
  struct Recent;
  std::shared_ptr<const InputFile> m_File;
  std::unique_ptr<Recent>          m_Recent;
};
} // namespace fourdstem

#endif
