// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"

#include <numeric>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fourdstem::ScanShape;

const ScanShape                  Shape{ 3, 5, 6, 4 };
const std::vector<hsize_t>       Extents{ 3, 5, 6, 4 };
const std::vector<std::uint16_t> Counts = CountingScan<std::uint16_t>(Shape);

class Emd02Layout : public ::testing::Test
{
protected:
  /** An EMD group with an array of which axis i is number numbers[i] of the scan's. */
  static void
  WriteGroup(const Hdf5TestFile &             file,
             const std::string &              path,
             const std::vector<std::size_t> & numbers = { 0, 1, 2, 3 },
             const std::vector<hsize_t> &     chunk = {})
  {
    std::vector<hsize_t> extents;
    for (const std::size_t number : numbers)
    {
      extents.push_back(Extents[number]);
    }
    file.Group(path);
    file.Attribute(path, "emd_group_type", 1);
    file.Array(path + "/data",
               extents,
               H5T_STD_U16LE,
               H5T_NATIVE_UINT16,
               Reordered(Counts, Extents, numbers).data(),
               chunk,
               chunk.empty() ? 0 : 2);
  }

  /** Steps of 2, 3, 0.5 and 0.25 along Ry, Rx, Qy and Qx, coordinates as `count` of them or all. */
  static void
  WriteDimensions(const Hdf5TestFile &             file,
                  const std::string &              path,
                  const std::vector<std::size_t> & numbers,
                  const std::vector<std::string> & names,
                  const std::vector<std::string> & units,
                  std::size_t                      count = 0)
  {
    const double firsts[] = { 10, 0, -1.5, -0.5 };
    const double steps[] = { 2, 3, 0.5, 0.25 };
    for (std::size_t i = 0; i < numbers.size(); ++i)
    {
      const std::size_t axis = numbers[i];
      file.Dimension(path + "/dim" + std::to_string(i + 1),
                     Steps(count == 0 ? Extents[axis] : count, firsts[axis], steps[axis]),
                     units[axis],
                     names[axis]);
    }
  }

  static void
  ExpectCalibration(const fourdstem::ScanHeader & header, const std::string & scanSource)
  {
    EXPECT_EQ(header.scan.spacing[0], 2);
    EXPECT_EQ(header.scan.spacing[1], 3);
    EXPECT_EQ(header.scan.offset[0], 10);
    EXPECT_EQ(header.scan.unit, "nm");
    EXPECT_EQ(header.scan.source, scanSource);
    EXPECT_EQ(header.detector.spacing[0], 0.5);
    EXPECT_EQ(header.detector.spacing[1], 0.25);
    EXPECT_EQ(header.detector.offset[0], -1.5);
    EXPECT_EQ(header.detector.offset[1], -0.5);
    EXPECT_EQ(header.detector.unit, "1/nm");
  }

  std::unique_ptr<fourdstem::ScanFile>
  ExpectScan(const ScanFileOptions & options = {}) const
  {
    auto scan = OpenScanFile(m_Path, options);
    EXPECT_TRUE(scan->Shape() == Shape);
    for (const std::int64_t atOnce : { 1, 2, 5 })
    {
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan, atOnce), Counts);
    }
    return scan;
  }

  const std::vector<std::string> m_Names{ "y", "x", "ky", "kx" };
  const std::vector<std::string> m_Units{ "[n_m]", "[n_m]", "[n_m^-1]", "[n_m^-1]" };
  const std::vector<std::size_t> m_Reversed{ 3, 2, 1, 0 };
  TemporaryFolder                m_Folder;
  const std::string              m_Path = m_Folder.Path("scan.emd");
};

TEST_F(Emd02Layout, AGroupAnywhereWithCoordinatesFromOne)
{
  for (const std::size_t count : { 0, 2 })
  {
    {
      const Hdf5TestFile file(m_Path);
      file.Attribute("/", "version_major", 0);
      file.Attribute("/", "version_minor", 2);
      file.Group("/data");
      file.Group("/microscope");
      file.Attribute("/microscope", "voltage", 300000.0);
      file.Attribute("/microscope", "name", "TEAM I");
      WriteGroup(file, "/data/scan");
      WriteDimensions(file, "/data/scan", { 0, 1, 2, 3 }, m_Names, { "n_m", "n_m", "n_m^-1", "[1/n_m]" }, count);
    }
    const auto   scan = this->ExpectScan();
    const auto & header = scan->Header();
    EXPECT_EQ(header.format, "EMD 0.2");
    EXPECT_EQ(header.dataSet, "/data/scan/data");
    ExpectCalibration(header, "dim1, dim2");
    EXPECT_EQ(header.metadata.at("Microscope_voltage"), "300000");
    EXPECT_EQ(header.metadata.at("Microscope_name"), "TEAM I");
  }
}

