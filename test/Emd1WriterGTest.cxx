// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FileSizeLimit.h"
#include "Hdf5Fixtures.h"
#include "RunProgram.h"

#include "fourdstem/Emd1Writer.h"
#include "fourdstem/PatternAdaptors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

ScanHeader
HeaderOf(const ScanShape & shape)
{
  ScanHeader header;
  header.shape = shape;
  return header;
}

/** A whole scan through CopyScan. */
template <typename T>
void
WriteScan(const std::string &    path,
          const std::vector<T> & values,
          const ScanHeader &     header,
          const Emd1Options &    options = {},
          const Execution &      execution = {})
{
  Emd1Writer writer(path, header, ElementTypeOf<T>(), options, { { "FourDSTEM_Program", "test" } });
  CopyScan(MemoryPatternSource(values.data(), header.shape), writer, execution);
}

/** All values of a data set, and its chunk extents, as HDF5 reads them. */
template <typename T>
std::vector<T>
ReadByHdf5(const std::string & path, hid_t memory, std::vector<hsize_t> & chunk)
{
  const hid_t    file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t    data = H5Dopen2(file, "/datacube_root/datacube/data", H5P_DEFAULT);
  const hid_t    space = H5Dget_space(data);
  const hid_t    creation = H5Dget_create_plist(data);
  std::vector<T> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  chunk.resize(4);
  H5Pget_chunk(creation, 4, chunk.data());
  EXPECT_GE(H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
  for (const hid_t id : { creation, space, data, file })
  {
    H5Idec_ref(id);
  }
  return values;
}

class Emd1WriterTest : public ::testing::Test
{
protected:
  std::string
  Path(const std::string & name) const
  {
    return m_Folder.Path(name);
  }
  std::ptrdiff_t
  Files() const
  {
    return std::distance(fs::directory_iterator(m_Folder.Get()), fs::directory_iterator());
  }
  std::string
  Content(const std::string & name) const
  {
    return FileContent(fs::u8path(this->Path(name)));
  }

  template <typename T>
  void
  ExpectRoundTrip(const ScanShape & shape, hid_t memory)
  {
    const auto values = CountingScan<T>(shape);
    for (const auto chunks : { Emd1Chunks::Frames, Emd1Chunks::Blocks })
    {
      for (const bool compress : { false, true })
      {
        WriteScan(this->Path("scan.h5"), values, HeaderOf(shape), { chunks, compress, true, 0 });
        {
          const auto file = OpenScanFile(this->Path("scan.h5"));
          EXPECT_EQ(file->Header().format, "EMD 1.0 (py4DSTEM)");
          EXPECT_EQ(file->Shape(), shape);
          EXPECT_EQ(ReadAll<T>(*file), values);
        }
        std::vector<hsize_t> chunk;
        EXPECT_EQ(ReadByHdf5<T>(this->Path("scan.h5"), memory, chunk), values);
        if (chunks == Emd1Chunks::Frames)
        {
          EXPECT_EQ(chunk,
                    (std::vector<hsize_t>{ 1, 1, static_cast<hsize_t>(shape.qy), static_cast<hsize_t>(shape.qx) }));
        }
      }
    }
  }

private:
  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(Emd1WriterTest, EveryTypeComesBack)
{
  const ScanShape shape{ 3, 5, 4, 6 };
  this->ExpectRoundTrip<std::uint8_t>(shape, H5T_NATIVE_UINT8);
  this->ExpectRoundTrip<std::int8_t>(shape, H5T_NATIVE_INT8);
  this->ExpectRoundTrip<std::uint16_t>(shape, H5T_NATIVE_UINT16);
  this->ExpectRoundTrip<std::int16_t>(shape, H5T_NATIVE_INT16);
  this->ExpectRoundTrip<std::uint32_t>(shape, H5T_NATIVE_UINT32);
  this->ExpectRoundTrip<std::int32_t>(shape, H5T_NATIVE_INT32);
  this->ExpectRoundTrip<std::uint64_t>(shape, H5T_NATIVE_UINT64);
  this->ExpectRoundTrip<std::int64_t>(shape, H5T_NATIVE_INT64);
  this->ExpectRoundTrip<float>(shape, H5T_NATIVE_FLOAT);
  this->ExpectRoundTrip<double>(shape, H5T_NATIVE_DOUBLE);
}

TEST_F(Emd1WriterTest, ChunksThatDoNotFitTheScan)
{
  this->ExpectRoundTrip<std::uint16_t>({ 1, 1, 1, 1 }, H5T_NATIVE_UINT16);
  this->ExpectRoundTrip<std::uint16_t>({ 1, 7, 33, 64 }, H5T_NATIVE_UINT16);
  this->ExpectRoundTrip<std::uint16_t>({ 18, 17, 40, 5 }, H5T_NATIVE_UINT16);
}

TEST_F(Emd1WriterTest, IndexesOfOneTwoAndThreeLevels)
{
  // A node of the index holds 64 chunks.
  for (const ScanShape & shape : { ScanShape{ 8, 8, 2, 3 }, ScanShape{ 5, 13, 2, 3 }, ScanShape{ 70, 61, 2, 1 } })
  {
    this->ExpectRoundTrip<std::uint8_t>(shape, H5T_NATIVE_UINT8);
  }
}

TEST_F(Emd1WriterTest, LargeScanRowsAreDividedIntoBlocks)
{
  // A scan row is 17 columns of 2 MiB, so blocks hold one scan row.
  const ScanShape shape{ 2, 17, 1024, 1024 };
  const auto      values = CountingScan<std::uint16_t>(shape);
  WriteScan(this->Path("scan.h5"), values, HeaderOf(shape), { Emd1Chunks::Blocks, false, false, 2 });
  std::vector<hsize_t> chunk;
  EXPECT_EQ(ReadByHdf5<std::uint16_t>(this->Path("scan.h5"), H5T_NATIVE_UINT16, chunk), values);
  EXPECT_EQ(chunk, (std::vector<hsize_t>{ 1, 16, 32, 32 }));
}

TEST_F(Emd1WriterTest, CompressionMakesSmaller)
{
  const ScanShape                  shape{ 4, 5, 32, 32 };
  const std::vector<std::uint16_t> zeros(20 * 32 * 32);
  WriteScan(this->Path("plain.h5"), zeros, HeaderOf(shape));
  WriteScan(this->Path("small.h5"), zeros, HeaderOf(shape), { Emd1Chunks::Frames, true, false, 0 });
  EXPECT_LT(this->Content("small.h5").size(), this->Content("plain.h5").size() / 2);
}

TEST_F(Emd1WriterTest, BytesDependOnNothingElse)
{
  const ScanShape shape{ 6, 19, 40, 35 };
  const auto      values = CountingScan<std::uint16_t>(shape);
  for (const auto chunks : { Emd1Chunks::Frames, Emd1Chunks::Blocks })
  {
    WriteScan(this->Path("one.h5"), values, HeaderOf(shape), { chunks, true, true, 1 }, { 1, {} });
    WriteScan(this->Path("four.h5"), values, HeaderOf(shape), { chunks, true, true, 4 }, { 4, {} });
    EXPECT_TRUE(this->Content("one.h5") == this->Content("four.h5"));
  }
}

TEST_F(Emd1WriterTest, CalibrationComesBack)
{
  ScanHeader header = HeaderOf({ 3, 5, 6, 4 });
  header.scan = { { 1.5, 1.5 }, { 4.5, 3.0 }, "nm", "test" };
  header.detector = { { 0.25, 0.25 }, { -0.625, -0.375 }, "1/nm", "test" };
  const auto values = CountingScan<float>(header.shape);
  const auto reopen = [&](const std::string & name) {
    WriteScan(this->Path(name), values, header);
    return OpenScanFile(this->Path(name))->Header();
  };
  const ScanHeader read = reopen("nm.h5");
  EXPECT_EQ(read.scan.unit, "nm");
  EXPECT_EQ(read.detector.unit, "1/nm");
  for (const int axis : { 0, 1 })
  {
    EXPECT_DOUBLE_EQ(read.scan.spacing[axis], 1.5);
    EXPECT_DOUBLE_EQ(read.scan.offset[axis], header.scan.offset[axis]);
    EXPECT_DOUBLE_EQ(read.detector.spacing[axis], 0.25);
    EXPECT_DOUBLE_EQ(read.detector.offset[axis], header.detector.offset[axis]);
  }
  EXPECT_EQ(read.metadata.at("Calibration_qx0_mean"), "2.5");
  EXPECT_EQ(read.metadata.at("Calibration_Q_pixel_units"), "A^-1");

  header.scan.spacing[0] = 3;
  header.detector = { { 0.5, 0.75 }, { 0, 0 }, "mrad", "test" };
  const ScanHeader unequal = reopen("mrad.h5");
  EXPECT_DOUBLE_EQ(unequal.scan.spacing[0], 3);
  EXPECT_DOUBLE_EQ(unequal.scan.spacing[1], 1.5);
  EXPECT_EQ(unequal.detector.unit, "mrad");
  EXPECT_DOUBLE_EQ(unequal.detector.spacing[0], 0.5);
  EXPECT_DOUBLE_EQ(unequal.detector.spacing[1], 0.75);
  EXPECT_EQ(unequal.metadata.count("Calibration_qx0_mean"), 0U);

  header.scan = {};
  header.detector = {};
  const ScanHeader unknown = reopen("px.h5");
  EXPECT_EQ(unknown.scan.unit, "px");
  EXPECT_EQ(unknown.detector.unit, "px");
  EXPECT_EQ(unknown.scan.spacing[0], 1);
  EXPECT_EQ(unknown.metadata.count("Calibration_R_pixel_size"), 0U);
}

TEST_F(Emd1WriterTest, TextsThatNoFileShouldHold)
{
  ScanHeader header = HeaderOf({ 1, 1, 1, 1 });
  header.metadata["dose 1/nm"] = "bad \xff\x01 text";
  header.notes = { "A note." };
  WriteScan(this->Path("scan.h5"), std::vector<float>{ 1 }, header);
  const hid_t       file = H5Fopen(this->Path("scan.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const std::string path = "/datacube_root/metadatabundle/source/items/";
  const auto        text = [&](const std::string & name) {
    const hid_t data = H5Dopen2(file, (path + name).c_str(), H5P_DEFAULT);
    const hid_t type = H5Dget_type(data);
    const hid_t space = H5Dget_space(data);
    char *      characters = nullptr;
    H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &characters);
    const std::string result(characters);
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, &characters);
    for (const hid_t id : { space, type, data })
    {
      H5Idec_ref(id);
    }
    return result;
  };
  EXPECT_EQ(text("dose 1|nm"), "bad \xEF\xBF\xBD  text");
  EXPECT_EQ(text("Note_1"), "A note.");
  H5Fclose(file);
}

TEST_F(Emd1WriterTest, NothingIsLeftOfAnUnfinishedScan)
{
  const ScanShape shape{ 4, 5, 6, 7 };
  const auto      values = CountingScan<std::uint16_t>(shape);
  {
    Emd1Writer writer(this->Path("scan.h5"), HeaderOf(shape), ElementType::UInt16);
    writer.Write(values.data(), 19);
    EXPECT_THROW(writer.Write(values.data(), 2), std::out_of_range);
    EXPECT_THROW(writer.Close(), std::logic_error);
    EXPECT_EQ(this->Files(), 1);
  }
  EXPECT_EQ(this->Files(), 0);
  {
    int        reports = 0;
    Emd1Writer writer(this->Path("scan.h5"), HeaderOf(shape), ElementType::UInt16);
    EXPECT_THROW(
      CopyScan(MemoryPatternSource(values.data(), shape), writer, { 2, { [&](double) { return ++reports < 2; } } }),
      Aborted);
    EXPECT_THROW(CopyScan(MemoryPatternSource(values.data(), { 5, 4, 6, 7 }), writer), std::invalid_argument);
  }
  EXPECT_EQ(this->Files(), 0);
  WriteScan(this->Path("scan.h5"), values, HeaderOf(shape));
  EXPECT_THROW(WriteScan(this->Path("scan.h5"), values, HeaderOf(shape)), std::runtime_error);
  EXPECT_THROW(Emd1Writer(this->Path("x.h5"), HeaderOf({ 4, 0, 6, 7 }), ElementType::UInt16), std::invalid_argument);
  EXPECT_THROW(Emd1Writer(this->Path("x.h5"), HeaderOf({ 1, 1, 1 << 16, 1 << 16 }), ElementType::UInt16),
               std::invalid_argument);
  EXPECT_EQ(this->Files(), 1);
}

TEST_F(Emd1WriterTest, AnotherRunsFileStays)
{
  std::ofstream(fs::u8path(this->Path("scan.h5.partial"))) << "mine";
  WriteScan(this->Path("scan.h5"), std::vector<float>{ 1 }, HeaderOf({ 1, 1, 1, 1 }));
  EXPECT_EQ(this->Content("scan.h5.partial"), "mine");
  EXPECT_EQ(this->Files(), 2);
}

TEST_F(Emd1WriterTest, TheFirstErrorInScanOrderIsThrown)
{
  const ScanShape shape{ 40, 3, 64, 64 };
  auto            values = CountingScan<float>(shape);
  const auto      at = [&](std::size_t position) -> float & { return values[position * 64 * 64]; };
  at(20) = 0.5F; // row 6, column 2
  at(21) = 1.5F;
  at(119) = 2.5F;
  const auto source = std::make_shared<MemoryPatternSource>(values.data(), shape);
  for (int run = 0; run < 5; ++run)
  {
    Emd1Writer writer(this->Path("scan.h5"), HeaderOf(shape), ElementType::UInt16);
    try
    {
      CopyScan(*ConvertPatterns(source, ElementType::UInt16), writer, { 4, {} });
      FAIL();
    }
    catch (const std::runtime_error & error)
    {
      ExpectMentions(error.what(), { "0.5", "scan row 6, column 2" });
    }
  }
  EXPECT_EQ(this->Files(), 0);
}

#ifndef _WIN32
TEST_F(Emd1WriterTest, FullDiskIsAnErrorThatLeavesNothing)
{
  const ScanShape shape{ 10, 10, 64, 64 };
  const auto      values = CountingScan<std::uint16_t>(shape);
  for (const rlim_t bytes : { 100, 5000, 100000, 821000 })
  {
    std::string message;
    {
      const FileSizeLimit limit(bytes);
      try
      {
        WriteScan(this->Path("scan.h5"), values, HeaderOf(shape));
      }
      catch (const std::runtime_error & error)
      {
        message = error.what();
      }
    }
    EXPECT_NE(message.find("scan.h5: File too large"), std::string::npos) << message << bytes;
    EXPECT_EQ(this->Files(), 0) << bytes;
  }
}
#endif
