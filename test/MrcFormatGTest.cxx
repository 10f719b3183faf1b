// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MrcFixtures.h"

#include <limits>

namespace
{
using fourdstem::CanOpenScanFile;
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

ScanFileOptions
WithShape(std::int64_t rows = 3, std::int64_t columns = 5)
{
  ScanFileOptions options;
  options.scanShape = { rows, columns };
  return options;
}

template <typename T>
void
ExpectReadsMode(std::int32_t mode, const std::string & name, T smallest, T largest)
{
  const TemporaryFolder folder;
  auto                  values = CountingScan<T>(Shape);
  values[7] = smallest;
  values[350] = largest;
  for (const bool big : { false, true })
  {
    for (const std::int32_t extended : { 0, 131072, 3 }) // 3: pixels are not aligned
    {
      MrcWriter mrc(mode, 15, 6, 4, big);
      mrc.SetExtended(extended);
      const auto scan = OpenScanFile(folder.Write("stack.mrc", mrc.Bytes(BytesOf(values, big))), WithShape());
      EXPECT_TRUE(scan->Shape() == Shape);
      EXPECT_EQ(ReadAll<T>(*scan), values) << name << (big ? ", big" : "");
      EXPECT_EQ(ReadAll<T>(*scan, 5), values) << name << (big ? ", big" : "");
      EXPECT_EQ(scan->Header().storedType, name);
      EXPECT_EQ(scan->Header().storedByteOrder, big ? fourdstem::ByteOrder::Big : fourdstem::ByteOrder::Little);
      EXPECT_EQ(scan->Header().format, "MRC");
      EXPECT_EQ(scan->Header().shapeSource, "option");
      EXPECT_EQ(scan->Header().scan.unit, "px");
      EXPECT_EQ(scan->Header().detector.unit, "px");
    }
  }
}

TEST(MrcFormat, ModesInBothByteOrders)
{
  ExpectReadsMode<std::uint8_t>(0, "uint8", 0, 255);
  ExpectReadsMode<std::int16_t>(1, "int16", -32768, 32767);
  ExpectReadsMode<float>(2, "float32", -1e30F, std::numeric_limits<float>::max());
  ExpectReadsMode<std::uint16_t>(6, "uint16", 0, 65535);
}

TEST(MrcFormat, HalfPrecisionReadsAsFloat)
{
  const TemporaryFolder            folder;
  const std::vector<std::uint16_t> halves{ 0x0000, 0x3C00, 0xC000, 0x7BFF, 0x3555, 0x0001 };
  const std::vector<float>         values{ 0.F, 1.F, -2.F, 65504.F, 0.333251953125F, 5.9604644775390625e-8F };
  for (const bool big : { false, true })
  {
    const auto scan =
      OpenScanFile(folder.Write("half.mrcs", MrcWriter(12, 3, 1, 2, big).Bytes(BytesOf(halves, big))), WithShape(1, 3));
    EXPECT_EQ(ReadAll<float>(*scan), values);
    EXPECT_EQ(scan->Header().storedType, "float16");
  }
}

TEST(MrcFormat, AStackBecomesAScanByItsShapeOnly)
{
  const TemporaryFolder folder;
  const std::string     bytes = MrcWriter(6, 15, 6, 4).Bytes(BytesOf(CountingScan<std::uint16_t>(Shape)));
  const std::string     path = folder.Write("stack.mrc", bytes);
  EXPECT_THROW(OpenScanFile(path), fourdstem::ScanChoiceNeeded);
  ExpectMentions(ComplaintAbout(path), { "stack.mrc", "15 patterns", "3x5", "5x3", "1x15", "15x1" });
  ExpectMentions(ComplaintAbout(path, WithShape(4, 4)), { "4 x 4", "15 patterns", "3x5" });
  EXPECT_TRUE((OpenScanFile(path, WithShape(15, 1))->Shape() == fourdstem::ScanShape{ 15, 1, 6, 4 }));
  EXPECT_TRUE((OpenScanFile(path, WithShape(1, 15))->Shape() == fourdstem::ScanShape{ 1, 15, 6, 4 }));
  const auto one = MrcWriter(6, 1, 6, 4).Bytes(BytesOf(CountingScan<std::uint16_t>({ 1, 1, 6, 4 })));
  EXPECT_EQ(OpenScanFile(folder.Write("one.mrc", one), WithShape(1, 1))->Shape().qy, 6);
}

TEST(MrcFormat, ImagesAndVolumesAreLeftToOtherReaders)
{
  const TemporaryFolder folder;
  const std::string     bytes = MrcWriter(6, 15, 6, 4).Bytes(BytesOf(CountingScan<std::uint16_t>(Shape)));
  const std::string     path = folder.Write("stack.mrc", bytes);
  EXPECT_FALSE(CanOpenScanFile(path));
  EXPECT_TRUE(CanOpenScanFile(path, WithShape()));
  folder.Write("stack_info.txt", "Scan - Enable = Disable\n");
  EXPECT_FALSE(CanOpenScanFile(path));
  folder.Write("stack_info.txt", "Scan - Enable = Enable\n");
  EXPECT_TRUE(CanOpenScanFile(path));
}

TEST(MrcFormat, IsKnownByItsMarkElseByNameAndNumbers)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>(Shape);
  EXPECT_EQ(OpenScanFile(folder.Write("a.dat", MrcWriter(6, 15, 6, 4).Bytes(BytesOf(values))), WithShape())->Shape().ry,
            3);
  for (const bool big : { false, true })
  {
    MrcWriter legacy(6, 15, 6, 4, big);
    legacy.header.replace(208, 8, std::string(8, '\0'));
    for (const char * name : { "old.mrc", "OLD.MRCS" })
    {
      const auto scan = OpenScanFile(folder.Write(name, legacy.Bytes(BytesOf(values, big))), WithShape());
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan), values);
      EXPECT_TRUE(scan->Header().notes.empty());
    }
    ExpectMentions(ComplaintAbout(folder.Write("old.dat", legacy.Bytes("")), WithShape()), { "no known format" });

    MrcWriter wrong(6, 15, 6, 4, big);
    wrong.header.replace(212, 2, big ? "DD" : "\x11\x11");
    const auto scan = OpenScanFile(folder.Write("wrong.mrc", wrong.Bytes(BytesOf(values, big))), WithShape());
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), values);
    ExpectMentions(scan->Header().notes.at(0), { "machine stamp" });
  }
  ExpectMentions(ComplaintAbout(folder.Write("text.mrc", std::string(5000, 'x'))), { "named .mrc", "MRC stack" });
  ExpectMentions(ComplaintAbout(folder.Write("short.mrc", std::string(1023, '\0'))), { "named .mrc" });
}

