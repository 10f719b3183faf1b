// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

/** A .npy file; `length` replaces the true length of the header's text. */
std::string
Npy(const std::string & text, const std::string & data, int version = 1, long length = -1)
{
  const auto  stated = static_cast<unsigned long>(length < 0 ? static_cast<long>(text.size()) : length);
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
  {
    file += static_cast<char>((stated >> (8 * i)) & 0xFF);
  }
  return file + text + data;
}

std::string
Text(const std::string & descr, bool fortranOrder = false, const std::string & shape = "(3, 5, 6, 4)")
{
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortranOrder ? "True" : "False") + ", 'shape': " + shape +
         ", }      \n";
}

template <typename T>
void
ExpectReads(const std::string & letters)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<T>(Shape);
  for (const int version : { 1, 2, 3 })
  {
    for (const bool swap : { false, true })
    {
      const std::string descr = (swap ? ">" : "<") + letters;
      const auto        scan = OpenScanFile(folder.Write("a.npy", Npy(Text(descr), BytesOf(values, swap), version)));
      EXPECT_TRUE(scan->Shape() == Shape);
      EXPECT_EQ(ReadAll<T>(*scan), values) << descr;
    }
  }
}

TEST(NumpyFormat, EveryVersionTypeAndByteOrder)
{
  ExpectReads<std::uint8_t>("u1");
  ExpectReads<std::int8_t>("i1");
  ExpectReads<std::uint16_t>("u2");
  ExpectReads<std::int16_t>("i2");
  ExpectReads<std::uint32_t>("u4");
  ExpectReads<std::int32_t>("i4");
  ExpectReads<std::uint64_t>("u8");
  ExpectReads<std::int64_t>("i8");
  ExpectReads<float>("f4");
  ExpectReads<double>("f8");
}

TEST(NumpyFormat, BoolsAndHalvesAreWidened)
{
  const TemporaryFolder           folder;
  const std::vector<std::uint8_t> flags(360, 1);
  const auto                      truth = OpenScanFile(folder.Write("b.npy", Npy(Text("|b1"), BytesOf(flags))));
  EXPECT_EQ(ReadAll<std::uint8_t>(*truth), flags);
  EXPECT_EQ(truth->Header().storedType, "bool");

  const auto half =
    OpenScanFile(folder.Write("h.npy", Npy(Text("<f2"), BytesOf(std::vector<std::uint16_t>(360, 0x3E00)))));
  EXPECT_EQ(ReadAll<float>(*half), std::vector<float>(360, 1.5F));
}

TEST(NumpyFormat, FortranOrderIsTheSameScan)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>(Shape);
  auto                  reversed = values;
  for (std::int64_t i = 0; i < 360; ++i)
  {
    const std::int64_t qx = i % 4;
    const std::int64_t qy = i / 4 % 6;
    const std::int64_t rx = i / 24 % 5;
    const std::int64_t ry = i / 120;
    reversed[static_cast<std::size_t>(((qx * 6 + qy) * 5 + rx) * 3 + ry)] = values[static_cast<std::size_t>(i)];
  }
  for (const bool swap : { false, true })
  {
    const auto scan =
      OpenScanFile(folder.Write("f.npy", Npy(Text(swap ? ">u2" : "<u2", true), BytesOf(reversed, swap))));
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), values);
    EXPECT_EQ(scan->Header().metadata.at("FortranOrder"), "1");
  }
}

TEST(NumpyFormat, StacksNeedAScanShape)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint8_t>(Shape);
  const std::string     path = folder.Write("s.npy", Npy(Text("|u1", false, "(15, 6, 4)"), BytesOf(values)));
  ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5", "5x3", "1x15" });
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  EXPECT_EQ(ReadAll<std::uint8_t>(*OpenScanFile(path, options)), values);
  options.scanShape = { 5, 3 };
  const std::string whole = folder.Write("w.npy", Npy(Text("|u1"), BytesOf(values)));
  EXPECT_EQ(OpenScanFile(whole, options)->Shape().ry, 5);
  const std::string fortran = folder.Write("f.npy", Npy(Text("|u1", true), BytesOf(values)));
  ExpectMentions(ComplaintAbout(fortran, options), { "5 x 3", "Fortran", "3 x 5" });
}

