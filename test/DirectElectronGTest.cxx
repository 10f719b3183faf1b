// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MrcFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };
constexpr std::size_t      Pixels = 24;

/** Lines as Direct Electron's software writes them; `changes` go before the usual values. */
std::string
Info(const std::vector<std::pair<std::string, std::string>> & changes = {})
{
  std::vector<std::pair<std::string, std::string>> lines{ { "Server Software Version", "2.7.5.10756" },
                                                          { "Autosave Directory", "D:\\DEOutput = here" },
                                                          { "Camera Model", "CeleritasXS" },
                                                          { "Diffraction Pixel Size X", "-1" },
                                                          { "Diffraction Pixel Size Y", "-1" },
                                                          { "Frames Per Second", "40000" },
                                                          { "Image Size X (pixels)", "4" },
                                                          { "Image Size Y (pixels)", "6" },
                                                          { "Instrument Accelerating Voltage (V)", "300000" },
                                                          { "Instrument Project Camera Length (centimeters)", "-1" },
                                                          { "Scan - Camera Frames Per Point", "1" },
                                                          { "Scan - Enable", "Enable" },
                                                          { "Scan - ROI Enable", "Disable" },
                                                          { "Scan - ROI Size X", "56" },
                                                          { "Scan - ROI Size Y", "98" },
                                                          { "Scan - Repeats", "1" },
                                                          { "Scan - Size X", "5" },
                                                          { "Scan - Size Y", "3" },
                                                          { "Scan - Type", "Raster" },
                                                          { "Specimen Pixel Size X (nanometers)", "0.5" },
                                                          { "Specimen Pixel Size Y (nanometers)", "0.25" } };
  std::string                                      text;
  for (auto & line : lines)
  {
    for (const auto & change : changes)
    {
      line.second = change.first == line.first ? change.second : line.second;
    }
    text += line.first + std::string(64 - line.first.size(), ' ') + "= " + line.second + "\r\n";
  }
  return text;
}

std::vector<std::uint16_t>
Counts(std::int64_t patterns = 15)
{
  return CountingScan<std::uint16_t>({ 1, patterns, 6, 4 });
}

std::string
Movie(std::int32_t patterns = 15)
{
  return MrcWriter(6, patterns, 6, 4).Bytes(BytesOf(Counts(patterns)));
}

TEST(DirectElectron, InfoFileGivesShapeAndCalibration)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("20241021_00405_movie.mrc", Movie());
  folder.Write("20241021_00405_info.txt", Info({ { "Instrument Project Camera Length (centimeters)", "80" } }));
  const auto   scan = OpenScanFile(path);
  const auto & header = scan->Header();
  EXPECT_TRUE(scan->Shape() == Shape);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts());
  EXPECT_EQ(header.format, "MRC (Direct Electron)");
  EXPECT_EQ(header.shapeSource, "20241021_00405_info.txt");
  EXPECT_EQ(header.otherFiles, std::vector<std::string>{ folder.Path("20241021_00405_info.txt") });
  EXPECT_EQ(header.scan.spacing[0], 0.25);
  EXPECT_EQ(header.scan.spacing[1], 0.5);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_EQ(header.detector.unit, "px");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "300000");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.8");
  EXPECT_EQ(header.metadata.at("Camera"), "CeleritasXS");
  EXPECT_EQ(header.metadata.at("FramesPerSecond"), "40000");
  EXPECT_TRUE(header.notes.empty());
  ScanFileOptions options;
  options.scanShape = { 5, 3 };
  EXPECT_EQ(OpenScanFile(path, options)->Shape().ry, 5);
}

