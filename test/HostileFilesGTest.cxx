// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"
#include "MerlinFixtures.h"

#include <cmath>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const std::string Huge = "1000000000000000000";

std::string
Npy(const std::string & descr, const std::string & shape)
{
  const std::string text = "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
  const auto        length = text.size();
  return std::string("\x93NUMPY\x02\x00", 8) + static_cast<char>(length & 255U) +
         static_cast<char>(length >> 8U & 255U) + std::string(2, '\0') + text + std::string(480, '\1');
}

/** A complaint that people can read, with these words. */
void
ExpectRefused(const std::string & path, const std::vector<std::string> & words, const ScanFileOptions & options = {})
{
  const std::string complaint = ComplaintAbout(path, options);
  ExpectMentions(complaint, words);
  EXPECT_LT(complaint.size(), 2000U);
}

TEST(HostileFiles, NumpyHeadersThatClaimWhatIsNotThere)
{
  const TemporaryFolder folder;
  const auto            refused = [&folder](const std::string & shape, const std::vector<std::string> & words) {
    ExpectRefused(folder.Write("a.npy", Npy("'<f4'", shape)), words);
  };
  refused("(1000000000000000, 2, 3, 4)", { "cut off", "1000000000000000" });
  refused("(" + Huge + ", 2, 3, 4)", { "impossible", Huge });
  refused("(" + Huge + ", " + Huge + ", 3, 4)", { "impossible", Huge });
  refused("(1, 1, " + Huge + ", " + Huge + ")", { "impossible" });
  refused("(9223372036854775807, 1, 1, 1)", { "impossible", "9223372036854775807" });
  refused("(9223372036854775808, 1, 1, 1)", { "damaged", "extents" });
  refused("(-2, 3, 4, 5)", { "damaged", "extents" });
  refused("(1000000000000000, 3, 4)", { "cut off", "1000000000000000" });
  refused("(" + Huge + ", 3, 4)", { "impossible", Huge });
  refused("(" + Huge + ", " + Huge + ", 4)", { "impossible" });
  refused("(0, 6, 4)", { "at least 1" });
  refused("(5, 6, 0)", { "at least 1" });
  refused("(0, 0, 0, 0)", { "at least 1" });
  std::string many = "(";
  for (int i = 0; i < 20000; ++i)
  {
    many += "1,";
  }
  refused(many + ")", { "damaged", "extents, at most 64" });

  ScanFileOptions options;
  options.scanShape = { 1000000000, 1000000000 };
  ExpectRefused(folder.Write("a.npy", Npy("'<f4'", "(" + Huge + ", 3, 4)")), { "impossible" }, options);
  ExpectRefused(folder.Write("a.npy", Npy("'<f4'", "(2, 3, 4, 5)")), { "1000000000 x 1000000000" }, options);
  ExpectRefused(folder.Write("a.npy", Npy("'" + std::string(50000, 'f') + "'", "(2, 3, 4, 5)")), { "of type 'fff" });
}

/** Two patterns and a header that says `inside`; the open scan. */
std::unique_ptr<fourdstem::ScanFile>
OpenEmpad(const TemporaryFolder & folder, const std::string & inside, const ScanFileOptions & options = {})
{
  folder.Write("scan_x2_y1.raw", std::string(2 * 66560, '\0'));
  return OpenScanFile(folder.Write("scan.xml", "<root><raw_file filename='scan_x2_y1.raw'/>" + inside + "</root>"),
                      options);
}

std::string
FieldOfView(const std::string & factor, const std::string & x)
{
  return "<iom_measurements><full_scan_field_of_view><scale_factor>" + factor + "</scale_factor><x>" + x +
         "</x></full_scan_field_of_view></iom_measurements>";
}

