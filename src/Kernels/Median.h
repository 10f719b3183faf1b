// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Median_h
#define fourdstem_Median_h

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace fourdstem
{
/** The middle one, of an even number the upper of the two; NaN of none. */
inline double
Median(std::vector<double> values)
{
  if (values.empty())
  {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}
} // namespace fourdstem

#endif
