// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkDeformationDomainImageFilter.h"

#include "PhantomScan.h"

#include "itkCommand.h"

#include <gtest/gtest.h>

#include <sstream>

namespace
{
using ScanType = fourdstem::PhantomScan::ImageType;
using FilterType = itk::DeformationDomainImageFilter<ScanType>;

const fourdstem::PhantomScan &
StepScan()
{
  static const fourdstem::PhantomScan scan(
    fourdstem::PhantomScan::Of(fourdstem::PhantomKind::Step, { 12, 26, 64, 72 }));
  return scan;
}
} // namespace

TEST(itkDeformationDomainImageFilter, GivesWhatTheKernelsFindWithTheScansGeometry)
{
  auto                image = StepScan().MakeImage();
  ScanType::PointType origin;
  origin.Fill(0.);
  origin[2] = 5.;
  image->SetOrigin(origin);
  auto filter = FilterType::New();
  filter->SetInput(image);

  filter->Update();

  const fourdstem::DomainOptions automatic;
  const auto                     expected = fourdstem::AnalyseDomains(StepScan().source, automatic, 1, nullptr);
  const auto                     labels = fourdstem::LabelsOf(expected.clusters);
  const auto                     size = filter->GetOutput()->GetLargestPossibleRegion().GetSize();
  EXPECT_EQ(size[0], 26u);
  EXPECT_EQ(size[1], 12u);
  EXPECT_TRUE(std::equal(labels.begin(), labels.end(), filter->GetOutput()->GetBufferPointer()));
  EXPECT_TRUE(std::equal(
    expected.confidence.begin(), expected.confidence.end(), filter->GetConfidenceImage()->GetBufferPointer()));
  EXPECT_EQ(filter->GetClusterTree()->GetNumberOfLeaves(), 2u);
  EXPECT_EQ(filter->GetClusterTree()->GetFeatureNames(), fourdstem::FeatureNames(expected.plan));
  EXPECT_EQ(filter->GetOutput()->GetSpacing()[0], 2.);
  EXPECT_EQ(filter->GetOutput()->GetOrigin()[0], 5.);
  EXPECT_EQ(filter->GetStatisticsImage()->GetSpacing()[0], image->GetSpacing()[0]);
  EXPECT_EQ(filter->GetStatisticsImage()->GetNumberOfComponentsPerPixel(), 5u);
  EXPECT_EQ(filter->GetNodePatternImage()->GetLargestPossibleRegion().GetSize()[2], 3u);
  EXPECT_EQ(filter->GetMeasuredOriginImage()->GetBufferPointer()[7][1], expected.measurement.origins[15]);
  EXPECT_GT(filter->GetResult().choices.size(), 3u);

  std::ostringstream printed;
  filter->Print(printed);
  EXPECT_NE(printed.str().find("Probe radius: "), std::string::npos);
}

TEST(itkDeformationDomainImageFilter, TakesMaskAndOriginsAsImages)
{
  auto first = FilterType::New();
  first->SetInput(StepScan().MakeImage());
  first->Update();

  auto mask = FilterType::MaskImageType::New();
  mask->SetRegions(first->GetOutput()->GetLargestPossibleRegion());
  mask->Allocate();
  mask->FillBuffer(1);
  mask->SetPixel({ { 3, 2 } }, 0);
  auto second = FilterType::New();
  second->SetInput(StepScan().MakeImage());
  second->SetMaskImage(mask);
  second->SetOriginImage(first->GetMeasuredOriginImage());
  second->SetFeatureMaskImage(first->GetUsedFeatureMaskImage());
  second->Update();

  EXPECT_EQ(second->GetOutput()->GetPixel({ { 3, 2 } }), 0);
  EXPECT_NE(second->GetOutput()->GetPixel({ { 4, 2 } }), 0);
  EXPECT_EQ(second->GetClusterTree()->GetNumberOfLeaves(), 2u);
  EXPECT_EQ(second->GetResult().measurement.origins, first->GetResult().measurement.origins);
}

TEST(itkDeformationDomainImageFilter, RefusesAMaskOfAnotherSize)
{
  auto                                mask = FilterType::MaskImageType::New();
  FilterType::MaskImageType::SizeType size{ { 4, 4 } };
  mask->SetRegions(size);
  mask->Allocate();
  auto filter = FilterType::New();
  filter->SetInput(StepScan().MakeImage());
  filter->SetMaskImage(mask);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(itkDeformationDomainImageFilter, CanBeAborted)
{
  auto filter = FilterType::New();
  filter->SetInput(StepScan().MakeImage());
  auto command = itk::CStyleCommand::New();
  command->SetClientData(filter.GetPointer());
  command->SetCallback([](itk::Object * caller, const itk::EventObject &, void *) {
    static_cast<FilterType *>(caller)->AbortGenerateDataOn();
  });
  filter->AddObserver(itk::ProgressEvent(), command);
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}
