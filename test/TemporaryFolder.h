// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef TemporaryFolder_h
#define TemporaryFolder_h

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

/** A folder with a space and non-ASCII letters in its name, gone with the test. */
class TemporaryFolder
{
public:
  TemporaryFolder()
  {
    static std::atomic<int> counter{ 0 };
    const auto              unique = std::to_string(std::random_device()()) + "-" + std::to_string(counter++);
    m_Folder = std::filesystem::temp_directory_path() / std::filesystem::u8path("scan \xC3\xA4\xE6\xB8\xAC " + unique);
    std::filesystem::create_directories(m_Folder);
  }
  ~TemporaryFolder()
  {
    std::error_code ignored;
    std::filesystem::remove_all(m_Folder, ignored);
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &
  operator=(const TemporaryFolder &) = delete;

  std::string
  Path(const std::string & name) const
  {
    return (m_Folder / std::filesystem::u8path(name)).u8string();
  }

  const std::filesystem::path &
  Get() const
  {
    return m_Folder;
  }

  /** Writes a file of these bytes and gives its path. */
  std::string
  Write(const std::string & name, const std::string & bytes) const
  {
    std::ofstream(std::filesystem::u8path(this->Path(name)), std::ios::binary) << bytes;
    return this->Path(name);
  }

private:
  std::filesystem::path m_Folder;
};

#endif
