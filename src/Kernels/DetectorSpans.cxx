// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DetectorSpans.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** The pixels i of [0, size) with (i - centre)^2 + squaredY < radius^2, as [begin, end). */
std::pair<std::int64_t, std::int64_t>
Chord(double centre, double squaredY, double radius, std::int64_t size)
{
  const double squaredRadius = radius * radius;
  if (!(squaredY < squaredRadius))
  {
    return { 0, 0 };
  }
  if (std::isinf(radius))
  {
    return { 0, size };
  }
  const auto inside = [&](std::int64_t i) {
    const double d = static_cast<double>(i) - centre;
    return IsWithin(d, squaredY, squaredRadius);
  };
  const double limit = static_cast<double>(size);
  const double half = std::sqrt(squaredRadius - squaredY);
  auto         begin = static_cast<std::int64_t>(std::ceil(std::clamp(centre - half, 0., limit)));
  auto         end = static_cast<std::int64_t>(std::floor(std::clamp(centre + half, -1., limit - 1.))) + 1;
  // The square root may round across a pixel on the edge.
  if (begin > 0 && inside(begin - 1))
  {
    --begin;
  }
  else if (begin < size && !inside(begin))
  {
    ++begin;
  }
  if (end < size && inside(end))
  {
    ++end;
  }
  else if (end > 0 && !inside(end - 1))
  {
    --end;
  }
  return { begin, std::max(begin, end) };
}

} // namespace

void
RingSpans(const VirtualDetector & detector, double x, double y, std::int64_t qy, std::int64_t qx, PixelSpans & spans)
{
  spans.clear();
  const double reach = std::min(detector.outerRadius, static_cast<double>(2 * (qx + qy)));
  const double limit = static_cast<double>(qy);
  const auto   first = static_cast<std::int64_t>(std::floor(std::clamp(y - reach, 0., limit)));
  const auto   last = static_cast<std::int64_t>(std::ceil(std::clamp(y + reach, -1., limit - 1.)));
  for (std::int64_t row = first; row <= last; ++row)
  {
    const double dy = static_cast<double>(row) - y;
    const auto   outer = Chord(x, dy * dy, detector.outerRadius, qx);
    const auto   inner = Chord(x, dy * dy, detector.innerRadius, qx);
    if (inner.first >= inner.second)
    {
      if (outer.first < outer.second)
      {
        spans.push_back({ row, outer.first, outer.second });
      }
      continue;
    }
    if (outer.first < inner.first)
    {
      spans.push_back({ row, outer.first, inner.first });
    }
    if (inner.second < outer.second)
    {
      spans.push_back({ row, inner.second, outer.second });
    }
  }
}

void
MaskSpans(const std::vector<float> & mask,
          std::int64_t               dx,
          std::int64_t               dy,
          std::int64_t               qy,
          std::int64_t               qx,
          PixelSpans &               spans)
{
  spans.clear();
  for (std::int64_t y = std::max<std::int64_t>(dy, 0); y < std::min(qy, qy + dy); ++y)
  {
    const float *      weights = mask.data() + (y - dy) * qx - dx;
    const std::int64_t end = std::min(qx, qx + dx);
    for (std::int64_t x = std::max<std::int64_t>(dx, 0); x < end; ++x)
    {
      if (weights[x] != 0.f)
      {
        const std::int64_t begin = x;
        while (x < end && weights[x] != 0.f)
        {
          ++x;
        }
        spans.push_back({ y, begin, x });
      }
    }
  }
}
} // namespace fourdstem
