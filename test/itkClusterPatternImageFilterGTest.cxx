// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkClusterPatternImageFilter.h"

#include "ClusterTreeFixture.h"
#include "ExecutionCount.h"
#include "PatternFixtures.h"

#include "itkCastImageFilter.h"
#include "itkCommand.h"

#include <gtest/gtest.h>

#include <cstring>

namespace
{
using ScanType = itk::Image<float, 4>;
using FilterType = itk::ClusterPatternImageFilter<ScanType>;
using StackType = FilterType::PatternStackType;

const fourdstem::ScanShape shape{ 7, 3, 12, 16 };

ScanType::Pointer
MakeScan()
{
  const auto           values = fixtures::RandomScan<float>(shape, 1000).values;
  ScanType::RegionType region;
  const std::int64_t   sizes[] = { shape.qx, shape.qy, shape.rx, shape.ry };
  for (unsigned int i = 0; i < 4; ++i)
  {
    region.SetSize(i, static_cast<itk::SizeValueType>(sizes[i]));
  }
  region.SetIndex(3, 2);
  auto scan = ScanType::New();
  scan->SetRegions(region);
  const double spacing[] = { 0.1, 0.2, 2.5, 3.5 };
  scan->SetSpacing(spacing);
  scan->Allocate();
  std::copy(values.begin(), values.end(), scan->GetBufferPointer());
  return scan;
}

template <typename TImage>
typename TImage::Pointer
MakeMap()
{
  typename TImage::RegionType region;
  region.SetSize(0, 3);
  region.SetSize(1, 7);
  auto image = TImage::New();
  image->SetRegions(region);
  image->Allocate();
  return image;
}

FilterType::LabelImageType::Pointer
MakeLabels()
{
  auto labels = MakeMap<FilterType::LabelImageType>();
  for (unsigned short p = 0; p < 21; ++p)
  {
    labels->GetBufferPointer()[p] = static_cast<unsigned short>(p * p % 4);
  }
  labels->GetBufferPointer()[5] = 3;
  return labels;
}

FilterType::OriginImageType::Pointer
MakeOrigins()
{
  auto origins = MakeMap<FilterType::OriginImageType>();
  for (std::int64_t p = 0; p < 21; ++p)
  {
    fixtures::DescannedOrigin(shape, p, origins->GetBufferPointer()[p].GetDataPointer());
  }
  return origins;
}

std::vector<std::uint32_t>
BitsOf(const float * values, std::size_t count)
{
  std::vector<std::uint32_t> bits(count);
  std::memcpy(bits.data(), values, 4 * count);
  return bits;
}

std::vector<std::uint32_t>
BitsOf(const StackType * image)
{
  return BitsOf(image->GetBufferPointer(), image->GetLargestPossibleRegion().GetNumberOfPixels());
}

FilterType::Pointer
MakeFilter()
{
  auto filter = FilterType::New();
  filter->SetInput(MakeScan());
  filter->SetLabelImage(MakeLabels());
  filter->SetOriginImage(MakeOrigins());
  return filter;
}
} // namespace

TEST(ClusterPatternImageFilter, OneSlicePerLabelAsTheKernelSums)
{
  auto filter = MakeFilter();
  filter->Update();
  const StackType * mean = filter->GetMeanImage();
  ASSERT_EQ(mean->GetLargestPossibleRegion().GetSize(), (itk::Size<3>{ { 16, 12, 3 } }));
  EXPECT_EQ(mean->GetSpacing()[1], 0.2);
  EXPECT_DOUBLE_EQ(mean->GetOrigin()[0], -0.8);
  EXPECT_DOUBLE_EQ(mean->GetOrigin()[1], -1.2);

  const auto                           scan = MakeScan();
  const fourdstem::MemoryPatternSource source(scan->GetBufferPointer(), shape);
  fourdstem::NodePatternSums           sums(3, 12, 16);
  fourdstem::AccumulatePatterns(
    source, 0, 7, MakeOrigins()->GetBufferPointer()->GetDataPointer(), MakeLabels()->GetBufferPointer(), sums, {});
  for (std::int64_t label = 0; label < 3; ++label)
  {
    std::vector<float> expected(192);
    // Bits, as patterns may hold NaN.
    sums.Mean(label, expected.data());
    EXPECT_EQ(BitsOf(expected.data(), 192), BitsOf(mean->GetBufferPointer() + 192 * label, 192));
    sums.Variance(label, expected.data());
    EXPECT_EQ(BitsOf(expected.data(), 192), BitsOf(filter->GetVarianceImage()->GetBufferPointer() + 192 * label, 192));
    EXPECT_EQ(filter->GetSums().Positions(label), sums.Positions(label));
  }
}

