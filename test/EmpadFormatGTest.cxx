// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanFixtures.h"

#include <random>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

constexpr std::int64_t Pixels = 128 * 128;

/** Frames with a bright disk and a little noise, with or without the two rows of footer. */
std::string
Frames(std::int64_t count, bool withFooter, float footer = 0.F)
{
  std::mt19937                          random(7);
  std::uniform_real_distribution<float> noise(-0.5F, 0.5F);
  const std::int64_t                    rows = withFooter ? 130 : 128;
  std::vector<float>                    values(static_cast<std::size_t>(count * rows * 128), footer);
  for (std::int64_t p = 0; p < count; ++p)
  {
    for (std::int64_t i = 0; i < Pixels; ++i)
    {
      const std::int64_t y = i / 128 - 60;
      const std::int64_t x = i % 128 - 70;
      values[static_cast<std::size_t>(p * rows * 128 + i)] = (x * x + y * y < 400 ? 10.F : 0.F) + noise(random);
    }
    values[static_cast<std::size_t>(p * rows * 128)] = static_cast<float>(p);
  }
  return BytesOf(values);
}

std::string
Header(const std::string & raw, const std::string & inside)
{
  return "<root name=\"scan\"><timestamp isoformat=\"2026-03-25T16:47:52\"/><raw_file filename=\"" + raw + "\"/>" +
         inside + "</root>";
}

std::string
Parameters(const std::string & mode, int columns, int rows, const std::string & size = "1")
{
  return "<scan_parameters mode=\"" + mode + "\"><scan_size>" + size + "</scan_size><scan_resolution_x>" +
         std::to_string(columns) + "</scan_resolution_x><scan_resolution_y>" + std::to_string(rows) +
         "</scan_resolution_y></scan_parameters>";
}

/** First pixels of the patterns in scan order: the frames' numbers. */
std::vector<float>
Numbers(const fourdstem::ScanFile & scan)
{
  std::vector<float>      numbers;
  fourdstem::PatternLease lease;
  for (std::int64_t ry = 0; ry < scan.Shape().ry; ++ry)
  {
    const auto block = scan.Read(ry, 0, scan.Shape().rx, lease);
    for (std::int64_t rx = 0; rx < block.count; ++rx)
    {
      numbers.push_back(block.Row<float>(rx, 0)[0]);
    }
  }
  return numbers;
}

TEST(EmpadFormat, OldHeaderGivesNonSquareShapeAndCalibration)
{
  const TemporaryFolder folder;
  folder.Write("scan_x3_y2.raw", Frames(6, true, 5.F));
  const std::string xml = folder.Write(
    "acquisition.xml",
    Header("/home/empad/elsewhere/scan_x3_y2.raw",
           "<type>scan</type><pix_x>3</pix_x><pix_y>2</pix_y>" + Parameters("search", 64, 64) +
             Parameters("acquire", 128, 128) +
             "<iom_measurements><source.get_voltage>300000.0</source.get_voltage><optics.get_cameralength>0.7225"
             "</optics.get_cameralength><optics.get_full_scan_field_of_view>[6e-08, 4e-08]"
             "</optics.get_full_scan_field_of_view><calibrated_pixelsize>2e8</calibrated_pixelsize>"
             "<calibrated_diffraction_angle>0.0004</calibrated_diffraction_angle></iom_measurements>"));
  const auto   scan = OpenScanFile(xml);
  const auto & header = scan->Header();
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 2, 3, 128, 128 }));
  EXPECT_EQ(Numbers(*scan), (std::vector<float>{ 0, 1, 2, 3, 4, 5 }));
  EXPECT_EQ(header.shapeSource, "pix_x, pix_y");
  EXPECT_NEAR(header.scan.spacing[0], 20, 1e-9);
  EXPECT_NEAR(header.scan.spacing[1], 20, 1e-9);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_NEAR(header.detector.spacing[0], 0.2, 1e-12);
  EXPECT_EQ(header.detector.unit, "1/nm");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "300000.0");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.7225");
  EXPECT_EQ(header.metadata.at("Timestamp"), "2026-03-25T16:47:52");
  ASSERT_EQ(header.candidates.size(), 4U);
  EXPECT_EQ(FormatCandidate(header.candidates[0]), "2x3 (pix_x, pix_y)");
}

