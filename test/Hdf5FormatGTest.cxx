// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"
#include "ScanFixtures.h"

#include <thread>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };
const std::vector<hsize_t> Extents{ 3, 5, 6, 4 };

/** A file as py4DSTEM 0.14 writes it, without calibration. */
void
WriteEmd(const Hdf5TestFile & file, const std::vector<std::uint16_t> & counts, const std::vector<hsize_t> & chunk = {})
{
  file.Attribute("/", "emd_group_type", "file");
  file.Attribute("/", "version_major", 1);
  file.Group("/root");
  file.Group("/root/cube");
  file.Attribute("/root/cube", "emd_group_type", "array");
  file.Attribute("/root/cube", "python_class", "DataCube");
  file.Array("/root/cube/data", Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data(), chunk, chunk.empty() ? 0 : 4);
}

void
WriteDimension(const Hdf5TestFile & file, int number, double first, double second, const std::string & unit)
{
  const double      values[] = { first, second };
  const std::string path = "/root/cube/dim" + std::to_string(number);
  file.Array(path, { 2 }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, values);
  file.Attribute(path, "units", unit);
}

TEST(Hdf5Format, Emd1WithCalibrationGroup)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, counts);
    WriteDimension(file, 0, 5, 6, "pixels");
    file.Group("/root/metadatabundle");
    file.Group("/root/metadatabundle/calibration");
    const std::string calibration = "/root/metadatabundle/calibration/";
    file.Number(calibration + "R_pixel_size", 20);
    file.Text(calibration + "R_pixel_units", "A");
    file.Number(calibration + "Q_pixel_size", 0.02);
    file.Text(calibration + "Q_pixel_units", "A^-1", false);
    file.Number(calibration + "qx0_mean", 3);
    file.Number(calibration + "qy0_mean", 2);
    file.Number(calibration + "QR_rotation", 0.5);
    file.Text(calibration + "_target_paths", "/cube");
  }
  const auto   scan = OpenScanFile(path);
  const auto & header = scan->Header();
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), counts);
  EXPECT_EQ(header.dataSet, "/root/cube/data");
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 2);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_DOUBLE_EQ(header.detector.spacing[0], 0.2);
  EXPECT_DOUBLE_EQ(header.detector.offset[0], -0.6);
  EXPECT_DOUBLE_EQ(header.detector.offset[1], -0.4);
  EXPECT_EQ(header.detector.source, "calibration/Q_pixel_size");
  EXPECT_EQ(header.metadata.at("Calibration_QR_rotation"), "0.5");
  EXPECT_EQ(header.metadata.count("Calibration__target_paths"), 0U);
}

TEST(Hdf5Format, Emd1CalibratedByItsDimensionsOnly)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, CountingScan<std::uint16_t>(Shape));
    WriteDimension(file, 0, 10, 12, "nm");
    WriteDimension(file, 1, 0, 3, "nm");
    WriteDimension(file, 2, -7, -6.5, "mrad");
    WriteDimension(file, 3, 0, 0.25, "mrad");
  }
  const auto   scan = OpenScanFile(path);
  const auto & header = scan->Header();
  EXPECT_EQ(header.scan.spacing[0], 2);
  EXPECT_EQ(header.scan.spacing[1], 3);
  EXPECT_EQ(header.scan.offset[0], 10);
  EXPECT_EQ(header.detector.spacing[0], 0.5);
  EXPECT_EQ(header.detector.spacing[1], 0.25);
  EXPECT_EQ(header.detector.offset[0], 0);
  EXPECT_EQ(header.detector.unit, "mrad");
}

TEST(Hdf5Format, UnknownUnitsAreNotedAndNotUsed)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, CountingScan<std::uint16_t>(Shape));
    WriteDimension(file, 0, 0, 2, "furlong");
    WriteDimension(file, 1, 0, 2, "furlong");
  }
  const auto scan = OpenScanFile(path);
  EXPECT_EQ(scan->Header().scan.unit, "px");
  EXPECT_EQ(scan->Header().scan.spacing[0], 1);
  ExpectMentions(scan->Header().notes.at(0), { "furlong" });
}

