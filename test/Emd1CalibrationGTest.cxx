// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"

#include <cmath>

namespace
{
using fourdstem::AxesCalibration;

class Emd1Calibration : public ::testing::Test
{
protected:
  /** Header of a DataCube to which `add` adds. */
  template <typename TAdd>
  fourdstem::ScanHeader
  Open(TAdd && add) const
  {
    const std::string path = m_Folder.Path("cube.h5");
    WriteEmdCube(path, add);
    return fourdstem::OpenScanFile(path)->Header();
  }

  static void
  WriteDimension(const Hdf5TestFile & file, int number, double first, double second, const std::string & unit)
  {
    const double      values[] = { first, second };
    const std::string path = "/root/cube/dim" + std::to_string(number);
    file.Array(path, { 2 }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, values);
    file.Attribute(path, "units", unit);
  }

  static void
  ExpectAxes(const AxesCalibration & axes, double rows, double columns, const std::string & unit)
  {
    EXPECT_NEAR(axes.spacing[0], rows, 1e-12 * rows);
    EXPECT_NEAR(axes.spacing[1], columns, 1e-12 * columns);
    EXPECT_EQ(axes.unit, unit);
  }

  TemporaryFolder   m_Folder;
  const std::string m_Group = "/root/metadatabundle/calibration/";
};

TEST_F(Emd1Calibration, SpellingsOfUnits)
{
  const auto scan = [&](const std::string & unit) {
    return this
      ->Open([&](const Hdf5TestFile & file) {
        file.Number(m_Group + "R_pixel_size", 3);
        file.Text(m_Group + "R_pixel_units", unit);
      })
      .scan;
  };
  for (const char * angstrom : { "A", "\xC3\x85", "\xE2\x84\xAB", "Angstrom", "angstrom" })
  {
    ExpectAxes(scan(angstrom), 0.3, 0.3, "nm");
  }
  for (const char * micrometre : { "um", "\xC2\xB5m", "\xCE\xBCm", "[u_m]" })
  {
    ExpectAxes(scan(micrometre), 3e3, 3e3, "nm");
  }
  for (const char * nanometre : { "nm", "n_m", "[n_m]", "$nm$" })
  {
    ExpectAxes(scan(nanometre), 3, 3, "nm");
  }
  ExpectAxes(scan("pm"), 3e-3, 3e-3, "nm");
  ExpectAxes(scan("mm"), 3e6, 3e6, "nm");
  ExpectAxes(scan("m"), 3e9, 3e9, "nm");
  for (const char * pixel : { "pixel", "pixels", "px", "" })
  {
    ExpectAxes(scan(pixel), 3, 3, "px");
  }

  const auto detector = [&](const std::string & unit) {
    return this
      ->Open([&](const Hdf5TestFile & file) {
        file.Number(m_Group + "Q_pixel_size", 3);
        file.Text(m_Group + "Q_pixel_units", unit);
      })
      .detector;
  };
  for (const char * reciprocal : { "A^-1",
                                   "A-1",
                                   "1/A",
                                   "1/\xC3\x85",
                                   "\xC3\x85^-1",
                                   "\xC3\x85\xE2\x81\xBB\xC2\xB9",
                                   "A^{-1}",
                                   "$A^{-1}$",
                                   "1/Angstrom" })
  {
    ExpectAxes(detector(reciprocal), 30, 30, "1/nm");
  }
  for (const char * reciprocal : { "1/nm", "nm^-1", "k_nm^-1", "[n_m^-1]", "nm\xE2\x81\xBB\xC2\xB9" })
  {
    ExpectAxes(detector(reciprocal), 3, 3, "1/nm");
  }
  ExpectAxes(detector("1/m"), 3e-9, 3e-9, "1/nm");
  ExpectAxes(detector("m^-1"), 3e-9, 3e-9, "1/nm");
  ExpectAxes(detector("mrad"), 3, 3, "mrad");
  ExpectAxes(detector("rad"), 3e3, 3e3, "mrad");
  ExpectAxes(detector("pixel"), 3, 3, "px");
  ExpectAxes(detector("nm"), 1, 1, "px");
}

TEST_F(Emd1Calibration, AxesInDifferentUnitsAreConvertedOrNoted)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteDimension(file, 0, 0, 1, "nm");
    WriteDimension(file, 1, 10, 30, "A");
    WriteDimension(file, 2, 0, 1, "A^-1");
    WriteDimension(file, 3, 0, 1, "mrad");
  });
  ExpectAxes(header.scan, 1, 2, "nm");
  EXPECT_DOUBLE_EQ(header.scan.offset[1], 1);
  ExpectAxes(header.detector, 1, 1, "px");
  ASSERT_EQ(header.notes.size(), 2U);
  ExpectMentions(header.notes[0], { "scan", "'nm' and 'A'", "converted to nm" });
  ExpectMentions(header.notes[1], { "detector", "'A^-1' and 'mrad'", "1 px is assumed" });
}

