// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "RealData.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include "fourdstem/BraggVectors.h"
#include "fourdstem/NpyWriter.h"
#include "fourdstem/Strain.h"

#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkVectorImage.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace
{
using namespace fourdstem;
using Image = itk::VectorImage<float, 2>;

/** A flake of two materials and three strained sectors, and its truth. */
class StrainCommand : public ::testing::Test
{
protected:
  static constexpr ScanShape Shape{ 26, 34, 96, 104 };

  StrainCommand()
    : m_Scan(PhantomScan::Of(PhantomKind::Flake, Shape))
  {
    NpyWriter writer(m_Folder.Path("scan.npy"), Shape);
    writer.Write(m_Scan.patterns.data(), Shape.Positions());
    writer.Close();
    auto labels = itk::Image<unsigned short, 2>::New();
    labels->SetRegions(itk::Size<2>{ { 34, 26 } });
    labels->Allocate();
    const auto & truth = m_Scan.Truth().labels;
    std::copy(truth.begin(), truth.end(), labels->GetBufferPointer());
    auto write = itk::ImageFileWriter<itk::Image<unsigned short, 2>>::New();
    write->SetFileName(m_Folder.Path("labels.nrrd"));
    write->SetInput(labels);
    write->Update();
  }

  ProgramRun
  Run(std::vector<std::string> arguments) const
  {
    arguments.insert(arguments.begin(), { m_Folder.Path("scan.npy"), m_Folder.Path("strain"), "--scan-step", "2" });
    return RunProgram("FourDSTEMStrain", arguments, std::filesystem::u8path(m_Folder.Path("")));
  }

  Image::Pointer
  Read(const std::string & name) const
  {
    const auto reader = itk::ImageFileReader<Image>::New();
    reader->SetFileName(m_Folder.Path("strain/" + name));
    reader->Update();
    return reader->GetOutput();
  }

  /** Mean over a label of a component less the truth's, and over the truth alone. */
  std::pair<double, double>
  Means(const Image * image, int component, int label) const
  {
    double       found = 0.;
    double       truth = 0.;
    double       count = 0.;
    const auto   components = image->GetNumberOfComponentsPerPixel();
    const auto & labels = m_Scan.Truth().labels;
    for (std::size_t p = 0; p < labels.size(); ++p)
    {
      if (labels[p] == label)
      {
        found += static_cast<double>(image->GetBufferPointer()[p * components + static_cast<std::size_t>(component)]);
        truth += static_cast<double>(m_Scan.Truth().strain[4 * p + static_cast<std::size_t>(component)]);
        count += 1.;
      }
    }
    return { found / count, truth / count };
  }

  TemporaryFolder m_Folder;
  PhantomScan     m_Scan;
};
} // namespace

TEST_F(StrainCommand, MapsTheFlakesStrainAgainstItsCore)
{
  // Label 2 is WS2, unstrained in the truth; every label has a lattice of its own.
  const auto run = this->Run({ "--labels", m_Folder.Path("labels.nrrd"), "--reference-label", "2" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "Disk radius", "median lattice of label 2" });
  const auto strain = this->Read("strain.nrrd");
  EXPECT_EQ(strain->GetSpacing()[0], 2.);
  for (int label = 2; label <= 6; ++label)
  {
    for (int component = 0; component < 3; ++component)
    {
      const auto [found, truth] = this->Means(strain, component, label);
      EXPECT_NEAR(found, truth, 6e-4) << "label " << label << ", component " << component;
    }
    const auto [found, truth] = this->Means(strain, Rotation, label);
    EXPECT_NEAR(found, truth, 0.03) << "label " << label;
  }
  for (const char * name : { "lattice.nrrd", "disks.nrrd", "mask.nrrd", "origin.nrrd" })
  {
    EXPECT_EQ(this->Read(name)->GetLargestPossibleRegion().GetSize(0), 34U) << name;
  }
  for (const char * name : { "strain.png", "errors.png", "lattice.png", "index.html" })
  {
    EXPECT_GT(std::filesystem::file_size(m_Folder.Path(std::string("strain/") + name)), 1000U) << name;
  }
  const auto record = nlohmann::json::parse(FileContent(m_Folder.Path("strain/run.json")));
  EXPECT_EQ(record["automatic"]["Reference"]["value"], "median lattice of label 2");
  EXPECT_NEAR(record["results"]["e_xx"]["95%"].get<double>(), 0.041, 0.01);
}

