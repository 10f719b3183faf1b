// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "ScanImageFixtures.h"

#include "itkBraggDiskImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"
#include "itkEllipticalDistortionImageFilter.h"
#include "itkLatticeCalibrationImageFilter.h"
#include "itkLatticeFitImageFilter.h"
#include "itkImageRegionConstIterator.h"
#include "itkLatticeStrainImageFilter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace
{
using namespace fixtures;
using fourdstem::PhantomScan;
using StatisticsFilter = itk::DiffractionStatisticsImageFilter<ScanImage>;
using DiskFilter = itk::BraggDiskImageFilter<ScanImage>;
using FitFilter = itk::LatticeFitImageFilter<>;
using StrainFilter = itk::LatticeStrainImageFilter<>;

/** Scan to strain through the filters; the left half is unstrained, the right half stretched by 1 % along x. */
class LatticeStrainPipeline : public ::testing::Test
{
protected:
  LatticeStrainPipeline()
    : m_Scan(PhantomScan::Of(fourdstem::PhantomKind::Step, { 5, 8, 96, 104 }, 100.))
    , m_Image(m_Scan.MakeImage())
  {
    m_Statistics->SetInput(m_Image);
    const double radius = m_Scan.phantom.Description().probeRadius;
    m_Statistics->SetOriginSearch(fourdstem::OriginSearch::Recentred({ 51.8, 47.1, radius, true }));
    m_Statistics->SetFindOrigins(true);
    m_Statistics->Update();
    m_Disks->SetInput(m_Image);
    m_Disks->SetOriginImage(m_Statistics->GetFoundOriginOutput());
    m_Disks->SetDiskRadius(radius);
    m_Disks->FindPlaces(m_Statistics->GetMeanOutput());
    m_Fit->SetInput(m_Disks->GetOutput());
    m_Strain->SetInput(m_Fit->GetOutput());
  }

  PhantomScan               m_Scan;
  ScanImage::Pointer        m_Image;
  StatisticsFilter::Pointer m_Statistics = StatisticsFilter::New();
  DiskFilter::Pointer       m_Disks = DiskFilter::New();
  FitFilter::Pointer        m_Fit = FitFilter::New();
  StrainFilter::Pointer     m_Strain = StrainFilter::New();
};
} // namespace

TEST_F(LatticeStrainPipeline, ReadsAStepAgainstItsUnstrainedHalf)
{
  auto mask = StrainFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 8, 5 } });
  mask->Allocate(true);
  for (itk::IndexValueType y = 0; y < 5; ++y)
  {
    mask->SetPixel({ { 0, y } }, 1);
    mask->SetPixel({ { 1, y } }, 1);
  }
  m_Strain->SetMaskImage(mask);
  m_Strain->Update();
  const auto * output = m_Strain->GetOutput();
  EXPECT_EQ(output->GetSpacing()[0], 2.);
  std::string names;
  itk::ExposeMetaData<std::string>(output->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names.substr(0, 28), "e_xx,e_yy,e_xy,rotation,e_xx");
  for (itk::IndexValueType y = 0; y < 5; ++y)
  {
    for (itk::IndexValueType x = 0; x < 8; ++x)
    {
      const auto pixel = output->GetPixel({ { x, y } });
      EXPECT_NEAR(
        pixel[fourdstem::StrainXX], x < 4 ? 0. : 0.01, 6. * static_cast<double>(pixel[fourdstem::StrainXXError]));
      EXPECT_NEAR(pixel[fourdstem::StrainYY], 0., 6. * static_cast<double>(pixel[fourdstem::StrainYYError]));
      EXPECT_LT(pixel[fourdstem::StrainXXError], 1e-3);
    }
  }
  EXPECT_NE(Printed(m_Strain).find("ReferenceLattice: median"), std::string::npos);

  // Against a lattice 1 % longer in reciprocal space everything is a stretch of 1 %.
  m_Strain->SetMaskImage(nullptr);
  auto g1 = m_Strain->GetReferenceG1();
  auto g2 = m_Strain->GetReferenceG2();
  m_Strain->SetReferenceLattice(1.01 * g1, 1.01 * g2);
  m_Strain->Update();
  EXPECT_NEAR(m_Strain->GetOutput()->GetPixel({ { 1, 2 } })[fourdstem::StrainYY], 0.01, 3e-3);
}

