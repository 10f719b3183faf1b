// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"

namespace
{
using fourdstem::AxesCalibration;
using fourdstem::OpenScanFile;

const std::vector<hsize_t>       Extents{ 3, 5, 6, 4 };
const std::vector<std::uint16_t> Counts = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });

void
ExpectAxes(const AxesCalibration & axes, double rows, double columns, const std::string & unit)
{
  EXPECT_NEAR(axes.spacing[0], rows, 1e-12 * rows);
  EXPECT_NEAR(axes.spacing[1], columns, 1e-12 * columns);
  EXPECT_EQ(axes.unit, unit);
}

class Py4dstemLayouts : public ::testing::Test
{
protected:
  static void
  WriteCounts(const Hdf5TestFile & file, const std::string & path)
  {
    file.Array(path, Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data());
  }

  /** The groups of py4DSTEM 0.5 to 0.12, with one cube of which the array is called `array`. */
  static void
  WriteTop(const Hdf5TestFile & file, const std::string & top, const std::string & array)
  {
    for (const char * group : { "", "/data", "/data/datacubes", "/data/realslices", "/data/datacubes/a cube" })
    {
      file.Group(top + group);
    }
    file.Attribute(top, "emd_group_type", 2);
    file.Attribute(top, "version_major", "0");
    file.Attribute(top, "version_minor", "12");
    const std::string cube = top + "/data/datacubes/a cube/";
    WriteCounts(file, cube + array);
    for (std::size_t i = 0; i < 4; ++i)
    {
      const std::string names[] = { "R_x", "R_y", "Q_x", "Q_y" };
      file.Dimension(cube + "dim" + std::to_string(i + 1), Steps(Extents[i], 0, 1), "[pix]", names[i]);
    }
    file.Array(top + "/data/realslices/maps", { 3, 5, 2 }, H5T_NATIVE_UINT16, H5T_NATIVE_UINT16, Counts.data());
  }

  static void
  WriteTree(const Hdf5TestFile & file)
  {
    file.Group("/4DSTEM");
    file.Attribute("/4DSTEM", "emd_group_type", "root");
    file.Attribute("/4DSTEM", "version_major", "0");
    file.Attribute("/4DSTEM", "version_minor", "13");
    file.Group("/4DSTEM/cube");
    file.Attribute("/4DSTEM/cube", "emd_group_type", 1);
    file.Attribute("/4DSTEM/cube", "py4dstem_class", "DataCube");
    WriteCounts(file, "/4DSTEM/cube/data");
    // Linear coordinates are stored as their first two.
    file.Dimension("/4DSTEM/cube/dim0", { 0, 3 }, "nm", "Rx");
    file.Dimension("/4DSTEM/cube/dim1", { 0, 2 }, "nm", "Ry");
    file.Dimension("/4DSTEM/cube/dim2", { 0, 0.5 }, "A^-1", "Qx");
    file.Dimension("/4DSTEM/cube/dim3", { 0, 0.25 }, "A^-1", "Qy");
  }

  static void
  WriteCalibration(const Hdf5TestFile & file, const std::string & path, double step)
  {
    file.Group(path);
    file.Attribute(path, "emd_group_type", 0);
    file.Attribute(path, "py4dstem_class", "Calibration");
    file.Number(path + "/R_pixel_size", step);
    file.Text(path + "/R_pixel_units", "A", false);
    file.Number(path + "/Q_pixel_size", 0.02);
    file.Text(path + "/Q_pixel_units", "A^-1", false);
    file.Number(path + "/qx0_mean", 3);
    file.Number(path + "/qy0_mean", 2);
  }

  template <typename TWrite>
  fourdstem::ScanHeader
  Open(TWrite && write, const fourdstem::ScanFileOptions & options = {}) const
  {
    {
      const Hdf5TestFile file(m_Path);
      write(file);
    }
    const auto scan = OpenScanFile(m_Path, options);
    EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 3, 5, 6, 4 }));
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 3), Counts);
    return scan->Header();
  }

  TemporaryFolder   m_Folder;
  const std::string m_Path = m_Folder.Path("old.h5");
};

