// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FloatPattern.h"

#include "HotLoops/PatternLoops.h"

namespace fourdstem
{
namespace
{
/** Sum of loop(first row, pixels) over the pattern in one run, or row by row where there are gaps between them. */
template <typename TLoop>
std::int64_t
OverRuns(const PatternBlock & block, std::int64_t qy, std::int64_t qx, TLoop && loop)
{
  if (block.rowStride == qx * static_cast<std::ptrdiff_t>(SizeOf(block.type)))
  {
    return loop(0, qy * qx);
  }
  std::int64_t sum = 0;
  for (std::int64_t y = 0; y < qy; ++y)
  {
    sum += loop(y, qx);
  }
  return sum;
}

} // namespace

FloatPattern
ToFloat(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        float                minimum,
        std::vector<float> & buffer,
        std::int64_t *       nonFinite)
{
  const bool raises = minimum > -std::numeric_limits<float>::infinity();
  if (block.type == ElementType::Float32 && !raises &&
      block.rowStride % static_cast<std::ptrdiff_t>(sizeof(float)) == 0)
  {
    if (nonFinite)
    {
      *nonFinite = OverRuns(block, qy, qx, [&block, p](std::int64_t y, std::int64_t n) {
        return RunHotLoop<CountNonFinite>(block.Row<float>(p, y), n);
      });
    }
    return { block.Row<float>(p, 0), block.rowStride / static_cast<std::ptrdiff_t>(sizeof(float)), qy, qx };
  }
  buffer.resize(static_cast<std::size_t>(qy * qx));
  const std::int64_t found = VisitElementType(block.type, [&](auto zero) {
    using T = decltype(zero);
    return OverRuns(block, qy, qx, [&](std::int64_t y, std::int64_t n) {
      return RunHotLoop<RaiseToFloat>(block.Row<T>(p, y), n, minimum, buffer.data() + y * qx);
    });
  });
  if (nonFinite)
  {
    *nonFinite = found;
  }
  return { buffer.data(), static_cast<std::ptrdiff_t>(qx), qy, qx };
}
} // namespace fourdstem
