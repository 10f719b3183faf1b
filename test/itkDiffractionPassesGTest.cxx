// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include "fourdstem/NpyWriter.h"
#include "itkDiffractionOriginImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"
#include "itkVirtualDetectorImageFilter.h"

#include "itkCommand.h"
#include "itkExtractImageFilter.h"
#include "itkMetaDataObject.h"
#include "itkPipelineMonitorImageFilter.h"
#include "itkStreamingImageFilter.h"

#include <gtest/gtest.h>

#include <sstream>

using ScanImage = itk::Image<float, 4>;
using OriginFilter = itk::DiffractionOriginImageFilter<ScanImage>;
using StatisticsFilter = itk::DiffractionStatisticsImageFilter<ScanImage>;
using DetectorFilter = itk::VirtualDetectorImageFilter<ScanImage>;
using MonitorFilter = itk::PipelineMonitorImageFilter<ScanImage>;
using ExtractFilter = itk::ExtractImageFilter<ScanImage, ScanImage>;

namespace
{
const fourdstem::ScanShape shape{ 5, 7, 40, 48 };

template <typename T>
typename itk::Image<T, 4>::Pointer
ToImage(const fixtures::Scan<T> & scan)
{
  auto                                 image = itk::Image<T, 4>::New();
  typename itk::Image<T, 4>::IndexType start{ { 3, -2, 10, 20 } };
  typename itk::Image<T, 4>::SizeType  size;
  size[0] = static_cast<itk::SizeValueType>(scan.shape.qx);
  size[1] = static_cast<itk::SizeValueType>(scan.shape.qy);
  size[2] = static_cast<itk::SizeValueType>(scan.shape.rx);
  size[3] = static_cast<itk::SizeValueType>(scan.shape.ry);
  image->SetRegions(typename itk::Image<T, 4>::RegionType(start, size));
  image->Allocate();
  std::copy(scan.values.begin(), scan.values.end(), image->GetBufferPointer());

  const double spacing[] = { 0.1, 0.2, 3., 4. };
  const double origin[] = { 1., 2., 30., 40. };
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  itk::EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", "nm");
  itk::EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), "Other", "x");
  return image;
}

template <typename TImage>
auto
Values(const TImage * image)
{
  const auto n = image->GetBufferedRegion().GetNumberOfPixels() *
                 (std::is_floating_point_v<typename TImage::PixelType> ? 1 : image->GetNumberOfComponentsPerPixel());
  const auto * first = reinterpret_cast<const float *>(image->GetBufferPointer());
  return std::vector<float>(first, first + n);
}

bool
SameBits(const std::vector<float> & a, const std::vector<float> & b)
{
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float s, float t) {
    return s == t || (std::isnan(s) && std::isnan(t));
  });
}

template <typename TImage>
void
ExpectScanGeometry(const TImage * image)
{
  EXPECT_EQ(image->GetLargestPossibleRegion().GetIndex(0), 10);
  EXPECT_EQ(image->GetLargestPossibleRegion().GetIndex(1), 20);
  EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(0), 7u);
  EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(1), 5u);
  EXPECT_EQ(image->GetSpacing()[0], 3.);
  EXPECT_EQ(image->GetSpacing()[1], 4.);
  EXPECT_EQ(image->GetOrigin()[1], 40.);
  std::string unit;
  EXPECT_TRUE(itk::ExposeMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ScanUnit", unit));
  EXPECT_EQ(unit, "nm");
  EXPECT_FALSE(image->GetMetaDataDictionary().HasKey("Other"));
}

/** Hands on the parts of an image that are asked for, and counts how often. */
struct Monitored
{
  explicit Monitored(const ScanImage * image)
  {
    extract->InPlaceOff();
    extract->SetInput(image);
    extract->SetExtractionRegion(image->GetLargestPossibleRegion());
    monitor->ClearPipelineOnGenerateOutputInformationOff();
    monitor->SetInput(extract->GetOutput());
  }

  ExtractFilter::Pointer extract = ExtractFilter::New();
  MonitorFilter::Pointer monitor = MonitorFilter::New();
};

