// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/PhantomFields.h"

#include <cmath>

namespace fourdstem
{
namespace
{
constexpr double pi = 3.14159265358979323846;
} // namespace

Distortion
EdgeDislocation(double x, double y, double burgers, double core)
{
  const double a2 = core * core;
  const double s = x * x + y * y + a2;
  // Stress in units of D = mu burgers / (2 pi (1 - nu)).
  const double stressXX = -y / s * (1.0 + 2.0 * (x * x + a2) / s);
  const double stressYY = y / s * (1.0 - 2.0 * (y * y + a2) / s);
  const double stressXY = x / s * (1.0 - 2.0 * y * y / s);
  const double scale = burgers / (4.0 * pi * (1.0 - PhantomPoissonRatio));
  const double lateral = PhantomPoissonRatio * (stressXX + stressYY);
  const double shear = scale * stressXY;
  const double rotation = -burgers / (2.0 * pi) * x * (s + a2) / (s * s);
  return { scale * (stressXX - lateral), shear - rotation, shear + rotation, scale * (stressYY - lateral) };
}

Distortion
EdgeDislocationDipole(double x, double y, double distance, double burgers)
{
  const double     core = PhantomCoreRadius * distance;
  const Distortion left = EdgeDislocation(x + 0.5 * distance, y, burgers, core);
  const Distortion right = EdgeDislocation(x - 0.5 * distance, y, -burgers, core);
  return { left[0] + right[0], left[1] + right[1], left[2] + right[2], left[3] + right[3] };
}

Distortion
PlaneWave(double x, double y, double wavelength, double amplitude)
{
  const double nx = std::cos(pi / 6.0);
  const double ny = std::sin(pi / 6.0);
  const double height = amplitude * std::cos(2.0 * pi * (nx * x + ny * y) / wavelength);
  return { height * (nx - ny) * nx, height * (nx - ny) * ny, height * (ny + nx) * nx, height * (ny + nx) * ny };
}
} // namespace fourdstem
