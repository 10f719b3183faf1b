// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "TvipsFixtures.h"

namespace
{
using namespace tvips;
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

ScanFileOptions
WithShape(std::int64_t rows, std::int64_t columns)
{
  ScanFileOptions options;
  options.scanShape = { rows, columns };
  return options;
}

template <typename T>
std::vector<T>
Values()
{
  auto values = CountingScan<T>(Shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>(values[i] * (sizeof(T) > 1 ? 571 : 2));
  }
  return values;
}

template <typename T>
std::vector<T>
PatternOf(const std::vector<T> & values, std::size_t number)
{
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(number * Pixels);
  return { first, first + Pixels };
}

template <typename T>
void
ExpectReads(std::uint32_t version, std::uint32_t frameHeader)
{
  const TemporaryFolder folder;
  const Recording<T>    recording(version, frameHeader);
  const auto            values = Values<T>();
  const std::string path = folder.Write("scan_000.tvips", recording.header + recording.Frames(values, Counted(1, 15)));
  ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5", "5x3" });
  for (const std::int64_t atOnce : { 1, 2, 5 })
  {
    EXPECT_EQ(ReadAll<T>(*OpenScanFile(path, WithShape(3, 5)), atOnce), values) << version << ", " << frameHeader;
  }
  ExpectMentions(ComplaintAbout(path, WithShape(4, 4)), { "4 x 4", "15 whole patterns" });
}

TEST(TvipsFormat, BothVersionsBothTypesAndHeadersOfAnySize)
{
  for (const std::uint32_t frameHeader : { 12U, 52U, 60U, 64U, 77U })
  {
    ExpectReads<std::uint8_t>(2, frameHeader);
    ExpectReads<std::uint16_t>(2, frameHeader);
  }
  ExpectReads<std::uint8_t>(1, 0);
  ExpectReads<std::uint16_t>(1, 99);
}

TEST(TvipsFormat, WhatTheHeaderTells)
{
  const TemporaryFolder          folder;
  const Recording<std::uint16_t> recording;
  const auto                     scan = OpenScanFile(
    folder.Write("scan_000.tvips", recording.header + recording.Frames(Values<std::uint16_t>(), Counted(1, 15))),
    WithShape(5, 3));
  const auto & header = scan->Header();
  EXPECT_TRUE((header.shape == fourdstem::ScanShape{ 5, 3, 6, 4 }));
  EXPECT_EQ(header.format, "TVIPS");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "200000");
  EXPECT_EQ(header.metadata.at("Magnification"), "1200");
  EXPECT_EQ(header.detector.unit, "px");
  ASSERT_EQ(header.notes.size(), 1U);
  ExpectMentions(header.notes[0], { "15600", "not calibrated" });
  EXPECT_EQ(header.fileSize, 256 + 15 * (64 + 48));
}

TEST(TvipsFormat, TheRotatorCountsThePositions)
{
  const TemporaryFolder          folder;
  const Recording<std::uint16_t> recording;
  const auto                     values = Values<std::uint16_t>();
  // Two frames before the scan, two at position 2, none for 4 of its own, 5 lost, and three behind the scan.
  const std::string path =
    folder.Write("scan_000.tvips", recording.header + recording.Frames(values, { 0, 0, 1, 2, 2, 3, 3, 6, 6, 6, 6 }));
  const std::size_t frames[] = { 2, 3, 5, 6, 99, 7 };
  const auto        scan = OpenScanFile(path, WithShape(2, 3));
  const auto        read = ReadAll<std::uint16_t>(*scan, 3);
  for (std::size_t position = 0; position < 6; ++position)
  {
    const auto expected =
      frames[position] == 99 ? std::vector<std::uint16_t>(Pixels, 0) : PatternOf(values, frames[position]);
    EXPECT_EQ(PatternOf(read, position), expected) << position;
  }
  ExpectMentions(scan->Header().notes.at(1), { "6 of 11 frames", "not read" });
  ExpectMentions(scan->Header().notes.at(2), { "1 of 6 positions", "zeros" });
  ExpectMentions(ComplaintAbout(path), { "6 patterns", "2x3" });

  const auto plain = OpenScanFile(path, WithShape(1, 11));
  EXPECT_EQ(PatternOf(ReadAll<std::uint16_t>(*plain), 10), PatternOf(values, 10));
  ExpectMentions(plain->Header().notes.at(1), { "counts 6 positions", "one after another" });
}

TEST(TvipsFormat, IndicesThatCountNothingAreNotUsed)
{
  const TemporaryFolder         folder;
  const Recording<std::uint8_t> recording;
  const auto                    values = Values<std::uint8_t>();
  for (const std::vector<std::uint32_t> & indices : { std::vector<std::uint32_t>(6, 0),
                                                      std::vector<std::uint32_t>(6, 9),
                                                      std::vector<std::uint32_t>{ 6, 5, 4, 3, 2, 1 },
                                                      std::vector<std::uint32_t>{ 1, 2, 3, 1, 2, 3 },
                                                      std::vector<std::uint32_t>{ 1, 2, 3, 4, 5, 0xFFFFFFFF } })
  {
    const auto scan = OpenScanFile(folder.Write("scan_000.tvips", recording.header + recording.Frames(values, indices)),
                                   WithShape(2, 3));
    const auto read = ReadAll<std::uint8_t>(*scan);
    EXPECT_TRUE(std::equal(read.begin(), read.end(), values.begin()));
    ExpectMentions(scan->Header().notes.at(1), { "one after another" });
  }
}