template <typename TFilter>
void
AbortAtFirstProgress(TFilter * filter)
{
  auto command = itk::CStyleCommand::New();
  command->SetClientData(filter);
  command->SetCallback([](itk::Object *, const itk::EventObject &, void * client) {
    auto * process = static_cast<TFilter *>(client);
    if (process->GetProgress() > 0.f)
    {
      process->AbortGenerateDataOn();
    }
  });
  filter->AddObserver(itk::ProgressEvent(), command);
}

std::string
Printed(const itk::Object * object)
{
  std::ostringstream text;
  object->Print(text);
  return text.str();
}
} // namespace

TEST(DiffractionOriginImageFilter, FindsDescanAndCarriesGeometry)
{
  const auto scan = fixtures::DescannedScan(shape, 3.);
  auto       filter = OriginFilter::New();
  filter->SetInput(ToImage(scan));
  filter->Update();
  ExpectScanGeometry(filter->GetOutput());
  ExpectScanGeometry(filter->GetResidualOutput());
  EXPECT_NEAR(filter->GetProbe().radius, 3., 0.6);
  const auto origins = Values(filter->GetOutput());
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    float truth[2];
    fixtures::DescannedOrigin(shape, p, truth);
    EXPECT_NEAR(origins[static_cast<std::size_t>(2 * p)], truth[0], 0.01);
    EXPECT_NEAR(origins[static_cast<std::size_t>(2 * p + 1)], truth[1], 0.01);
  }
  EXPECT_TRUE(std::isnan(Values(filter->GetResidualOutput())[0]));
  EXPECT_NE(Printed(filter).find("RecentredDisk"), std::string::npos);
}

TEST(DiffractionOriginImageFilter, SameBitsForAnyWorkUnitsAndStreamDivisions)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  for (const auto method : { OriginFilter::Method::RecentredDisk, OriginFilter::Method::FixedDisk })
  {
    std::vector<float> first;
    for (const unsigned int units : { 1, 2, 3, 16 })
    {
      for (const unsigned int divisions : { 1, 3, 7 })
      {
        const Monitored input(image);
        auto            filter = OriginFilter::New();
        filter->SetInput(input.monitor->GetOutput());
        filter->SetMethod(method);
        filter->SetNumberOfWorkUnits(units);
        auto streamer = itk::StreamingImageFilter<OriginFilter::OutputImageType, OriginFilter::OutputImageType>::New();
        streamer->SetInput(filter->GetOutput());
        streamer->SetNumberOfStreamDivisions(divisions);
        streamer->Update();
        const auto values = Values(streamer->GetOutput());
        first = first.empty() ? values : first;
        EXPECT_EQ(values, first) << units << " units, " << divisions << " divisions";
      }
    }
  }
}

TEST(DiffractionOriginImageFilter, FitNeedsTheWholeScan)
{
  auto filter = OriginFilter::New();
  filter->SetInput(ToImage(fixtures::DescannedScan(shape, 3.)));
  filter->SetFit(OriginFilter::Fit::Plane);
  filter->SetProbe(24., 20., 3.);
  auto mask = OriginFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 7, 5 } });
  mask->Allocate();
  mask->FillBuffer(1);
  filter->SetMaskImage(mask);
  filter->UpdateOutputInformation();
  auto region = filter->GetOutput()->GetLargestPossibleRegion();
  region.SetSize(1, 1);
  filter->GetOutput()->SetRequestedRegion(region);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion(), filter->GetOutput()->GetLargestPossibleRegion());
  for (const float residual : Values(filter->GetResidualOutput()))
  {
    EXPECT_GT(residual, 0.f);
    EXPECT_LT(residual, 1.3f);
  }
}

