// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "ScanImageFixtures.h"
#include "itkCepstrumFeature.h"
#include "itkDiffractionFeatureImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"
#include "itkDiffractionTiltFeature.h"
#include "itkLatticeFitImageFilter.h"
#include "itkLatticeStrainImageFilter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace
{
using namespace fixtures;
using fourdstem::PhantomScan;
using StatisticsFilter = itk::DiffractionStatisticsImageFilter<ScanImage>;
using FeatureFilter = itk::DiffractionFeatureImageFilter<ScanImage>;

/** Disks close together; the left half is unstrained, the right half stretched by 1 % along x. */
class PlacedFeatures : public ::testing::Test
{
protected:
  PlacedFeatures()
    : m_Scan(Described())
    , m_Image(m_Scan.MakeImage())
  {
    m_Statistics->SetInput(m_Image);
    m_Statistics->SetOriginSearch(
      fourdstem::OriginSearch::Recentred({ 48., 48., m_Scan.phantom.Description().probeRadius, true }));
    m_Statistics->SetFindOrigins(true);
    m_Statistics->Update();
    m_Features->SetInput(m_Image);
    m_Features->SetOriginImage(m_Statistics->GetFoundOriginOutput());
  }

  static fourdstem::PhantomDescription
  Described()
  {
    auto description = PhantomScan::Of(fourdstem::PhantomKind::Step, { 4, 10, 96, 96 }, 100.);
    description.probeRadius = 3.;
    description.latticeLength = 9.;
    return description;
  }

  std::string
  MetaData(const char * key) const
  {
    std::string text;
    itk::ExposeMetaData<std::string>(m_Features->GetOutput()->GetMetaDataDictionary(), key, text);
    return text;
  }

  PhantomScan               m_Scan;
  ScanImage::Pointer        m_Image;
  StatisticsFilter::Pointer m_Statistics = StatisticsFilter::New();
  FeatureFilter::Pointer    m_Features = FeatureFilter::New();
};

TEST_F(PlacedFeatures, TheCepstrumGivesTheStrainOfDisksThatAreCloseTogether)
{
  auto strategy = itk::CepstrumFeature::New();
  m_Features->SetStrategy(strategy);
  EXPECT_THROW(m_Features->Update(), itk::ExceptionObject) << "no places";
  EXPECT_THROW(strategy->FindPlaces(nullptr), itk::ExceptionObject);
  strategy->SetSide(97);
  EXPECT_THROW(strategy->FindPlaces(m_Statistics->GetMeanOutput()), itk::ExceptionObject);
  strategy->SetSide(0);
  strategy->FindPlaces(m_Statistics->GetMeanOutput());
  ASSERT_GE(strategy->GetNumberOfPlaces(), 4U);
  auto fit = itk::LatticeFitImageFilter<>::New();
  fit->SetInput(m_Features->GetOutput());
  auto strain = itk::LatticeStrainImageFilter<>::New();
  strain->SetInput(fit->GetOutput());
  auto mask = itk::LatticeStrainImageFilter<>::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 10, 4 } });
  mask->Allocate(true);
  for (itk::IndexValueType x = 0; x < 5; ++x)
  {
    mask->SetPixel({ { x, 1 } }, 1);
  }
  strain->SetMaskImage(mask);
  strain->Update();
  EXPECT_EQ(this->MetaData("FourDSTEM_CepstrumSide"), "96");
  EXPECT_EQ(this->MetaData("FourDSTEM_ComponentNames").substr(0, 35), "peak 1 x,peak 1 y,peak 1 height,pea");
  const auto & lattice = fit->GetOutput()->GetPixel({ { 1, 1 } });
  EXPECT_NEAR(std::hypot(lattice[2], lattice[3]), 9., 0.3);
  for (itk::IndexValueType y = 0; y < 4; ++y)
  {
    for (itk::IndexValueType x = 0; x < 10; ++x)
    {
      const auto   pixel = strain->GetOutput()->GetPixel({ { x, y } });
      const double stated = static_cast<double>(pixel[fourdstem::StrainXXError]);
      EXPECT_NEAR(pixel[fourdstem::StrainXX], x < 5 ? 0. : 0.01, 5. * stated);
      EXPECT_NEAR(pixel[fourdstem::StrainYY], 0., 5. * stated);
      EXPECT_LT(stated, 3e-3);
    }
  }
  EXPECT_NE(Printed(strategy).find("InnerRadius: 8"), std::string::npos);
  strategy->SetInnerRadius(30.);
  EXPECT_THROW(strategy->FindPlaces(m_Statistics->GetMeanOutput()), itk::ExceptionObject) << "within the lobe";
}

TEST_F(PlacedFeatures, TiltIsThatOfTheDisksAndTheSameForAnyWorkUnitsAndStreamDivisions)
{
  auto strategy = itk::DiffractionTiltFeature::New();
  m_Features->SetStrategy(strategy);
  EXPECT_THROW(m_Features->Update(), itk::ExceptionObject) << "no radius";
  EXPECT_THROW(strategy->FindPlaces(m_Statistics->GetMeanOutput()), itk::ExceptionObject);
  strategy->SetDiskRadius(3.);
  EXPECT_THROW(m_Features->Update(), itk::ExceptionObject) << "no places";
  strategy->AddPlace(1, 0, 9., 0.);
  EXPECT_THROW(m_Features->Update(), itk::ExceptionObject) << "no pair";
  strategy->ClearPlaces();
  strategy->FindPlaces(m_Statistics->GetMeanOutput());
  ASSERT_GE(strategy->GetNumberOfPlaces(), 6U);
  m_Features->Update();
  const std::string names = this->MetaData("FourDSTEM_ComponentNames");
  EXPECT_EQ(names.substr(0, 17), "Friedel asymmetry");
  EXPECT_NE(names.find(",tilt x,tilt y,ring"), std::string::npos) << names;
  const std::vector<float> one(m_Features->GetOutput()->GetBufferPointer(),
                               m_Features->GetOutput()->GetBufferPointer() +
                                 40 * m_Features->GetOutput()->GetNumberOfComponentsPerPixel());
  const auto               tilt = static_cast<std::size_t>(
    std::count(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(names.find(",tilt x")), ',') + 1);
  const std::size_t components = one.size() / 40;
  for (std::size_t p = 0; p < 40; ++p)
  {
    // Friedel's law holds in the phantom.
    EXPECT_NEAR(one[p * components + tilt], 0., 0.1) << p;
    EXPECT_NEAR(one[p * components + components - 1], 0., 0.3) << p;
  }
  for (const unsigned int units : { 2U, 16U })
  {
    m_Features->SetNumberOfWorkUnits(units);
    auto streaming = itk::StreamingImageFilter<FeatureFilter::OutputImageType, FeatureFilter::OutputImageType>::New();
    streaming->SetInput(m_Features->GetOutput());
    streaming->SetNumberOfStreamDivisions(3);
    m_Features->Modified();
    streaming->Update();
    EXPECT_EQ(0, std::memcmp(one.data(), streaming->GetOutput()->GetBufferPointer(), one.size() * sizeof(float)));
  }
  EXPECT_NE(Printed(strategy).find("DiskRadius: 3"), std::string::npos);
}
} // namespace
