// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkDivisiveClusteringImageFilter.h"

#include "ClusterFixtures.h"

#include "itkCommand.h"
#include "itkMetaDataObject.h"
#include "itkStreamingImageFilter.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

#include <sstream>

namespace
{
template <typename TValue, unsigned int VDimension>
typename itk::VectorImage<TValue, VDimension>::Pointer
MakeImage(const fixtures::Features & features)
{
  using ImageType = itk::VectorImage<TValue, VDimension>;
  typename ImageType::SizeType      size;
  typename ImageType::SpacingType   spacing;
  typename ImageType::PointType     origin;
  typename ImageType::DirectionType direction;
  direction.SetIdentity();
  for (unsigned int d = 0; d < VDimension; ++d)
  {
    size[d] = static_cast<itk::SizeValueType>(features.grid.size[d]);
    spacing[d] = 0.5 + d;
    origin[d] = 3.0 - d;
  }
  if (VDimension > 1)
  {
    direction[0][0] = 0.0;
    direction[0][1] = -1.0;
    direction[1][0] = 1.0;
    direction[1][1] = 0.0;
  }
  auto image = ImageType::New();
  image->SetRegions(size);
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->SetDirection(direction);
  image->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(features.columns));
  image->Allocate();
  std::transform(features.values.begin(), features.values.end(), image->GetBufferPointer(), [](float value) {
    return static_cast<TValue>(value);
  });
  itk::EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", "nm");
  return image;
}

template <typename TImage>
std::vector<typename TImage::PixelType>
PixelsOf(const TImage * image)
{
  const auto count = image->GetBufferedRegion().GetNumberOfPixels();
  return { image->GetBufferPointer(), image->GetBufferPointer() + count };
}

using PlanarImage = itk::VectorImage<float, 2>;
using PlanarFilter = itk::DivisiveClusteringImageFilter<PlanarImage>;
} // namespace

TEST(DivisiveClusteringImageFilter, LeavesCanBeMadeRegularAndJudged)
{
  const auto features = fixtures::MakeFourDomains();
  auto       filter = PlanarFilter::New();
  filter->SetInput(MakeImage<float, 2>(features));
  EXPECT_EQ(filter->GetMinimumArea(), 0u);
  EXPECT_FALSE(filter->GetDivideComponents());
  EXPECT_FALSE(filter->GetComputeMembership());
  EXPECT_EQ(filter->GetStabilityResamples(), 0);
  filter->Update();
  EXPECT_EQ(filter->GetMembershipImage()->GetBufferedRegion().GetNumberOfPixels(), 0u);
  EXPECT_FALSE(filter->GetClusterTree()->GetNodes()[0].stability.has_value());

  filter->SetMinimumArea(100);
  filter->DivideComponentsOn();
  filter->ComputeMembershipOn();
  filter->SetStabilityResamples(3);
  filter->Update();
  const auto &      nodes = filter->GetClusterTree()->GetNodes();
  const std::size_t leaves = LeavesInOrder(nodes).size();
  for (const int leaf : LeavesInOrder(nodes))
  {
    EXPECT_GE(nodes[static_cast<std::size_t>(leaf)].size, 100);
  }
  EXPECT_GT(*nodes[0].stability, 0.9);
  const auto * membership = filter->GetMembershipImage();
  EXPECT_EQ(membership->GetBufferedRegion(), filter->GetOutput()->GetBufferedRegion());
  EXPECT_EQ(membership->GetNumberOfComponentsPerPixel(), leaves);
  EXPECT_EQ(membership->GetSpacing(), filter->GetOutput()->GetSpacing());
  EXPECT_EQ(filter->GetMembershipSummaryImage()->GetNumberOfComponentsPerPixel(), 3u);
  std::string names;
  itk::ExposeMetaData(filter->GetMembershipSummaryImage()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "maximum,margin,entropy");
  EXPECT_GT(membership->GetPixel({ { 0, 0 } })[filter->GetOutput()->GetPixel({ { 0, 0 } }) - 1u], 0.5F);

  // Without it again, there are no pixels again.
  filter->ComputeMembershipOff();
  filter->Update();
  EXPECT_EQ(filter->GetMembershipImage()->GetBufferedRegion().GetNumberOfPixels(), 0u);
}

