// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FileSizeLimit.h"
#include "PatternFixtures.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkMetaDataObject.h"
#include "itkVectorImage.h"

#include <set>

namespace
{
using Image = itk::VectorImage<float, 2>;

const fourdstem::ScanShape Shape{ 4, 6, 40, 48 };

class VirtualDetectorCommand : public ::testing::Test
{
protected:
  fourdstem::ProgramRun
  Run(std::vector<std::string> arguments) const
  {
    const std::vector<std::string> reading{ "--raw-type",       "<f4",   "--scan-shape", "4x6",
                                            "--detector-shape", "40x48", "--scan-step",  "0.5" };
    arguments.insert(arguments.end(), reading.begin(), reading.end());
    return fourdstem::RunProgram("FourDSTEMVirtualDetector", arguments, std::filesystem::u8path(m_Folder.Path("")));
  }

  Image::Pointer
  Read(const std::string & name) const
  {
    const auto reader = itk::ImageFileReader<Image>::New();
    reader->SetFileName(m_Folder.Path(name));
    reader->Update();
    return reader->GetOutput();
  }

  static std::string
  Note(const Image * image, const std::string & key)
  {
    std::string text;
    itk::ExposeMetaData<std::string>(image->GetMetaDataDictionary(), key, text);
    return text;
  }

  TemporaryFolder       m_Folder;
  fixtures::Scan<float> m_Scan = fixtures::DescannedScan(Shape, 3.);
  std::string           m_Path = m_Folder.Write("scan.bin", BytesOf(m_Scan.values));
};
} // namespace

TEST_F(VirtualDetectorCommand, WritesNamedImagesThatFollowTheOrigin)
{
  const auto run = this->Run({ m_Path, m_Folder.Path("out.nrrd") });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "BF: 0 to ", "ADF: ", "COM: whole pattern" });
  const auto image = this->Read("out.nrrd");
  EXPECT_EQ(this->Note(image, "FourDSTEM_ComponentNames"), "BF,ADF,COM x,COM y");
  EXPECT_EQ(this->Note(image, "FourDSTEM_ScanUnit"), "nm");
  EXPECT_EQ(image->GetSpacing()[0], 0.5);
  ASSERT_EQ(image->GetNumberOfComponentsPerPixel(), 4U);
  ASSERT_EQ(image->GetLargestPossibleRegion().GetSize(0), 6U);
  const auto first = image->GetPixel({ { 0, 0 } });
  EXPECT_GT(first[0], 100.F * 27.F);
  for (itk::IndexValueType x = 1; x < 6; ++x)
  {
    EXPECT_NEAR(image->GetPixel({ { x, 3 } })[0], first[0], 0.03F * first[0]);
  }
}

