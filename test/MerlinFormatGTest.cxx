// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MerlinFixtures.h"

#include "itkFourDSTEMImageIO.h"

#include "itkImageFileReader.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fourdstem::ScanShape;

const ScanShape Shape{ 3, 5, 6, 4 };

std::string
ShapeHdr()
{
  return MerlinHdrText({ { "ScanX", "5" }, { "ScanY", "3" } });
}

bool
HasNote(const fourdstem::ScanFile & scan, const std::string & part)
{
  const auto & notes = scan.Header().notes;
  return std::any_of(
    notes.begin(), notes.end(), [&part](const std::string & note) { return note.find(part) != std::string::npos; });
}

/** Values that use all bits of the type. */
template <typename T>
std::vector<T>
RandomScan(std::int64_t size, std::uint32_t most = std::numeric_limits<T>::max())
{
  std::mt19937                                 random(11);
  std::uniform_int_distribution<std::uint32_t> distribution(0, most);
  std::vector<T>                               values(static_cast<std::size_t>(size));
  std::generate(values.begin(), values.end(), [&] { return static_cast<T>(distribution(random)); });
  return values;
}

template <typename T>
void
ExpectReads(const std::string & type, int depth)
{
  const TemporaryFolder folder;
  const auto            values = RandomScan<T>(Shape.Positions() * Shape.PatternPixels());
  MerlinWriter          writer;
  writer.type = type;
  writer.depth = depth;
  folder.Write("scan.hdr", ShapeHdr());
  folder.Write("scan.mib", writer.File(MerlinFramesOf(values, Shape.PatternPixels())));
  for (const char * name : { "scan.mib", "scan.hdr" })
  {
    const auto scan = OpenScanFile(folder.Path(name));
    EXPECT_TRUE(scan->Shape() == Shape);
    EXPECT_EQ(scan->Header().shapeSource, "ScanX, ScanY");
    EXPECT_EQ(scan->Header().metadata.at("CounterDepth_bits"), std::to_string(depth));
    EXPECT_EQ(scan->Header().storedByteOrder == fourdstem::ByteOrder::Big, sizeof(T) > 1);
    for (const std::int64_t atOnce : { 1, 2, 5 })
    {
      EXPECT_EQ(ReadAll<T>(*scan, atOnce), RowsTurnedOver(values, 6, 4)) << name;
    }
    EXPECT_TRUE(HasNote(*scan, "turned over"));
    ScanFileOptions options;
    options.noFlip = true;
    EXPECT_EQ(ReadAll<T>(*OpenScanFile(folder.Path(name), options)), values) << name;
    EXPECT_TRUE(HasNote(*OpenScanFile(folder.Path(name), options), "--no-flip"));
    EXPECT_FALSE(HasNote(*OpenScanFile(folder.Path(name), options), "turned over"));
  }
}

TEST(MerlinFormat, EveryPixelTypeFromEitherFile)
{
  ExpectReads<std::uint8_t>("U08", 6);
  ExpectReads<std::uint16_t>("U16", 12);
  ExpectReads<std::uint32_t>("U32", 24);
}

TEST(MerlinFormat, OneBitIsStoredInBytes)
{
  const TemporaryFolder folder;
  const auto            values = RandomScan<std::uint8_t>(3 * 5 * 24, 1);
  MerlinWriter          writer;
  writer.depth = 1;
  folder.Write("scan.hdr", ShapeHdr());
  const auto scan = OpenScanFile(folder.Write("scan.mib", writer.File(MerlinFramesOf(values, 24))));
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan), RowsTurnedOver(values, 6, 4));
}

TEST(MerlinFormat, LayoutsWithLongerHeadersAndGaps)
{
  struct Layout
  {
    const char * name;
    std::int64_t chips;
    std::int64_t headerBytes;
    std::int64_t height;
    std::int64_t width;
  };
  for (const Layout & layout : { Layout{ "   1x1", 1, 384, 256, 256 },
                                 Layout{ "   2x2", 4, 768, 512, 512 },
                                 Layout{ "  2x2G", 4, 768, 514, 514 },
                                 Layout{ "   Nx1", 4, 1024, 256, 1024 },
                                 Layout{ "  Nx1G", 4, 4096, 256, 1030 } })
  {
    const TemporaryFolder folder;
    const auto            values = RandomScan<std::uint16_t>(2 * layout.height * layout.width);
    MerlinWriter          writer;
    writer.type = "U16";
    writer.depth = 12;
    writer.layout = layout.name;
    writer.chips = layout.chips;
    writer.headerBytes = layout.headerBytes;
    writer.height = layout.height;
    writer.width = layout.width;
    ScanFileOptions options;
    options.scanShape = { 2, 1 };
    const auto scan = OpenScanFile(
      folder.Write("scan.mib", writer.File(MerlinFramesOf(values, layout.height * layout.width))), options);
    EXPECT_TRUE((scan->Shape() == ScanShape{ 2, 1, layout.height, layout.width })) << layout.name;
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), RowsTurnedOver(values, layout.height, layout.width)) << layout.name;
    EXPECT_EQ(scan->Header().metadata.at("CounterDepth_bits"), "12");
  }
}

