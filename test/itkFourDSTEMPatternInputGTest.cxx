// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanImageFixtures.h"
#include "TemporaryFolder.h"

#include "fourdstem/NpyWriter.h"
#include "itkDiffractionOriginImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"

#include <gtest/gtest.h>

using namespace fixtures;
using OriginFilter = itk::DiffractionOriginImageFilter<ScanImage>;
using StatisticsFilter = itk::DiffractionStatisticsImageFilter<ScanImage>;

TEST(FourDSTEMPatternInput, ReadsTheFileWithoutFillingTheImage)
{
  const auto            scan = fixtures::DescannedScan(shape, 3.);
  const TemporaryFolder folder;
  const std::string     name = folder.Path("scan.npy");
  fourdstem::NpyWriter  writer(name, shape, fourdstem::ElementType::Float32, true);
  writer.Write(scan.values.data(), shape.Positions());
  writer.Close();

  auto reader = itk::ImageFileReader<ScanImage>::New();
  reader->SetFileName(name);
  reader->SetImageIO(itk::FourDSTEMImageIO::New());
  auto fromFile = OriginFilter::New();
  fromFile->SetInput(reader->GetOutput());
  fromFile->Update();
  auto statistics = StatisticsFilter::New();
  statistics->SetInput(reader->GetOutput());
  statistics->SetOriginImage(fromFile->GetOutput());
  statistics->Update();
  EXPECT_EQ(reader->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);

  auto fromBuffer = OriginFilter::New();
  fromBuffer->SetInput(ToImage(scan));
  fromBuffer->Update();
  EXPECT_EQ(Values(fromFile->GetOutput()), Values(fromBuffer->GetOutput()));
  auto reference = StatisticsFilter::New();
  reference->SetInput(ToImage(scan));
  reference->SetOriginImage(fromBuffer->GetOutput());
  reference->Update();
  EXPECT_TRUE(SameBits(Values(statistics->GetFanoOutput()), Values(reference->GetFanoOutput())));

  // Another pixel type is converted by the reader, and what was read already is used.
  auto doubles = itk::ImageFileReader<itk::Image<double, 4>>::New();
  doubles->SetFileName(name);
  doubles->SetImageIO(itk::FourDSTEMImageIO::New());
  auto converted = itk::DiffractionOriginImageFilter<itk::Image<double, 4>>::New();
  converted->SetInput(doubles->GetOutput());
  converted->Update();
  EXPECT_EQ(Values(converted->GetOutput()), Values(fromBuffer->GetOutput()));
  EXPECT_NE(doubles->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);

  reader->Update();
  std::fill_n(reader->GetOutput()->GetBufferPointer(), scan.values.size(), 1.f);
  auto edited = StatisticsFilter::New();
  edited->SetInput(reader->GetOutput());
  edited->Update();
  EXPECT_EQ(edited->GetMaximumOutput()->GetPixel({ { 24, 20 } }), 1.f);
  auto flat = OriginFilter::New();
  flat->SetInput(reader->GetOutput());
  flat->Update();
  EXPECT_GT(flat->GetProbe().radius, 2. * fromFile->GetProbe().radius);
}

TEST(FourDSTEMPatternInput, SaysThatTheReaderIsGone)
{
  const auto            scan = fixtures::DescannedScan(shape, 3.);
  const TemporaryFolder folder;
  fourdstem::NpyWriter  writer(folder.Path("scan.npy"), shape, fourdstem::ElementType::Float32, true);
  writer.Write(scan.values.data(), shape.Positions());
  writer.Close();

  auto filter = OriginFilter::New();
  {
    auto reader = itk::ImageFileReader<ScanImage>::New();
    reader->SetFileName(folder.Path("scan.npy"));
    reader->SetImageIO(itk::FourDSTEMImageIO::New());
    filter->SetInput(reader->GetOutput());
    filter->Update();
  }
  try
  {
    filter->Update();
    ADD_FAILURE() << "executed without a scan";
  }
  catch (const itk::ExceptionObject & error)
  {
    EXPECT_NE(std::string(error.GetDescription()).find("its reader is gone"), std::string::npos) << error;
  }
}
