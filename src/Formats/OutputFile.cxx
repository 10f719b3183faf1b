// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/OutputFile.h"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace fourdstem
{
namespace
{
std::FILE *
OpenForWriting(const std::filesystem::path & path)
{
#ifdef _WIN32
  return _wfopen(path.c_str(), L"wb");
#else
  return std::fopen(path.c_str(), "wb");
#endif
}
} // namespace

OutputFile::OutputFile(std::string path, bool overwrite)
  : m_Path(std::move(path))
  , m_Partial(m_Path + ".partial")
{
  std::error_code ignored;
  const auto      target = std::filesystem::u8path(m_Path);
  if (std::filesystem::is_directory(target, ignored))
  {
    throw std::runtime_error("cannot write " + m_Path + ": it is a folder");
  }
  if (!overwrite && std::filesystem::exists(target, ignored))
  {
    throw std::runtime_error("cannot write " + m_Path + ": it exists");
  }
  for (int number = 1; std::filesystem::exists(std::filesystem::u8path(m_Partial), ignored); ++number)
  {
    m_Partial = m_Path + ".partial" + std::to_string(number);
  }
  errno = 0;
  m_File = OpenForWriting(std::filesystem::u8path(m_Partial));
  if (m_File == nullptr)
  {
    this->Fail("cannot create", errno);
  }
  m_Buffer.resize(std::size_t{ 4 } << 20);
  std::setvbuf(m_File, m_Buffer.data(), _IOFBF, m_Buffer.size());
}

OutputFile::~OutputFile()
{
  if (m_File != nullptr)
  {
    std::fclose(m_File);
  }
  if (!m_Published)
  {
    std::error_code ignored;
    std::filesystem::remove(std::filesystem::u8path(m_Partial), ignored);
  }
}

void
OutputFile::Fail(const std::string & what, int reason) const
{
  throw std::runtime_error(what + " " + m_Path +
                           (reason != 0 ? ": " + std::generic_category().message(reason) : std::string()));
}

void
OutputFile::Write(const void * data, std::size_t bytes)
{
  errno = 0;
  if (std::fwrite(data, 1, bytes, m_File) != bytes)
  {
    this->Fail("cannot write", errno);
  }
}

void
OutputFile::Patch(long offset, const void * data, std::size_t bytes)
{
  errno = 0;
  if (std::fseek(m_File, offset, SEEK_SET) != 0)
  {
    this->Fail("cannot write", errno);
  }
  this->Write(data, bytes);
}

void
OutputFile::Close()
{
  if (m_File == nullptr)
  {
    return;
  }
  errno = 0;
  const bool flushed = std::fflush(m_File) == 0;
  const int  reason = errno;
  const bool closed = std::fclose(m_File) == 0;
  m_File = nullptr;
  if (!flushed || !closed)
  {
    this->Fail("cannot write", flushed ? errno : reason);
  }
}

void
OutputFile::Publish()
{
  this->Close();
  std::error_code error;
  std::filesystem::rename(std::filesystem::u8path(m_Partial), std::filesystem::u8path(m_Path), error);
  if (error)
  {
    throw std::runtime_error("cannot write " + m_Path + ": " + error.message());
  }
  m_Published = true;
}

void
OutputFile::Retract()
{
  std::error_code ignored;
  std::filesystem::remove(std::filesystem::u8path(m_Path), ignored);
}
} // namespace fourdstem