TEST(Hdf5Format, ChunksOfEveryShapeGiveTheSameCounts)
{
  const TemporaryFolder folder;
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  const std::string     path = folder.Path("scan.emd");
  for (const std::vector<hsize_t> & chunk : std::vector<std::vector<hsize_t>>{
         {}, { 1, 1, 6, 4 }, { 1, 2, 6, 4 }, { 2, 3, 4, 3 }, { 3, 5, 1, 1 }, { 2, 1, 6, 2 } })
  {
    {
      const Hdf5TestFile file(path);
      WriteEmd(file, counts, chunk);
    }
    const auto scan = OpenScanFile(path);
    for (const std::int64_t atOnce : { 1, 2, 5 })
    {
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan, atOnce), counts);
    }
  }
}

TEST(Hdf5Format, ScanRowsLargerThanMemoryAllowsAreDecodedInParts)
{
  const TemporaryFolder           folder;
  const std::string               path = folder.Path("wide.h5");
  constexpr std::int64_t          side = 4096;
  const std::vector<std::uint8_t> ones(side * side, 1);
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 2, 5, side, side }, H5T_STD_U8LE, H5T_NATIVE_UINT8, nullptr, { 1, 1, side, side });
    const hid_t   dataSet = H5Dopen2(file.Id(), "/data", H5P_DEFAULT);
    const hsize_t place[] = { 1, 4, 0, 0 };
    H5Dwrite_chunk(dataSet, H5P_DEFAULT, 0, place, ones.size(), ones.data());
    H5Dclose(dataSet);
  }
  const auto              scan = OpenScanFile(path);
  fourdstem::PatternLease lease;
  const auto              block = scan->Read(1, 3, 2, lease);
  EXPECT_EQ(block.Row<std::uint8_t>(0, side - 1)[side - 1], 0);
  EXPECT_EQ(block.Row<std::uint8_t>(1, 0)[0], 1);
  EXPECT_EQ(block.Row<std::uint8_t>(1, side - 1)[side - 1], 1);
}

TEST(Hdf5Format, ChunksBeyondMemoryAreRefused)
{
  const TemporaryFolder            folder;
  const std::string                path = folder.Path("chunk.h5");
  const std::vector<std::uint16_t> padding(1 << 19);
  {
    const Hdf5TestFile file(path);
    file.Array("/padding", { 1 << 19 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, padding.data());
    file.Array("/data", { 2, 2, 16384, 16384 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr, { 2, 2, 16384, 16384 });
  }
  ExpectMentions(ComplaintAbout(path), { "chunks of 2 x 2 patterns", "2147483648", "1073741824" });
}

TEST(Hdf5Format, SeveralThreadsMayRead)
{
  const TemporaryFolder folder;
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  const std::string     path = folder.Path("scan.h5");
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, counts, { 1, 2, 6, 4 });
  }
  const auto               scan = OpenScanFile(path);
  std::vector<int>         same(8, 0);
  std::vector<std::thread> threads;
  for (int & result : same)
  {
    threads.emplace_back([&scan, &counts, &result] { result = ReadAll<std::uint16_t>(*scan, 2) == counts ? 1 : 0; });
  }
  for (std::thread & thread : threads)
  {
    thread.join();
  }
  EXPECT_EQ(same, std::vector<int>(8, 1));
}

TEST(Hdf5Format, TheOnlyArrayOfFourDimensionsIsTheScan)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("any.hdf5");
  const auto            values = CountingScan<float>(Shape);
  {
    const Hdf5TestFile file(path);
    file.Group("/results");
    file.Array("/results/scan", Extents, H5T_IEEE_F32BE, H5T_NATIVE_FLOAT, values.data(), { 1, 5, 6, 4 }, 1);
    file.Array("/mask", { 6, 4 }, H5T_NATIVE_FLOAT, H5T_NATIVE_FLOAT, values.data());
    file.Array("/stack", { 5, 6, 4 }, H5T_NATIVE_FLOAT, H5T_NATIVE_FLOAT, values.data());
    H5Lcreate_hard(file.Id(), "/", file.Id(), "/results/loop", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", file.Id(), "/results/broken", H5P_DEFAULT, H5P_DEFAULT);
  }
  const auto scan = OpenScanFile(path);
  EXPECT_EQ(ReadAll<float>(*scan), values);
  EXPECT_EQ(scan->Header().dataSet, "/results/scan");
  EXPECT_EQ(scan->Header().storedByteOrder, fourdstem::ByteOrder::Big);
}

