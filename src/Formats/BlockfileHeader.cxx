// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/BlockfileHeader.h"

#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fourdstem
{
namespace
{
/** Where the note begins. */
constexpr std::int64_t NumbersBytes = 240;

/** ISO 8601, for days since the end of 1899-12-29 as spreadsheets count them; empty outside years 1900 to 9999. */
std::string
TimeFromSerialDate(double days)
{
  constexpr double       secondsOfDay = 86400;
  constexpr double       mostDays = 2958466;
  constexpr std::int64_t monthDays[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  if (!(days >= 2) || days >= mostDays)
  {
    return {};
  }
  const auto   seconds = static_cast<std::int64_t>(std::floor(days * secondsOfDay + 0.5));
  std::int64_t day = seconds / 86400 - 2; // since 1900-01-01
  std::int64_t year = 1900;
  const auto   isLeap = [&year] { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; };
  for (std::int64_t length = 365; day >= length; length = isLeap() ? 366 : 365)
  {
    day -= length;
    ++year;
  }
  std::size_t month = 0;
  for (std::int64_t length = 31; day >= length; length = monthDays[month] + (month == 1 && isLeap() ? 1 : 0))
  {
    day -= length;
    ++month;
  }
  char               text[32] = {};
  const std::int64_t time = seconds % 86400;
  std::snprintf(text,
                sizeof(text),
                "%04d-%02d-%02dT%02d:%02d:%02d",
                static_cast<int>(year),
                static_cast<int>(month) + 1,
                static_cast<int>(day) + 1,
                static_cast<int>(time / 3600),
                static_cast<int>(time / 60 % 60),
                static_cast<int>(time % 60));
  return text;
}

/** The lines of the note, Latin-1 in the file, that say something. */
std::vector<std::string>
ReadNote(const std::vector<unsigned char> & head, std::int64_t end)
{
  std::vector<std::string> lines(1);
  for (auto at = static_cast<std::size_t>(NumbersBytes); at < static_cast<std::size_t>(end) && head[at] != 0; ++at)
  {
    const unsigned char byte = head[at];
    if (byte == '\r' || byte == '\n')
    {
      lines.emplace_back();
    }
    else if (byte < 0x80)
    {
      lines.back() += static_cast<char>(byte);
    }
    else
    {
      lines.back() += { static_cast<char>(0xC0U | (byte >> 6U)), static_cast<char>(0x80U | (byte & 0x3FU)) };
    }
  }
  lines.erase(std::remove(lines.begin(), lines.end(), std::string()), lines.end());
  return lines;
}

/** Bits of a pixel by the note of newer files. */
int
ReadPixelBytes(const std::vector<std::string> & lines, std::vector<std::string> & notes)
{
  const std::string key = "blo bit depth";
  for (const std::string & line : lines)
  {
    const std::string text = LowerCase(line);
    const auto        colon = text.find(':');
    if (text.compare(0, key.size(), key) != 0 || colon == std::string::npos)
    {
      continue;
    }
    const auto digits = text.find_first_of("0123456789", colon);
    const auto end = text.find_first_not_of("0123456789", digits);
    const auto bits = digits == std::string::npos ? std::nullopt : ParseInteger(text.substr(digits, end - digits));
    if (bits == 8 || bits == 16)
    {
      return static_cast<int>(*bits / 8);
    }
    notes.push_back("The header's \"" + line.substr(0, 100) + "\" is neither 8 nor 16 and is ignored.");
  }
  return 1;
}

void
ReadCalibration(const HeaderBytes & bytes, BlockfileHeader & header)
{
  const auto stepX = bytes.Get<double>(30);
  const auto stepY = bytes.Get<double>(38);
  if (stepX != 0 || stepY != 0)
  {
    header.scanCalibration.spacing[0] = stepY;
    header.scanCalibration.spacing[1] = stepX;
    header.scanCalibration.unit = "nm";
    header.scanCalibration.source = "SX, SY";
  }
  const double pixelsOfCentimetre = bytes.Get<std::uint16_t>(50) / 100.0;
  const double cameraLength = bytes.Get<std::uint32_t>(52) / 10.0; // mm
  if (pixelsOfCentimetre > 0 && cameraLength > 0)
  {
    const double millimetresOfPixel = 10.0 / pixelsOfCentimetre;
    header.detector.spacing[0] = header.detector.spacing[1] = 1e3 * millimetresOfPixel / cameraLength;
    header.detector.unit = "mrad";
    header.detector.source = "SDP and camera length";
  }
  else if (pixelsOfCentimetre > 0)
  {
    header.notes.push_back("The header says " + FormatNumber(pixelsOfCentimetre) +
                           " detector pixels to a centimetre of the screen, but no camera length: the detector is not "
                           "calibrated.");
  }
}

void
ReadMetadata(const HeaderBytes & bytes, const std::vector<std::string> & note, BlockfileHeader & header)
{
  const auto add = [&header](const std::string & key, double value) {
    if (value != 0)
    {
      header.metadata.emplace(key, FormatNumber(value));
    }
  };
  add("HighVoltage_V", bytes.Get<std::uint32_t>(46));
  add("CameraLength_m", bytes.Get<std::uint32_t>(52) / 1e4);
  add("ScanRotation_deg", bytes.Get<std::uint16_t>(28) / 100.0);
  add("DetectorRotation_deg", bytes.Get<std::uint16_t>(22) / 100.0);
  const std::string time = TimeFromSerialDate(bytes.Get<double>(56));
  if (!time.empty())
  {
    header.metadata.emplace("Timestamp", time);
  }
  if (!note.empty())
  {
    header.metadata.emplace("Note", Join(note, "; "));
  }
}
} // namespace

BlockfileHeader
ReadBlockfileHeader(const FileProbe & probe)
{
  const std::string & path = probe.file->Path();
  const auto          headBytes = static_cast<std::int64_t>(probe.head.size());
  if (headBytes < NumbersBytes)
  {
    throw FileError(path,
                    "is a blockfile cut off inside its header: it has " + std::to_string(headBytes) + " bytes of " +
                      std::to_string(NumbersBytes));
  }
  const HeaderBytes bytes(probe.head, ByteOrder::Little);
  BlockfileHeader   header;
  header.scan = { bytes.Get<std::uint16_t>(26), bytes.Get<std::uint16_t>(24), "header" };
  header.patternExtent = bytes.Get<std::uint16_t>(20);
  header.patternsOffset = bytes.Get<std::uint32_t>(12);
  if (std::min({ header.scan.ry, header.scan.rx, header.patternExtent }) < 1)
  {
    throw FileError(path,
                    "has no patterns: its header says " +
                      FormatShape({ header.scan.ry, header.scan.rx, header.patternExtent, header.patternExtent }) +
                      "; every extent must be at least 1");
  }
  if (header.patternsOffset < NumbersBytes || header.patternsOffset >= probe.file->Size())
  {
    throw FileError(path,
                    "has " + std::to_string(probe.file->Size()) + " bytes; its header says that patterns begin at " +
                      std::to_string(header.patternsOffset) + ", which must be inside and after the header of " +
                      std::to_string(NumbersBytes) + "; is it cut off?");
  }
  const auto version = bytes.Get<std::uint16_t>(6);
  if (version != 0x0102 && version != 0x0103)
  {
    header.notes.push_back("The blockfile's version " + std::to_string(version) +
                           " is not known; it is read as 258 and 259 are.");
  }
  const std::int64_t noteEnd =
    std::min({ headBytes, header.patternsOffset, std::max<std::int64_t>(bytes.Get<std::uint32_t>(8), NumbersBytes) });
  const auto note = ReadNote(probe.head, noteEnd);
  header.pixelBytes = version == 0x0102 ? 1 : ReadPixelBytes(note, header.notes);
  ReadCalibration(bytes, header);
  ReadMetadata(bytes, note, header);
  return header;
}
} // namespace fourdstem
