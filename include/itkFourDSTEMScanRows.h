// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMScanRows_h
#define itkFourDSTEMScanRows_h

#include "itkImage.h"
#include "itkVector.h"

#include <cstdint>

namespace itk
{
/** Scan rows [first, first + count), counted from the start of an image's largest possible region. */
struct FourDSTEMRowRange
{
  std::int64_t first;
  std::int64_t count;
};

/** The rows of `region`, which spans whole rows of `image`. */
inline FourDSTEMRowRange
FourDSTEMRows(const ImageBase<2> * image, const ImageRegion<2> & region)
{
  return { static_cast<std::int64_t>(region.GetIndex(1) - image->GetLargestPossibleRegion().GetIndex(1)),
           static_cast<std::int64_t>(region.GetSize(1)) };
}

/** Makes the requested region of an image over the scan one of whole rows: what kernels produce. */
inline void
EnlargeToFourDSTEMRows(ImageBase<2> * image)
{
  ImageRegion<2>         region = image->GetRequestedRegion();
  const ImageRegion<2> & largest = image->GetLargestPossibleRegion();
  region.SetIndex(0, largest.GetIndex(0));
  region.SetSize(0, largest.GetSize(0));
  image->SetRequestedRegion(region);
}

/** Throws if the optional image over the scan, called `name`, has another size than the scan. */
inline void
VerifyFourDSTEMScanInput(const Object *       filter,
                         const ImageBase<4> * scan,
                         const ImageBase<2> * image,
                         const char *         name)
{
  if (image == nullptr)
  {
    return;
  }
  const auto & scanSize = scan->GetLargestPossibleRegion().GetSize();
  const auto & size = image->GetLargestPossibleRegion().GetSize();
  if (size[0] != scanSize[2] || size[1] != scanSize[3])
  {
    itkGenericExceptionMacro(<< filter->GetNameOfClass() << ": " << name << " has " << size[0] << " x " << size[1]
                             << " pixels; the scan has " << scanSize[2] << " x " << scanSize[3]);
  }
}

/** What kernels take as origins, from scan row `firstRow` on: (x, y) of each position. The image is buffered as a
 * whole. Null for null. */
inline const float *
FourDSTEMOriginsFrom(const Image<Vector<float, 2>, 2> * origins, std::int64_t firstRow)
{
  if (origins == nullptr)
  {
    return nullptr;
  }
  const auto columns = static_cast<std::int64_t>(origins->GetBufferedRegion().GetSize(0));
  return origins->GetBufferPointer()[firstRow * columns].GetDataPointer();
}
} // namespace itk

#endif
