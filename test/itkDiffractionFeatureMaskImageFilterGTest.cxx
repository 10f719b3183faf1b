// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterFixtures.h"
#include "ScanImageFixtures.h"

#include "itkDiffractionFeatureImageFilter.h"
#include "itkDiffractionFeatureMaskImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"

#include "fourdstem/DomainAnalysis.h"

#include <gtest/gtest.h>

using namespace fixtures;

namespace
{
using FilterType = itk::DiffractionFeatureMaskImageFilter<ScanImage>;
using Method = FilterType::Method;
using MaskImage = FilterType::MaskImageType;

constexpr Method methods[] = { Method::All, Method::StdFraction, Method::Fano, Method::Neighbour };

/** 24 x 20 positions, 16 x 18 pixels: Gaussian noise of deviation 3 about 50, the same in every pixel, but for
 *  - a 3 x 3 patch 4 to 6 pixels right of the centre that is brighter by 6 in the right half of the scan,
 *  - pixel (dx, dy) = (-5, 0), whose noise is ten times that, new at every position, like speckle. */
const fourdstem::ScanShape noisyShape{ 20, 24, 16, 18 };

Scan<float>
NoisyScan()
{
  Scan<float> scan(noisyShape);
  Noise       noise(11);
  for (std::int64_t p = 0; p < noisyShape.Positions(); ++p)
  {
    for (std::int64_t y = 0; y < noisyShape.qy; ++y)
    {
      for (std::int64_t x = 0; x < noisyShape.qx; ++x)
      {
        const bool isPatch = std::abs(x - 14) <= 1 && std::abs(y - 8) <= 1;
        const bool isSpeckle = x == 4 && y == 8;
        scan(p, y, x) =
          static_cast<float>(50. + (isSpeckle ? 30. : 3.) * noise() + (isPatch && p % noisyShape.rx >= 12 ? 6. : 0.));
      }
    }
  }
  return scan;
}

std::vector<unsigned char>
MaskOf(FilterType * filter)
{
  const auto * image = filter->GetOutput();
  return { image->GetBufferPointer(), image->GetBufferPointer() + image->GetBufferedRegion().GetNumberOfPixels() };
}

MaskImage::Pointer
MakeMask(itk::SizeValueType width, itk::SizeValueType height, unsigned char value)
{
  auto mask = MaskImage::New();
  mask->SetRegions(itk::Size<2>{ { width, height } });
  mask->Allocate();
  mask->FillBuffer(value);
  return mask;
}

FilterType::OriginImageType::Pointer
MakeOrigins(const fourdstem::ScanShape & of)
{
  auto origins = FilterType::OriginImageType::New();
  origins->SetRegions(
    itk::Size<2>{ { static_cast<itk::SizeValueType>(of.rx), static_cast<itk::SizeValueType>(of.ry) } });
  origins->Allocate();
  for (std::int64_t p = 0; p < of.Positions(); ++p)
  {
    DescannedOrigin(of, p, origins->GetBufferPointer()[p].GetDataPointer());
  }
  return origins;
}
} // namespace

TEST(DiffractionFeatureMaskImageFilter, NeighbourChoosesWhatNeighboursShareAndNoSpeckle)
{
  auto filter = FilterType::New();
  filter->SetInput(ToImage(NoisyScan()));
  filter->Update();
  const auto neighbour = MaskOf(filter);
  const auto z = Values(filter->GetScoreOutput());
  int        wrong = 0;
  for (std::int64_t y = 0; y < noisyShape.qy; ++y)
  {
    for (std::int64_t x = 0; x < noisyShape.qx; ++x)
    {
      const bool isPatch = std::abs(x - 14) <= 1 && std::abs(y - 8) <= 1;
      const auto i = static_cast<std::size_t>(y * noisyShape.qx + x);
      EXPECT_TRUE(!isPatch || neighbour[i] == 1) << x << ' ' << y;
      wrong += isPatch || neighbour[i] == 0 ? 0 : 1;
    }
  }
  EXPECT_LE(wrong, 2);
  const std::size_t speckle = 8 * 18 + 4;
  EXPECT_EQ(neighbour[speckle], 0);
  EXPECT_EQ(filter->GetNumberOfFeatures(), static_cast<itk::SizeValueType>(9 + wrong));

  // Half the positions are brighter by 6 = 2 sigma: variance 2 sigma^2; 20 pairs of 916 differ by it as well.
  const double pairs = 23. * 20. + 24. * 19.;
  const double truth = (1. - (1. + 0.5 * 20. / pairs * 4.) / 2.) * std::sqrt(pairs);
  EXPECT_NEAR(static_cast<double>(z[8 * 18 + 14]), truth, 2.5);

  // Variance alone cannot tell the speckle from the patch.
  filter->SetMethodToFano();
  filter->SetFanoGain(9. / 50.);
  filter->Update();
  EXPECT_EQ(MaskOf(filter)[speckle], 1);
  filter->SetMethodToStdFraction();
  filter->SetDeviationToGlobal();
  filter->SetStdFraction(0.9);
  filter->Update();
  EXPECT_EQ(MaskOf(filter)[speckle], 1);
  EXPECT_EQ(filter->GetNumberOfFeatures(), 1u);
}

