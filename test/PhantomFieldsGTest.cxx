// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"

#include "Kernels/PhantomFields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace
{
using namespace fourdstem;

const double pi = std::acos(-1.0);

using Field = std::function<Distortion(double, double)>;

/** d/dx and d/dy of a component, by central differences of fourth order. */
struct Gradient
{
  double x;
  double y;
};

Gradient
GradientOf(const std::function<double(double, double)> & value, double x, double y)
{
  constexpr double h = 1e-3;
  return {
    (8.0 * (value(x + h, y) - value(x - h, y)) - (value(x + 2 * h, y) - value(x - 2 * h, y))) / (12.0 * h),
    (8.0 * (value(x, y + h) - value(x, y - h)) - (value(x, y + 2 * h) - value(x, y - 2 * h))) / (12.0 * h),
  };
}

/** Closure of a circuit for each row of the distortion, per area: 0 where it is the gradient of a displacement. */
std::array<double, 2>
CurlOf(const Field & field, double x, double y)
{
  const auto component = [&](std::size_t i) {
    return GradientOf([&field, i](double u, double v) { return field(u, v)[i]; }, x, y);
  };
  return { component(1).x - component(0).y, component(3).x - component(2).y };
}

/** The divergence of the stress over the shear modulus, plane strain. */
std::array<double, 2>
ForceOf(const Field & field, double x, double y)
{
  constexpr double lame = 2.0 * PhantomPoissonRatio / (1.0 - 2.0 * PhantomPoissonRatio);
  const auto       stress = [&field](int i, int j) {
    return [&field, i, j](double u, double v) {
      const Distortion d = field(u, v);
      const double     dilation = d[0] + d[3];
      return i == j ? lame * dilation + 2.0 * d[i == 0 ? 0 : 3] : d[1] + d[2];
    };
  };
  return { GradientOf(stress(0, 0), x, y).x + GradientOf(stress(0, 1), x, y).y,
           GradientOf(stress(1, 0), x, y).x + GradientOf(stress(1, 1), x, y).y };
}

constexpr double places[][2] = { { 0.3, 0.2 }, { -1.1, 0.7 }, { 0.1, -2.3 }, { 5.0, 4.0 }, { -7.5, 0.3 } };
} // namespace

TEST(PhantomFields, ADislocationsDistortionIsAGradientButForItsCore)
{
  constexpr double burgers = 0.7;
  constexpr double core = 1.5;
  const Field      field = [](double x, double y) { return EdgeDislocation(x, y, burgers, core); };
  for (const auto & [x, y] : places)
  {
    const double s = x * x + y * y + core * core;
    const auto   curl = CurlOf(field, x, y);
    EXPECT_NEAR(curl[0], burgers * 2.0 * std::pow(core, 4) / (pi * s * s * s), 1e-9);
    EXPECT_NEAR(curl[1], 0.0, 1e-9);
    const auto force = ForceOf(field, x, y);
    EXPECT_NEAR(force[0], 0.0, 1e-9);
    EXPECT_NEAR(force[1], 0.0, 1e-9);
  }
}

TEST(PhantomFields, ACircuitClosesUpToTheBurgersVector)
{
  constexpr double burgers = 0.7;
  constexpr double core = 1.5;
  constexpr int    steps = 720;
  for (const double radius : { 0.5, 1.5, 6.0, 60.0 })
  {
    double closure[2] = { 0.0, 0.0 };
    for (int i = 0; i < steps; ++i)
    {
      const double     angle = 2.0 * pi * (i + 0.5) / steps;
      const double     dx = -radius * std::sin(angle) * 2.0 * pi / steps;
      const double     dy = radius * std::cos(angle) * 2.0 * pi / steps;
      const Distortion d = EdgeDislocation(radius * std::cos(angle), radius * std::sin(angle), burgers, core);
      closure[0] += d[0] * dx + d[1] * dy;
      closure[1] += d[2] * dx + d[3] * dy;
    }
    const double s = radius * radius + core * core;
    EXPECT_NEAR(closure[0], burgers * (1.0 - std::pow(core, 4) / (s * s)), 1e-9) << radius;
    EXPECT_NEAR(closure[1], 0.0, 1e-9) << radius;
  }
}