TEST_F(Emd02Layout, OnlyTheNumberMarksAGroupAndSeveralAreAChoice)
{
  {
    const Hdf5TestFile file(m_Path);
    file.Array("/other", Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data());
    file.Group("/text");
    file.Attribute("/text", "emd_group_type", "1");
  }
  EXPECT_EQ(OpenScanFile(m_Path)->Header().format, "HDF5");
  {
    const Hdf5TestFile file(m_Path);
    WriteGroup(file, "/a");
    WriteGroup(file, "/b");
  }
  ExpectMentions(ComplaintAbout(m_Path), { "/a/data (3, 5, 6, 4), /b/data (3, 5, 6, 4)" });
}

TEST_F(Emd02Layout, RosettasciioReversesAxes)
{
  for (const std::vector<hsize_t> & chunk : { std::vector<hsize_t>{}, { 4, 6, 2, 1 }, { 3, 6, 5, 2 } })
  {
    for (const bool hasUnits : { true, false })
    {
      {
        const Hdf5TestFile file(m_Path);
        file.Attribute("/", "version_major", "0");
        file.Attribute("/", "version_minor", "2");
        file.Group("/signals");
        WriteGroup(file, "/signals/a scan", m_Reversed, chunk);
        WriteDimensions(file,
                        "/signals/a scan",
                        m_Reversed,
                        hasUnits ? m_Names : std::vector<std::string>(4),
                        hasUnits ? m_Units : std::vector<std::string>(4),
                        2);
      }
      const auto   scan = this->ExpectScan();
      const auto & notes = scan->Header().notes;
      ASSERT_EQ(notes.size(), 2U);
      ExpectMentions(notes[0], { "/signals", "rosettasciio", "reversed" });
      ExpectMentions(notes[1], { "4 axes", "numbers 4, 3, 2, 1 are read as Ry, Rx, Qy, Qx." });
      if (hasUnits)
      {
        ExpectCalibration(scan->Header(), "dim4, dim3");
      }
    }
    ScanFileOptions options;
    options.scanShape = { 5, 3 };
    ExpectMentions(ComplaintAbout(m_Path, options), { "5 x 3", "3 x 5", "in their own" });
  }
}

TEST_F(Emd02Layout, AReversedStackTakesAScanShape)
{
  {
    const std::vector<hsize_t> extents{ 15, 6, 4 };
    const Hdf5TestFile         file(m_Path);
    file.Group("/signals");
    file.Group("/signals/s");
    file.Attribute("/signals/s", "emd_group_type", 1);
    file.Array("/signals/s/data",
               { 4, 6, 15 },
               H5T_STD_U16LE,
               H5T_NATIVE_UINT16,
               Reordered(Counts, extents, { 2, 1, 0 }).data());
  }
  ExpectMentions(ComplaintAbout(m_Path), { "15 patterns" });
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  this->ExpectScan(options);
}

TEST_F(Emd02Layout, AxesOfTheDetectorFirstAreKnownByUnitsOrNames)
{
  const std::vector<std::size_t> numbers{ 2, 3, 0, 1 };
  for (const bool hasUnits : { true, false })
  {
    {
      const Hdf5TestFile file(m_Path);
      WriteGroup(file, "/scan", numbers);
      WriteDimensions(file,
                      "/scan",
                      numbers,
                      hasUnits ? std::vector<std::string>(4) : m_Names,
                      hasUnits ? m_Units : std::vector<std::string>(4, "px"));
    }
    const auto scan = this->ExpectScan();
    ExpectMentions(scan->Header().notes.at(0), { "first axes", "detector's by their units or names" });
    ExpectMentions(scan->Header().notes.at(1), { "numbers 3, 4, 1, 2" });
    if (hasUnits)
    {
      ExpectCalibration(scan->Header(), "dim3, dim4");
    }
  }
}

