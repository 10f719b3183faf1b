// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMPlaces_h
#define itkFourDSTEMPlaces_h

#include "fourdstem/Lattice.h"

#include "itkImage.h"

#include <string>
#include <vector>

namespace itk
{
/** The metadata key of indices, "1 0,0 1,...", and that of the side of a cepstrum whose places they are. */
constexpr const char * FourDSTEMMillerIndicesKey = "FourDSTEM_MillerIndices";
constexpr const char * FourDSTEMCepstrumSideKey = "FourDSTEM_CepstrumSide";

inline std::string
FourDSTEMMillerIndicesText(const std::vector<fourdstem::MillerIndex> & indices)
{
  std::string text;
  for (const fourdstem::MillerIndex & index : indices)
  {
    text += (text.empty() ? "" : ",") + std::to_string(index.h) + " " + std::to_string(index.k);
  }
  return text;
}

/** The values of a mean pattern [Qx, Qy], row by row. Throws if it is not there as a whole. */
inline std::vector<double>
FourDSTEMMeanPatternValues(const Image<float, 2> * mean)
{
  if (mean == nullptr || mean->GetBufferedRegion() != mean->GetLargestPossibleRegion())
  {
    itkGenericExceptionMacro(<< "The mean pattern is not there as a whole: update it first");
  }
  const float * const first = mean->GetBufferPointer();
  return { first, first + mean->GetLargestPossibleRegion().GetNumberOfPixels() };
}

/** The disks of a mean pattern [Qx, Qy] whose origin is at (floor(Qx/2), floor(Qy/2)) and the lattice that they lie on.
 * Throws if the radius is not above 0 or no lattice is found. */
inline fourdstem::IndexedPeaks
FindFourDSTEMPlaces(const Image<float, 2> * mean, double diskRadius, double edgeWidth)
{
  if (!(diskRadius > 0.))
  {
    itkGenericExceptionMacro(<< "DiskRadius is " << diskRadius << " detector pixels; it must be above 0");
  }
  const auto pattern = FourDSTEMMeanPatternValues(mean);
  const auto size = mean->GetLargestPossibleRegion().GetSize();
  const auto peaks = fourdstem::FindPeaks(pattern.data(),
                                          static_cast<std::int64_t>(size[1]),
                                          static_cast<std::int64_t>(size[0]),
                                          static_cast<double>(size[0] / 2),
                                          static_cast<double>(size[1] / 2),
                                          { diskRadius, edgeWidth, {} });
  const auto found = fourdstem::FindLattice(peaks);
  if (!found)
  {
    itkGenericExceptionMacro(<< "No lattice is found in the mean pattern: " << peaks.size() << " disks of radius "
                             << diskRadius << " detector pixels stand out of it; three in two directions are needed");
  }
  return *found;
}
} // namespace itk

#endif