TEST(EmpadFormat, PixelSizeThatIsNoReciprocalLengthGivesWayToTheAngle)
{
  const TemporaryFolder folder;
  folder.Write("scan.raw", Frames(2, true));
  const auto scan = OpenScanFile(
    folder.Write("scan.xml",
                 Header("scan.raw",
                        "<pix_x>2</pix_x><pix_y>1</pix_y><iom_measurements><calibrated_pixelsize>1.8e-10"
                        "</calibrated_pixelsize><calibrated_diffraction_angle>0.0004</calibrated_diffraction_angle>"
                        "</iom_measurements>")));
  EXPECT_NEAR(scan->Header().detector.spacing[1], 0.4, 1e-12);
  EXPECT_EQ(scan->Header().detector.unit, "mrad");
  ASSERT_EQ(scan->Header().notes.size(), 1U);
  ExpectMentions(scan->Header().notes[0], { "1.8e-10", "ignored" });
}

TEST(EmpadFormat, NewHeaderHasItsShapeInTheNameAndOneFieldOfView)
{
  const TemporaryFolder folder;
  folder.Write("scan_x2_y4.raw", Frames(8, true));
  const std::string xml =
    folder.Write("scan.xml",
                 Header("scan_x2_y4.raw",
                        Parameters("acquire", 64, 64, "0.5") +
                          "<iom_measurements><full_scan_field_of_view><scale_factor>0.5</scale_factor><x>4e-08</x>"
                          "<y>4e-08</y></full_scan_field_of_view><high_voltage>200000</high_voltage>"
                          "</iom_measurements>"));
  const auto scan = OpenScanFile(xml);
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 4, 2, 128, 128 }));
  EXPECT_EQ(scan->Header().shapeSource, "file name");
  EXPECT_NEAR(scan->Header().scan.spacing[0], 20, 1e-9);
  EXPECT_NEAR(scan->Header().scan.spacing[1], 20, 1e-9);
  EXPECT_EQ(scan->Header().detector.unit, "px");

  ScanFileOptions options;
  options.empadScanSize = true;
  EXPECT_NEAR(OpenScanFile(xml, options)->Header().scan.spacing[0], 10, 1e-9);
  ExpectMentions(OpenScanFile(xml, options)->Header().scan.source, { "scan_size 0.5" });
}

TEST(EmpadFormat, ScanParametersAreTakenInOrderWhereTheyFit)
{
  const TemporaryFolder folder;
  folder.Write("patterns.raw", Frames(6, true));
  const auto shapeFrom = [&folder](const std::string & inside) {
    const auto scan = OpenScanFile(folder.Write("scan.xml", Header("patterns.raw", inside)));
    return scan->Header().shapeSource + ' ' + std::to_string(scan->Shape().ry);
  };
  EXPECT_EQ(shapeFrom(Parameters("search", 6, 1) + Parameters("acquire", 3, 2)), "scan_parameters acquire 2");
  EXPECT_EQ(shapeFrom(Parameters("search", 6, 1) + Parameters("acquire", 64, 64)), "scan_parameters search 1");
  EXPECT_EQ(shapeFrom("<type>series</type><count>6</count>"), "count of the series 1");
}

TEST(EmpadFormat, BareRawTakesNameThenSquareElseAsks)
{
  const TemporaryFolder folder;
  EXPECT_EQ(OpenScanFile(folder.Write("scan_x3_y2.raw", Frames(6, true)))->Shape().rx, 3);
  EXPECT_EQ(OpenScanFile(folder.Write("series_x6.raw", Frames(6, true)))->Shape().rx, 6);

  const auto square = OpenScanFile(folder.Write("square.raw", Frames(4, true)));
  EXPECT_EQ(square->Shape().ry, 2);
  ExpectMentions(square->Header().notes.at(0), { "2 x 2", "square" });

  const std::string open = folder.Write("open.raw", Frames(6, true));
  ExpectMentions(ComplaintAbout(open), { "open.raw", "6 patterns", "2x3", "3x2", "1x6", "6x1" });
  EXPECT_THROW(OpenScanFile(open), fourdstem::ScanChoiceNeeded);
  ScanFileOptions options;
  options.scanShape = { 3, 2 };
  EXPECT_EQ(OpenScanFile(open, options)->Shape().ry, 3);
  options.scanShape = { 4, 2 };
  ExpectMentions(ComplaintAbout(open, options), { "4 x 2", "6 whole patterns", "2x3" });
  // A name that contradicts the size is no shape.
  ExpectMentions(ComplaintAbout(folder.Write("scan_x9_y9.raw", Frames(4, true))),
                 { "9 x 9 patterns are promised (file name)", "2x2" });
}

