// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"

#include <cmath>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fourdstem::ScanShape;

const std::vector<std::uint16_t> Counts = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });

struct Axis
{
  hsize_t     size;
  double      scale;
  double      offset;
  std::string units;
  bool        isNavigation;
};

const std::vector<Axis> Axes{ { 3, 2, 10, "nm", true },
                              { 5, 30, 0, "\xC3\x85", true },
                              { 6, 0.05, -0.15, "$A^{-1}$", false },
                              { 4, 0.025, -0.05, "1/\xC3\x85", false } };

class HyperspyLayout : public ::testing::Test
{
protected:
  /** Signal `name` with those axes; old files have no `navigate`. */
  static void
  WriteSignal(const Hdf5TestFile & file, const std::string & name, const std::vector<Axis> & axes, bool isOld = false)
  {
    const std::string    path = "/Experiments/" + name;
    std::vector<hsize_t> extents;
    std::vector<hsize_t> chunk;
    file.Group(path);
    for (std::size_t i = 0; i < axes.size(); ++i)
    {
      const Axis &      axis = axes[i];
      const std::string group = path + "/axis-" + std::to_string(i);
      file.Group(group);
      file.Attribute(group, "name", "axis");
      file.Attribute(group, "size", static_cast<int>(axis.size));
      file.Attribute(group, "scale", axis.scale);
      file.Attribute(group, "offset", axis.offset);
      file.Attribute(group, "units", axis.units);
      if (!isOld)
      {
        file.Attribute(group, "_type", "UniformDataAxis");
        file.Attribute(group, "navigate", axis.isNavigation);
      }
      extents.push_back(axis.size);
      chunk.push_back(axis.isNavigation ? std::min<hsize_t>(axis.size, 2) : axis.size);
    }
    file.Array(path + "/data", extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data(), chunk, 4);
  }

  static void
  WriteRoot(const Hdf5TestFile & file)
  {
    file.Attribute("/", "file_format", "HyperSpy");
    file.Attribute("/", "file_format_version", "3.3");
    file.Group("/Experiments");
  }

  template <typename TWrite>
  std::unique_ptr<fourdstem::ScanFile>
  Open(TWrite && write, const ScanFileOptions & options = {}) const
  {
    {
      const Hdf5TestFile file(m_Path);
      WriteRoot(file);
      write(file);
    }
    return OpenScanFile(m_Path, options);
  }

  fourdstem::ScanHeader
  HeaderOf(const std::vector<Axis> & axes) const
  {
    return this->Open([&](const Hdf5TestFile & file) { WriteSignal(file, "s", axes); })->Header();
  }

  TemporaryFolder   m_Folder;
  const std::string m_Path = m_Folder.Path("scan.hspy");
};

TEST_F(HyperspyLayout, ASignalWithItsCalibrationAndMetadata)
{
  const auto   scan = this->Open([](const Hdf5TestFile & file) {
    const std::string path = "/Experiments/__unnamed__";
    WriteSignal(file, "__unnamed__", Axes);
    for (const char * group : { "", "/General", "/Signal", "/Acquisition_instrument", "/Acquisition_instrument/TEM" })
    {
      file.Group(path + "/metadata" + group);
    }
    file.Attribute(path + "/metadata/General", "title", "Silver");
    file.Attribute(path + "/metadata/General", "date", "2024-05-06");
    file.Attribute(path + "/metadata/General", "time", "07:08:09");
    file.Attribute(path + "/metadata/Signal", "signal_type", "electron_diffraction");
    file.Attribute(path + "/metadata/Acquisition_instrument/TEM", "beam_energy", 200.0);
    file.Attribute(path + "/metadata/Acquisition_instrument/TEM", "camera_length", 150.0);
    file.Attribute(path + "/metadata/Acquisition_instrument/TEM", "convergence_angle", "_None_");
  });
  const auto & header = scan->Header();
  EXPECT_EQ(header.format, "HyperSpy");
  EXPECT_TRUE((scan->Shape() == ScanShape{ 3, 5, 6, 4 }));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 3), Counts);
  EXPECT_DOUBLE_EQ(header.scan.spacing[0], 2);
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 3);
  EXPECT_DOUBLE_EQ(header.scan.offset[0], 10);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_EQ(header.scan.source, "axis-0, axis-1");
  EXPECT_DOUBLE_EQ(header.detector.spacing[0], 0.5);
  EXPECT_DOUBLE_EQ(header.detector.spacing[1], 0.25);
  EXPECT_DOUBLE_EQ(header.detector.offset[0], -1.5);
  EXPECT_DOUBLE_EQ(header.detector.offset[1], -0.5);
  EXPECT_EQ(header.detector.unit, "1/nm");
  EXPECT_EQ(header.metadata.at("Title"), "Silver");
  EXPECT_EQ(header.metadata.at("Timestamp"), "2024-05-06T07:08:09");
  EXPECT_EQ(header.metadata.at("SignalType"), "electron_diffraction");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "200000");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.15");
  EXPECT_EQ(header.metadata.count("ConvergenceSemiangle_mrad"), 0U);
  EXPECT_TRUE(header.notes.empty());
}