TEST(Hdf5Format, EveryStoredType)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("types.h5");
  const hid_t           half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  const hid_t       truth = H5Tenum_create(H5T_NATIVE_INT8);
  const std::int8_t flags[] = { 0, 1 };
  H5Tenum_insert(truth, "FALSE", &flags[0]);
  H5Tenum_insert(truth, "TRUE", &flags[1]);
  const std::vector<float>       values = CountingScan<float>(Shape);
  const std::vector<std::int8_t> ones(360, 1);
  for (const std::vector<hsize_t> & chunk : { std::vector<hsize_t>{}, std::vector<hsize_t>{ 2, 2, 6, 4 } })
  {
    const auto reopened = [&](hid_t stored) {
      {
        const Hdf5TestFile file(path);
        const bool         isTruth = stored == truth;
        file.Array("/data",
                   Extents,
                   stored,
                   isTruth ? truth : H5T_NATIVE_FLOAT,
                   isTruth ? static_cast<const void *>(ones.data()) : values.data(),
                   chunk);
      }
      return OpenScanFile(path);
    };
    EXPECT_EQ(ReadAll<float>(*reopened(half)), values);
    EXPECT_EQ(ReadAll<float>(*reopened(H5T_IEEE_F32BE)), values);
    EXPECT_EQ(ReadAll<double>(*reopened(H5T_IEEE_F64LE)), CountingScan<double>(Shape));
    EXPECT_EQ(ReadAll<std::int8_t>(*reopened(H5T_STD_I8LE)), CountingScan<std::int8_t>(Shape));
    EXPECT_EQ(ReadAll<std::uint8_t>(*reopened(H5T_STD_U8LE)), CountingScan<std::uint8_t>(Shape));
    EXPECT_EQ(ReadAll<std::int16_t>(*reopened(H5T_STD_I16BE)), CountingScan<std::int16_t>(Shape));
    EXPECT_EQ(ReadAll<std::uint32_t>(*reopened(H5T_STD_U32BE)), CountingScan<std::uint32_t>(Shape));
    EXPECT_EQ(ReadAll<std::int32_t>(*reopened(H5T_STD_I32LE)), CountingScan<std::int32_t>(Shape));
    EXPECT_EQ(ReadAll<std::uint64_t>(*reopened(H5T_STD_U64LE)), CountingScan<std::uint64_t>(Shape));
    EXPECT_EQ(ReadAll<std::int64_t>(*reopened(H5T_STD_I64BE)), CountingScan<std::int64_t>(Shape));
    EXPECT_EQ(ReadAll<std::uint8_t>(*reopened(truth)), std::vector<std::uint8_t>(360, 1));
    EXPECT_EQ(reopened(truth)->Header().storedType, "bool");
  }
  H5Tclose(half);
  H5Tclose(truth);
}

TEST(Hdf5Format, StacksOfPatternsTakeAScanShape)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("stack.h5");
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  for (const std::vector<hsize_t> & chunk :
       std::vector<std::vector<hsize_t>>{ {}, { 1, 6, 4 }, { 4, 6, 4 }, { 7, 3, 2 } })
  {
    {
      const Hdf5TestFile file(path);
      file.Array(
        "/frames", { 15, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data(), chunk, chunk.empty() ? 0 : 1);
    }
    ExpectMentions(ComplaintAbout(path), { "15 patterns", "3x5", "5x3" });
    ScanFileOptions options;
    options.scanShape = { 3, 5 };
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options), 3), counts);
  }
}

