// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef PhantomScan_h
#define PhantomScan_h

#include "fourdstem/Phantom.h"

#include "itkImage.h"

#include <algorithm>
#include <vector>

namespace fourdstem
{
/** A simulated scan in memory with its truth, for tests: `PhantomScan scan(description)`. */
class PhantomScan
{
public:
  using ImageType = itk::Image<float, 4>;

  explicit PhantomScan(const PhantomDescription & description)
    : phantom(description)
    , patterns(static_cast<std::size_t>(description.shape.Positions() * description.shape.PatternPixels()))
    , source(patterns.data(), description.shape)
  {
    phantom.Simulate(0, description.shape.ry, patterns.data());
  }
  PhantomScan(const PhantomScan &) = delete;
  PhantomScan &
  operator=(const PhantomScan &) = delete;

  /** Of `kind` at that scan and detector size, everything else by default. */
  static PhantomDescription
  Of(PhantomKind kind, const ScanShape & shape, double dose = 16.0, std::uint64_t seed = 1)
  {
    PhantomDescription description;
    description.kind = kind;
    description.shape = shape;
    description.dose = dose;
    description.seed = seed;
    return description;
  }

  const PhantomTruth &
  Truth() const
  {
    return phantom.Truth();
  }

  /** A copy of the patterns as an image, index [Qx, Qy, Rx, Ry]; spacing in 1/nm and nm (a step of 2 nm). */
  ImageType::Pointer
  MakeImage() const
  {
    const ScanShape &      shape = source.Shape();
    ImageType::SizeType    size;
    ImageType::SpacingType spacing;
    const std::int64_t     extents[] = { shape.qx, shape.qy, shape.rx, shape.ry };
    for (unsigned int i = 0; i < 4; ++i)
    {
      size[i] = static_cast<itk::SizeValueType>(extents[i]);
      spacing[i] = i < 2 ? phantom.DetectorPixel() : 2.0;
    }
    auto image = ImageType::New();
    image->SetRegions(ImageType::RegionType(size));
    image->SetSpacing(spacing);
    image->Allocate();
    std::copy(patterns.begin(), patterns.end(), image->GetBufferPointer());
    return image;
  }

  const Phantom             phantom;
  std::vector<float>        patterns;
  const MemoryPatternSource source;
};
} // namespace fourdstem

#endif
