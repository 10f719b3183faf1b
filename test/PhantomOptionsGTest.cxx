// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace
{
using namespace fourdstem;

const double degree = std::acos(-1.0) / 180.0;

/** A crystal of known origins without noise. */
PhantomDescription
Quiet(const ScanShape & shape)
{
  PhantomDescription description = PhantomScan::Of(PhantomKind::Crystal, shape);
  description.noise = false;
  description.descanJitter = 0.0;
  return description;
}

/** What a scan has beyond another one, pixel by pixel. */
std::vector<double>
Difference(const PhantomDescription & more, const PhantomDescription & less)
{
  const PhantomScan   a(more);
  const PhantomScan   b(less);
  std::vector<double> difference(a.patterns.size());
  for (std::size_t i = 0; i < difference.size(); ++i)
  {
    difference[i] = static_cast<double>(a.patterns[i]) - static_cast<double>(b.patterns[i]);
  }
  return difference;
}

PhantomDescription
WithoutDisks(PhantomDescription description)
{
  description.missing = 1.0;
  return description;
}

struct Moments
{
  double sum = 0.0;
  double x = 0.0;
  double y = 0.0;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
};

/** Sum, mean and covariance of what lies within `radius` of (x, y), relative to it. */
Moments
MomentsAbout(const double * pattern, const ScanShape & shape, double x, double y, double radius)
{
  Moments m;
  for (std::int64_t qy = 0; qy < shape.qy; ++qy)
  {
    for (std::int64_t qx = 0; qx < shape.qx; ++qx)
    {
      const double dx = static_cast<double>(qx) - x;
      const double dy = static_cast<double>(qy) - y;
      if (std::hypot(dx, dy) <= radius)
      {
        const double v = pattern[qy * shape.qx + qx];
        m.sum += v;
        m.x += v * dx;
        m.y += v * dy;
        m.xx += v * dx * dx;
        m.xy += v * dx * dy;
        m.yy += v * dy * dy;
      }
    }
  }
  m.x /= m.sum;
  m.y /= m.sum;
  m.xx = m.xx / m.sum - m.x * m.x;
  m.xy = m.xy / m.sum - m.x * m.y;
  m.yy = m.yy / m.sum - m.y * m.y;
  return m;
}
} // namespace

TEST(PhantomOptions, EllipsesHaveTheStatedAxes)
{
  const ScanShape    shape{ 1, 2, 128, 128 };
  PhantomDescription description = Quiet(shape);
  description.ellipticity = 1.21;
  description.ellipseAngle = 25.0;
  const auto    disks = Difference(description, WithoutDisks(description));
  const Phantom phantom(description);
  const double  c = std::cos(25.0 * degree);
  const double  s = std::sin(25.0 * degree);
  for (int i = 0; i < 6; ++i)
  {
    const double  angle = (7.0 + 60.0 * i) * degree - 25.0 * degree;
    const double  u = 27.0 * std::cos(angle) * 1.1;
    const double  v = 27.0 * std::sin(angle) / 1.1;
    const double  x = static_cast<double>(phantom.Truth().origins[0]) + c * u - s * v;
    const double  y = static_cast<double>(phantom.Truth().origins[1]) + s * u + c * v;
    const Moments m = MomentsAbout(disks.data(), shape, x, y, 8.0);
    EXPECT_NEAR(m.x, 0.0, 0.01);
    EXPECT_NEAR(m.y, 0.0, 0.01);
    const double longAxis = c * c * m.xx + 2.0 * c * s * m.xy + s * s * m.yy;
    const double shortAxis = s * s * m.xx - 2.0 * c * s * m.xy + c * c * m.yy;
    EXPECT_NEAR(std::sqrt(longAxis / shortAxis), 1.21, 0.01);
    EXPECT_NEAR(c * s * (m.yy - m.xx) + (c * c - s * s) * m.xy, 0.0, 0.05);
  }
}

