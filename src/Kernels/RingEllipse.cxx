// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/EllipticalDistortion.h"

#include "EllipseParameters.h"
#include "Median.h"
#include "Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace fourdstem
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr int    sectorCount = 72;

/** A pixel between the radii, from the origin. */
struct RingPixel
{
  Eigen::Vector2d place;
  double          value;
  int             sector;
};

/** Centre and half-width (standard deviation) of the ring's Gaussian, pixels. */
struct RingShape
{
  double radius = 0.;
  double width = 0.;
};

/** What the ellipse is: its vector, its centre and mean radius. */
using Vector5 = Eigen::Matrix<double, 5, 1>;
using Matrix5 = Eigen::Matrix<double, 5, 5>;
using RingParameters = Vector5;

std::vector<RingPixel>
PixelsBetween(const double *          pattern,
              std::int64_t            qy,
              std::int64_t            qx,
              const Eigen::Vector2d & origin,
              double                  inner,
              double                  outer)
{
  std::vector<RingPixel> pixels;
  for (std::int64_t y = 0; y < qy; ++y)
  {
    for (std::int64_t x = 0; x < qx; ++x)
    {
      const Eigen::Vector2d place = Eigen::Vector2d(static_cast<double>(x), static_cast<double>(y)) - origin;
      const double          radius = place.norm();
      const double          value = pattern[y * qx + x];
      if (radius >= inner && radius <= outer && std::isfinite(value))
      {
        const double turn = (std::atan2(place[1], place[0]) + pi) / (2. * pi);
        pixels.push_back({ place, value, std::min(static_cast<int>(turn * sectorCount), sectorCount - 1) });
      }
    }
  }
  return pixels;
}

double
GaussianAt(double radius, const RingShape & shape)
{
  const double u = (radius - shape.radius) / shape.width;
  return std::exp(-0.5 * u * u);
}

/** The Gaussian on a parabola that fits the azimuthal median best, of a grid of places and widths; no width where no
 * ring stands out. */
RingShape
FindRing(const std::vector<RingPixel> & pixels, double inner, double outer)
{
  const auto                       count = static_cast<std::size_t>(std::floor(outer - inner)) + 1;
  std::vector<std::vector<double>> rings(count);
  for (const RingPixel & pixel : pixels)
  {
    rings[std::min(static_cast<std::size_t>(pixel.place.norm() - inner), count - 1)].push_back(pixel.value);
  }
  std::vector<Eigen::Vector2d> profile; // radius, level
  std::vector<double>          levels;
  for (std::size_t ring = 0; ring < count; ++ring)
  {
    if (!rings[ring].empty())
    {
      levels.push_back(Median(rings[ring]));
      profile.emplace_back(inner + static_cast<double>(ring) + 0.5, levels.back());
    }
  }
  // Both flanks of the ring lie between the radii; it is a twentieth of what is there, and nearly all of what is no
  // parabola.
  constexpr double flanks = 1.5;
  constexpr double leastHeight = 0.05;
  constexpr double leastShare = 0.9;
  const double     range = outer - inner;
  const auto       restWith = [&](const RingShape & shape, bool isRingLeftOut, double & height) {
    Eigen::Matrix4d normal = Eigen::Matrix4d::Zero();
    Eigen::Vector4d right = Eigen::Vector4d::Zero();
    double          squares = 0.;
    for (const Eigen::Vector2d & point : profile)
    {
      const double    t = 2. * (point[0] - inner) / range - 1.;
      Eigen::Vector4d factors(1., t, t * t, GaussianAt(point[0], shape));
      factors[3] *= isRingLeftOut ? 0. : 1.;
      normal += factors * factors.transpose();
      right += point[1] * factors;
      squares += point[1] * point[1];
    }
    normal(3, 3) += isRingLeftOut ? 1. : 0.;
    const Eigen::Vector4d solution = normal.ldlt().solve(right);
    height = solution[3];
    return squares - solution.dot(right);
  };
  RingShape    best;
  double       height = 0.;
  double       least = (1. - leastShare) * restWith({ inner, range }, true, height);
  const double level = profile.empty() ? 0. : Median(levels);
  const auto   radii = static_cast<int>(std::floor((outer - inner) / 0.25)) + 1;
  for (int i = 0; i < radii; ++i)
  {
    const double radius = inner + 0.25 * i;
    for (const double share : { 0.06, 0.09, 0.13, 0.18, 0.25 })
    {
      const RingShape tried{ radius, std::max(share * range, 0.7) };
      if (radius < inner + flanks * tried.width || radius > outer - flanks * tried.width)
      {
        continue;
      }
      const double rest = restWith(tried, false, height);
      if (height > leastHeight * level && rest < least)
      {
        least = rest;
        best = tried;
      }
    }
  }
  return best;
}

