// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef DmFixtures_h
#define DmFixtures_h

#include "HeaderWriter.h"
#include "ScanFixtures.h"

#include <array>

namespace dm
{
/** Writes the tags of a DM3 or DM4 file. */
class TagWriter
{
public:
  explicit TagWriter(int version, bool isBig = false)
    : m_Version(version)
    , m_IsBig(isBig)
  {}

  /** A size, of 4 bytes in DM3 and 8 in DM4. */
  std::string
  Size(std::uint64_t size) const
  {
    return m_Version == 4 ? Word(size, true) : Word(static_cast<std::uint32_t>(size), true);
  }

  template <typename T>
  static std::string
  Word(T value, bool isBig)
  {
    std::string bytes(sizeof(T), '\0');
    Put(bytes, 0, value, isBig);
    return bytes;
  }

  /** A tag of kind 20 (group) or 21 (value). */
  std::string
  Tag(int kind, const std::string & label, const std::string & rest) const
  {
    return std::string(1, static_cast<char>(kind)) + Word(static_cast<std::uint16_t>(label.size()), true) + label +
           (m_Version == 4 ? this->Size(rest.size()) : "") + rest;
  }

  std::string
  Group(const std::string & label, const std::vector<std::string> & tags) const
  {
    return this->Tag(20, label, this->Inside(tags));
  }

  /** A value with its type's description. */
  std::string
  Value(const std::string & label, const std::vector<std::uint64_t> & description, const std::string & bytes) const
  {
    std::string rest = "%%%%" + this->Size(description.size());
    for (const std::uint64_t number : description)
    {
      rest += this->Size(number);
    }
    return this->Tag(21, label, rest + bytes);
  }

  template <typename T>
  std::string
  Number(const std::string & label, T value) const
  {
    return this->Value(label, { Code<T>() }, Word(value, m_IsBig));
  }

  template <typename T>
  std::string
  Array(const std::string & label, const std::vector<T> & values) const
  {
    return this->Value(label, { 20, Code<T>(), values.size() }, BytesOf(values, m_IsBig));
  }

  std::string
  Text(const std::string & label, const std::u16string & text) const
  {
    return this->Array(label, std::vector<std::uint16_t>(text.begin(), text.end()));
  }

  std::string
  File(const std::vector<std::string> & tags) const
  {
    const std::string root = this->Inside(tags);
    return Word(static_cast<std::uint32_t>(m_Version), true) + this->Size(root.size()) +
           Word(std::uint32_t{ m_IsBig ? 0U : 1U }, true) + root + std::string(8, '\0');
  }

  template <typename T>
  static std::uint64_t
  Code()
  {
    if constexpr (std::is_floating_point_v<T>)
    {
      return sizeof(T) == 4 ? 6 : 7;
    }
    else if constexpr (std::is_same_v<T, bool>)
    {
      return 8;
    }
    else
    {
      constexpr std::uint64_t codes[2][4] = { { 10, 4, 5, 12 }, { 9, 2, 3, 11 } };
      constexpr int           which = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
      return codes[std::is_signed_v<T> ? 1 : 0][which];
    }
  }

private:
  std::string
  Inside(const std::vector<std::string> & tags) const
  {
    std::string bytes = std::string("\1\0", 2) + this->Size(tags.size());
    for (const std::string & tag : tags)
    {
      bytes += tag;
    }
    return bytes;
  }

  int  m_Version;
  bool m_IsBig;
};

/** DataType of T. */
template <typename T>
std::int32_t
DataType()
{
  return std::is_same_v<T, float>           ? 2
         : std::is_same_v<T, double>        ? 12
         : std::is_same_v<T, std::uint8_t>  ? 6
         : std::is_same_v<T, std::int8_t>   ? 9
         : std::is_same_v<T, std::uint16_t> ? 10
         : std::is_same_v<T, std::int16_t>  ? 1
         : std::is_same_v<T, std::uint32_t> ? 11
                                            : 7;
}

struct Axis
{
  float          origin = 0;
  float          scale = 1;
  std::u16string unit;
};

/** One entry of ImageList; extents and axes the fastest first. */
template <typename T>
std::string
Image(const TagWriter &                  writer,
      const std::vector<std::uint32_t> & extents,
      const std::vector<T> &             values,
      const std::vector<Axis> &          axes = {},
      const std::vector<std::string> &   imageTags = {},
      std::int32_t                       dataType = DataType<T>())
{
  std::vector<std::string> dimensions;
  for (const std::uint32_t extent : extents)
  {
    dimensions.push_back(writer.Number("", extent));
  }
  std::vector<std::string> calibrations;
  for (const Axis & axis : axes)
  {
    calibrations.push_back(writer.Group(
      "",
      { writer.Number("Origin", axis.origin), writer.Number("Scale", axis.scale), writer.Text("Units", axis.unit) }));
  }
  return writer.Group("",
                      { writer.Group("ImageData",
                                     { writer.Group("Calibrations",
                                                    { writer.Group("Brightness", { writer.Number("Scale", 1.F) }),
                                                      writer.Group("Dimension", calibrations) }),
                                       writer.Array("Data", values),
                                       writer.Number("DataType", dataType),
                                       writer.Group("Dimensions", dimensions),
                                       writer.Number("PixelDepth", std::uint32_t{ sizeof(T) }) }),
                        writer.Group("ImageTags", imageTags),
                        writer.Text("Name", u"a scan, 2 \u00B5m") });
}

/** The small picture of four bytes a pixel that comes first in most files. */
inline std::string
Thumbnail(const TagWriter & writer)
{
  return Image<std::uint32_t>(writer, { 5, 3 }, std::vector<std::uint32_t>(15, 7), {}, {}, 23);
}

inline std::string
Swapped(const TagWriter & writer, bool isSwapped)
{
  return writer.Group("Meta Data", { writer.Text("Format", u"Image"), writer.Number("Data Order Swapped", isSwapped) });
}

/** `values`, C order of (Ry, Rx, Qy, Qx), in C order of (Qy, Qx, Ry, Rx). */
template <typename T>
std::vector<T>
AsImages(const fourdstem::ScanShape & shape, const std::vector<T> & values)
{
  const auto     positions = static_cast<std::size_t>(shape.Positions());
  const auto     pixels = static_cast<std::size_t>(shape.PatternPixels());
  std::vector<T> images(values.size());
  for (std::size_t position = 0; position < positions; ++position)
  {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    {
      images[pixel * positions + position] = values[position * pixels + pixel];
    }
  }
  return images;
}
} // namespace dm

#endif
