// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include "fourdstem/ScanFile.h"

#include "itkImageFileReader.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

class PhantomCommand : public ::testing::Test
{
protected:
  std::string
  Path(const std::string & name) const
  {
    return m_Folder.Path(name);
  }

  ProgramRun
  Run(const std::vector<std::string> & arguments) const
  {
    return RunProgram("FourDSTEMPhantom", arguments, fs::u8path(m_Folder.Path("")));
  }

  template <typename TImage>
  typename TImage::Pointer
  ReadImage(const std::string & name) const
  {
    const auto reader = itk::ImageFileReader<TImage>::New();
    reader->SetFileName(this->Path(name));
    reader->Update();
    return reader->GetOutput();
  }

private:
  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(PhantomCommand, WritesAnEmpadScanWithItsTruth)
{
  const ProgramRun run =
    this->Run({ this->Path("out"), "--scan-shape", "6x7", "--dose", "4", "--seed", "9", "--scan-spacing", "1.5" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  EXPECT_EQ(run.error, "");
  const PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, { 6, 7, 128, 128 }, 4.0, 9));

  const auto file = OpenScanFile(this->Path("out/scan.xml"));
  ASSERT_EQ(file->Shape(), scan.source.Shape());
  EXPECT_NEAR(file->Header().scan.spacing[0], 1.5, 1e-9);
  EXPECT_NEAR(file->Header().detector.spacing[0], scan.phantom.DetectorPixel(), 1e-9);
  PatternLease       lease;
  const PatternBlock block = file->Read(5, 2, 1, lease);
  const float *      pattern = scan.patterns.data() + 37 * 128 * 128;
  EXPECT_TRUE(std::equal(pattern + 64 * 128, pattern + 65 * 128, block.Row<float>(0, 64)));

  const auto labels = this->ReadImage<itk::Image<unsigned short, 2>>("out/labels.nrrd");
  EXPECT_EQ(labels->GetLargestPossibleRegion().GetSize(0), 7U);
  EXPECT_EQ(labels->GetSpacing()[0], 1.5);
  EXPECT_TRUE(std::equal(scan.Truth().labels.begin(), scan.Truth().labels.end(), labels->GetBufferPointer()));
  const auto origin = this->ReadImage<itk::VectorImage<float, 2>>("out/origin.nrrd");
  EXPECT_TRUE(std::equal(scan.Truth().origins.begin(), scan.Truth().origins.end(), origin->GetBufferPointer()));
  const auto strain = this->ReadImage<itk::VectorImage<float, 2>>("out/strain.nrrd");
  for (std::size_t i = 0; i < scan.Truth().strain.size(); ++i)
  {
    const float truth = scan.Truth().strain[i];
    const float written = strain->GetBufferPointer()[i];
    EXPECT_TRUE(written == truth || (std::isnan(written) && std::isnan(truth)));
  }
  const std::string json = FileContent(this->Path("out/phantom.json"));
  EXPECT_NE(json.find("\"dose_electrons\": 4.0"), std::string::npos) << json;
  EXPECT_NE(json.find("\"7\": \"WSe2 rippled\""), std::string::npos) << json;
}

TEST_F(PhantomCommand, EveryKindAndAnyDetector)
{
  for (const char * kind :
       { "film", "speckle", "correlated-speckle", "crystal", "crystal-on-film", "ramp", "step", "dipole", "ripple" })
  {
    const ProgramRun run = this->Run(
      { this->Path("out"), "--overwrite", "--kind", kind, "--scan-shape", "3x5", "--detector-shape", "20x24" });
    ASSERT_EQ(run.exitCode, 0) << run.error;
    EXPECT_FALSE(fs::exists(this->Path("out/scan.raw")));
    EXPECT_EQ(OpenScanFile(this->Path("out/scan.npy"))->Shape(), (ScanShape{ 3, 5, 20, 24 })) << kind;
  }
}

TEST_F(PhantomCommand, DeformsACrystalEvenly)
{
  const ProgramRun run = this->Run({ this->Path("out"),
                                     "--kind",
                                     "crystal",
                                     "--gradient",
                                     "1,-0.02,0.02,1",
                                     "--scan-shape",
                                     "1x7",
                                     "--detector-shape",
                                     "20x24" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto strain = this->ReadImage<itk::VectorImage<float, 2>>("out/strain.nrrd");
  // A rotation by atan(0.02) that grows by its secant.
  const double expected[] = {
    std::sqrt(1.0004) - 1.0, std::sqrt(1.0004) - 1.0, 0.0, std::atan(0.02) * 180.0 / std::acos(-1.0)
  };
  for (int i = 0; i < 28; ++i)
  {
    EXPECT_NEAR(strain->GetBufferPointer()[i], expected[i % 4], 1e-6);
  }
}

TEST_F(PhantomCommand, DisturbsPatternsAsAskedTo)
{
  const ProgramRun run = this->Run({ this->Path("out"),
                                     "--kind",
                                     "crystal-on-film",
                                     "--scan-shape",
                                     "3x4",
                                     "--detector-shape",
                                     "40x44",
                                     "--structure",
                                     "0.5",
                                     "--missing",
                                     "0.25",
                                     "--overlap",
                                     "0.4",
                                     "--overlap-angle",
                                     "20",
                                     "--ellipticity",
                                     "1.05",
                                     "--ellipse-angle",
                                     "30" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  PhantomDescription description = PhantomScan::Of(PhantomKind::CrystalOnFilm, { 3, 4, 40, 44 });
  description.structure = 0.5;
  description.missing = 0.25;
  description.overlap = 0.4;
  description.overlapAngle = 20.0;
  description.ellipticity = 1.05;
  description.ellipseAngle = 30.0;
  const PhantomScan  scan(description);
  PatternLease       lease;
  const auto         file = OpenScanFile(this->Path("out/scan.npy"));
  const PatternBlock block = file->Read(2, 1, 1, lease);
  EXPECT_TRUE(
    std::equal(scan.patterns.begin() + 9 * 40 * 44, scan.patterns.begin() + 9 * 40 * 44 + 44, block.Row<float>(0, 0)));
  const std::string json = FileContent(this->Path("out/phantom.json"));
  EXPECT_NE(json.find("\"ellipseAngle_degrees\": 30.0"), std::string::npos) << json;
}

TEST_F(PhantomCommand, OneLineForEachMistake)
{
  const auto mistake = [&](const std::vector<std::string> & arguments, int code, const char * complaint) {
    const ProgramRun run = this->Run(arguments);
    EXPECT_EQ(run.exitCode, code) << complaint;
    EXPECT_NE(run.error.find(complaint), std::string::npos) << run.error;
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
  };
  fs::create_directories(this->Path("mine"));
  std::ofstream(this->Path("mine/notes.txt")) << "keep";
  mistake({ this->Path("mine"), "--scan-shape", "1x1" }, 1, "mine");
  mistake({ this->Path("mine"), "--scan-shape", "1x1", "--overwrite" }, 1, "mine");
  mistake({ this->Path("new"), "--scan-shape", "0x4" }, 2, "--scan-shape");
  mistake({ this->Path("new"), "--scan-shape", "4" }, 2, "--scan-shape");
  mistake({ this->Path("new"), "--dose", "-1" }, 2, "--dose");
  mistake({ this->Path("new"), "--kind", "cake" }, 2, "crystal-on-film");
  mistake({ this->Path("new"), "--kind", "ramp", "--gradient", "1,0,0,1" }, 2, "--gradient");
  mistake({ this->Path("new"), "--kind", "crystal", "--gradient", "1,0,1" }, 2, "Fxx,Fxy,Fyx,Fyy");
  mistake({ this->Path("new"), "--kind", "crystal", "--gradient", "1,1,1,1" }, 1, "determinant");
  mistake({ this->Path("new"), "--kind", "dipole", "--deformation", "0.2" }, 1, "from -1 to 0.1");
  mistake({ this->Path("no/such/place") }, 2, "does not exist");
  mistake({}, 2, "OUTPUT_FOLDER");
  EXPECT_FALSE(fs::exists(this->Path("new")));
  EXPECT_EQ(FileContent(this->Path("mine/notes.txt")), "keep");
}
