// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/NrrdOutput.h"

#include "itkByteSwapper.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <locale>
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
  const auto pixels = static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns);
  auto       image = MakeVolume<float>(grid, patterns.size());
  float *    target = image->GetBufferPointer();
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

namespace
{
/** A value of a key as NRRD has it, on one line. */
std::string
EscapedValue(const std::string & value)
{
  std::string escaped;
  for (const char c : value)
  {
    escaped += c == '\\' ? "\\\\" : c == '\n' ? "\\n" : std::string(1, c);
  }
  return escaped;
}

/** An index value as Slicer has it in a list that spaces separate. */
std::string
EncodedIndex(const std::string & name)
{
  std::string encoded;
  for (const char c : name)
  {
    encoded += c == ' ' ? "%20" : c == '%' ? "%25" : std::string(1, c);
  }
  return encoded;
}
} // namespace

void
WritePatternSequence(const std::vector<const float *> & patterns,
                     const std::string &                axis,
                     const std::vector<std::string> &   names,
                     const Grid &                       grid,
                     const std::string &                fileName,
                     const Notes &                      notes)
{
  const auto    pixels = static_cast<std::uint64_t>(grid.rows) * static_cast<std::uint64_t>(grid.columns);
  std::ofstream file(fs::u8path(fileName), std::ios::binary);
  file.imbue(std::locale::classic());
  file.precision(std::numeric_limits<double>::max_digits10);
  file << "NRRD0005\n"
       << "type: float\n"
       << "dimension: 4\n"
       << "space: left-posterior-superior\n"
       << "sizes: " << grid.columns << ' ' << grid.rows << " 1 " << patterns.size() << '\n'
       << "space directions: (" << grid.stepX << ",0,0) (0," << grid.stepY << ",0) (0,0,1) none\n"
       << "kinds: domain domain domain list\n"
       << "labels: \"\" \"\" \"\" \"" << axis << "\"\n"
       << "endian: " << (itk::ByteSwapper<float>::SystemIsBigEndian() ? "big" : "little") << '\n'
       << "encoding: raw\n"
       << "space origin: (" << grid.originX << ',' << grid.originY << ",0)\n"
       << "DataNodeClassName:=vtkMRMLScalarVolumeNode\n";
  for (const auto & [key, value] : notes)
  {
    file << key << ":=" << EscapedValue(value) << '\n';
  }
  file << "axis 3 index type:=text\naxis 3 index values:=";
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    file << (i > 0 ? " " : "") << EncodedIndex(names[i]);
  }
  file << "\n\n";
  for (const float * pattern : patterns)
  {
    file.write(reinterpret_cast<const char *>(pattern), static_cast<std::streamsize>(pixels * sizeof(float)));
  }
  file.close();
  if (!file)
  {
    ThrowNotWritten(fileName);
  }
  CheckNrrdComplete(fileName, pixels * patterns.size() * sizeof(float));
}
} // namespace fourdstem::cli