TEST(Hdf5Format, ChoicesAreListed)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("two.h5");
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, counts);
    file.Group("/root/second");
    file.Array("/root/second/data", Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
  }
  // The one that the layout marks as the scan is meant.
  EXPECT_EQ(OpenScanFile(path)->Header().dataSet, "/root/cube/data");
  ScanFileOptions options;
  const auto      candidates = OpenScanFile(path)->Header().candidates;
  ASSERT_EQ(candidates.size(), 2U);
  for (const fourdstem::ScanCandidate & candidate : candidates)
  {
    options.dataSet = candidate.value;
    EXPECT_EQ(OpenScanFile(path, options)->Header().dataSet, candidate.value);
    EXPECT_EQ(candidate.about, "3, 5, 6, 4");
  }
  options.dataSet = "/root/second";
  EXPECT_EQ(OpenScanFile(path, options)->Header().dataSet, "/root/second/data");
  options.dataSet = "/root/third";
  ExpectMentions(ComplaintAbout(path, options), { "/root/third", "/root/cube/data (3, 5, 6, 4)", "/root/second/data" });
  {
    const Hdf5TestFile file(path);
    file.Array("/a", Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
    file.Array("/b", Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
  }
  EXPECT_THROW(OpenScanFile(path), fourdstem::ScanChoiceNeeded);
  ExpectMentions(ComplaintAbout(path), { "/a (3, 5, 6, 4), /b (3, 5, 6, 4)" });
}

TEST(Hdf5Format, DamagedAndHostileFilesAreRefused)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("bad.h5");
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  {
    const Hdf5TestFile file(path);
    file.Array("/vector", { 360 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
  }
  ExpectMentions(ComplaintAbout(path), { "bad.h5", "4 dimensions" });
  {
    const Hdf5TestFile file(path);
    const hsize_t      huge = hsize_t{ 1 } << 20;
    file.Array("/data", { huge, huge, 8, 8 }, H5T_STD_U8LE, H5T_NATIVE_UINT8, nullptr, { 1, 1, 8, 8 });
  }
  ExpectMentions(ComplaintAbout(path), { "/data", "claims" });
  {
    const Hdf5TestFile file(path);
    const hsize_t      huge = hsize_t{ 1 } << 31;
    file.Array("/data", { huge, huge, 256, 256 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr, { 1, 1, 8, 8 });
  }
  ExpectMentions(ComplaintAbout(path), { "impossible" });
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 3, 0, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr);
  }
  ExpectMentions(ComplaintAbout(path), { "bad.h5" });
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, counts);
  }
  std::filesystem::resize_file(std::filesystem::u8path(path),
                               std::filesystem::file_size(std::filesystem::u8path(path)) - 100);
  ExpectMentions(ComplaintAbout(path), { "bad.h5", "cannot be opened", "truncated" });
  EXPECT_TRUE(fourdstem::CanOpenScanFile(path));
}

TEST(Hdf5Format, AChunkThatCannotBeDecodedIsAnErrorWithItsPlace)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("torn.h5");
  {
    const Hdf5TestFile file(path);
    WriteEmd(file, CountingScan<std::uint16_t>(Shape), { 1, 5, 6, 4 });
    const hid_t   dataSet = H5Dopen2(file.Id(), "/root/cube/data", H5P_DEFAULT);
    const hsize_t place[] = { 1, 0, 0, 0 };
    const char    rubbish[] = "this is not compressed";
    H5Dwrite_chunk(dataSet, H5P_DEFAULT, 0, place, sizeof(rubbish), rubbish);
    H5Dclose(dataSet);
  }
  const auto              scan = OpenScanFile(path);
  fourdstem::PatternLease lease;
  EXPECT_EQ(scan->Read(0, 0, 5, lease).count, 5);
  try
  {
    scan->Read(1, 0, 5, lease);
    FAIL() << "a torn chunk was read";
  }
  catch (const std::runtime_error & error)
  {
    ExpectMentions(error.what(), { "torn.h5", "/root/cube/data" });
  }
  EXPECT_EQ(scan->Read(2, 0, 5, lease).count, 5);
}

TEST(Hdf5Format, FilesOfItkAreLeftToItk)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("image.h5");
  {
    const Hdf5TestFile file(path);
    file.Group("/ITKImage");
  }
  EXPECT_FALSE(fourdstem::CanOpenScanFile(path));
}
} // namespace