TEST_F(StrainCommand, ComparesEachLabelWithItselfIfAskedTo)
{
  const auto run = this->Run({ "--labels", m_Folder.Path("labels.nrrd"), "--reference-each-label" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto strain = this->Read("strain.nrrd");
  for (int label = 2; label <= 6; ++label)
  {
    EXPECT_NEAR(this->Means(strain, StrainXX, label).first, 0., 3e-4) << label;
    EXPECT_NEAR(this->Means(strain, Rotation, label).first, 0., 0.03) << label;
  }
}

TEST_F(StrainCommand, WritesPeaksFromWhichTheSameStrainFollows)
{
  ASSERT_EQ(this->Run({ "--labels", m_Folder.Path("labels.nrrd"), "--reference-label", "2" }).exitCode, 0);
  const PeakLists peaks = ReadBraggVectors(m_Folder.Path("strain/peaks.h5"));
  EXPECT_EQ(peaks.shape, Shape);
  EXPECT_DOUBLE_EQ(peaks.scan.spacing[0], 2.);
  const auto disks = this->Read("disks.nrrd");
  const auto origins = this->Read("origin.nrrd");
  const auto strain = this->Read("strain.nrrd");
  const auto components = disks->GetNumberOfComponentsPerPixel();
  for (std::int64_t p = 0; p < Shape.Positions(); ++p)
  {
    const float * const disk = disks->GetBufferPointer() + p * components;
    const float * const origin = origins->GetBufferPointer() + 2 * p;
    std::int64_t        count = 0;
    for (unsigned int i = 0; i < components; i += 4)
    {
      if (std::isfinite(disk[i]))
      {
        ASSERT_LT(count, peaks.Count(p));
        EXPECT_FLOAT_EQ(static_cast<float>(peaks.Begin(p)[count].x), origin[0] + disk[i]);
        EXPECT_FLOAT_EQ(static_cast<float>(peaks.Begin(p)[count].y), origin[1] + disk[i + 1]);
        EXPECT_EQ(static_cast<float>(peaks.Begin(p)[count].intensity), disk[i + 2]);
        ++count;
      }
    }
    EXPECT_EQ(peaks.Count(p), count);
  }

  const auto again = RunProgram("FourDSTEMStrain",
                                { m_Folder.Path("strain/peaks.h5"),
                                  m_Folder.Path("again"),
                                  "--peaks",
                                  "--labels",
                                  m_Folder.Path("labels.nrrd"),
                                  "--reference-label",
                                  "2" },
                                std::filesystem::u8path(m_Folder.Path("")));
  ASSERT_EQ(again.exitCode, 0) << again.error;
  std::filesystem::rename(std::filesystem::u8path(m_Folder.Path("strain")),
                          std::filesystem::u8path(m_Folder.Path("first")));
  std::filesystem::rename(std::filesystem::u8path(m_Folder.Path("again")),
                          std::filesystem::u8path(m_Folder.Path("strain")));
  const auto ofPeaks = this->Read("strain.nrrd");
  for (int label = 2; label <= 6; ++label)
  {
    for (int component = 0; component < 3; ++component)
    {
      const auto [found, truth] = this->Means(ofPeaks, component, label);
      EXPECT_NEAR(found, truth, 1e-3) << "label " << label << ", component " << component;
    }
  }
}

TEST_F(StrainCommand, RefusesPatternsForPeaksAndWhatOnlyPatternsHave)
{
  const auto none = this->Run({ "--peaks" });
  EXPECT_EQ(none.exitCode, 2);
  ExpectMentions(none.error, { "--scan-step", "--peaks" });
  const auto ring = RunProgram(
    "FourDSTEMStrain",
    { m_Folder.Path("scan.npy"), m_Folder.Path("strain"), "--peaks", "--ellipse", "ring", "--ellipse-ring", "20,30" },
    m_Folder.Get());
  EXPECT_EQ(ring.exitCode, 2);
  ExpectMentions(ring.error, { "--ellipse", "ring", "--peaks" });
  const auto other =
    RunProgram("FourDSTEMStrain", { m_Folder.Path("scan.npy"), m_Folder.Path("strain"), "--peaks" }, m_Folder.Get());
  EXPECT_EQ(other.exitCode, 1);
  ExpectMentions(other.error, { "scan.npy", "HDF5" });
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::u8path(m_Folder.Path("strain"))));
}

TEST_F(StrainCommand, ReadsTheStrainOfARealScansPeaks)
{
  SKIP_WITHOUT_REAL_FILE(path, "braggpeaks_80x58.h5");
  const auto run = RunProgram("FourDSTEMStrain", { path, m_Folder.Path("strain"), "--peaks" }, m_Folder.Get());
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "121390", "count from the origin" });
  EXPECT_EQ(this->Read("strain.nrrd")->GetLargestPossibleRegion().GetSize(1), 80U);
}