TEST(MrcFormat, ByteOrdersThatBothMakeSenseAreToldApartBySize)
{
  const TemporaryFolder folder;
  // 256 and 65536 are each other's, and mode 0 is its own.
  MrcWriter big(0, 256, 256, 256, true);
  big.header.replace(208, 8, std::string(8, '\0'));
  const std::string path = folder.Write("old.mrc", big.Bytes(std::string(256 * 256 * 256, '\2')));
  const auto        scan = OpenScanFile(path, WithShape(16, 16));
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 16, 16, 256, 256 }));
}

TEST(MrcFormat, WhetherBytesAreSignedFollowsFromTheHeader)
{
  const TemporaryFolder  folder;
  const std::string      pixels("\x01\x7F\x80\xFF", 4);
  constexpr std::int32_t imod = 1146047817;
  const auto             typeOf = [&](const MrcWriter & mrc) {
    return OpenScanFile(folder.Write("bytes.mrc", mrc.Bytes(pixels)), WithShape(1, 1))->Header();
  };
  for (const bool big : { false, true })
  {
    MrcWriter mrc(0, 1, 2, 2, big);
    EXPECT_EQ(typeOf(mrc).storedType, "uint8");
    ExpectMentions(typeOf(mrc).notes.at(0), { "read as uint8", "--raw-type i1", "--file-header 1024" });
    mrc.SetExtremes(0, 255);
    EXPECT_EQ(typeOf(mrc).storedType, "uint8");
    EXPECT_TRUE(typeOf(mrc).notes.empty());
    mrc.SetExtremes(-128, 127);
    EXPECT_EQ(typeOf(mrc).storedType, "int8");
    EXPECT_TRUE(typeOf(mrc).notes.empty());
    mrc.SetExtremes(0, -1); // not looked for
    EXPECT_EQ(typeOf(mrc).notes.size(), 1U);
    mrc.Set<std::int32_t>(152, imod);
    mrc.Set<std::int32_t>(156, 0);
    EXPECT_EQ(typeOf(mrc).storedType, "uint8");
    mrc.Set<std::int32_t>(156, 1);
    EXPECT_EQ(typeOf(mrc).storedType, "int8");
  }
  MrcWriter mrc(0, 1, 2, 2);
  mrc.SetExtremes(-1, 127);
  const auto signedScan = OpenScanFile(folder.Write("bytes.mrc", mrc.Bytes(pixels)), WithShape(1, 1));
  EXPECT_EQ(ReadAll<std::int8_t>(*signedScan), (std::vector<std::int8_t>{ 1, 127, -128, -1 }));
  mrc.SetExtremes(0, 255);
  const auto scan = OpenScanFile(folder.Write("bytes.mrc", mrc.Bytes(pixels)), WithShape(1, 1));
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan), (std::vector<std::uint8_t>{ 1, 127, 128, 255 }));
}

