// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "InstrumentFixtures.h"
#include "ScanFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using instruments::Attribute;
using instruments::Groups;

constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 7 };
const std::vector<hsize_t>     Extents{ 3, 5, 6, 7 };

class Hdf5Instruments : public ::testing::Test
{
protected:
  static ScanFileOptions
  Shaped(std::int64_t rows, std::int64_t columns)
  {
    ScanFileOptions options;
    options.scanShape = { rows, columns };
    return options;
  }

  void
  WriteCounts(const Hdf5TestFile &         file,
              const std::string &          path,
              const std::vector<hsize_t> & extents = Extents,
              const std::vector<hsize_t> & chunk = {}) const
  {
    file.Array(path, extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, m_Counts.data(), chunk, chunk.empty() ? 0 : 1);
  }

  TemporaryFolder            m_Folder;
  std::vector<std::uint16_t> m_Counts = CountingScan<std::uint16_t>(Shape);
  std::string                m_Path = m_Folder.Path("scan.h5");
};

/** A DM5 file whose image is number 11 in a list that has a thumbnail as number 2; axes from the fastest on. */
class Dm5Format : public Hdf5Instruments
{
protected:
  struct Axis
  {
    double      scale;
    double      origin;
    std::string unit;
  };

  void
  Write(const std::vector<Axis> & axes, const std::vector<hsize_t> & extents = Extents) const
  {
    const Hdf5TestFile file(m_Path);
    const std::string  image = "/ImageList/[11]/ImageData";
    Groups(file, "/DocumentObjectList/[0]");
    Groups(file, "/ImageSourceList/[1]");
    Groups(file, "/ImageSourceList/[0]");
    Attribute(file, "/DocumentObjectList/[0]", "ImageSource", 1, H5T_STD_U64LE);
    Attribute(file, "/ImageSourceList/[1]", "ImageRef", 11, H5T_STD_U32LE);
    Attribute(file, "/ImageSourceList/[0]", "ImageRef", 2, H5T_STD_U32LE);
    Groups(file, "/ImageList/[2]/ImageData");
    this->WriteCounts(file, "/ImageList/[2]/ImageData/Data");
    for (std::size_t i = 0; i < axes.size(); ++i)
    {
      const std::string axis = image + "/Calibrations/Dimension/[" + std::to_string(i) + "]";
      Groups(file, axis);
      Attribute(file, axis, "Scale", axes[i].scale, H5T_IEEE_F32LE);
      Attribute(file, axis, "Origin", axes[i].origin, H5T_IEEE_F32LE);
      file.Attribute(axis, "Units", axes[i].unit, false);
    }
    Groups(file, image);
    this->WriteCounts(file, image + "/Data", extents);
    Groups(file, "/ImageList/[11]/ImageTags/Microscope Info");
    Attribute(file, "/ImageList/[11]/ImageTags/Microscope Info", "Voltage", 300000);
    Attribute(file, "/ImageList/[11]/ImageTags/Microscope Info", "STEM Camera Length", 460);
  }
};

TEST_F(Dm5Format, TheShownImageIsReadWithItsCalibration)
{
  this->Write({ { 0.25, 3, "1/nm" }, { 0.5, -2, "1/nm" }, { 2, 1, "nm" }, { 4000, 0, "pm" } });
  const auto   scan = OpenScanFile(m_Path);
  const auto & header = scan->Header();
  EXPECT_EQ(header.format, "Gatan DM5");
  EXPECT_EQ(header.dataSet, "/ImageList/[11]/ImageData/Data");
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  EXPECT_EQ(header.detector.unit, "1/nm");
  EXPECT_EQ(header.detector.spacing[0], 0.5);
  EXPECT_EQ(header.detector.spacing[1], 0.25);
  EXPECT_EQ(header.detector.offset[0], 1);
  EXPECT_EQ(header.detector.offset[1], -0.75);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_EQ(header.scan.spacing[0], 4);
  EXPECT_EQ(header.scan.spacing[1], 2);
  EXPECT_EQ(header.scan.offset[1], -2);
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "300000");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.46");
  EXPECT_EQ(header.candidates.size(), 2U);
}