TEST(DirectElectron, InfoFilesAreFoundByTheMoviesName)
{
  const TemporaryFolder folder;
  const auto            isFound = [&folder](const std::string & movie, const std::string & info) {
    const std::string moviePath = folder.Write(movie, Movie());
    const std::string infoPath = folder.Write(info, Info());
    const bool        found = ComplaintAbout(moviePath) == "(none)";
    std::filesystem::remove(std::filesystem::u8path(moviePath));
    std::filesystem::remove(std::filesystem::u8path(infoPath));
    return found;
  };
  EXPECT_TRUE(isFound("20250429_06699_0_movie.mrc", "20250429_06699_info.txt"));
  EXPECT_TRUE(isFound("20250429_06699_my_sample_movie.mrc", "20250429_06699_my_sample_info.txt"));
  EXPECT_TRUE(isFound("Custom_MOVIE.mrcs", "Custom_info.txt"));
  EXPECT_TRUE(isFound("scan.mrc", "scan_info.txt"));
  // Another movie's, and images which belong to a movie.
  EXPECT_FALSE(isFound("20250429_06699_movie.mrc", "20250429_info.txt"));
  EXPECT_FALSE(isFound("20250429_06699_final.mrc", "20250429_06699_info.txt"));
}

TEST(DirectElectron, WhatIsUnknownIsNotCalibrated)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a_movie.mrc", Movie());
  folder.Write("a_info.txt", Info({ { "Specimen Pixel Size Y (nanometers)", "-1" } }));
  EXPECT_EQ(OpenScanFile(path)->Header().scan.unit, "px");
  EXPECT_EQ(OpenScanFile(path)->Header().metadata.count("CameraLength_m"), 0U);
  folder.Write("a_info.txt", Info({ { "Specimen Pixel Size X (nanometers)", "1e999" } }));
  EXPECT_EQ(OpenScanFile(path)->Header().scan.unit, "px");
  folder.Write("a_info.txt", Info({ { "Diffraction Pixel Size X", "0.1" }, { "Diffraction Pixel Size Y", "0.1" } }));
  const auto header = OpenScanFile(path)->Header();
  EXPECT_EQ(header.detector.unit, "px");
  EXPECT_EQ(header.metadata.at("DiffractionPixelSizeX"), "0.1");
  ExpectMentions(header.notes.at(0), { "0.1", "no unit", "--detector-step" });
}

TEST(DirectElectron, InfoFilesOfOtherPatternsAreNotUsed)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a_movie.mrc", Movie());
  folder.Write("a_info.txt", Info({ { "Image Size X (pixels)", "8" } }));
  EXPECT_THROW(OpenScanFile(path), fourdstem::ScanChoiceNeeded);
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  ExpectMentions(OpenScanFile(path, options)->Header().notes.at(0), { "a_info.txt", "6 x 8", "not used" });
  folder.Write("a_info.txt", std::string((std::size_t{ 1 } << 20) + 1, ' '));
  ExpectMentions(OpenScanFile(path, options)->Header().notes.at(0), { "not used", "a_info.txt", "1048577" });
  folder.Write("a_info.txt", "==\n\n=\nScan - Enable\n\xFF\xFE" + std::string(3, '\0'));
  EXPECT_EQ(OpenScanFile(path, options)->Header().format, "MRC (Direct Electron)");
}

TEST(DirectElectron, ScansThatAreOffHaveNoShape)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a_movie.mrc", Movie());
  folder.Write("a_info.txt", Info({ { "Scan - Enable", "Disable" } }));
  EXPECT_THROW(OpenScanFile(path), fourdstem::ScanChoiceNeeded);
  for (const char * extent : { "0", "-3", "many", "99999999999", "" })
  {
    folder.Write("a_info.txt", Info({ { "Scan - Size X", extent } }));
    EXPECT_THROW(OpenScanFile(path), fourdstem::ScanChoiceNeeded) << extent;
  }
}

TEST(DirectElectron, ARegionOfInterestIsTheScan)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a_movie.mrc", Movie());
  folder.Write("a_info.txt",
               Info({ { "Scan - ROI Enable", "On" },
                      { "Scan - ROI Size X", "3" },
                      { "Scan - ROI Size Y", "5" },
                      { "Scan - Size X", "64" },
                      { "Scan - Enable", "On" } }));
  EXPECT_TRUE((OpenScanFile(path)->Shape() == fourdstem::ScanShape{ 5, 3, 6, 4 }));
}