TEST_F(LatticeStrainPipeline, StructureThatDisksDoNotHaveCostsPrecisionAndSaysSo)
{
  const auto meanSigma = [this] {
    m_Disks->Update();
    double sum = 0.;
    double count = 0.;
    for (itk::ImageRegionConstIterator<DiskFilter::OutputImageType> it(m_Disks->GetOutput(),
                                                                       m_Disks->GetOutput()->GetBufferedRegion());
         !it.IsAtEnd();
         ++it)
    {
      sum += static_cast<double>(it.Get()[3]);
      count += 1.;
    }
    return sum / count;
  };
  const double plain = meanSigma();
  m_Disks->SetStructure(0.3);
  m_Disks->SetElectrons(100.);
  EXPECT_GT(meanSigma(), 1.2 * plain);
  EXPECT_LT(meanSigma(), 3. * plain);
}

TEST_F(LatticeStrainPipeline, TakesTheDisksShapeFromTheDirectBeam)
{
  m_Disks->Update();
  const auto & smooth = m_Disks->GetOutput()->GetPixel({ { 2, 2 } });
  const double x = static_cast<double>(smooth[0]);
  const double radius = m_Disks->GetDiskRadius();

  for (const bool useProfile : { false, true })
  {
    m_Disks->SetDiskRadius(1.);
    m_Disks->MeasureTemplate(m_Image, m_Statistics->GetFoundOriginOutput(), useProfile);
    EXPECT_NEAR(m_Disks->GetDiskRadius(), radius, 0.1);
    EXPECT_NEAR(m_Disks->GetEdgeWidth(), 1.5, 0.3);
    m_Disks->Update();
    EXPECT_NEAR(static_cast<double>(m_Disks->GetOutput()->GetPixel({ { 2, 2 } })[0]), x, 0.02) << useProfile;
    EXPECT_NE(Printed(m_Disks).find(useProfile ? "Profile: measured" : "Profile: smooth"), std::string::npos);
  }
  m_Disks->ClearProfile();
  EXPECT_NE(Printed(m_Disks).find("Profile: smooth"), std::string::npos);
  auto flat = ScanImage::New();
  flat->SetRegions(m_Image->GetLargestPossibleRegion());
  flat->Allocate();
  flat->FillBuffer(1.F);
  EXPECT_THROW(m_Disks->MeasureTemplate(flat, m_Statistics->GetFoundOriginOutput(), true), itk::ExceptionObject);
  EXPECT_THROW(m_Disks->MeasureTemplate(nullptr, m_Statistics->GetFoundOriginOutput(), true), itk::ExceptionObject);
  auto other = DiskFilter::OriginImageType::New();
  other->SetRegions(itk::Size<2>{ { 3, 2 } });
  other->Allocate(true);
  EXPECT_THROW(m_Disks->MeasureTemplate(m_Image, other, true), itk::ExceptionObject) << "of another scan";
}

TEST_F(LatticeStrainPipeline, TakesOfSeveralLatticesTheBest)
{
  // Everything turned by 20 degrees: no disk lies there.
  auto         turned = DiskFilter::New();
  const double c = std::cos(0.35);
  const double s = std::sin(0.35);
  turned->SetInput(m_Image);
  turned->SetOriginImage(m_Statistics->GetFoundOriginOutput());
  turned->SetDiskRadius(m_Scan.phantom.Description().probeRadius);
  const auto g1 = m_Disks->GetG1();
  const auto g2 = m_Disks->GetG2();
  for (const auto & [h, k] : { std::pair(1, 0), std::pair(0, 1), std::pair(-1, 0), std::pair(0, -1), std::pair(1, -1) })
  {
    const double x = h * g1[0] + k * g2[0];
    const double y = h * g1[1] + k * g2[1];
    turned->AddPlace(h, k, c * x - s * y, s * x + c * y);
  }
  m_Fit->Update();
  const std::vector<float> alone(m_Fit->GetOutput()->GetBufferPointer(),
                                 m_Fit->GetOutput()->GetBufferPointer() + 40 * 11);
  m_Fit->SetInput(0, turned->GetOutput());
  m_Fit->SetInput(1, m_Disks->GetOutput());
  m_Fit->Update();
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), m_Fit->GetOutput()->GetBufferPointer()));
  const unsigned short * number = m_Fit->GetLatticeNumberOutput()->GetBufferPointer();
  EXPECT_EQ(std::count(number, number + 40, 1), 40);

  auto other = FitFilter::OutputImageType::New();
  other->SetRegions(itk::Size<2>{ { 3, 2 } });
  other->SetNumberOfComponentsPerPixel(4);
  other->Allocate();
  itk::EncapsulateMetaData<std::string>(other->GetMetaDataDictionary(), "FourDSTEM_MillerIndices", "1 0");
  m_Fit->SetInput(1, other);
  EXPECT_THROW(m_Fit->Update(), itk::ExceptionObject) << "another scan";
}

