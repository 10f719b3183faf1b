// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Sampling.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
double
SamplingOptions::Margin() const
{
  return sampler == Sampler::Bilinear ? 0.0 : 2 * std::sqrt(gaussianSigma * gaussianSigma + 0.25);
}

std::vector<SamplePoint>
PointsOfMask(const DetectorMask & mask, int step)
{
  if (step < 1)
  {
    throw std::invalid_argument("sample points cannot be " + std::to_string(step) + " pixels apart");
  }
  std::vector<SamplePoint> points;
  std::size_t              i = 0;
  for (std::int64_t y = 0; y < mask.qy; ++y)
  {
    const auto dy = static_cast<std::int32_t>(y - mask.CentreRow());
    for (std::int64_t x = 0; x < mask.qx; ++x, ++i)
    {
      const auto dx = static_cast<std::int32_t>(x - mask.CentreColumn());
      if (mask.pixels[i] != 0 && dx % step == 0 && dy % step == 0)
      {
        points.push_back({ dx, dy });
      }
    }
  }
  return points;
}

DetectorMask
MaskOfPoints(std::int64_t qy, std::int64_t qx, const std::vector<SamplePoint> & points, const std::uint8_t * keep)
{
  DetectorMask mask = DetectorMask::Filled(qy, qx, 0);
  for (std::size_t k = 0; k < points.size(); ++k)
  {
    const std::int64_t y = mask.CentreRow() + points[k].dy;
    const std::int64_t x = mask.CentreColumn() + points[k].dx;
    if (y < 0 || y >= qy || x < 0 || x >= qx)
    {
      throw std::invalid_argument("sample point (" + std::to_string(points[k].dx) + ", " +
                                  std::to_string(points[k].dy) + ") lies outside a detector of " + std::to_string(qy) +
                                  " x " + std::to_string(qx) + " pixels");
    }
    if (keep == nullptr || keep[k] != 0)
    {
      mask.pixels[static_cast<std::size_t>(y * qx + x)] = 1;
    }
  }
  return mask;
}
} // namespace fourdstem