TEST_F(VirtualDetectorCommand, SumsWhatItIsTold)
{
  const auto mask = itk::Image<float, 2>::New();
  mask->SetRegions(itk::Size<2>{ { 48, 40 } });
  mask->Allocate(true);
  mask->FillBuffer(1.F);
  const auto writer = itk::ImageFileWriter<itk::Image<float, 2>>::New();
  writer->SetInput(mask);
  writer->SetFileName(m_Folder.Path("mask.nrrd"));
  writer->Update();

  const auto run = this->Run({ m_Path,
                               m_Folder.Path("out.nrrd"),
                               "-d",
                               "ADF,COM,BF",
                               "--adf-radii",
                               "8,12",
                               "--bf-radius",
                               "5",
                               "--com-radius",
                               "6",
                               "-a",
                               "0,8,12,1000",
                               "--mask",
                               m_Folder.Path("mask.nrrd"),
                               "--origin",
                               "quadratic" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto image = this->Read("out.nrrd");
  EXPECT_EQ(this->Note(image, "FourDSTEM_ComponentNames"), "ADF,COM x,COM y,BF,annulus 0-8,annulus 12-1000,mask");
  EXPECT_EQ(this->Note(image, "FourDSTEM_Origin"), "quadratic");
  for (std::int64_t p = 0; p < Shape.Positions(); ++p)
  {
    const auto pixel = image->GetPixel({ { p % 6, p / 6 } });
    double     sum = 0.;
    for (std::int64_t q = 0; q < Shape.PatternPixels(); ++q)
    {
      sum += static_cast<double>(m_Scan(p, 0, q));
    }
    EXPECT_NEAR(pixel[0] + pixel[4] + pixel[5], sum, 1e-5 * sum);
  }
}

TEST_F(VirtualDetectorCommand, OnePlaceForAllShowsTheDescan)
{
  ASSERT_EQ(
    this->Run({ m_Path, m_Folder.Path("out.nrrd"), "-d", "COM,ADF", "--com-radius", "9", "--origin", "mean" }).exitCode,
    0);
  const auto image = this->Read("out.nrrd");
  float      from[2];
  float      to[2];
  fixtures::DescannedOrigin(Shape, 0, from);
  fixtures::DescannedOrigin(Shape, 23, to);
  const auto first = image->GetPixel({ { 0, 0 } });
  const auto last = image->GetPixel({ { 5, 3 } });
  EXPECT_NEAR(last[0] - first[0], to[0] - from[0], 0.05F);
  EXPECT_NEAR(last[1] - first[1], to[1] - from[1], 0.05F);
}

TEST_F(VirtualDetectorCommand, SaysInOneLineWhatIsWrong)
{
  const auto expect = [&](const std::vector<std::string> & options, const std::vector<std::string> & words) {
    std::vector<std::string> arguments{ m_Path, m_Folder.Path("bad.nrrd") };
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto run = this->Run(arguments);
    EXPECT_EQ(run.exitCode, 2) << run.error;
    ExpectMentions(run.error, words);
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1);
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::u8path(m_Folder.Path("bad.nrrd"))));
  };
  expect({ "-d", "BX" }, { "--detectors", "BX" });
  expect({ "-d", "" }, { "--detectors", "names none" });
  expect({ "--adf-radii", "5" }, { "--adf-radii", "inner,outer" });
  expect({ "--adf-radii", "9.5,5" }, { "--adf-radii: needs 0 <= inner < outer, not 9.5 and 5" });
  expect({ "-a", "8,8" }, { "--annulus: needs 0 <= inner < outer, not 8 and 8" });
  expect({ "-a", "1,2,3" }, { "--annulus", "pairs" });

  m_Folder.Write("there.nrrd", "precious");
  const auto run = this->Run({ m_Path, m_Folder.Path("there.nrrd") });
  EXPECT_EQ(run.exitCode, 2);
  ExpectMentions(run.error, { "--overwrite" });
  EXPECT_EQ(this->Run({ m_Path, m_Folder.Path("there.nrrd"), "--overwrite" }).exitCode, 0);
  EXPECT_EQ(this->Read("there.nrrd")->GetNumberOfComponentsPerPixel(), 4U);
}

TEST_F(VirtualDetectorCommand, WhatIsReadIsNotReplaced)
{
  const auto scan = m_Folder.Path("copy.nrrd");
  std::filesystem::copy_file(std::filesystem::u8path(m_Path), std::filesystem::u8path(scan));
  const auto before = fourdstem::FileContent(std::filesystem::u8path(scan));
  const auto run = this->Run({ scan, scan, "--overwrite" });
  EXPECT_EQ(run.exitCode, 1) << run.output;
  ExpectMentions(run.error, { "would replace", "copy.nrrd" });
  EXPECT_EQ(fourdstem::FileContent(std::filesystem::u8path(scan)), before);
}

#ifndef _WIN32
TEST_F(VirtualDetectorCommand, AFullDiskLeavesWhatWasThere)
{
  const auto path = m_Folder.Write("there.nrrd", "precious");
  const auto names = [this] {
    std::set<std::string> found;
    for (const auto & entry : std::filesystem::directory_iterator(std::filesystem::u8path(m_Folder.Path(""))))
    {
      found.insert(entry.path().filename().u8string());
    }
    return found;
  };
  const auto            before = names();
  fourdstem::ProgramRun run;
  {
    const FileSizeLimit limit(300);
    run = this->Run({ m_Path, path, "--overwrite" });
  }
  EXPECT_EQ(run.exitCode, 1) << run.output;
  ExpectMentions(run.error, { "cannot write", "there.nrrd" });
  EXPECT_EQ(run.error.find(".part"), std::string::npos) << run.error;
  EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
  EXPECT_EQ(fourdstem::FileContent(std::filesystem::u8path(path)), "precious");
  EXPECT_EQ(names(), before);
}
#endif