TEST(DiffractionFeatureMaskImageFilter, NeighbourScoresAreThoseOfTheFeatures)
{
  const auto scan = ToImage(NoisyScan());
  const auto origins = MakeOrigins(noisyShape);
  auto       strategy = itk::MaskedPixelFeature::New();
  strategy->SetInnerRadius(2);
  strategy->SetOuterRadius(5); // on the detector at every origin
  strategy->SetStep(2);
  strategy->SetSamplerToBSpline();
  strategy->SetGaussianSigma(0.7);
  strategy->SetTransformToAnscombe();
  auto mask = MakeMask(24, 20, 1);
  mask->SetPixel({ { 3, 5 } }, 0);
  auto user = MakeMask(18, 16, 255);
  user->SetPixel({ { 9, 12 } }, 0); // (dx, dy) = (0, 4)

  auto filter = FilterType::New();
  filter->SetInput(scan);
  filter->SetOriginImage(origins);
  filter->SetMaskImage(mask);
  filter->SetFeatureMaskImage(user);
  filter->SetStrategy(strategy);
  filter->SetFalseDiscoveryRate(0.3);
  filter->SetLowestScore(0.);
  filter->Update();

  auto features = itk::DiffractionFeatureImageFilter<ScanImage>::New();
  features->SetInput(scan);
  features->SetOriginImage(origins);
  features->SetFeatureMaskImage(user);
  features->SetStrategy(strategy);
  features->Update();
  EXPECT_EQ(features->GetReport().uncovered, 0);
  const auto                count = static_cast<std::int64_t>(features->GetOutput()->GetNumberOfComponentsPerPixel());
  std::vector<std::int64_t> positions;
  for (std::int64_t p = 0; p < noisyShape.Positions(); ++p)
  {
    if (p != 5 * 24 + 3)
    {
      positions.push_back(p);
    }
  }
  fourdstem::PositionGrid grid;
  grid.size = { noisyShape.rx, noisyShape.ry, 1 };
  const auto expected = fourdstem::ComputeNeighbourStatistics(
    *fourdstem::ViewRows(features->GetOutput()->GetBufferPointer(), noisyShape.Positions(), count),
    fourdstem::FindNeighbourPairs(grid, positions),
    {});
  const auto selected = fourdstem::SelectNeighbourFeatures(expected.score, { 0.3, 0., 5. });

  const auto  z = Values(filter->GetScoreOutput());
  const auto  chosen = MaskOf(filter);
  std::size_t k = 0;
  for (std::size_t i = 0; i < z.size(); ++i)
  {
    const auto dx = static_cast<std::int64_t>(i) % 18 - 9;
    const auto dy = static_cast<std::int64_t>(i) / 18 - 8;
    const auto r2 = dx * dx + dy * dy;
    if (r2 >= 4 && r2 < 25 && dx % 2 == 0 && dy % 2 == 0 && !(dx == 0 && dy == 4))
    {
      ASSERT_LT(k, expected.score.size());
      EXPECT_NEAR(static_cast<double>(z[i]), expected.score[k], 1e-3);
      EXPECT_EQ(chosen[i], selected[k]);
      ++k;
    }
    else
    {
      EXPECT_TRUE(std::isnan(z[i]));
      EXPECT_EQ(chosen[i], 0);
    }
  }
  EXPECT_EQ(k, expected.score.size());
  EXPECT_GT(filter->GetNumberOfFeatures(), 0u);
}