TEST(PhantomOptions, DisksAreMissingAsOftenAsStated)
{
  const ScanShape    shape{ 30, 40, 64, 64 };
  PhantomDescription description = Quiet(shape);
  description.latticeLength = 14.0;
  description.descanRamp = 0.0;
  const auto whole = Difference(description, WithoutDisks(description));
  auto       some = description;
  some.missing = 0.3;
  const auto    left = Difference(some, WithoutDisks(description));
  const Phantom phantom(description);
  int           absent = 0;
  int           pairs = 0;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    bool previous = false;
    for (int i = 0; i < 6; ++i)
    {
      const auto   at = static_cast<std::size_t>(2 * p);
      const double x = static_cast<double>(phantom.Truth().origins[at]) + 14.0 * std::cos((7.0 + 60.0 * i) * degree);
      const double y =
        static_cast<double>(phantom.Truth().origins[at + 1]) + 14.0 * std::sin((7.0 + 60.0 * i) * degree);
      const std::int64_t pixel = p * shape.PatternPixels() + std::lround(y) * shape.qx + std::lround(x);
      const double       there = left[static_cast<std::size_t>(pixel)];
      const bool         isAbsent = there == 0.0;
      EXPECT_TRUE(isAbsent || there == whole[static_cast<std::size_t>(pixel)]);
      absent += isAbsent ? 1 : 0;
      pairs += i > 0 && isAbsent && previous ? 1 : 0;
      previous = isAbsent;
    }
  }
  const auto n = static_cast<double>(6 * shape.Positions());
  EXPECT_NEAR(absent / n, 0.3, 4.5 * std::sqrt(0.21 / n));
  EXPECT_NEAR(pairs / (n * 5.0 / 6.0), 0.09, 6.0 * std::sqrt(0.09 / n));
}

TEST(PhantomOptions, ASecondCrystalLiesUnderTheFirst)
{
  const ScanShape    shape{ 1, 2, 128, 128 };
  PhantomDescription description = Quiet(shape);
  description.gradient = { 1.03, 0.0, 0.0, 1.0 };
  auto both = description;
  both.overlap = 0.4;
  both.overlapAngle = 21.0;
  const auto    second = Difference(both, description);
  const Phantom phantom(description);
  const double  one = MomentsAbout(second.data(),
                                  shape,
                                  static_cast<double>(phantom.Truth().origins[0]) + 27.0 * std::cos(28.0 * degree),
                                  static_cast<double>(phantom.Truth().origins[1]) + 27.0 * std::sin(28.0 * degree),
                                  8.0)
                       .sum;
  EXPECT_NEAR(one, 0.4 * 16.0 * std::acos(-1.0) * 25.0, 0.02 * one);
  for (int i = 0; i < 6; ++i)
  {
    const double  angle = (28.0 + 60.0 * i) * degree;
    const Moments m = MomentsAbout(second.data(),
                                   shape,
                                   static_cast<double>(phantom.Truth().origins[0]) + 27.0 * std::cos(angle),
                                   static_cast<double>(phantom.Truth().origins[1]) + 27.0 * std::sin(angle),
                                   8.0);
    EXPECT_NEAR(m.x, 0.0, 0.01);
    EXPECT_NEAR(m.y, 0.0, 0.01);
    EXPECT_NEAR(m.sum, one, 0.01 * one);
  }
  PhantomDescription film = PhantomScan::Of(PhantomKind::Film, shape);
  const PhantomScan  alone(film);
  film.overlap = 0.4;
  EXPECT_EQ(PhantomScan(film).patterns, alone.patterns);
}

TEST(PhantomOptions, InelasticScatteringIsOfItsStrength)
{
  const ScanShape    shape{ 1, 1, 96, 96 };
  PhantomDescription description = Quiet(shape);
  description.latticeLength = 24.0;
  description.film = 0.0;
  const auto tails = [&description](double strength) {
    description.inelastic = strength;
    return PhantomScan(description).patterns;
  };
  const auto none = tails(0.0);
  const auto once = tails(1.0);
  const auto thrice = tails(3.0);
  const auto origins = Phantom(description).Truth().origins;
  for (std::size_t i = 0; i < none.size(); ++i)
  {
    const double x = static_cast<double>(i % 96) - static_cast<double>(origins[0]);
    const double y = static_cast<double>(i / 96) - static_cast<double>(origins[1]);
    const double rho = std::hypot(x, y) / 24.0;
    const double truth = description.dose * (0.03 / (1.0 + rho * rho) + 0.6 * std::exp(-rho / 0.2));
    // Profiles are tabulated in steps of a quarter of a pixel.
    EXPECT_NEAR(static_cast<double>(once[i]) - static_cast<double>(none[i]), truth, 2e-3 * truth + 1e-4) << i;
    EXPECT_NEAR(static_cast<double>(thrice[i]) - static_cast<double>(none[i]), 3.0 * truth, 6e-3 * truth + 1e-4) << i;
  }
}