TEST(NumpyFormat, StacksInFortranOrderTakeAScanShape)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>(Shape);
  auto                  reversed = values;
  for (std::int64_t i = 0; i < 360; ++i)
  {
    const std::int64_t qx = i % 4;
    const std::int64_t qy = i / 4 % 6;
    const std::int64_t position = i / 24;
    reversed[static_cast<std::size_t>((qx * 6 + qy) * 15 + position)] = values[static_cast<std::size_t>(i)];
  }
  for (const bool swap : { false, true })
  {
    const std::string path =
      folder.Write("s.npy", Npy(Text(swap ? ">u2" : "<u2", true, "(15, 6, 4)"), BytesOf(reversed, swap)));
    ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5" });
    for (const std::int64_t rows : { 1, 3, 5, 15 })
    {
      ScanFileOptions options;
      options.scanShape = { rows, 15 / rows };
      EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), values) << rows;
    }
  }
}

TEST(NumpyFormat, LongIntegersOfPython2)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint8_t>(Shape);
  const std::string     path = folder.Write("l.npy", Npy(Text("|u1", false, "(3L, 5L, 6L , 4)"), BytesOf(values)));
  EXPECT_EQ(ReadAll<std::uint8_t>(*OpenScanFile(path)), values);
  ExpectMentions(ComplaintAbout(folder.Write("l.npy", Npy(Text("|u1", false, "(3LL, L)"), "x"))), { "tuple" });
}

TEST(NumpyFormat, BytesBehindTheArrayAreNoted)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint8_t>(Shape);
  const auto            scan = OpenScanFile(folder.Write("a.npy", Npy(Text("|u1"), BytesOf(values) + "second")));
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan), values);
  ASSERT_EQ(scan->Header().notes.size(), 1U);
  ExpectMentions(scan->Header().notes[0], { "6 bytes", "not read" });
}

TEST(NumpyFormat, HostileHeadersAreRefused)
{
  const TemporaryFolder folder;
  const std::string     data(360, '\1');
  const auto            complaint = [&](const std::string & bytes) {
    const std::string path = folder.Write("bad.npy", bytes);
    EXPECT_TRUE(fourdstem::CanOpenScanFile(path));
    const std::string text = ComplaintAbout(path);
    ExpectMentions(text, { "bad.npy" });
    return text;
  };
  ExpectMentions(complaint(Npy(Text("|u1"), data.substr(1))), { "cut off", "360", "359" });
  ExpectMentions(complaint(Npy(Text("|O"), data)), { "'|O'", "f4" });
  ExpectMentions(complaint(Npy(Text("<c8"), data)), { "'<c8'" });
  ExpectMentions(complaint(Npy(Text("<f3"), data)), { "'<f3'" });
  ExpectMentions(complaint(Npy("{'descr': [('a', '<u1')], 'fortran_order': False, 'shape': (3,), }", data)),
                 { "descr" });
  ExpectMentions(complaint(Npy(Text("|u1", false, "(360,)"), data)), { "(360)", "4 dimensions" });
  ExpectMentions(complaint(Npy(Text("|u1", false, "()"), data)), { "()" });
  ExpectMentions(complaint(Npy(Text("|u1", false, "(-3, 5, 6, 4)"), data)), { "tuple of extents" });
  ExpectMentions(complaint(Npy(Text("|u1", false, "(0, 5, 6, 4)"), data)), { "0 x 5", "at least 1" });
  ExpectMentions(complaint(Npy(Text("|u1", false, "(4294967296, 4294967296, 4294967296, 2)"), data)), { "impossible" });
  ExpectMentions(complaint(Npy(Text("|u1", false, "(99999999999999999999, 1, 1, 1)"), data)), { "tuple" });
  ExpectMentions(complaint(Npy(Text("|u1"), data, 9)), { "version 9" });
  ExpectMentions(complaint(Npy(Text("|u1"), data, 2, 0x7FFFFFFF)), { "2147483647" });
  ExpectMentions(complaint(Npy(Text("|u1"), data, 1, 20)), { "damaged" });
  ExpectMentions(complaint(Npy("{'shape': (1, 1, 1, 1)}", data)), { "each of descr" });
  ExpectMentions(complaint("\x93NUMPY"), { "version 0" });
  ExpectMentions(complaint(Npy("", "")), { "expected '{'" });
  ExpectMentions(ComplaintAbout(folder.Write("raw.npy", data)), { "raw.npy", "without NumPy's signature" });
}
} // namespace
