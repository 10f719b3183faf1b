// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DetectorMask.h"

#include "Median.h"
#include "Text.h"
#include "fourdstem/BraggDisks.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
template <typename TPredicate>
DetectorMask
Restrict(const DetectorMask & within, TPredicate && isWanted)
{
  DetectorMask result = within;
  for (std::size_t i = 0; i < result.pixels.size(); ++i)
  {
    result.pixels[i] = within.pixels[i] != 0 && isWanted(i) ? 1 : 0;
  }
  return result;
}

} // namespace

DetectorMask
DetectorMask::Filled(std::int64_t qy, std::int64_t qx, std::uint8_t value)
{
  if (qy < 1 || qx < 1)
  {
    throw std::invalid_argument("a detector cannot have " + std::to_string(qy) + " x " + std::to_string(qx) +
                                " pixels");
  }
  return { qy, qx, std::vector<std::uint8_t>(static_cast<std::size_t>(qy * qx), value) };
}

std::int64_t
DetectorMask::Count() const
{
  return std::count_if(pixels.begin(), pixels.end(), [](std::uint8_t pixel) { return pixel != 0; });
}

DetectorMask
MakeAnnulusMask(std::int64_t qy, std::int64_t qx, const Annulus & annulus)
{
  if (!(annulus.inner >= 0) || !(annulus.outer >= 0))
  {
    throw std::invalid_argument("the radii of an annulus must not be negative, but are " +
                                std::to_string(annulus.inner) + " and " + std::to_string(annulus.outer));
  }
  DetectorMask mask = DetectorMask::Filled(qy, qx, 0);
  const bool   isPublished = annulus.convention == AnnulusConvention::Published;
  const double shift = isPublished ? 0.5 : 0.0;
  const double inner2 = annulus.inner * annulus.inner;
  const double outer2 = annulus.outer * annulus.outer;
  std::size_t  i = 0;
  for (std::int64_t y = 0; y < qy; ++y)
  {
    const double dy = static_cast<double>(y - mask.CentreRow()) + shift;
    for (std::int64_t x = 0; x < qx; ++x, ++i)
    {
      const double dx = static_cast<double>(x - mask.CentreColumn()) + shift;
      const double r2 = dx * dx + dy * dy;
      mask.pixels[i] = (isPublished ? r2 > inner2 : r2 >= inner2) && r2 < outer2 ? 1 : 0;
    }
  }
  return mask;
}

Annulus
AutomaticAnnulus(std::int64_t  qy,
                 std::int64_t  qx,
                 double        probeRadius,
                 const float * origins,
                 std::int64_t  positions,
                 double        margin)
{
  const auto reach = [qy, qx](double x, double y) {
    return std::min(std::min(x, static_cast<double>(qx - 1) - x), std::min(y, static_cast<double>(qy - 1) - y));
  };
  const double centred = reach(static_cast<double>(qx / 2), static_cast<double>(qy / 2));
  double       smallest = std::numeric_limits<double>::infinity();
  for (std::int64_t p = 0; origins != nullptr && p < positions; ++p)
  {
    const float x = origins[2 * p];
    const float y = origins[2 * p + 1];
    if (std::isfinite(x) && std::isfinite(y))
    {
      smallest = std::min(smallest, reach(x, y));
    }
  }
  Annulus annulus;
  annulus.inner = 2 * probeRadius + 3;
  annulus.outer = std::max(0.0, (std::isfinite(smallest) ? smallest : centred) - margin);
  return annulus;
}

DetectorMask
MakeStdFractionMask(const DetectorMask & within, const float * deviation, double fraction)
{
  if (!(fraction >= 0 && fraction < 1))
  {
    throw std::invalid_argument("the fraction of the largest deviation must be at least 0 and below 1, but is " +
                                std::to_string(fraction));
  }
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < within.pixels.size(); ++i)
  {
    if (std::isfinite(deviation[i]))
    {
      largest = std::max(largest, static_cast<double>(deviation[i]));
    }
  }
  const double threshold = fraction * largest;
  return Restrict(within, [=](std::size_t i) { return std::isfinite(deviation[i]) && deviation[i] > threshold; });
}

DetectorMask
MakeFanoMask(const DetectorMask & within, const float * fano, std::int64_t positions, double gain, double z)
{
  if (!(gain >= 0) || positions < 2)
  {
    throw std::invalid_argument("a Fano mask needs a gain that is not negative and at least 2 positions, but has " +
                                std::to_string(gain) + " and " + std::to_string(positions));
  }
  if (!(gain > 0))
  {
    std::vector<double> values;
    for (std::size_t i = 0; i < within.pixels.size(); ++i)
    {
      if (within.pixels[i] != 0 && std::isfinite(fano[i]))
      {
        values.push_back(fano[i]);
      }
    }
    gain = values.empty() ? 0. : Median(std::move(values));
  }
  const double threshold = gain * (1 + z * std::sqrt(2 / static_cast<double>(positions - 1)));
  return Restrict(within, [=](std::size_t i) { return std::isfinite(fano[i]) && fano[i] > threshold; });
}

DetectorMask
MakeDiskMask(const DetectorMask & within, const double * mean, double radius)
{
  if (!(radius > 0.) || !std::isfinite(radius))
  {
    throw std::invalid_argument(Text("a disk cannot have a radius of ", radius, " pixels"));
  }
  DiskTemplate disk;
  disk.radius = radius;
  const auto   centreX = static_cast<double>(within.CentreColumn());
  const auto   centreY = static_cast<double>(within.CentreRow());
  const double reach = radius + std::max(2., 0.5 * radius);
  DetectorMask mask = DetectorMask::Filled(within.qy, within.qx, 0);
  for (const BraggPeak & peak : FindPeaks(mean, within.qy, within.qx, centreX, centreY, disk))
  {
    for (std::int64_t y = 0; y < within.qy; ++y)
    {
      for (std::int64_t x = 0; x < within.qx; ++x)
      {
        const double dx = static_cast<double>(x) - centreX - peak.x;
        const double dy = static_cast<double>(y) - centreY - peak.y;
        if (dx * dx + dy * dy <= reach * reach)
        {
          mask.pixels[static_cast<std::size_t>(y * within.qx + x)] = 1;
        }
      }
    }
  }
  return Intersect(within, mask);
}

DetectorMask
Intersect(const DetectorMask & within, const DetectorMask & chosen)
{
  if (within.qy != chosen.qy || within.qx != chosen.qx)
  {
    throw std::invalid_argument("a mask of " + std::to_string(chosen.qy) + " x " + std::to_string(chosen.qx) +
                                " pixels does not fit a detector of " + std::to_string(within.qy) + " x " +
                                std::to_string(within.qx));
  }
  return Restrict(within, [&chosen](std::size_t i) { return chosen.pixels[i] != 0; });
}
} // namespace fourdstem