TEST_F(StrainCommand, SaysWhereAReferenceIsAnotherGrains)
{
  const auto run = this->Run({ "--reference-lattice", "15,14,-14,15" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "no deformation of the reference" });
}

TEST_F(StrainCommand, IsTheSameForAnyNumberOfThreads)
{
  ASSERT_EQ(this->Run({ "--threads", "1" }).exitCode, 0);
  const auto   image = this->Read("strain.nrrd");
  const auto   size = image->GetLargestPossibleRegion().GetNumberOfPixels() * image->GetNumberOfComponentsPerPixel();
  const auto * first = reinterpret_cast<const unsigned char *>(image->GetBufferPointer());
  const std::vector<unsigned char> one(first, first + size * sizeof(float));
  ASSERT_EQ(this->Run({ "--threads", "3", "--overwrite" }).exitCode, 0);
  const auto   again = this->Read("strain.nrrd");
  const auto * second = reinterpret_cast<const unsigned char *>(again->GetBufferPointer());
  EXPECT_TRUE(std::equal(one.begin(), one.end(), second));
}

TEST_F(StrainCommand, GivesThePixelSizeOfAKnownLattice)
{
  // Label 2 is unstrained WS2, hexagonal; with sides a its reciprocal vectors are 1 / (a sin 120 degrees) long.
  const double length = m_Scan.phantom.Description().latticeLength;
  const double pixel = 1. / (0.3153 * std::sin(2. / 3. * 3.14159265358979)) / length;
  const auto   run = this->Run(
    { "--labels", m_Folder.Path("labels.nrrd"), "--reference-label", "2", "--known-lattice", "0.3153,0.3153,120" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "Pixel size", "1/nm", "±" });
  const auto found = nlohmann::json::parse(FileContent(m_Folder.Path("strain/run.json")))["results"]["pixelSize"];
  EXPECT_EQ(found["unit"], "1/nm");
  EXPECT_NEAR(found["value"].get<double>(), pixel, 3e-4 * pixel);
  EXPECT_LT(found["error"].get<double>(), 3e-4 * pixel);
  EXPECT_NEAR(found["value"].get<double>(), pixel, 4. * found["error"].get<double>());

  const auto other = this->Run({ "--known-lattice", "0.3,0.4,90", "--overwrite" });
  ASSERT_EQ(other.exitCode, 0) << other.error;
  ExpectMentions(other.output, { "not the known one", "0.3,0.4,90" });
}

TEST_F(StrainCommand, TakesAnEllipseOut)
{
  // The flake is not distorted: taking an ellipse out makes one, across; measuring it gives none.
  const std::vector<std::string> reference{ "--labels", m_Folder.Path("labels.nrrd"), "--reference-label", "2" };
  const auto                     with = [&](std::vector<std::string> more) {
    more.insert(more.end(), reference.begin(), reference.end());
    return this->Run(more);
  };
  const auto measured = with({ "--ellipse", "measure" });
  ASSERT_EQ(measured.exitCode, 0) << measured.error;
  ExpectMentions(measured.output, { "Ellipse", "taken for hexagonal" });
  auto record = nlohmann::json::parse(FileContent(m_Folder.Path("strain/run.json")))["results"]["ellipse"];
  EXPECT_NEAR(record["ratio"].get<double>(), 1., 5. * record["ratioError"].get<double>());
  EXPECT_LT(record["ratioError"].get<double>(), 1e-3);

  const auto given = with({ "--ellipse", "1.02,120", "--known-lattice", "0.3,0.3,120", "--overwrite" });
  ASSERT_EQ(given.exitCode, 0) << given.error;
  const auto results = nlohmann::json::parse(FileContent(m_Folder.Path("strain/run.json")))["results"];
  EXPECT_DOUBLE_EQ(results["ellipse"]["ratio"].get<double>(), 1.02);
  EXPECT_NEAR(results["ellipse"]["angle"].get<double>(), -60., 1e-9);
  EXPECT_EQ(results["ellipse"]["source"], "given");
  // The ratio moves each vector by (1.02 - 1) / 2; scale and turn of the fit take out the mean over two vectors 120
  // degrees apart, which leaves sqrt(3) / 2 of it.
  EXPECT_NEAR(results["pixelSize"]["mismatch"].get<double>(), 0.01 * std::sqrt(3.) / 2., 3e-4);
  std::string unit;
  itk::ExposeMetaData<std::string>(this->Read("lattice.nrrd")->GetMetaDataDictionary(), "FourDSTEM_Units", unit);
  EXPECT_EQ(unit.find("undistorted detector pixels"), 0U);

  const auto again = RunProgram("FourDSTEMStrain",
                                { m_Folder.Path("strain/peaks.h5"),
                                  m_Folder.Path("again"),
                                  "--peaks",
                                  "--ellipse",
                                  "hexagonal",
                                  "--labels",
                                  m_Folder.Path("labels.nrrd"),
                                  "--reference-label",
                                  "2" },
                                std::filesystem::u8path(m_Folder.Path("")));
  ASSERT_EQ(again.exitCode, 0) << again.error;
  record = nlohmann::json::parse(FileContent(m_Folder.Path("again/run.json")))["results"]["ellipse"];
  EXPECT_NEAR(record["ratio"].get<double>(), 1.02, 1e-3);
  EXPECT_NEAR(record["angle"].get<double>(), 30., 2.);
}