TEST_F(Emd02Layout, ReversedScansLargerThanMemoryAreDecodedInParts)
{
  constexpr std::int64_t    side = 512;
  const std::vector<double> ones(side * side * 4, 1);
  {
    const Hdf5TestFile file(m_Path);
    file.Group("/signals");
    file.Group("/signals/s");
    file.Attribute("/signals/s", "emd_group_type", 1);
    file.Array(
      "/signals/s/data", { side, side, 1, 100 }, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, nullptr, { side, side, 1, 4 });
    const hid_t   dataSet = H5Dopen2(file.Id(), "/signals/s/data", H5P_DEFAULT);
    const hsize_t place[] = { 0, 0, 0, 96 };
    H5Dwrite_chunk(dataSet, H5P_DEFAULT, 0, place, ones.size() * sizeof(double), ones.data());
    H5Dclose(dataSet);
  }
  const auto scan = OpenScanFile(m_Path);
  EXPECT_TRUE((scan->Shape() == ScanShape{ 100, 1, side, side }));
  fourdstem::PatternLease lease;
  for (const std::int64_t row : { 95, 96, 99 })
  {
    const auto block = scan->Read(row, 0, 1, lease);
    EXPECT_EQ(block.Row<double>(0, 0)[0], row < 96 ? 0 : 1);
    EXPECT_EQ(block.Row<double>(0, side - 1)[side - 1], row < 96 ? 0 : 1);
  }
}

/** As fpd writes: a colour axis, coordinates that are texts, settings for each position. */
void
WriteFpd(const Hdf5TestFile & file, const std::vector<hsize_t> & scan)
{
  file.Attribute("/", "fpd_version", "0.3.0");
  file.Group("/fpd_expt");
  const auto group = [&](const std::string & name) {
    const std::string path = "/fpd_expt/" + name;
    file.Group(path);
    file.Attribute(path, "emd_group_type", 1);
    file.Text(path + "/dim1", "y");
    file.Attribute(path + "/dim1", "name", "scanY");
    file.Text(path + "/dim2", "x");
    file.Attribute(path + "/dim2", "name", "scanX");
    file.Array(path + "/dim3", { 1 }, H5T_STD_I64LE, H5T_NATIVE_UINT16, Counts.data());
    file.Attribute(path + "/dim3", "name", "colour");
    return path;
  };
  file.Array(group("DAC") + "/data", { scan[0], scan[1], 1, 8 }, H5T_STD_U8LE, H5T_NATIVE_UINT16, Counts.data());
  const std::string path = group("fpd_data");
  file.Dimension(path + "/dim4", Steps(6, 0, 1), "?/m", "detY");
  file.Dimension(path + "/dim5", Steps(4, 0, 1), "?/m", "detX");

  const hsize_t extents[] = { scan[0], scan[1], 1, 6, 4 };
  const hsize_t chunk[] = { 1, 2, 1, 4, 4 };
  const hid_t   space = H5Screate_simple(5, extents, nullptr);
  const hid_t   creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, 5, chunk);
  H5Pset_fletcher32(creation);
  H5Pset_shuffle(creation);
  H5Pset_deflate(creation, 4);
  const hid_t dataSet =
    H5Dcreate2(file.Id(), (path + "/data").c_str(), H5T_STD_U16BE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  H5Dwrite(dataSet, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, Counts.data());
  H5Dclose(dataSet);
  H5Pclose(creation);
  H5Sclose(space);
}

TEST_F(Emd02Layout, FpdHasAnAxisOfColours)
{
  {
    const Hdf5TestFile file(m_Path);
    WriteFpd(file, { 3, 5 });
  }
  const auto   scan = this->ExpectScan();
  const auto & header = scan->Header();
  EXPECT_EQ(header.dataSet, "/fpd_expt/fpd_data/data");
  EXPECT_EQ(header.storedByteOrder, fourdstem::ByteOrder::Big);
  EXPECT_EQ(header.metadata.at("FpdVersion"), "0.3.0");
  EXPECT_TRUE(header.scan.source.empty());
  ASSERT_EQ(header.notes.size(), 2U);
  ExpectMentions(header.notes[0], { "'?/m'", "not known", "1 px is assumed" });
  ExpectMentions(header.notes[1], { "numbers 1, 2, 4, 5" });
  ScanFileOptions options;
  options.dataSet = "/fpd_expt/fpd_data";
  this->ExpectScan(options);
}

TEST_F(Emd02Layout, FpdOfOneScanRow)
{
  {
    const Hdf5TestFile file(m_Path);
    WriteFpd(file, { 1, 15 });
  }
  const auto scan = OpenScanFile(m_Path);
  EXPECT_TRUE((scan->Shape() == ScanShape{ 1, 15, 6, 4 }));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 4), Counts);
}
} // namespace
