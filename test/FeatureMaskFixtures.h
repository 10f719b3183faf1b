// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef FeatureMaskFixtures_h
#define FeatureMaskFixtures_h

#include "ClusterFixtures.h"
#include "ScanImageFixtures.h"

#include "itkDiffractionFeatureImageFilter.h"
#include "itkDiffractionFeatureMaskImageFilter.h"
#include "itkDiffractionStatisticsImageFilter.h"

#include "fourdstem/DomainAnalysis.h"

#include <gtest/gtest.h>

namespace fixtures::featuremask
{
using FilterType = itk::DiffractionFeatureMaskImageFilter<ScanImage>;
using Method = FilterType::Method;
using MaskImage = FilterType::MaskImageType;

inline constexpr Method methods[] = { Method::All, Method::StdFraction, Method::Fano, Method::Neighbour };

/** 24 x 20 positions, 16 x 18 pixels: Gaussian noise of deviation 3 about 50, the same in every pixel, but for
 *  - a 3 x 3 patch 4 to 6 pixels right of the centre that is brighter by 6 in the right half of the scan,
 *  - pixel (dx, dy) = (-5, 0), whose noise is ten times that, new at every position, like speckle. */
inline const fourdstem::ScanShape noisyShape{ 20, 24, 16, 18 };

inline Scan<float>
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

inline std::vector<unsigned char>
MaskOf(FilterType * filter)
{
  const auto * image = filter->GetOutput();
  return { image->GetBufferPointer(), image->GetBufferPointer() + image->GetBufferedRegion().GetNumberOfPixels() };
}

inline MaskImage::Pointer
MakeMask(itk::SizeValueType width, itk::SizeValueType height, unsigned char value)
{
  auto mask = MaskImage::New();
  mask->SetRegions(itk::Size<2>{ { width, height } });
  mask->Allocate();
  mask->FillBuffer(value);
  return mask;
}

inline FilterType::OriginImageType::Pointer
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
} // namespace fixtures::featuremask

#endif
