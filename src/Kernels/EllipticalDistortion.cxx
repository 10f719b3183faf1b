// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/EllipticalDistortion.h"

#include "EllipseParameters.h"
#include "LatticeMatrix.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr double pi = 3.14159265358979323846;

/** The vector of the symmetric matrix D D'. */
Eigen::Vector2d
VectorOfSquare(const Eigen::Matrix2d & square)
{
  const double mean = 0.5 * square.trace();
  const double half = std::hypot(0.5 * (square(0, 0) - square(1, 1)), square(0, 1));
  if (!(half > 0.))
  {
    return Eigen::Vector2d::Zero();
  }
  const double logRatio = 0.5 * std::log((mean + half) / (mean - half));
  return Eigen::Vector2d(0.5 * (square(0, 0) - square(1, 1)), square(0, 1)) * (logRatio / half);
}

Eigen::Vector2d
VectorOfLattice(const Eigen::Matrix2d & measured, const Eigen::Matrix2d & inverseKnown)
{
  const Eigen::Matrix2d relative = measured * inverseKnown;
  return VectorOfSquare(relative * relative.transpose());
}
} // namespace

Eigen::Vector2d
EllipseVector(const EllipticalDistortion & ellipse)
{
  return std::log(ellipse.ratio) * Eigen::Vector2d(std::cos(2. * ellipse.angle), std::sin(2. * ellipse.angle));
}

EllipticalDistortion
EllipseOfVector(const Eigen::Vector2d & vector)
{
  return { std::exp(vector.norm()), 0.5 * std::atan2(vector[1], vector[0]) };
}

EllipseMeasurement
EllipseOfVector(const Eigen::Vector2d & vector, const Eigen::Matrix2d & covariance)
{
  const double          length = vector.norm();
  const Eigen::Vector2d along = length > 0. ? Eigen::Vector2d(vector / length) : Eigen::Vector2d(1., 0.);
  const Eigen::Vector2d across(-along[1], along[0]);
  EllipseMeasurement    found;
  found.ellipse = EllipseOfVector(vector);
  found.ratioError = found.ellipse.ratio * std::sqrt(std::max(0., along.dot(covariance * along)));
  const double side = std::sqrt(std::max(0., across.dot(covariance * across)));
  found.angleError = side < pi * length ? 0.5 * side / length : 0.5 * pi;
  return found;
}

Eigen::Matrix2d
UndistortingMatrix(const EllipticalDistortion & ellipse)
{
  const double    c = std::cos(ellipse.angle);
  const double    s = std::sin(ellipse.angle);
  const double    root = std::sqrt(ellipse.ratio);
  Eigen::Matrix2d turn;
  turn << c, -s, s, c;
  return turn * Eigen::Vector2d(1. / root, root).asDiagonal() * turn.transpose();
}

BraggPlace
Undistorted(const EllipticalDistortion & distortion, const BraggPlace & place)
{
  const Eigen::Vector2d moved = UndistortingMatrix(distortion) * Eigen::Vector2d(place.x, place.y);
  return { moved[0], moved[1] };
}

Lattice
Undistorted(const EllipticalDistortion & distortion, const Lattice & lattice)
{
  return LatticeOf(Eigen::Matrix2d(UndistortingMatrix(distortion) * MatrixOf(lattice)));
}

void
UndistortDisks(const EllipticalDistortion & distortion, std::int64_t count, BraggDisk * disks)
{
  const Eigen::Matrix2d matrix = UndistortingMatrix(distortion);
  for (std::int64_t i = 0; i < count; ++i)
  {
    const Eigen::Vector2d moved =
      matrix * Eigen::Vector2d(static_cast<double>(disks[i].x), static_cast<double>(disks[i].y));
    disks[i].x = static_cast<float>(moved[0]);
    disks[i].y = static_cast<float>(moved[1]);
  }
}

std::optional<EllipseMeasurement>
EllipseOfLattice(const LatticeEstimate & measured, const KnownLattice & known)
{
  const LatticeMatch match = MatchLattice(measured.lattice, known);
  if (!(match.mismatch <= MostMismatch))
  {
    return std::nullopt;
  }
  const Eigen::Matrix2d inverse = MatrixOf(match.known).inverse();
  const Eigen::Matrix2d lattice = MatrixOf(measured.lattice);
  const Eigen::Matrix2d errors = SymmetricMatrix(measured.covariance);
  const double          step = 1e-6 * lattice.norm();
  Eigen::Matrix2d       covariance = Eigen::Matrix2d::Zero();
  for (int axis = 0; axis < 2; ++axis)
  {
    Eigen::Matrix2d slopes; // of the vector by the two components along this axis
    for (int which = 0; which < 2; ++which)
    {
      Eigen::Matrix2d more = lattice;
      Eigen::Matrix2d less = lattice;
      more(axis, which) += step;
      less(axis, which) -= step;
      slopes.col(which) = (VectorOfLattice(more, inverse) - VectorOfLattice(less, inverse)) / (2. * step);
    }
    covariance += slopes * errors * slopes.transpose();
  }
  return EllipseOfVector(VectorOfLattice(lattice, inverse), covariance);
}

KnownLattice
HexagonalLattice()
{
  return { 1., 1., 2. / 3. * pi };
}

KnownLattice
SquareLattice()
{
  return { 1., 1., 0.5 * pi };
}
} // namespace fourdstem