/** Raw frames of `rows` rows a chip in a scan of 2 x 3, whose header says `width` columns. */
template <typename T>
void
ExpectReadsRaw(int depth, bool isQuad, std::int64_t rows, std::int64_t width)
{
  const TemporaryFolder folder;
  const ScanShape       shape{ 2, 3, isQuad ? 2 * rows : rows, isQuad ? 512 : 256 };
  const auto            values = RandomScan<T>(6 * shape.PatternPixels(), (1U << static_cast<unsigned int>(depth)) - 1);
  MerlinWriter          writer;
  writer.type = "R64";
  writer.depth = depth;
  writer.layout = isQuad ? "   2x2" : "   1x1";
  writer.chips = isQuad ? 4 : 1;
  writer.headerBytes = isQuad ? 768 : 384;
  writer.height = rows;
  writer.width = width;
  std::vector<std::string> frames;
  for (auto begin = values.begin(); begin != values.end(); begin += shape.PatternPixels())
  {
    frames.push_back(MerlinRawFrame(MerlinImage(begin, begin + shape.PatternPixels()), depth, isQuad));
  }
  folder.Write("scan.hdr", MerlinHdrText(6, 3));
  const auto scan = OpenScanFile(folder.Write("scan.mib", writer.File(frames)));
  EXPECT_TRUE(scan->Shape() == shape);
  EXPECT_EQ(ReadAll<T>(*scan), RowsTurnedOver(values, shape.qy, shape.qx)) << depth << ' ' << isQuad;
  ScanFileOptions options;
  options.noFlip = true;
  EXPECT_EQ(ReadAll<T>(*OpenScanFile(folder.Path("scan.hdr"), options)), values) << depth << ' ' << isQuad;
}

TEST(MerlinFormat, RawFramesOfOneChip)
{
  for (const std::int64_t rows : { 256, 100 })
  {
    ExpectReadsRaw<std::uint8_t>(1, false, rows, 256);
    ExpectReadsRaw<std::uint8_t>(6, false, rows, 256);
    ExpectReadsRaw<std::uint16_t>(12, false, rows, 256);
    ExpectReadsRaw<std::uint32_t>(24, false, rows, 512);
    ExpectReadsRaw<std::uint32_t>(24, false, rows, 256);
  }
}

TEST(MerlinFormat, RawFramesOfFourChips)
{
  for (const std::int64_t rows : { 256, 30 })
  {
    ExpectReadsRaw<std::uint8_t>(1, true, rows, 1024);
    ExpectReadsRaw<std::uint8_t>(6, true, rows, 1024);
    ExpectReadsRaw<std::uint16_t>(12, true, rows, 1024);
    ExpectReadsRaw<std::uint32_t>(24, true, rows, 2048);
    ExpectReadsRaw<std::uint32_t>(24, true, rows, 1024);
  }
}

