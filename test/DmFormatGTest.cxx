// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DmFixtures.h"
#include "RealData.h"
#include "Sha256.h"

namespace
{
using namespace dm;
using fourdstem::DmOrder;
using fourdstem::OpenScanFile;
using fourdstem::ScanChoiceNeeded;
using fourdstem::ScanFileOptions;

constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

const std::vector<Axis> PatternAxes = { { 2.F, 0.5F, u"1/nm" },
                                        { 3.F, 0.25F, u"1/nm" },
                                        { 0.F, 2.F, u"nm" },
                                        { 1.F, 0.004F, u"\u00B5m" } };

std::vector<Axis>
ImageAxes()
{
  return { PatternAxes[2], PatternAxes[3], PatternAxes[0], PatternAxes[1] };
}

/** Values of which each type needs all its bytes. */
template <typename T>
std::vector<T>
Values(const fourdstem::ScanShape & shape = Shape)
{
  auto values = CountingScan<T>(shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>(values[i] * (sizeof(T) > 1 ? 271 : 1));
  }
  return values;
}

std::string
FileOf(const TagWriter & writer, const std::vector<std::string> & images, const std::vector<std::string> & others = {})
{
  std::vector<std::string> tags = { writer.Number("InImageMode", std::int32_t{ 1 }),
                                    writer.Group("ImageList", images) };
  tags.insert(tags.end(), others.begin(), others.end());
  return writer.File(tags);
}

template <typename T>
void
ExpectReadsType(const std::string & name)
{
  const TemporaryFolder folder;
  for (const int version : { 3, 4 })
  {
    for (const bool isBig : { false, true })
    {
      const TagWriter   writer(version, isBig);
      const std::string path =
        folder.Write("scan.dm" + std::to_string(version),
                     FileOf(writer,
                            { Thumbnail(writer),
                              Image(writer, { 4, 6, 5, 3 }, Values<T>(), PatternAxes, { Swapped(writer, true) }) }));
      const auto scan = OpenScanFile(path);
      EXPECT_TRUE((scan->Shape() == Shape));
      EXPECT_EQ(ReadAll<T>(*scan), Values<T>()) << name << " of version " << version;
      EXPECT_EQ(scan->Header().storedType, name);
      EXPECT_EQ(scan->Header().format, "Gatan DM" + std::to_string(version));
      EXPECT_EQ(scan->Header().dataSet, "ImageList.2");
      EXPECT_TRUE(scan->Header().notes.empty());
    }
  }
}

TEST(DmFormat, EveryTypeInBothVersionsAndByteOrders)
{
  ExpectReadsType<std::uint8_t>("uint8");
  ExpectReadsType<std::int8_t>("int8");
  ExpectReadsType<std::uint16_t>("uint16");
  ExpectReadsType<std::int16_t>("int16");
  ExpectReadsType<std::uint32_t>("uint32");
  ExpectReadsType<std::int32_t>("int32");
  ExpectReadsType<float>("float32");
  ExpectReadsType<double>("float64");
}

TEST(DmFormat, CalibrationOfScanAndDetectorWithOrigins)
{
  const TemporaryFolder folder;
  const TagWriter       writer(4);
  const std::string     microscope =
    writer.Group("Microscope Info", { writer.Number("Voltage", 3e5F), writer.Number("STEM Camera Length", 230.F) });
  for (const bool isSwapped : { true, false })
  {
    const auto values = isSwapped ? Values<std::uint16_t>() : AsImages(Shape, Values<std::uint16_t>());
    const auto extents =
      isSwapped ? std::vector<std::uint32_t>{ 4, 6, 5, 3 } : std::vector<std::uint32_t>{ 5, 3, 4, 6 };
    const auto   scan = OpenScanFile(folder.Write("scan.dm4",
                                                FileOf(writer,
                                                       { Image(writer,
                                                               extents,
                                                               values,
                                                               isSwapped ? PatternAxes : ImageAxes(),
                                                               { Swapped(writer, isSwapped), microscope }) })));
    const auto & header = scan->Header();
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Values<std::uint16_t>());
    EXPECT_EQ(header.scan.unit, "nm");
    EXPECT_FLOAT_EQ(static_cast<float>(header.scan.spacing[0]), 4.F);
    EXPECT_FLOAT_EQ(static_cast<float>(header.scan.offset[0]), -4.F);
    EXPECT_EQ(header.scan.spacing[1], 2);
    EXPECT_EQ(header.scan.offset[1], 0);
    EXPECT_EQ(header.detector.unit, "1/nm");
    EXPECT_EQ(header.detector.spacing[0], 0.25);
    EXPECT_EQ(header.detector.offset[0], -0.75);
    EXPECT_EQ(header.detector.spacing[1], 0.5);
    EXPECT_EQ(header.detector.offset[1], -1);
    EXPECT_EQ(header.detector.source, "Calibrations.Dimension");
    EXPECT_EQ(header.metadata.at("HighVoltage_V"), "300000");
    EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.23");
    EXPECT_EQ(header.metadata.at("Title"), "a scan, 2 \xC2\xB5m");
    EXPECT_TRUE(header.notes.empty());
  }
}