TEST(DiffractionOriginImageFilter, RefusesWhatDoesNotFit)
{
  auto filter = OriginFilter::New();
  filter->SetInput(ToImage(fixtures::DescannedScan(shape, 3.)));
  filter->SetProbe(24., 20., 0.);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  filter->SetProbeToEstimate();
  auto mask = OriginFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 5, 7 } });
  mask->Allocate();
  filter->SetMaskImage(mask);
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(DiffractionStatisticsImageFilter, SameBitsForAnyWorkUnitsAndStreamDivisions)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  for (const auto deviation : { fourdstem::Deviation::Global, fourdstem::Deviation::Nested })
  {
    std::vector<std::vector<float>> first;
    for (const unsigned int units : { 1, 2, 3, 16 })
    {
      for (const unsigned int divisions : { 0, 1, 3, 7 })
      {
        const Monitored input(image);
        auto            filter = StatisticsFilter::New();
        filter->SetInput(input.monitor->GetOutput());
        filter->SetOriginSearch(fourdstem::OriginSearch::Recentred({ 24., 20., 3., true }));
        filter->SetDeviation(deviation);
        filter->SetNumberOfStreamDivisions(divisions);
        filter->SetNumberOfWorkUnits(units);
        filter->Update();
        EXPECT_EQ(input.monitor->GetNumberOfUpdates(), divisions == 0 ? 1u : std::min(divisions, 5u));
        const std::vector<std::vector<float>> values{ Values(filter->GetMeanOutput()),
                                                      Values(filter->GetMaximumOutput()),
                                                      Values(filter->GetStandardDeviationOutput()),
                                                      Values(filter->GetLogStandardDeviationOutput()),
                                                      Values(filter->GetFanoOutput()),
                                                      Values(filter->GetFoundOriginOutput()) };
        first = first.empty() ? values : first;
        for (std::size_t i = 0; i < values.size(); ++i)
        {
          EXPECT_TRUE(SameBits(values[i], first[i])) << i << ": " << units << " units, " << divisions << " divisions";
        }
      }
    }
  }
}

TEST(DiffractionStatisticsImageFilter, AlignedPatternsAreCentredOnZero)
{
  const auto scan = fixtures::DescannedScan(shape, 3.);
  auto       origins = OriginFilter::New();
  origins->SetInput(ToImage(scan));
  auto filter = StatisticsFilter::New();
  filter->SetInput(ToImage(scan));
  filter->SetOriginImage(origins->GetOutput());
  filter->Update();

  const auto *          mean = filter->GetMeanOutput();
  itk::Index<2>         centre{ { 3 + 24, -2 + 20 } };
  itk::Point<double, 2> at;
  mean->TransformIndexToPhysicalPoint(centre, at);
  EXPECT_NEAR(at[0], 0., 1e-12);
  EXPECT_NEAR(at[1], 0., 1e-12);
  EXPECT_EQ(mean->GetSpacing()[0], 0.1);
  EXPECT_NEAR(mean->GetPixel(centre), 100.f, 0.1f);
  EXPECT_TRUE(std::isnan(Values(filter->GetFoundOriginOutput())[0]));
  EXPECT_NE(Printed(filter).find("Patterns: 35"), std::string::npos);
}