TEST(MerlinFormat, RawFramesInTheWordsOfTheFormat)
{
  const TemporaryFolder folder;
  MerlinWriter          writer;
  writer.type = "R64";
  writer.depth = 12;
  writer.width = 256;
  writer.height = 2;
  ScanFileOptions options;
  options.scanShape = { 1, 1 };
  options.noFlip = true;
  std::string pixels(1024, '\0');
  pixels[7] = 5; // the last two bytes of a word are its first pixel
  pixels[0] = 1; // the first two its fourth
  const auto twelve = ReadAll<std::uint16_t>(*OpenScanFile(folder.Write("12.mib", writer.File({ pixels })), options));
  EXPECT_EQ(twelve[0], 5);
  EXPECT_EQ(twelve[3], 256);
  writer.depth = 1;
  writer.height = 32;
  const auto one = ReadAll<std::uint8_t>(*OpenScanFile(folder.Write("1.mib", writer.File({ pixels })), options));
  EXPECT_EQ(std::vector<std::uint8_t>(one.begin(), one.begin() + 4), (std::vector<std::uint8_t>{ 1, 0, 1, 0 }));
  EXPECT_EQ(one[56], 1); // bit 0 of byte 0: column block 7
  EXPECT_EQ(std::count(one.begin(), one.end(), 1), 3);
  writer.depth = 24;
  writer.height = 1;
  const auto both = ReadAll<std::uint32_t>(*OpenScanFile(folder.Write("24.mib", writer.File({ pixels })), options));
  EXPECT_EQ(both[0], 5U << 12U);
  EXPECT_EQ(both[3], 256U << 12U);
}

TEST(MerlinFormat, WhatIsNotKnownOfRawFramesIsSaid)
{
  const TemporaryFolder folder;
  ScanFileOptions       options;
  options.scanShape = { 1, 1 };
  MerlinWriter writer;
  writer.type = "R64";
  writer.width = 1024;
  writer.height = 256;
  writer.chips = 4;
  writer.layout = "  2x2G";
  writer.headerBytes = 768;
  std::string pixels(std::size_t{ 1024 } * 256, '\1');
  const auto  gap = OpenScanFile(folder.Write("gap.mib", writer.File({ pixels })), options);
  EXPECT_EQ(gap->Shape().qx, 512);
  EXPECT_TRUE(HasNote(*gap, "without a gap"));
  writer.depth = 24;
  pixels.append(std::size_t{ 1024 } * 256 * 3, '\1');
  EXPECT_TRUE(
    HasNote(*OpenScanFile(folder.Write("24.mib", writer.File({ pixels })), options), "no file was there to confirm"));

  const auto complaint = [&] { return ComplaintAbout(folder.Write("raw.mib", writer.File({ pixels })), options); };
  writer.layout = "   Nx1";
  ExpectMentions(complaint(), { "raw.mib", "R64", "Nx1", "known are those of one chip or 2x2" });
  writer.layout = "   2x2";
  writer.width = 512;
  ExpectMentions(complaint(), { "512 x 256", "256 columns" });
  writer.width = 1024;
  writer.chips = 3;
  ExpectMentions(complaint(), { "3 chips" });
  writer.chips = 4;
  writer.depth = 8;
  ExpectMentions(complaint(), { "1, 6, 12 or 24 bits" });
}

TEST(MerlinFormat, HeadersOfOldSoftwareTakeTheDepthFromTheHdr)
{
  const TemporaryFolder folder;
  const auto            values = RandomScan<std::uint16_t>(4 * 256, 4095);
  MerlinWriter          writer;
  writer.type = "R64";
  writer.width = 256;
  writer.height = 4;
  writer.hasSecondPart = false;
  const std::string mib =
    folder.Write("old.mib", writer.File({ MerlinRawFrame(MerlinImage(values.begin(), values.end()), 12, false) }));
  ScanFileOptions options;
  options.scanShape = { 1, 1 };
  ExpectMentions(ComplaintAbout(mib, options), { "old.mib", "1, 6, 12 or 24" });
  folder.Write("old.hdr", MerlinHdrText({ { "Counter Depth (number)", "12" } }));
  const auto scan = OpenScanFile(mib, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), RowsTurnedOver(values, 4, 256));
  EXPECT_EQ(scan->Header().metadata.at("Timestamp"), "2026-03-25 12:00:00.000000");
  EXPECT_EQ(scan->Header().metadata.at("ExposureTime_ms"), "1");
}