TEST(DmFormat, UnitsThatAreNotUsedAreNoted)
{
  const TemporaryFolder folder;
  const TagWriter       writer(3);
  const auto            header = [&](const std::vector<Axis> & axes) {
    return OpenScanFile(
             folder.Write(
               "scan.dm3",
               FileOf(writer,
                      { Image(writer, { 4, 6, 5, 3 }, Values<std::uint8_t>(), axes, { Swapped(writer, true) }) })))
      ->Header();
  };
  const auto angles = header({ { 0, 0.5F, u"mrad" }, { 0, 0.25F, u"mrad" }, { 0, 1.F, u"\u00C5" }, { 0, 2.F, u"A" } });
  EXPECT_EQ(angles.detector.unit, "mrad");
  EXPECT_EQ(angles.detector.spacing[1], 0.5);
  EXPECT_EQ(angles.scan.unit, "nm");
  EXPECT_DOUBLE_EQ(angles.scan.spacing[0], 0.2);
  EXPECT_TRUE(angles.notes.empty());

  const auto odd = header({ { 0, 0.5F, u"mrad" }, { 0, 0.25F, u"1/nm" }, { 0, 0.F, u"nm" }, { 0, 2.F, u"nm" } });
  EXPECT_EQ(odd.detector.unit, "px");
  EXPECT_EQ(odd.detector.spacing[0], 1);
  EXPECT_EQ(odd.scan.unit, "px");
  ASSERT_EQ(odd.notes.size(), 2U);
  ExpectMentions(odd.notes[0], { "detector", "0.25 '1/nm'", "0.5 'mrad'", "not used" });
  ExpectMentions(odd.notes[1], { "scan", "steps of 2 'nm' and 0 'nm'" });

  const auto none = header({});
  EXPECT_EQ(none.detector.source, "");
  EXPECT_TRUE(none.notes.empty());
}

/** A file whose order of axes no tag says. */
std::string
Untagged(const std::vector<std::uint32_t> & extents,
         const std::vector<std::uint16_t> & values,
         const std::vector<Axis> &          axes)
{
  const TagWriter writer(4);
  return FileOf(writer, { Image(writer, extents, values, axes) });
}

TEST(DmFormat, UnitsSayTheOrderOfAxesWhereNoTagDoes)
{
  const TemporaryFolder folder;
  const auto            values = Values<std::uint16_t>();
  const auto            patterns = OpenScanFile(folder.Write("a.dm4", Untagged({ 4, 6, 5, 3 }, values, PatternAxes)));
  EXPECT_TRUE((patterns->Shape() == Shape));
  EXPECT_EQ(ReadAll<std::uint16_t>(*patterns), values);
  ASSERT_EQ(patterns->Header().notes.size(), 1U);
  ExpectMentions(patterns->Header().notes[0], { "patterns", "'1/nm' and 'nm'", "--dm-order" });

  const auto images =
    OpenScanFile(folder.Write("b.dm4", Untagged({ 5, 3, 4, 6 }, AsImages(Shape, values), ImageAxes())));
  EXPECT_TRUE((images->Shape() == Shape));
  EXPECT_EQ(ReadAll<std::uint16_t>(*images), values);
  ExpectMentions(images->Header().notes.at(0), { "images", "'nm' and '1/nm'" });
}

TEST(DmFormat, AnOrderOfAxesThatNothingSaysIsAskedFor)
{
  const TemporaryFolder folder;
  const auto            values = Values<std::uint16_t>();
  const Axis            length{ 0, 1, u"nm" };
  for (const std::vector<Axis> & axes : { std::vector<Axis>{}, std::vector<Axis>(4, length) })
  {
    const std::string path = folder.Write("scan.dm4", Untagged({ 4, 6, 5, 3 }, values, axes));
    try
    {
      OpenScanFile(path);
      FAIL() << "guessed";
    }
    catch (const ScanChoiceNeeded & choice)
    {
      EXPECT_EQ(choice.Choice(), "axis order");
      ASSERT_EQ(choice.Candidates().size(), 2U);
      EXPECT_EQ(choice.Candidates()[0].value, "patterns");
      EXPECT_EQ(choice.Candidates()[0].about, "3 x 5 positions of 6 x 4 pixels");
      EXPECT_EQ(choice.Candidates()[1].value, "images");
      EXPECT_EQ(choice.Candidates()[1].about, "6 x 4 positions of 3 x 5 pixels");
      ExpectMentions(choice.what(), { "--dm-order", path });
    }
    ScanFileOptions options;
    options.dmOrder = DmOrder::Patterns;
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), values);
    options.dmOrder = DmOrder::Images;
    const auto images = OpenScanFile(path, options);
    EXPECT_TRUE((images->Shape() == fourdstem::ScanShape{ 6, 4, 3, 5 }));
    EXPECT_EQ(AsImages(images->Shape(), ReadAll<std::uint16_t>(*images)), values);
  }
}