TEST(DirectElectron, OfMissingPatternsWholeRowsAreReadAndMoreAreNot)
{
  const TemporaryFolder folder;
  folder.Write("a_info.txt", Info());
  auto expected = Counts();
  expected.resize(10 * Pixels);
  const std::string cut = Movie().substr(0, 1024 + 11 * Pixels * 2 + 9);
  ScanFileOptions   options;
  options.allowTruncated = true;
  for (const std::string & bytes : { Movie(11), cut })
  {
    const std::string path = folder.Write("a_movie.mrc", bytes);
    ExpectMentions(ComplaintAbout(path), { "3 x 5 patterns are promised (a_info.txt)", "11 whole patterns" });
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options), 5), expected);
  }
  const auto more = OpenScanFile(folder.Write("a_movie.mrc", Movie(17)));
  EXPECT_EQ(ReadAll<std::uint16_t>(*more), Counts());
  ExpectMentions(more->Header().notes.at(0), { "2 patterns", "not read" });
  folder.Write("a_info.txt", Info({ { "Scan - Size X", "1000000" }, { "Scan - Size Y", "1000000" } }));
  ExpectMentions(ComplaintAbout(folder.Path("a_movie.mrc")), { "17 whole patterns", "not one whole scan row" });
}

TEST(DirectElectron, RepeatedScansAreAskedFor)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a_movie.mrc", Movie(60));
  folder.Write("a_info.txt", Info({ { "Scan - Repeats", "2" }, { "Scan - Camera Frames Per Point", "2" } }));
  try
  {
    OpenScanFile(path);
    FAIL() << "repeated scans were read as one";
  }
  catch (const fourdstem::ScanChoiceNeeded & choice)
  {
    ExpectMentions(choice.what(), { "60 patterns", "3 x 5 positions", "2 scans", "2 patterns at each" });
    ASSERT_FALSE(choice.Candidates().empty());
    EXPECT_EQ(choice.Candidates()[0].value, "6x10");
  }
  ScanFileOptions options;
  options.scanShape = { 6, 10 };
  EXPECT_EQ(OpenScanFile(path, options)->Shape().rx, 10);
  folder.Write("a_info.txt", Info());
  ExpectMentions(ComplaintAbout(path), { "60 patterns", "3 x 5 positions" });
}

TEST(DirectElectron, BytesOfCountsAreUnsigned)
{
  const TemporaryFolder     folder;
  std::vector<std::uint8_t> counts(15 * Pixels, 200);
  folder.Write("a_info.txt", Info());
  const auto scan = OpenScanFile(folder.Write("a_movie.mrc", MrcWriter(0, 15, 6, 4).Bytes(BytesOf(counts))));
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan), counts);
}

/** A movie of a scan that is no raster, with these positions. */
std::string
WriteScattered(const TemporaryFolder & folder, const std::string & positions, std::int32_t patterns)
{
  folder.Write("a_info.txt",
               Info({ { "Scan - Type", "XY File" }, { "Scan - Size X", "3" }, { "Scan - Size Y", "2" } }));
  folder.Write("a_scan_coordinates.csv", positions);
  return folder.Write("a_movie.mrc", Movie(patterns));
}

TEST(DirectElectron, ScatteredPatternsLieAtTheirPositions)
{
  const TemporaryFolder folder;
  // x,y of patterns 0 to 4; position (0, 1) was never visited.
  const std::string path = WriteScattered(folder, "x,y\n2,1\n0,0\r\n1,1\n1,0,0.5\n2,0\n", 5);
  const auto        scan = OpenScanFile(path);
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 2, 3, 6, 4 }));
  EXPECT_EQ(scan->Header().otherFiles.back(), folder.Path("a_scan_coordinates.csv"));
  EXPECT_EQ(scan->Header().shapeSource, "a_scan_coordinates.csv");
  const auto counts = Counts(5);
  const auto read = ReadAll<std::uint16_t>(*scan, 3);
  const int  expected[] = { 1, 3, 4, -1, 2, 0 };
  for (std::size_t position = 0; position < 6; ++position)
  {
    for (std::size_t i = 0; i < Pixels; ++i)
    {
      const int pattern = expected[position];
      EXPECT_EQ(read[position * Pixels + i], pattern < 0 ? 0 : counts[static_cast<std::size_t>(pattern) * Pixels + i]);
    }
  }
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 1), read);
  ExpectMentions(scan->Header().notes.at(0), { "1 of 6 positions", "zeros" });
  ScanFileOptions options;
  options.scanShape = { 1, 5 };
  const auto stored = OpenScanFile(path, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*stored), counts);
  ExpectMentions(stored->Header().notes.at(0), { "no raster (XY File)" });
}

