// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "HeaderWriter.h"
#include "ScanFixtures.h"

#include <cmath>
#include <limits>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const fourdstem::ScanShape Shape{ 3, 5, 6, 6 };
constexpr std::size_t      Positions = 15;
constexpr std::size_t      Pixels = 36;

/** A blockfile of the shape above, as the layout has it; what is written otherwise is put into its parts. */
struct Blockfile
{
  explicit Blockfile(std::uint16_t version = 0x0102, std::uint32_t patternsOffset = 0x1010)
    : header(patternsOffset, '\0')
  {
    header.replace(0, 6, "IMGBLO");
    Put<std::uint16_t>(header, 6, version);
    Put<std::uint32_t>(header, 8, 0x1000);
    Put<std::uint32_t>(header, 12, patternsOffset);
    Put<std::uint32_t>(header, 16, 131141);
    Put<std::uint16_t>(header, 20, 6);
    Put<std::uint16_t>(header, 22, 4500);
    Put<std::uint16_t>(header, 24, 5);
    Put<std::uint16_t>(header, 26, 3);
    Put<std::uint16_t>(header, 28, 1250);
    Put<double>(header, 30, 12.5);
    Put<double>(header, 38, 10.0);
    Put<std::uint32_t>(header, 46, 200000);
    Put<std::uint16_t>(header, 50, 5000); // 50 pixels to a centimetre: 0.2 mm each
    Put<std::uint32_t>(header, 52, 2500); // 250 mm
    Put<double>(header, 56, 36526.5);     // noon of the first day of 2000
    this->Note("Precession angle : 0.5\xB0\r\n\r\nCamera gamma : on");
  }

  void
  Note(const std::string & text)
  {
    header.replace(240, text.size() + 1, text + '\0');
  }

  template <typename T>
  std::string
  Bytes(const std::vector<T> & values, std::uint32_t firstNumber = 0) const
  {
    std::string bytes = header;
    for (std::size_t p = 0; p < values.size() / Pixels; ++p)
    {
      std::string frame(6, '\0');
      Put<std::uint16_t>(frame, 0, 0x55AA);
      Put<std::uint32_t>(frame, 2, firstNumber + static_cast<std::uint32_t>(p));
      for (std::size_t i = 0; i < Pixels; ++i)
      {
        std::string pixel(sizeof(T), '\0');
        Put<T>(pixel, 0, values[p * Pixels + i]);
        frame += pixel;
      }
      bytes += frame;
    }
    return bytes;
  }

  std::string header;
};

/** Values of which those of 16 bits need both bytes. */
template <typename T>
std::vector<T>
Counts()
{
  auto values = CountingScan<T>(Shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>(values[i] * 571);
  }
  return values;
}

TEST(BlockfileFormat, ReadsPatternsCalibrationAndMetadata)
{
  const TemporaryFolder folder;
  const auto            counts = Counts<std::uint8_t>();
  const auto            scan = OpenScanFile(folder.Write("scan.blo", Blockfile().Bytes(counts)));
  const auto &          header = scan->Header();
  EXPECT_TRUE(scan->Shape() == Shape);
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan), counts);
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan, 5), counts);
  EXPECT_EQ(header.format, "NanoMEGAS blockfile");
  EXPECT_EQ(header.shapeSource, "header");
  EXPECT_EQ(header.storedType, "uint8");
  EXPECT_DOUBLE_EQ(header.scan.spacing[0], 10.0);
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 12.5);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_NEAR(header.detector.spacing[0], 0.8, 1e-12);
  EXPECT_NEAR(header.detector.spacing[1], 0.8, 1e-12);
  EXPECT_EQ(header.detector.unit, "mrad");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "200000");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.25");
  EXPECT_EQ(header.metadata.at("ScanRotation_deg"), "12.5");
  EXPECT_EQ(header.metadata.at("DetectorRotation_deg"), "45");
  EXPECT_EQ(header.metadata.at("Timestamp"), "2000-01-01T12:00:00");
  EXPECT_EQ(header.metadata.at("Note"), "Precession angle : 0.5\xC2\xB0; Camera gamma : on");
  EXPECT_TRUE(header.notes.empty());
}

