// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Origins_h
#define fourdstem_python_Origins_h

#include "Call.h"

#include "fourdstem/PatternSource.h"

#include <optional>
#include <vector>

namespace fourdstem::python
{
/** Pairs (x, y) of the whole scan: those given, (Ry, Rx, 2), or the middle of the detector, (floor(Qx/2),
 * floor(Qy/2)), where none are. Python has checked the shape. */
inline std::vector<float>
OriginsOf(const std::optional<OptionImage> & given, const ScanShape & shape)
{
  if (given)
  {
    return { given->data(), given->data() + given->size() };
  }
  std::vector<float> origins;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    origins.insert(origins.end(), { static_cast<float>(shape.qx / 2), static_cast<float>(shape.qy / 2) });
  }
  return origins;
}
} // namespace fourdstem::python

#endif
