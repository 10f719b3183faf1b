// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/TiaHeader.h"

#include "Formats/HeaderBytes.h"
#include "Formats/ScanExtents.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** Of an image, before its pixels. */
constexpr std::int64_t ImageHeaderBytes = 50;

class Reader
{
public:
  explicit Reader(const InputFile & file)
    : m_File(file)
    , m_Bytes(file.Head(LongestHeader), ByteOrder::Little)
  {}

  TiaHeader
  Read()
  {
    try
    {
      this->ReadSeries();
      this->ReadDimensions();
    }
    catch (const std::out_of_range &)
    {
      throw FileError(m_File.Path(),
                      "is a TIA series cut off inside its header: it has " + std::to_string(m_File.Size()) + " bytes");
    }
    this->ReadPlaces();
    this->ReadImages();
    this->ReadPositions();
    return m_Header;
  }

private:
  static constexpr std::int64_t LongestHeader = 65536;

  template <typename T>
  T
  Next()
  {
    const T value = m_Bytes.Get<T>(m_Place);
    m_Place += sizeof(T);
    return value;
  }

  std::string
  NextText()
  {
    const auto  length = this->Next<std::uint32_t>();
    std::string text;
    for (std::uint32_t i = 0; i < length; ++i)
    {
      text += static_cast<char>(this->Next<std::uint8_t>());
    }
    return text;
  }

  HeaderBytes
  BytesAt(std::int64_t offset, std::int64_t count) const
  {
    if (offset < 0 || offset > m_File.Size() - count)
    {
      throw FileError(m_File.Path(),
                      "is cut off: it has " + std::to_string(m_File.Size()) + " bytes, and " + std::to_string(count) +
                        " are said to be at offset " + std::to_string(offset));
    }
    std::vector<unsigned char> bytes(static_cast<std::size_t>(count));
    m_File.Read(offset, bytes.data(), count);
    return { std::move(bytes), ByteOrder::Little };
  }

  std::int64_t
  OffsetFrom(const HeaderBytes & bytes, std::int64_t place) const
  {
    const auto         at = static_cast<std::size_t>(place);
    const std::int64_t offset =
      m_OffsetBytes == 8 ? bytes.Get<std::int64_t>(at) : std::int64_t{ bytes.Get<std::uint32_t>(at) };
    if (offset < 0)
    {
      throw FileError(m_File.Path(),
                      "is cut off or damaged: an image is said to lie at byte " + std::to_string(offset) +
                        " of a file of " + std::to_string(m_File.Size()));
    }
    return offset;
  }

  void
  ReadSeries()
  {
    constexpr std::uint16_t lastOf32Bits = 0x0210;
    constexpr std::uint32_t images = 0x4122;
    m_Place = 4;
    const auto version = this->Next<std::uint16_t>();
    m_OffsetBytes = version <= lastOf32Bits ? 4 : 8;
    if (const auto data = this->Next<std::uint32_t>(); data != images)
    {
      throw FileError(m_File.Path(),
                      "is a TIA series of data type " + std::to_string(data) + (data == 0x4120 ? " (spectra)" : "") +
                        "; images, " + std::to_string(images) + ", are read");
    }
    m_TagType = this->Next<std::uint32_t>();
    m_Header.total = this->Next<std::int32_t>();
    m_Header.valid = this->Next<std::int32_t>();
    m_Offsets = m_OffsetBytes == 8 ? this->Next<std::int64_t>() : std::int64_t{ this->Next<std::uint32_t>() };
    if (m_Header.valid < 1 || m_Header.total < m_Header.valid)
    {
      throw FileError(m_File.Path(),
                      "has no images: its header says " + std::to_string(m_Header.valid) + " of " +
                        std::to_string(m_Header.total) + " were taken");
    }
  }

  void
  ReadDimensions()
  {
    constexpr std::uint32_t most = 8;
    const auto              count = this->Next<std::uint32_t>();
    if (count > most)
    {
      throw FileError(m_File.Path(),
                      "says that its series has " + std::to_string(count) + " dimensions; at most " +
                        std::to_string(most) + " are accepted");
    }
    for (std::uint32_t i = 0; i < count; ++i)
    {
      TiaDimension dimension;
      dimension.extent = this->Next<std::int32_t>();
      this->Next<double>(); // offset
      dimension.step = this->Next<double>();
      this->Next<std::int32_t>(); // element at the offset
      this->NextText();           // description
      dimension.unit = this->NextText();
      m_Header.dimensions.push_back(std::move(dimension));
    }
  }