TEST(BlockfileFormat, IsKnownByItsSignature)
{
  const TemporaryFolder folder;
  const std::string     bytes = Blockfile().Bytes(Counts<std::uint8_t>());
  const std::string     path = folder.Write("renamed.raw", bytes);
  EXPECT_EQ(OpenScanFile(path)->Shape().rx, 5);
  EXPECT_TRUE(fourdstem::CanOpenScanFile(path));
  const std::string other = folder.Write("other.blo", "IMGBLA" + bytes.substr(6));
  EXPECT_FALSE(fourdstem::CanOpenScanFile(other));
  ExpectMentions(ComplaintAbout(other), { "other.blo", "without IMGBLO", "NanoMEGAS blockfile .blo" });
}

TEST(BlockfileFormat, SixteenBitsByTheNoteOfNewerFiles)
{
  const TemporaryFolder folder;
  const auto            counts = Counts<std::uint16_t>();
  for (const std::uint32_t offset : { 0x1010U, 0x100FU }) // aligned to a pixel, and not
  {
    Blockfile file(0x0103, offset);
    file.Note("Camera gamma : on\r\nBlo Bit Depth: 16 bits\r\n");
    const auto scan = OpenScanFile(folder.Write("scan.blo", file.Bytes(counts)));
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), counts);
    EXPECT_EQ(scan->Header().storedType, "uint16");
    EXPECT_TRUE(scan->Header().notes.empty());
  }
  const auto bytes = Counts<std::uint8_t>();
  EXPECT_EQ(ReadAll<std::uint8_t>(*OpenScanFile(folder.Write("plain.blo", Blockfile(0x0103).Bytes(bytes)))), bytes);
}

TEST(BlockfileFormat, TheDistanceOfPatternsDecidesAgainstTheNote)
{
  const TemporaryFolder folder;
  const auto            words = Counts<std::uint16_t>();
  const auto            bytes = Counts<std::uint8_t>();
  const auto            unnoted = OpenScanFile(folder.Write("unnoted.blo", Blockfile().Bytes(words)));
  EXPECT_EQ(ReadAll<std::uint16_t>(*unnoted), words);
  ExpectMentions(unnoted->Header().notes.at(0), { "16 bits", "says 8" });
  Blockfile file(0x0103);
  file.Note("Blo Bit Depth: 16 bits");
  const auto wrong = OpenScanFile(folder.Write("wrong.blo", file.Bytes(bytes)));
  EXPECT_EQ(ReadAll<std::uint8_t>(*wrong), bytes);
  ExpectMentions(wrong->Header().notes.at(0), { "8 bits", "says 16" });
  file.Note("Blo Bit Depth: 12 bits");
  ExpectMentions(OpenScanFile(folder.Write("twelve.blo", file.Bytes(bytes)))->Header().notes.at(0), { "12 bits" });
}

TEST(BlockfileFormat, UnknownVersionsAreNoted)
{
  const TemporaryFolder folder;
  const auto            scan = OpenScanFile(folder.Write("scan.blo", Blockfile(0x0104).Bytes(Counts<std::uint8_t>())));
  ExpectMentions(scan->Header().notes.at(0), { "version 260" });
}

TEST(BlockfileFormat, ShortFilesArePaddedWithZeros)
{
  const TemporaryFolder folder;
  const auto            check = [&folder](auto zero, int atOnce) {
    using T = decltype(zero);
    const auto        counts = Counts<T>();
    const std::string bytes = Blockfile().Bytes(counts);
    const std::size_t stride = 6 + Pixels * sizeof(T);
    for (const std::size_t stored : { 2U, 5U, 7U, 14U })
    {
      for (const std::size_t more : { std::size_t{ 0 }, std::size_t{ 1 }, stride - 1 })
      {
        const auto scan = OpenScanFile(folder.Write("cut.blo", bytes.substr(0, 0x1010 + stored * stride + more)));
        auto       expected = counts;
        std::fill(expected.begin() + static_cast<std::ptrdiff_t>(stored * Pixels), expected.end(), T{ 0 });
        EXPECT_EQ(ReadAll<T>(*scan, atOnce), expected) << stored << " patterns and " << more << " bytes";
        ExpectMentions(scan->Header().notes.back(), { std::to_string(stored) + " of 15 patterns", "zeros" });
      }
    }
  };
  for (const int atOnce : { 3, 5 })
  {
    check(std::uint8_t{}, atOnce);
    check(std::uint16_t{}, atOnce);
  }
}

