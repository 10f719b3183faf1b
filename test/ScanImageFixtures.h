// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ScanImageFixtures_h
#define ScanImageFixtures_h

#include "ExecutionCount.h"
#include "PatternFixtures.h"

#include "itkCommand.h"
#include "itkExtractImageFilter.h"
#include "itkMetaDataObject.h"
#include "itkStreamingImageFilter.h"

#include <gtest/gtest.h>

#include <sstream>

/** What the tests of filters share whose input is a scan: an image of it, and a look at what is asked of it. */
namespace fixtures
{
using ScanImage = itk::Image<float, 4>;
using ExtractFilter = itk::ExtractImageFilter<ScanImage, ScanImage>;

inline const fourdstem::ScanShape shape{ 5, 7, 40, 48 };

/** With an index that is not 0, anisotropic spacing and metadata. */
template <typename T>
typename itk::Image<T, 4>::Pointer
ToImage(const Scan<T> & scan)
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

inline bool
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
  }

  ExtractFilter::Pointer extract = ExtractFilter::New();
  ExecutionCount         executions{ extract };
};

/** As a user would who sees the first progress. */
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

inline std::string
Printed(const itk::Object * object)
{
  std::ostringstream text;
  object->Print(text);
  return text.str();
}
} // namespace fixtures

#endif
