// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FeatureMaskFixtures.h"

using namespace fixtures;
using namespace fixtures::featuremask;

TEST(DiffractionFeatureMaskImageFilter, SameBitsForAnyWorkUnitsAndStreamDivisions)
{
  const auto image = ToImage(DescannedScan(shape, 3.));
  const auto origins = MakeOrigins(shape);
  for (const Method method : methods)
  {
    std::vector<float>         score;
    std::vector<unsigned char> mask;
    for (const unsigned int units : { 1, 2, 3, 16 })
    {
      for (const unsigned int divisions : { 0, 1, 3, 7 })
      {
        const Monitored input(image);
        auto            filter = FilterType::New();
        filter->SetInput(input.extract->GetOutput());
        filter->SetOriginImage(origins);
        filter->SetMethod(method);
        filter->SetNumberOfStreamDivisions(divisions);
        filter->SetNumberOfWorkUnits(units);
        filter->Update();
        EXPECT_EQ(input.executions.Get(), divisions == 0 || method == Method::All ? 1u : std::min(divisions, 5u));
        mask = mask.empty() ? MaskOf(filter) : mask;
        score = score.empty() ? Values(filter->GetScoreOutput()) : score;
        EXPECT_EQ(MaskOf(filter), mask) << method << ", " << units << " units, " << divisions << " divisions";
        EXPECT_TRUE(SameBits(Values(filter->GetScoreOutput()), score))
          << method << ", " << units << " units, " << divisions << " divisions";
      }
    }
  }
}

TEST(DiffractionFeatureMaskImageFilter, IsTheFeatureMaskOfTheFeatureFilter)
{
  const auto scan = ToImage(NoisyScan());
  auto       strategy = itk::MaskedPixelFeature::New();
  strategy->SetOuterRadius(7);
  auto mask = FilterType::New();
  mask->SetInput(scan);
  mask->SetStrategy(strategy);
  auto features = itk::DiffractionFeatureImageFilter<ScanImage>::New();
  features->SetInput(scan);
  features->SetStrategy(strategy);
  features->SetFeatureMaskImage(mask->GetOutput());
  features->Update();
  EXPECT_EQ(features->GetOutput()->GetNumberOfComponentsPerPixel(), mask->GetNumberOfFeatures());
  EXPECT_GE(mask->GetNumberOfFeatures(), 9u);

  strategy->SetInnerRadius(4.5);
  mask->SetMethodToAll();
  features->Update();
  std::int64_t ring = 0;
  for (std::int64_t i = 0; i < 16 * 18; ++i)
  {
    const auto r2 = (i % 18 - 9) * (i % 18 - 9) + (i / 18 - 8) * (i / 18 - 8);
    ring += r2 >= 21 && r2 < 49 ? 1 : 0;
  }
  EXPECT_EQ(static_cast<std::int64_t>(features->GetOutput()->GetNumberOfComponentsPerPixel()), ring);
}

TEST(DiffractionFeatureMaskImageFilter, OutputsHaveTheDetectorsGeometry)
{
  auto filter = FilterType::New();
  filter->SetInput(ToImage(DescannedScan(shape, 3.)));
  filter->SetMethodToAll();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetOrigin()[0], 1.);
  EXPECT_TRUE(std::isnan(Values(filter->GetScoreOutput())[7]));

  filter->SetOriginImage(MakeOrigins(shape));
  filter->Update();
  const auto expectAligned = [](const itk::ImageBase<2> * image) {
    EXPECT_EQ(image->GetLargestPossibleRegion().GetIndex(0), 3);
    EXPECT_EQ(image->GetLargestPossibleRegion().GetIndex(1), -2);
    EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(0), 48u);
    EXPECT_EQ(image->GetSpacing()[1], 0.2);
    itk::Point<double, 2> at;
    image->TransformIndexToPhysicalPoint(itk::Index<2>{ { 3 + 24, -2 + 20 } }, at);
    EXPECT_NEAR(at[0], 0., 1e-12);
    EXPECT_NEAR(at[1], 0., 1e-12);
    EXPECT_TRUE(image->GetMetaDataDictionary().HasKey("FourDSTEM_ScanUnit"));
  };
  expectAligned(filter->GetOutput());
  expectAligned(filter->GetScoreOutput());
  EXPECT_NE(Printed(filter).find("Method: All"), std::string::npos);
}

