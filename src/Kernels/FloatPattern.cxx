// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FloatPattern.h"

#include "HotLoops/PatternLoops.h"

namespace fourdstem
{
FloatPattern
ToFloat(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        float                minimum,
        std::vector<float> & buffer)
{
  const bool raises = minimum > -std::numeric_limits<float>::infinity();
  if (block.type == ElementType::Float32 && !raises &&
      block.rowStride % static_cast<std::ptrdiff_t>(sizeof(float)) == 0)
  {
    return { block.Row<float>(p, 0), block.rowStride / static_cast<std::ptrdiff_t>(sizeof(float)), qy, qx };
  }
  buffer.resize(static_cast<std::size_t>(qy * qx));
  VisitElementType(block.type, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t y = 0; y < qy; ++y)
    {
      RunHotLoop<RaiseToFloat>(block.Row<T>(p, y), qx, minimum, buffer.data() + y * qx);
    }
  });
  return { buffer.data(), static_cast<std::ptrdiff_t>(qx), qy, qx };
}
} // namespace fourdstem