TEST(DmFormat, TheOptionGoesBeforeTheTagAndTheTagBeforeUnits)
{
  const TemporaryFolder folder;
  const TagWriter       writer(4);
  const std::string     path = folder.Write(
    "scan.dm4",
    FileOf(writer,
           { Image(writer, { 5, 3, 4, 6 }, Values<std::uint16_t>(), PatternAxes, { Swapped(writer, false) }) }));
  const auto byTag = OpenScanFile(path);
  EXPECT_TRUE((byTag->Shape() == Shape));
  ExpectMentions(byTag->Header().notes.at(0), { "images", "by the tag Data Order Swapped, against" });

  ScanFileOptions options;
  options.dmOrder = DmOrder::Patterns;
  const auto byOption = OpenScanFile(path, options);
  EXPECT_TRUE((byOption->Shape() == fourdstem::ScanShape{ 6, 4, 3, 5 }));
  ExpectMentions(byOption->Header().notes.at(0), { "given as patterns", "images" });

  ExpectMentions(ComplaintAbout(folder.Write("scan.raw", std::string(66560, '\0')), options), { "--dm-order" });
}

TEST(DmFormat, ImagesOfThePixelsAreGatheredInRunsAndRows)
{
  const TemporaryFolder          folder;
  constexpr fourdstem::ScanShape shape{ 4, 3, 2, 70 };
  const TagWriter                writer(4);
  const auto                     values = Values<float>(shape);
  const std::string              path = folder.Write(
    "scan.dm4",
    FileOf(writer, { Image(writer, { 3, 4, 70, 2 }, AsImages(shape, values), {}, { Swapped(writer, false) }) }));
  for (const std::int64_t atOnce : { 1, 2, 3 })
  {
    EXPECT_EQ(ReadAll<float>(*OpenScanFile(path), atOnce), values);
  }
  ScanFileOptions options;
  options.scanShape = { 2, 6 };
  const auto other = OpenScanFile(path, options);
  EXPECT_TRUE((other->Shape() == fourdstem::ScanShape{ 2, 6, 2, 70 }));
  EXPECT_EQ(ReadAll<float>(*other), values);
  options.scanShape = { 5, 2 };
  ExpectMentions(ComplaintAbout(path, options), { "5 x 2", "12 patterns" });
}

TEST(DmFormat, LinesAndSinglePositions)
{
  const TemporaryFolder folder;
  const TagWriter       writer(4);
  for (const fourdstem::ScanShape & shape :
       { fourdstem::ScanShape{ 1, 7, 2, 3 }, fourdstem::ScanShape{ 7, 1, 3, 2 }, fourdstem::ScanShape{ 1, 1, 5, 4 } })
  {
    const auto values = Values<std::uint16_t>(shape);
    const auto extent = [](std::int64_t number) { return static_cast<std::uint32_t>(number); };
    for (const bool isSwapped : { true, false })
    {
      const auto q = std::vector<std::uint32_t>{ extent(shape.qx), extent(shape.qy) };
      const auto r = std::vector<std::uint32_t>{ extent(shape.rx), extent(shape.ry) };
      auto       extents = isSwapped ? q : r;
      extents.insert(extents.end(), isSwapped ? r.begin() : q.begin(), isSwapped ? r.end() : q.end());
      extents.push_back(1);
      const auto scan = OpenScanFile(folder.Write(
        "scan.dm4",
        FileOf(
          writer,
          { Image(
            writer, extents, isSwapped ? values : AsImages(shape, values), {}, { Swapped(writer, isSwapped) }) })));
      EXPECT_TRUE((scan->Shape() == shape));
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan), values);
    }
  }
}

TEST(DmFormat, StacksAreAskedForTheirShape)
{
  const TemporaryFolder folder;
  const TagWriter       writer(3);
  const auto            values = Values<std::int16_t>();
  const std::string     path = folder.Write(
    "stack.dm3", FileOf(writer, { Image(writer, { 4, 6, 15 }, values, { PatternAxes[0], PatternAxes[1], {} }) }));
  ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5", "5x3" });
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  const auto scan = OpenScanFile(path, options);
  EXPECT_EQ(ReadAll<std::int16_t>(*scan), values);
  EXPECT_EQ(scan->Header().detector.spacing[0], 0.25);
  EXPECT_EQ(scan->Header().scan.unit, "px");
}

