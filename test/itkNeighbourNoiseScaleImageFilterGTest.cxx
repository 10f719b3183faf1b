// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkNeighbourNoiseScaleImageFilter.h"

#include "ClusterFixtures.h"

#include "itkMetaDataObject.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace
{
using FilterType = itk::NeighbourNoiseScaleImageFilter<2>;
using ImageType = FilterType::FeatureImageType;

constexpr unsigned int Columns = 40;
constexpr unsigned int Rows = 30;

/** A checkerboard of +-3, a ramp along x in steps of 0.5, a constant, and noise of deviation 20 with a wall of 100. */
ImageType::Pointer
MakeFeatures()
{
  auto                  image = ImageType::New();
  ImageType::RegionType region({ { 5, -3 } }, { { Columns, Rows } });
  image->SetRegions(region);
  const double spacing[] = { 2., 3. };
  image->SetSpacing(spacing);
  image->SetNumberOfComponentsPerPixel(4);
  image->Allocate();
  itk::EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", "a,b,c,d");
  fixtures::Noise noise(3);
  float *         value = image->GetBufferPointer();
  for (unsigned int y = 0; y < Rows; ++y)
  {
    for (unsigned int x = 0; x < Columns; ++x)
    {
      *value++ = (x + y) % 2 == 0 ? 3.f : -3.f;
      *value++ = 10.f + 0.5f * static_cast<float>(x);
      *value++ = 4.f;
      *value++ = static_cast<float>(20. * noise() + (x < 20 ? 100. : 0.));
    }
  }
  return image;
}

FilterType::MaskImageType::Pointer
MakeMask(const ImageType * image)
{
  auto mask = FilterType::MaskImageType::New();
  mask->SetRegions(image->GetLargestPossibleRegion());
  mask->Allocate();
  mask->FillBuffer(1);
  return mask;
}

std::vector<float>
ValuesOf(const ImageType * image)
{
  const auto count = image->GetBufferedRegion().GetNumberOfPixels() * image->GetNumberOfComponentsPerPixel();
  return { image->GetBufferPointer(), image->GetBufferPointer() + count };
}
} // namespace

TEST(NeighbourNoiseScaleImageFilter, DividesByTheRootOfHalfTheMeanSquaredDifference)
{
  const auto image = MakeFeatures();
  auto       filter = FilterType::New();
  filter->SetInput(image);
  filter->Update();
  const ImageType * output = filter->GetOutput();

  const double pairs = 39. * 30. + 40. * 29.;
  ASSERT_EQ(filter->GetNoise().size(), 4u);
  EXPECT_NEAR(filter->GetNoise()[0], std::sqrt(0.5 * 36.), 1e-5);
  EXPECT_NEAR(filter->GetNoise()[1], std::sqrt(0.5 * 0.25 * 39. * 30. / pairs), 1e-5);
  EXPECT_EQ(filter->GetNoise()[2], 0.);
  // The wall adds 30 pairs of 2,330 that differ by 100.
  EXPECT_NEAR(filter->GetNoise()[3], std::sqrt(400. + 0.5 * 30. / pairs * 1e4), 1.);

  for (unsigned int y = 0; y < Rows; ++y)
  {
    for (unsigned int x = 0; x < Columns; ++x)
    {
      const auto pixel = output->GetPixel({ { 5 + static_cast<int>(x), -3 + static_cast<int>(y) } });
      ASSERT_NEAR(static_cast<double>(pixel[0]), (x + y) % 2 == 0 ? std::sqrt(0.5) : -std::sqrt(0.5), 1e-5);
      ASSERT_NEAR(static_cast<double>(pixel[1]) * filter->GetNoise()[1], 10. + 0.5 * x, 1e-4);
      ASSERT_EQ(pixel[2], 0.f);
    }
  }
  EXPECT_EQ(output->GetLargestPossibleRegion(), image->GetLargestPossibleRegion());
  EXPECT_EQ(output->GetSpacing()[1], 3.);
  std::string names;
  itk::ExposeMetaData(output->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "a,b,c,d");
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("Noise: 4 components"), std::string::npos);
}

TEST(NeighbourNoiseScaleImageFilter, MaskedPositionsAndWhatIsNotFiniteDoNotCount)
{
  const auto image = MakeFeatures();
  auto       mask = MakeMask(image);
  // Without the two columns at the wall no pair straddles it.
  for (int y = 0; y < static_cast<int>(Rows); ++y)
  {
    mask->SetPixel({ { 5 + 19, -3 + y } }, 0);
    mask->SetPixel({ { 5 + 20, -3 + y } }, 0);
  }
  ImageType::PixelType pixel = image->GetPixel({ { 7, 2 } });
  pixel[1] = std::numeric_limits<float>::infinity();
  image->SetPixel({ { 7, 2 } }, pixel);
  auto filter = FilterType::New();
  filter->SetInput(image);
  filter->SetMaskImage(mask);
  filter->Update();
  EXPECT_NEAR(filter->GetNoise()[3], 20., 0.8);
  EXPECT_NEAR(filter->GetNoise()[0], std::sqrt(0.5 * 36.), 1e-5);
  EXPECT_TRUE(std::isnan(filter->GetOutput()->GetPixel({ { 24, 4 } })[0]));
  EXPECT_TRUE(std::isnan(filter->GetOutput()->GetPixel({ { 7, 2 } })[1]));
  EXPECT_FALSE(std::isnan(filter->GetOutput()->GetPixel({ { 7, 2 } })[0]));
}

TEST(NeighbourNoiseScaleImageFilter, TheSameBitsForAnyWorkUnits)
{
  std::vector<float> reference;
  for (const unsigned int units : { 1u, 2u, 3u, 16u })
  {
    auto filter = FilterType::New();
    filter->SetInput(MakeFeatures());
    filter->SetNumberOfWorkUnits(units);
    filter->Update();
    reference = reference.empty() ? ValuesOf(filter->GetOutput()) : reference;
    EXPECT_EQ(ValuesOf(filter->GetOutput()), reference);
  }
}

TEST(NeighbourNoiseScaleImageFilter, RefusesWhatDoesNotFitAndStopsWhenAborted)
{
  const auto image = MakeFeatures();
  auto       filter = FilterType::New();
  filter->SetInput(image);
  auto mask = MakeMask(image);
  mask->FillBuffer(0);
  mask->SetPixel({ { 6, 0 } }, 1);
  mask->SetPixel({ { 7, 1 } }, 1);
  filter->SetMaskImage(mask);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);

  auto other = FilterType::MaskImageType::New();
  other->SetRegions(itk::Size<2>{ { Rows, Columns } });
  other->Allocate(true);
  filter->SetMaskImage(other);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);

  filter->SetMaskImage(nullptr);
  const auto observer = filter->AddObserver(
    itk::ProgressEvent(), [filter = filter.GetPointer()](const itk::EventObject &) { filter->AbortGenerateDataOn(); });
  EXPECT_THROW(filter->Update(), itk::ProcessAborted);
  filter->RemoveObserver(observer);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 6, 0 } })[2], 0.f);
}