// py4DSTEM writes two coordinates of an axis with equal steps, other programs all of them.
TEST_F(Emd1Calibration, DimensionsMayHaveTwoCoordinatesOrAll)
{
  constexpr int extents[] = { 3, 5, 6, 4 };
  const auto    header = [&](bool areEvenOnesWhole) {
    return this->Open([&](const Hdf5TestFile & file) {
      for (int axis = 0; axis < 4; ++axis)
      {
        const double        step = 0.5 * (axis + 1);
        const bool          isWhole = (axis % 2 == 0) == areEvenOnesWhole;
        std::vector<double> coordinates;
        for (int i = 0; i < (isWhole ? extents[axis] : 2); ++i)
        {
          coordinates.push_back(10 + i * step);
        }
        const std::string path = "/root/cube/dim" + std::to_string(axis);
        file.Array(path, { coordinates.size() }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, coordinates.data());
        file.Attribute(path, "units", axis < 2 ? "nm" : "1/nm");
      }
    });
  };
  for (const bool areEvenOnesWhole : { true, false })
  {
    const auto found = header(areEvenOnesWhole);
    ExpectAxes(found.scan, 0.5, 1, "nm");
    EXPECT_DOUBLE_EQ(found.scan.offset[0], 10);
    ExpectAxes(found.detector, 1.5, 2, "1/nm");
    EXPECT_TRUE(found.notes.empty());
  }
}

TEST_F(Emd1Calibration, UnknownUnitsOfTheGroupGiveWayToTheDimensions)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    file.Number(m_Group + "R_pixel_size", 3);
    file.Text(m_Group + "R_pixel_units", "furlong");
    WriteDimension(file, 0, 0, 2, "nm");
    WriteDimension(file, 1, 0, 2, "nm");
  });
  ExpectAxes(header.scan, 2, 2, "nm");
  EXPECT_EQ(header.scan.source, "dim0, dim1");
  ASSERT_EQ(header.notes.size(), 1U);
  ExpectMentions(header.notes[0], { "furlong", "not known" });
}

TEST_F(Emd1Calibration, TheOriginInPixelsGoesWithStepsFromWhereverTheyAre)
{
  const auto header = this->Open([&](const Hdf5TestFile & file) {
    WriteDimension(file, 2, -9, -8.5, "1/nm");
    WriteDimension(file, 3, -9, -8.75, "1/nm");
    file.Number(m_Group + "qx0_mean", 3);
    file.Number(m_Group + "qy0_mean", 2);
  });
  ExpectAxes(header.detector, 0.5, 0.25, "1/nm");
  EXPECT_DOUBLE_EQ(header.detector.offset[0], -1.5);
  EXPECT_DOUBLE_EQ(header.detector.offset[1], -0.5);
}

TEST_F(Emd1Calibration, OriginsThatAreNotFiniteAreIgnoredWithANote)
{
  for (const double origin : { std::nan(""), HUGE_VAL })
  {
    const auto header = this->Open([&](const Hdf5TestFile & file) {
      file.Number(m_Group + "Q_pixel_size", 3);
      file.Text(m_Group + "Q_pixel_units", "mrad");
      file.Number(m_Group + "qx0_mean", origin);
      file.Number(m_Group + "qy0_mean", 2);
    });
    ExpectAxes(header.detector, 3, 3, "mrad");
    EXPECT_EQ(header.detector.offset[0], 0);
    EXPECT_EQ(header.detector.offset[1], 0);
    ASSERT_EQ(header.notes.size(), 1U);
    ExpectMentions(header.notes[0], { "qx0_mean", "not finite", "ignored" });
  }
}

TEST_F(Emd1Calibration, SizesMayBeArraysOfOneElement)
{
  const double size = 3;
  const auto   header = this->Open([&](const Hdf5TestFile & file) {
    file.Array(m_Group + "R_pixel_size", { 1 }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, &size);
    file.Text(m_Group + "R_pixel_units", "nm");
  });
  ExpectAxes(header.scan, 3, 3, "nm");
}
} // namespace