TEST(DiffractionStatisticsImageFilter, MaskLowestValueAndNonFinitePixels)
{
  auto scan = fixtures::RandomScan<float>(shape, 50);
  scan(0, 1, 2) = std::numeric_limits<float>::quiet_NaN();
  scan(1, 1, 2) = std::numeric_limits<float>::infinity();
  scan(2, 1, 2) = -7.f;
  scan(3, 1, 2) = 9.f;
  auto mask = StatisticsFilter::MaskImageType::New();
  mask->SetRegions(itk::Size<2>{ { 7, 5 } });
  mask->Allocate();
  mask->FillBuffer(0);
  std::fill_n(mask->GetBufferPointer(), 4, static_cast<unsigned char>(1));
  auto filter = StatisticsFilter::New();
  filter->SetInput(ToImage(scan));
  filter->SetMaskImage(mask);
  filter->SetLowestValue(1.f);
  filter->Update();
  EXPECT_EQ(filter->GetSums().Patterns(), 4);
  EXPECT_EQ(filter->GetNumberOfNonFinitePixels(), 2u);
  EXPECT_EQ(filter->GetMeanOutput()->GetPixel({ { 3 + 2, -2 + 1 } }), 5.f);
  EXPECT_EQ(filter->GetMaximumOutput()->GetPixel({ { 3 + 2, -2 + 1 } }), 9.f);
  EXPECT_EQ(filter->GetMeanOutput()->GetOrigin()[0], 1.);

  mask->SetRegions(itk::Size<2>{ { 7, 4 } });
  mask->Allocate();
  mask->Modified();
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(VirtualDetectorImageFilter, ComponentsGeometryAndNames)
{
  const auto scan = fixtures::RandomScan<std::uint16_t>(shape, 60000);
  using Filter = itk::VirtualDetectorImageFilter<itk::Image<std::uint16_t, 4>, itk::VectorImage<double, 2>>;
  auto filter = Filter::New();
  filter->SetInput(ToImage(scan));
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
  auto mask = Filter::DetectorMaskType::New();
  mask->SetRegions(itk::Size<2>{ { 48, 40 } });
  EXPECT_THROW(filter->AddMask("early", nullptr), itk::ExceptionObject);
  mask->Allocate(true);
  mask->SetPixel({ { 5, 6 } }, 2.f);
  filter->AddDisk("BF", 4.);
  filter->AddAnnulus("ADF", 8., 15.);
  filter->AddCentreOfMass("DPC");
  filter->AddMask("spot", mask);
  filter->Update();

  ExpectScanGeometry(filter->GetOutput());
  std::string names;
  itk::ExposeMetaData<std::string>(filter->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "BF,ADF,DPC x,DPC y,spot");
  const auto pixel = filter->GetOutput()->GetPixel({ { 10 + 2, 20 + 1 } });
  double     ring = 0.;
  for (std::int64_t y = 0; y < 40; ++y)
  {
    for (std::int64_t x = 0; x < 48; ++x)
    {
      const double distance = std::hypot(static_cast<double>(x) - 24., static_cast<double>(y) - 20.);
      ring += distance >= 8. && distance < 15. ? static_cast<double>(scan(9, y, x)) : 0.;
    }
  }
  EXPECT_EQ(pixel[1], ring);
  EXPECT_EQ(pixel[4], 2. * scan(9, 6, 5));
  EXPECT_NE(Printed(filter).find("ADF: sum, 8 to 15 pixels"), std::string::npos);
  EXPECT_NE(Printed(filter).find("spot: sum, mask"), std::string::npos);

  filter->ClearDetectors();
  filter->AddDisk("one", 0.5);
  const double corner[] = { 3., 4. };
  filter->SetCentre(corner);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 10 + 2, 20 + 1 } })[0], scan(9, 4, 3));
  filter->SetCentreToDefault();
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 10 + 2, 20 + 1 } })[0], scan(9, 20, 24));
}

TEST(VirtualDetectorImageFilter, ScalarOutputForOneComponent)
{
  using Filter = itk::VirtualDetectorImageFilter<ScanImage, itk::Image<float, 2>>;
  const auto scan = fixtures::RandomScan<float>(shape, 50);
  auto       filter = Filter::New();
  filter->SetInput(ToImage(scan));
  filter->AddDisk("pixel", 0.5);
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetPixel({ { 10 + 6, 20 + 4 } }), scan(34, 20, 24));
  filter->AddCentreOfMass("com");
  EXPECT_THROW(filter->Update(), itk::ExceptionObject);
}

TEST(VirtualDetectorImageFilter, FollowsOriginsAndStreams)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  auto       origins = OriginFilter::New();
  origins->SetInput(image);
  std::vector<float> first;
  for (const unsigned int divisions : { 1, 3, 7 })
  {
    const Monitored input(image);
    auto            filter = DetectorFilter::New();
    filter->SetInput(input.monitor->GetOutput());
    filter->SetOriginImage(origins->GetOutput());
    filter->AddDisk("BF", 5.);
    filter->AddCentreOfMass("com", 0., 6.);
    auto streamer = itk::StreamingImageFilter<DetectorFilter::OutputImageType, DetectorFilter::OutputImageType>::New();
    streamer->SetInput(filter->GetOutput());
    streamer->SetNumberOfStreamDivisions(divisions);
    streamer->Update();
    EXPECT_EQ(input.monitor->GetNumberOfUpdates(), std::min(divisions, 5u));
    const auto values = Values(streamer->GetOutput());
    first = first.empty() ? values : first;
    EXPECT_EQ(values, first);
  }
  for (std::size_t p = 0; p < 35; ++p)
  {
    EXPECT_NEAR(first[3 * p], first[0], 1e-3f * first[0]);
    EXPECT_NEAR(first[3 * p + 1], 0.f, 0.02f);
  }
}

