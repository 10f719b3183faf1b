// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "AlignedPatterns.h"

#include <cmath>

namespace fourdstem
{
namespace
{
struct AxisShift
{
  AxisShift(const float * origin, std::int64_t size)
  {
    const double centre = static_cast<double>(size / 2);
    const double far = static_cast<double>(2 * size);
    const double shift = origin ? std::clamp(static_cast<double>(*origin) - centre, -far, far) : 0.;
    const double whole = std::floor(shift);
    offset = static_cast<std::int64_t>(whole);
    fraction = static_cast<float>(shift - whole);
    next = fraction > 0.f ? 1 : 0;
    begin = std::clamp<std::int64_t>(-offset, 0, size);
    end = std::clamp<std::int64_t>(size - offset - next, begin, size);
  }

  std::int64_t offset;
  float        fraction;
  int          next;
  std::int64_t begin;
  std::int64_t end;
};
} // namespace

AlignedPattern
AlignPattern(const FloatPattern & pattern, bool hasNonFinite, const float * origin)
{
  const AxisShift x(origin, pattern.qx);
  const AxisShift y(origin ? origin + 1 : nullptr, pattern.qy);
  AlignedPattern  aligned;
  aligned.pixels = pattern.pixels + y.offset * pattern.rowStride + x.offset;
  aligned.rowStride = pattern.rowStride;
  aligned.stepX = x.next;
  aligned.stepY = y.next * pattern.rowStride;
  aligned.fractionX = x.fraction;
  aligned.fractionY = y.fraction;
  aligned.xBegin = x.begin;
  aligned.xEnd = x.end;
  aligned.yBegin = y.begin;
  aligned.yEnd = y.end;
  aligned.hasNonFinite = hasNonFinite;
  aligned.offsetX = x.offset;
  aligned.offsetY = y.offset;
  return aligned;
}

bool
CountCovered(const AlignedPattern & aligned, std::int64_t qx, std::int64_t * countSteps)
{
  if (aligned.xBegin >= aligned.xEnd || aligned.yBegin >= aligned.yEnd)
  {
    return false;
  }
  const auto at = [qx, countSteps](std::int64_t y, std::int64_t x) -> std::int64_t & {
    return countSteps[y * (qx + 1) + x];
  };
  at(aligned.yBegin, aligned.xBegin) += 1;
  at(aligned.yBegin, aligned.xEnd) -= 1;
  at(aligned.yEnd, aligned.xBegin) -= 1;
  at(aligned.yEnd, aligned.xEnd) += 1;
  return true;
}

std::vector<std::int64_t>
CountsOfSteps(const std::int64_t * countSteps, std::int64_t qy, std::int64_t qx)
{
  std::vector<std::int64_t> counts(static_cast<std::size_t>(qy * qx));
  std::vector<std::int64_t> column(static_cast<std::size_t>(qx), 0);
  auto                      out = counts.begin();
  for (std::int64_t y = 0; y < qy; ++y)
  {
    std::int64_t count = 0;
    for (std::size_t x = 0; x < column.size(); ++x)
    {
      column[x] += countSteps[y * (qx + 1) + static_cast<std::int64_t>(x)];
      count += column[x];
      *out++ = count;
    }
  }
  return counts;
}
} // namespace fourdstem
