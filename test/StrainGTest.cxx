// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Strain.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

namespace
{
using namespace fourdstem;

constexpr double degree = 3.14159265358979323846 / 180.;

const Lattice Reference{ { 20., 3. }, { -4., 24. } };

/** The lattice of a crystal deformed by x' = F x: g = F^-T g0. */
Lattice
Deformed(double xx, double xy, double yx, double yy)
{
  const double determinant = xx * yy - xy * yx;
  const auto   turn = [&](const double * g, double * to) {
    to[0] = (yy * g[0] - yx * g[1]) / determinant;
    to[1] = (-xy * g[0] + xx * g[1]) / determinant;
  };
  Lattice lattice;
  turn(Reference.g1, lattice.g1);
  turn(Reference.g2, lattice.g2);
  return lattice;
}

/** V R as the four numbers of F. */
Lattice
DeformedBy(const Strain & strain)
{
  const double c = std::cos(strain.rotation);
  const double s = std::sin(strain.rotation);
  const double vxx = 1. + strain.xx;
  const double vyy = 1. + strain.yy;
  return Deformed(vxx * c + strain.xy * s, -vxx * s + strain.xy * c, strain.xy * c + vyy * s, -strain.xy * s + vyy * c);
}

void
ExpectEqual(const Strain & found, const Strain & expected)
{
  EXPECT_NEAR(found.xx, expected.xx, 1e-12);
  EXPECT_NEAR(found.yy, expected.yy, 1e-12);
  EXPECT_NEAR(found.xy, expected.xy, 1e-12);
  EXPECT_NEAR(found.rotation, expected.rotation, 1e-12);
}

LatticeFit
FitOf(const Lattice & lattice)
{
  LatticeFit fit{};
  for (int axis = 0; axis < 2; ++axis)
  {
    fit.g1[axis] = static_cast<float>(lattice.g1[axis]);
    fit.g2[axis] = static_cast<float>(lattice.g2[axis]);
  }
  fit.disks = 6;
  return fit;
}

TEST(Strain, OfAnyKnownDeformationIsExact)
{
  for (const Strain & strain : { Strain{ 0., 0., 0., 0. },
                                 Strain{ 0.05, 0., 0., 0. },
                                 Strain{ 0., -0.03, 0., 0. },
                                 Strain{ 0., 0., 0.02, 0. },
                                 Strain{ 0., 0., 0., 5. * degree },
                                 Strain{ 0.1, -0.07, 0.04, -25. * degree } })
  {
    ExpectEqual(StrainOf(DeformedBy(strain), Reference), strain);
  }
}

TEST(Strain, OfAPureRotationIsNone)
{
  const Strain strain = StrainOf(DeformedBy({ 0., 0., 0., 5. * degree }), Reference);
  EXPECT_LT(std::abs(strain.xx), 1e-12);
  EXPECT_NEAR(strain.rotation / degree, 5., 1e-10);
}

TEST(Strain, PositiveRotationGoesFromXTowardsY)
{
  // A crystal turned from +x towards +y turns its reciprocal vectors the same way.
  const Strain  strain = StrainOf(DeformedBy({ 0., 0., 0., 2. * degree }), Reference);
  const Lattice lattice = DeformedBy({ 0., 0., 0., 2. * degree });
  EXPECT_GT(std::atan2(lattice.g1[1], lattice.g1[0]), std::atan2(Reference.g1[1], Reference.g1[0]));
  EXPECT_GT(strain.rotation, 0.);
}

TEST(Strain, LinearisedReadsFivePercentAs476)
{
  const Strain strain = StrainOf(Deformed(1.05, 0., 0., 1.05), Reference, { StrainMeasure::Linearised, 0. });
  EXPECT_NEAR(strain.xx, 1. - 1. / 1.05, 1e-12);
  EXPECT_NEAR(strain.xx, 0.0476, 5e-5);
}

TEST(Strain, InTheScansAxesIsTurned)
{
  // A stretch along a scan axis that lies at 30 degrees on the detector is xx in the scan's axes.
  const double c = std::cos(30. * degree);
  const double s = std::sin(30. * degree);
  const Strain onDetector{ 0.01 * c * c, 0.01 * s * s, 0.01 * c * s, 0. };
  ExpectEqual(StrainOf(DeformedBy(onDetector), Reference, { StrainMeasure::Exact, 30. * degree }),
              { 0.01, 0., 0., 0. });
}

TEST(Strain, MapHoldsPrincipalStrainsDilationAndShear)
{
  const Strain     strain{ 0.02, 0.02, 0.01, 0. };
  const LatticeFit fit = FitOf(DeformedBy(strain));
  float            values[StrainComponents];
  MeasureStrain(1, &fit, { Reference }, nullptr, {}, values, {});
  EXPECT_NEAR(values[PrincipalStrain1], 0.03, 1e-6);
  EXPECT_NEAR(values[PrincipalStrain2], 0.01, 1e-6);
  EXPECT_NEAR(values[PrincipalAxis], 45., 1e-2);
  EXPECT_NEAR(values[Dilation], 1.03 * 1.01 - 1., 1e-6);
  EXPECT_NEAR(values[MaximumShear], 0.01, 1e-6);
}

TEST(Strain, ErrorsAreThoseOfTheLattice)
{
  // For G0 = diag(a, b) and no strain, d(exx) = -d(g1x) / a, d(eyy) = -d(g2y) / b.
  const Lattice square{ { 20., 0. }, { 0., 25. } };
  LatticeFit    fit = FitOf(square);
  fit.covariance[0] = 0.04F;
  fit.covariance[1] = 0.F;
  fit.covariance[2] = 0.09F;
  float values[StrainComponents];
  MeasureStrain(1, &fit, { square }, nullptr, {}, values, {});
  EXPECT_NEAR(values[StrainXXError], 0.2 / 20., 1e-6);
  EXPECT_NEAR(values[StrainYYError], 0.3 / 25., 1e-6);
  // d(exy) = -(d(g1y) / a + d(g2x) / b) / 2, d(rotation) = (d(g1y) / a - d(g2x) / b) / 2
  const double both = 0.5 * std::hypot(0.2 / 20., 0.3 / 25.);
  EXPECT_NEAR(values[StrainXYError], both, 1e-6);
  EXPECT_NEAR(values[RotationError], both / degree, 1e-4);
}

TEST(Strain, IsNaNWithoutALattice)
{
  LatticeFit fit = FitOf(Reference);
  fit.g1[0] = std::numeric_limits<float>::quiet_NaN();
  float values[StrainComponents];
  MeasureStrain(1, &fit, { Reference }, nullptr, {}, values, {});
  for (const float value : values)
  {
    EXPECT_TRUE(std::isnan(value));
  }
  EXPECT_THROW(MedianLattice(1, &fit, nullptr), std::runtime_error);
  EXPECT_THROW(MeasureStrain(1, &fit, { Lattice{ { 1., 2. }, { 2., 4. } } }, nullptr, {}, values, {}),
               std::invalid_argument);
}

TEST(Strain, IsMeasuredAgainstTheReferenceOfEachPosition)
{
  const Lattice       larger = Deformed(1.1, 0., 0., 1.1);
  const LatticeFit    fits[] = { FitOf(larger), FitOf(larger) };
  const std::uint16_t which[] = { 1, 0 };
  float               values[2 * StrainComponents];
  MeasureStrain(2, fits, { Reference, larger }, which, {}, values, {});
  EXPECT_NEAR(values[StrainXX], 0., 1e-6);
  EXPECT_NEAR(values[StrainComponents + StrainXX], 0.1, 1e-6);
  EXPECT_THROW(MeasureStrain(2, fits, { Reference }, which, {}, values, {}), std::invalid_argument);
}

TEST(Strain, MedianLatticeIsThatOfTheMask)
{
  const LatticeFit   fits[] = { FitOf(Reference), FitOf(Deformed(1.1, 0., 0., 1.1)), FitOf(Reference) };
  const std::uint8_t second[] = { 0, 1, 0 };
  EXPECT_NEAR(MedianLattice(3, fits, nullptr).g1[0], Reference.g1[0], 1e-5);
  EXPECT_NEAR(MedianLattice(3, fits, second).g1[0], Reference.g1[0] / 1.1, 1e-5);
}

TEST(Strain, GradientsOfARampAreItsSlopeAlsoAtTheRimAndBesideGaps)
{
  constexpr std::int64_t ry = 5;
  constexpr std::int64_t rx = 5;
  std::vector<float>     values(ry * rx * StrainComponents, 0.F);
  for (std::int64_t p = 0; p < ry * rx; ++p)
  {
    values[static_cast<std::size_t>(p * StrainComponents + StrainYY)] = static_cast<float>(3 * (p % rx) + 4 * (p / rx));
  }
  values[static_cast<std::size_t>(12 * StrainComponents + StrainYY)] = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> gradients(ry * rx);
  StrainGradients(ry, rx, values.data(), StrainYY, gradients.data());
  for (std::int64_t p = 0; p < ry * rx; ++p)
  {
    if (p == 12)
    {
      EXPECT_TRUE(std::isnan(gradients[12]));
      continue;
    }
    EXPECT_FLOAT_EQ(gradients[static_cast<std::size_t>(p)], 5.F) << p;
  }
}
} // namespace
