// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FloatPattern.h"

#include "HotLoops/PatternLoops.h"

namespace fourdstem
{
namespace
{
bool
LiesAsWanted(const PatternBlock & block, float minimum)
{
  return block.type == ElementType::Float32 && !(minimum > -std::numeric_limits<float>::infinity()) &&
         block.rowStride % static_cast<std::ptrdiff_t>(sizeof(float)) == 0;
}

FloatPattern
AsItLies(const PatternBlock & block, std::int64_t p, std::int64_t qy, std::int64_t qx)
{
  return { block.Row<float>(p, 0), block.rowStride / static_cast<std::ptrdiff_t>(sizeof(float)), qy, qx };
}

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

std::int64_t
Convert(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        float                minimum,
        std::vector<float> & buffer)
{
  buffer.resize(static_cast<std::size_t>(qy * qx));
  return VisitElementType(block.type, [&](auto zero) {
    using T = decltype(zero);
    return OverRuns(block, qy, qx, [&](std::int64_t y, std::int64_t n) {
      return RunHotLoop<RaiseToFloat>(block.Row<T>(p, y), n, minimum, buffer.data() + y * qx);
    });
  });
}
} // namespace

FloatPattern
ToFloat(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        float                minimum,
        std::vector<float> & buffer)
{
  if (LiesAsWanted(block, minimum))
  {
    return AsItLies(block, p, qy, qx);
  }
  Convert(block, p, qy, qx, minimum, buffer);
  return { buffer.data(), static_cast<std::ptrdiff_t>(qx), qy, qx };
}

FloatPattern
ToFloat(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        float                minimum,
        std::vector<float> & buffer,
        std::int64_t &       nonFinite)
{
  if (LiesAsWanted(block, minimum))
  {
    nonFinite = OverRuns(block, qy, qx, [&block, p](std::int64_t y, std::int64_t n) {
      return RunHotLoop<CountNonFinite>(block.Row<float>(p, y), n);
    });
    return AsItLies(block, p, qy, qx);
  }
  nonFinite = Convert(block, p, qy, qx, minimum, buffer);
  return { buffer.data(), static_cast<std::ptrdiff_t>(qx), qy, qx };
}
} // namespace fourdstem
