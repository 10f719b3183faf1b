// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanImageFixtures.h"

#include "itkDiffractionOriginImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"

#include <gtest/gtest.h>

using namespace fixtures;
using OriginFilter = itk::DiffractionOriginImageFilter<ScanImage>;
using StatisticsFilter = itk::DiffractionStatisticsImageFilter<ScanImage>;

TEST(DiffractionStatisticsImageFilter, SameBitsForAnyWorkUnitsAndStreamDivisions)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  for (const auto deviation : { fourdstem::Deviation::Global, fourdstem::Deviation::Nested })
  {
    std::vector<std::vector<float>> first;
    for (const unsigned int units : { 1, 2, 3, 16 })
    {
      for (const unsigned int divisions : { 0, 1, 3, 7 })
      {
        const Monitored input(image);
        auto            filter = StatisticsFilter::New();
        filter->SetInput(input.extract->GetOutput());
        filter->SetOriginSearch(fourdstem::OriginSearch::Recentred({ 24., 20., 3., true }));
        filter->SetDeviation(deviation);
        filter->SetNumberOfStreamDivisions(divisions);
        filter->SetNumberOfWorkUnits(units);
        filter->Update();
        EXPECT_EQ(input.executions.Get(), divisions == 0 ? 1u : std::min(divisions, 5u));
        const std::vector<std::vector<float>> values{ Values(filter->GetMeanOutput()),
                                                      Values(filter->GetMaximumOutput()),
                                                      Values(filter->GetStandardDeviationOutput()),
                                                      Values(filter->GetLogStandardDeviationOutput()),
                                                      Values(filter->GetFanoOutput()),
                                                      Values(filter->GetFoundOriginOutput()) };
        first = first.empty() ? values : first;
        for (std::size_t i = 0; i < values.size(); ++i)
        {
          EXPECT_TRUE(SameBits(values[i], first[i])) << i << ": " << units << " units, " << divisions << " divisions";
        }
      }
    }
  }
}

TEST(DiffractionStatisticsImageFilter, AlignedPatternsAreCentredOnZero)
{
  const auto scan = fixtures::DescannedScan(shape, 3.);
  auto       origins = OriginFilter::New();
  origins->SetInput(ToImage(scan));
  auto filter = StatisticsFilter::New();
  filter->SetInput(ToImage(scan));
  filter->SetOriginImage(origins->GetOutput());
  filter->Update();

  const auto *          mean = filter->GetMeanOutput();
  itk::Index<2>         centre{ { 3 + 24, -2 + 20 } };
  itk::Point<double, 2> at;
  mean->TransformIndexToPhysicalPoint(centre, at);
  EXPECT_NEAR(at[0], 0., 1e-12);
  EXPECT_NEAR(at[1], 0., 1e-12);
  EXPECT_EQ(mean->GetSpacing()[0], 0.1);
  EXPECT_NEAR(mean->GetPixel(centre), 100.f, 0.1f);
  EXPECT_TRUE(std::isnan(Values(filter->GetFoundOriginOutput())[0]));
  EXPECT_NE(Printed(filter).find("Patterns: 35"), std::string::npos);
}

TEST(DiffractionStatisticsImageFilter, MaskLowestValueAndNonFinitePixels)
{
  auto scan = fixtures::RandomScan<float>(shape, 50);
  scan(0, 1, 2) = std::numeric_limits<float>::quiet_NaN();
  scan(1, 1, 2) = std::numeric_limits<float>::infinity();
  scan(2, 1, 2) = -7.f;
  scan(3, 1, 2) = 9.f;
  auto mask = StatisticsFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 7, 5 } });
  mask->Allocate();
  mask->FillBuffer(0);
  std::fill_n(mask->GetBufferPointer(), 4, static_cast<unsigned char>(1));
  auto filter = StatisticsFilter::New();
  filter->SetInput(ToImage(scan));
  filter->SetMaskImage(mask);
  filter->SetLowestValue(1.f);
  filter->Update();
  EXPECT_EQ(filter->GetSums().Patterns(), 4);
  EXPECT_EQ(filter->GetNumberOfNonFinitePixels(), 2u);
  EXPECT_EQ(filter->GetMeanOutput()->GetPixel({ { 3 + 2, -2 + 1 } }), 5.f);
  EXPECT_EQ(filter->GetMaximumOutput()->GetPixel({ { 3 + 2, -2 + 1 } }), 9.f);
  EXPECT_EQ(filter->GetMeanOutput()->GetOrigin()[0], 1.);

  mask->SetRegions(itk::Size<2>{ { 7, 4 } });
  mask->Allocate();
  mask->Modified();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DiffractionStatisticsImageFilter, AbortIsProcessAbortedAndNotTheEnd)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  for (const unsigned int divisions : { 1, 5 })
  {
    auto filter = StatisticsFilter::New();
    filter->SetInput(image);
    filter->SetNumberOfStreamDivisions(divisions);
    AbortAtFirstProgress(filter.GetPointer());
    EXPECT_THROW(filter->Update(), itk::ProcessAborted);
    filter->RemoveAllObservers();
    filter->Update();
    EXPECT_EQ(filter->GetSums().Patterns(), 35);
  }
}

TEST(DiffractionStatisticsImageFilter, WhatTheKernelRefusesIsAnItkException)
{
  auto filter = StatisticsFilter::New();
  filter->SetInput(ToImage(fixtures::DescannedScan(shape, 3.)));
  filter->SetOriginSearch(fourdstem::OriginSearch{});
  try
  {
    filter->Update();
    FAIL() << "a disk without radius was accepted";
  }
  catch (const itk::ExceptionObject & error)
  {
    EXPECT_NE(std::string(error.GetDescription()).find("radius"), std::string::npos);
  }
  filter->SetFindOrigins(false);
  filter->Update();
  EXPECT_EQ(filter->GetSums().Patterns(), 35);
}
