// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Strain.h"

#include "EigenDense.h"
#include "LatticeMatrix.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.;
constexpr float  noData = std::numeric_limits<float>::quiet_NaN();

Strain
StrainOf(const Eigen::Matrix2d & lattice, const Eigen::Matrix2d & inverseReference, const StrainOptions & options)
{
  const Eigen::Matrix2d relative = lattice * inverseReference;
  Eigen::Matrix2d       strain;
  double                rotation = 0.;
  if (options.measure == StrainMeasure::Linearised)
  {
    const Eigen::Matrix2d beta = Eigen::Matrix2d::Identity() - relative.transpose();
    strain = 0.5 * (beta + beta.transpose());
    rotation = 0.5 * (beta(1, 0) - beta(0, 1));
  }
  else
  {
    const Eigen::Matrix2d f = relative.inverse().transpose();
    rotation = std::atan2(f(1, 0) - f(0, 1), f(0, 0) + f(1, 1));
    strain = f * Eigen::Rotation2Dd(-rotation).toRotationMatrix() - Eigen::Matrix2d::Identity();
  }
  const Eigen::Matrix2d axes = Eigen::Rotation2Dd(options.scanRotation).toRotationMatrix();
  const Eigen::Matrix2d turned = axes.transpose() * strain * axes;
  return { turned(0, 0), turned(1, 1), 0.5 * (turned(0, 1) + turned(1, 0)), rotation };
}

std::array<double, 4>
AsArray(const Strain & strain)
{
  return { strain.xx, strain.yy, strain.xy, strain.rotation };
}

/** Standard deviations of the four from the covariance of the lattice, by central differences. */
std::array<double, 4>
ErrorsOf(const LatticeFit &      fit,
         const Eigen::Matrix2d & lattice,
         const Eigen::Matrix2d & inverseReference,
         const StrainOptions &   options)
{
  const double          step = 1e-5 * lattice.norm();
  double                slopes[2][2][4]; // of axis, of vector, of value
  std::array<double, 4> errors{};
  for (int axis = 0; axis < 2; ++axis)
  {
    for (int vector = 0; vector < 2; ++vector)
    {
      Eigen::Matrix2d more = lattice;
      Eigen::Matrix2d less = lattice;
      more(axis, vector) += step;
      less(axis, vector) -= step;
      const auto high = AsArray(StrainOf(more, inverseReference, options));
      const auto low = AsArray(StrainOf(less, inverseReference, options));
      for (std::size_t i = 0; i < 4; ++i)
      {
        slopes[axis][vector][i] = (high[i] - low[i]) / (2. * step);
      }
    }
  }
  for (std::size_t i = 0; i < 4; ++i)
  {
    double variance = 0.;
    for (const auto & axis : slopes)
    {
      variance += axis[0][i] * axis[0][i] * static_cast<double>(fit.covariance[0]) +
                  2. * axis[0][i] * axis[1][i] * static_cast<double>(fit.covariance[1]) +
                  axis[1][i] * axis[1][i] * static_cast<double>(fit.covariance[2]);
    }
    errors[i] = std::sqrt(std::max(variance, 0.));
  }
  return errors;
}

void
WriteValues(const Strain & strain, const std::array<double, 4> & errors, float * values)
{
  const double mean = 0.5 * (strain.xx + strain.yy);
  const double half = std::hypot(0.5 * (strain.xx - strain.yy), strain.xy);
  const double axis = half > 0. ? 0.5 * std::atan2(2. * strain.xy, strain.xx - strain.yy) : 0.;
  const auto   set = [values](StrainComponent which, double value) { values[which] = static_cast<float>(value); };
  set(StrainXX, strain.xx);
  set(StrainYY, strain.yy);
  set(StrainXY, strain.xy);
  set(Rotation, strain.rotation / degree);
  set(StrainXXError, errors[0]);
  set(StrainYYError, errors[1]);
  set(StrainXYError, errors[2]);
  set(RotationError, errors[3] / degree);
  set(PrincipalStrain1, mean + half);
  set(PrincipalStrain2, mean - half);
  set(PrincipalAxis, axis / degree);
  set(Dilation, (1. + mean + half) * (1. + mean - half) - 1.);
  set(MaximumShear, half);
}
} // namespace

