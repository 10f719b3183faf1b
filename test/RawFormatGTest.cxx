// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "RawFixtures.h"
#include "ScanFixtures.h"

#include "fourdstem/VirtualDetector.h"

#include <algorithm>
#include <limits>

namespace
{
using fixtures::Described;
using fixtures::Shape;
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

template <typename T>
void
ExpectReadsType(const std::string & name)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<T>(Shape);
  for (const bool swap : { false, true })
  {
    const auto order = swap ? fourdstem::ByteOrder::Big : fourdstem::ByteOrder::Little;
    const auto scan = OpenScanFile(folder.Write("scan.bin", BytesOf(values, swap)), Described(name, order));
    EXPECT_EQ(ReadAll<T>(*scan), values) << name;
    EXPECT_EQ(scan->Header().storedType, name);
  }
}

TEST(RawFormat, ReadsEveryTypeAndByteOrder)
{
  ExpectReadsType<std::uint8_t>("uint8");
  ExpectReadsType<std::int8_t>("int8");
  ExpectReadsType<std::uint16_t>("uint16");
  ExpectReadsType<std::int16_t>("int16");
  ExpectReadsType<std::uint32_t>("uint32");
  ExpectReadsType<std::int32_t>("int32");
  ExpectReadsType<std::uint64_t>("uint64");
  ExpectReadsType<std::int64_t>("int64");
  ExpectReadsType<float>("float32");
  ExpectReadsType<double>("float64");
}

TEST(RawFormat, TypesMayBeNamedInShort)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>(Shape);
  const std::string     path = folder.Write("scan.bin", BytesOf(values, true));
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, Described("u2", fourdstem::ByteOrder::Big))), values);
}

TEST(RawFormat, TypesMayStateTheirByteOrder)
{
  const TemporaryFolder folder;
  const auto            bytes = CountingScan<std::uint8_t>(Shape);
  const std::string     path = folder.Write("bytes.bin", BytesOf(bytes));
  EXPECT_EQ(ReadAll<std::uint8_t>(*OpenScanFile(path, Described("|u1"))), bytes);

  const auto        values = CountingScan<std::uint16_t>(Shape);
  const std::string native = folder.Write("native.bin", BytesOf(values));
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(native, Described("=u2"))), values);
  const std::string big = folder.Write("big.bin", std::string("\0\1", 2) + std::string(718, '\0'));
  const auto        scan = OpenScanFile(big, Described(">uint16"));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan)[0], 1);
  EXPECT_EQ(scan->Header().storedByteOrder, fourdstem::ByteOrder::Big);
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(big, Described("<u2", fourdstem::ByteOrder::Big)))[0], 256);
  for (const char * wrong : { ">", "<<u2", "|", "u2<", "" })
  {
    ExpectMentions(ComplaintAbout(big, Described(wrong)), { "pixel type is '" + std::string(wrong) + "'", "u2", "f4" });
  }
}

TEST(RawFormat, HeadersMayBeLargerThanTwoGibibytes)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint8_t>(Shape);
  const std::string     path = folder.Write("large.bin", "");
  ScanFileOptions       options = Described("u1");
  options.raw->fileHeader = (std::int64_t{ 1 } << 31) + 24;
  std::filesystem::resize_file(std::filesystem::u8path(path), static_cast<std::uintmax_t>(options.raw->fileHeader));
  std::ofstream(std::filesystem::u8path(path), std::ios::binary | std::ios::app) << BytesOf(values);
  EXPECT_EQ(ReadAll<std::uint8_t>(*OpenScanFile(path, options)), values);
  options.raw->frameHeader = std::numeric_limits<std::int64_t>::max();
  ExpectMentions(ComplaintAbout(path, options), { "9223372036854775807 bytes", "2147484032" });
}

// 256 GiB, which the file system keeps as a hole but for the last detector row.
TEST(RawFormat, FilesMayBeLargerThanMemory)
{
  const TemporaryFolder      folder;
  const fourdstem::ScanShape shape{ 2048, 2048, 256, 256 };
  const std::string          path = folder.Write("huge.bin", "");
  const std::string          lastRow(256, '\3');
  constexpr std::int64_t     bytes = std::int64_t{ 1 } << 38;
  std::filesystem::resize_file(std::filesystem::u8path(path), static_cast<std::uintmax_t>(bytes) - lastRow.size());
  std::ofstream(std::filesystem::u8path(path), std::ios::binary | std::ios::app) << lastRow;

  ScanFileOptions options = Described("u1");
  options.raw->shape = shape;
  const auto                          scan = OpenScanFile(path, options);
  const fourdstem::VirtualDetectorSet detectors(
    { { "all", fourdstem::VirtualDetector::Quantity::Sum, 0., 1000., {} } }, shape.qy, shape.qx, 128., 128.);
  std::vector<double> sums(static_cast<std::size_t>(shape.rx), -1.);
  EXPECT_EQ(
    fourdstem::MeasureVirtualDetectors(*scan, shape.ry - 1, 1, detectors, nullptr, sums.data(), fourdstem::Execution()),
    0);
  EXPECT_EQ(sums.back(), 3. * 256.);
  sums.pop_back();
  EXPECT_EQ(std::count(sums.begin(), sums.end(), 0.), shape.rx - 1);
}