TEST_F(Dm5Format, StacksTakeAScanShape)
{
  this->Write({ { 1, 0, "mrad" }, { 1, 0, "mrad" }, { 1, 0, "" } }, { 15, 6, 7 });
  ExpectMentions(ComplaintAbout(m_Path), { "15 patterns", "3x5" });
  const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  EXPECT_EQ(scan->Header().detector.unit, "mrad");
}

TEST_F(Dm5Format, AxesThatSayTheOppositeAreNoted)
{
  this->Write({ { 1, 0, "nm" }, { 1, 0, "nm" }, { 1, 0, "mrad" }, { 1, 0, "mrad" } });
  const auto scan = OpenScanFile(m_Path);
  ExpectMentions(scan->Header().notes.back(), { "the fast axes are the scan's", "all the same" });
  EXPECT_EQ(scan->Header().detector.unit, "px");
}

TEST_F(Dm5Format, CalibrationsThatAreNoneAreNoted)
{
  this->Write({ { 0, 0, "1/nm" }, { 1, 0, "1/nm" }, { 1, 0, "furlong" }, { 1, 0, "nm" } });
  const auto scan = OpenScanFile(m_Path);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  ExpectMentions(scan->Header().notes.at(0), { "detector", "steps of 0", "1 px" });
  ExpectMentions(scan->Header().notes.at(1), { "scan", "'furlong'", "1 px" });
}

TEST_F(Dm5Format, WithoutAShownImageTheChoiceIsAskedFor)
{
  this->Write({});
  {
    const hid_t id = H5Fopen(m_Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(id, "/ImageSourceList/[1]", H5P_DEFAULT);
    H5Fclose(id);
  }
  ExpectMentions(ComplaintAbout(m_Path), { "/ImageList/[11]/ImageData/Data", "/ImageList/[2]/ImageData/Data" });
}

TEST_F(Dm5Format, AnImageAtTheTopOfTheFileHasNoCalibration)
{
  {
    const Hdf5TestFile file(m_Path);
    Groups(file, "/DocumentObjectList/[0]");
    Groups(file, "/ImageSourceList/[0]");
    Groups(file, "/ImageList");
    this->WriteCounts(file, "/counts");
  }
  const auto scan = OpenScanFile(m_Path);
  EXPECT_EQ(scan->Header().format, "Gatan DM5");
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  EXPECT_EQ(scan->Header().detector.unit, "px");
}

class NionFormat : public Hdf5Instruments
{
protected:
  static std::string
  Calibrations()
  {
    return R"("dimensional_calibrations": [{"offset": -3.0, "scale": 1.5, "units": "nm"},
      {"offset": 2.0, "scale": 0.5, "units": "nm"}, {"offset": -0.012, "scale": 0.004, "units": "rad"},
      {"offset": 0, "scale": 0.002, "units": "rad"}])";
  }

  void
  ExpectScan(const std::string & dataSet) const
  {
    const auto   scan = OpenScanFile(m_Path);
    const auto & header = scan->Header();
    EXPECT_EQ(header.format, "Nion Swift");
    EXPECT_EQ(header.dataSet, dataSet);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
    EXPECT_EQ(header.scan.unit, "nm");
    EXPECT_EQ(header.scan.spacing[0], 1.5);
    EXPECT_EQ(header.scan.spacing[1], 0.5);
    EXPECT_EQ(header.scan.offset[0], -3);
    EXPECT_EQ(header.detector.unit, "mrad");
    EXPECT_DOUBLE_EQ(header.detector.spacing[0], 4);
    EXPECT_DOUBLE_EQ(header.detector.spacing[1], 2);
    EXPECT_DOUBLE_EQ(header.detector.offset[0], -12);
    EXPECT_TRUE(header.notes.empty());
  }
};

TEST_F(NionFormat, LibraryFilesAreReadWithTheirCalibration)
{
  for (const bool isOld : { false, true })
  {
    const std::string about = R"("collection_dimension_count": 2, "datum_dimension_count": 2, )" + Calibrations();
    {
      const Hdf5TestFile file(m_Path);
      this->WriteCounts(file, "/data", Extents, { 1, 2, 6, 7 });
      file.Attribute("/data",
                     "properties",
                     isOld ? R"({"data_sources": [{)" + about + "}]}"
                           : "{" + about + R"(, "metadata": {"hardware_source": {"high_tension": 60000}}})");
    }
    this->ExpectScan("/data");
    EXPECT_EQ(OpenScanFile(m_Path)->Header().metadata.count("HighVoltage_V"), isOld ? 0U : 1U);
  }
}

