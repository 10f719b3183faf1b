// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef _WIN32
#  include "Formats/NativeFile.h"

#  include <cerrno>
#  include <cstdlib>
#  include <cstring>
#  include <fcntl.h>
#  include <sys/mman.h>
#  include <sys/stat.h>
#  include <unistd.h>

namespace fourdstem::native
{
namespace
{
template <typename TCall>
std::int64_t
Retried(TCall && call)
{
  std::int64_t result = 0;
  do
  {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}
} // namespace

std::string
LastError()
{
  return std::strerror(errno);
}

Handle
OpenForReading(const std::string & path)
{
  // O_NONBLOCK: a named pipe must not keep us waiting for a writer.
  return Retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
}

Handle
OpenScratch(const std::string & folder)
{
  std::string  path = (folder.empty() ? std::string(".") : folder) + "/fourdstem-scratch-XXXXXX";
  const Handle handle = ::mkstemp(path.data());
  if (handle != NoHandle)
  {
    ::fcntl(static_cast<int>(handle), F_SETFD, FD_CLOEXEC);
    ::unlink(path.c_str());
  }
  return handle;
}

void
Close(Handle handle)
{
  ::close(static_cast<int>(handle));
}

bool
Examine(Handle handle, Status & status)
{
  struct stat information;
  if (::fstat(static_cast<int>(handle), &information) != 0)
  {
    return false;
  }
#  ifdef __APPLE__
  const auto & modified = information.st_mtimespec;
#  else
  const auto & modified = information.st_mtim;
#  endif
  status.size = information.st_size;
  status.timeStamp = static_cast<std::int64_t>(modified.tv_sec) * 1000000000 + modified.tv_nsec;
  status.isFolder = S_ISDIR(information.st_mode);
  status.isRegular = S_ISREG(information.st_mode);
  return true;
}

std::int64_t
ReadSome(Handle handle, void * buffer, std::int64_t bytes, std::int64_t offset)
{
  return Retried([=] { return ::pread(static_cast<int>(handle), buffer, static_cast<std::size_t>(bytes), offset); });
}

std::int64_t
WriteSome(Handle handle, const void * buffer, std::int64_t bytes, std::int64_t offset)
{
  return Retried([=] { return ::pwrite(static_cast<int>(handle), buffer, static_cast<std::size_t>(bytes), offset); });
}

bool
Claim(Handle handle, std::int64_t bytes)
{
  const auto file = static_cast<int>(handle);
#  ifdef __APPLE__
  fstore_t store = { F_ALLOCATEALL, F_PEOFPOSMODE, 0, bytes, 0 };
  return ::fcntl(file, F_PREALLOCATE, &store) != -1 && ::ftruncate(file, bytes) == 0;
#  else
  errno = bytes > 0 ? ::posix_fallocate(file, 0, bytes) : 0;
  return errno == 0;
#  endif
}

std::int64_t
MapGranularity()
{
  return ::sysconf(_SC_PAGESIZE);
}

const void *
Map(Handle handle, std::int64_t offset, std::int64_t bytes)
{
  void * data = ::mmap(nullptr,
                       static_cast<std::size_t>(bytes),
                       PROT_READ,
                       MAP_SHARED,
                       static_cast<int>(handle),
                       static_cast<off_t>(offset));
  return data == MAP_FAILED ? nullptr : data;
}

void
Unmap(const void * data, std::int64_t bytes)
{
  ::munmap(const_cast<void *>(data), static_cast<std::size_t>(bytes));
}
} // namespace fourdstem::native
#endif
