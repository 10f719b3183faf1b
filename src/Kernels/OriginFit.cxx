// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Origin.h"

#include "itk_eigen.h"
#include ITK_EIGEN(Dense)

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
using Terms = Eigen::Matrix<double, 6, 1>;
using Moments = Eigen::Matrix<double, 6, 6>;
using Coefficients = Eigen::Matrix<double, 6, 2>;

/** 1, x, y and, for a quadratic, x^2, xy, y^2; both axes from -1 to 1. */
Terms
TermsAt(std::int64_t p, std::int64_t ry, std::int64_t rx, OriginSurface surface)
{
  const auto scaled = [](std::int64_t i, std::int64_t n) {
    return n > 1 ? 2. * static_cast<double>(i) / static_cast<double>(n - 1) - 1. : 0.;
  };
  const double x = scaled(p % rx, rx);
  const double y = scaled(p / rx, ry);
  Terms        terms;
  terms << 1., x, y, x * x, x * y, y * y;
  if (surface == OriginSurface::Plane)
  {
    terms.tail<3>().setZero();
  }
  return terms;
}
} // namespace

void
FitOrigins(std::int64_t         ry,
           std::int64_t         rx,
           const float *        origins,
           const std::uint8_t * mask,
           OriginSurface        surface,
           float *              fitted,
           float *              residual)
{
  constexpr int             rounds = 8;
  std::vector<std::int64_t> used;
  for (std::int64_t p = 0; p < ry * rx; ++p)
  {
    if ((!mask || mask[p]) && std::isfinite(origins[2 * p]) && std::isfinite(origins[2 * p + 1]))
    {
      used.push_back(p);
    }
  }

  Coefficients        coefficients = Coefficients::Zero();
  std::vector<double> weights(used.size(), 1.);
  std::vector<double> distances(used.size());
  std::vector<double> sorted;
  const auto          distanceAt = [&](std::int64_t p) {
    const auto at = (coefficients.transpose() * TermsAt(p, ry, rx, surface)).eval();
    return std::hypot(static_cast<double>(origins[2 * p]) - at[0], static_cast<double>(origins[2 * p + 1]) - at[1]);
  };
  for (int round = 0; round < rounds && !used.empty(); ++round)
  {
    Moments      moments = Moments::Zero();
    Coefficients right = Coefficients::Zero();
    for (std::size_t i = 0; i < used.size(); ++i)
    {
      const std::int64_t p = used[i];
      const Terms        terms = TermsAt(p, ry, rx, surface);
      moments.noalias() += weights[i] * terms * terms.transpose();
      right.col(0) += weights[i] * static_cast<double>(origins[2 * p]) * terms;
      right.col(1) += weights[i] * static_cast<double>(origins[2 * p + 1]) * terms;
    }
    coefficients = moments.completeOrthogonalDecomposition().solve(right);

    for (std::size_t i = 0; i < used.size(); ++i)
    {
      distances[i] = distanceAt(used[i]);
    }
    sorted = distances;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const double scale = 2. * *middle + 1e-9;
    for (std::size_t i = 0; i < used.size(); ++i)
    {
      const double ratio = distances[i] / scale;
      weights[i] = 1. / ((1. + ratio * ratio) * (1. + ratio * ratio));
    }
  }

  for (std::int64_t p = 0; p < ry * rx; ++p)
  {
    const auto at = (coefficients.transpose() * TermsAt(p, ry, rx, surface)).eval();
    if (residual)
    {
      residual[p] = static_cast<float>(distanceAt(p));
    }
    fitted[2 * p] = used.empty() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(at[0]);
    fitted[2 * p + 1] = used.empty() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(at[1]);
  }
}
} // namespace fourdstem