TEST_F(HyperspyLayout, OldFilesHaveNeitherMarkNorNavigate)
{
  {
    const Hdf5TestFile file(m_Path);
    file.Group("/Experiments");
    WriteSignal(file, "old", Axes, true);
    file.Group("/Experiments/old/mapped_parameters");
    file.Attribute("/Experiments/old/mapped_parameters", "title", "Old");
    file.Group("/Experiments/old/mapped_parameters/TEM");
    file.Attribute("/Experiments/old/mapped_parameters/TEM", "beam_energy", 80.0);
  }
  const auto scan = OpenScanFile(m_Path);
  EXPECT_EQ(scan->Header().format, "HyperSpy");
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts);
  EXPECT_DOUBLE_EQ(scan->Header().detector.spacing[1], 0.25);
  EXPECT_EQ(scan->Header().metadata.at("Title"), "Old");
  EXPECT_EQ(scan->Header().metadata.at("HighVoltage_V"), "80000");
  EXPECT_TRUE(scan->Header().notes.empty());
}

TEST_F(HyperspyLayout, TheSignalOfPatternsIsTheScanAndSeveralAreAChoice)
{
  const std::vector<Axis> spectra{
    { 3, 1, 0, "nm", true }, { 5, 1, 0, "nm", true }, { 6, 1, 0, "s", true }, { 4, 1, 0, "eV", false }
  };
  {
    const auto scan = this->Open([&](const Hdf5TestFile & file) {
      WriteSignal(file, "a spectrum image", spectra);
      WriteSignal(file, "patterns", Axes);
    });
    EXPECT_EQ(scan->Header().dataSet, "/Experiments/patterns/data");
    EXPECT_EQ(scan->Header().candidates.size(), 2U);
  }
  // What alone is there is read, with a word about it.
  ExpectMentions(this->HeaderOf(spectra).notes.at(0), { "navigation and signal axes are not those of patterns" });
  {
    const Hdf5TestFile file(m_Path);
    WriteRoot(file);
    WriteSignal(file, "a", Axes);
    WriteSignal(file, "b", Axes);
  }
  ExpectMentions(ComplaintAbout(m_Path), { "/Experiments/a/data (3, 5, 6, 4), /Experiments/b/data" });
}

TEST_F(HyperspyLayout, StacksTakeAScanShape)
{
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  const std::vector<Axis> stack{ { 15, 7, 0, "nm", true }, Axes[2], Axes[3] };
  const auto              scan = this->Open([&](const Hdf5TestFile & file) { WriteSignal(file, "s", stack); }, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 4), Counts);
  EXPECT_TRUE(scan->Header().scan.source.empty());
  EXPECT_EQ(scan->Header().detector.source, "axis-1, axis-2");
  EXPECT_DOUBLE_EQ(scan->Header().detector.spacing[0], 0.5);
  ExpectMentions(ComplaintAbout(m_Path), { "15 patterns", "3x5" });
}

