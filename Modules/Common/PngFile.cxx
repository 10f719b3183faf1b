// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/PngFile.h"

#include <png.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace fourdstem::cli
{
namespace
{
template <typename T>
std::unique_ptr<T[]>
Uninitialised(std::size_t count)
{
  return std::unique_ptr<T[]>(new T[count]);
}
} // namespace

void
WritePngFile(const PngPixels & pixels, const std::string & path)
{
  // Large and all written: not to be filled with zeros first.
  const auto rgb =
    Uninitialised<png_byte>(3 * static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height));
  png_byte * target = rgb.get();
  for (int y = 0; y < pixels.height; ++y)
  {
    const std::uint32_t * row = pixels.data + y * pixels.rowStride;
    for (int x = 0; x < pixels.width; ++x, target += 3)
    {
      target[0] = static_cast<png_byte>(row[x] >> 16);
      target[1] = static_cast<png_byte>(row[x] >> 8);
      target[2] = static_cast<png_byte>(row[x]);
    }
  }

  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  image.width = static_cast<png_uint_32>(pixels.width);
  image.height = static_cast<png_uint_32>(pixels.height);
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  const auto       bytes = Uninitialised<char>(size);
  const bool       isEncoded = png_image_write_to_memory(&image, bytes.get(), &size, 0, rgb.get(), 0, nullptr) != 0;

  std::ofstream file(std::filesystem::u8path(path), std::ios::binary);
  if (isEncoded)
  {
    file.write(bytes.get(), static_cast<std::streamsize>(size));
  }
  file.close();
  if (!isEncoded || !file)
  {
    throw std::runtime_error("cannot write the picture " + path + ": " +
                             (isEncoded ? "is the disk full?" : static_cast<const char *>(image.message)));
  }
}
} // namespace fourdstem::cli
