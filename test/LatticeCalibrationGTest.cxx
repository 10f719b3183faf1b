// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/LatticeCalibration.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace
{
using namespace fourdstem;

constexpr double degree = 3.14159265358979323846 / 180.;

/** A lattice laid on a detector of `pixel` 1/nm a pixel, turned by `angle`. */
Lattice
OnDetector(const Lattice & known, double pixel, double angle)
{
  Lattice    lattice;
  const auto turn = [&](const double * from, double * to) {
    to[0] = (std::cos(angle) * from[0] - std::sin(angle) * from[1]) / pixel;
    to[1] = (std::sin(angle) * from[0] + std::cos(angle) * from[1]) / pixel;
  };
  turn(known.g1, lattice.g1);
  turn(known.g2, lattice.g2);
  return lattice;
}

/** Positions with the lattice and normal errors of that covariance. */
std::vector<LatticeFit>
Fits(const Lattice & lattice, int positions, const double (&covariance)[3], unsigned int seed)
{
  std::mt19937_64            random(seed);
  std::normal_distribution<> normal;
  const double               first = std::sqrt(covariance[0]);
  const double               along = covariance[1] / first;
  const double               rest = std::sqrt(covariance[2] - along * along);
  std::vector<LatticeFit>    fits(static_cast<std::size_t>(positions));
  for (LatticeFit & fit : fits)
  {
    for (int axis = 0; axis < 2; ++axis)
    {
      const double z = normal(random);
      fit.g1[axis] = static_cast<float>(lattice.g1[axis] + first * z);
      fit.g2[axis] = static_cast<float>(lattice.g2[axis] + along * z + rest * normal(random));
    }
    for (int i = 0; i < 3; ++i)
    {
      fit.covariance[i] = static_cast<float>(covariance[i]);
    }
  }
  return fits;
}

TEST(LatticeCalibration, ReciprocalVectorsAreThoseOfTheCell)
{
  // a . a* = 1, a . b* = 0 and so on, with a along the direction at 90 degrees to b*.
  const KnownLattice known{ 0.5, 0.8, 100. * degree };
  const Lattice      reciprocal = ReciprocalOf(known);
  const double       tilt = std::atan2(reciprocal.g2[1], reciprocal.g2[0]) - 90. * degree;
  const double       a[2] = { known.a * std::cos(tilt), known.a * std::sin(tilt) };
  const double       b[2] = { known.b * std::cos(tilt + known.gamma), known.b * std::sin(tilt + known.gamma) };
  EXPECT_NEAR(a[0] * reciprocal.g1[0] + a[1] * reciprocal.g1[1], 1., 1e-12);
  EXPECT_NEAR(b[0] * reciprocal.g2[0] + b[1] * reciprocal.g2[1], 1., 1e-12);
  EXPECT_NEAR(a[0] * reciprocal.g2[0] + a[1] * reciprocal.g2[1], 0., 1e-12);
  EXPECT_NEAR(b[0] * reciprocal.g1[0] + b[1] * reciprocal.g1[1], 0., 1e-12);
}

TEST(LatticeCalibration, APixelIsReadWhateverCellTurnAndBasis)
{
  constexpr double pixel = 0.0234;
  for (const KnownLattice & known : { KnownLattice{ 0.3153, 0.3153, 120. * degree },
                                      KnownLattice{ 0.3905, 0.3905, 90. * degree },
                                      KnownLattice{ 0.4, 0.7, 97. * degree },
                                      KnownLattice{ 0.4, 0.7, 53. * degree } })
  {
    for (const double angle : { 0., 17. * degree, -140. * degree })
    {
      Lattice measured = OnDetector(ReciprocalOf(known), pixel, angle);
      // The other basis of it: g1 + g2, g2; seen from the other side.
      for (int axis = 0; axis < 2; ++axis)
      {
        measured.g1[axis] += measured.g2[axis];
      }
      measured.g1[1] *= -1.;
      measured.g2[1] *= -1.;
      const LatticeEstimate estimate{ measured, { 1e-6, 3e-7, 1e-6 }, 100 };
      const auto            found = CalibratePixels(estimate, known);
      ASSERT_TRUE(found);
      EXPECT_NEAR(found->size, pixel, 1e-12);
      EXPECT_NEAR(found->mismatch, 0., 1e-7);
    }
  }
}

TEST(LatticeCalibration, TheErrorIsThatOfTheVectors)
{
  // Perpendicular vectors of length L with independent errors s: p has the error s / (sqrt(2) k) for each k = L pixel.
  const KnownLattice    square{ 0.4, 0.4, 90. * degree };
  constexpr double      pixel = 0.05; // so that L = 50
  constexpr double      s = 0.01;
  const LatticeEstimate estimate{ OnDetector(ReciprocalOf(square), pixel, 0.3), { s * s, 0., s * s }, 1 };
  const auto            found = CalibratePixels(estimate, square);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->error / pixel, s / std::sqrt(2.) / 50., 1e-9);

  // One vector 2 % too long: the mean of both, and an error of what they differ by, sqrt(2) 0.5 / sqrt(2) / 50 of it.
  LatticeEstimate off = estimate;
  off.lattice = OnDetector(ReciprocalOf(square), pixel, 0.);
  off.lattice.g1[0] *= 1.02;
  const auto doubtful = CalibratePixels(off, square);
  ASSERT_TRUE(doubtful);
  EXPECT_NEAR(doubtful->size, pixel / 1.01, 1e-9);
  // Residuals 0.5 in each vector: chi-squared 2 (0.5 / s)^2 over 2.
  EXPECT_NEAR(doubtful->error / doubtful->size, 0.5 / std::sqrt(2.) / 50.5, 1e-6);
}

