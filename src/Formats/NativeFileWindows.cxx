// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifdef _WIN32
#  include "Formats/NativeFile.h"

#  define NOMINMAX
#  include <windows.h>

#  include <algorithm>
#  include <atomic>
#  include <filesystem>

namespace fourdstem::native
{
namespace
{
HANDLE
AsHandle(Handle handle)
{
  return reinterpret_cast<HANDLE>(handle);
}

DWORD
High(std::int64_t value)
{
  return static_cast<DWORD>(static_cast<std::uint64_t>(value) >> 32);
}

DWORD
Low(std::int64_t value)
{
  return static_cast<DWORD>(static_cast<std::uint64_t>(value) & 0xFFFFFFFFU);
}

std::int64_t
Joined(DWORD high, DWORD low)
{
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(high) << 32) | low);
}

OVERLAPPED
At(std::int64_t offset)
{
  OVERLAPPED position = {};
  position.Offset = Low(offset);
  position.OffsetHigh = High(offset);
  return position;
}

constexpr std::int64_t LargestTransfer = std::int64_t{ 1 } << 30;
} // namespace

std::string
LastError()
{
  const DWORD code = GetLastError();
  char        text[512] = "";
  const DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                      nullptr,
                                      code,
                                      0,
                                      text,
                                      static_cast<DWORD>(sizeof(text)),
                                      nullptr);
  std::string message(text, length);
  message.erase(message.find_last_not_of(" \r\n.") + 1);
  return message + " (Windows error " + std::to_string(code) + ")";
}

Handle
OpenForReading(const std::string & path)
{
  const auto name = std::filesystem::u8path(path).wstring();
  return reinterpret_cast<Handle>(CreateFileW(name.c_str(),
                                              GENERIC_READ,
                                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                              nullptr,
                                              OPEN_EXISTING,
                                              FILE_FLAG_BACKUP_SEMANTICS,
                                              nullptr));
}

Handle
OpenScratch(const std::string & folder)
{
  static std::atomic<unsigned> counter{ 0 };

  const auto name = "fourdstem-scratch-" + std::to_string(GetCurrentProcessId()) + "-" + std::to_string(counter++);
  const auto path = (std::filesystem::u8path(folder) / name).wstring();
  return reinterpret_cast<Handle>(CreateFileW(path.c_str(),
                                              GENERIC_READ | GENERIC_WRITE,
                                              0,
                                              nullptr,
                                              CREATE_NEW,
                                              FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE,
                                              nullptr));
}

void
Close(Handle handle)
{
  CloseHandle(AsHandle(handle));
}

bool
Examine(Handle handle, Status & status)
{
  BY_HANDLE_FILE_INFORMATION information;
  if (!GetFileInformationByHandle(AsHandle(handle), &information))
  {
    return false;
  }
  status.size = Joined(information.nFileSizeHigh, information.nFileSizeLow);
  status.timeStamp = Joined(information.ftLastWriteTime.dwHighDateTime, information.ftLastWriteTime.dwLowDateTime);
  status.isFolder = (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  status.isRegular = GetFileType(AsHandle(handle)) == FILE_TYPE_DISK;
  return true;
}

std::int64_t
ReadSome(Handle handle, void * buffer, std::int64_t bytes, std::int64_t offset)
{
  OVERLAPPED position = At(offset);
  DWORD      done = 0;
  if (ReadFile(AsHandle(handle), buffer, static_cast<DWORD>(std::min(bytes, LargestTransfer)), &done, &position))
  {
    return static_cast<std::int64_t>(done);
  }
  return GetLastError() == ERROR_HANDLE_EOF ? 0 : -1;
}

std::int64_t
WriteSome(Handle handle, const void * buffer, std::int64_t bytes, std::int64_t offset)
{
  OVERLAPPED position = At(offset);
  DWORD      done = 0;
  if (WriteFile(AsHandle(handle), buffer, static_cast<DWORD>(std::min(bytes, LargestTransfer)), &done, &position))
  {
    return static_cast<std::int64_t>(done);
  }
  return -1;
}

bool
Claim(Handle handle, std::int64_t bytes)
{
  FILE_END_OF_FILE_INFO end;
  end.EndOfFile.QuadPart = bytes;
  return SetFileInformationByHandle(AsHandle(handle), FileEndOfFileInfo, &end, sizeof(end)) != 0;
}

std::int64_t
MapGranularity()
{
  SYSTEM_INFO information;
  GetSystemInfo(&information);
  return static_cast<std::int64_t>(information.dwAllocationGranularity);
}

const void *
Map(Handle handle, std::int64_t offset, std::int64_t bytes)
{
  HANDLE mapping = CreateFileMappingW(AsHandle(handle), nullptr, PAGE_READONLY, 0, 0, nullptr);
  if (!mapping)
  {
    return nullptr;
  }
  const void * data = MapViewOfFile(mapping, FILE_MAP_READ, High(offset), Low(offset), static_cast<SIZE_T>(bytes));
  CloseHandle(mapping);
  return data;
}

void
Unmap(const void * data, std::int64_t)
{
  UnmapViewOfFile(data);
}
} // namespace fourdstem::native
#endif
