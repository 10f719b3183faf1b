// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "RunProgram.h"
#include "ScanFixtures.h"

#include <nlohmann/json.hpp>

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

TEST_F(InfoCommand, ListsThePossibleShapesOfAStack)
{
  const std::string stack = m_Folder.Write("frames.raw", std::string(66560 * 6, '\1'));
  const auto        text = this->Run({ stack });
  EXPECT_EQ(text.exitCode, 0) << text.error;
  ExpectMentions(text.output, { "which scan shape?", "2 x 3", "1 x 6" });

  const auto json = nlohmann::json::parse(this->Run({ stack, "--json" }).output);
  EXPECT_EQ(json["choiceNeeded"], "scan shape");
  EXPECT_EQ(json["candidates"].size(), 4U);
}

TEST_F(InfoCommand, SaysInOneLineWhatIsWrong)
{
  const auto run = this->Run({ m_Path });
  EXPECT_EQ(run.exitCode, 1);
  ExpectMentions(run.error, { "scan.bin", "no known format", "EMPAD", "NumPy", "HDF5" });
  EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1);
}
} // namespace
