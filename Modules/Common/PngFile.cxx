// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/PngFile.h"

#include <png.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace fourdstem::cli
{
void
WritePngFile(const PngPixels & pixels, const std::string & path)
{
  std::vector<png_byte> rgb;
  rgb.reserve(3 * static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height));
  for (int y = 0; y < pixels.height; ++y)
  {
    const std::uint32_t * row = pixels.data + y * pixels.rowStride;
    for (int x = 0; x < pixels.width; ++x)
    {
      for (int shift = 16; shift >= 0; shift -= 8)
      {
        rgb.push_back(static_cast<png_byte>(row[x] >> shift));
      }
    }
  }

  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  image.width = static_cast<png_uint_32>(pixels.width);
  image.height = static_cast<png_uint_32>(pixels.height);
  png_alloc_size_t  size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<char> bytes(size);
  const bool        isEncoded = png_image_write_to_memory(&image, bytes.data(), &size, 0, rgb.data(), 0, nullptr) != 0;

  std::ofstream file(std::filesystem::u8path(path), std::ios::binary);
  if (isEncoded)
  {
    file.write(bytes.data(), static_cast<std::streamsize>(size));
  }
  file.close();
  if (!isEncoded || !file)
  {
    throw std::runtime_error("cannot write the picture " + path + ": " +
                             (isEncoded ? "is the disk full?" : static_cast<const char *>(image.message)));
  }
}
} // namespace fourdstem::cli