TEST_F(Py4dstemLayouts, Tree13WithTheNearestCalibration)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteTree(file);
    file.Group("/4DSTEM/cube/other");
    file.Attribute("/4DSTEM/cube/other", "emd_group_type", 1);
    file.Attribute("/4DSTEM/cube/other", "py4dstem_class", "Array");
    WriteCounts(file, "/4DSTEM/cube/other/data");
    WriteCalibration(file, "/4DSTEM/its calibration", 50);
    WriteCalibration(file, "/4DSTEM/cube/its calibration", 20);
  });
  EXPECT_EQ(header.format, "py4DSTEM 0.13");
  EXPECT_EQ(header.dataSet, "/4DSTEM/cube/data");
  ExpectAxes(header.scan, 2, 2, "nm");
  ExpectAxes(header.detector, 0.2, 0.2, "1/nm");
  EXPECT_NEAR(header.detector.offset[0], -0.6, 1e-12);
  EXPECT_NEAR(header.detector.offset[1], -0.4, 1e-12);
  EXPECT_EQ(header.metadata.at("Calibration_qx0_mean"), "3");
  EXPECT_EQ(header.metadata.count("Calibration_py4dstem_class"), 0U);
}

TEST_F(Py4dstemLayouts, Tree13WithACalibrationAboveOrNone)
{
  const auto above = this->Open([&](const Hdf5TestFile & file) {
    WriteTree(file);
    WriteCalibration(file, "/4DSTEM/calibration", 50);
  });
  ExpectAxes(above.scan, 5, 5, "nm");
  const auto without = this->Open(WriteTree);
  ExpectAxes(without.scan, 3, 2, "nm");
  ExpectAxes(without.detector, 5, 2.5, "1/nm");
  EXPECT_EQ(without.scan.source, "dim0, dim1");
}

TEST_F(Py4dstemLayouts, Version12UnderATopGroupOfAnyName)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteTop(file, "/my experiment", "data");
    file.Group("/my experiment/metadata");
    file.Group("/my experiment/metadata/calibration");
    file.Number("/my experiment/metadata/calibration/R_pixel_size", 7);
    file.Text("/my experiment/metadata/calibration/R_pixel_size_units", "\xC3\x85");
    file.Number("/my experiment/metadata/calibration/Q_pixel_size", 0.4);
    file.Text("/my experiment/metadata/calibration/Q_pixel_units", "mrad");
    file.Group("/my experiment/metadata/microscope");
    file.Number("/my experiment/metadata/microscope/accelerating_voltage", 200);
  });
  EXPECT_EQ(header.format, "py4DSTEM 0.12 or older");
  EXPECT_EQ(header.dataSet, "/my experiment/data/datacubes/a cube/data");
  ExpectAxes(header.scan, 0.7, 0.7, "nm");
  ExpectAxes(header.detector, 0.4, 0.4, "mrad");
  EXPECT_EQ(header.metadata.at("Py4dstem_version_minor"), "12");
  EXPECT_EQ(header.metadata.at("Microscope_accelerating_voltage"), "200");
}

TEST_F(Py4dstemLayouts, Version12CalibratedByCoordinates)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteTop(file, "/4DSTEM_experiment", "data");
    file.Group("/4DSTEM_experiment/data/coordinates");
    file.Group("/4DSTEM_experiment/data/coordinates/c");
    file.Number("/4DSTEM_experiment/data/coordinates/c/Q_pixel_size", 0.01);
    file.Text("/4DSTEM_experiment/data/coordinates/c/Q_pixel_units", "A^-1");
  });
  ExpectAxes(header.scan, 1, 1, "px");
  ExpectAxes(header.detector, 0.1, 0.1, "1/nm");
}

TEST_F(Py4dstemLayouts, Version5HasDatacubeAndAttributes)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteTop(file, "/4DSTEM_experiment", "datacube");
    file.Attribute("/4DSTEM_experiment/data/datacubes/a cube", "metadata", 1);
    file.Group("/4DSTEM_experiment/metadata");
    file.Group("/4DSTEM_experiment/metadata/metadata_1");
    const std::string calibration = "/4DSTEM_experiment/metadata/metadata_1/calibration";
    file.Group(calibration);
    file.Attribute(calibration, "R_pix_size", 4.0);
    file.Attribute(calibration, "R_pix_units", "nm");
    file.Attribute(calibration, "K_pix_size", 0.5);
    file.Attribute(calibration, "K_pix_units", "1/nm");
    file.Attribute(calibration, "R_to_K_rotation_degrees", "");
  });
  EXPECT_EQ(header.dataSet, "/4DSTEM_experiment/data/datacubes/a cube/datacube");
  ExpectAxes(header.scan, 4, 4, "nm");
  ExpectAxes(header.detector, 0.5, 0.5, "1/nm");
  EXPECT_EQ(header.metadata.count("Calibration_R_to_K_rotation_degrees"), 0U);
}

