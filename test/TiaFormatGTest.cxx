// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "TiaFixtures.h"

#include <cstring>
#include <limits>

namespace
{
using namespace tia;
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

template <typename T>
std::vector<T>
Values()
{
  auto values = CountingScan<T>(Shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>(values[i] * (sizeof(T) > 1 ? 271 : 1));
  }
  return values;
}

template <typename T>
void
ExpectReadsType(const std::string & name)
{
  const TemporaryFolder folder;
  for (const bool isWide : { false, true })
  {
    for (const std::size_t padding : { 0U, 8U, 15U })
    {
      Series series;
      series.isWide = isWide;
      series.padding = padding;
      const auto scan = OpenScanFile(folder.Write("scan_1.ser", series.Bytes(Values<T>())));
      EXPECT_TRUE((scan->Shape() == Shape));
      EXPECT_EQ(scan->Header().storedType, name);
      for (const std::int64_t atOnce : { 1, 2, 5 })
      {
        EXPECT_EQ(ReadAll<T>(*scan, atOnce), Values<T>()) << name << ", offsets of 64 bits: " << isWide;
      }
    }
  }
}

TEST(TiaFormat, EveryTypeInBothSizesOfOffsets)
{
  ExpectReadsType<std::uint8_t>("uint8");
  ExpectReadsType<std::uint16_t>("uint16");
  ExpectReadsType<std::uint32_t>("uint32");
  ExpectReadsType<std::int8_t>("int8");
  ExpectReadsType<std::int16_t>("int16");
  ExpectReadsType<std::int32_t>("int32");
  ExpectReadsType<float>("float32");
  ExpectReadsType<double>("float64");
}

TEST(TiaFormat, RowsAreTurnedOverUnlessTheyAreToBeLeft)
{
  const TemporaryFolder folder;
  const auto            values = Values<std::uint16_t>();
  const std::string     path = folder.Write("scan_1.ser", Series().Bytes(values));
  const auto            turned = OpenScanFile(path);
  EXPECT_EQ(turned->Header().shapeSource, "header's dimensions");
  EXPECT_DOUBLE_EQ(turned->Header().scan.spacing[0], 4);
  EXPECT_DOUBLE_EQ(turned->Header().scan.spacing[1], 2);
  EXPECT_EQ(turned->Header().scan.unit, "nm");
  EXPECT_EQ(turned->Header().detector.unit, "1/nm");
  EXPECT_DOUBLE_EQ(turned->Header().detector.spacing[0], 0.3);
  EXPECT_DOUBLE_EQ(turned->Header().detector.spacing[1], 0.2);
  // The stored rows lie at -3, -2, ..., 2 steps; the highest is read first, downwards.
  EXPECT_DOUBLE_EQ(turned->Header().detector.offset[0], -0.6);
  EXPECT_DOUBLE_EQ(turned->Header().detector.offset[1], -0.4);
  ExpectMentions(turned->Header().notes.at(0), { "1/m" });
  ExpectMentions(turned->Header().notes.at(1), { "turned over" });

  ScanFileOptions options;
  options.noFlip = true;
  const auto stored = OpenScanFile(path, options);
  EXPECT_DOUBLE_EQ(stored->Header().detector.offset[0], -0.9);
  options.flipDetectorRows = true;
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), values);
  const auto rows = ReadAll<std::uint16_t>(*stored);
  EXPECT_TRUE(std::equal(rows.begin(), rows.begin() + 4, values.begin() + 20));
}

TEST(TiaFormat, PositionsSayWhichDimensionIsTheFaster)
{
  const TemporaryFolder folder;
  const auto            values = Values<std::uint16_t>();
  Series                series;
  series.dimensions = { { 3, 2e-9, "meters" }, { 5, 4e-9, "meters" } };
  series.isColumnFirst = true;
  const auto alongY = OpenScanFile(folder.Write("y.ser", series.Bytes(values)));
  EXPECT_TRUE((alongY->Shape() == Shape));
  EXPECT_EQ(ReadAll<std::uint16_t>(*alongY), values);
  EXPECT_DOUBLE_EQ(alongY->Header().scan.spacing[0], 2);
  EXPECT_DOUBLE_EQ(alongY->Header().scan.spacing[1], 4);

  Series untold;
  untold.hasPositions = false;
  const auto byRule = OpenScanFile(folder.Write("untold.ser", untold.Bytes(values)));
  EXPECT_TRUE((byRule->Shape() == Shape));
  ExpectMentions(byRule->Header().notes.at(0), { "No positions", "first is taken" });
}

TEST(TiaFormat, SeriesOfOneDimension)
{
  const TemporaryFolder folder;
  const auto            values = Values<std::uint16_t>();
  Series                series;
  series.dimensions = { { 15, 2e-9, "meters" } };
  const auto line = OpenScanFile(folder.Write("line.ser", series.Bytes(values)));
  EXPECT_TRUE((line->Shape() == fourdstem::ScanShape{ 1, 15, 6, 4 }));
  EXPECT_DOUBLE_EQ(line->Header().scan.spacing[1], 2);
  for (const std::vector<Series::Dimension> & dimensions :
       { std::vector<Series::Dimension>{ { 15, 1, "" } }, std::vector<Series::Dimension>{} })
  {
    series.dimensions = dimensions;
    const std::string path = folder.Write("series.ser", series.Bytes(values));
    ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5" });
    ScanFileOptions options;
    options.scanShape = { 3, 5 };
    const auto scan = OpenScanFile(path, options);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), values);
    EXPECT_EQ(scan->Header().scan.unit, "px");
  }
}