/** Where the top of the ring is in a sector. */
struct SectorTop
{
  double radius;
  bool   isFound;
};

/** The tops in `sectors` of radii and values. A ring is there where its height is above four standard errors of it. */
std::vector<SectorTop>
FindTops(const std::vector<std::vector<Eigen::Vector2d>> & sectors, const RingShape & shape, double range)
{
  std::vector<SectorTop> tops;
  constexpr double       significance = 4.;
  for (const auto & points : sectors)
  {
    SectorTop top{ shape.radius, points.size() >= 12 };
    for (int round = 0; round < 8 && top.isFound; ++round)
    {
      Matrix5 normal = Matrix5::Zero();
      Vector5 right = Vector5::Zero();
      double  squares = 0.;
      for (const Eigen::Vector2d & point : points)
      {
        const double u = (point[0] - top.radius) / shape.width;
        const double height = std::exp(-0.5 * u * u);
        Vector5      factors;
        factors << 1., u, u * u, height, u * height;
        normal += factors * factors.transpose();
        right += point[1] * factors;
        squares += point[1] * point[1];
      }
      const Eigen::LDLT<Matrix5> solver(normal);
      const Vector5              solution = solver.solve(right);
      const double               shift = shape.width * solution[4] / solution[3];
      const double noise = std::max(0., squares - solution.dot(right)) / static_cast<double>(points.size() - 5);
      const double error = std::sqrt(noise * solver.solve(Vector5::Unit(3))[3]);
      top.isFound = solution[3] > significance * error && std::abs(shift) < 0.25 * range;
      top.radius += std::clamp(shift, -0.5 * shape.width, 0.5 * shape.width);
      if (std::abs(shift) < 1e-4)
      {
        break;
      }
    }
    top.isFound = top.isFound && std::abs(top.radius - shape.radius) < 0.3 * range;
    tops.push_back(top);
  }
  return tops;
}

double
DistanceOf(const RingParameters & parameters, const Eigen::Vector2d & place)
{
  const EllipticalDistortion ellipse = EllipseOfVector(parameters.head<2>());
  return (UndistortingMatrix(ellipse) * (place - parameters.segment<2>(2))).norm() - parameters[4];
}

/** An ellipse through places, by Gauss-Newton with Tukey's weights, and its covariance. */
struct RingFit
{
  RingParameters parameters;
  Matrix5        covariance = Matrix5::Zero();
  int            used = 0;
};

RingFit
FitEllipse(const std::vector<Eigen::Vector2d> & places, const RingParameters & start)
{
  constexpr int    rounds = 12;
  constexpr double cut = 4.;
  RingFit          fit;
  fit.parameters = start;
  for (int round = 0; round < rounds; ++round)
  {
    std::vector<double> sizes;
    sizes.reserve(places.size());
    for (const Eigen::Vector2d & place : places)
    {
      sizes.push_back(std::abs(DistanceOf(fit.parameters, place)));
    }
    const double   scale = std::max(1.4826 * Median(sizes), 1e-9);
    Matrix5        normal = Matrix5::Zero();
    RingParameters right = RingParameters::Zero();
    double         squares = 0.;
    fit.used = 0;
    for (const Eigen::Vector2d & place : places)
    {
      const double rest = DistanceOf(fit.parameters, place);
      if (std::abs(rest) > cut * scale)
      {
        continue;
      }
      RingParameters slopes;
      for (int i = 0; i < 5; ++i)
      {
        const double   step = i < 2 ? 1e-6 : 1e-4;
        RingParameters more = fit.parameters;
        RingParameters less = fit.parameters;
        more[i] += step;
        less[i] -= step;
        slopes[i] = (DistanceOf(more, place) - DistanceOf(less, place)) / (2. * step);
      }
      normal += slopes * slopes.transpose();
      right -= rest * slopes;
      squares += rest * rest;
      ++fit.used;
    }
    if (fit.used < 6 || !(normal.determinant() > 0.))
    {
      fit.used = 0;
      return fit;
    }
    const Matrix5 inverse = normal.inverse();
    fit.parameters += inverse * right;
    fit.covariance = inverse * (squares / (fit.used - 5));
  }
  return fit;
}
} // namespace

