// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PngFile_h
#define fourdstem_PngFile_h

#include <cstddef>
#include <cstdint>
#include <string>

namespace fourdstem::cli
{
/** Pixels of a picture, 0x00RRGGBB, row by row from the top. Not owned. */
struct PngPixels
{
  const std::uint32_t * data = nullptr;
  int                   width = 0;
  int                   height = 0;
  /** Pixels from one row to the next. */
  std::ptrdiff_t rowStride = 0;
};

/** Writes an 8-bit RGB PNG file, path in UTF-8; fast rather than small. Throws std::runtime_error naming the file when
 * it cannot be written. */
void
WritePngFile(const PngPixels & pixels, const std::string & path);
} // namespace fourdstem::cli

#endif
