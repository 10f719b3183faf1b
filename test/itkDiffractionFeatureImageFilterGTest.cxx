// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkDiffractionFeatureImageFilter.h"
#include "itkMaskedPixelFeature.h"
#include "itkRadialProfileFeature.h"
#include "itkVirtualDetectorFeature.h"

#include "ExecutionCount.h"
#include "PatternFixtures.h"

#include "itkCommand.h"
#include "itkMetaDataObject.h"
#include "itkStreamingImageFilter.h"

#include <gtest/gtest.h>

namespace
{
using ScanType = itk::Image<unsigned short, 4>;
using FilterType = itk::DiffractionFeatureImageFilter<ScanType>;
using FeatureImageType = itk::VectorImage<float, 2>;

const fourdstem::ScanShape shape{ 5, 3, 12, 16 };

ScanType::Pointer
MakeScan(const fourdstem::ScanShape & of = shape)
{
  const auto           values = fixtures::RandomScan<unsigned short>(of, 1000).values;
  ScanType::RegionType region;
  const std::int64_t   sizes[] = { of.qx, of.qy, of.rx, of.ry };
  for (unsigned int i = 0; i < 4; ++i)
  {
    region.SetSize(i, static_cast<itk::SizeValueType>(sizes[i]));
  }
  region.SetIndex(3, -7);
  region.SetIndex(2, 4);
  auto scan = ScanType::New();
  scan->SetRegions(region);
  const double spacing[] = { 0.1, 0.1, 2.5, 3.5 };
  const double origin[] = { 0, 0, 10, 20 };
  scan->SetSpacing(spacing);
  scan->SetOrigin(origin);
  scan->Allocate();
  std::copy(values.begin(), values.end(), scan->GetBufferPointer());
  itk::EncapsulateMetaData<std::string>(scan->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", "nm");
  return scan;
}

FilterType::OriginImageType::Pointer
MakeOrigins()
{
  FilterType::OriginImageType::RegionType region;
  region.SetSize(0, 3);
  region.SetSize(1, 5);
  auto origins = FilterType::OriginImageType::New();
  origins->SetRegions(region);
  origins->Allocate();
  for (std::int64_t p = 0; p < 15; ++p)
  {
    fixtures::DescannedOrigin(shape, p, origins->GetBufferPointer()[p].GetDataPointer());
  }
  return origins;
}

FilterType::FeatureMaskImageType::Pointer
MakeMask()
{
  FilterType::FeatureMaskImageType::RegionType region;
  region.SetSize(0, 16);
  region.SetSize(1, 12);
  auto mask = FilterType::FeatureMaskImageType::New();
  mask->SetRegions(region);
  mask->Allocate(true);
  mask->SetPixel({ { 8, 4 } }, 3);
  mask->SetPixel({ { 6, 7 } }, 255);
  mask->SetPixel({ { 11, 6 } }, 1);
  return mask;
}

std::vector<float>
ValuesOf(const FeatureImageType * image)
{
  const auto count = image->GetLargestPossibleRegion().GetNumberOfPixels() * image->GetNumberOfComponentsPerPixel();
  return { image->GetBufferPointer(), image->GetBufferPointer() + count };
}

std::string
NamesOf(const FeatureImageType * image)
{
  std::string names;
  itk::ExposeMetaData(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  return names;
}
} // namespace

TEST(DiffractionFeatureImageFilter, MaskedPixelsOfAlignedPatternsWithNamesAndGeometry)
{
  const auto scan = MakeScan();
  const auto origins = MakeOrigins();
  auto       filter = FilterType::New();
  filter->SetInput(scan);
  filter->SetOriginImage(origins);
  filter->SetFeatureMaskImage(MakeMask());
  filter->Update();
  const FeatureImageType * output = filter->GetOutput();

  EXPECT_EQ(NamesOf(output), "I(0 -2),I(3 0),I(-2 1)");
  ASSERT_EQ(output->GetNumberOfComponentsPerPixel(), 3u);
  EXPECT_EQ(output->GetLargestPossibleRegion().GetIndex(1), -7);
  EXPECT_EQ(output->GetLargestPossibleRegion().GetSize(1), 5u);
  EXPECT_EQ(output->GetSpacing()[1], 3.5);
  EXPECT_EQ(output->GetOrigin()[0], 10);
  std::string unit;
  EXPECT_TRUE(itk::ExposeMetaData(output->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", unit));
  EXPECT_EQ(unit, "nm");

  const fourdstem::MemoryPatternSource source(scan->GetBufferPointer(), shape);
  const auto                           feature = fourdstem::MakeMaskedPixels({ { 0, -2 }, { 3, 0 }, { -2, 1 } });
  std::vector<float>                   expected(45);
  fourdstem::GatherFeatures(source, 0, 5, origins->GetBufferPointer()->GetDataPointer(), *feature, expected.data(), {});
  EXPECT_EQ(ValuesOf(output), expected);
}

TEST(DiffractionFeatureImageFilter, SameBitsForAnyWorkUnitsAndStreamDivisions)
{
  auto strategy = itk::MaskedPixelFeature::New();
  strategy->SetOuterRadius(5);
  strategy->SetStep(2);
  strategy->SetSamplerToBSpline();
  strategy->SetGaussianSigma(0.8);
  strategy->SetTransformToAnscombe();
  const auto run = [&strategy](unsigned int workUnits, unsigned int divisions) {
    auto filter = FilterType::New();
    filter->SetInput(MakeScan());
    filter->SetOriginImage(MakeOrigins());
    filter->SetStrategy(strategy);
    filter->SetNumberOfWorkUnits(workUnits);
    const ExecutionCount executions(filter);
    auto                 streamer = itk::StreamingImageFilter<FeatureImageType, FeatureImageType>::New();
    streamer->SetInput(filter->GetOutput());
    streamer->SetNumberOfStreamDivisions(divisions);
    streamer->Update();
    EXPECT_EQ(executions.Get(), std::min(divisions, 5u));
    return ValuesOf(streamer->GetOutput());
  };
  const auto once = run(1, 1);
  for (const auto & [workUnits, divisions] : { std::pair<unsigned int, unsigned int>{ 2, 1 }, { 16, 3 }, { 3, 7 } })
  {
    EXPECT_EQ(run(workUnits, divisions), once);
  }
}

TEST(DiffractionFeatureImageFilter, StrategiesChangeTheComponents)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeScan());
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfComponentsPerPixel(), 192u);

  auto radial = itk::RadialProfileFeature::New();
  radial->SetRingWidth(2);
  radial->UseVarianceOn();
  filter->SetStrategy(radial);
  filter->Update();
  EXPECT_EQ(NamesOf(filter->GetOutput()),
            "radial mean 0,radial mean 1,radial mean 2,radial variance 0,radial variance 1,radial variance 2");
  radial->SetNumberOfRings(2);
  radial->UseVarianceOff();
  filter->Update();
  EXPECT_EQ(NamesOf(filter->GetOutput()), "radial mean 0,radial mean 1");

  auto detectors = itk::VirtualDetectorFeature::New();
  detectors->AddRing("BF", 0, 3);
  detectors->AddCentreOfMass("CoM");
  filter->SetStrategy(detectors);
  filter->Update();
  EXPECT_EQ(NamesOf(filter->GetOutput()), "BF,CoM x,CoM y");
  double sum = 0;
  for (int y = -2; y <= 2; ++y)
  {
    for (int x = -2; x <= 2; ++x)
    {
      sum += filter->GetInput()->GetPixel({ { 8 + x, 6 + y, 5, -6 } });
    }
  }
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 5, -6 } })[0], static_cast<float>(sum));

  std::ostringstream text;
  filter->Print(text);
  radial->Print(text);
  itk::MaskedPixelFeature::New()->Print(text);
  EXPECT_NE(text.str().find("RingWidth: 2"), std::string::npos);
  EXPECT_NE(text.str().find("BF: sum, 0 to 3"), std::string::npos);
  EXPECT_NE(text.str().find("Sampler: bilinear"), std::string::npos);
}