TEST_F(VirtualDetectorCommand, CountsPixelsWithoutData)
{
  m_Scan(3, 20, 24) = std::numeric_limits<float>::quiet_NaN();
  const auto path = m_Folder.Write("nan.bin", BytesOf(m_Scan.values));
  const auto run = this->Run({ path, m_Folder.Path("out.nrrd"), "-d", "COM" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "1 pixels on detectors were NaN" });
}

TEST_F(VirtualDetectorCommand, DarkPatternsAreHonestData)
{
  const auto path = m_Folder.Write("dark.bin", std::string(m_Scan.values.size() * sizeof(float), '\0'));
  const auto run = this->Run({ path, m_Folder.Path("out.nrrd") });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto image = this->Read("out.nrrd");
  const auto pixel = image->GetPixel({ { 5, 3 } });
  EXPECT_EQ(pixel[0], 0.F);
  EXPECT_EQ(pixel[1], 0.F);
  EXPECT_TRUE(std::isnan(pixel[2]));

  const std::vector<float> ones(m_Scan.values.size(), 1.F);
  const auto               flat = this->Run({ m_Folder.Write("flat.bin", BytesOf(ones)), m_Folder.Path("flat.nrrd") });
  EXPECT_EQ(flat.exitCode, 0) << flat.error;
  ExpectMentions(flat.output, { "ADF: no room", "outer half" });
}

TEST_F(VirtualDetectorCommand, ReplacesBadPixels)
{
  const auto clean = this->Run({ m_Path, m_Folder.Path("clean.nrrd") });
  ASSERT_EQ(clean.exitCode, 0) << clean.error;
  ExpectMentions(clean.output, { "Bad pixels: none found in 24 patterns", "32 are needed" });
  for (std::int64_t p = 0; p < Shape.Positions(); ++p)
  {
    m_Scan(p, 8, 24) = 1e5F;
  }
  const auto path = m_Folder.Write("hot.bin", BytesOf(m_Scan.values));
  const auto mask = itk::Image<unsigned char, 2>::New();
  mask->SetRegions(itk::Size<2>{ { 48, 40 } });
  mask->Allocate(true);
  mask->SetPixel({ { 24, 8 } }, 1);
  itk::WriteImage(mask.GetPointer(), m_Folder.Path("bad.nrrd"));
  const auto run = this->Run(
    { path, m_Folder.Path("out.nrrd"), "--bad-pixels", "file", "--bad-pixel-file", m_Folder.Path("bad.nrrd") });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  ExpectMentions(run.output, { "Bad pixels: 1 given; replaced" });
  ASSERT_EQ(this->Run({ path, m_Folder.Path("none.nrrd"), "--bad-pixels", "none" }).exitCode, 0);
  const float expected = this->Read("clean.nrrd")->GetPixel({ { 2, 1 } })[1];
  const auto  image = this->Read("out.nrrd");
  EXPECT_NEAR(image->GetPixel({ { 2, 1 } })[1], expected, 1e-3F * (1.F + expected));
  EXPECT_GT(this->Read("none.nrrd")->GetPixel({ { 2, 1 } })[1], 9e4F);
  EXPECT_EQ(this->Note(image, "FourDSTEM_BadPixels"), "1 given; replaced by their neighbours' mean");

  const auto unused = this->Run({ path, m_Folder.Path("x.nrrd"), "--bad-pixel-file", m_Folder.Path("bad.nrrd") });
  EXPECT_EQ(unused.exitCode, 2);
  ExpectMentions(unused.error, { "--bad-pixels file" });
}
