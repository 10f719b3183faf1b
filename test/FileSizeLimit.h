// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef FileSizeLimit_h
#define FileSizeLimit_h

#ifndef _WIN32
#  include <csignal>
#  include <sys/resource.h>

/** While it lives, no file of this process, or of programs that it starts, grows beyond a size: as on a full disk. */
class FileSizeLimit
{
public:
  explicit FileSizeLimit(rlim_t bytes)
    : m_OldHandler(std::signal(SIGXFSZ, SIG_IGN))
  {
    getrlimit(RLIMIT_FSIZE, &m_Old);
    rlimit limit = m_Old;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit()
  {
    setrlimit(RLIMIT_FSIZE, &m_Old);
    std::signal(SIGXFSZ, m_OldHandler);
  }
  FileSizeLimit(const FileSizeLimit &) = delete;
  FileSizeLimit &
  operator=(const FileSizeLimit &) = delete;

private:
  rlimit m_Old{};
  void (*m_OldHandler)(int);
};
#endif

#endif