TEST(DirectElectron, OfPositionsVisitedAgainTheFirstPatternIsRead)
{
  const TemporaryFolder folder;
  const auto            scan = OpenScanFile(WriteScattered(folder, "0,0\n1,0\n2,0\n0,1\n1,1\n2,1\n0,0\n1,0\n", 10));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts(6));
  ASSERT_EQ(scan->Header().notes.size(), 2U);
  ExpectMentions(scan->Header().notes[0], { "2 patterns", "taken before" });
  ExpectMentions(scan->Header().notes[1], { "2 patterns", "no position" });
  // Positions beyond the size that is stated make the scan larger, and patterns may be fewer than positions.
  const auto wide = OpenScanFile(WriteScattered(folder, "0,0\n7,0\n3,0\n", 2));
  EXPECT_TRUE((wide->Shape() == fourdstem::ScanShape{ 2, 8, 6, 4 }));
}

TEST(DirectElectron, PositionsThatWereNotReachedReadAsZeros)
{
  const TemporaryFolder folder;
  std::string           positions;
  for (int i = 0; i < 400; ++i)
  {
    positions += std::to_string(i % 20) + "," + std::to_string(i / 20) + "\n";
  }
  const auto scan = OpenScanFile(WriteScattered(folder, positions, 23));
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 2, 20, 6, 4 }));
  auto expected = Counts(23);
  expected.resize(40 * Pixels);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 20), expected);
}

TEST(DirectElectron, CoordinatesThatAreNoneAreRefused)
{
  const TemporaryFolder folder;
  const auto            refused = [&folder](const std::string & positions, const std::vector<std::string> & words) {
    const std::string complaint = ComplaintAbout(WriteScattered(folder, positions, 5));
    ExpectMentions(complaint, words);
    ExpectMentions(complaint, { "a_movie.mrc", "XY File", "scan shape" });
  };
  refused("0;0\n1,0\n", { "line 1" });
  refused("0,0\n1;0\n", { "line 2" });
  refused("0,0\n-1,0\n", { "line 2" });
  refused("0,0\n0,1000000\n", { "line 2" });
  refused("0,0\n99999999999999999999,1\n", { "line 2" });
  refused("x,y\n", { "no positions" });
  refused("0,0\n999999,999999\n", { "2 positions", "1000000 x 1000000", "too many" });
  refused("0,0\n" + std::string(1000, ' '), { "more than 64 bytes" });
  refused("x,y\n" + std::string(1000, '7'), { "no positions" });
  std::filesystem::remove(std::filesystem::u8path(folder.Path("a_scan_coordinates.csv")));
  ExpectMentions(ComplaintAbout(folder.Path("a_movie.mrc")), { "a_scan_coordinates.csv", "scan shape" });
}

TEST(DirectElectron, CompanionsAreDamagedWithoutACrash)
{
  const TemporaryFolder folder;
  const std::string     path = WriteScattered(folder, "", 5);
  const std::string     positions = "0,0\n1,0\n2,0\n0,1\n1,1\n";
  const std::string     info = Info({ { "Scan - Type", "XY File" } });
  std::mt19937          random(13);
  const auto            damaged = [&random](std::string text) {
    for (std::size_t change = random() % 4; change < 4; ++change)
    {
      text[random() % text.size()] = static_cast<char>(random() % 4 == 0 ? random() % 256 : '0' + random() % 10);
    }
    return text;
  };
  for (int i = 0; i < 300; ++i)
  {
    folder.Write("a_info.txt", damaged(info));
    folder.Write("a_scan_coordinates.csv", damaged(positions));
    try
    {
      const auto              scan = OpenScanFile(path);
      fourdstem::PatternLease lease;
      EXPECT_NE(scan->Read(0, 0, std::min<std::int64_t>(scan->Shape().rx, 100), lease).data, nullptr);
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("a_movie.mrc"), std::string::npos) << error.what();
    }
  }
}
} // namespace