TEST(TvipsFormat, ARecordingInSeveralFilesIsOneScanWhicheverIsOpened)
{
  const TemporaryFolder          folder;
  const Recording<std::uint16_t> recording;
  const auto                     values = Values<std::uint16_t>();
  const std::string              frames = recording.Frames(values, Counted(1, 15));
  const std::size_t              bytes = 64 + 48;
  const std::string first = folder.Write("a scan_000.tvips", recording.header + frames.substr(0, 4 * bytes));
  const std::string second = folder.Write("a scan_001.tvips", frames.substr(4 * bytes, 9 * bytes));
  const std::string third = folder.Write("a scan_002.TVIPS", frames.substr(13 * bytes));
  folder.Write("another_003.tvips", "no part");
  for (const std::string & path : { first, second, third })
  {
    const auto scan = OpenScanFile(path, WithShape(3, 5));
    for (const std::int64_t atOnce : { 1, 3, 5 })
    {
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan, atOnce), values);
    }
    EXPECT_EQ(scan->Header().otherFiles.size(), 2U);
    EXPECT_EQ(scan->Header().fileSize, static_cast<std::int64_t>(256 + frames.size()));
  }
  std::filesystem::remove(std::filesystem::u8path(second));
  ExpectMentions(ComplaintAbout(first, WithShape(3, 5)), { "a scan_001.tvips is missing" });
  std::filesystem::remove(std::filesystem::u8path(first));
  ExpectMentions(ComplaintAbout(third, WithShape(3, 5)), { "a scan_000.tvips is missing" });
}

TEST(TvipsFormat, CutFilesAndImpossibleHeadersAreRefused)
{
  const TemporaryFolder          folder;
  const Recording<std::uint16_t> recording;
  const std::string              sound = recording.header + recording.Frames(Values<std::uint16_t>(), Counted(1, 15));
  const auto refused = [&folder](const std::string & bytes, const std::vector<std::string> & words) {
    const std::string path = folder.Write("bad_000.tvips", bytes);
    const std::string complaint = ComplaintAbout(path, WithShape(3, 5));
    ExpectMentions(complaint, words);
    EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
  };
  const auto with = [&sound](std::size_t place, std::uint32_t value) {
    std::string bytes = sound;
    Put(bytes, 4 * place, value);
    return bytes;
  };
  refused(sound.substr(0, 100), { "cut off inside its header", "100 bytes" });
  refused(sound.substr(0, 256), { "cut off inside its first frame of 112 bytes" });
  refused(sound.substr(0, 300), { "cut off inside its first frame" });
  refused(with(0, 255), { "no TVIPS recording", "255" });
  refused(with(1, 3), { "version 1 or 2" });
  refused(with(2, 0), { "at least 1" });
  refused(with(3, 0xFFFFFFFF), { "first frame of 34359738424 bytes" });
  refused(with(4, 12), { "12 bits", "8 and 16" });
  refused(with(12, 0), { "headers of 0 bytes" });
  refused(with(12, 0xFFFFFFFF), { "first frame" });
  std::string wide = with(2, 0xFFFFFFFF);
  Put<std::uint32_t>(wide, 12, 0xFFFFFFFF);
  refused(wide, { "impossible" });

  const std::string cut = folder.Write("cut_000.tvips", sound.substr(0, sound.size() - 1));
  ExpectMentions(ComplaintAbout(cut, WithShape(3, 5)), { "14 whole patterns", "2 whole scan rows" });
  ExpectMentions(OpenScanFile(cut, WithShape(2, 7))->Header().notes.at(1), { "last frame is cut off", "111 of 112" });
  folder.Write("gap_001.tvips", "");
  ExpectMentions(ComplaintAbout(folder.Write("gap_000.tvips", sound), WithShape(3, 5)), { "gap_001.tvips: is empty" });
  folder.Write("cut_001.tvips", sound.substr(256));
  ExpectMentions(ComplaintAbout(cut, WithShape(2, 7)), { "cut_000.tvips: is cut off", "goes on in another file" });
}

TEST(TvipsFormat, DamagedFilesNeverCrash)
{
  const TemporaryFolder          folder;
  const Recording<std::uint16_t> recording;
  const std::string              sound = recording.header + recording.Frames(Values<std::uint16_t>(), Counted(1, 15));
  std::mt19937                   random(5);
  const auto                     draw = [&random](std::size_t most) { return random() % most; };
  int                            opened = 0;
  for (int i = 0; i < 400; ++i)
  {
    std::string bytes = sound;
    for (std::size_t change = draw(4); change < 4; ++change)
    {
      bytes[draw(2) == 0 ? draw(52) : draw(bytes.size())] = static_cast<char>(draw(256));
    }
    if (draw(4) == 0)
    {
      bytes.resize(draw(bytes.size() - 1) + 1);
    }
    try
    {
      const auto              scan = OpenScanFile(folder.Write("damaged.tvips", bytes), WithShape(3, 5));
      fourdstem::PatternLease lease;
      EXPECT_NE(scan->Read(2, 0, 5, lease).data, nullptr);
      ++opened;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("damaged.tvips"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(opened, 20);
}
} // namespace