TEST(PhantomFields, ADislocationIsTheClassicalOneFarFromItsCore)
{
  // Hirth and Lothe, Theory of Dislocations (1982), ch. 3-4, by their displacements.
  constexpr double nu = PhantomPoissonRatio;
  const auto       ux = [](double x, double y) {
    return (std::atan2(y, x) + x * y / (2.0 * (1.0 - nu) * (x * x + y * y))) / (2.0 * pi);
  };
  const auto uy = [](double x, double y) {
    const double r2 = x * x + y * y;
    return -((1.0 - 2.0 * nu) * std::log(r2) + (x * x - y * y) / r2) / (8.0 * pi * (1.0 - nu));
  };
  for (const auto & [x, y] : { std::array<double, 2>{ 30.0, 40.0 }, { -48.0, 14.0 }, { 2.0, -50.0 } })
  {
    const Distortion d = EdgeDislocation(x, y, 1.0, 0.05);
    const Gradient   ofX = GradientOf(ux, x, y);
    const Gradient   ofY = GradientOf(uy, x, y);
    EXPECT_NEAR(d[0], ofX.x, 1e-7);
    EXPECT_NEAR(d[1], ofX.y, 1e-7);
    EXPECT_NEAR(d[2], ofY.x, 1e-7);
    EXPECT_NEAR(d[3], ofY.y, 1e-7);
  }
}

TEST(PhantomFields, AWaveIsAGradientOfStatedStrainAndRotation)
{
  const Field field = [](double x, double y) { return PlaneWave(x, y, 12.0, 0.02); };
  for (const auto & [x, y] : places)
  {
    EXPECT_NEAR(CurlOf(field, x, y)[0], 0.0, 1e-10);
    EXPECT_NEAR(CurlOf(field, x, y)[1], 0.0, 1e-10);
  }
  // At a crest: n.e.n, n.e.t and rotation.
  const Distortion d = field(0.0, 0.0);
  const double     nx = std::cos(pi / 6.0);
  const double     ny = 0.5;
  const double     shear = 0.5 * (d[1] + d[2]);
  EXPECT_NEAR(d[0] * nx * nx + 2.0 * shear * nx * ny + d[3] * ny * ny, 0.02, 1e-15);
  EXPECT_NEAR((d[3] - d[0]) * nx * ny + shear * (nx * nx - ny * ny), 0.01, 1e-15);
  EXPECT_NEAR(0.5 * (d[2] - d[1]), 0.01, 1e-15);
  EXPECT_NEAR(d[0] + d[3], 0.02, 1e-15);
  // A period along the normal, and half of one.
  EXPECT_NEAR(field(12.0 * nx, 12.0 * ny)[0], d[0], 1e-15);
  EXPECT_NEAR(field(6.0 * nx, 6.0 * ny)[2], -d[2], 1e-15);
  EXPECT_NEAR(field(-5.0 * ny, 5.0 * nx)[1], d[1], 1e-15);
}

TEST(PhantomFields, TheTruthOfADipoleAndOfARipple)
{
  PhantomDescription description = PhantomScan::Of(PhantomKind::Dipole, { 65, 64, 8, 8 });
  const PhantomTruth dipole = Phantom(description).Truth();
  const auto         at = [](const PhantomTruth & truth, std::int64_t rx, std::int64_t ry, int component) {
    return static_cast<double>(truth.strain[static_cast<std::size_t>(4 * (ry * 64 + rx) + component)]);
  };
  // The left dislocation lies at column 15.5, row 32: compressed below, stretched above.
  EXPECT_LT(at(dipole, 15, 34, 0), -0.01);
  EXPECT_GT(at(dipole, 15, 30, 0), 0.01);
  EXPECT_GT(at(dipole, 48, 34, 0), 0.01);
  double strain = 0.0;
  double rotation = 0.0;
  for (std::int64_t ry = 0; ry < 65; ++ry)
  {
    for (std::int64_t rx = 0; rx < 64; ++rx)
    {
      // Left and right are each other's opposite, to first order.
      EXPECT_NEAR(at(dipole, rx, ry, 0), -at(dipole, 63 - rx, ry, 0), 1e-3);
      strain = std::max(strain, std::abs(at(dipole, rx, ry, 0)));
      rotation = std::max(rotation, std::abs(at(dipole, rx, ry, 3)));
    }
  }
  EXPECT_NEAR(strain, 1.2 * 0.01, 0.001);
  EXPECT_NEAR(rotation, 2.2 * 0.01 * 180.0 / pi, 0.03);

  description.kind = PhantomKind::Ripple;
  const PhantomTruth ripple = Phantom(description).Truth();
  for (std::int64_t ry = 0; ry < 65; ++ry)
  {
    for (std::int64_t rx = 0; rx < 64; ++rx)
    {
      const double phase =
        2.0 * pi * (std::cos(pi / 6.0) * (static_cast<double>(rx) - 31.5) + 0.5 * (static_cast<double>(ry) - 32.0)) /
        32.5;
      const double dilation = at(ripple, rx, ry, 0) + at(ripple, rx, ry, 1);
      EXPECT_NEAR(dilation, 0.01 * std::cos(phase), 1e-4);
      EXPECT_NEAR(at(ripple, rx, ry, 3), 0.005 * 180.0 / pi * std::cos(phase), 5e-3);
    }
  }
  description.deformation = 0.6;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.kind = PhantomKind::Dipole;
  description.deformation = 0.11;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.deformation = 0.1;
  EXPECT_NO_THROW(Phantom{ description });
}
