// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinPixels.h"

#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
constexpr std::int64_t ChipColumns = 256;

/** Bytes of one row of a chip in one image. */
std::int64_t
ChipRowBytes(std::int64_t depth)
{
  return depth == 1 ? ChipColumns / 8 : depth == 6 ? ChipColumns : ChipColumns * 2;
}

std::uint16_t
BigEndian16(const std::byte * bytes)
{
  return static_cast<std::uint16_t>(std::to_integer<unsigned int>(bytes[0]) << 8U |
                                    std::to_integer<unsigned int>(bytes[1]));
}

void
Unscramble1(const std::byte * row, std::uint8_t * out)
{
  for (std::int64_t column = 0; column < ChipColumns; ++column)
  {
    const std::int64_t word = column / 64 * 8;
    const auto         bits = std::to_integer<unsigned int>(row[word + 7 - column % 64 / 8]);
    out[column] = static_cast<std::uint8_t>(bits >> static_cast<unsigned int>(column % 8) & 1U);
  }
}

void
Unscramble6(const std::byte * row, std::uint8_t * out)
{
  for (std::int64_t column = 0; column < ChipColumns; ++column)
  {
    out[column] = std::to_integer<std::uint8_t>(row[column / 8 * 8 + 7 - column % 8]);
  }
}

/** Where in a row of words the pixel is. */
std::int64_t
Offset12(std::int64_t column)
{
  return 2 * (column / 4 * 4 + 3 - column % 4);
}

void
Unscramble12(const std::byte * row, std::uint16_t * out)
{
  for (std::int64_t column = 0; column < ChipColumns; ++column)
  {
    out[column] = BigEndian16(row + Offset12(column));
  }
}

void
Unscramble24(const std::byte * high, const std::byte * low, std::uint32_t * out)
{
  for (std::int64_t column = 0; column < ChipColumns; ++column)
  {
    const std::int64_t offset = Offset12(column);
    out[column] = std::uint32_t{ BigEndian16(high + offset) } << 12U | BigEndian16(low + offset);
  }
}

template <typename TWord>
void
Mirror(std::byte * pixels)
{
  auto * words = reinterpret_cast<TWord *>(pixels);
  std::reverse(words, words + ChipColumns);
}
} // namespace

MerlinPixels::MerlinPixels(const std::string & path, const MerlinFrame & frame)
  : m_Rows(frame.height)
  , m_Columns(frame.width)
{
  m_Type = { StoredType::Kind::Unsigned, 1, ByteOrder::Big };
  if (frame.pixelType == "R64")
  {
    this->SetRaw(path, frame);
    return;
  }
  if (frame.pixelType == "U16" || frame.pixelType == "U32")
  {
    m_Type.bytes = frame.pixelType == "U16" ? 2 : 4;
  }
  else if (frame.pixelType != "U08")
  {
    throw FileError(path,
                    "has pixels of type '" + frame.pixelType.substr(0, 40) + "'; known are U08, U16, U32 and R64");
  }
  m_StoredBytes = CheckedBytes(path, { 1, 1, m_Rows, m_Columns }, m_Type.bytes);
}