TEST(ClusterPatternImageFilter, SameBitsForAnyWorkUnitsAndDivisions)
{
  auto once = MakeFilter();
  once->SetNumberOfWorkUnits(1);
  once->Update();
  for (const auto & [workUnits, divisions] : { std::pair<unsigned int, unsigned int>{ 2, 3 }, { 16, 7 }, { 3, 50 } })
  {
    auto streamed = itk::CastImageFilter<ScanType, ScanType>::New();
    streamed->SetInput(MakeScan());
    streamed->InPlaceOff();
    const ExecutionCount executions(streamed);
    auto                 filter = MakeFilter();
    filter->SetInput(streamed->GetOutput());
    filter->SetNumberOfWorkUnits(workUnits);
    filter->SetNumberOfStreamDivisions(divisions);
    filter->Update();
    EXPECT_EQ(executions.Get(), std::min(divisions, 7u));
    EXPECT_EQ(BitsOf(filter->GetMeanImage()), BitsOf(once->GetMeanImage()));
    EXPECT_EQ(BitsOf(filter->GetVarianceImage()), BitsOf(once->GetVarianceImage()));
  }
}

TEST(ClusterPatternImageFilter, OneSlicePerNodeOfATree)
{
  // Leaves 1, 5, 6, 7, 4, so labels 1, 2, 3 are nodes 1, 5, 6; 5 and 6 are below 3, that below 2.
  auto tree = itk::ClusterTree::New();
  tree->SetNodes(fixtures::MakeTree());
  auto labels = MakeFilter();
  labels->Update();
  auto filter = MakeFilter();
  filter->SetClusterTree(tree);
  filter->Update();
  ASSERT_EQ(filter->GetMeanImage()->GetLargestPossibleRegion().GetSize(2), 8u);
  const auto byLabel = BitsOf(labels->GetMeanImage());
  const auto byNode = BitsOf(filter->GetMeanImage());
  EXPECT_TRUE(std::equal(byLabel.begin(), byLabel.begin() + 192, byNode.begin() + 192));
  EXPECT_TRUE(std::equal(byLabel.begin() + 192, byLabel.end(), byNode.begin() + 5 * 192));
  EXPECT_EQ(filter->GetSums().Positions(7), 0);
  EXPECT_EQ(filter->GetSums().Positions(3), labels->GetSums().Positions(1) + labels->GetSums().Positions(2));
  EXPECT_EQ(filter->GetSums().Positions(2), filter->GetSums().Positions(3));
  EXPECT_EQ(filter->GetSums().Positions(0), filter->GetSums().Positions(1) + filter->GetSums().Positions(2));
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("NumberOfLabels: 3"), std::string::npos);
}

TEST(ClusterPatternImageFilter, RefusesWhatDoesNotFitAndStopsWhenAborted)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeScan());
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  auto labels = MakeLabels();
  labels->SetRegions(itk::Size<2>{ { 7, 3 } });
  filter->SetLabelImage(labels);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);

  auto tree = itk::ClusterTree::New();
  tree->SetNodes(fourdstem::ClusterNodes(1));
  auto fewer = MakeFilter();
  fewer->SetClusterTree(tree);
  EXPECT_THROW(fewer->Update(), itk::ExceptionObject);

  auto aborted = MakeFilter();
  aborted->AddObserver(itk::ProgressEvent(),
                       [filter = aborted.GetPointer()](const itk::EventObject &) { filter->AbortGenerateDataOn(); });
  EXPECT_THROW(aborted->Update(), itk::ProcessAborted);
}

TEST(ClusterPatternImageFilter, WithoutLabelsEveryPixelIsNoData)
{
  auto filter = MakeFilter();
  auto labels = MakeLabels();
  labels->FillBuffer(0);
  filter->SetLabelImage(labels);
  filter->Update();
  EXPECT_EQ(filter->GetMeanImage()->GetLargestPossibleRegion().GetSize(2), 1u);
  EXPECT_TRUE(std::isnan(filter->GetMeanImage()->GetBufferPointer()[100]));
}