TEST_F(LatticeStrainPipeline, GivesThePixelSizeOfAKnownLattice)
{
  auto mask = StrainFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 8, 5 } });
  mask->Allocate(true);
  for (itk::IndexValueType y = 0; y < 5; ++y)
  {
    mask->SetPixel({ { 0, y } }, 1);
    mask->SetPixel({ { 1, y } }, 1);
  }
  const auto calibration = itk::LatticeCalibrationImageFilter<>::New();
  calibration->SetInput(m_Fit->GetOutput());
  calibration->SetMaskImage(mask);
  EXPECT_THROW(calibration->Update(), itk::ExceptionObject) << "no known lattice";
  calibration->SetKnownLattice(0.3153, 0.3153, 120.);
  calibration->Update();
  const double pixel =
    1. / (0.3153 * std::sin(120. * itk::Math::pi_over_180)) / m_Scan.phantom.Description().latticeLength;
  EXPECT_NEAR(calibration->GetPixelSize(), pixel, 4. * calibration->GetPixelSizeError());
  EXPECT_LT(calibration->GetPixelSizeError(), 1e-3 * pixel);
  EXPECT_LT(calibration->GetMismatch(), 2e-3);
  EXPECT_TRUE(SameBits(Values(calibration->GetOutput()), Values(m_Fit->GetOutput()))) << "the lattices are passed on";
  EXPECT_NE(Printed(calibration).find("KnownLattice: 0.3153"), std::string::npos);

  calibration->SetKnownLattice(0.3, 0.4, 90.);
  EXPECT_THROW(calibration->Update(), itk::ExceptionObject) << "another lattice";
  calibration->SetKnownLattice(0.3, -0.4, 90.);
  EXPECT_THROW(calibration->Update(), itk::ExceptionObject);
}

