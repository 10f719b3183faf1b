// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DetectorFixtures.h"
#include "ScanImageFixtures.h"

#include "itkDetectorHealthImageFilter.h"

#include <map>

namespace
{
using namespace fixtures;
using HealthFilter = itk::DetectorHealthImageFilter<ScanImage>;
using fourdstem::PixelHealth;

// Where ToImage() lets the detector begin.
constexpr itk::IndexValueType FirstX = 3;
constexpr itk::IndexValueType FirstY = -2;

/** Disks with one pixel of each kind of fault; for those of `bad` what is wrong. */
struct DamagedDetector
{
  DamagedDetector()
  {
    patterns.Change(3, 5, [](float value, std::int64_t) { return 4.F * value; });
    patterns.Change(36, 3, [](float value, std::int64_t p) { return p % 10 == 0 ? value + 60.F : value; });
    patterns.Change(22, 20, [](float, std::int64_t) { return 0.F; });
    patterns.Change(37, 40, [](float, std::int64_t) { return 9.F; });
    scan.values = patterns.values;
  }

  DetectorPatterns                                                   patterns{ Disks };
  Scan<float>                                                        scan{ patterns.shape };
  const std::map<std::pair<std::int64_t, std::int64_t>, PixelHealth> bad{ { { 3, 5 }, PixelHealth::Hot },
                                                                          { { 36, 3 }, PixelHealth::Flickering },
                                                                          { { 22, 20 }, PixelHealth::Dead },
                                                                          { { 37, 40 }, PixelHealth::Stuck } };
};

TEST(DetectorHealthImageFilter, MarksBadPixelsByTheirKindForAnyWorkUnitsAndStreamDivisions)
{
  const DamagedDetector detector;
  const auto            image = ToImage(detector.scan);
  for (const unsigned int units : { 1, 3 })
  {
    for (const unsigned int divisions : { 0, 1, 3, 100 })
    {
      const Monitored input(image);
      const auto      filter = HealthFilter::New();
      filter->SetInput(input.extract->GetOutput());
      filter->SetNumberOfStreamDivisions(divisions);
      filter->SetNumberOfWorkUnits(units);
      filter->Update();
      EXPECT_EQ(input.executions.Get(), divisions == 0 ? 1U : std::min(divisions, 20U));
      for (std::int64_t y = 0; y < detector.scan.shape.qy; ++y)
      {
        for (std::int64_t x = 0; x < detector.scan.shape.qx; ++x)
        {
          const auto found = detector.bad.find({ y, x });
          const auto expected = found == detector.bad.end() ? PixelHealth::Good : found->second;
          EXPECT_EQ(filter->GetOutput()->GetPixel({ { FirstX + x, FirstY + y } }), static_cast<int>(expected))
            << y << ", " << x;
        }
      }
      EXPECT_EQ(filter->GetNumberOfBadPixels(), 4U);
      EXPECT_EQ(filter->GetSummary(), "1 hot, 1 flickering, 1 dead, 1 stuck");
      EXPECT_EQ(filter->GetUnjudged(), "");
    }
  }
}

TEST(DetectorHealthImageFilter, OutputLiesOnTheDetector)
{
  const DamagedDetector detector;
  const auto            filter = HealthFilter::New();
  filter->SetInput(ToImage(detector.scan));
  filter->Update();
  const auto * output = filter->GetOutput();
  EXPECT_EQ(output->GetLargestPossibleRegion().GetSize(), (itk::Size<2>{ { 44, 40 } }));
  EXPECT_EQ(output->GetLargestPossibleRegion().GetIndex(), (itk::Index<2>{ { FirstX, FirstY } }));
  EXPECT_EQ(output->GetSpacing()[1], 0.2);
  EXPECT_EQ(output->GetOrigin()[0], 1.);
  const std::string printed = Printed(filter);
  EXPECT_NE(printed.find("Patterns: 400"), std::string::npos) << printed;
  EXPECT_NE(printed.find("BadPixels: 1 hot, 1 flickering, 1 dead, 1 stuck"), std::string::npos) << printed;
}

TEST(DetectorHealthImageFilter, PositionsOutsideTheMaskSayNothing)
{
  // The pixel is hot at the positions alone that the mask leaves out.
  DetectorPatterns patterns(Disks);
  patterns.Change(3, 5, [](float value, std::int64_t p) { return p < 200 ? 20.F * value : value; });
  Scan<float> scan(patterns.shape);
  scan.values = patterns.values;
  const auto mask = HealthFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 20, 20 } });
  mask->Allocate();
  mask->FillBuffer(1);
  const auto filter = HealthFilter::New();
  filter->SetInput(ToImage(scan));
  filter->SetMaskImage(mask);
  filter->Update();
  EXPECT_EQ(filter->GetSummary(), "1 hot");
  std::fill_n(mask->GetBufferPointer(), 200, static_cast<unsigned char>(0));
  mask->Modified();
  filter->Update();
  EXPECT_EQ(filter->GetSummary(), "");
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { FirstX + 5, FirstY + 3 } }), 0);
  // 20 patterns are too few for any verdict.
  std::fill_n(mask->GetBufferPointer(), 380, static_cast<unsigned char>(0));
  mask->Modified();
  filter->Update();
  EXPECT_NE(filter->GetUnjudged().find("32 are needed"), std::string::npos) << filter->GetUnjudged();

  mask->SetRegions(itk::Size<2>{ { 20, 19 } });
  mask->Allocate();
  mask->Modified();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DetectorHealthImageFilter, AbortIsProcessAbortedAndNotTheEnd)
{
  const DamagedDetector detector;
  const auto            image = ToImage(detector.scan);
  for (const unsigned int divisions : { 1, 5 })
  {
    const auto filter = HealthFilter::New();
    filter->SetInput(image);
    filter->SetNumberOfStreamDivisions(divisions);
    AbortAtFirstProgress(filter.GetPointer());
    EXPECT_THROW(filter->Update(), itk::ProcessAborted);
    EXPECT_EQ(filter->GetNumberOfBadPixels(), 0U);
    filter->RemoveAllObservers();
    filter->Update();
    EXPECT_EQ(filter->GetNumberOfBadPixels(), 4U);
    EXPECT_EQ(filter->GetProgress(), 1.F);
  }
}
} // namespace
