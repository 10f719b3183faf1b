// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "RawFixtures.h"
#include "ScanFixtures.h"

#include <limits>

#ifndef _WIN32
#  include <sys/stat.h>
#  include <sys/wait.h>
#  include <unistd.h>
#endif

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

using fixtures::Described;
using fixtures::Shape;

/** What a view must show at a place of the flipped, transposed scan, by the definition of the options. */
std::uint16_t
Expected(const std::vector<std::uint16_t> & counts,
         const ScanFileOptions &            options,
         std::int64_t                       ry,
         std::int64_t                       rx,
         std::int64_t                       qy,
         std::int64_t                       qx)
{
  const std::int64_t rows = options.transposeDetector ? Shape.qx : Shape.qy;
  const std::int64_t columns = options.transposeDetector ? Shape.qy : Shape.qx;
  ry = options.flipScanRows ? Shape.ry - 1 - ry : ry;
  rx = options.flipScanColumns ? Shape.rx - 1 - rx : rx;
  qy = options.flipDetectorRows ? rows - 1 - qy : qy;
  qx = options.flipDetectorColumns ? columns - 1 - qx : qx;
  if (options.transposeDetector)
  {
    std::swap(qy, qx);
  }
  return counts[static_cast<std::size_t>(((ry * Shape.rx + rx) * Shape.qy + qy) * Shape.qx + qx)];
}

TEST(ScanFile, EveryFlipAndTransposeShowsTheRightPixels)
{
  const TemporaryFolder folder;
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  const std::string     path = folder.Write("scan.bin", BytesOf(counts));
  for (int which = 0; which < 32; ++which)
  {
    ScanFileOptions options = Described("uint16");
    options.transposeDetector = (which & 1) != 0;
    options.flipDetectorRows = (which & 2) != 0;
    options.flipDetectorColumns = (which & 4) != 0;
    options.flipScanRows = (which & 8) != 0;
    options.flipScanColumns = (which & 16) != 0;
    options.region = fourdstem::ScanRegion{ 1, 1, 2, 3 };
    const auto                 scan = OpenScanFile(path, options);
    std::vector<std::uint16_t> expected;
    for (std::int64_t ry = 0; ry < 2; ++ry)
    {
      for (std::int64_t rx = 0; rx < 3; ++rx)
      {
        for (std::int64_t qy = 0; qy < scan->Shape().qy; ++qy)
        {
          for (std::int64_t qx = 0; qx < scan->Shape().qx; ++qx)
          {
            expected.push_back(Expected(counts, options, 1 + ry, 1 + rx, qy, qx));
          }
        }
      }
    }
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), expected) << "options " << which;
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 3), expected) << "options " << which;
  }
}

TEST(ScanFile, ScansLargerThanOneWindowAreReadAcrossItsBorder)
{
  const TemporaryFolder   folder;
  const std::string       path = folder.Path("large.bin");
  constexpr std::int64_t  patterns = 9;
  constexpr std::int64_t  pixels = 1000 * 5000;
  ScanFileOptions         options = Described(">u2");
  fourdstem::PatternLease lease;
  options.raw->shape = { 1, patterns, 1000, 5000 };
  {
    std::ofstream file(std::filesystem::u8path(path), std::ios::binary);
    for (std::uint16_t p = 0; p < patterns; ++p)
    {
      file << BytesOf(std::vector<std::uint16_t>(pixels, p));
    }
  }
  const auto scan = OpenScanFile(path, options);
  for (std::int64_t p = 0; p + 1 < patterns; ++p)
  {
    const auto block = scan->Read(0, p, 2, lease);
    EXPECT_EQ(block.Row<std::uint16_t>(0, 0)[0], p * 256);
    EXPECT_EQ(block.Row<std::uint16_t>(1, 999)[4999], (p + 1) * 256);
  }
}

TEST(ScanFile, CalibrationFromOptionsFollowsRegionAndTranspose)
{
  const TemporaryFolder folder;
  ScanFileOptions       options = Described("uint8");
  options.scanSpacing = 0.5;
  options.detectorSpacing = 0.25;
  options.detectorUnit = "mrad";
  options.region = fourdstem::ScanRegion{ 1, 2, 2, 3 };
  const auto   scan = OpenScanFile(folder.Write("scan.bin", BytesOf(CountingScan<std::uint8_t>(Shape))), options);
  const auto & header = scan->Header();
  EXPECT_EQ(header.scan.spacing[0], 0.5);
  EXPECT_EQ(header.scan.offset[0], 0.5);
  EXPECT_EQ(header.scan.offset[1], 1.0);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_EQ(header.detector.unit, "mrad");
  EXPECT_EQ(header.detector.source, "option");
  EXPECT_TRUE(header.storedShape == Shape);
}