TEST(DiffractionFeatureMaskImageFilter, LostPointsAndConstantsAreNoSignal)
{
  // Origins move by whole pixels, so what lies off the detector changes from position to position.
  const fourdstem::ScanShape small{ 6, 8, 12, 12 };
  Scan<float>                scan(small);
  std::fill(scan.values.begin(), scan.values.end(), 7.3f);
  auto origins = MakeOrigins(small);
  for (std::int64_t p = 0; p < small.Positions(); ++p)
  {
    const float origin[] = { static_cast<float>(4 + p % 5), static_cast<float>(6) };
    std::copy_n(origin, 2, origins->GetBufferPointer()[p].GetDataPointer());
  }
  origins->GetBufferPointer()[9][1] = std::numeric_limits<float>::quiet_NaN();
  auto filter = FilterType::New();
  filter->SetInput(ToImage(scan));
  filter->SetOriginImage(origins);
  filter->Update();
  EXPECT_EQ(filter->GetNumberOfFeatures(), 0u);
  for (const float z : Values(filter->GetScoreOutput()))
  {
    EXPECT_EQ(z, 0.f);
  }
}

TEST(DiffractionFeatureMaskImageFilter, AbortIsProcessAbortedAndNotTheEnd)
{
  const auto image = ToImage(DescannedScan(shape, 3.));
  for (const Method method : { Method::StdFraction, Method::Neighbour })
  {
    for (const unsigned int divisions : { 1, 5 })
    {
      auto filter = FilterType::New();
      filter->SetInput(image);
      filter->SetMethod(method);
      filter->SetNumberOfStreamDivisions(divisions);
      AbortAtFirstProgress(filter.GetPointer());
      EXPECT_THROW(filter->Update(), itk::ProcessAborted);
      filter->RemoveAllObservers();
      filter->Update();
      EXPECT_EQ(filter->GetProgress(), 1.f);
      EXPECT_EQ(Values(filter->GetScoreOutput()).size(), 40u * 48u);
    }
  }
}

TEST(DiffractionFeatureMaskImageFilter, RefusesWhatDoesNotFit)
{
  const auto expectRefusal = [](auto && prepare, const char * word) {
    auto filter = FilterType::New();
    filter->SetInput(ToImage(DescannedScan(shape, 3.)));
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
  expectRefusal([](FilterType * filter) { filter->SetStrategy(nullptr); }, "Strategy");
  expectRefusal([](FilterType * filter) { filter->SetStdFraction(1.); }, "StdFraction");
  expectRefusal([](FilterType * filter) { filter->SetFanoGain(-1.); }, "FanoGain");
  expectRefusal([](FilterType * filter) { filter->SetFanoScore(std::nan("")); }, "FanoScore");
  expectRefusal([](FilterType * filter) { filter->SetFalseDiscoveryRate(0.); }, "FalseDiscoveryRate");
  expectRefusal([](FilterType * filter) { filter->SetLowestScore(6.); }, "LowestScore");
  expectRefusal([](FilterType * filter) { filter->SetMaskImage(MakeMask(5, 7, 1)); }, "MaskImage has 5 x 7");
  expectRefusal([](FilterType * filter) { filter->SetFeatureMaskImage(MakeMask(40, 48, 1)); },
                "FeatureMaskImage has 40 x 48");
  expectRefusal([](FilterType * filter) { filter->SetFeatureMaskImage(MakeMask(48, 40, 0)); }, "in the feature mask");
  expectRefusal([](FilterType * filter) { filter->GetModifiableStrategy()->SetInnerRadius(90.); }, "no pixel");
  expectRefusal([](FilterType * filter) { filter->GetModifiableStrategy()->SetInnerRadius(-1.); }, "negative");
  expectRefusal([](FilterType * filter) { filter->GetModifiableStrategy()->SetStep(0); }, "Step");
  expectRefusal([](FilterType * filter) { filter->GetModifiableStrategy()->SetGaussianSigma(-3.); }, "sigma");
  expectRefusal(
    [](FilterType * filter) {
      filter->SetMethodToFano();
      filter->SetMaskImage(MakeMask(7, 5, 0));
    },
    "at least 2 positions");
}