TEST(DiffractionFilters, AbortIsProcessAborted)
{
  const auto image = ToImage(fixtures::DescannedScan(shape, 3.));
  auto       origins = OriginFilter::New();
  origins->SetInput(image);
  AbortAtFirstProgress(origins.GetPointer());
  EXPECT_THROW(origins->Update(), itk::ProcessAborted);

  for (const unsigned int divisions : { 1, 5 })
  {
    auto statistics = StatisticsFilter::New();
    statistics->SetInput(image);
    statistics->SetNumberOfStreamDivisions(divisions);
    AbortAtFirstProgress(statistics.GetPointer());
    EXPECT_THROW(statistics->Update(), itk::ProcessAborted);
    statistics->RemoveAllObservers();
    statistics->Update();
    EXPECT_EQ(statistics->GetSums().Patterns(), 35);
  }

  auto detectors = DetectorFilter::New();
  detectors->SetInput(image);
  detectors->AddDisk("BF", 5.);
  AbortAtFirstProgress(detectors.GetPointer());
  EXPECT_THROW(detectors->Update(), itk::ProcessAborted);
}

TEST(FourDSTEMPatternInput, ReadsTheFileWithoutFillingTheImage)
{
  const auto           scan = fixtures::DescannedScan(shape, 3.);
  const std::string    name = ::testing::TempDir() + "fourdstem-pattern-input.npy";
  fourdstem::NpyWriter writer(name, shape, true);
  writer.Write(scan.values.data(), shape.Positions());
  writer.Close();

  auto reader = itk::ImageFileReader<ScanImage>::New();
  reader->SetFileName(name);
  reader->SetImageIO(itk::FourDSTEMImageIO::New());
  auto fromFile = OriginFilter::New();
  fromFile->SetInput(reader->GetOutput());
  fromFile->Update();
  auto statistics = StatisticsFilter::New();
  statistics->SetInput(reader->GetOutput());
  statistics->SetOriginImage(fromFile->GetOutput());
  statistics->Update();
  EXPECT_EQ(reader->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);

  auto fromBuffer = OriginFilter::New();
  fromBuffer->SetInput(ToImage(scan));
  fromBuffer->Update();
  EXPECT_EQ(Values(fromFile->GetOutput()), Values(fromBuffer->GetOutput()));
  auto reference = StatisticsFilter::New();
  reference->SetInput(ToImage(scan));
  reference->SetOriginImage(fromBuffer->GetOutput());
  reference->Update();
  EXPECT_TRUE(SameBits(Values(statistics->GetFanoOutput()), Values(reference->GetFanoOutput())));

  // Another pixel type is converted by the reader, and what was read already is used.
  auto doubles = itk::ImageFileReader<itk::Image<double, 4>>::New();
  doubles->SetFileName(name);
  doubles->SetImageIO(itk::FourDSTEMImageIO::New());
  auto converted = itk::DiffractionOriginImageFilter<itk::Image<double, 4>>::New();
  converted->SetInput(doubles->GetOutput());
  converted->Update();
  EXPECT_EQ(Values(converted->GetOutput()), Values(fromBuffer->GetOutput()));
  EXPECT_NE(doubles->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);

  reader->Update();
  std::fill_n(reader->GetOutput()->GetBufferPointer(), scan.values.size(), 1.f);
  auto edited = StatisticsFilter::New();
  edited->SetInput(reader->GetOutput());
  edited->Update();
  EXPECT_EQ(edited->GetMaximumOutput()->GetPixel({ { 24, 20 } }), 1.f);
}