TEST_F(LatticeStrainPipeline, MeasuresAnEllipseAndTakesItOut)
{
  // The distortion that makes an ellipse of 1.05 at 30 degrees of circles is undone by one at -60 degrees.
  const auto distort = itk::EllipticalDistortionImageFilter<>::New();
  distort->SetInput(m_Disks->GetOutput());
  distort->SetRatio(1.05);
  distort->SetAngle(-60.);
  m_Fit->SetInput(distort->GetOutput());
  const auto calibration = itk::LatticeCalibrationImageFilter<>::New();
  calibration->SetInput(m_Fit->GetOutput());
  calibration->SetKnownLattice(1., 1., 120.);
  calibration->Update();
  // Half of the scan is stretched by 1 %, so that the median is not quite hexagonal.
  EXPECT_NEAR(calibration->GetEllipseRatio(), 1.05, 6e-3 + 4. * calibration->GetEllipseRatioError());
  EXPECT_NEAR(calibration->GetEllipseAngle(), 30., 4.);
  EXPECT_GT(calibration->GetEllipseRatioError(), 0.);
  EXPECT_LT(calibration->GetEllipseAngleError(), 5.);

  const auto correct = itk::EllipticalDistortionImageFilter<>::New();
  correct->SetInput(distort->GetOutput());
  correct->SetRatio(1.05);
  correct->SetAngle(30.);
  correct->Update();
  const auto disks = Values(m_Disks->GetOutput());
  const auto again = Values(correct->GetOutput());
  const auto moved = Values(distort->GetOutput());
  ASSERT_EQ(again.size(), disks.size());
  double farthest = 0.;
  for (std::size_t i = 0; i < disks.size(); ++i)
  {
    EXPECT_EQ(std::isnan(disks[i]), std::isnan(again[i]));
    if (std::isfinite(disks[i]))
    {
      EXPECT_NEAR(again[i], disks[i], i % 4 < 2 ? 1e-4 : 0.);
      farthest = std::max(farthest, static_cast<double>(std::abs(moved[i] - disks[i])));
    }
  }
  EXPECT_GT(farthest, 0.2) << "the input of a filter stays as it is";
  std::string indices;
  itk::ExposeMetaData<std::string>(correct->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_MillerIndices", indices);
  EXPECT_FALSE(indices.empty());
  EXPECT_NE(Printed(correct).find("Ratio: 1.05"), std::string::npos);

  correct->SetRatio(0.9);
  EXPECT_THROW(correct->Update(), itk::ExceptionObject);
  correct->SetRatio(1.1);
  correct->SetInput(m_Fit->GetOutput());
  EXPECT_THROW(correct->Update(), itk::ExceptionObject) << "lattices are no disks";
}

TEST_F(LatticeStrainPipeline, IsTheSameForAnyWorkUnitsAndStreamDivisions)
{
  std::vector<float> first;
  for (const unsigned int units : { 1, 2, 3, 16 })
  {
    for (const unsigned int divisions : { 1, 3, 7 })
    {
      const Monitored input(m_Image);
      m_Disks->SetInput(input.extract->GetOutput());
      m_Disks->SetNumberOfWorkUnits(units);
      m_Fit->SetNumberOfWorkUnits(units);
      m_Strain->SetNumberOfWorkUnits(units);
      auto streamer = itk::StreamingImageFilter<DiskFilter::OutputImageType, DiskFilter::OutputImageType>::New();
      streamer->SetInput(m_Disks->GetOutput());
      streamer->SetNumberOfStreamDivisions(divisions);
      streamer->UpdateLargestPossibleRegion();
      EXPECT_EQ(input.executions.Get(), std::min(divisions, 5u));
      auto disks = Values(streamer->GetOutput());
      m_Strain->UpdateLargestPossibleRegion();
      const auto strain = Values(m_Strain->GetOutput());
      disks.insert(disks.end(), strain.begin(), strain.end());
      first = first.empty() ? disks : first;
      EXPECT_TRUE(SameBits(disks, first)) << units << " units, " << divisions << " divisions";
    }
  }
}

TEST_F(LatticeStrainPipeline, RefusesWhatDoesNotFit)
{
  auto disks = DiskFilter::New();
  disks->SetInput(m_Image);
  disks->SetDiskRadius(4.);
  EXPECT_THROW(disks->Update(), itk::ExceptionObject) << "no places";
  disks->AddPlace(1, 0, 20., 0.);
  disks->SetDiskRadius(0.);
  EXPECT_THROW(disks->Update(), itk::ExceptionObject);
  EXPECT_THROW(disks->FindPlaces(m_Statistics->GetMeanOutput()), itk::ExceptionObject);
  disks->SetDiskRadius(4.);
  disks->SetStructure(1.5);
  EXPECT_THROW(disks->Update(), itk::ExceptionObject);
  disks->SetStructure(0.5);
  disks->SetElectrons(0.);
  EXPECT_THROW(disks->Update(), itk::ExceptionObject);
  disks->SetElectrons(16.);
  EXPECT_THROW(disks->FindPlaces(nullptr), itk::ExceptionObject);
  auto flat = DiskFilter::PatternImageType::New();
  flat->SetRegions(itk::Size<2>{ { 104, 96 } });
  flat->Allocate(true);
  EXPECT_THROW(disks->FindPlaces(flat), itk::ExceptionObject);
  EXPECT_EQ(disks->GetNumberOfPlaces(), 1U);

  auto fit = FitFilter::New();
  auto other = FitFilter::OutputImageType::New();
  other->SetRegions(itk::Size<2>{ { 3, 2 } });
  other->SetNumberOfComponentsPerPixel(4);
  other->Allocate();
  fit->SetInput(other);
  EXPECT_THROW(fit->Update(), itk::ExceptionObject) << "no indices";
  auto strain = StrainFilter::New();
  strain->SetInput(other);
  EXPECT_THROW(strain->Update(), itk::ExceptionObject) << "not a lattice";
  m_Strain->SetReferenceLattice(m_Disks->GetG1(), m_Disks->GetG1());
  EXPECT_THROW(m_Strain->Update(), itk::ExceptionObject) << "a reference without area";
}

TEST_F(LatticeStrainPipeline, AbortIsProcessAborted)
{
  AbortAtFirstProgress(m_Disks.GetPointer());
  EXPECT_THROW(m_Disks->Update(), itk::ProcessAborted);
}
