// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FeatureMaskFixtures.h"

using namespace fixtures;
using namespace fixtures::featuremask;

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

TEST(DiffractionFeatureMaskImageFilter, DisksAreThoseOfTheMeanPattern)
{
  const fourdstem::ScanShape of{ 2, 3, 64, 64 };
  Scan<float>                scan(of);
  std::vector<double>        mean;
  for (std::int64_t i = 0; i < of.PatternPixels(); ++i)
  {
    const auto  isNear = [i](std::int64_t x, std::int64_t y) { return std::hypot(i % 64 - x, i / 64 - y) <= 4.; };
    const float value = isNear(32, 32) ? 200.f : isNear(44, 24) || isNear(20, 40) ? 20.f : 1.f;
    mean.push_back(static_cast<double>(value));
    for (std::int64_t p = 0; p < of.Positions(); ++p)
    {
      scan(p, i / 64, i % 64) = value;
    }
  }
  auto filter = FilterType::New();
  filter->SetInput(ToImage(scan));
  filter->SetMethodToDisks();
  filter->Update();
  const auto   probe = fourdstem::EstimateProbe(mean.data(), 64, 64);
  const auto   all = fourdstem::DetectorMask::Filled(64, 64, 1);
  const auto   mask = MaskOf(filter);
  const double reach = probe.radius + 2.;
  EXPECT_EQ(mask, fourdstem::MakeDiskMask(all, mean.data(), probe.radius).pixels);
  EXPECT_EQ(mask[24 * 64 + 44], 1);
  EXPECT_EQ(mask[40 * 64 + 20], 1);
  EXPECT_EQ(mask[32 * 64 + 32], 0);
  EXPECT_NEAR(static_cast<double>(filter->GetNumberOfFeatures()), 2. * 3.14159 * reach * reach, 12.);
  EXPECT_EQ(Values(filter->GetScoreOutput())[24 * 64 + 44], 20.f);

  filter->SetInput(ToImage(Scan<float>(of)));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
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
