// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanFixtures.h"
#include "ScanImageFixtures.h"

#include "fourdstem/NpyWriter.h"
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
        filter->SetInput(input.extract->GetOutput());
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

namespace
{
/** What observers see of an update. */
struct Watched
{
  explicit Watched(OriginFilter * filter)
  {
    filter->AddObserver(itk::ProgressEvent(), [this, filter](const itk::EventObject &) {
      progress.push_back(filter->GetProgress());
      if (abort)
      {
        filter->AbortGenerateDataOn();
      }
    });
    filter->AddObserver(itk::AbortEvent(), [this](const itk::EventObject &) { ++aborts; });
  }

  std::vector<float> progress;
  bool               abort = false;
  int                aborts = 0;
};
} // namespace

TEST(DiffractionOriginImageFilter, EstimateOfTheProbeHasTheFiltersWorkUnitsProgressAndAbort)
{
  const auto            scan = fixtures::DescannedScan(shape, 3.);
  const TemporaryFolder folder;
  const std::string     name = folder.Path("scan.npy");
  fourdstem::NpyWriter  writer(name, shape, fourdstem::ElementType::Float32, true);
  writer.Write(scan.values.data(), shape.Positions());
  writer.Close();
  for (const bool isFile : { false, true })
  {
    auto reader = itk::ImageFileReader<ScanImage>::New();
    reader->SetFileName(name);
    reader->SetImageIO(itk::FourDSTEMImageIO::New());
    const auto image = ToImage(scan);
    const auto makeFilter = [&] {
      auto filter = OriginFilter::New();
      filter->SetInput(isFile ? reader->GetOutput() : image.GetPointer());
      filter->SetNumberOfWorkUnits(1);
      return filter;
    };
    auto given = makeFilter();
    given->SetProbe(24., 20., 3.);
    const Watched alone(given);
    given->Update();

    // One thread tells of every scan row, and of every end.
    auto    estimated = makeFilter();
    Watched both(estimated);
    estimated->Update();
    EXPECT_EQ(both.progress.size(), alone.progress.size() + (isFile ? 5u + 1u : 5u * 2u));
    EXPECT_TRUE(std::is_sorted(both.progress.begin(), both.progress.end()));
    EXPECT_FLOAT_EQ(both.progress.back(), 1.f);

    auto    stopped = makeFilter();
    Watched watched(stopped);
    watched.abort = true;
    EXPECT_THROW(stopped->Update(), itk::ProcessAborted);
    EXPECT_EQ(watched.aborts, 1);
    EXPECT_EQ(watched.progress.size(), 1u);
    EXPECT_LT(watched.progress.back(), 0.5f);
    EXPECT_EQ(stopped->GetProbe().radius, 0.);
    watched.abort = false;
    stopped->Update();
    EXPECT_EQ(Values(stopped->GetOutput()), Values(estimated->GetOutput()));
  }
}