TEST(BlockfileFormat, FlipsOfAShortFile)
{
  const TemporaryFolder folder;
  const auto            counts = Counts<std::uint8_t>();
  const std::string     path = folder.Write("cut.blo", Blockfile().Bytes(counts).substr(0, 0x1010 + 7 * (6 + Pixels)));
  ScanFileOptions       options;
  options.flipScanRows = true;
  options.flipScanColumns = true;
  options.flipDetectorRows = true;
  const auto flipped = ReadAll<std::uint8_t>(*OpenScanFile(path, options), 5);
  for (std::size_t position = 0; position < Positions; ++position)
  {
    for (std::size_t i = 0; i < Pixels; ++i)
    {
      const std::size_t stored = Positions - 1 - position;
      const std::size_t pixel = (5 - i / 6) * 6 + i % 6;
      EXPECT_EQ(flipped[position * Pixels + i], stored < 7 ? counts[stored * Pixels + pixel] : 0);
    }
  }
}

TEST(BlockfileFormat, ScanShapeOfTheOption)
{
  const TemporaryFolder folder;
  const auto            counts = Counts<std::uint8_t>();
  const std::string     bytes = Blockfile().Bytes(counts);
  const std::string     path = folder.Write("scan.blo", bytes);
  ScanFileOptions       options;
  options.scanShape = { 5, 3 };
  const auto scan = OpenScanFile(path, options);
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 5, 3, 6, 6 }));
  EXPECT_EQ(scan->Header().shapeSource, "option");
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan, 3), counts);
  options.scanShape = { 2, 5 };
  ExpectMentions(ComplaintAbout(path, options), { "2 x 5", "15 patterns", "3x5" });
  // What is stored of an interrupted scan.
  const auto part = OpenScanFile(folder.Write("cut.blo", bytes.substr(0, 0x1010 + 10 * (6 + Pixels))), options);
  EXPECT_EQ(ReadAll<std::uint8_t>(*part),
            (std::vector<std::uint8_t>(counts.begin(), counts.begin() + 10 * static_cast<int>(Pixels))));
  ExpectMentions(part->Header().notes.at(0), { "says 15 patterns", "the 10" });
}

TEST(BlockfileFormat, LinesAndSinglePositions)
{
  const TemporaryFolder folder;
  const auto            counts = Counts<std::uint8_t>();
  for (const auto & [rows, columns] : { std::pair<int, int>{ 15, 1 }, { 1, 15 }, { 1, 1 } })
  {
    Blockfile file;
    Put(file.header, 24, static_cast<std::uint16_t>(columns));
    Put(file.header, 26, static_cast<std::uint16_t>(rows));
    const std::size_t patterns = static_cast<std::size_t>(rows * columns);
    const auto        part =
      std::vector<std::uint8_t>(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(patterns * Pixels));
    const auto scan = OpenScanFile(folder.Write("line.blo", file.Bytes(part)));
    EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ rows, columns, 6, 6 }));
    EXPECT_EQ(ReadAll<std::uint8_t>(*scan, columns), part);
  }
}