void
MerlinPixels::SetRaw(const std::string & path, const MerlinFrame & frame)
{
  const std::string what = "has raw frames (R64) of " + std::to_string(frame.width) + " x " +
                           std::to_string(frame.height) + ", " + std::to_string(frame.depth) + " bits, " +
                           std::to_string(frame.chips) + " chips, layout " + frame.layout.substr(0, 40);
  m_IsQuad = frame.chips == 4 && frame.layout.compare(0, 3, "2x2") == 0;
  // The second image of 24 bits may be counted in the width.
  const bool isWidth =
    frame.width == ChipColumns * frame.chips || (frame.depth == 24 && frame.width == 2 * ChipColumns * frame.chips);
  if ((frame.chips != 1 && !m_IsQuad) || !isWidth || frame.height > ChipColumns || frame.colourMode != 0)
  {
    throw FileError(path,
                    what + (frame.colourMode != 0 ? ", colour mode" : "") +
                      "; known are those of one chip or 2x2 chips, 256 columns and at most 256 rows each, without "
                      "colour mode");
  }
  if (frame.depth != 1 && frame.depth != 6 && frame.depth != 12 && frame.depth != 24)
  {
    throw FileError(path, what + "; neither frame nor .hdr says counters of 1, 6, 12 or 24 bits");
  }
  m_RawDepth = frame.depth;
  m_Type.bytes = m_RawDepth <= 6 ? 1 : m_RawDepth == 12 ? 2 : 4;
  m_Rows = m_IsQuad ? 2 * frame.height : frame.height;
  m_Columns = m_IsQuad ? 2 * ChipColumns : ChipColumns;
  m_StoredBytes = frame.height * frame.chips * ChipRowBytes(m_RawDepth) * (m_RawDepth == 24 ? 2 : 1);
  if (m_IsQuad && frame.layout.back() == 'G')
  {
    m_Notes.push_back("The layout is " + frame.layout +
                      ", but raw frames hold no pixels between the chips: the four are put together without a gap.");
  }
  if (m_IsQuad && m_RawDepth == 24)
  {
    m_Notes.emplace_back("Raw frames of four chips and 24 bits are two images, each put together as those of 12 bits: "
                         "this follows from the other modes, no file was there to confirm it.");
  }
}

void
MerlinPixels::Decode(const std::byte * stored, bool upsideDown, std::byte * pattern) const
{
  const std::int64_t rowBytes = m_Columns * m_Type.bytes;
  for (std::int64_t row = 0; row < m_Rows; ++row)
  {
    std::byte * out = pattern + (upsideDown ? m_Rows - 1 - row : row) * rowBytes;
    if (m_RawDepth == 0)
    {
      DecodePixels(m_Type, stored + row * rowBytes, m_Type.bytes, m_Columns, out);
    }
    else
    {
      this->DecodeRawRow(stored, row, out);
    }
  }
}

void
MerlinPixels::DecodeRawRow(const std::byte * stored, std::int64_t row, std::byte * out) const
{
  // Rows of four chips lie in the order 4, 3, 2, 1; 1 and 2 are the upper ones.
  const std::int64_t chips = m_IsQuad ? 4 : 1;
  const std::int64_t chipBytes = ChipRowBytes(m_RawDepth);
  const std::int64_t chipRows = m_IsQuad ? m_Rows / 2 : m_Rows;
  const bool         isTurned = m_IsQuad && row >= chipRows;
  const std::byte *  storedRow = stored + (isTurned ? m_Rows - 1 - row : row) * chips * chipBytes;
  const std::int64_t secondImage = chipRows * chips * chipBytes;
  for (std::int64_t part = 0; part < m_Columns / ChipColumns; ++part)
  {
    const std::byte * chip = storedRow + (m_IsQuad ? (isTurned ? 1 : 3) - part : 0) * chipBytes;
    std::byte *       pixels = out + part * ChipColumns * m_Type.bytes;
    switch (m_RawDepth)
    {
      case 1:
        Unscramble1(chip, reinterpret_cast<std::uint8_t *>(pixels));
        break;
      case 6:
        Unscramble6(chip, reinterpret_cast<std::uint8_t *>(pixels));
        break;
      case 12:
        Unscramble12(chip, reinterpret_cast<std::uint16_t *>(pixels));
        break;
      default:
        Unscramble24(chip, chip + secondImage, reinterpret_cast<std::uint32_t *>(pixels));
        break;
    }
    if (isTurned)
    {
      m_Type.bytes == 1   ? Mirror<std::uint8_t>(pixels)
      : m_Type.bytes == 2 ? Mirror<std::uint16_t>(pixels)
                          : Mirror<std::uint32_t>(pixels);
    }
  }
}
} // namespace fourdstem