TEST_F(StrainCommand, RefusesWhatContradictsItself)
{
  struct Case
  {
    std::vector<std::string> arguments;
    const char *             mention;
  };
  const Case cases[] = {
    { { "--reference-label", "2" }, "--labels" },
    { { "--labels", m_Folder.Path("labels.nrrd"), "--reference-label", "9" }, "no position" },
    { { "--labels", m_Folder.Path("labels.nrrd"), "--reference-label", "2", "--reference-region", "0,0,2,2" },
      "another reference" },
    { { "--reference-region", "20,0,10,10" }, "26 x 34" },
    { { "--reference-each-label" }, "--labels" },
    { { "--best-lattice" }, "--labels" },
    { { "--reference-lattice", "1,2,2,4" }, "two directions" },
    { { "--lattice", "20,0" }, "g1x,g1y,g2x,g2y" },
    { { "--disk-structure", "some" }, "measured, or a number from 0 to 1" },
    { { "--disk-structure", "1.5" }, "measured, or a number from 0 to 1" },
    { { "--ellipse", "round" }, "RATIO,ANGLE" },
    { { "--ellipse", "0.9,10" }, "RATIO,ANGLE" },
    { { "--ellipse", "1.1" }, "RATIO,ANGLE" },
    { { "--ellipse", "1.1,x" }, "RATIO,ANGLE" },
    { { "--ellipse", "ring" }, "--ellipse-ring" },
    { { "--ellipse", "ring", "--ellipse-ring", "20,22" }, "at least 6" },
    { { "--ellipse", "1.1,0", "--ellipse-ring", "20,30" }, "--ellipse ring" },
    { { "--ellipse", "square" }, "not square" },
    { { "--labels", m_Folder.Path("labels.nrrd"), "--reference-each-label", "--ellipse", "measure" },
      "--reference-each-label" },
    { { "--known-lattice", "0.3,0.3" }, "A,B,GAMMA" },
    { { "--known-lattice", "0.3,0,90" }, "A,B,GAMMA" },
    { { "--known-lattice", "0.3,0.3,180" }, "A,B,GAMMA" },
    { { "--labels", m_Folder.Path("labels.nrrd"), "--reference-each-label", "--known-lattice", "0.3,0.3,90" },
      "--reference-each-label" },
    { { "--template", "beam", "--edge-width", "1" }, "--template disk" },
    { { "--disk-radius", "45", "--edge-width", "1" }, "no lattice is found" },
  };
  for (const Case & one : cases)
  {
    const auto run = this->Run(one.arguments);
    EXPECT_NE(run.exitCode, 0) << one.mention;
    ExpectMentions(run.error, { one.mention });
    EXPECT_FALSE(std::filesystem::exists(m_Folder.Path("strain"))) << one.mention;
  }
}

TEST_F(StrainCommand, NeedsABeamAndALattice)
{
  NpyWriter                writer(m_Folder.Path("zeros.npy"), { 1, 7, 32, 32 });
  const std::vector<float> zeros(7 * 32 * 32, 0.F);
  writer.Write(zeros.data(), 7);
  writer.Close();
  const auto run = RunProgram("FourDSTEMStrain",
                              { m_Folder.Path("zeros.npy"), m_Folder.Path("none") },
                              std::filesystem::u8path(m_Folder.Path("")));
  EXPECT_NE(run.exitCode, 0);
  ExpectMentions(run.error, { "no direct beam" });
  EXPECT_FALSE(std::filesystem::exists(m_Folder.Path("none")));
}