TEST(RawFormat, HalfPrecisionBecomesFloat)
{
  const TemporaryFolder            folder;
  const std::vector<std::uint16_t> halves = { 0x0000, 0x3C00, 0xC000, 0x7BFF, 0x0001, 0x03FF, 0x7C00, 0xFC00 };
  const std::vector<float>         values = { 0.F,
                                              1.F,
                                              -2.F,
                                              65504.F,
                                              5.9604645e-8F,
                                              6.0975552e-5F,
                                              std::numeric_limits<float>::infinity(),
                                              -std::numeric_limits<float>::infinity() };
  ScanFileOptions                  options = Described("float16");
  options.raw->shape = { 1, 2, 2, 2 };
  for (const bool swap : { false, true })
  {
    options.raw->byteOrder = swap ? fourdstem::ByteOrder::Big : fourdstem::ByteOrder::Little;
    const auto scan = OpenScanFile(folder.Write("half.bin", BytesOf(halves, swap)), options);
    EXPECT_EQ(ReadAll<float>(*scan), values);
  }
  const auto scan =
    OpenScanFile(folder.Write("nan.bin", BytesOf(std::vector<std::uint16_t>(8, 0x7E00), true)), options);
  EXPECT_TRUE(std::isnan(ReadAll<float>(*scan).front()));
}

TEST(RawFormat, HeadersAndFootersAreSkippedEvenWhenPixelsAreUnaligned)
{
  const TemporaryFolder folder;
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  for (const std::int64_t odd : { 0, 1 })
  {
    ScanFileOptions options = Described("uint16");
    options.raw->fileHeader = 6 + odd;
    options.raw->frameHeader = 10;
    options.raw->frameFooter = 4 + odd;
    std::string bytes(static_cast<std::size_t>(options.raw->fileHeader), 'h');
    for (std::size_t p = 0; p < 15; ++p)
    {
      bytes += std::string(10, 'a');
      bytes += BytesOf(std::vector<std::uint16_t>(counts.begin() + static_cast<std::ptrdiff_t>(p * 24),
                                                  counts.begin() + static_cast<std::ptrdiff_t>((p + 1) * 24)));
      bytes += std::string(static_cast<std::size_t>(options.raw->frameFooter), 'z');
    }
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(folder.Write("scan.bin", bytes), options)), counts);

    const auto withRest = OpenScanFile(folder.Write("rest.bin", bytes + "xyz"), options);
    ASSERT_EQ(withRest->Header().notes.size(), 1U);
    ExpectMentions(withRest->Header().notes[0], { "3 bytes" });
  }
}

TEST(RawFormat, FrameHeadersAndFootersMayBeLargeAndOdd)
{
  const TemporaryFolder folder;
  constexpr std::size_t patterns = 3;
  const auto            counts = CountingScan<std::uint16_t>({ 1, patterns, 6, 4 });
  ScanFileOptions       options = Described("uint16");
  options.raw->shape = { 1, patterns, 6, 4 };
  options.raw->fileHeader = 5;
  options.raw->frameHeader = (std::int64_t{ 80 } << 20) + 3;
  options.raw->frameFooter = (std::int64_t{ 1 } << 31) + 7;
  const auto        header = static_cast<std::uintmax_t>(options.raw->frameHeader);
  const auto        stride = header + 48 + static_cast<std::uintmax_t>(options.raw->frameFooter);
  const std::string path = folder.Write("large.bin", "");
  std::filesystem::resize_file(std::filesystem::u8path(path), 5 + patterns * stride); // sparse
  {
    std::fstream out(std::filesystem::u8path(path), std::ios::binary | std::ios::in | std::ios::out);
    for (std::size_t p = 0; p < patterns; ++p)
    {
      const auto first = counts.begin() + static_cast<std::ptrdiff_t>(p * 24);
      out.seekp(static_cast<std::streamoff>(5 + p * stride + header));
      out << BytesOf(std::vector<std::uint16_t>(first, first + 24));
    }
  }
  const auto scan = OpenScanFile(path, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 1), counts);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 3), counts);
  EXPECT_TRUE(scan->Header().notes.empty());
}
} // namespace
