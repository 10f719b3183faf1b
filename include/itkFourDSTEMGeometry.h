// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMGeometry_h
#define itkFourDSTEMGeometry_h

#include "itkImageBase.h"
#include "itkMetaDataDictionary.h"
#include "itkMetaDataObject.h"

#include <cmath>
#include <string>

namespace itk
{
/** Region, spacing, origin and direction of axes [firstAxis, firstAxis + 2) of a 4-D scan, given to a 2-D image. A
 * direction that mixes these axes with others is not carried over. */
inline void
CopyFourDSTEMAxes(const ImageBase<4> * scan, unsigned int firstAxis, ImageBase<2> * image)
{
  ImageBase<2>::RegionType    region;
  ImageBase<2>::SpacingType   spacing;
  ImageBase<2>::PointType     origin;
  ImageBase<2>::DirectionType direction;
  for (unsigned int i = 0; i < 2; ++i)
  {
    region.SetIndex(i, scan->GetLargestPossibleRegion().GetIndex(firstAxis + i));
    region.SetSize(i, scan->GetLargestPossibleRegion().GetSize(firstAxis + i));
    spacing[i] = scan->GetSpacing()[firstAxis + i];
    origin[i] = scan->GetOrigin()[firstAxis + i];
    for (unsigned int j = 0; j < 2; ++j)
    {
      direction[i][j] = scan->GetDirection()[firstAxis + i][firstAxis + j];
    }
  }
  if (std::abs(direction[0][0] * direction[1][1] - direction[0][1] * direction[1][0]) < 1e-6)
  {
    direction.SetIdentity();
  }
  image->SetLargestPossibleRegion(region);
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->SetDirection(direction);
}

/** The keys that this module owns, "FourDSTEM_...", from one dictionary to another; but for the names of components,
 * which belong to one image alone. */
inline void
CopyFourDSTEMMetaData(const Object * from, Object * to)
{
  MetaDataDictionary   source = from->GetMetaDataDictionary();
  MetaDataDictionary & target = to->GetMetaDataDictionary();
  for (const std::string & key : source.GetKeys())
  {
    if (key.rfind("FourDSTEM_", 0) == 0 && key != "FourDSTEM_ComponentNames")
    {
      target[key] = source[key];
    }
  }
}

/** Names the components of `image`: any range of texts. */
template <typename TNames>
void
SetFourDSTEMComponentNames(const TNames & names, Object * image)
{
  std::string list;
  for (const auto & name : names)
  {
    list += (list.empty() ? "" : ",") + std::string(name);
  }
  EncapsulateMetaData<std::string>(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", list);
}

/** Makes `image` one over the scan [Rx, Ry], with the units that `scan` carries. */
inline void
CopyFourDSTEMScanInformation(const ImageBase<4> * scan, ImageBase<2> * image)
{
  CopyFourDSTEMAxes(scan, 2, image);
  CopyFourDSTEMMetaData(scan, image);
}

/** Makes `image` a pattern [Qx, Qy], with the units that `scan` carries. If `aligned`, physical (0, 0) is the pattern's
 * origin, at (floor(Qx/2), floor(Qy/2)) from the region's start. */
inline void
CopyFourDSTEMDetectorInformation(const ImageBase<4> * scan, bool aligned, ImageBase<2> * image)
{
  CopyFourDSTEMAxes(scan, 0, image);
  CopyFourDSTEMMetaData(scan, image);
  if (aligned)
  {
    ImageBase<2>::IndexType centre = image->GetLargestPossibleRegion().GetIndex();
    ImageBase<2>::PointType at;
    for (unsigned int i = 0; i < 2; ++i)
    {
      centre[i] += static_cast<IndexValueType>(image->GetLargestPossibleRegion().GetSize(i) / 2);
    }
    image->TransformIndexToPhysicalPoint(centre, at);
    ImageBase<2>::PointType origin = image->GetOrigin();
    for (unsigned int i = 0; i < 2; ++i)
    {
      origin[i] -= at[i];
    }
    image->SetOrigin(origin);
  }
}
} // namespace itk

#endif