TEST(ScanFile, OptionsThatDoNotFitAreNamed)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("scan.bin", BytesOf(CountingScan<std::uint8_t>(Shape)));
  const auto            complaint = [&path](auto && change) {
    ScanFileOptions options = Described("uint8");
    change(options);
    return ComplaintAbout(path, options);
  };
  ExpectMentions(complaint([](auto & o) {
                   o.region = fourdstem::ScanRegion{ 2, 0, 2, 5 };
                 }),
                 { "scan.bin", "2 x 5", "3 x 5" });
  ExpectMentions(complaint([](auto & o) { o.region = fourdstem::ScanRegion{ 0, 0, 0, 5 }; }), { "0 x 5" });
  ExpectMentions(complaint([](auto & o) { o.scanSpacing = -1.0; }), { "-1", "greater than 0" });
  ExpectMentions(complaint([](auto & o) {
                   o.detectorSpacing = 1.0;
                   o.detectorUnit = "inch";
                 }),
                 { "inch", "1/nm, mrad or px" });
  ExpectMentions(complaint([](auto & o) { o.raw->type = "complex64"; }), { "complex64", "float32" });
  ExpectMentions(complaint([](auto & o) { o.raw->shape.ry = 4; }), { "15 patterns", "4 x 5", "3x5" });
  ExpectMentions(complaint([](auto & o) { o.raw->shape.qy = 0; }), { "0 x 4", "at least 1" });
  ExpectMentions(complaint([](auto & o) { o.raw->shape.qy = 1000; }), { "1000 x 4", "4000" });
  ExpectMentions(complaint([](auto & o) { o.raw->fileHeader = -1; }), { "-1 bytes" });
  ExpectMentions(complaint([](auto & o) { o.dataSet = "/entry"; }), { "one array", "/entry" });
  ExpectMentions(complaint([](auto & o) { o.raw->fileHeader = 350; }), { "room for 0 patterns" });
  ExpectMentions(complaint([](auto & o) {
                   o.raw->shape.qy = std::int64_t{ 1 } << 40;
                   o.raw->shape.qx = std::int64_t{ 1 } << 40;
                 }),
                 { "impossible" });
}

TEST(ScanFile, AGivenShapeMustHaveAsManyPositionsAsTheFileHasPatterns)
{
  const TemporaryFolder folder;
  ScanFileOptions       options = Described("uint8");
  options.raw->shape.ry = 0;
  options.scanShape = { 2, 7 };
  const std::string path = folder.Write("scan.bin", BytesOf(CountingScan<std::uint8_t>(Shape)));
  try
  {
    OpenScanFile(path, options);
    FAIL() << "14 positions of 15 were taken";
  }
  catch (const std::exception & error)
  {
    ExpectMentions(error.what(), { "scan.bin", "2 x 7", "15 patterns", "3x5" });
  }
}

TEST(ScanFile, BadFilesGetTheirErrors)
{
  const TemporaryFolder folder;
  ExpectMentions(ComplaintAbout(folder.Path("missing.npy")), { "missing.npy", "cannot be opened" });
  ExpectMentions(ComplaintAbout(folder.Path("")), { "folder" });
  ExpectMentions(ComplaintAbout(folder.Write("empty.npy", "")), { "empty.npy", "0 bytes" });
  ExpectMentions(ComplaintAbout(folder.Write("notes.txt", "hello")), { "no known format", "68 65 6c 6c 6f", "NumPy" });
  EXPECT_FALSE(fourdstem::CanOpenScanFile(folder.Path("missing.npy")));
  EXPECT_FALSE(fourdstem::CanOpenScanFile(folder.Path("notes.txt")));
  EXPECT_TRUE(fourdstem::CanOpenScanFile(folder.Path("notes.txt"), Described("uint8")));
}

TEST(ScanFile, AFileThatShrinksOrChangesWhileReadIsAnErrorAndNoCrash)
{
  const TemporaryFolder   folder;
  const std::string       path = folder.Write("scan.bin", BytesOf(CountingScan<float>(Shape)));
  const auto              scan = OpenScanFile(path, Described("float32"));
  fourdstem::PatternLease lease;
  EXPECT_EQ(scan->Read(2, 4, 1, lease).count, 1);
  std::filesystem::resize_file(std::filesystem::u8path(path), 100);
  try
  {
    scan->Read(0, 0, 1, lease);
    FAIL() << "a file that was cut off could be read";
  }
  catch (const std::runtime_error & error)
  {
    ExpectMentions(error.what(), { "scan.bin", "1440", "100" });
  }
}

TEST(ScanFile, CheckedMultiplyRefusesOverflowAndNegatives)
{
  EXPECT_EQ(fourdstem::CheckedMultiply(3, 4, "size"), 12);
  EXPECT_EQ(fourdstem::CheckedMultiply(0, 4, "size"), 0);
  EXPECT_THROW(fourdstem::CheckedMultiply(std::int64_t{ 1 } << 32, std::int64_t{ 1 } << 32, "size"),
               std::runtime_error);
  EXPECT_THROW(fourdstem::CheckedMultiply(-1, 4, "size"), std::runtime_error);
}

#ifndef _WIN32
TEST(ScanFile, PipesAndForbiddenFilesAreRefused)
{
  const TemporaryFolder folder;
  const std::string     pipe = folder.Path("pipe.raw");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ExpectMentions(ComplaintAbout(pipe), { "pipe" });

  const std::string forbidden = folder.Write("forbidden.raw", std::string(66560, '\0'));
  ASSERT_EQ(::chmod(forbidden.c_str(), 0), 0);
  // Root may read everything, so a child asks as nobody.
  const pid_t child = ::fork();
  if (child == 0)
  {
    const bool isOther = ::geteuid() != 0 || ::setuid(65534) == 0;
    ::_exit(isOther && ComplaintAbout(forbidden).find("ermission") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}
#endif
} // namespace
