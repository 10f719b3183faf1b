// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MerlinFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanShape;

std::string
ShapeHdr()
{
  return MerlinHdrText({ { "ScanX", "5" }, { "ScanY", "3" } });
}

TEST(MerlinFiles, ClaimsByFirstBytesOnly)
{
  const TemporaryFolder folder;
  EXPECT_TRUE(fourdstem::CanOpenScanFile(folder.Write("a.mib", MerlinWriter().Numbered(1))));
  EXPECT_TRUE(fourdstem::CanOpenScanFile(folder.Write("a.MIB", MerlinWriter().Numbered(1))));
  EXPECT_TRUE(fourdstem::CanOpenScanFile(folder.Write("a.hdr", ShapeHdr())));
  // ITK reads these.
  EXPECT_FALSE(fourdstem::CanOpenScanFile(folder.Write("analyze.hdr", std::string("\x5C\x01\0\0", 4) + "HDR,")));
  EXPECT_FALSE(fourdstem::CanOpenScanFile(folder.Write("envi.hdr", "ENVI\nsamples = 4\n")));
  ExpectMentions(ComplaintAbout(folder.Write("b.mib", "something else")), { "b.mib", "begins with MQ1,", "Merlin" });
}

TEST(MerlinFiles, PathsWithoutMeaningToTheReaderAreKept)
{
  const TemporaryFolder folder;
  const std::string     name = "\xC3\xA4 scan.v2 (1)";
  folder.Write(name + ".hdr", ShapeHdr());
  const std::string mib = folder.Write(name + ".mib", MerlinWriter().Numbered(15));
  std::filesystem::permissions(std::filesystem::u8path(mib), std::filesystem::perms::owner_read);
  EXPECT_EQ(OpenScanFile(mib)->Shape().rx, 5);
  EXPECT_EQ(OpenScanFile(folder.Path(name + ".hdr"))->Shape().rx, 5);
}

TEST(MerlinFiles, FilesLargerThanFourGigabytes)
{
  const TemporaryFolder folder;
  MerlinWriter          writer;
  writer.type = "U16";
  writer.width = 512;
  writer.height = 512;
  const std::int64_t frames = 70 * 150;
  const std::int64_t stride = 384 + 2 * 512 * 512;
  const std::string  path = folder.Write("large.mib", writer.Header(0));
  std::error_code    failure;
  std::filesystem::resize_file(std::filesystem::u8path(path), static_cast<std::uintmax_t>(frames * stride), failure);
  if (failure)
  {
    GTEST_SKIP() << "NOT TESTED: the disk takes no file of 5 GB with holes";
  }
  {
    std::fstream       file(std::filesystem::u8path(path), std::ios::in | std::ios::out | std::ios::binary);
    const std::int64_t last = frames - 1;
    file.seekp(last * stride);
    file << writer.Header(last) << std::string(2 * 512 * 512, '\2');
  }
  folder.Write("large.hdr", MerlinHdrText(frames, 150));
  const auto              scan = OpenScanFile(path);
  fourdstem::PatternLease lease;
  EXPECT_TRUE((scan->Shape() == ScanShape{ 70, 150, 512, 512 }));
  EXPECT_EQ(scan->Read(69, 149, 1, lease).Row<std::uint16_t>(0, 511)[511], 0x0202);
}
} // namespace
