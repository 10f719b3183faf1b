// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_OutputFile_h
#define fourdstem_OutputFile_h

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace fourdstem
{
/** A file that appears under its name only when it is whole: it grows under "<name>.partial", with a number
 * behind where that exists, which is removed unless Publish was called. Paths are UTF-8. Errors are std::runtime_error
 * with the file's name and the system's reason. */
class OutputFile
{
public:
  /** Creates the temporary file. Throws when `path` exists and `overwrite` is not set, or is a folder. */
  OutputFile(std::string path, bool overwrite);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &
  operator=(const OutputFile &) = delete;

  void
  Write(const void * data, std::size_t bytes);

  /** Replaces bytes near the beginning that were written before; no Write may follow. */
  void
  Patch(long offset, const void * data, std::size_t bytes);

  /** Flushes and closes; what a full disk refuses is known here at the latest. */
  void
  Close();

  /** Closes if need be and gives the file its name. */
  void
  Publish();

  /** Removes a published file again. */
  void
  Retract();

  const std::string &
  Path() const
  {
    return m_Path;
  }

private:
  [[noreturn]] void
  Fail(const std::string & what, int reason) const;

  std::string m_Path;
  std::string m_Partial;
  // Large writes give large pages in the page cache, which are mapped three times as fast.
  std::vector<char> m_Buffer;
  std::FILE *       m_File = nullptr;
  bool              m_Published = false;
};
} // namespace fourdstem

#endif
