// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "ScanImageFixtures.h"
#include "TemporaryFolder.h"

#include "itkBraggPeakDetectionFilter.h"

#include <gtest/gtest.h>

namespace
{
using namespace fixtures;
using fourdstem::PhantomScan;
using Detection = itk::BraggPeakDetectionFilter<ScanImage>;

itk::BraggPeaks::Pointer
TwoPositions()
{
  auto                 peaks = itk::BraggPeaks::New();
  fourdstem::PeakLists lists;
  lists.shape = { 1, 2, 8, 9 };
  lists.peaks = { { 1., 2., 3. }, { 4., 5., 6. }, { 7., 8., 9. } };
  lists.offsets = { 0, 1, 3 };
  peaks->SetLists(lists);
  return peaks;
}
} // namespace

TEST(BraggPeaksObject, AnswerForEachPosition)
{
  auto peaks = TwoPositions();
  EXPECT_EQ(peaks->GetNumberOfColumns(), 2U);
  EXPECT_EQ(peaks->GetNumberOfRows(), 1U);
  EXPECT_EQ(peaks->GetNumberOfPeaks(), 3U);
  EXPECT_EQ(peaks->GetNumberOfPeaks(1, 0), 2U);
  EXPECT_EQ(peaks->GetPeak(1, 0, 1)[0], 7.);
  EXPECT_EQ(peaks->GetPeak(1, 0, 1)[1], 8.);
  EXPECT_EQ(peaks->GetPeak(1, 0, 1)[2], 9.);
  EXPECT_THROW(peaks->GetNumberOfPeaks(2, 0), itk::ExceptionObject);
  EXPECT_THROW(peaks->GetNumberOfPeaks(0, 1), itk::ExceptionObject);
  EXPECT_THROW(peaks->GetPeak(0, 0, 1), itk::ExceptionObject);
  EXPECT_FALSE(peaks->GetHasPatternOrigins());
  EXPECT_THROW(peaks->GetPatternOrigin(0, 0), itk::ExceptionObject);
  EXPECT_THROW(peaks->SetPatternOrigins({ 1.F }), itk::ExceptionObject);
  peaks->SetPatternOrigins({ 1.F, 2.F, 3.F, 4.F });
  EXPECT_EQ(peaks->GetPatternOrigin(1, 0)[1], 4.);
  EXPECT_NE(Printed(peaks.GetPointer()).find("Peaks: 3"), std::string::npos);
}

TEST(BraggPeaksObject, GoThroughAFileAndAreUnchangedByOneThatCannotBeRead)
{
  const TemporaryFolder folder;
  auto                  peaks = TwoPositions();
  peaks->Write(folder.Path("peaks.h5"));
  auto read = itk::BraggPeaks::New();
  read->Read(folder.Path("peaks.h5"));
  EXPECT_EQ(read->GetLists().offsets, peaks->GetLists().offsets);
  EXPECT_EQ(read->GetPeak(1, 0, 0)[0], 4.);
  EXPECT_THROW(read->Read(folder.Path("none.h5")), itk::ExceptionObject);
  EXPECT_EQ(read->GetNumberOfPeaks(), 3U);
  auto graft = itk::BraggPeaks::New();
  graft->Graft(read);
  EXPECT_EQ(graft->GetNumberOfPeaks(), 3U);
  graft->Initialize();
  EXPECT_EQ(graft->GetNumberOfPeaks(), 0U);
  EXPECT_THROW(graft->Graft(ScanImage::New()), itk::ExceptionObject);
  EXPECT_THROW(graft->Write(folder.Path("empty.h5")), itk::ExceptionObject);
}

TEST(BraggPeakDetection, IsTheSameForAnyWorkUnitsAndStreamDivisions)
{
  const PhantomScan    scan(PhantomScan::Of(fourdstem::PhantomKind::Step, { 5, 8, 96, 104 }, 100.));
  const auto           image = scan.MakeImage();
  fourdstem::PeakLists first;
  for (const unsigned int units : { 1, 3, 16 })
  {
    for (const unsigned int divisions : { 0, 1, 3, 7 })
    {
      const Monitored input(image);
      auto            filter = Detection::New();
      filter->SetInput(input.extract->GetOutput());
      filter->SetDiskRadius(scan.phantom.Description().probeRadius);
      filter->SetNumberOfWorkUnits(units);
      filter->SetNumberOfStreamDivisions(divisions);
      filter->Update();
      const fourdstem::PeakLists & lists = filter->GetOutput()->GetLists();
      EXPECT_EQ(lists.shape, (fourdstem::ScanShape{ 5, 8, 96, 104 }));
      EXPECT_EQ(input.executions.Get(), std::min(std::max(divisions, 1U), 5U));
      if (first.peaks.empty())
      {
        first = lists;
      }
      EXPECT_EQ(lists.offsets, first.offsets);
      for (std::size_t i = 0; i < first.peaks.size(); ++i)
      {
        ASSERT_EQ(lists.peaks[i].x, first.peaks[i].x);
        ASSERT_EQ(lists.peaks[i].intensity, first.peaks[i].intensity);
      }
    }
  }
  // The direct beam and a hexagonal lattice about it, everywhere.
  for (std::int64_t p = 0; p < first.shape.Positions(); ++p)
  {
    EXPECT_GE(first.Count(p), 7) << p;
    const float * origin = scan.Truth().origins.data() + 2 * p;
    EXPECT_NEAR(first.Begin(p)->x, origin[0], 0.05) << p;
    EXPECT_NEAR(first.Begin(p)->y, origin[1], 0.05) << p;
  }
}

TEST(BraggPeakDetection, RefusesWhatDoesNotFitAndTakesOriginsAlong)
{
  const PhantomScan scan(PhantomScan::Of(fourdstem::PhantomKind::Crystal, { 2, 3, 64, 64 }, 100.));
  auto              filter = Detection::New();
  filter->SetInput(scan.MakeImage());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject); // no radius
  filter->SetDiskRadius(scan.phantom.Description().probeRadius);
  auto origins = Detection::OriginImageType::New();
  origins->SetRegions(itk::Size<2>{ { 3, 1 } });
  origins->Allocate();
  filter->SetOriginImage(origins);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  origins = Detection::OriginImageType::New();
  origins->SetRegions(itk::Size<2>{ { 3, 2 } });
  origins->Allocate();
  origins->FillBuffer(itk::Vector<float, 2>(31.5F));
  filter->SetOriginImage(origins);
  filter->SetMaximumNumberOfPeaks(1);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfPeaks(), 6U);
  EXPECT_EQ(filter->GetOutput()->GetPatternOrigin(2, 1)[0], 31.5);
  EXPECT_NE(Printed(filter.GetPointer()).find("MaximumNumberOfPeaks: 1"), std::string::npos);
}