TEST(EmpadFormat, BareRawTakesTheOneHeaderThatNamesIt)
{
  const TemporaryFolder folder;
  const std::string     raw = folder.Write("patterns.raw", Frames(6, true));
  folder.Write("other.xml", Header("others.raw", "<pix_x>1</pix_x><pix_y>6</pix_y>"));
  folder.Write("junk.xml", "<not xml");
  folder.Write("first.xml", Header("patterns.raw", "<pix_x>3</pix_x><pix_y>2</pix_y>"));
  const auto scan = OpenScanFile(raw);
  EXPECT_EQ(scan->Shape().rx, 3);
  ExpectMentions(scan->Header().notes.at(0), { "first.xml" });
  EXPECT_EQ(scan->Header().otherFiles, std::vector<std::string>{ folder.Path("first.xml") });
  folder.Write("second.xml", Header("patterns.raw", "<pix_x>2</pix_x><pix_y>3</pix_y>"));
  EXPECT_THROW(OpenScanFile(raw), fourdstem::ScanChoiceNeeded);
  ExpectMentions(ComplaintAbout(raw), { "2x3", "first.xml, second.xml", "none is used" });
}

TEST(EmpadFormat, SeveralHeadersThatNameARawAreNoted)
{
  const TemporaryFolder folder;
  const std::string     raw = folder.Write("scan_x3_y2.raw", Frames(6, true));
  for (const char * name : { "late.xml", "early.xml" })
  {
    folder.Write(name,
                 Header("scan_x3_y2.raw",
                        "<pix_x>3</pix_x><pix_y>2</pix_y><iom_measurements><calibrated_pixelsize>2e8"
                        "</calibrated_pixelsize></iom_measurements><timestamp>" +
                          std::string(name) + "</timestamp>"));
  }
  const auto   scan = OpenScanFile(raw);
  const auto & header = scan->Header();
  EXPECT_EQ(header.shapeSource, "file name");
  EXPECT_EQ(header.detector.unit, "px");
  ASSERT_EQ(header.notes.size(), 1U);
  ExpectMentions(header.notes[0],
                 { "early.xml, late.xml", "nothing is calibrated", "open the one that belongs to it" });
  EXPECT_EQ(OpenScanFile(folder.Path("late.xml"))->Header().detector.unit, "1/nm");
}

TEST(EmpadFormat, FramesWithoutFooter)
{
  const TemporaryFolder folder;
  const auto            scan = OpenScanFile(folder.Write("scan_x3_y2.raw", Frames(6, false)));
  EXPECT_EQ(Numbers(*scan), (std::vector<float>{ 0, 1, 2, 3, 4, 5 }));
  EXPECT_EQ(scan->Header().metadata.at("RecordBytes"), "65536");
}

TEST(EmpadFormat, WhereBothRecordSizesFitTheFootersDecide)
{
  const TemporaryFolder folder;
  // 64 records of 130 rows are as long as 65 of 128.
  const auto withFooter = OpenScanFile(folder.Write("a.raw", Frames(64, true, 3.F)));
  EXPECT_EQ(withFooter->Shape().ry, 8);
  EXPECT_EQ(OpenScanFile(folder.Write("b.raw", Frames(64, true)))->Shape().ry, 8);
  EXPECT_EQ(OpenScanFile(folder.Write("scan_x5_y13.raw", Frames(65, false)))->Shape().rx, 5);
  ExpectMentions(ComplaintAbout(folder.Write("c.raw", Frames(65, false))), { "65 patterns", "5x13" });
  ExpectMentions(ComplaintAbout(folder.Write("zero.raw", std::string(64 * 66560, '\0'))),
                 { "64 records with footer", "65 without" });
}