TEST(DmFormat, TitanXStacksHaveTheirShapeInTheTagsAndLieTwoPositionsLate)
{
  const TemporaryFolder folder;
  const TagWriter       writer(4);
  const auto            values = Values<std::uint16_t>();
  const std::string     shapeTags = writer.Group(
    "4D STEM Tags",
    { writer.Number("Scan shape X", std::uint32_t{ 5 }), writer.Number("Scan shape Y", std::uint32_t{ 3 }) });
  const std::string path =
    folder.Write("stack.dm4", FileOf(writer, { Image(writer, { 4, 6, 15 }, values, {}, { shapeTags }) }));
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE((scan->Shape() == Shape));
  EXPECT_EQ(scan->Header().shapeSource, "4D STEM Tags");
  ExpectMentions(scan->Header().notes.at(0), { "two positions", "TitanX" });
  const auto read = ReadAll<std::uint16_t>(*scan);
  for (std::size_t position = 0; position < 15; ++position)
  {
    const std::size_t stored = position / 5 * 5 + (position % 5 + 2) % 5;
    EXPECT_TRUE(std::equal(read.begin() + static_cast<std::ptrdiff_t>(position * 24),
                           read.begin() + static_cast<std::ptrdiff_t>(position * 24 + 24),
                           values.begin() + static_cast<std::ptrdiff_t>(stored * 24)))
      << position;
  }
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), values);
}

TEST(DmFormat, TheImageIsChosenByItsAxesAndType)
{
  const TemporaryFolder folder;
  const TagWriter       writer(4);
  const auto            values = Values<std::uint16_t>();
  const auto            scan = Image(writer, { 4, 6, 5, 3 }, values, {}, { Swapped(writer, true) });
  const auto            survey = Image(writer, { 5, 3, 2 }, std::vector<float>(30, 1.F));
  const auto            complex = Image(writer, { 4, 6, 5, 3 }, std::vector<float>(720), {}, {}, 3);
  const auto            small = writer.Group("Thumbnails", { writer.Group("", { writer.Number("ImageIndex", 0U) }) });
  EXPECT_EQ(
    OpenScanFile(folder.Write("a.dm4", FileOf(writer, { Thumbnail(writer), survey, complex, scan })))->Header().dataSet,
    "ImageList.4");
  EXPECT_EQ(OpenScanFile(folder.Write("b.dm4", FileOf(writer, { scan, scan }, { small })))->Header().dataSet,
            "ImageList.2");

  const std::string two = folder.Write("two.dm4", FileOf(writer, { scan, survey, scan }));
  ExpectMentions(ComplaintAbout(two), { "which image", "ImageList.1 ((3, 5, 6, 4))", "ImageList.3" });
  ScanFileOptions options;
  options.dataSet = "ImageList.3";
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(two, options)), values);
  options.dataSet = "ImageList.4";
  ExpectMentions(ComplaintAbout(two, options), { "no image ImageList.4", "found: ImageList.1 (3, 5, 6, 4)" });

  const auto format =
    writer.Group("Meta Data", { writer.Text("Format", u"Spectrum image"), writer.Number("Data Order Swapped", true) });
  const auto spectra = Image(writer, { 4, 6, 360 }, std::vector<std::uint8_t>(8640), {}, { format });
  const auto ofFourAxes = Image(writer, { 4, 6, 5, 3 }, values, {}, { format });
  EXPECT_EQ(OpenScanFile(folder.Write("four.dm4", FileOf(writer, { spectra, ofFourAxes })))->Header().dataSet,
            "ImageList.2");
  ExpectMentions(
    ComplaintAbout(folder.Write(
      "none.dm4",
      FileOf(writer, { Thumbnail(writer), spectra, complex, Image(writer, { 5, 3 }, std::vector<float>(15)) }))),
    { "no image of 4 axes", "DataType 23 (colours)", "a spectrum image", "DataType 3 (complex numbers)", "of 2 axes" });
  ExpectMentions(ComplaintAbout(folder.Write("empty.dm4", writer.File({}))), { "there are no images" });
}

TEST(DmFormat, RealFileOfGatan)
{
  SKIP_WITHOUT_REAL_FILE(path, "ref_T_0_2.dm4");
  ExpectMentions(ComplaintAbout(path), { "3 patterns", "1x3", "3x1" });
  ScanFileOptions options;
  options.scanShape = { 1, 3 };
  const auto scan = OpenScanFile(path, options);
  for (const std::int64_t atOnce : { 1, 2, 3 })
  {
    EXPECT_EQ(Sha256(BytesOf(ReadAll<float>(*scan, atOnce))),
              "ebfcf5bd6ced82bc1fc16a62422dc006fdd5afca15a51143159c43ed65392ed6");
  }
}
} // namespace
