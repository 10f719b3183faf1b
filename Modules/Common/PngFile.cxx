// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/PngFile.h"

#include "itk_zlib.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace fourdstem::cli
{
namespace
{
using Bytes = std::vector<unsigned char>;

void
AppendNumber(Bytes & bytes, std::uint32_t number)
{
  for (int shift = 24; shift >= 0; shift -= 8)
  {
    bytes.push_back(static_cast<unsigned char>(number >> shift));
  }
}

void
AppendChunk(Bytes & file, const char (&type)[5], const Bytes & content)
{
  AppendNumber(file, static_cast<std::uint32_t>(content.size()));
  const std::size_t begin = file.size();
  file.insert(file.end(), type, type + 4);
  file.insert(file.end(), content.begin(), content.end());
  AppendNumber(
    file, static_cast<std::uint32_t>(crc32(0, file.data() + begin, static_cast<unsigned int>(file.size() - begin))));
}

/** Filter 2, "up": the byte 2, then every byte of the row less the one above. */
Bytes
FilteredRows(const PngPixels & pixels)
{
  Bytes bytes;
  bytes.reserve(static_cast<std::size_t>(pixels.height) * (3 * static_cast<std::size_t>(pixels.width) + 1));
  const std::vector<std::uint32_t> black(static_cast<std::size_t>(pixels.width), 0);
  const std::uint32_t *            above = black.data();
  for (int y = 0; y < pixels.height; ++y)
  {
    const std::uint32_t * row = pixels.data + y * pixels.rowStride;
    bytes.push_back(2);
    for (int x = 0; x < pixels.width; ++x)
    {
      for (int shift = 16; shift >= 0; shift -= 8)
      {
        bytes.push_back(static_cast<unsigned char>((row[x] >> shift) - (above[x] >> shift)));
      }
    }
    above = row;
  }
  return bytes;
}

Bytes
Compressed(const Bytes & bytes)
{
  constexpr int level = 1;
  uLongf        size = compressBound(static_cast<uLong>(bytes.size()));
  Bytes         result(size);
  if (compress2(result.data(), &size, bytes.data(), static_cast<uLong>(bytes.size()), level) != Z_OK)
  {
    throw std::bad_alloc();
  }
  result.resize(size);
  return result;
}
} // namespace

void
WritePngFile(const PngPixels & pixels, const std::string & path)
{
  Bytes header;
  AppendNumber(header, static_cast<std::uint32_t>(pixels.width));
  AppendNumber(header, static_cast<std::uint32_t>(pixels.height));
  header.insert(header.end(), { 8, 2, 0, 0, 0 }); // 8 bits, RGB

  Bytes bytes{ 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  AppendChunk(bytes, "IHDR", header);
  AppendChunk(bytes, "IDAT", Compressed(FilteredRows(pixels)));
  AppendChunk(bytes, "IEND", {});

  std::ofstream file(std::filesystem::u8path(path), std::ios::binary);
  file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
  {
    throw std::runtime_error("cannot write the picture " + path + ": is the disk full?");
  }
}
} // namespace fourdstem::cli