TEST(MrcFormat, OtherAxesAreNoted)
{
  const TemporaryFolder folder;
  MrcWriter             mrc(6, 15, 6, 4);
  mrc.Set<std::int32_t>(64, 2);
  mrc.Set<std::int32_t>(68, 1);
  const auto scan =
    OpenScanFile(folder.Write("a.mrc", mrc.Bytes(BytesOf(CountingScan<std::uint16_t>(Shape)))), WithShape());
  EXPECT_TRUE(scan->Shape() == Shape);
  ExpectMentions(scan->Header().notes.at(0), { "2, 1, 3", "as they are stored" });
}

TEST(MrcFormat, CutStacksAreRefusedUnlessTheShapeIsOfWhatIsThere)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>(Shape);
  const std::string     bytes = MrcWriter(6, 15, 6, 4).Bytes(BytesOf(values));
  const std::string     path = folder.Write("cut.mrc", bytes.substr(0, bytes.size() - 4 * 48 - 20));
  for (const auto & options : { ScanFileOptions(), WithShape() })
  {
    ExpectMentions(ComplaintAbout(path, options), { "cut off", "says 15 patterns", "10 whole ones" });
  }
  const auto scan = OpenScanFile(path, WithShape(2, 5));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), (std::vector<std::uint16_t>(values.begin(), values.begin() + 240)));
  ExpectMentions(scan->Header().notes.at(0), { "says 15 patterns", "the 10" });
  const auto more = OpenScanFile(folder.Write("more.mrc", bytes + "12345"), WithShape());
  ExpectMentions(more->Header().notes.at(0), { "5 bytes", "not read" });
  EXPECT_EQ(ReadAll<std::uint16_t>(*more), values);
}

