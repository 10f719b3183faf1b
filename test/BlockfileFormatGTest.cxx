// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "BlockfileFixtures.h"

#include <cmath>
#include <limits>

namespace
{
using namespace blockfile;
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

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

TEST(BlockfileFormat, ShortFilesAreTheirWholeRowsOnlyIfTheseAreWanted)
{
  const TemporaryFolder folder;
  const auto            check = [&folder](auto zero, int atOnce) {
    using T = decltype(zero);
    const auto        counts = Counts<T>();
    const std::string bytes = Blockfile().Bytes(counts);
    const std::size_t stride = 6 + Pixels * sizeof(T);
    ScanFileOptions   options;
    for (const std::size_t stored : { 5U, 7U, 14U })
    {
      for (const std::size_t more : { std::size_t{ 0 }, std::size_t{ 1 }, stride - 1 })
      {
        const std::string path = folder.Write("cut.blo", bytes.substr(0, 0x1010 + stored * stride + more));
        options.allowTruncated = false;
        ExpectMentions(ComplaintAbout(path, options),
                       { "3 x 5 patterns are promised", std::to_string(stored) + " whole patterns" });
        options.allowTruncated = true;
        const auto rows = static_cast<std::ptrdiff_t>(stored / 5);
        EXPECT_EQ(ReadAll<T>(*OpenScanFile(path, options), atOnce),
                  std::vector<T>(counts.begin(), counts.begin() + rows * 5 * static_cast<std::ptrdiff_t>(Pixels)))
          << stored << " patterns and " << more << " bytes";
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
  const std::string     path = folder.Write("cut.blo", Blockfile().Bytes(counts).substr(0, 0x1010 + 12 * (6 + Pixels)));
  ScanFileOptions       options;
  options.allowTruncated = true;
  options.flipScanRows = true;
  options.flipScanColumns = true;
  options.flipDetectorRows = true;
  const auto flipped = ReadAll<std::uint8_t>(*OpenScanFile(path, options), 5);
  ASSERT_EQ(flipped.size(), 10 * Pixels);
  for (std::size_t position = 0; position < 10; ++position)
  {
    for (std::size_t i = 0; i < Pixels; ++i)
    {
      const std::size_t pixel = (5 - i / 6) * 6 + i % 6;
      EXPECT_EQ(flipped[position * Pixels + i], counts[(9 - position) * Pixels + pixel]);
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
    const std::size_t patterns = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
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
} // namespace