TEST_F(Py4dstemLayouts, UnknownUnitsAreNotedAndGiveWayToPixels)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteTop(file, "/4DSTEM_experiment", "data");
    file.Group("/4DSTEM_experiment/metadata");
    file.Group("/4DSTEM_experiment/metadata/calibration");
    file.Number("/4DSTEM_experiment/metadata/calibration/R_pixel_size", 7);
    file.Text("/4DSTEM_experiment/metadata/calibration/R_pixel_size_units", "furlong");
  });
  ExpectAxes(header.scan, 1, 1, "px");
  ExpectMentions(header.notes.at(0), { "furlong", "R_pixel_size_units", "not known" });
}

TEST_F(Py4dstemLayouts, SeveralCubesAreAChoice)
{
  {
    const Hdf5TestFile file(m_Path);
    WriteTop(file, "/4DSTEM_experiment", "data");
    file.Group("/4DSTEM_experiment/data/datacubes/second");
    WriteCounts(file, "/4DSTEM_experiment/data/datacubes/second/data");
  }
  EXPECT_THROW(OpenScanFile(m_Path), fourdstem::ScanChoiceNeeded);
  ExpectMentions(ComplaintAbout(m_Path), { "a cube/data (3, 5, 6, 4)", "second/data (3, 5, 6, 4)" });
}

/** A simulation with coordinates in units as they were written by a version of Prismatic. */
template <typename TCoordinates>
void
WriteSimulation(const Hdf5TestFile & file, const std::string & length, TCoordinates && detectorRows)
{
  const std::string cube = "/4DSTEM_simulation/data/datacubes/CBED_array_depth0000";
  for (const char * group : { "", "/data", "/data/datacubes", "/data/datacubes/CBED_array_depth0000" })
  {
    file.Group(std::string("/4DSTEM_simulation") + group);
  }
  file.Attribute("/4DSTEM_simulation", "emd_group_type", 2);
  file.Attribute(cube, "emd_group_type", 1);
  file.Attribute(cube, "output_depth", 21.5);
  file.Array(cube + "/datacube", Extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data(), { 1, 1, 6, 4 });
  file.Dimension(cube + "/dim1", Steps(3, 1, 0.5), "[" + length + "]", "R_x");
  file.Dimension(cube + "/dim2", Steps(5, 0, 0.25), "[" + length + "]", "R_y");
  file.Dimension(cube + "/dim3", detectorRows, "[" + length + "^-1]", "Q_x");
  file.Dimension(cube + "/dim4", Steps(4, -0.5, 0.25), "[" + length + "^-1]", "Q_y");
}

TEST_F(Py4dstemLayouts, PrismaticWritesAngstromWhateverItCallsThem)
{
  for (const char * length : { "n_m", "\xC3\x85" })
  {
    const auto header = this->Open([&](const Hdf5TestFile & file) {
      WriteSimulation(file, length, Steps(6, -0.375, 0.125));
      std::string group = "/4DSTEM_simulation";
      for (const char * name : { "/metadata", "/metadata_0", "/original", "/simulation_parameters" })
      {
        group += name;
        file.Group(group);
      }
      file.Attribute(group, "E", 80.0);
      file.Attribute(group, "sa", 21.0);
    });
    EXPECT_EQ(header.format, "Prismatic");
    ExpectAxes(header.scan, 0.05, 0.025, "nm");
    EXPECT_NEAR(header.scan.offset[0], 0.1, 1e-12);
    ExpectAxes(header.detector, 1.25, 2.5, "1/nm");
    EXPECT_NEAR(header.detector.offset[0], -3.75, 1e-12);
    EXPECT_NEAR(header.detector.offset[1], -5, 1e-12);
    EXPECT_EQ(header.metadata.at("HighVoltage_V"), "80000");
    EXPECT_EQ(header.metadata.at("ConvergenceSemiangle_mrad"), "21");
    EXPECT_EQ(header.metadata.at("OutputDepth_A"), "21.5");
    const bool isNamedWrongly = std::string(length) == "n_m";
    ASSERT_EQ(header.notes.size(), isNamedWrongly ? 2U : 0U);
    if (isNamedWrongly)
    {
      ExpectMentions(header.notes[0], { "scan", "Angstrom", "whatever the file says" });
      ExpectMentions(header.notes[1], { "detector", "Angstrom" });
    }
  }
}

TEST_F(Py4dstemLayouts, CoordinatesWithDifferentStepsAreNotedAndNotUsed)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteSimulation(file, "A", std::vector<double>{ 0, 0.125, 0.25, -0.375, -0.25, -0.125 });
  });
  ExpectAxes(header.detector, 1, 1, "px");
  ASSERT_EQ(header.notes.size(), 1U);
  ExpectMentions(header.notes[0], { "dim3", "-0.125 instead of 0.625", "not used" });
}
} // namespace
