// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/InputFile.h"

#include "Formats/NativeFile.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

namespace fourdstem
{
using native::LastError;

InputFile::InputFile(const std::string & path, FileGrowth growth)
  : m_Path(path)
  , m_Growth(growth)
  , m_Handle(native::OpenForReading(path))
{
  if (m_Handle == native::NoHandle)
  {
    throw FileError(path, "cannot be opened for reading: " + LastError());
  }
  native::Status status;
  std::string    problem;
  if (!native::Examine(m_Handle, status))
  {
    problem = "cannot be examined: " + LastError();
  }
  else if (status.isFolder)
  {
    problem = "is a folder; the path of a file was expected";
  }
  else if (!status.isRegular)
  {
    problem = "is a pipe or a device; a regular file was expected";
  }
  else if (status.size == 0)
  {
    problem = "is empty (0 bytes)";
  }
  if (!problem.empty())
  {
    native::Close(m_Handle);
    throw FileError(path, problem);
  }
  m_Size = status.size;
  m_TimeStamp = status.timeStamp;
}

InputFile::~InputFile()
{
  native::Close(m_Handle);
}

void
InputFile::CheckUnchanged() const
{
  native::Status status;
  if (!native::Examine(m_Handle, status))
  {
    throw FileError(m_Path, "cannot be examined any more: " + LastError());
  }
  const bool mayGrow = m_Growth == FileGrowth::Allowed;
  if (mayGrow ? status.size < m_Size : status.size != m_Size)
  {
    throw FileError(m_Path,
                    "changed while it was read: it had " + std::to_string(m_Size) + " bytes when opened and has " +
                      std::to_string(status.size) + " now");
  }
  if (!mayGrow && status.timeStamp != m_TimeStamp)
  {
    throw FileError(m_Path, "changed while it was read: it was written to after it had been opened");
  }
}

void
InputFile::CheckInside(std::int64_t offset, std::int64_t bytes) const
{
  if (offset < 0 || bytes < 0 || bytes > m_Size || offset > m_Size - bytes)
  {
    throw FileError(m_Path,
                    "has " + std::to_string(m_Size) + " bytes, too few for " + std::to_string(bytes) +
                      " bytes at offset " + std::to_string(offset));
  }
}

void
InputFile::Read(std::int64_t offset, void * buffer, std::int64_t bytes) const
{
  this->CheckUnchanged();
  this->CheckInside(offset, bytes);
  auto * out = static_cast<char *>(buffer);
  while (bytes > 0)
  {
    const std::int64_t done = native::ReadSome(m_Handle, out, bytes, offset);
    if (done <= 0)
    {
      throw FileError(m_Path,
                      "cannot be read at offset " + std::to_string(offset) + ": " +
                        (done == 0 ? std::string("it ends there") : LastError()));
    }
    out += done;
    offset += done;
    bytes -= done;
  }
}

std::vector<unsigned char>
InputFile::Head(std::int64_t bytes) const
{
  std::vector<unsigned char> head(static_cast<std::size_t>(std::min(bytes, m_Size)));
  this->Read(0, head.data(), static_cast<std::int64_t>(head.size()));
  return head;
}

std::shared_ptr<const FileWindow>
InputFile::Map(std::int64_t offset, std::int64_t bytes) const
{
  this->CheckUnchanged();
  this->CheckInside(offset, bytes);
  static const std::int64_t granularity = native::MapGranularity();

  FileWindow window;
  window.offset = offset / granularity * granularity;
  window.size = offset - window.offset + bytes;
  window.data = static_cast<const std::byte *>(native::Map(m_Handle, window.offset, window.size));
  if (!window.data)
  {
    throw FileError(m_Path,
                    "cannot be mapped (" + std::to_string(window.size) + " bytes at offset " +
                      std::to_string(window.offset) + "): " + LastError());
  }
  return { new FileWindow(window), [](const FileWindow * mapped) {
            native::Unmap(mapped->data, mapped->size);
            delete mapped;
          } };
}

struct FileWindows::Recent
{
  // From 4 MiB on, mapping costs nothing beside reading where the system caches files in large pages.
  static constexpr std::int64_t Stride = std::int64_t{ 64 } << 20;
  // Blocks that begin in one stride and end in the next find room here.
  static constexpr std::int64_t Overlap = std::int64_t{ 4 } << 20;

  std::mutex                                       mutex;
  std::array<std::shared_ptr<const FileWindow>, 3> windows;
  std::size_t                                      oldest = 0;
};

FileWindows::FileWindows(std::shared_ptr<const InputFile> file)
  : m_File(std::move(file))
  , m_Recent(std::make_unique<Recent>())
{}

FileWindows::~FileWindows() = default;

std::shared_ptr<const FileWindow>
FileWindows::Covering(std::int64_t offset, std::int64_t bytes) const
{
  std::shared_ptr<const FileWindow> dropped; // unmapped after the lock is released: that takes long
  const std::lock_guard<std::mutex> lock(m_Recent->mutex);
  for (const auto & window : m_Recent->windows)
  {
    if (window && window->Covers(offset, bytes))
    {
      m_File->CheckUnchanged();
      return window;
    }
  }
  const std::int64_t begin = offset / Recent::Stride * Recent::Stride;
  const std::int64_t wanted = std::max(Recent::Stride + Recent::Overlap, offset - begin + bytes);
  auto               window = m_File->Map(begin, std::min(wanted, m_File->Size() - begin));
  dropped = std::exchange(m_Recent->windows[m_Recent->oldest], window);
  m_Recent->oldest = (m_Recent->oldest + 1) % m_Recent->windows.size();
  return window;
}
} // namespace fourdstem
