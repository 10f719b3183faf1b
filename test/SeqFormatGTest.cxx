// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "SeqFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

using seq::Sequence;
using seq::Shape;

ScanFileOptions
WithShape(std::int64_t rows, std::int64_t columns)
{
  ScanFileOptions options;
  options.scanShape = { rows, columns };
  return options;
}

template <typename T>
void
ExpectReads(std::int32_t version, std::uint32_t frameBytes)
{
  const TemporaryFolder folder;
  auto                  values = CountingScan<T>(Shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>(values[i] * (sizeof(T) > 1 ? 571 : 2));
  }
  const std::string path = folder.Write("scan.seq", Sequence(version, frameBytes, values));
  ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5", "5x3" });
  const auto scan = OpenScanFile(path, WithShape(3, 5));
  EXPECT_TRUE((scan->Shape() == Shape));
  EXPECT_EQ(ReadAll<T>(*scan), values);
  EXPECT_EQ(ReadAll<T>(*scan, 5), values);
  EXPECT_EQ(scan->Header().format, "StreamPix SEQ");
  EXPECT_TRUE(scan->Header().notes.empty());
}

TEST(SeqFormat, BothSizesOfHeaderEveryTypeAndDistance)
{
  for (const std::int32_t version : { 3, 4, 5, 6 })
  {
    ExpectReads<std::uint8_t>(version, 24 + 6);
    ExpectReads<std::uint16_t>(version, 48 + 8);
    ExpectReads<std::uint16_t>(version, 57);
    ExpectReads<std::uint32_t>(version, 512);
  }
  ExpectReads<std::uint16_t>(5, 48);
}

TEST(SeqFormat, WhatIsNotAsTheHeaderSaysIsNoted)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>(Shape);
  const std::string     bytes = Sequence(5, 56, values);
  const std::string     path = folder.Write("scan.seq", bytes.substr(0, bytes.size() - 10));
  folder.Write("scan.seq.gain.mrc", "gain");
  ExpectMentions(ComplaintAbout(path, WithShape(3, 5)), { "14 whole patterns", "2x7" });
  const auto scan = OpenScanFile(path, WithShape(2, 7));
  ExpectMentions(scan->Header().notes.at(0), { "says 15 frames", "14 whole ones" });
  ExpectMentions(scan->Header().notes.at(1), { "46 bytes after" });
  ExpectMentions(scan->Header().notes.at(2), { "scan.seq.gain.mrc", "not applied" });
}

TEST(SeqFormat, DamagedFilesAreRefused)
{
  const TemporaryFolder folder;
  const std::string     sound = Sequence(5, 56, CountingScan<std::uint16_t>(Shape));
  const auto            refused = [&folder](const std::string & bytes, const std::vector<std::string> & words) {
    const std::string path = folder.Write("bad.seq", bytes);
    const std::string complaint = ComplaintAbout(path, WithShape(3, 5));
    ExpectMentions(complaint, words);
    EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
  };
  const auto with = [&sound](std::size_t place, std::uint32_t value) {
    std::string bytes = sound;
    Put(bytes, place, value);
    return bytes;
  };
  refused(sound.substr(0, 3), { "named .seq but without ED FE 00 00" });
  refused(sound.substr(0, 583), { "cut off inside its header", "583 bytes" });
  refused(sound.substr(0, 8192), { "cut off inside its first frame of 56 bytes", "8192" });
  refused(sound.substr(0, 8192 + 55), { "cut off inside its first frame" });
  refused(sound.substr(0, 600), { "cut off inside its first frame" });
  refused(with(548, 0), { "at least 1" });
  refused(with(548, 0xFFFFFFFF), { "have 48 bytes" });
  refused(with(556, 24), { "24 bits", "8, 16 and 32" });
  refused(with(564, 47), { "have 47 bytes", "nothing compressed" });
  refused(with(580, 0), { "lie 0 apart" });
  refused(with(580, 47), { "lie 47 apart" });
  refused(with(580, 0xFFFFFFFF), { "first frame of 4294967295 bytes" });
  std::string wide = with(548, 0xFFFFFFFF);
  Put<std::uint32_t>(wide, 552, 0xFFFFFFFF);
  refused(wide, { "is impossible" });
}
} // namespace