TEST(EmpadFormat, FootersOfEveryKindAreFound)
{
  const TemporaryFolder folder;
  std::mt19937          random(5);
  const auto            withFooters = [&](auto && footer) {
    std::string bytes = Frames(64, true);
    for (std::int64_t record = 0; record < 64; ++record)
    {
      for (std::int64_t i = 0; i < 256; ++i)
      {
        const float value = footer(record, i);
        std::memcpy(&bytes[static_cast<std::size_t>(record * 66560 + 65536 + i * 4)], &value, 4);
      }
    }
    return OpenScanFile(folder.Write("a.raw", bytes))->Header().metadata.at("RecordBytes");
  };
  for (const float size : { 1.F, 1e3F, 1e5F, 1e7F })
  {
    std::normal_distribution<float> normal(0.F, size);
    std::vector<float>              same(256);
    std::generate(same.begin(), same.end(), [&] { return normal(random); });
    EXPECT_EQ(withFooters([&](std::int64_t, std::int64_t) { return normal(random); }), "66560") << size;
    EXPECT_EQ(withFooters([&](std::int64_t, std::int64_t i) { return same[static_cast<std::size_t>(i)]; }), "66560")
      << size;
    EXPECT_EQ(withFooters([&](std::int64_t, std::int64_t) { return size; }), "66560") << size;
    EXPECT_EQ(withFooters([&](std::int64_t record, std::int64_t i) {
                return i == 140 ? size * static_cast<float>(record % 8) : i == 141 ? size : 0.F;
              }),
              "66560")
      << size;
  }
}

TEST(EmpadFormat, FootersThatAreNotToBeToldAreAskedFor)
{
  const TemporaryFolder           folder;
  std::mt19937                    random(6);
  std::normal_distribution<float> normal(0.F, 1.F);
  std::vector<float>              noise(64 * 66560 / 4);
  std::generate(noise.begin(), noise.end(), [&] { return normal(random); });
  const std::string path = folder.Write("noise.raw", BytesOf(noise));
  ExpectMentions(ComplaintAbout(path), { "8x8 (with footers)", "16x4 (with footers)", "5x13 (without footers)" });
}

TEST(EmpadFormat, FilesOfWhichOnlyTheSizeFitsMustHoldCounts)
{
  const TemporaryFolder          folder;
  std::mt19937                   random(4);
  std::poisson_distribution<int> poisson(2);
  std::vector<std::uint8_t>      bytes(16 * 65536);
  std::vector<std::uint16_t>     words(30 * 32768);
  std::vector<std::uint32_t>     second(4 * 16384);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(poisson(random)); });
  std::generate(words.begin(), words.end(), [&] { return static_cast<std::uint16_t>(poisson(random)); });
  std::generate(second.begin(), second.end(), [&] { return 900U + static_cast<std::uint32_t>(poisson(random)); });
  for (const std::string & path : { folder.Write("u1.raw", BytesOf(bytes)),
                                    folder.Write("u2.raw", BytesOf(words)),
                                    folder.Write("g2.raw", BytesOf(second)) })
  {
    ExpectMentions(ComplaintAbout(path), { "65536", "no float32 counts", "--raw-type", "EMPAD-G2" });
    ScanFileOptions options;
    options.scanShape = { 1, static_cast<std::int64_t>(std::filesystem::file_size(path) / 65536) };
    ExpectMentions(ComplaintAbout(path, options), { "no float32 counts" });
  }
  const auto scan = OpenScanFile(folder.Write("square.raw", Frames(9, false)));
  EXPECT_EQ(Numbers(*scan)[8], 8);
  ExpectMentions(scan->Header().notes.at(0), { "Taken as EMPAD float32 because", "65536" });
  EXPECT_TRUE(OpenScanFile(folder.Write("scan_x3_y3.raw", Frames(9, false)))->Header().notes.empty());
}

TEST(EmpadFormat, HeadersThatAreNotUsedAreNoted)
{
  const TemporaryFolder folder;
  const std::string     raw = folder.Write("Scan_X3_Y2.raw", Frames(6, true));
  EXPECT_TRUE(OpenScanFile(raw)->Header().notes.empty());
  folder.Write("Scan_X3_Y2.xml", "<root><pix_x>3");
  folder.Write("other.xml", Header("others.raw", ""));
  const auto scan = OpenScanFile(raw);
  EXPECT_EQ(scan->Shape().rx, 3);
  ASSERT_EQ(scan->Header().notes.size(), 1U);
  ExpectMentions(scan->Header().notes[0],
                 { "nothing is calibrated", "Scan_X3_Y2.xml: ", "other.xml names others.raw" });
}

