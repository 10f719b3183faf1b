// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DetectorSpans.h"

#include <cmath>
#include <numeric>

namespace fourdstem
{
namespace
{
/** Sum and moments of value * weight(y, x) over the listed pixels, with weight = rowWeight(y) for each row. */
template <typename TRowWeight>
SpanMoments
Moments(std::int64_t qx, const SparsePattern & sparse, TRowWeight && rowWeight)
{
  SpanMoments total{ 0., 0., 0. };
  for (std::int64_t i = 0; i < sparse.count;)
  {
    const std::int64_t y = sparse.pixels[i] / static_cast<std::uint32_t>(qx);
    const std::int64_t rowBegin = y * qx;
    const auto         weight = rowWeight(y);
    double             sum = 0.;
    for (; i < sparse.count && sparse.pixels[i] < rowBegin + qx; ++i)
    {
      const std::int64_t x = sparse.pixels[i] - rowBegin;
      const double       value = sparse.values[i] * weight(x);
      sum += value;
      total.x += value * static_cast<double>(x);
    }
    total.sum += sum;
    total.y += sum * static_cast<double>(y);
  }
  return total;
}
} // namespace

SpanMoments
RingMoments(const VirtualDetector & detector, double x, double y, std::int64_t qx, const SparsePattern & sparse)
{
  const double inner = detector.innerRadius * detector.innerRadius;
  const double outer = detector.outerRadius * detector.outerRadius;
  return Moments(qx, sparse, [=](std::int64_t row) {
    const double dy = static_cast<double>(row) - y;
    return [=, squaredY = dy * dy](std::int64_t column) {
      const double d = static_cast<double>(column) - x;
      return IsWithin(d, squaredY, outer) && !IsWithin(d, squaredY, inner) ? 1. : 0.;
    };
  });
}

SpanMoments
MaskMoments(const std::vector<float> & mask,
            std::int64_t               dx,
            std::int64_t               dy,
            std::int64_t               qy,
            std::int64_t               qx,
            const SparsePattern &      sparse)
{
  return Moments(qx, sparse, [=, &mask](std::int64_t y) {
    const bool    isOn = y - dy >= 0 && y - dy < qy;
    const float * weights = mask.data() + (isOn ? (y - dy) * qx : 0);
    return
      [=](std::int64_t x) { return isOn && x - dx >= 0 && x - dx < qx ? static_cast<double>(weights[x - dx]) : 0.; };
  });
}

bool
AreSumsExact(const SparsePattern & sparse,
             double                unit,
             double                weightUnit,
             double                largestWeight,
             std::int64_t          largestCoordinate)
{
  constexpr double mostUnits = 9007199254740992.;
  const double     total = std::accumulate(sparse.values, sparse.values + sparse.count, 0.);
  return total * largestWeight * static_cast<double>(largestCoordinate) < mostUnits * unit * weightUnit;
}
} // namespace fourdstem