TEST(PhantomOptions, FringesRunAcrossTheDisksVector)
{
  const ScanShape    shape{ 3, 40, 96, 96 };
  PhantomDescription description = Quiet(shape);
  description.latticeAngle = 0.0;
  description.latticeLength = 24.0;
  description.probeRadius = 6.0;
  const auto even = Difference(description, WithoutDisks(description));
  auto       thick = description;
  thick.structure = 0.6;
  const auto    fringes = Difference(thick, WithoutDisks(description));
  const Phantom phantom(description);
  double        lowest = 2.0;
  double        highest = 0.0;
  int           unlike = 0;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    const auto   at = static_cast<std::size_t>(2 * p);
    const double y = static_cast<double>(phantom.Truth().origins[at + 1]);
    double       profiles[2][7];
    for (int side = 0; side < 2; ++side)
    {
      const double x = static_cast<double>(phantom.Truth().origins[at]) + (side == 0 ? 24.0 : -24.0);
      for (int i = -3; i <= 3; ++i)
      {
        const auto ratio = [&](std::int64_t row) {
          const auto pixel = static_cast<std::size_t>(p * shape.PatternPixels() + row * shape.qx + std::lround(x) +
                                                      (side == 0 ? i : -i));
          return fringes[pixel] / even[pixel];
        };
        profiles[side][i + 3] = ratio(std::lround(y));
        EXPECT_NEAR(ratio(std::lround(y) + 2), ratio(std::lround(y) - 2), 1e-4);
        lowest = std::min(lowest, profiles[side][i + 3]);
        highest = std::max(highest, profiles[side][i + 3]);
      }
    }
    unlike += std::abs(profiles[0][3] - profiles[1][3]) > 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(lowest, 0.4, 0.01);
  EXPECT_NEAR(highest, 1.6, 0.01);
  // g and -g have fringes of their own.
  EXPECT_GT(unlike, 60);
}

TEST(PhantomOptions, OddSizesAndValues)
{
  for (const ScanShape & shape : { ScanShape{ 1, 1, 1, 1 }, ScanShape{ 1, 7, 5, 3 }, ScanShape{ 2, 1, 200, 40 } })
  {
    PhantomDescription description = PhantomScan::Of(PhantomKind::Flake, shape);
    description.kind = PhantomKind::Dipole;
    description.structure = 1.0;
    description.missing = 0.5;
    description.overlap = 2.0;
    description.overlapAngle = -360.0;
    description.ellipticity = 2.0;
    description.ellipseAngle = 77.0;
    for (const float v : PhantomScan(description).patterns)
    {
      ASSERT_TRUE(std::isfinite(v) && v >= 0.0F);
    }
  }
  const auto refuse = [](double PhantomDescription::*member, double value) {
    PhantomDescription description = PhantomScan::Of(PhantomKind::Crystal, { 2, 3, 8, 8 });
    description.*member = value;
    EXPECT_THROW(Phantom{ description }, std::invalid_argument) << value;
  };
  refuse(&PhantomDescription::structure, 1.1);
  refuse(&PhantomDescription::structure, -0.1);
  refuse(&PhantomDescription::missing, 1.01);
  refuse(&PhantomDescription::missing, std::nan(""));
  refuse(&PhantomDescription::overlap, -1.0);
  refuse(&PhantomDescription::overlapAngle, 400.0);
  refuse(&PhantomDescription::ellipticity, 0.9);
  refuse(&PhantomDescription::ellipticity, 2.1);
  refuse(&PhantomDescription::ellipseAngle, -361.0);
}