TEST(HostileFiles, EmpadHeadersWithImpossibleNumbers)
{
  const TemporaryFolder folder;
  ScanFileOptions       shrunk;
  shrunk.empadScanSize = true;
  const std::string negative = "<scan_parameters mode='acquire'><scan_size>-1</scan_size></scan_parameters>";
  for (const auto & scan : { OpenEmpad(folder, FieldOfView("1e-300", "1e300")),
                             OpenEmpad(folder, FieldOfView("1", "1e308")),
                             OpenEmpad(folder, FieldOfView("1e300", "1e-300")),
                             OpenEmpad(folder, negative + FieldOfView("1", "1e-8"), shrunk) })
  {
    EXPECT_EQ(scan->Header().scan.unit, "px");
    EXPECT_EQ(scan->Header().scan.spacing[0], 1);
    ASSERT_EQ(scan->Header().notes.size(), 1U);
    ExpectMentions(scan->Header().notes[0], { "is ignored" });
  }
  const auto angle = OpenEmpad(folder,
                               "<iom_measurements><calibrated_diffraction_angle>1e307</calibrated_diffraction_angle>"
                               "</iom_measurements>");
  EXPECT_EQ(angle->Header().detector.unit, "px");
  const auto nonsense =
    OpenEmpad(folder,
              "<pix_x>9223372036854775807</pix_x><pix_y>9223372036854775807</pix_y><count>99999999999999999999</count>"
              "<type>series</type><scan_parameters mode='acquire'><scan_resolution_x>-2</scan_resolution_x>"
              "<scan_resolution_y>-1</scan_resolution_y></scan_parameters>");
  EXPECT_EQ(nonsense->Header().shapeSource, "file name");
}

TEST(HostileFiles, XmlThatGrowsOrReadsOtherFiles)
{
  const TemporaryFolder folder;
  std::string           laughs = "<!DOCTYPE root [<!ENTITY l0 'ha'>";
  for (int i = 1; i < 30; ++i)
  {
    const std::string last = "&l" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY l" + std::to_string(i) + " '";
    for (int copies = 0; copies < 10; ++copies)
    {
      laughs += last;
    }
    laughs += "'>";
  }
  ExpectRefused(folder.Write("laughs.xml", laughs + "]><root>&l29;</root>"), { "laughs.xml", "document type" });
  ExpectRefused(
    folder.Write("other.xml", "<!DOCTYPE root [<!ENTITY file SYSTEM 'file:///etc/passwd'>]><root>&file;</root>"),
    { "other.xml", "document type" });
  ExpectRefused(folder.Write("big.xml", "<root>" + std::string(std::size_t{ 1 } << 20, ' ') + "</root>"),
                { "big.xml", "at most 1048576" });
  std::string many = "<root>";
  for (int i = 0; i < 200000; ++i)
  {
    many += "<a/>";
  }
  ExpectRefused(folder.Write("many.xml", many + "</root>"), { "many.xml", "raw_file" });
  ExpectRefused(folder.Write("null.xml", std::string("<root>\0</root>", 14)), { "null.xml", "line 1" });
}

TEST(HostileFiles, MerlinHeadersThatClaimWhatIsNotThere)
{
  const TemporaryFolder folder;
  ScanFileOptions       options;
  options.scanShape = { 1, 1 };
  const std::string frame = MerlinWriter().Numbered(1);
  const auto        refused = [&](std::size_t at, const std::string & text, const std::vector<std::string> & words) {
    std::string bytes = frame;
    bytes.replace(at, text.size(), text);
    ExpectRefused(folder.Write("a.mib", bytes), words, options);
  };
  ASSERT_EQ(frame.substr(0, 39), "MQ1,000001,00384,01,0004,0006,U08,   1x");
  refused(11, "00000", { "size of the header", "'00000'" });
  refused(11, "99999", { "size of the header", "'99999'" });
  refused(11, "-0384", { "size of the header" });
  refused(11, "65536", { "a.mib" });
  refused(11, "00100", { "a.mib" });
  refused(20, "9999", { "too few for one frame", "9999" });
  refused(20, "0000", { "width", "'0000'" });
  refused(20, "99,9", { "a.mib" });
  refused(25, "9999", { "too few for one frame" });
  refused(25, "  -1", { "height" });
  refused(30, "U64", { "'U64'", "U08, U16, U32 and R64" });
  refused(30, "U16", { "too few for one frame" });
  refused(30, "R64", { "R64", "256 columns" });
  refused(17, "00", { "number of chips" });
  refused(4, "xxxxxx", { "'xxxxxx'" });
  refused(3, std::string(60, '\0'), { "a.mib" });
  const std::string long32(32, '9');
  refused(4, long32 + "," + long32 + ",", { "a.mib" });
}

