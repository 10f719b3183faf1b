// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DmFixtures.h"
#include "Hdf5Fixtures.h"
#include "MerlinFixtures.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include <nlohmann/json.hpp>

#ifndef _WIN32
#  include <sys/file.h>

#  include <fcntl.h>
#  include <unistd.h>
#endif

namespace
{
const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

class InfoCommand : public ::testing::Test
{
protected:
  fourdstem::ProgramRun
  Run(const std::vector<std::string> & arguments) const
  {
    return fourdstem::RunProgram("FourDSTEMInfo", arguments, std::filesystem::u8path(m_Folder.Path("")));
  }

  TemporaryFolder m_Folder;
  std::string     m_Path = m_Folder.Write("scan.bin", BytesOf(CountingScan<std::uint16_t>(Shape), true));
};

TEST_F(InfoCommand, TellsShapeTypeAndCalibration)
{
  const auto run =
    this->Run({ m_Path, "--raw-type", ">u2", "--scan-shape", "3x5", "--detector-shape", "6x4", "--scan-step", "0.5" });
  EXPECT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(
    run.output,
    { "3 x 5 positions, 0.5 nm (option)", "6 x 4 pixels, not calibrated", "uint16, big-endian", "720 bytes" });
}

TEST_F(InfoCommand, PrintsJson)
{
  const auto run =
    this->Run({ m_Path, "--json", "--raw-type", ">u2", "--scan-shape", "3x5", "--detector-shape", "6x4" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto json = nlohmann::json::parse(run.output);
  EXPECT_EQ(json["shape"], nlohmann::json({ 3, 5, 6, 4 }));
  EXPECT_EQ(json["byteOrder"], "big");
  EXPECT_EQ(json["scan"]["unit"], "px");
  EXPECT_EQ(json["size_bytes"], 720);
}

TEST_F(InfoCommand, ReadsTheWholeRowsOfAFileThatIsCutOff)
{
  std::vector<std::string> arguments{ m_Path,         "--json", "--raw-type",       ">u2",
                                      "--scan-shape", "4x5",    "--detector-shape", "6x4" };
  const auto               refused = this->Run(arguments);
  EXPECT_NE(refused.exitCode, 0);
  ExpectMentions(refused.error,
                 { "scan.bin", "4 x 5 patterns are promised", "3 whole scan rows", "--allow-truncated" });
  arguments.emplace_back("--allow-truncated");
  const auto run = this->Run(arguments);
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto json = nlohmann::json::parse(run.output);
  EXPECT_EQ(json["shape"], nlohmann::json({ 3, 5, 6, 4 }));
  EXPECT_EQ(json["storedShape"], nlohmann::json({ 4, 5, 6, 4 }));
  EXPECT_NE(json["notes"].dump().find("3 whole scan rows are read"), std::string::npos);
}

TEST_F(InfoCommand, ListsThePossibleShapesOfAStack)
{
  const std::string stack = m_Folder.Write("frames.raw", std::string(66560 * 6, '\1'));
  const auto        text = this->Run({ stack });
  EXPECT_EQ(text.exitCode, 0) << text.error;
  ExpectMentions(text.output, { "which scan shape?", "2x3", "1x6", "6 patterns" });

  const auto json = nlohmann::json::parse(this->Run({ stack, "--json" }).output);
  EXPECT_EQ(json["choiceNeeded"], "scan shape");
  ASSERT_EQ(json["candidates"].size(), 4U);
  for (const auto & candidate : json["candidates"])
  {
    const auto chosen = this->Run({ stack, "--json", "--scan-shape", candidate["value"] });
    ASSERT_EQ(chosen.exitCode, 0) << chosen.error;
    EXPECT_EQ(nlohmann::json::parse(chosen.output)["shapeSource"], "option");
  }
}

TEST_F(InfoCommand, ListsDataSetsAsTheOptionTakesThem)
{
  const auto        counts = CountingScan<std::uint16_t>(Shape);
  const std::string path = m_Folder.Path("two.h5");
  {
    const Hdf5TestFile file(path);
    file.Group("/first run");
    file.Array("/first run/data", { 3, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
    file.Array("/second", { 5, 3, 4, 6 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
  }
  ExpectMentions(this->Run({ path }).output, { "which data set?", "/first run/data (3, 5, 6, 4)" });
  const auto json = nlohmann::json::parse(this->Run({ path, "--json" }).output);
  EXPECT_EQ(json["candidates"],
            (nlohmann::json{ { { "value", "/first run/data" }, { "about", "3, 5, 6, 4" } },
                             { { "value", "/second" }, { "about", "5, 3, 4, 6" } } }));
  for (const auto & candidate : json["candidates"])
  {
    const auto chosen = this->Run({ path, "--json", "--dataset", candidate["value"] });
    ASSERT_EQ(chosen.exitCode, 0) << chosen.error;
    EXPECT_EQ(nlohmann::json::parse(chosen.output)["dataSet"], candidate["value"]);
  }
}

TEST_F(InfoCommand, ListsTheOrdersOfAxesAsTheOptionTakesThem)
{
  const dm::TagWriter writer(4);
  const auto          image = dm::Image(writer, { 4, 6, 5, 3 }, CountingScan<std::uint16_t>(Shape));
  const std::string   path = m_Folder.Write("scan.dm4", writer.File({ writer.Group("ImageList", { image }) }));
  const auto          text = this->Run({ path });
  EXPECT_EQ(text.exitCode, 0) << text.error;
  ExpectMentions(text.output, { "which axis order?", "patterns (3 x 5 positions of 6 x 4 pixels)", "images (6 x 4 " });
  const auto shapeOf = [&](const std::string & order) {
    return nlohmann::json::parse(this->Run({ path, "--json", "--dm-order", order }).output)["shape"];
  };
  EXPECT_EQ(shapeOf("patterns"), nlohmann::json({ 3, 5, 6, 4 }));
  EXPECT_EQ(shapeOf("images"), nlohmann::json({ 6, 4, 3, 5 }));
  EXPECT_NE(this->Run({ path, "--dm-order", "sideways" }).exitCode, 0);
}

TEST_F(InfoCommand, ShowsThatHeadersAreInDoubt)
{
  const std::string raw = m_Folder.Write("scan_x2_y3.raw", std::string(66560 * 6, '\1'));
  for (const char * name : { "a.xml", "b.xml" })
  {
    m_Folder.Write(name, "<root><raw_file filename='scan_x2_y3.raw'/></root>");
  }
  const auto run = this->Run({ raw });
  EXPECT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "Note", "a.xml, b.xml" });
}

TEST_F(InfoCommand, MerlinSaysHowItIsRead)
{
  m_Folder.Write("merlin.hdr", MerlinHdrText(15, 5));
  const std::string mib = m_Folder.Write("merlin.mib", MerlinWriter().Numbered(15));
  const auto        run = this->Run({ mib, "--scan-step", "2" });
  EXPECT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output,
                 { "Merlin",
                   "3 x 5 positions, 2 nm (option)",
                   "6 x 4 pixels, not calibrated",
                   "frames per trigger",
                   "CounterDepth_bits = 6",
                   "ExposureTime_ms = 1",
                   "Detector rows are turned over" });
  const auto json = nlohmann::json::parse(this->Run({ m_Folder.Path("merlin.hdr"), "--no-flip", "--json" }).output);
  EXPECT_EQ(json["shape"], nlohmann::json({ 3, 5, 6, 4 }));
  EXPECT_EQ(json["dataFile"], mib);
  EXPECT_NE(json["notes"].dump().find("--no-flip"), std::string::npos);
  EXPECT_EQ(
    this->Run({ m_Path, "--no-flip", "--raw-type", "u1", "--scan-shape", "3x5", "--detector-shape", "6x8" }).exitCode,
    1);
}

TEST_F(InfoCommand, LinksThatAFormatDoesNotHaveAreNotAllowed)
{
  const auto run = this->Run(
    { m_Path, "--allow-outside-links", "--raw-type", "u1", "--scan-shape", "3x5", "--detector-shape", "6x8" });
  EXPECT_EQ(run.exitCode, 1);
  ExpectMentions(run.error, { "--allow-outside-links" });
}

TEST_F(InfoCommand, TextOfTheFileDoesNoHarm)
{
  const auto        counts = CountingScan<std::uint16_t>(Shape);
  const std::string path = m_Folder.Path("text.h5");
  {
    const Hdf5TestFile file(path);
    file.Attribute("/", "emd_group_type", "file");
    file.Attribute("/", "version_major", 1);
    file.Group("/root");
    file.Array("/root/data", { 3, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
    file.Group("/root/metadatabundle");
    file.Group("/root/metadatabundle/calibration");
    file.Number("/root/metadatabundle/calibration/R_pixel_size", 1);
    file.Text("/root/metadatabundle/calibration/R_pixel_units", "\xC5");
    file.Text("/root/metadatabundle/calibration/note", "a\x1B[2Jb" + std::string(100000, 'c'));
  }
  const auto table = this->Run({ path });
  EXPECT_EQ(table.exitCode, 0) << table.error;
  ExpectMentions(table.output, { "a?[2Jbccc" });
  EXPECT_LT(table.output.size(), 10000U);
  const auto json = this->Run({ path, "--json" });
  ASSERT_EQ(json.exitCode, 0) << json.error;
  EXPECT_EQ(nlohmann::json::parse(json.output)["metadata"]["Calibration_R_pixel_units"], "\xEF\xBF\xBD");

  m_Folder.Write("scan_x2_y1.raw", std::string(66560, '\0'));
  const std::string name(200000, '.');
  const auto        run = this->Run({ m_Folder.Write("long.xml", "<root><raw_file filename='" + name + "'/></root>") });
  EXPECT_EQ(run.exitCode, 1);
  EXPECT_LT(run.error.size(), 5000U);
  EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1);
}

TEST_F(InfoCommand, RefusesOptionsThatWouldBePassedOver)
{
  const std::string frames = m_Folder.Write("scan_x3_y2.raw", std::string(66560 * 6, '\1'));
  for (const std::vector<std::string> & option : std::vector<std::vector<std::string>>{ { "--detector-shape", "64x64" },
                                                                                        { "--file-header", "16" },
                                                                                        { "--frame-header", "8" },
                                                                                        { "--frame-footer", "4" } })
  {
    const auto run = this->Run({ frames, option[0], option[1] });
    EXPECT_EQ(run.exitCode, 2);
    ExpectMentions(run.error, { option[0], "--raw-type" });
  }
  const auto unit = this->Run({ frames, "--detector-unit", "mrad" });
  EXPECT_EQ(unit.exitCode, 2);
  ExpectMentions(unit.error, { "--detector-unit", "--detector-step" });
  // Slicer passes every option, also with its default.
  EXPECT_EQ(this->Run({ frames, "--file-header", "0", "--detector-unit", "1/nm" }).exitCode, 0);
}

#ifndef _WIN32
TEST_F(InfoCommand, SaysWhoHasAFileThatHdf5IsToldToLock)
{
  const std::string path = m_Folder.Path("scan.h5");
  {
    const Hdf5TestFile file(path);
    const auto         counts = CountingScan<std::uint16_t>(Shape);
    file.Array("/data", { 3, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
  }
  const int held = ::open(path.c_str(), O_RDWR);
  ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(this->Run({ path }).exitCode, 0);
  // The variable goes before what the reader asks HDF5 for.
  const auto run = fourdstem::RunProgram("FourDSTEMInfo", { path }, m_Folder.Get(), "HDF5_USE_FILE_LOCKING=TRUE ");
  ::close(held);
  EXPECT_EQ(run.exitCode, 1);
  ExpectMentions(run.error, { "scan.h5", "lock", "another program is writing it" });
}
#endif

TEST_F(InfoCommand, SaysInOneLineWhatIsWrong)
{
  const auto run = this->Run({ m_Path });
  EXPECT_EQ(run.exitCode, 1);
  ExpectMentions(run.error, { "scan.bin", "no known format", "EMPAD", "NumPy", "HDF5" });
  EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1);
}
} // namespace

TEST_F(InfoCommand, ChecksThePatterns)
{
  // 48 patterns of 9 x 9 pixels that count up and down about 7, one of them constant, one with two values missing.
  std::vector<float> values;
  for (int p = 0; p < 48; ++p)
  {
    for (int q = 0; q < 81; ++q)
    {
      values.push_back(q == 40 ? 0.F : static_cast<float>(6 + (p + q) % 3));
    }
  }
  values[81 * 13 + 5] = std::numeric_limits<float>::quiet_NaN();
  values[81 * 13 + 6] = std::numeric_limits<float>::infinity();
  std::fill_n(values.begin() + 81 * 20, 81, 0.F);
  const std::string              path = m_Folder.Write("check.bin", BytesOf(values));
  const std::vector<std::string> reading{ path,           "--check", "--raw-type",       "<f4",
                                          "--scan-shape", "6x8",     "--detector-shape", "9x9" };
  const auto                     run = this->Run(reading);
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output,
                 { "48 patterns",
                   "0 to 8",
                   "1: (4, 4)",
                   "2 values in 1 patterns, first at row 1, column 5",
                   "2: (0, 5) (0, 6)",
                   "1 patterns, first at row 2, column 4" });
  auto arguments = reading;
  arguments.emplace_back("--json");
  const auto json = nlohmann::json::parse(this->Run(arguments).output).at("check");
  EXPECT_EQ(json["pixels"]["dead"], nlohmann::json::parse("[[4, 4]]"));
  EXPECT_EQ(json["pixels"]["hot"], nlohmann::json::array());
  EXPECT_EQ(json["nonFiniteValues"], 2);
  EXPECT_EQ(json["firstNonFinitePattern"], nlohmann::json({ 1, 5 }));
  EXPECT_EQ(json["emptyPatterns"], 1);
  EXPECT_EQ(json["saturation"], nullptr);
}