TEST_F(NionFormat, ExportedFilesHaveOneCollectionAmongOthers)
{
  {
    const Hdf5TestFile file(m_Path);
    file.Group("/data");
    this->WriteCounts(file, "/data/0");
    file.Attribute("/data/0", "properties", R"({"is_sequence": true, "collection_dimension_count": 1})");
    this->WriteCounts(file, "/data/1");
    file.Attribute("/data/1",
                   "properties",
                   R"({"collection_dimension_count": 2, "datum_dimension_count": 2, )" + Calibrations() + "}");
  }
  this->ExpectScan("/data/1");
}

TEST_F(NionFormat, PropertiesThatTellNothingLeaveTheArray)
{
  for (const std::string properties : { R"({})",
                                        R"({"dimensional_calibrations": 3})",
                                        R"({"dimensional_calibrations": [1, null, {}, {"scale": "a"}]})" })
  {
    {
      const Hdf5TestFile file(m_Path);
      this->WriteCounts(file, "/data");
      file.Attribute("/data", "properties", properties);
    }
    const auto scan = OpenScanFile(m_Path);
    EXPECT_EQ(scan->Header().format, "Nion Swift");
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
    EXPECT_EQ(scan->Header().detector.unit, "px");
  }
  {
    const Hdf5TestFile file(m_Path);
    this->WriteCounts(file, "/data");
    file.Attribute("/data", "properties", "{ no JSON");
  }
  EXPECT_EQ(OpenScanFile(m_Path)->Header().format, "HDF5");
}

class AbtemFormat : public Hdf5Instruments
{
protected:
  void
  Write(const std::vector<double> & sampling, const std::vector<double> & offsets, const std::string & units) const
  {
    const Hdf5TestFile file(m_Path);
    const hsize_t      axes = sampling.size();
    this->WriteCounts(file, "/array");
    file.Array("/sampling", { axes }, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, sampling.data());
    file.Array("/offset", { axes }, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, offsets.data());
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 10);
    file.Array("/units", { axes }, text, text, units.data());
    H5Tclose(text);
  }

  static std::string
  Padded(const std::vector<std::string> & texts)
  {
    std::string all;
    for (const std::string & text : texts)
    {
      all += text + std::string(10 - text.size(), '\0');
    }
    return all;
  }
};

TEST_F(AbtemFormat, EveryAxisHasACalibration)
{
  this->Write({ 2, 4, 1.5, 0.5 }, { 10, 20, -4.5, -1.5 }, Padded({ "\xC3\x85", "\xC3\x85", "mrad.", "mrad." }));
  const auto   scan = OpenScanFile(m_Path);
  const auto & header = scan->Header();
  EXPECT_EQ(header.format, "abTEM");
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  EXPECT_DOUBLE_EQ(header.scan.spacing[0], 0.2);
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 0.4);
  EXPECT_DOUBLE_EQ(header.scan.offset[1], 2);
  EXPECT_EQ(header.detector.unit, "mrad");
  EXPECT_EQ(header.detector.spacing[0], 1.5);
  EXPECT_EQ(header.detector.offset[1], -1.5);
  EXPECT_TRUE(header.notes.empty());
}

TEST_F(AbtemFormat, AxesWithoutCalibrationAreInPixels)
{
  this->Write({ 0, 0, 1.5, 0.5 }, { 0, 0, 0, 0 }, Padded({ "", "", "1/\xC3\x85", "1/\xC3\x85" }));
  const auto scan = OpenScanFile(m_Path);
  EXPECT_TRUE(scan->Header().scan.source.empty());
  EXPECT_EQ(scan->Header().detector.unit, "1/nm");
  EXPECT_EQ(scan->Header().detector.spacing[0], 15);
  this->Write({ 1.5, 0.5 }, { 0, 0 }, Padded({ "mrad", "mrad" }));
  ExpectMentions(OpenScanFile(m_Path)->Header().notes.at(0), { "one entry for each of the 4 axes", "1 px" });
}