TEST(HostileFiles, MerlinHdrWithImpossibleNumbers)
{
  const TemporaryFolder folder;
  const std::string     mib = folder.Write("a.mib", MerlinWriter().Numbered(15));
  const std::string     most = "9223372036854775807";
  for (const std::string & number :
       { most, Huge, std::string("-3"), std::string("0"), std::string(99, '9'), std::string("5;") })
  {
    for (const std::string & perTrigger : { most, std::string("5"), std::string("4611686018427387904") })
    {
      folder.Write("a.hdr",
                   MerlinHdrText({ { "ScanX", number },
                                   { "ScanY", most },
                                   { "Frames in Acquisition (Number)", number },
                                   { "Frames per Trigger (Number)", perTrigger } }));
      ExpectRefused(mib, { "15 ", "3x5" });
    }
  }
  ScanFileOptions options;
  for (const std::int64_t extent :
       { std::int64_t{ 1 } << 62, std::int64_t{ 0 }, std::int64_t{ -1 }, std::int64_t{ 1 } << 31 })
  {
    const std::string held = extent > 0 ? "15 whole patterns" : "15 patterns";
    options.scanShape = { extent, extent };
    ExpectRefused(mib, { held }, options);
    options.scanShape = { extent, 5 };
    ExpectRefused(mib, { held }, options);
    options.scanShape = { 3, extent };
    ExpectRefused(mib, { held }, options);
  }
  folder.Write("a.hdr", "HDR,\t\n" + std::string(std::size_t{ 1 } << 22U, 'a') + "\t5\n");
  ExpectRefused(mib, { "15 patterns" });
}