TEST(LatticeCalibration, TrueSizesLieWithinTheirErrors)
{
  const KnownLattice known{ 0.3153, 0.3153, 120. * degree };
  constexpr double   pixel = 0.18;
  const Lattice      measured = OnDetector(ReciprocalOf(known), pixel, 0.2);
  int                within = 0;
  double             squares = 0.;
  constexpr int      runs = 200;
  for (int run = 0; run < runs; ++run)
  {
    const auto fits = Fits(measured, 101, { 4e-4, 2e-4, 4e-4 }, static_cast<unsigned int>(run));
    const auto found = CalibratePixels(EstimateLattice(101, fits.data(), nullptr), known);
    ASSERT_TRUE(found);
    const double deviation = (found->size - pixel) / found->error;
    within += std::abs(deviation) < 1. ? 1 : 0;
    squares += deviation * deviation;
  }
  // The error grows where the two vectors happen to disagree, so that it is a little too large on the whole.
  EXPECT_GT(within, 0.62 * runs);
  EXPECT_LT(within, 0.90 * runs);
  EXPECT_GT(squares / runs, 0.4);
  EXPECT_LT(squares / runs, 1.2);
}

TEST(LatticeCalibration, ScatterBeyondTheFitsErrorsCounts)
{
  const Lattice lattice{ { 20., 0. }, { 0., 20. } };
  auto          fits = Fits(lattice, 4001, { 1e-2, 0., 1e-2 }, 5);
  for (LatticeFit & fit : fits)
  {
    fit.covariance[0] = fit.covariance[2] = 1e-4F;
  }
  const auto estimate = EstimateLattice(4001, fits.data(), nullptr);
  EXPECT_EQ(estimate.positions, 4001);
  EXPECT_NEAR(estimate.covariance[0], 0.5 * 3.14159265 * 1e-2 / 4001., 0.06 * 0.5 * 3.14159265 * 1e-2 / 4001.);
}

TEST(LatticeCalibration, OnlyMaskedPositionsWithALatticeCount)
{
  const Lattice             lattice{ { 20., 0. }, { 0., 20. } };
  auto                      fits = Fits(lattice, 4, { 1e-8, 0., 1e-8 }, 5);
  std::vector<std::uint8_t> mask{ 1, 1, 0, 1 };
  fits[1].g1[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(EstimateLattice(4, fits.data(), mask.data()).positions, 2);
  mask = { 0, 1, 0, 0 };
  EXPECT_THROW(EstimateLattice(4, fits.data(), mask.data()), std::runtime_error);
}

TEST(LatticeCalibration, AnotherLatticeIsNotCalibrated)
{
  const LatticeEstimate square{ { { 20., 0. }, { 0., 20. } }, { 1e-6, 0., 1e-6 }, 1 };
  EXPECT_FALSE(CalibratePixels(square, { 0.3153, 0.3153, 120. * degree }));
  EXPECT_FALSE(CalibratePixels(square, { 0.4, 0.6, 90. * degree }));
  EXPECT_TRUE(CalibratePixels(square, { 0.4, 0.41, 90. * degree }));
}

TEST(LatticeCalibration, RefusesCellsThatAreNone)
{
  for (const KnownLattice & known : { KnownLattice{ 0., 1., 1. },
                                      KnownLattice{ 1., -1., 1. },
                                      KnownLattice{ 1., 1., 0. },
                                      KnownLattice{ 1., 1., 180. * degree },
                                      KnownLattice{ std::nan(""), 1., 1. },
                                      KnownLattice{ 1., std::numeric_limits<double>::infinity(), 1. } })
  {
    EXPECT_THROW(ReciprocalOf(known), std::invalid_argument);
  }
}
} // namespace
