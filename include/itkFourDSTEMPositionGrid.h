// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMPositionGrid_h
#define itkFourDSTEMPositionGrid_h

#include "fourdstem/PositionGrid.h"

#include "itkImage.h"

namespace itk
{
/** The grid on which the pixels of `features` lie, buffered as a whole like its mask, which may be null. */
template <unsigned int VDimension>
fourdstem::PositionGrid
FourDSTEMPositionGridOf(const ImageBase<VDimension> * features, const Image<unsigned char, VDimension> * mask)
{
  static_assert(VDimension >= 1 && VDimension <= 3, "positions lie on a grid of one to three dimensions");
  fourdstem::PositionGrid grid;
  for (unsigned int d = 0; d < VDimension; ++d)
  {
    grid.size[d] = static_cast<std::int64_t>(features->GetBufferedRegion().GetSize(d));
  }
  if (mask != nullptr)
  {
    grid.mask.assign(mask->GetBufferPointer(), mask->GetBufferPointer() + grid.Positions());
  }
  return grid;
}

/** Throws if the optional MaskImage has another size than the features. */
template <unsigned int VDimension>
void
VerifyFourDSTEMPositionMask(const Object *                filter,
                            const ImageBase<VDimension> * features,
                            const ImageBase<VDimension> * mask)
{
  const auto & size = features->GetLargestPossibleRegion().GetSize();
  if (mask != nullptr && mask->GetLargestPossibleRegion().GetSize() != size)
  {
    itkGenericExceptionMacro(<< filter->GetNameOfClass() << ": MaskImage has size "
                             << mask->GetLargestPossibleRegion().GetSize() << "; the input has " << size);
  }
}
} // namespace itk

#endif