TEST(HostileFiles, MerlinHeadersWithAnyBytesAreReadOrRefused)
{
  std::mt19937          random(2);
  const TemporaryFolder folder;
  MerlinWriter          writer;
  writer.time = [](std::int64_t frame) { return frame * 1000000 + frame / 5 * 3000000; };
  MerlinWriter raw = writer;
  raw.type = "R64";
  raw.depth = 1;
  raw.width = 256;
  raw.height = 1;
  const std::string frames[] = { writer.Numbered(15), raw.File(std::vector<std::string>(15, std::string(32, '\x5A'))) };
  const std::string hdr = MerlinHdrText({ { "ScanX", "5" },
                                          { "ScanY", "3" },
                                          { "Frames in Acquisition (Number)", "15" },
                                          { "Counter Depth (number)", "6" } });
  int               read = 0;
  for (int round = 0; round < 3000; ++round)
  {
    std::string bytes = frames[round % 2];
    std::string text = hdr;
    for (int change = 0; change < 1 + round % 4; ++change)
    {
      const std::string letters = "0123456789,-xGURM \t\n\xFF" + std::string(1, '\0');
      bytes[random() % (round % 3 == 0 ? bytes.size() : 400)] = letters[random() % letters.size()];
      text[random() % 100] = letters[random() % letters.size()];
    }
    if (round % 5 == 0)
    {
      bytes.resize(random() % bytes.size() + 1);
    }
    // To write over a file waits for the disk.
    for (const char * name : { "a.hdr", "a.mib" })
    {
      std::filesystem::remove(std::filesystem::u8path(folder.Path(name)));
    }
    folder.Write("a.hdr", text);
    const std::string mib = folder.Write("a.mib", bytes);
    try
    {
      const auto scan = OpenScanFile(round % 7 == 0 ? folder.Path("a.hdr") : mib);
      EXPECT_LE(scan->Shape().Positions(), 15 * 408);
      ReadAll<std::uint8_t>(*scan, scan->Shape().rx);
      ++read;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("/a."), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(read, 300);
}

/** A DataCube of 3 x 5 patterns, to which `add` adds. */
template <typename TAdd>
std::unique_ptr<fourdstem::ScanFile>
OpenCube(const TemporaryFolder & folder, TAdd && add)
{
  const std::string path = folder.Path("cube.h5");
  WriteEmdCube(path, add);
  return OpenScanFile(path);
}

TEST(HostileFiles, Hdf5AttributesAndItemsOfTheWrongType)
{
  const std::string     calibration = "/root/metadatabundle/calibration/";
  const TemporaryFolder folder;
  const double          values[] = { -1e308, 1e308 };
  const auto            scan = OpenCube(folder, [&](const Hdf5TestFile & file) {
    file.Attribute("/root/cube", "emd_group_type", 7);
    file.Attribute("/root/cube", "python_class", 7);
    file.Text(calibration + "R_pixel_size", "two");
    file.Array(calibration + "R_pixel_units", { 2 }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, values);
    file.Group(calibration + "Q_pixel_size");
    file.Number(calibration + "Q_pixel_units", 3);
    for (const char * name : { "dim0", "dim1", "dim2", "dim3" })
    {
      file.Array(std::string("/root/cube/") + name, { 2 }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, values);
      file.Attribute(std::string("/root/cube/") + name, "units", 1);
    }
  });
  EXPECT_EQ(scan->Shape().rx, 5);
  EXPECT_EQ(scan->Header().scan.spacing[0], 1);
  EXPECT_EQ(scan->Header().detector.spacing[1], 1);

  const auto large = OpenCube(folder, [&](const Hdf5TestFile & file) {
    file.Number(calibration + "R_pixel_size", 1e305);
    file.Text(calibration + "R_pixel_units", "m");
    file.Number(calibration + "Q_pixel_size", 0.02);
    file.Number(calibration + "qx0_mean", std::nan(""));
    file.Number(calibration + "qy0_mean", 3);
  });
  EXPECT_EQ(large->Header().scan.unit, "px");
  EXPECT_EQ(large->Header().detector.spacing[0], 0.02);
  EXPECT_EQ(large->Header().detector.offset[0], 0);
  ASSERT_EQ(large->Header().notes.size(), 2U);
  ExpectMentions(large->Header().notes[0], { "qx0_mean nan", "ignored" });
  ExpectMentions(large->Header().notes[1], { "calibration of the scan", "impossible" });
}

TEST(HostileFiles, Hdf5ExtentsOfZeroAndChunksBeyondTheData)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("bad.h5");
  for (const std::vector<hsize_t> & extents :
       std::vector<std::vector<hsize_t>>{ { 0, 5, 6, 4 }, { 3, 5, 0, 4 }, { 0, 6, 4 }, { 5, 6, 0 } })
  {
    {
      const Hdf5TestFile file(path);
      file.Array("/data", extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr);
    }
    ExpectRefused(path, { "bad.h5", "at least 1" });
  }
  {
    const Hdf5TestFile         file(path);
    const std::vector<hsize_t> extents{ 2, 2, 8, 8 };
    const std::vector<hsize_t> most(4, H5S_UNLIMITED);
    const std::vector<hsize_t> chunk{ 2, 1, 32768, 32768 };
    const hid_t                space = H5Screate_simple(4, extents.data(), most.data());
    const hid_t                creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 4, chunk.data());
    H5Pset_deflate(creation, 1);
    H5Dclose(H5Dcreate2(file.Id(), "/data", H5T_STD_U8LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(space);
  }
  ExpectRefused(path, { "bad.h5", "2147483648 bytes", "1073741824" });
}

// Listed one by one from the first, they would take minutes.
TEST(HostileFiles, Hdf5GroupsMayHaveManyLinks)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("many.h5");
  {
    const auto         counts = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });
    const Hdf5TestFile file(path);
    file.Array("/data", { 3, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
    file.Group("/links");
    for (int i = 0; i < 30000; ++i)
    {
      H5Lcreate_hard(file.Id(), "/data", file.Id(), ("/links/" + std::to_string(i)).c_str(), H5P_DEFAULT, H5P_DEFAULT);
    }
  }
  EXPECT_EQ(OpenScanFile(path)->Header().dataSet, "/data");
}
} // namespace