TEST(BlockfileFormat, WhatDoesNotFitTheHeaderIsNoted)
{
  const TemporaryFolder folder;
  const auto            counts = Counts<std::uint8_t>();
  const std::string     bytes = Blockfile().Bytes(counts);
  const auto            noteOn = [&folder](const std::string & file) {
    const auto notes = OpenScanFile(folder.Write("scan.blo", file))->Header().notes;
    return notes.size() == 1 ? notes[0] : std::to_string(notes.size()) + " notes";
  };
  ExpectMentions(noteOn(bytes + std::string(50, 'x')), { "50 bytes", "not read" });
  const std::size_t last = 0x1010 + 14 * (6 + Pixels);
  std::string       jump = bytes;
  Put<std::uint32_t>(jump, last + 2, 20);
  ExpectMentions(noteOn(jump), { "numbered from 0 to 20", "15" });
  std::string unmarked = bytes;
  Put<std::uint16_t>(unmarked, last, 0);
  ExpectMentions(noteOn(unmarked), { "number 14", "no marker" });
  // Counting from 1 is in order too.
  EXPECT_EQ(noteOn(Blockfile().Bytes(counts, 1)), "0 notes");
}

TEST(BlockfileFormat, CalibrationsThatAreMissingOrImpossible)
{
  const TemporaryFolder folder;
  const auto            open = [&folder](const Blockfile & file) {
    return OpenScanFile(folder.Write("scan.blo", file.Bytes(Counts<std::uint8_t>())));
  };
  for (const double step : { std::nan(""), -1.0, 0.0, std::numeric_limits<double>::infinity() })
  {
    Blockfile file;
    Put(file.header, 30, step);
    const auto scan = open(file);
    EXPECT_EQ(scan->Header().scan.unit, "px");
    EXPECT_EQ(scan->Header().scan.spacing[0], 1);
    EXPECT_EQ(scan->Header().scan.spacing[1], 1);
    ExpectMentions(scan->Header().notes.at(0), { "SX, SY", "ignored" });
  }
  Blockfile file;
  Put<double>(file.header, 30, 0);
  Put<double>(file.header, 38, 0);
  Put<std::uint16_t>(file.header, 50, 0);
  Put<double>(file.header, 56, std::nan(""));
  EXPECT_EQ(open(file)->Header().scan.unit, "px");
  EXPECT_EQ(open(file)->Header().detector.unit, "px");
  EXPECT_EQ(open(file)->Header().metadata.count("Timestamp"), 0U);
  EXPECT_TRUE(open(file)->Header().notes.empty());
  Put<std::uint16_t>(file.header, 50, 6226);
  Put<std::uint32_t>(file.header, 52, 0);
  EXPECT_EQ(open(file)->Header().detector.unit, "px");
  ExpectMentions(open(file)->Header().notes.at(0), { "62.26", "no camera length" });
}

TEST(BlockfileFormat, HostileHeadersAreRefused)
{
  const TemporaryFolder folder;
  const std::string     sound = Blockfile().Bytes(Counts<std::uint8_t>());
  const auto            refused = [&folder](const std::string & bytes, const std::vector<std::string> & words) {
    const std::string path = folder.Write("bad.blo", bytes);
    const std::string complaint = ComplaintAbout(path);
    ExpectMentions(complaint, words);
    EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
    EXPECT_LT(complaint.size(), 1000U);
  };
  const auto with = [&sound](std::size_t offset, auto value) {
    std::string bytes = sound;
    Put(bytes, offset, value);
    return bytes;
  };
  refused(sound.substr(0, 6), { "cut off inside its header", "6 bytes" });
  refused(sound.substr(0, 239), { "cut off inside its header" });
  refused(sound.substr(0, 0x1010), { "begin at 4112", "cut off" });
  refused(sound.substr(0, 0x1013), { "no pattern at byte 4112" });
  refused(sound.substr(0, 0x1010 + 20), { "inside its first pattern", "42" });
  refused(with(20, std::uint16_t{ 0 }), { "no patterns", "at least 1" });
  refused(with(24, std::uint16_t{ 0 }), { "no patterns", "3 x 0" });
  refused(with(26, std::uint16_t{ 0 }), { "no patterns", "0 x 5" });
  refused(with(12, std::uint32_t{ 0 }), { "begin at 0" });
  refused(with(12, std::uint32_t{ 0xFFFFFFFF }), { "begin at 4294967295" });
  refused(with(12, std::uint32_t{ 0x1011 }), { "no pattern at byte 4113", "AA 55" });
  refused(with(20, std::uint16_t{ 7 }), { "no second pattern" });
  refused(with(20, std::uint16_t{ 65535 }), { "inside its first pattern" });
  std::string wide = with(24, std::uint16_t{ 65535 });
  Put<std::uint16_t>(wide, 26, 65535);
  refused(wide, { "holds 15 patterns", "65535 x 65535", "too many" });
}