TEST(DivisiveClusteringImageFilter, GivesLabelsConfidenceAndTree)
{
  const auto features = fixtures::MakeFourDomains();
  const auto image = MakeImage<float, 2>(features);
  auto       filter = PlanarFilter::New();
  filter->SetInput(image);
  filter->Update();

  const auto * labels = filter->GetOutput();
  const auto   truth = fixtures::FourDomainsTruth();
  EXPECT_GT(fixtures::AdjustedRandIndex(truth, PixelsOf(labels)), 0.98);
  EXPECT_EQ(labels->GetSpacing(), image->GetSpacing());
  EXPECT_EQ(labels->GetOrigin(), image->GetOrigin());
  EXPECT_EQ(labels->GetDirection(), image->GetDirection());
  EXPECT_EQ(filter->GetConfidenceImage()->GetDirection(), image->GetDirection());
  std::string unit;
  EXPECT_TRUE(itk::ExposeMetaData(labels->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", unit));
  EXPECT_EQ(unit, "nm");

  const itk::ClusterTree * tree = filter->GetClusterTree();
  EXPECT_EQ(tree->GetNumberOfLeaves(), 4u);
  EXPECT_STREQ(tree->GetMode(), "auto");
  for (const float confidence : PixelsOf(filter->GetConfidenceImage()))
  {
    ASSERT_GE(confidence, 0.0f);
    ASSERT_LE(confidence, 1.0f);
  }

  const auto & functions = filter->GetMembershipFunctions();
  ASSERT_EQ(functions.size(), 4u);
  std::size_t agree = 0;
  for (std::size_t i = 0; i < truth.size(); ++i)
  {
    PlanarFilter::MembershipFunctionType::MeasurementVectorType row(60);
    std::copy_n(features.values.begin() + static_cast<std::ptrdiff_t>(60 * i), 60, &row[0]);
    std::size_t nearest = 0;
    for (std::size_t c = 1; c < 4; ++c)
    {
      nearest = functions[c]->Evaluate(row) < functions[nearest]->Evaluate(row) ? c : nearest;
    }
    agree += nearest + 1 == PixelsOf(labels)[i] ? 1 : 0;
  }
  EXPECT_GT(agree, truth.size() * 97 / 100);
}

TEST(DivisiveClusteringImageFilter, SameForAnyWorkUnitsStreamsAndPixelTypes)
{
  fixtures::Features features = fixtures::MakeFourDomains();
  for (float & value : features.values)
  {
    value = std::round(8.0f * value);
  }
  auto filter = PlanarFilter::New();
  filter->SetInput(MakeImage<float, 2>(features));
  filter->SetFeatureSelection(fourdstem::FeatureSelection::Neighbour);
  filter->SetNumberOfWorkUnits(1);
  filter->Update();
  const auto        labels = PixelsOf(filter->GetOutput());
  const std::string tree = filter->GetClusterTree()->ToJSON();
  for (const unsigned int units : { 2u, 3u, 16u })
  {
    filter->SetNumberOfWorkUnits(units);
    filter->Update();
    EXPECT_EQ(filter->GetClusterTree()->ToJSON(), tree);
  }
  for (const unsigned int divisions : { 1u, 3u, 7u })
  {
    filter->Modified();
    auto streamer = itk::StreamingImageFilter<PlanarFilter::OutputImageType, PlanarFilter::OutputImageType>::New();
    streamer->SetInput(filter->GetOutput());
    streamer->SetNumberOfStreamDivisions(divisions);
    streamer->Update();
    EXPECT_EQ(PixelsOf(streamer->GetOutput()), labels);
  }
  auto integers = itk::DivisiveClusteringImageFilter<itk::VectorImage<short, 2>>::New();
  integers->SetInput(MakeImage<short, 2>(features));
  integers->SetFeatureSelection(fourdstem::FeatureSelection::Neighbour);
  integers->Update();
  EXPECT_EQ(integers->GetClusterTree()->ToJSON(), tree);
}

TEST(DivisiveClusteringImageFilter, WorksInThreeDimensionsWithAMask)
{
  const auto features = fixtures::MakeFeatures(
    { 13, 11, 7 }, 6, 0.5, [](std::int64_t x, std::int64_t, std::int64_t, std::int64_t) { return x > 5 ? 3 : 0; });
  using FilterType = itk::DivisiveClusteringImageFilter<itk::VectorImage<float, 3>>;
  const auto image = MakeImage<float, 3>(features);
  auto       mask = FilterType::MaskImageType::New();
  mask->CopyInformation(image);
  mask->SetRegions(image->GetLargestPossibleRegion());
  mask->Allocate();
  mask->FillBuffer(1);
  mask->SetPixel({ { 12, 10, 6 } }, 0);
  auto filter = FilterType::New();
  filter->SetInput(image);
  filter->SetMaskImage(mask);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 0, 0, 0 } }), 1);
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 12, 0, 6 } }), 2);
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 12, 10, 6 } }), 0);
  EXPECT_TRUE(std::isnan(filter->GetConfidenceImage()->GetPixel({ { 12, 10, 6 } })));
  EXPECT_EQ(filter->GetClusterTree()->GetNumberOfLeaves(), 2u);

  auto small = FilterType::MaskImageType::New();
  small->SetRegions(FilterType::MaskImageType::SizeType{ { 3, 3, 3 } });
  small->Allocate(true);
  filter->SetMaskImage(small);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DivisiveClusteringImageFilter, PaperModeSplitsAsAsked)
{
  const auto  features = fixtures::MakeFourDomains(0.5);
  auto        filter = PlanarFilter::New();
  const auto  image = MakeImage<float, 2>(features);
  std::string names = "c0";
  for (int i = 1; i < 60; ++i)
  {
    names += ",c" + std::to_string(i);
  }
  itk::EncapsulateMetaData(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  filter->SetInput(image);
  filter->SetModeToPaper();
  filter->AddSplit(-1, 2);
  filter->AddSplit(2, 3, { 20 + 31 * 8, 20 + 31 * 14, 10 + 31 * 11 });
  filter->Update();
  EXPECT_GT(fixtures::AdjustedRandIndex(fixtures::FourDomainsTruth(), PixelsOf(filter->GetOutput())), 0.98);
  EXPECT_STREQ(filter->GetClusterTree()->GetMode(), "paper");
  EXPECT_EQ(filter->GetClusterTree()->GetFeatureNames().size(), 60u);
  filter->ClearSplits();
  filter->SetCriterion(fourdstem::ClusterCriterion::Elbow);
  filter->SetMaximumDepth(1);
  filter->SetMaximumK(5);
  filter->Update();
  EXPECT_GE(filter->GetClusterTree()->GetNumberOfLeaves(), 2u);
  filter->SetCriterion(fourdstem::ClusterCriterion::Given);
  filter->AddSplit(9, 2);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DivisiveClusteringImageFilter, OptionsAreKeptCheckedAndPrinted)
{
  auto filter = PlanarFilter::New();
  filter->SetInput(MakeImage<float, 2>(fixtures::MakeFourDomains()));
  filter->SetMinimumSize(11);
  filter->SetMaximumLeaves(7);
  filter->SetFalseDiscoveryRate(0.01);
  filter->SetMinimumLambda(2.0);
  filter->SetMaximumValley(0.4);
  filter->SetMinimumSharpness(0.6);
  filter->SetMinimumCoherence(0.2);
  filter->SplitGradientsOn();
  filter->SetSeed(5);
  EXPECT_EQ(filter->GetMinimumSize(), 11u);
  EXPECT_EQ(filter->GetMaximumLeaves(), 7);
  EXPECT_EQ(filter->GetMaximumDepth(), 0);
  EXPECT_DOUBLE_EQ(filter->GetFalseDiscoveryRate(), 0.01);
  EXPECT_DOUBLE_EQ(filter->GetMinimumLambda(), 2.0);
  EXPECT_DOUBLE_EQ(filter->GetMaximumValley(), 0.4);
  EXPECT_DOUBLE_EQ(filter->GetMinimumSharpness(), 0.6);
  EXPECT_DOUBLE_EQ(filter->GetMinimumCoherence(), 0.2);
  EXPECT_TRUE(filter->GetSplitGradients());
  EXPECT_EQ(filter->GetMaximumK(), 10);
  EXPECT_EQ(filter->GetSeed(), 5u);
  EXPECT_EQ(filter->GetCriterion(), fourdstem::ClusterCriterion::Given);
  EXPECT_EQ(filter->GetMode(), fourdstem::ClusterMode::Auto);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("FalseDiscoveryRate: 0.01"), std::string::npos);

  const auto time = filter->GetMTime();
  filter->SetMaximumLeaves(7);
  EXPECT_EQ(filter->GetMTime(), time);
  filter->SetMaximumValley(1.5);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetOptions({});
  EXPECT_NO_THROW(filter->Update());
}

TEST(DivisiveClusteringImageFilter, ReportsProgressAndHeedsAbort)
{
  auto filter = PlanarFilter::New();
  filter->SetInput(MakeImage<float, 2>(fixtures::MakeFourDomains()));
  float last = 0.0f;
  bool  isRising = true;
  auto  watch = itk::FunctionCommand::New();
  watch->SetCallback([&](const itk::EventObject &) {
    isRising = isRising && filter->GetProgress() >= last;
    last = filter->GetProgress();
  });
  const auto tag = filter->AddObserver(itk::ProgressEvent(), watch);
  filter->Update();
  EXPECT_TRUE(isRising);
  EXPECT_FLOAT_EQ(last, 1.0f);
  filter->RemoveObserver(tag);

  auto stop = itk::FunctionCommand::New();
  stop->SetCallback([&](const itk::EventObject &) {
    if (filter->GetProgress() > 0.3f)
    {
      filter->AbortGenerateDataOn();
    }
  });
  filter->AddObserver(itk::ProgressEvent(), stop);
  filter->Modified();
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}
