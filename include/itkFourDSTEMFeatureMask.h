// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMFeatureMask_h
#define itkFourDSTEMFeatureMask_h

#include "fourdstem/DetectorMask.h"

#include "itkImage.h"

#include <algorithm>

namespace itk
{
/** Throws if the optional FeatureMaskImage over the detector has another size than the scan's patterns. */
inline void
VerifyFourDSTEMFeatureMask(const Object * filter, const ImageBase<4> * scan, const ImageBase<2> * mask)
{
  if (mask == nullptr)
  {
    return;
  }
  const auto & detector = scan->GetLargestPossibleRegion().GetSize();
  const auto & size = mask->GetLargestPossibleRegion().GetSize();
  if (size[0] != detector[0] || size[1] != detector[1])
  {
    itkGenericExceptionMacro(<< filter->GetNameOfClass() << ": FeatureMaskImage has " << size[0] << " x " << size[1]
                             << " pixels; the detector has " << detector[0] << " x " << detector[1]);
  }
}

/** The image, which is buffered as a whole, as kernels take it. */
inline fourdstem::DetectorMask
FourDSTEMFeatureMaskFrom(const Image<unsigned char, 2> * image)
{
  const auto & size = image->GetBufferedRegion().GetSize();
  auto         mask =
    fourdstem::DetectorMask::Filled(static_cast<std::int64_t>(size[1]), static_cast<std::int64_t>(size[0]), 0);
  std::copy_n(image->GetBufferPointer(), mask.pixels.size(), mask.pixels.data());
  return mask;
}
} // namespace itk

#endif