TEST(BlockfileFormat, RowsBeyondMemoryAreNotPadded)
{
  const TemporaryFolder folder;
  Blockfile             file;
  Put<std::uint16_t>(file.header, 20, 256);
  Put<std::uint16_t>(file.header, 24, 65535);
  Put<std::uint16_t>(file.header, 26, 1);
  std::string frame(6 + 65536, '\1');
  Put<std::uint16_t>(frame, 0, 0x55AA);
  Put<std::uint32_t>(frame, 2, 0);
  const std::string path = folder.Write("wide.blo", file.header + frame);
  ExpectMentions(ComplaintAbout(path), { "holds 1 patterns", "too many to pad" });
}

TEST(BlockfileFormat, DamagedHeadersNeverCrash)
{
  const TemporaryFolder folder;
  const std::string     sound = Blockfile(0x0103).Bytes(Counts<std::uint16_t>());
  std::mt19937          random(11);
  const auto            draw = [&random](std::size_t most) { return random() % most; };
  int                   opened = 0;
  for (int i = 0; i < 600; ++i)
  {
    std::string bytes = sound;
    for (std::size_t change = draw(4); change < 4; ++change)
    {
      bytes[draw(2) == 0 ? draw(64) : draw(bytes.size())] = static_cast<char>(draw(256));
    }
    if (draw(4) == 0)
    {
      bytes.resize(draw(bytes.size() - 1) + 1);
    }
    try
    {
      const auto              scan = OpenScanFile(folder.Write("damaged.blo", bytes));
      const auto &            shape = scan->Shape();
      fourdstem::PatternLease lease;
      for (const std::int64_t row : { std::int64_t{ 0 }, shape.ry / 2, shape.ry - 1 })
      {
        const auto block = scan->Read(row, 0, std::min<std::int64_t>(shape.rx, 100), lease);
        EXPECT_NE(block.data, nullptr);
      }
      ++opened;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("damaged.blo"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(opened, 50);
}

#ifndef _WIN32
TEST(BlockfileFormat, BeyondFourGibibytes)
{
  const TemporaryFolder folder;
  constexpr auto        patternBytes = std::uintmax_t{ 6 } + 2048 * 2048;
  constexpr auto        positions = std::uintmax_t{ 33 } * 32;
  Blockfile             file;
  Put<std::uint16_t>(file.header, 20, 2048);
  Put<std::uint16_t>(file.header, 24, 32);
  Put<std::uint16_t>(file.header, 26, 33);
  const std::string path = folder.Write("large.blo", file.header);
  std::filesystem::resize_file(std::filesystem::u8path(path), file.header.size() + positions * patternBytes); // sparse
  {
    std::fstream out(std::filesystem::u8path(path), std::ios::binary | std::ios::in | std::ios::out);
    for (const std::uint32_t number : { 0U, 1U, static_cast<std::uint32_t>(positions - 1) })
    {
      std::string frame(6, '\0');
      Put<std::uint16_t>(frame, 0, 0x55AA);
      Put<std::uint32_t>(frame, 2, number);
      out.seekp(static_cast<std::streamoff>(file.header.size() + number * patternBytes));
      out << frame << std::string(3, static_cast<char>(number % 100 + 1));
    }
  }
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE(scan->Header().notes.empty());
  fourdstem::PatternLease lease;
  EXPECT_EQ(scan->Read(32, 31, 1, lease).Row<std::uint8_t>(0, 0)[2], (positions - 1) % 100 + 1);
  EXPECT_EQ(scan->Read(32, 31, 1, lease).Row<std::uint8_t>(0, 2047)[2047], 0);
  EXPECT_EQ(scan->Read(0, 1, 1, lease).Row<std::uint8_t>(0, 0)[0], 2);
}
#endif
} // namespace