  /** Where the images lie: the distances of all are compared, since a scan is read by one. */
  void
  ReadPlaces()
  {
    const std::int64_t bytes =
      CheckedMultiply(m_Header.valid, m_OffsetBytes, m_File.Path() + ": the size of its list of images");
    const HeaderBytes places = this->BytesAt(m_Offsets, bytes);
    m_Begin = this->OffsetFrom(places, 0);
    m_Header.stride = m_Header.valid > 1 ? this->OffsetFrom(places, m_OffsetBytes) - m_Begin : 0;
    for (std::int64_t i = 1; i < m_Header.valid; ++i)
    {
      const std::int64_t distance =
        this->OffsetFrom(places, i * m_OffsetBytes) - this->OffsetFrom(places, (i - 1) * m_OffsetBytes);
      if (distance != m_Header.stride || distance <= 0)
      {
        throw FileError(m_File.Path(),
                        "has images that do not lie in equal distances: from number " + std::to_string(i) + " to " +
                          std::to_string(i + 1) + " it is " + std::to_string(distance) + " bytes, before that " +
                          std::to_string(m_Header.stride));
      }
    }
  }

  /** Type and extents, of which the first image's must be the last one's. */
  void
  ReadImages()
  {
    using Kind = StoredType::Kind;
    constexpr struct
    {
      Kind kind;
      int  bytes;
    } types[] = { { Kind::Unsigned, 1 }, { Kind::Unsigned, 2 }, { Kind::Unsigned, 4 }, { Kind::Signed, 1 },
                  { Kind::Signed, 2 },   { Kind::Signed, 4 },   { Kind::Float, 4 },    { Kind::Float, 8 } };
    const HeaderBytes first = this->BytesAt(m_Begin, ImageHeaderBytes);
    const auto        number = first.Get<std::int16_t>(40);
    if (number < 1 || number > 8)
    {
      throw FileError(m_File.Path(),
                      "has pixels of type " + std::to_string(number) +
                        "; read are 1 to 8 (integers of 1, 2 and 4 bytes, float32 and float64)");
    }
    m_Header.columns = first.Get<std::int32_t>(42);
    m_Header.rows = first.Get<std::int32_t>(46);
    m_Header.type = { types[number - 1].kind, types[number - 1].bytes, ByteOrder::Little };
    const std::int64_t pixels =
      CheckedBytes(m_File.Path(), { 1, 1, m_Header.rows, m_Header.columns }, m_Header.type.bytes);
    m_Header.stride = m_Header.valid > 1 ? m_Header.stride : ImageHeaderBytes + pixels;
    const std::int64_t room = m_File.Size() - m_Begin - ImageHeaderBytes;
    if (m_Header.stride < ImageHeaderBytes + pixels || pixels > room)
    {
      throw FileError(m_File.Path(),
                      "is cut off or damaged: an image of " + std::to_string(pixels) + " bytes has room for " +
                        std::to_string(std::min(m_Header.stride - ImageHeaderBytes, room)));
    }
    m_Header.held = std::min(m_Header.valid, (room - pixels) / m_Header.stride + 1);
    const HeaderBytes last = this->BytesAt(m_Begin + (m_Header.held - 1) * m_Header.stride, ImageHeaderBytes);
    if (last.Get<std::int16_t>(40) != number || last.Get<std::int32_t>(42) != m_Header.columns ||
        last.Get<std::int32_t>(46) != m_Header.rows)
    {
      throw FileError(m_File.Path(), "is damaged: its first and its last image differ in type or extents");
    }
    m_Header.firstPixel = m_Begin + ImageHeaderBytes;
    for (const std::size_t axis : { 0U, 1U })
    {
      const std::size_t place = axis == 0 ? 20 : 0; // along y, along x
      m_Header.step[axis] = first.Get<double>(place + 8);
      m_Header.offset[axis] = first.Get<double>(place) - first.Get<std::int32_t>(place + 16) * m_Header.step[axis];
    }
  }

  void
  ReadPositions()
  {
    constexpr std::uint32_t withPosition = 0x4142;
    constexpr std::int64_t  tagBytes = 24;
    if (m_TagType != withPosition || m_Header.held < 2)
    {
      return;
    }
    const HeaderBytes places = this->BytesAt(m_Offsets + m_Header.total * m_OffsetBytes, 2 * m_OffsetBytes);
    for (const std::int64_t which : { 0, 1 })
    {
      const HeaderBytes tag = this->BytesAt(this->OffsetFrom(places, which * m_OffsetBytes), tagBytes);
      m_Header.positions.emplace_back(tag.Get<double>(8), tag.Get<double>(16));
    }
  }

  const InputFile & m_File;
  HeaderBytes       m_Bytes;
  std::size_t       m_Place = 0;
  std::int64_t      m_OffsetBytes = 4;
  std::uint32_t     m_TagType = 0;
  std::int64_t      m_Offsets = 0;
  std::int64_t      m_Begin = 0;
  TiaHeader         m_Header;
};
} // namespace

bool
IsTia(const FileProbe & probe)
{
  return probe.BeginsWith("II\x97\x01");
}

TiaHeader
ReadTiaHeader(const InputFile & file)
{
  return Reader(file).Read();
}
} // namespace fourdstem
