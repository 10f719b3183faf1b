// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanImageFixtures.h"

#include "itkDiffractionOriginImageFilter.h"
#include "itkVirtualDetectorImageFilter.h"

#include <gtest/gtest.h>

using namespace fixtures;
using OriginFilter = itk::DiffractionOriginImageFilter<ScanImage>;
using DetectorFilter = itk::VirtualDetectorImageFilter<ScanImage>;

TEST(VirtualDetectorImageFilter, ComponentsGeometryAndNames)
{
  const auto scan = fixtures::RandomScan<std::uint16_t>(shape, 60000);
  using Filter = itk::VirtualDetectorImageFilter<itk::Image<std::uint16_t, 4>, itk::VectorImage<double, 2>>;
  auto filter = Filter::New();
  filter->SetInput(ToImage(scan));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  auto mask = Filter::DetectorMaskType::New();
  mask->SetRegions(itk::Size<2>{ { 48, 40 } });
  EXPECT_THROW(filter->AddMask("early", nullptr), itk::ExceptionObject);
  mask->Allocate(true);
  mask->SetPixel({ { 5, 6 } }, 2.f);
  filter->AddDisk("BF", 4.);
  filter->AddAnnulus("ADF", 8., 15.);
  filter->AddCentreOfMass("DPC");
  filter->AddMask("spot", mask);
  filter->Update();

  ExpectScanGeometry(filter->GetOutput());
  std::string names;
  itk::ExposeMetaData<std::string>(filter->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "BF,ADF,DPC x,DPC y,spot");
  const auto pixel = filter->GetOutput()->GetPixel({ { 10 + 2, 20 + 1 } });
  double     ring = 0.;
  for (std::int64_t y = 0; y < 40; ++y)
  {
    for (std::int64_t x = 0; x < 48; ++x)
    {
      const double distance = std::hypot(static_cast<double>(x) - 24., static_cast<double>(y) - 20.);
      ring += distance >= 8. && distance < 15. ? static_cast<double>(scan(9, y, x)) : 0.;
    }
  }
  EXPECT_EQ(pixel[1], ring);
  EXPECT_EQ(pixel[4], 2. * scan(9, 6, 5));
  EXPECT_NE(Printed(filter).find("ADF: sum, 8 to 15 pixels"), std::string::npos);
  EXPECT_NE(Printed(filter).find("spot: sum, mask"), std::string::npos);

  filter->ClearDetectors();
  filter->AddDisk("one", 0.5);
  const double corner[] = { 3., 4. };
  filter->SetCentre(corner);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 10 + 2, 20 + 1 } })[0], scan(9, 4, 3));
  filter->SetCentreToDefault();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 10 + 2, 20 + 1 } })[0], scan(9, 20, 24));
}

TEST(VirtualDetectorImageFilter, ScalarOutputForOneComponent)
{
  using Filter = itk::VirtualDetectorImageFilter<ScanImage, itk::Image<float, 2>>;
  const auto scan = fixtures::RandomScan<float>(shape, 50);
  auto       filter = Filter::New();
  filter->SetInput(ToImage(scan));
  filter->AddDisk("pixel", 0.5);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 10 + 6, 20 + 4 } }), scan(34, 20, 24));
  filter->AddCentreOfMass("com");
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(VirtualDetectorImageFilter, FollowsOriginsAndStreams)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  auto       origins = OriginFilter::New();
  origins->SetInput(image);
  std::vector<float> first;
  for (const unsigned int divisions : { 1, 3, 7 })
  {
    const Monitored input(image);
    auto            filter = DetectorFilter::New();
    filter->SetInput(input.extract->GetOutput());
    filter->SetOriginImage(origins->GetOutput());
    filter->AddDisk("BF", 5.);
    filter->AddCentreOfMass("com", 0., 6.);
    auto streamer = itk::StreamingImageFilter<DetectorFilter::OutputImageType, DetectorFilter::OutputImageType>::New();
    streamer->SetInput(filter->GetOutput());
    streamer->SetNumberOfStreamDivisions(divisions);
    streamer->Update();
    EXPECT_EQ(input.executions.Get(), std::min(divisions, 5u));
    const auto values = Values(streamer->GetOutput());
    first = first.empty() ? values : first;
    EXPECT_EQ(values, first);
  }
  for (std::size_t p = 0; p < 35; ++p)
  {
    EXPECT_NEAR(first[3 * p], first[0], 1e-3f * first[0]);
    EXPECT_NEAR(first[3 * p + 1], 0.f, 0.02f);
  }
}

TEST(VirtualDetectorImageFilter, AbortIsProcessAborted)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  auto       filter = DetectorFilter::New();
  filter->SetInput(image);
  filter->AddDisk("BF", 5.);
  AbortAtFirstProgress(filter.GetPointer());
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}
