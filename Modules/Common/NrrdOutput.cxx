// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/NrrdOutput.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace fourdstem::cli
{
namespace fs = std::filesystem;

void
ThrowNotWritten(const std::string & fileName)
{
  const fs::path  path = fs::u8path(fileName);
  std::error_code error;
  const bool      hasFolder = fs::is_directory(fs::absolute(path, error).parent_path(), error);
  fs::remove(path, error);
  throw std::runtime_error("cannot write all of " + fileName +
                           (hasFolder ? ": is the disk full?" : ": there is no such folder"));
}

void
CheckNrrdComplete(const std::string & fileName, std::uint64_t bytes)
{
  std::ifstream file(fs::u8path(fileName), std::ios::binary);
  std::string   line;
  bool          compressed = false;
  while (std::getline(file, line) && !line.empty())
  {
    compressed = compressed || line == "encoding: gzip";
  }
  const std::streamoff begin = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  file.seekg(0, std::ios::end);
  const std::streamoff end = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  bool                 complete = begin >= 0 && end >= begin;
  if (complete && compressed)
  {
    // A gzip stream ends in its uncompressed length, modulo 2^32, lowest byte first.
    unsigned char length[4] = {};
    std::uint32_t stored = 0;
    file.seekg(-4, std::ios::end);
    file.read(reinterpret_cast<char *>(length), 4);
    for (int i = 3; i >= 0; --i)
    {
      stored = stored << 8 | length[i];
    }
    complete = file.good() && stored == static_cast<std::uint32_t>(bytes);
  }
  else if (complete)
  {
    complete = static_cast<std::uint64_t>(end - begin) == bytes;
  }
  if (!complete)
  {
    file.close();
    ThrowNotWritten(fileName);
  }
}

void
WritePatternStack(const std::vector<const float *> & patterns,
                  const std::vector<std::string> &   names,
                  const Grid &                       grid,
                  const std::string &                fileName,
                  const Notes &                      notes)
{
  using ImageType = itk::Image<float, 3>;
  const auto          pixels = static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns);
  auto                image = ImageType::New();
  ImageType::SizeType size{ { static_cast<itk::SizeValueType>(grid.columns),
                              static_cast<itk::SizeValueType>(grid.rows),
                              static_cast<itk::SizeValueType>(patterns.size()) } };
  image->SetRegions(size);
  const double spacing[3] = { grid.stepX, grid.stepY, 1.0 };
  const double origin[3] = { grid.originX, grid.originY, 0.0 };
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->Allocate();
  float * target = image->GetBufferPointer();
  for (const float * pattern : patterns)
  {
    target = std::copy_n(pattern, pixels, target);
  }
  std::string list;
  for (const std::string & name : names)
  {
    list += (list.empty() ? "" : ",") + name;
  }
  Notes all = notes;
  all.emplace("FourDSTEM_ComponentNames", list);
  WriteNrrd(image.GetPointer(), fileName, all);
}
} // namespace fourdstem::cli