TEST(DiffractionFeatureMaskImageFilter, MasksOfStatisticsAreThoseOfTheAnalysis)
{
  // Counts of 0 to 99, and a ring in which they reach 1,000: its Fano factor is ten times that of the others.
  auto scan = RandomScan<float>(shape, 100);
  for (std::int64_t i = 0; i < shape.Positions() * shape.PatternPixels(); ++i)
  {
    const double radius = std::hypot(static_cast<double>(i % 48 - 24), static_cast<double>(i / 48 % 40 - 20));
    scan.values[static_cast<std::size_t>(i)] *= radius > 11. && radius < 14. ? 10.f : 1.f;
  }
  const auto               source = scan.Source();
  fourdstem::DomainOptions options;
  options.clustering.mode = fourdstem::ClusterMode::Paper;
  options.innerRadius = 7.;
  options.outerRadius = 18.;
  options.stdFraction = 0.7;
  const auto measurement = fourdstem::MeasureDiffraction(source, options, {});

  auto origins = MakeOrigins(shape);
  std::copy(measurement.origins.begin(), measurement.origins.end(), origins->GetBufferPointer()->GetDataPointer());
  auto strategy = itk::MaskedPixelFeature::New();
  strategy->SetInnerRadius(7.);
  strategy->SetOuterRadius(18.);
  strategy->SetAnnulusConvention(fourdstem::AnnulusConvention::Published);
  strategy->SetMinimum(1.f);
  auto filter = FilterType::New();
  filter->SetInput(ToImage(scan));
  filter->SetOriginImage(origins);
  filter->SetStrategy(strategy);
  filter->SetStdFraction(0.7);
  using Choice = fourdstem::FeatureMaskChoice;
  const std::pair<Method, Choice> same[] = { { Method::StdFraction, Choice::StdFraction },
                                             { Method::Fano, Choice::Fano },
                                             { Method::All, Choice::All } };
  std::vector<itk::SizeValueType> counts;
  for (const auto & [method, choice] : same)
  {
    options.featureMask = choice;
    filter->SetMethod(method);
    filter->Update();
    const auto points = fourdstem::PlanFeatures(measurement, options).points;
    EXPECT_EQ(MaskOf(filter), fourdstem::MaskOfPoints(shape.qy, shape.qx, points).pixels) << method;
    counts.push_back(filter->GetNumberOfFeatures());
  }
  EXPECT_LT(counts[0], counts[2]);
  EXPECT_LT(counts[1], counts[2]);
}

TEST(DiffractionFeatureMaskImageFilter, ScoresAreTheStatisticsOfAlignedPatterns)
{
  auto scan = RandomScan<float>(shape, 50);
  scan(3, 20, 24) = std::numeric_limits<float>::quiet_NaN();
  const auto image = ToImage(scan);
  const auto origins = MakeOrigins(shape);
  auto       mask = MakeMask(7, 5, 1);
  mask->SetPixel({ { 2, 2 } }, 0);
  auto statistics = itk::DiffractionStatisticsImageFilter<ScanImage>::New();
  statistics->SetInput(image);
  statistics->SetOriginImage(origins);
  statistics->SetMaskImage(mask);
  statistics->SetLowestValue(2.f);
  statistics->SetDeviationToNested();
  statistics->Update();
  auto strategy = itk::MaskedPixelFeature::New();
  strategy->SetMinimum(2.f);
  auto filter = FilterType::New();
  filter->SetInput(image);
  filter->SetOriginImage(origins);
  filter->SetMaskImage(mask);
  filter->SetStrategy(strategy);
  filter->SetMethodToStdFraction();
  filter->Update();
  EXPECT_TRUE(SameBits(Values(filter->GetScoreOutput()), Values(statistics->GetLogStandardDeviationOutput())));

  filter->SetMethodToFano();
  filter->SetFanoGain(8.);
  filter->SetFanoScore(1.);
  filter->Update();
  const auto fano = Values(statistics->GetFanoOutput());
  EXPECT_TRUE(SameBits(Values(filter->GetScoreOutput()), fano));
  const auto chosen = MaskOf(filter);
  for (std::size_t i = 0; i < fano.size(); ++i)
  {
    EXPECT_EQ(chosen[i] == 1, static_cast<double>(fano[i]) > 8. * (1. + std::sqrt(2. / 33.))) << i;
  }
}

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
        filter->SetInput(input.monitor->GetOutput());
        filter->SetOriginImage(origins);
        filter->SetMethod(method);
        filter->SetNumberOfStreamDivisions(divisions);
        filter->SetNumberOfWorkUnits(units);
        filter->Update();
        EXPECT_EQ(input.monitor->GetNumberOfUpdates(),
                  divisions == 0 || method == Method::All ? 1u : std::min(divisions, 5u));
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
