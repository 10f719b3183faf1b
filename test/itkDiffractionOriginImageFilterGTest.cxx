// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanImageFixtures.h"

#include "itkDiffractionOriginImageFilter.h"

#include <gtest/gtest.h>

using namespace fixtures;
using OriginFilter = itk::DiffractionOriginImageFilter<ScanImage>;

TEST(DiffractionOriginImageFilter, FindsDescanAndCarriesGeometry)
{
  const auto scan = fixtures::DescannedScan(shape, 3.);
  auto       filter = OriginFilter::New();
  filter->SetInput(ToImage(scan));
  filter->Update();
  ExpectScanGeometry(filter->GetOutput());
  ExpectScanGeometry(filter->GetResidualOutput());
  EXPECT_NEAR(filter->GetProbe().radius, 3., 0.6);
  const auto origins = Values(filter->GetOutput());
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    float truth[2];
    fixtures::DescannedOrigin(shape, p, truth);
    EXPECT_NEAR(origins[static_cast<std::size_t>(2 * p)], truth[0], 0.01);
    EXPECT_NEAR(origins[static_cast<std::size_t>(2 * p + 1)], truth[1], 0.01);
  }
  EXPECT_TRUE(std::isnan(Values(filter->GetResidualOutput())[0]));
  EXPECT_NE(Printed(filter).find("RecentredDisk"), std::string::npos);
}

TEST(DiffractionOriginImageFilter, SameBitsForAnyWorkUnitsAndStreamDivisions)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  for (const auto method : { OriginFilter::Method::RecentredDisk, OriginFilter::Method::FixedDisk })
  {
    std::vector<float> first;
    for (const unsigned int units : { 1, 2, 3, 16 })
    {
      for (const unsigned int divisions : { 1, 3, 7 })
      {
        const Monitored input(image);
        auto            filter = OriginFilter::New();
        filter->SetInput(input.monitor->GetOutput());
        filter->SetMethod(method);
        filter->SetNumberOfWorkUnits(units);
        auto streamer = itk::StreamingImageFilter<OriginFilter::OutputImageType, OriginFilter::OutputImageType>::New();
        streamer->SetInput(filter->GetOutput());
        streamer->SetNumberOfStreamDivisions(divisions);
        streamer->Update();
        const auto values = Values(streamer->GetOutput());
        first = first.empty() ? values : first;
        EXPECT_EQ(values, first) << units << " units, " << divisions << " divisions";
      }
    }
  }
}

TEST(DiffractionOriginImageFilter, FitNeedsTheWholeScan)
{
  auto filter = OriginFilter::New();
  filter->SetInput(ToImage(fixtures::DescannedScan(shape, 3.)));
  filter->SetFit(OriginFilter::Fit::Plane);
  filter->SetProbe(24., 20., 3.);
  auto mask = OriginFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 7, 5 } });
  mask->Allocate();
  mask->FillBuffer(1);
  filter->SetMaskImage(mask);
  filter->UpdateOutputInformation();
  auto region = filter->GetOutput()->GetLargestPossibleRegion();
  region.SetSize(1, 1);
  filter->GetOutput()->SetRequestedRegion(region);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion(), filter->GetOutput()->GetLargestPossibleRegion());
  for (const float residual : Values(filter->GetResidualOutput()))
  {
    EXPECT_GT(residual, 0.f);
    EXPECT_LT(residual, 1.3f);
  }
}

TEST(DiffractionOriginImageFilter, RefusesWhatDoesNotFit)
{
  auto filter = OriginFilter::New();
  filter->SetInput(ToImage(fixtures::DescannedScan(shape, 3.)));
  filter->SetProbe(24., 20., 0.);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetProbeToEstimate();
  auto mask = OriginFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 5, 7 } });
  mask->Allocate();
  filter->SetMaskImage(mask);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DiffractionOriginImageFilter, AbortIsProcessAborted)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  auto       filter = OriginFilter::New();
  filter->SetInput(image);
  AbortAtFirstProgress(filter.GetPointer());
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}