TEST(DiffractionFeatureImageFilter, RefusesWhatDoesNotFit)
{
  const auto expectRefusal = [](auto && prepare, const char * word) {
    auto filter = FilterType::New();
    filter->SetInput(MakeScan());
    prepare(filter.GetPointer());
    try
    {
      filter->Update();
      ADD_FAILURE() << "accepted: " << word;
    }
    catch (const itk::ExceptionObject & error)
    {
      EXPECT_NE(std::string(error.GetDescription()).find(word), std::string::npos) << error;
    }
  };
  auto masked = itk::MaskedPixelFeature::New();
  expectRefusal([](FilterType * filter) { filter->SetStrategy(nullptr); }, "Strategy");
  expectRefusal(
    [](FilterType * filter) {
      auto origins = MakeOrigins();
      origins->SetRegions(itk::Size<2>{ { 5, 3 } });
      filter->SetOriginImage(origins);
    },
    "OriginImage has 5 x 3");
  expectRefusal(
    [&masked](FilterType * filter) {
      masked->SetInnerRadius(50);
      filter->SetStrategy(masked);
    },
    "no pixel");
  expectRefusal(
    [&masked](FilterType * filter) {
      masked->SetInnerRadius(-1);
      filter->SetStrategy(masked);
    },
    "must not be negative");
  expectRefusal(
    [&masked](FilterType * filter) {
      masked->SetInnerRadius(0);
      masked->SetStep(0);
      filter->SetStrategy(masked);
    },
    "Step");
  expectRefusal(
    [](FilterType * filter) {
      filter->SetFeatureMaskImage(MakeMask());
      filter->SetStrategy(itk::RadialProfileFeature::New());
    },
    "feature mask");
  expectRefusal(
    [](FilterType * filter) {
      auto radial = itk::RadialProfileFeature::New();
      radial->SetRingWidth(0);
      filter->SetStrategy(radial);
    },
    "RingWidth");
  expectRefusal([](FilterType * filter) { filter->SetStrategy(itk::VirtualDetectorFeature::New()); }, "AddRing");
  expectRefusal(
    [](FilterType * filter) {
      auto detectors = itk::VirtualDetectorFeature::New();
      detectors->AddRing("ADF", 4, 2);
      filter->SetStrategy(detectors);
    },
    "ADF");
}

TEST(DiffractionFeatureImageFilter, StopsWhenAborted)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeScan());
  filter->AddObserver(itk::ProgressEvent(),
                      [filter = filter.GetPointer()](const itk::EventObject &) { filter->AbortGenerateDataOn(); });
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
}

TEST(DiffractionFeatureImageFilter, OnePositionAndOneRow)
{
  for (const fourdstem::ScanShape & of : { fourdstem::ScanShape{ 1, 7, 6, 5 }, fourdstem::ScanShape{ 1, 1, 6, 5 } })
  {
    auto filter = FilterType::New();
    filter->SetInput(MakeScan(of));
    filter->Update();
    EXPECT_EQ(filter->GetOutput()->GetNumberOfComponentsPerPixel(), 30u);
    EXPECT_EQ(filter->GetOutput()->GetBufferPointer()[7], filter->GetInput()->GetBufferPointer()[7]);
  }
}