TEST(TiaFormat, ScansThatWereInterrupted)
{
  const TemporaryFolder folder;
  const auto            values = Values<std::uint16_t>();
  const std::string     path =
    folder.Write("scan.ser", Series().Bytes(std::vector<std::uint16_t>(values.begin(), values.begin() + 8 * 24)));
  ExpectMentions(ComplaintAbout(path), { "3 x 5 patterns are promised", "8 whole patterns", "1 whole scan row" });
  ScanFileOptions options;
  options.allowTruncated = true;
  const auto scan = OpenScanFile(path, options);
  auto       expected = values;
  expected.resize(5 * 24);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), expected);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 5), expected);
  ExpectMentions(scan->Header().notes.at(0), { "Of 15 images 8 were taken", "8 are there" });
  options.allowTruncated = false;
  options.scanShape = { 2, 4 };
  expected = values;
  expected.resize(8 * 24);
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), expected);
}

TEST(TiaFormat, ImagesInMetresAreNoPatterns)
{
  const TemporaryFolder folder;
  Series                series;
  series.stepX = 1e-10;
  series.stepY = 1e-10;
  const auto scan = OpenScanFile(folder.Write("scan.ser", series.Bytes(Values<std::uint8_t>())));
  EXPECT_EQ(scan->Header().detector.unit, "px");
  ExpectMentions(scan->Header().notes.at(0), { "1e-10", "not calibrated" });
}

TEST(TiaFormat, DamagedFilesAreRefused)
{
  const TemporaryFolder folder;
  const std::string     sound = Series().Bytes(Values<std::uint16_t>());
  const auto            refused = [&folder](const std::string & bytes, const std::vector<std::string> & words) {
    const std::string path = folder.Write("bad.ser", bytes);
    const std::string complaint = ComplaintAbout(path);
    ExpectMentions(complaint, words);
    EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
    EXPECT_LT(complaint.size(), 1000U);
  };
  const auto with = [&sound](std::size_t place, auto value) {
    std::string bytes = sound;
    Put(bytes, place, value);
    return bytes;
  };
  for (std::size_t size = 1; size < sound.size(); size += size < 200 ? 1 : 17)
  {
    const std::string complaint = ComplaintAbout(folder.Write("cut.ser", sound.substr(0, size)));
    const bool        isWhole = size + 24 >= sound.size();
    EXPECT_TRUE(isWhole || complaint.find("cut.ser: ") != std::string::npos) << size << ": " << complaint;
  }
  refused("II", { "named .ser but without TIA's signature" });
  refused(with(6, std::uint32_t{ 0x4120 }), { "16672 (spectra)", "16674" });
  refused(with(18, std::int32_t{ 0 }), { "0 of 15 were taken" });
  refused(with(18, std::int32_t{ -1 }), { "no images" });
  refused(with(18, std::int32_t{ 16 }), { "16 of 15" });
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(folder.Write("more.ser", with(14, std::int32_t{ 16 })))),
            Values<std::uint16_t>());
  refused(with(22, std::uint32_t{ 0xFFFFFFFF }), { "is cut off", "60 are said to be at offset 4294967295" });
  refused(with(26, std::uint32_t{ 0xFFFFFFFF }), { "4294967295 dimensions" });
  refused(with(54, std::uint32_t{ 0x7FFFFFFF }), { "cut off inside its header" });
  const std::size_t offsets = 30 + 2 * (4 + 8 + 8 + 4 + 4 + 8 + 4 + 6);
  refused(with(offsets + 8, std::uint32_t{ 5 }), { "do not lie in equal distances", "from number 2 to 3" });
  const std::size_t first = offsets + 120;
  refused(with(first + 40, std::int16_t{ 9 }), { "pixels of type 9", "1 to 8" });
  refused(with(first + 42, std::int32_t{ 5 }), { "first and its last image differ" });
  std::string wide = with(first + 42, std::int32_t{ 0x7FFFFFFF });
  Put(wide, first + 14 * 122 + 42, std::int32_t{ 0x7FFFFFFF });
  refused(wide, { "is cut off or damaged" });
}

TEST(TiaFormat, PlacesOutsideTheFileAreRefused)
{
  const TemporaryFolder folder;
  Series                series;
  series.isWide = true;
  const std::string whole = series.Bytes(Values<std::uint16_t>());
  const std::size_t placeOfOffsets = 22;
  std::uint64_t     offsets = 0;
  std::memcpy(&offsets, whole.data() + placeOfOffsets, sizeof(offsets));
  for (const std::int64_t offset :
       { std::numeric_limits<std::int64_t>::min() + 314, std::int64_t{ -1 }, std::int64_t{ 1 } << 40 })
  {
    std::string bytes = whole;
    Put(bytes, offsets + 8, offset);
    ExpectMentions(ComplaintAbout(folder.Write("scan.ser", bytes)),
                   { "scan.ser", offset < 0 ? "is cut off or damaged" : "equal distances" });
  }
}

TEST(TiaFormat, DamagedFilesNeverCrash)
{
  const TemporaryFolder folder;
  std::mt19937          random(23);
  const auto            draw = [&random](std::size_t most) { return random() % most; };
  int                   opened = 0;
  for (int i = 0; i < 400; ++i)
  {
    Series series;
    series.isWide = i % 2 == 0;
    std::string bytes = series.Bytes(Values<std::uint16_t>());
    for (std::size_t change = draw(4); change < 4; ++change)
    {
      bytes[draw(2) == 0 ? draw(300) : draw(bytes.size())] = static_cast<char>(draw(256));
    }
    try
    {
      const auto              scan = OpenScanFile(folder.Write("damaged.ser", bytes));
      fourdstem::PatternLease lease;
      EXPECT_NE(scan->Read(scan->Shape().ry - 1, 0, 1, lease).data, nullptr);
      ++opened;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("damaged.ser"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(opened, 50);
}
} // namespace