TEST(EmpadFormat, EqualCopiesOfAHeaderAreUsed)
{
  const TemporaryFolder folder;
  const std::string     raw = folder.Write("patterns.raw", Frames(6, true));
  folder.Write("a.xml", Header("patterns.raw", "<pix_x>3</pix_x><pix_y>2</pix_y>"));
  folder.Write("a_copy.xml", Header("patterns.raw", "<pix_x>3</pix_x><pix_y>2</pix_y>"));
  const auto scan = OpenScanFile(raw);
  EXPECT_EQ(scan->Shape().rx, 3);
  ExpectMentions(scan->Header().notes.at(0), { "a.xml, a_copy.xml", "equal" });
}

TEST(EmpadFormat, SeriesMayStateTheirCountInTheScanParametersOnly)
{
  const TemporaryFolder folder;
  folder.Write("foo.raw", Frames(9, true));
  const auto scan = OpenScanFile(
    folder.Write("s.xml", Header("foo.raw", "<scan_parameters><series_count>9</series_count></scan_parameters>")));
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 1, 9, 128, 128 }));
  EXPECT_EQ(scan->Header().shapeSource, "series_count");
  ScanFileOptions options;
  options.scanShape = { 3, 3 };
  const auto folded = OpenScanFile(folder.Path("s.xml"), options);
  EXPECT_TRUE((folded->Shape() == fourdstem::ScanShape{ 3, 3, 128, 128 }));
  EXPECT_EQ(ReadAll<float>(*folded), ReadAll<float>(*scan));
}

TEST(EmpadFormat, ScanSizeConcernsHeadersOfSoftware12Only)
{
  const TemporaryFolder folder;
  folder.Write("scan_x2_y4.raw", Frames(8, true));
  const auto write = [&](const std::string & measurements) {
    return folder.Write(
      "scan.xml",
      Header("scan_x2_y4.raw",
             Parameters("acquire", 2, 4, "0.5") + "<iom_measurements>" + measurements + "</iom_measurements>"));
  };
  ScanFileOptions options;
  options.empadScanSize = true;
  const std::string later = write("<full_scan_field_of_view><scale_factor>0.5</scale_factor><x>4e-08</x>"
                                  "</full_scan_field_of_view>");
  ASSERT_EQ(OpenScanFile(later)->Header().notes.size(), 1U);
  ExpectMentions(OpenScanFile(later)->Header().notes[0], { "scan_size 0.5", "--empad-scan-size" });
  EXPECT_TRUE(OpenScanFile(later, options)->Header().notes.empty());
  const std::string early = write("<optics.get_full_scan_field_of_view>[6e-08, 4e-08]"
                                  "</optics.get_full_scan_field_of_view>");
  EXPECT_TRUE(OpenScanFile(early)->Header().notes.empty());
  EXPECT_NEAR(OpenScanFile(early, options)->Header().scan.spacing[1], 30, 1e-9);
  ExpectMentions(OpenScanFile(early, options)->Header().notes.at(0), { "--empad-scan-size", "no effect" });
}

TEST(EmpadFormat, DamagedFilesAreRefused)
{
  const TemporaryFolder folder;
  const std::string     frames = Frames(6, true);
  folder.Write("scan_x3_y2.raw", frames.substr(0, frames.size() - 7));
  ExpectMentions(ComplaintAbout(folder.Path("scan_x3_y2.raw")), { "scan_x3_y2.raw", "5 whole patterns", "cut off" });
  ExpectMentions(ComplaintAbout(folder.Write("other.raw", frames.substr(0, frames.size() - 7))),
                 { "other.raw", "5 records of 66560 bytes and 66553 bytes", "cut off" });
  const std::string inside = "<pix_x>3</pix_x><pix_y>2</pix_y>";
  ExpectMentions(ComplaintAbout(folder.Write("cut.xml", Header("scan_x3_y2.raw", inside))),
                 { "scan_x3_y2.raw", "5 whole patterns", "66560", "cut off" });
  ExpectMentions(ComplaintAbout(folder.Write("gone.xml", Header("gone.raw", inside))), { "gone.xml", "gone.raw" });
  ExpectMentions(ComplaintAbout(folder.Write("other.xml", "<root name='x'/>")), { "raw_file" });
  ExpectMentions(ComplaintAbout(folder.Write("torn.xml", "<root><pix_x>3")), { "torn.xml", "line 1" });
  ExpectMentions(ComplaintAbout(folder.Write("bomb.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><root>&b;</root>")),
                 { "document type" });
  std::string deep = "<root>";
  for (int i = 0; i < 100; ++i)
  {
    deep += "<a>";
  }
  ExpectMentions(ComplaintAbout(folder.Write("deep.xml", deep)), { "nested" });
}
} // namespace
