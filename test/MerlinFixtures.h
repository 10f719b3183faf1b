// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef MerlinFixtures_h
#define MerlinFixtures_h

#include "ScanFixtures.h"

#include <functional>
#include <iomanip>
#include <sstream>

/** Writes .mib files as Merlin's software does. What it says can be set apart from what it holds. */
struct MerlinWriter
{
  std::string  type = "U08";
  std::string  layout = "   1x1";
  std::int64_t chips = 1;
  std::int64_t width = 4;
  std::int64_t height = 6;
  std::int64_t headerBytes = 384;
  int          depth = 6;
  std::int64_t firstNumber = 1;
  /** Whether there is the part with exact times and depth. */
  bool hasSecondPart = true;
  /** Begin of a frame, in ns from noon on. */
  std::function<std::int64_t(std::int64_t)> time = [](std::int64_t frame) { return frame * 1000000; };

  std::string
  Header(std::int64_t frame) const
  {
    const std::int64_t ns = time(frame);
    std::ostringstream text;
    const auto         clock = [&](int digits) {
      const std::int64_t seconds = ns / 1000000000;
      text << std::setw(2) << 12 + seconds / 3600 << ':' << std::setw(2) << seconds / 60 % 60 << ':' << std::setw(2)
           << seconds % 60 << '.' << std::setw(digits) << (digits == 9 ? ns % 1000000000 : ns % 1000000000 / 1000);
    };
    text << std::setfill('0') << "MQ1," << std::setw(6) << firstNumber + frame << ',' << std::setw(5) << headerBytes
         << ',' << std::setw(2) << chips << ',' << std::setw(4) << width << ',' << std::setw(4) << height << ',' << type
         << ',' << layout << ",01,2026-03-25 ";
    clock(6);
    text << ",0.001000,0,0,0";
    for (int threshold = 0; threshold < 8; ++threshold)
    {
      text << ",4.000000E+1";
    }
    for (std::int64_t chip = 0; chip < std::min<std::int64_t>(chips, 4); ++chip)
    {
      text << ",3RX";
      for (int dac = 0; dac < 26; ++dac)
      {
        text << ",511";
      }
    }
    if (hasSecondPart)
    {
      text << ",MQ1A,2026-03-25T";
      clock(9);
      text << "Z,1000000ns," << depth;
    }
    text << ',';
    std::string header = text.str();
    header.resize(static_cast<std::size_t>(headerBytes), '\0');
    return header;
  }

  /** `pixels` of one frame after the other, as stored. */
  std::string
  File(const std::vector<std::string> & pixels) const
  {
    std::string bytes;
    for (std::size_t frame = 0; frame < pixels.size(); ++frame)
    {
      bytes += this->Header(static_cast<std::int64_t>(frame)) + pixels[frame];
    }
    return bytes;
  }

  /** Frames of which the first pixel of the last row, the first as read, counts them from `first` on. */
  std::string
  Numbered(std::int64_t frames, std::int64_t first = 0) const
  {
    std::vector<std::string> pixels;
    for (std::int64_t frame = 0; frame < frames; ++frame)
    {
      pixels.emplace_back(static_cast<std::size_t>(width * height), '\1');
      pixels.back()[static_cast<std::size_t>(width * (height - 1))] = static_cast<char>((first + frame) % 251);
    }
    return this->File(pixels);
  }
};

/** A .hdr with these lines, padded as the software does. */
inline std::string
MerlinHdrText(const std::vector<std::pair<std::string, std::string>> & items)
{
  std::string text = "HDR,\t\r\n";
  for (const auto & item : items)
  {
    text += item.first + ":\t" + item.second + "\r\n";
  }
  text += "End\t";
  text.resize(std::max<std::size_t>(text.size(), 2048), ' ');
  return text;
}

inline std::string
MerlinHdrText(std::int64_t frames, std::int64_t perTrigger)
{
  return MerlinHdrText({ { "Frames in Acquisition (Number)", std::to_string(frames) },
                         { "Frames per Trigger (Number)", std::to_string(perTrigger) } });
}

/** Pixels of the frames of a scan as U08, U16 or U32 lie in the file. */
template <typename T>
std::vector<std::string>
MerlinFramesOf(const std::vector<T> & values, std::int64_t pixels)
{
  std::vector<std::string> frames;
  for (auto begin = values.begin(); begin != values.end(); begin += pixels)
  {
    frames.push_back(BytesOf(std::vector<T>(begin, begin + pixels), true));
  }
  return frames;
}

using MerlinImage = std::vector<std::uint32_t>;

/** Rows of 64-bit words as a chip sends them: counters of 1, 6 or 12 bits in 1, 8 or 16 bits a pixel, the last pixel of
 * a word first. */
inline std::string
MerlinRawRows(const MerlinImage & image, int depth)
{
  std::string         bytes;
  const std::uint32_t bits = depth == 1 ? 1 : depth == 6 ? 8 : 16;
  const std::size_t   perWord = 64 / bits;
  for (std::size_t begin = 0; begin < image.size(); begin += perWord)
  {
    std::uint64_t word = 0;
    for (std::size_t pixel = 0; pixel < perWord; ++pixel)
    {
      word |= std::uint64_t{ image[begin + pixel] } << (pixel * bits);
    }
    for (int shift = 56; shift >= 0; shift -= 8)
    {
      bytes += static_cast<char>(word >> static_cast<unsigned int>(shift) & 0xFFU);
    }
  }
  return bytes;
}

/** What four chips send of an image of 512 columns: a row of each, the fourth first; the lower two, 3 and 4, are turned
 * by half a circle. */
inline MerlinImage
MerlinQuadRows(const MerlinImage & image)
{
  const std::size_t rows = image.size() / 1024;
  const auto        pixel = [&](std::size_t chip, std::size_t row, std::size_t column) {
    const bool        isTurned = chip > 2;
    const std::size_t y = isTurned ? 2 * rows - 1 - row : row;
    const std::size_t x = (isTurned ? 255 - column : column) + (chip % 2 == 0 ? 256 : 0);
    return image[y * 512 + x];
  };
  MerlinImage sent;
  for (std::size_t row = 0; row < rows; ++row)
  {
    for (std::size_t chip = 4; chip > 0; --chip)
    {
      for (std::size_t column = 0; column < 256; ++column)
      {
        sent.push_back(pixel(chip, row, column));
      }
    }
  }
  return sent;
}

/** An R64 frame of one chip or four; 24 bits are two images of 12. */
inline std::string
MerlinRawFrame(const MerlinImage & image, int depth, bool isQuad)
{
  const MerlinImage sent = isQuad ? MerlinQuadRows(image) : image;
  if (depth != 24)
  {
    return MerlinRawRows(sent, depth);
  }
  MerlinImage high(sent);
  MerlinImage low(sent);
  std::transform(sent.begin(), sent.end(), high.begin(), [](std::uint32_t value) { return value >> 12U; });
  std::transform(sent.begin(), sent.end(), low.begin(), [](std::uint32_t value) { return value & 0xFFFU; });
  return MerlinRawRows(high, 12) + MerlinRawRows(low, 12);
}

/** Each pattern's rows from the last to the first. */
template <typename T>
std::vector<T>
RowsTurnedOver(const std::vector<T> & values, std::int64_t rows, std::int64_t columns)
{
  std::vector<T> turned;
  for (auto pattern = values.begin(); pattern != values.end(); pattern += rows * columns)
  {
    for (std::int64_t row = rows - 1; row >= 0; --row)
    {
      turned.insert(turned.end(), pattern + row * columns, pattern + (row + 1) * columns);
    }
  }
  return turned;
}

#endif