TEST_F(HyperspyLayout, AxesOfExtentOneKeepTheirNumbers)
{
  std::vector<Axis> axes = Axes;
  axes.insert(axes.begin() + 1, { 1, 1, 0, "s", true });
  const auto header = this->HeaderOf(axes);
  EXPECT_EQ(header.scan.source, "axis-0, axis-2");
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 3);
  EXPECT_EQ(header.detector.source, "axis-3, axis-4");
  ExpectMentions(header.notes.at(0), { "numbers 1, 3, 4, 5" });
}

TEST_F(HyperspyLayout, LinesAndSinglePatterns)
{
  for (const hsize_t columns : { 1, 7 })
  {
    const std::vector<Axis> axes{ { 1, 2, 0, "nm", true }, { columns, 3, 0, "nm", true }, Axes[2], Axes[3] };
    const auto              scan = this->Open([&](const Hdf5TestFile & file) { WriteSignal(file, "s", axes); });
    EXPECT_TRUE((scan->Shape() == ScanShape{ 1, static_cast<std::int64_t>(columns), 6, 4 }));
    EXPECT_DOUBLE_EQ(scan->Header().scan.spacing[1], 3);
  }
}

TEST_F(HyperspyLayout, StepsWithoutAUnit)
{
  for (const char * none : { "_None_", "<undefined>", "" })
  {
    std::vector<Axis> axes = Axes;
    axes[0] = { 3, 1, 0, none, true };
    axes[1] = { 5, 1, 0, none, true };
    axes[2] = { 6, 1, -3, none, false };
    axes[3] = { 4, 1, -2, none, false };
    auto header = this->HeaderOf(axes);
    EXPECT_TRUE(header.scan.source.empty());
    EXPECT_TRUE(header.notes.empty());
    // Where the origin lies is known in pixels, too.
    EXPECT_EQ(header.detector.unit, "px");
    EXPECT_EQ(header.detector.offset[0], -3);
    axes[0].scale = 0.5;
    header = this->HeaderOf(axes);
    EXPECT_TRUE(header.scan.source.empty());
    EXPECT_EQ(header.scan.spacing[0], 1);
    ExpectMentions(header.notes.at(0), { "scan's steps, 0.5 and 1", "no unit", "1 px is assumed" });
  }
}

TEST_F(HyperspyLayout, StepsThatCannotBeAreNotedAndNotUsed)
{
  for (const double scale : { -2., 0., std::nan(""), HUGE_VAL })
  {
    std::vector<Axis> axes = Axes;
    axes[1].scale = scale;
    const auto header = this->HeaderOf(axes);
    EXPECT_TRUE(header.scan.source.empty());
    EXPECT_EQ(header.scan.spacing[0], 1);
    ExpectMentions(header.notes.at(0), { "scan", "1 px is assumed" });
  }
  std::vector<Axis> axes = Axes;
  axes[2].units = "furlong";
  ExpectMentions(this->HeaderOf(axes).notes.at(0), { "detector", "furlong", "not known" });
}

TEST_F(HyperspyLayout, AxesThatAreNotUniformAreNoted)
{
  const auto scan = this->Open([](const Hdf5TestFile & file) {
    WriteSignal(file, "s", Axes);
    H5Ldelete(file.Id(), "/Experiments/s/axis-2", H5P_DEFAULT);
    file.Group("/Experiments/s/axis-2");
    file.Attribute("/Experiments/s/axis-2", "_type", "DataAxis");
    file.Attribute("/Experiments/s/axis-2", "navigate", false);
  });
  EXPECT_TRUE(scan->Header().detector.source.empty());
  ExpectMentions(scan->Header().notes.at(0), { "axis-2", "DataAxis", "not used" });
}

TEST_F(HyperspyLayout, RaggedSignalsAreRefused)
{
  {
    const Hdf5TestFile file(m_Path);
    WriteRoot(file);
    file.Group("/Experiments/peaks");
    const hid_t lists = H5Tvlen_create(H5T_NATIVE_DOUBLE);
    file.Array("/Experiments/peaks/data", { 3, 5 }, lists, lists, nullptr);
    H5Tclose(lists);
  }
  ExpectMentions(ComplaintAbout(m_Path), { "/Experiments/peaks/data (3, 5)", "lists of variable length" });
}
} // namespace