RingMeasurement
EllipseOfRing(const double * pattern,
              std::int64_t   qy,
              std::int64_t   qx,
              double         originX,
              double         originY,
              double         innerRadius,
              double         outerRadius)
{
  if (!(innerRadius > 0. && outerRadius >= innerRadius + NarrowestRing) ||
      outerRadius > std::hypot(static_cast<double>(qx), static_cast<double>(qy)))
  {
    throw std::invalid_argument("a ring lies between two radii on the detector, at least 6 px apart, not " +
                                Digits(innerRadius) + " and " + Digits(outerRadius));
  }
  const auto failure = [&](const std::string & what) {
    return std::runtime_error("no ring between " + Digits(innerRadius) + " and " + Digits(outerRadius) +
                              " px is an ellipse: " + what);
  };
  const auto pixels = PixelsBetween(pattern, qy, qx, { originX, originY }, innerRadius, outerRadius);
  RingShape  shape = FindRing(pixels, innerRadius, outerRadius);
  if (!(shape.width > 0.))
  {
    throw failure("the mean pattern falls evenly there");
  }
  RingFit fit;
  fit.parameters << 0., 0., 0., 0., shape.radius;
  for (int round = 0; round < 4; ++round)
  {
    const Eigen::Matrix2d                     undistort = UndistortingMatrix(EllipseOfVector(fit.parameters.head<2>()));
    const Eigen::Vector2d                     centre = fit.parameters.segment<2>(2);
    std::vector<std::vector<Eigen::Vector2d>> sectors(sectorCount);
    std::vector<Eigen::Vector2d>              directions(sectorCount, Eigen::Vector2d::Zero());
    for (const RingPixel & pixel : pixels)
    {
      const Eigen::Vector2d place = undistort * (pixel.place - centre);
      const auto            sector = static_cast<std::size_t>(pixel.sector);
      sectors[sector].emplace_back(place.norm(), pixel.value);
      directions[sector] += place.normalized();
    }
    const auto                   tops = FindTops(sectors, shape, outerRadius - innerRadius);
    std::vector<Eigen::Vector2d> places;
    for (std::size_t sector = 0; sector < tops.size(); ++sector)
    {
      if (tops[sector].isFound)
      {
        places.emplace_back(undistort.inverse() * (tops[sector].radius * directions[sector].normalized()) + centre);
      }
    }
    if (2 * places.size() < tops.size())
    {
      throw failure("it stands out in " + std::to_string(places.size()) + " of " + std::to_string(sectorCount) +
                    " sectors");
    }
    fit = FitEllipse(places, fit.parameters);
    if (2 * fit.used < sectorCount)
    {
      throw failure("its radii agree in " + std::to_string(fit.used) + " of " + std::to_string(sectorCount) +
                    " sectors");
    }
    shape.radius = fit.parameters[4];
  }
  RingMeasurement found;
  found.ellipse = EllipseOfVector(fit.parameters.head<2>(), Eigen::Matrix2d(fit.covariance.topLeftCorner<2, 2>()));
  constexpr double mostRatio = 1. + 2. * MostMismatch;
  if (!(found.ellipse.ellipse.ratio <= mostRatio))
  {
    throw failure("its axes would be as " + Digits(found.ellipse.ellipse.ratio) + " to 1");
  }
  found.centreX = fit.parameters[2];
  found.centreY = fit.parameters[3];
  found.radius = fit.parameters[4];
  found.sectors = fit.used;
  return found;
}
} // namespace fourdstem