const std::array<const char *, StrainComponents> &
StrainComponentNames()
{
  static const std::array<const char *, StrainComponents> names = {
    "e_xx",           "e_yy",  "e_xy",  "rotation",   "e_xx error", "e_yy error",   "e_xy error",
    "rotation error", "e_max", "e_min", "e_max axis", "dilation",   "maximum shear"
  };
  return names;
}

Strain
StrainOf(const Lattice & lattice, const Lattice & reference, const StrainOptions & options)
{
  return StrainOf(MatrixOf(lattice), MatrixOf(reference).inverse(), options);
}

Lattice
MedianLattice(std::int64_t positions, const LatticeFit * fits, const std::uint8_t * mask)
{
  std::array<std::vector<float>, 4> components;
  for (std::int64_t p = 0; p < positions; ++p)
  {
    if (std::isfinite(fits[p].g1[0]) && (!mask || mask[p] != 0))
    {
      components[0].push_back(fits[p].g1[0]);
      components[1].push_back(fits[p].g1[1]);
      components[2].push_back(fits[p].g2[0]);
      components[3].push_back(fits[p].g2[1]);
    }
  }
  if (components[0].empty())
  {
    throw std::runtime_error("no position of the reference has a lattice");
  }
  std::array<double, 4> medians{};
  for (std::size_t i = 0; i < 4; ++i)
  {
    const auto middle = components[i].begin() + static_cast<std::ptrdiff_t>(components[i].size() / 2);
    std::nth_element(components[i].begin(), middle, components[i].end());
    medians[i] = static_cast<double>(*middle);
  }
  return { { medians[0], medians[1] }, { medians[2], medians[3] } };
}

void
MeasureStrain(std::int64_t                 positions,
              const LatticeFit *           fits,
              const std::vector<Lattice> & references,
              const std::uint16_t *        which,
              const StrainOptions &        options,
              float *                      values,
              const Execution &            execution)
{
  std::vector<Eigen::Matrix2d> inverses;
  for (const Lattice & reference : references)
  {
    if (!(std::abs(reference.Determinant()) > 0.))
    {
      throw std::invalid_argument("the reference lattice's vectors span no area");
    }
    inverses.emplace_back(MatrixOf(reference).inverse());
  }
  constexpr std::int64_t together = 1024;
  ParallelFor((positions + together - 1) / together, execution, [&](std::int64_t task) {
    const std::int64_t end = std::min(positions, (task + 1) * together);
    for (std::int64_t p = task * together; p < end; ++p)
    {
      float * const         to = values + p * StrainComponents;
      const Eigen::Matrix2d lattice = MatrixOf(LatticeOf(fits[p]));
      if (!std::isfinite(lattice.sum()) || !(std::abs(lattice.determinant()) > 0.))
      {
        std::fill_n(to, StrainComponents, noData);
        continue;
      }
      const std::size_t number = which ? which[p] : 0;
      if (number >= inverses.size())
      {
        throw std::invalid_argument("a position has reference " + std::to_string(number) + "; there are " +
                                    std::to_string(inverses.size()));
      }
      const Eigen::Matrix2d & inverse = inverses[number];
      WriteValues(StrainOf(lattice, inverse, options), ErrorsOf(fits[p], lattice, inverse, options), to);
    }
  });
}

void
StrainGradients(std::int64_t ry, std::int64_t rx, const float * values, StrainComponent component, float * gradients)
{
  const auto at = [&](std::int64_t y, std::int64_t x) {
    const bool isInside = y >= 0 && y < ry && x >= 0 && x < rx;
    return isInside ? values[(y * rx + x) * StrainComponents + component] : noData;
  };
  const auto slope = [](float before, float here, float after) {
    if (std::isfinite(before) && std::isfinite(after))
    {
      return 0.5F * (after - before);
    }
    return std::isfinite(after) ? after - here : here - before;
  };
  for (std::int64_t y = 0; y < ry; ++y)
  {
    for (std::int64_t x = 0; x < rx; ++x)
    {
      const float here = at(y, x);
      if (!std::isfinite(here))
      {
        gradients[y * rx + x] = noData;
        continue;
      }
      gradients[y * rx + x] =
        std::hypot(slope(at(y, x - 1), here, at(y, x + 1)), slope(at(y - 1, x), here, at(y + 1, x)));
    }
  }
}
} // namespace fourdstem