TEST(MrcFormat, HostileHeadersAreRefused)
{
  const TemporaryFolder folder;
  const std::string     data = BytesOf(CountingScan<std::uint16_t>(Shape));
  const auto            refused = [&](std::size_t offset, std::int32_t value, const std::vector<std::string> & words) {
    for (const bool big : { false, true })
    {
      MrcWriter mrc(6, 15, 6, 4, big);
      mrc.Set(offset, value);
      const std::string path = folder.Write("bad.mrc", mrc.Bytes(data));
      for (const auto & options : { ScanFileOptions(), WithShape(), WithShape(1000000000, 1000000000) })
      {
        const std::string complaint = ComplaintAbout(path, options);
        ExpectMentions(complaint, words);
        EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
        EXPECT_LT(complaint.size(), 1000U);
      }
    }
  };
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  for (const std::size_t extent : { 0U, 4U, 8U })
  {
    refused(extent, 0, { "no patterns", "at least 1" });
    refused(extent, -1, { "no patterns" });
  }
  refused(0, most, { "cut off inside its first pattern", "2147483647" });
  refused(4, most, { "cut off inside its first pattern", "2147483647" });
  refused(12, 4, { "mode 4", "complex", "uint16" });
  refused(12, 101, { "mode 101", "4 bits" });
  refused(12, 77, { "mode 77" });
  refused(12, -1, { "mode -1" });
  refused(92, -5, { "extended header of -5" });
  refused(92, most, { "extended header of 2147483647", "cut off" });
  MrcWriter all(6, most, most, most);
  ExpectMentions(ComplaintAbout(folder.Write("all.mrc", all.Bytes(data)), WithShape()), { "inside its first pattern" });
  MrcWriter many(6, most, 6, 4);
  ExpectMentions(ComplaintAbout(folder.Write("many.mrc", many.Bytes(data))),
                 { "cut off", "says 2147483647 patterns", "15 whole" });
  MrcWriter none(6, 15, 6, 4);
  ExpectMentions(ComplaintAbout(folder.Write("none.mrc", none.Bytes("")), WithShape()), { "cut off" });
}

TEST(MrcFormat, DamagedHeadersNeverCrash)
{
  const TemporaryFolder folder;
  std::mt19937          random(12);
  const auto            draw = [&random](std::size_t most) { return random() % most; };
  int                   opened = 0;
  for (int i = 0; i < 600; ++i)
  {
    std::string bytes =
      MrcWriter(6, 15, 6, 4, i % 2 == 0).Bytes(BytesOf(CountingScan<std::uint16_t>(Shape), i % 2 == 0));
    for (std::size_t change = draw(3); change < 3; ++change)
    {
      bytes[draw(2) == 0 ? draw(224) : draw(bytes.size())] = static_cast<char>(draw(256));
    }
    if (draw(4) == 0)
    {
      bytes.resize(draw(bytes.size() - 1) + 1);
    }
    try
    {
      const auto              scan = OpenScanFile(folder.Write("damaged.mrc", bytes), WithShape());
      fourdstem::PatternLease lease;
      EXPECT_NE(scan->Read(2, 0, 5, lease).data, nullptr);
      ++opened;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("damaged.mrc"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(opened, 50);
}

#ifndef _WIN32
TEST(MrcFormat, BeyondFourGibibytes)
{
  const TemporaryFolder folder;
  constexpr auto        patternBytes = std::uintmax_t{ 2 } * 1024 * 2048;
  const MrcWriter       mrc(6, 33 * 32, 1024, 2048);
  const std::string     path = folder.Write("large.mrc", mrc.header);
  std::filesystem::resize_file(std::filesystem::u8path(path), 1024 + 33 * 32 * patternBytes); // sparse
  {
    std::fstream out(std::filesystem::u8path(path), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(1024 + 33 * 32 * patternBytes - 2));
    out << BytesOf(std::vector<std::uint16_t>{ 4711 });
  }
  fourdstem::PatternLease lease;
  const auto              scan = OpenScanFile(path, WithShape(33, 32));
  EXPECT_EQ(scan->Read(32, 31, 1, lease).Row<std::uint16_t>(0, 1023)[2047], 4711);
}
#endif
} // namespace
