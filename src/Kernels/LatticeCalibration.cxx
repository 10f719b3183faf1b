// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/LatticeCalibration.h"

#include "EigenDense.h"
#include "LatticeMatrix.h"
#include "Median.h"
#include "Text.h"

#include "fourdstem/Strain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace fourdstem
{
namespace
{
constexpr double pi = 3.14159265358979323846;

/** A measured lattice as a known one that is turned and scaled: each vector is (u, v; -v, u) of the known one, or u +
 * iv times it as a complex number. */
struct Similarity
{
  double u = 0.;
  double v = 0.;
  /** Sum of the weighted squares of what remains. */
  double rest = 0.;
  /** Of u and of v. */
  double variance = 0.;
};

/** By least squares with the weights W of the vectors, and of their products. */
Similarity
FitSimilarity(const Eigen::Matrix2d & measured, const Eigen::Matrix2d & known, const Eigen::Matrix2d & weights)
{
  // K W G' holds all products of components; its trace the inner ones, its antisymmetric part the outer ones.
  const Eigen::Matrix2d products = known * weights * measured.transpose();
  const double          squares = (known * weights * known.transpose()).trace();
  Similarity            fit;
  fit.u = products.trace() / squares;
  fit.v = (products(0, 1) - products(1, 0)) / squares;
  fit.variance = 1. / squares;
  Eigen::Matrix2d turn;
  turn << fit.u, -fit.v, fit.v, fit.u;
  const Eigen::Matrix2d rest = measured - turn * known;
  fit.rest = (rest * weights * rest.transpose()).trace();
  return fit;
}
} // namespace

LatticeEstimate
EstimateLattice(std::int64_t positions, const LatticeFit * fits, const std::uint8_t * mask)
{
  LatticeEstimate estimate;
  estimate.lattice = MedianLattice(positions, fits, mask);
  const Eigen::Matrix2d              middle = MatrixOf(estimate.lattice);
  std::array<std::vector<double>, 3> covariances;
  std::vector<double>                distances; // squared, in the errors of the fits
  for (std::int64_t p = 0; p < positions; ++p)
  {
    const LatticeFit & fit = fits[p];
    if (!std::isfinite(fit.g1[0]) || (mask && mask[p] == 0))
    {
      continue;
    }
    for (std::size_t i = 0; i < covariances.size(); ++i)
    {
      covariances[i].push_back(static_cast<double>(fit.covariance[i]));
    }
    const Eigen::Matrix2d covariance = SymmetricMatrix(fit.covariance);
    if (covariance.determinant() > 0.)
    {
      const Eigen::Matrix2d rest = MatrixOf(LatticeOf(fit)) - middle;
      distances.push_back((rest * covariance.inverse() * rest.transpose()).trace());
    }
  }
  constexpr double medianOfFour = 3.3567; // of chi-squared with four degrees of freedom
  const double     scatter = distances.empty() ? 1. : std::max(1., Median(std::move(distances)) / medianOfFour);
  estimate.positions = static_cast<std::int64_t>(covariances[0].size());
  for (std::size_t i = 0; i < covariances.size(); ++i)
  {
    estimate.covariance[i] = 0.5 * pi * scatter * Median(covariances[i]) / static_cast<double>(covariances[i].size());
  }
  return estimate;
}

Lattice
ReciprocalOf(const KnownLattice & known)
{
  if (!(known.a > 0. && known.b > 0. && known.gamma > 0. && known.gamma < pi && std::isfinite(known.a + known.b)))
  {
    throw std::invalid_argument(
      "a known lattice has two sides above 0 nm and an angle between 0 and 180 degrees, not " + Digits(known.a) + ", " +
      Digits(known.b) + " and " + Digits(known.gamma / pi * 180.));
  }
  const double sine = std::sin(known.gamma);
  const double length = 1. / (known.b * sine);
  return { { 1. / (known.a * sine), 0. }, { -length * std::cos(known.gamma), length * sine } };
}

LatticeMatch
MatchLattice(const Lattice & measured, const KnownLattice & known)
{
  const Eigen::Matrix2d vectors = MatrixOf(measured);
  const Eigen::Matrix2d reciprocal = MatrixOf(ReciprocalOf(known));
  LatticeMatch          best;
  best.mismatch = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 625; ++i)
  {
    Eigen::Matrix2d basis;
    basis << i % 5 - 2, i / 5 % 5 - 2, i / 25 % 5 - 2, i / 125 - 2;
    if (std::lround(std::abs(basis.determinant())) != 1)
    {
      continue;
    }
    Eigen::Matrix2d tried = reciprocal * basis;
    if (tried.determinant() * vectors.determinant() < 0.)
    {
      tried.row(1) *= -1.; // seen from the other side
    }
    const double rest = FitSimilarity(vectors, tried, Eigen::Matrix2d::Identity()).rest;
    const double mismatch = std::sqrt(std::max(rest, 0.)) / vectors.norm();
    // Of equals, as symmetry makes them, the first.
    if (mismatch < best.mismatch - 1e-9)
    {
      best.known = LatticeOf(tried);
      best.mismatch = mismatch;
    }
  }
  return best;
}

std::optional<PixelCalibration>
CalibratePixels(const LatticeEstimate & measured, const KnownLattice & known)
{
  const LatticeMatch match = MatchLattice(measured.lattice, known);
  if (!(match.mismatch <= MostMismatch))
  {
    return std::nullopt;
  }
  const Eigen::Matrix2d covariance = SymmetricMatrix(measured.covariance);
  const bool            hasErrors = covariance.determinant() > 0.;
  const Eigen::Matrix2d weights = hasErrors ? Eigen::Matrix2d(covariance.inverse()) : Eigen::Matrix2d::Identity();
  const Similarity      fit = FitSimilarity(MatrixOf(measured.lattice), MatrixOf(match.known), weights);
  const double          scale = hasErrors ? std::max(1., 0.5 * fit.rest) : 0.5 * fit.rest;
  const double          pixels = std::hypot(fit.u, fit.v);
  return PixelCalibration{ 1. / pixels, std::sqrt(scale * fit.variance) / (pixels * pixels), match.mismatch };
}
} // namespace fourdstem
