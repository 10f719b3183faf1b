// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Lattice.h"

#include <algorithm>

namespace fourdstem
{
const std::array<const char *, LatticeComponents> &
LatticeComponentNames()
{
  static const std::array<const char *, LatticeComponents> names = {
    "q0 x",        "q0 y",     "g1 x", "g1 y", "g2 x", "g2 y", "variance g1", "covariance g1 g2",
    "variance g2", "residual", "disks"
  };
  return names;
}

void
ToComponents(const LatticeFit & fit, float * values)
{
  values = std::copy_n(fit.q0, 2, values);
  values = std::copy_n(fit.g1, 2, values);
  values = std::copy_n(fit.g2, 2, values);
  values = std::copy_n(fit.covariance, 3, values);
  *values++ = fit.residual;
  *values = static_cast<float>(fit.disks);
}

LatticeFit
LatticeOfComponents(const float * values)
{
  LatticeFit fit{};
  std::copy_n(values, 2, fit.q0);
  std::copy_n(values + 2, 2, fit.g1);
  std::copy_n(values + 4, 2, fit.g2);
  std::copy_n(values + 6, 3, fit.covariance);
  fit.residual = values[9];
  fit.disks = static_cast<std::int32_t>(values[10]);
  return fit;
}
} // namespace fourdstem