TEST(MerlinFormat, TellsWhatTheHeadersSay)
{
  const TemporaryFolder folder;
  folder.Write("scan.hdr",
               MerlinHdrText({ { "ScanX", " 5" },
                               { "ScanY", "3" },
                               { "Thresholds (keV)", "4.0E+1,5.11E+2" },
                               { "Gap Fill Mode", "Distribute" },
                               { "Software Version", "0.76.1.101" },
                               { "Sensor Bias (V)", "120 V" } }));
  const auto   scan = OpenScanFile(folder.Write("scan.mib", MerlinWriter().Numbered(15)));
  const auto & header = scan->Header();
  EXPECT_EQ(header.format, "Merlin");
  EXPECT_EQ(header.storedType, "uint8");
  EXPECT_EQ(header.fileSize, 15 * (384 + 24));
  EXPECT_EQ(header.scan.unit, "px");
  EXPECT_EQ(header.detector.source, "");
  EXPECT_EQ(header.metadata.at("ExposureTime_ms"), "1");
  EXPECT_EQ(header.metadata.at("Timestamp"), "2026-03-25T12:00:00.000000000Z");
  EXPECT_EQ(header.metadata.at("Thresholds_keV"), "4.0E+1,5.11E+2");
  EXPECT_EQ(header.metadata.at("GapFillMode"), "Distribute");
  EXPECT_EQ(header.metadata.at("SoftwareVersion"), "0.76.1.101");
  EXPECT_EQ(header.otherFiles, std::vector<std::string>{ folder.Path("scan.hdr") });
  const auto byHdr = OpenScanFile(folder.Path("scan.hdr"));
  EXPECT_EQ(byHdr->Header().dataFile, folder.Path("scan.mib"));
}

TEST(MerlinFormat, OptionsApplyToTheTurnedPattern)
{
  const TemporaryFolder folder;
  const auto            values = RandomScan<std::uint8_t>(3 * 5 * 24);
  folder.Write("scan.hdr", ShapeHdr());
  const std::string mib = folder.Write("scan.mib", MerlinWriter().File(MerlinFramesOf(values, 24)));
  const auto        stored = [&values](std::int64_t ry, std::int64_t rx, std::int64_t qy, std::int64_t qx) {
    return values[static_cast<std::size_t>(((ry * 5 + rx) * 6 + qy) * 4 + qx)];
  };
  ScanFileOptions options;
  options.flipDetectorRows = true;
  EXPECT_EQ(ReadAll<std::uint8_t>(*OpenScanFile(mib, options)), values);
  options.transposeDetector = true;
  options.flipDetectorRows = false;
  options.flipScanColumns = true;
  options.region = fourdstem::ScanRegion{ 1, 2, 2, 3 };
  const auto scan = OpenScanFile(mib, options);
  EXPECT_TRUE((scan->Shape() == ScanShape{ 2, 3, 4, 6 }));
  const auto read = ReadAll<std::uint8_t>(*scan);
  for (const std::int64_t qy : { 0, 3 })
  {
    for (const std::int64_t qx : { 0, 5 })
    {
      EXPECT_EQ(read[static_cast<std::size_t>(((1 * 3 + 2) * 4 + qy) * 6 + qx)], stored(2, 0, 5 - qx, qy));
    }
  }
}

TEST(MerlinFormat, NoFlipIsRefusedWhereNothingIsTurnedOver)
{
  const TemporaryFolder folder;
  const std::string     raw = folder.Write("scan_x2_y1.raw", std::string(2 * 66560, '\0'));
  ScanFileOptions       options;
  options.noFlip = true;
  ExpectMentions(ComplaintAbout(raw, options), { "scan_x2_y1.raw", "--no-flip" });
}

TEST(MerlinFormat, StreamsIntoItkAsItReadsWhole)
{
  const TemporaryFolder folder;
  const auto            values = RandomScan<std::uint16_t>(3 * 5 * 24);
  MerlinWriter          writer;
  writer.type = "U16";
  folder.Write("scan.hdr", ShapeHdr());
  folder.Write("scan.mib", writer.File(MerlinFramesOf(values, 24)));
  using Image = itk::Image<std::uint16_t, 4>;
  for (const bool noFlip : { false, true })
  {
    const auto reader = itk::ImageFileReader<Image>::New();
    const auto io = itk::FourDSTEMImageIO::New();
    io->SetNoFlip(noFlip);
    reader->SetImageIO(io);
    reader->SetFileName(folder.Path("scan.hdr"));
    reader->UpdateOutputInformation();
    std::vector<std::uint16_t> read;
    for (const int row : { 0, 1, 2 })
    {
      auto region = reader->GetOutput()->GetLargestPossibleRegion();
      region.SetIndex(3, row);
      region.SetSize(3, 1);
      reader->GetOutput()->SetRequestedRegion(region);
      reader->Update();
      const auto * buffer = reader->GetOutput()->GetBufferPointer();
      read.insert(read.end(), buffer, buffer + region.GetNumberOfPixels());
    }
    EXPECT_EQ(read, noFlip ? values : RowsTurnedOver(values, 6, 4));
  }
}
} // namespace
