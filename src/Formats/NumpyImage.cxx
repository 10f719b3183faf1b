// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/NumpyHeader.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"
#include "fourdstem/ProcessedScan.h"

#include <algorithm>

namespace fourdstem
{
DetectorImage
ReadNpyImage(const std::string & path)
{
  const InputFile                  file(path);
  const std::vector<unsigned char> head = file.Head(6);
  if (!std::equal(head.begin(), head.end(), "\x93NUMPY", "\x93NUMPY" + 6, [](unsigned char a, char b) {
        return a == static_cast<unsigned char>(b);
      }))
  {
    throw FileError(path, "is no NumPy array: NumPy's signature is missing at its beginning");
  }
  const NumpyHeader numpy = ReadNumpyHeader(file);
  if (numpy.shape.size() != 2)
  {
    throw FileError(path,
                    "holds an array of " + std::to_string(numpy.shape.size()) +
                      " dimensions; an image over the detector has 2, (Qy, Qx)");
  }
  const std::int64_t rows = numpy.shape[0];
  const std::int64_t columns = numpy.shape[1];
  const std::int64_t bytes = CheckedBytes(path, { 1, 1, rows, columns }, numpy.type.bytes);
  if (bytes > file.Size() - numpy.dataOffset)
  {
    throw FileError(path,
                    "is cut off: " + FormatExtent(rows, columns) + " of " + numpy.type.Name() + " need " +
                      std::to_string(bytes) + " bytes after the header, " +
                      std::to_string(file.Size() - numpy.dataOffset) + " are there");
  }
  std::vector<std::byte> stored(static_cast<std::size_t>(bytes));
  file.Read(numpy.dataOffset, stored.data(), bytes);
  const ElementType      type = numpy.type.ReadAs();
  std::vector<std::byte> decoded(static_cast<std::size_t>(rows * columns) * SizeOf(type));
  DecodePixels(numpy.type, stored.data(), numpy.type.bytes, rows * columns, decoded.data());

  DetectorImage image{ rows, columns, std::vector<double>(static_cast<std::size_t>(rows * columns)) };
  VisitElementType(type, [&](auto zero) {
    const auto * values = reinterpret_cast<const decltype(zero) *>(decoded.data());
    for (std::int64_t i = 0; i < rows * columns; ++i)
    {
      const std::int64_t from = numpy.fortranOrder ? i % columns * rows + i / columns : i;
      image.values[static_cast<std::size_t>(i)] = static_cast<double>(values[from]);
    }
  });
  return image;
}
} // namespace fourdstem
