// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkFeatureReductionImageFilter.h"

#include "itkMetaDataObject.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace
{
using FilterType = itk::FeatureReductionImageFilter<2>;
using ImageType = FilterType::FeatureImageType;

constexpr unsigned int Columns = 40;
constexpr unsigned int Rows = 30;
constexpr unsigned int Features = 60;

double
Uniform(std::mt19937_64 & random)
{
  return static_cast<double>(random() >> 11) * 0x1p-53 - 0.5;
}

/** Two smooth maps in known directions: one weak in quiet features, one strong in loud ones; features 40 and above
 * carry noise alone, ten times that of the others. */
ImageType::Pointer
MakeFeatures()
{
  auto                image = ImageType::New();
  ImageType::SizeType size{ { Columns, Rows } };
  image->SetRegions(size);
  image->SetNumberOfComponentsPerPixel(Features);
  image->Allocate();
  std::mt19937_64 random(7);
  float *         value = image->GetBufferPointer();
  for (unsigned int y = 0; y < Rows; ++y)
  {
    for (unsigned int x = 0; x < Columns; ++x)
    {
      const double step = x < Columns / 2 ? -1. : 1.;
      const double wave = std::sin(0.3 * y);
      for (unsigned int f = 0; f < Features; ++f)
      {
        const double noise = f < 40 ? 1. : 10.;
        const double signal = f < 20 ? 0.5 * step : (f < 40 ? 0.3 * wave : 0.);
        *value++ = static_cast<float>(100. + signal + noise * Uniform(random));
      }
    }
  }
  return image;
}

double
Correlation(const ImageType * image, unsigned int component, double (*truth)(unsigned int, unsigned int))
{
  const unsigned int components = image->GetNumberOfComponentsPerPixel();
  double             xy = 0.;
  double             xx = 0.;
  double             yy = 0.;
  for (unsigned int p = 0; p < Columns * Rows; ++p)
  {
    const double a = static_cast<double>(image->GetBufferPointer()[p * components + component]);
    const double b = truth(p % Columns, p / Columns);
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return xy / std::sqrt(xx * yy);
}
} // namespace

TEST(itkFeatureReductionImageFilter, NoiseWhiteningFindsWhatNeighboursShareWhateverTheNoise)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeFeatures());
  filter->SetNumberOfComponents(4);
  filter->ScaleByNeighbourNoiseOff();
  filter->Update();

  ASSERT_EQ(filter->GetOutput()->GetNumberOfComponentsPerPixel(), 4u);
  EXPECT_GT(std::abs(Correlation(
              filter->GetOutput(), 0, [](unsigned int x, unsigned int) { return x < Columns / 2 ? -1. : 1.; })),
            0.9);
  EXPECT_GT(filter->GetStrengths()[0], 10.);
  EXPECT_NEAR(filter->GetStrengths()[3], 1., 0.4);
  EXPECT_EQ(filter->GetLoadings().size(), 4u * Features);
  std::string names;
  itk::ExposeMetaData(filter->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "MNF 1,MNF 2,MNF 3,MNF 4");
}

TEST(itkFeatureReductionImageFilter, ScaledPrincipalComponentsFollowTheSignalUnscaledOnesTheLoudest)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeFeatures());
  filter->SetMethod(FilterType::MethodType::PrincipalComponents);
  filter->SetNumberOfComponents(2);
  filter->Update();
  const auto step = [](unsigned int x, unsigned int) { return x < Columns / 2 ? -1. : 1.; };
  EXPECT_GT(std::abs(Correlation(filter->GetOutput(), 0, step)), 0.95);
  double loud = 0.;
  for (unsigned int f = 40; f < Features; ++f)
  {
    loud += std::abs(static_cast<double>(filter->GetLoadings()[f]));
  }

  filter->ScaleByNeighbourNoiseOff();
  filter->Update();
  EXPECT_LT(std::abs(Correlation(filter->GetOutput(), 0, step)), 0.5);
  double unscaledLoud = 0.;
  for (unsigned int f = 40; f < Features; ++f)
  {
    unscaledLoud += std::abs(static_cast<double>(filter->GetLoadings()[f]));
  }
  EXPECT_GT(unscaledLoud, loud / 10.);
  EXPECT_GT(filter->GetStrengths()[0], filter->GetStrengths()[1]);
}

TEST(itkFeatureReductionImageFilter, OnlySharedFeaturesHaveLoadingsAndMaskedPositionsNoValue)
{
  auto mask = FilterType::MaskImageType::New();
  mask->SetRegions(MakeFeatures()->GetLargestPossibleRegion());
  mask->Allocate();
  mask->FillBuffer(1);
  mask->SetPixel({ { 5, 6 } }, 0);
  auto filter = FilterType::New();
  filter->SetInput(MakeFeatures());
  filter->SetMaskImage(mask);
  filter->OnlyNeighbourFeaturesOn();
  filter->SetNumberOfComponents(1);
  filter->Update();
  EXPECT_TRUE(std::isnan(filter->GetOutput()->GetPixel({ { 5, 6 } })[0]));
  EXPECT_FALSE(std::isnan(filter->GetOutput()->GetPixel({ { 6, 6 } })[0]));
  for (unsigned int f = 0; f < 20; ++f)
  {
    EXPECT_NE(filter->GetLoadings()[f], 0.f);
  }
  // One in twenty may be chosen by chance.
  EXPECT_GE(std::count(filter->GetLoadings().begin() + 40, filter->GetLoadings().end(), 0.f), 18);
}

TEST(itkFeatureReductionImageFilter, TheSameBitsForAnyWorkUnitsAndNothingFromConstants)
{
  std::vector<float> reference;
  for (const unsigned int units : { 1u, 2u, 3u, 16u })
  {
    auto filter = FilterType::New();
    filter->SetInput(MakeFeatures());
    filter->SetNumberOfWorkUnits(units);
    filter->Update();
    const float *      buffer = filter->GetOutput()->GetBufferPointer();
    std::vector<float> values(buffer, buffer + Columns * Rows * filter->GetOutput()->GetNumberOfComponentsPerPixel());
    reference = reference.empty() ? values : reference;
    EXPECT_EQ(values, reference);
  }

  auto constant = MakeFeatures();
  std::fill_n(constant->GetBufferPointer(), Columns * Rows * Features, 3.f);
  auto filter = FilterType::New();
  filter->SetInput(constant);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetNumberOfComponentsPerPixel(), 8u);
  EXPECT_TRUE(filter->GetStrengths().empty());
  EXPECT_EQ(filter->GetOutput()->GetBufferPointer()[7], 0.f);
}

TEST(itkFeatureReductionImageFilter, RefusesWhatCannotBe)
{
  auto filter = FilterType::New();
  filter->SetInput(MakeFeatures());
  filter->SetNumberOfComponents(33);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}