/** A series of camera frames, the frames being the fastest axis, beside an image. */
class VeloxFormat : public Hdf5Instruments
{
protected:
  void
  Write(const std::string & metadata, const std::vector<hsize_t> & chunk = {}, bool isTwice = false) const
  {
    const Hdf5TestFile         file(m_Path);
    std::vector<std::uint16_t> turned(m_Counts.size());
    for (std::size_t frame = 0; frame < 15; ++frame)
    {
      for (std::size_t pixel = 0; pixel < 42; ++pixel)
      {
        turned[pixel * 15 + frame] = m_Counts[frame * 42 + pixel];
      }
    }
    file.Text("/Version", R"({"version": "8", "format": "Velox"})");
    for (const std::string & series : { m_Series, std::string("/Data/Image/0b") })
    {
      if (series == m_Series || isTwice)
      {
        Groups(file, series);
        file.Array(series + "/Data",
                   { 6, 7, 15 },
                   H5T_STD_U16LE,
                   H5T_NATIVE_UINT16,
                   turned.data(),
                   chunk,
                   chunk.empty() ? 0 : 1);
      }
    }
    Groups(file, "/Data/Image/ff");
    this->WriteCounts(file, "/Data/Image/ff/Data", { 3, 5, 1 });
    std::vector<std::uint8_t> column(300 * 15, 0);
    for (std::size_t i = 0; i < metadata.size(); ++i)
    {
      column[i * 15] = static_cast<std::uint8_t>(metadata[i]);
    }
    file.Array(m_Series + "/Metadata", { 300, 15 }, H5T_STD_U8LE, H5T_NATIVE_UINT8, column.data());
  }

  std::string m_Series = "/Data/Image/0a";
};

TEST_F(VeloxFormat, FramesAreTheFastestAxis)
{
  for (const std::vector<hsize_t> & chunk : std::vector<std::vector<hsize_t>>{ {}, { 6, 7, 1 }, { 2, 3, 4 } })
  {
    this->Write("", chunk);
    ExpectMentions(ComplaintAbout(m_Path), { "15 patterns", "3x5" });
    const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
    EXPECT_TRUE(scan->Shape() == Shape);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 5), m_Counts);
    EXPECT_EQ(scan->Header().format, "Velox EMD");
    EXPECT_EQ(scan->Header().dataSet, m_Series + "/Data");
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, Shaped(15, 1))), m_Counts);
  }
}

TEST_F(VeloxFormat, MetadataHasTheCalibration)
{
  this->Write(R"({"BinaryResult": {"PixelSize": {"width": "2.5e7", "height": "5e7"}, "PixelUnitX": "1/m",
                  "PixelUnitY": "1/m", "Offset": {"x": "-1e8", "y": "0"}},
                  "Optics": {"AccelerationVoltage": "200000", "CameraLength": "0.23"}})");
  const auto header = OpenScanFile(m_Path, Shaped(3, 5))->Header();
  EXPECT_EQ(header.detector.unit, "1/nm");
  EXPECT_DOUBLE_EQ(header.detector.spacing[0], 0.05);
  EXPECT_DOUBLE_EQ(header.detector.spacing[1], 0.025);
  EXPECT_DOUBLE_EQ(header.detector.offset[1], -0.1);
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "200000");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.23");
  this->Write(R"({"BinaryResult": {"PixelSize": {"width": "1e-10", "height": "1e-10"}, "PixelUnitX": "m",
                  "PixelUnitY": "m"}})");
  ExpectMentions(OpenScanFile(m_Path, Shaped(3, 5))->Header().notes.at(0), { "detector", "'m'", "1 px" });
  this->Write("{ no JSON");
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, Shaped(3, 5))), m_Counts);
}

TEST_F(VeloxFormat, SeveralSeriesAreAChoice)
{
  this->Write("", {}, true);
  ExpectMentions(ComplaintAbout(m_Path), { "/Data/Image/0a/Data (6, 7, 15)", "/Data/Image/0b/Data (6, 7, 15)" });
  ScanFileOptions options = Shaped(3, 5);
  options.dataSet = "/Data/Image/0b/Data";
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, options)), m_Counts);
}
} // namespace
