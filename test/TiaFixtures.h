// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef TiaFixtures_h
#define TiaFixtures_h

#include "HeaderWriter.h"
#include "ScanFixtures.h"

namespace tia
{
constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

template <typename T>
void
Append(std::string & bytes, T value)
{
  bytes.resize(bytes.size() + sizeof(T));
  Put(bytes, bytes.size() - sizeof(T), value);
}

/** A TIA series of images; what is written otherwise is set before Bytes(). */
struct Series
{
  struct Dimension
  {
    std::int32_t extent;
    double       step;
    std::string  unit;
  };

  bool                   isWide = false;
  std::uint32_t          dataType = 0x4122;
  bool                   hasPositions = true;
  bool                   isColumnFirst = false;
  std::int32_t           total = 15;
  std::int32_t           rows = 6;
  std::int32_t           columns = 4;
  std::vector<Dimension> dimensions = { { 5, 2e-9, "meters" }, { 3, 4e-9, "meters" } };
  double                 stepX = 2e8;
  double                 stepY = 3e8;
  std::size_t            padding = 0;

  template <typename T>
  static std::int16_t
  TypeNumber()
  {
    return std::is_floating_point_v<T> ? (sizeof(T) == 4 ? 7 : 8)
                                       : static_cast<std::int16_t>((sizeof(T) == 1   ? 1
                                                                    : sizeof(T) == 2 ? 2
                                                                                     : 3) +
                                                                   (std::is_signed_v<T> ? 3 : 0));
  }

  void
  AppendOffset(std::string & bytes, std::size_t offset) const
  {
    isWide ? Append(bytes, static_cast<std::uint64_t>(offset)) : Append(bytes, static_cast<std::uint32_t>(offset));
  }

  /** `values` as they are read: C order, the highest row of each image first. */
  template <typename T>
  std::string
  Bytes(const std::vector<T> & values) const
  {
    std::string bytes("II\x97\x01", 4);
    Append<std::uint16_t>(bytes, isWide ? 0x0220 : 0x0210);
    Append(bytes, dataType);
    Append<std::uint32_t>(bytes, hasPositions ? 0x4142 : 0x4152);
    const std::size_t pixels = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    const std::size_t valid = values.size() / pixels;
    Append(bytes, total);
    Append(bytes, static_cast<std::int32_t>(valid));
    const std::size_t placeOfOffsets = bytes.size();
    this->AppendOffset(bytes, 0);
    Append(bytes, static_cast<std::uint32_t>(dimensions.size()));
    for (const Dimension & dimension : dimensions)
    {
      Append(bytes, dimension.extent);
      Append(bytes, -1e-9);
      Append(bytes, dimension.step);
      Append(bytes, std::int32_t{ 0 });
      Append(bytes, std::uint32_t{ 8 });
      bytes += "Position";
      Append(bytes, static_cast<std::uint32_t>(dimension.unit.size()));
      bytes += dimension.unit;
    }
    const std::size_t offsets = bytes.size();
    isWide ? Put(bytes, placeOfOffsets, static_cast<std::uint64_t>(offsets))
           : Put(bytes, placeOfOffsets, static_cast<std::uint32_t>(offsets));
    const std::size_t tagBytes = hasPositions ? 24 : 8;
    const std::size_t imageBytes = 50 + pixels * sizeof(T);
    const std::size_t first = offsets + 2 * static_cast<std::size_t>(total) * (isWide ? 8 : 4);
    for (const std::size_t begin : { first, first + imageBytes })
    {
      for (std::size_t i = 0; i < static_cast<std::size_t>(total); ++i)
      {
        this->AppendOffset(bytes, i < valid ? begin + i * (imageBytes + tagBytes + padding) : 0);
      }
    }
    for (std::size_t i = 0; i < valid; ++i)
    {
      Append(bytes, -stepX);
      Append(bytes, stepX);
      Append(bytes, std::int32_t{ 1 });
      Append(bytes, 0.0);
      Append(bytes, stepY);
      Append(bytes, std::int32_t{ 3 });
      Append(bytes, TypeNumber<T>());
      Append(bytes, columns);
      Append(bytes, rows);
      for (std::ptrdiff_t row = rows - 1; row >= 0; --row)
      {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * pixels) + row * columns;
        bytes += BytesOf(std::vector<T>(begin, begin + columns));
      }
      Append(bytes, hasPositions ? std::uint32_t{ 0x4142 } : std::uint32_t{ 0x4152 });
      Append(bytes, std::uint32_t{ 1000000 });
      if (hasPositions)
      {
        const std::size_t slow = i / 5;
        const std::size_t fast = i % 5;
        Append(bytes, 2e-9 * static_cast<double>(isColumnFirst ? slow : fast));
        Append(bytes, 4e-9 * static_cast<double>(isColumnFirst ? fast : slow));
      }
      bytes += std::string(padding, '\5');
    }
    return bytes;
  }
};
} // namespace tia

#endif
