// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Lattice.h"

#include "EigenDense.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourdstem
{
namespace
{
constexpr double pi = 3.14159265358979323846;

struct Vector
{
  double x;
  double y;
};

double
Cross(const Vector & a, const Vector & b)
{
  return a.x * b.y - a.y * b.x;
}

double
Dot(const Vector & a, const Vector & b)
{
  return a.x * b.x + a.y * b.y;
}

/** Steps from the origin to peaks and from peak to peak, shortest first, without opposites and near doubles. */
std::vector<Vector>
Steps(const std::vector<BraggPeak> & peaks, double tolerance)
{
  constexpr std::size_t brightest = 24;
  constexpr std::size_t most = 24;
  std::vector<Vector>   all;
  const std::size_t     count = std::min(peaks.size(), brightest);
  for (std::size_t i = 0; i < count; ++i)
  {
    all.push_back({ peaks[i].x, peaks[i].y });
    for (std::size_t j = 0; j < i; ++j)
    {
      all.push_back({ peaks[i].x - peaks[j].x, peaks[i].y - peaks[j].y });
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Vector & a, const Vector & b) { return Dot(a, a) < Dot(b, b); });
  std::vector<Vector> steps;
  for (const Vector & step : all)
  {
    const bool isNew = std::none_of(steps.begin(), steps.end(), [&](const Vector & other) {
      return std::min(std::hypot(step.x - other.x, step.y - other.y), std::hypot(step.x + other.x, step.y + other.y)) <
             tolerance;
    });
    if (isNew && steps.size() < most)
    {
      steps.push_back(step);
    }
  }
  return steps;
}

/** The shortest vectors of the lattice of a and b, at 60 to 90 degrees, turning from +x to +y; the first is the nearest
 * to +x. */
Lattice
Reduce(Vector a, Vector b)
{
  for (int round = 0; round < 64; ++round)
  {
    if (Dot(b, b) < Dot(a, a))
    {
      std::swap(a, b);
    }
    const double times = std::round(Dot(a, b) / Dot(a, a));
    if (times == 0.)
    {
      break;
    }
    b = { b.x - times * a.x, b.y - times * a.y };
  }
  // All short vectors, as they may stand for the lattice: of equals, as in a hexagonal one, there are three.
  const Vector        candidates[] = { a, b, { a.x + b.x, a.y + b.y }, { a.x - b.x, a.y - b.y } };
  const double        longest = 1.03 * std::sqrt(std::max(Dot(a, a), Dot(b, b)));
  std::vector<Vector> shortest;
  for (Vector one : candidates)
  {
    if (std::hypot(one.x, one.y) <= longest)
    {
      if (one.x < 0. || (one.x == 0. && one.y < 0.))
      {
        one = { -one.x, -one.y };
      }
      shortest.push_back(one);
    }
  }
  const auto angle = [](const Vector & one) { return std::abs(std::atan2(one.y, one.x)); };
  std::stable_sort(
    shortest.begin(), shortest.end(), [&](const Vector & u, const Vector & v) { return angle(u) < angle(v); });
  const Vector first = shortest.front();
  Vector       second = first;
  double       nearest = -1.;
  for (const Vector & one : shortest)
  {
    for (const double sign : { 1., -1. })
    {
      const Vector turned = { sign * one.x, sign * one.y };
      const double turn = std::atan2(Cross(first, turned), Dot(first, turned));
      // Of those that turn the right way the one nearest to, but not above, 90 degrees (with room for strain).
      if (turn > 0.25 * pi && turn < 95. / 180. * pi && turn > nearest)
      {
        nearest = turn;
        second = turned;
      }
    }
  }
  if (nearest < 0.)
  {
    second = Cross(a, b) > 0. ? b : Vector{ -b.x, -b.y };
    return { { a.x, a.y }, { second.x, second.y } };
  }
  return { { first.x, first.y }, { second.x, second.y } };
}

MillerIndex
NearestIndex(const Lattice & lattice, double x, double y, double & distance)
{
  const double determinant = lattice.Determinant();
  const double h = std::round((x * lattice.g2[1] - y * lattice.g2[0]) / determinant);
  const double k = std::round((lattice.g1[0] * y - lattice.g1[1] * x) / determinant);
  distance = std::hypot(x - h * lattice.g1[0] - k * lattice.g2[0], y - h * lattice.g1[1] - k * lattice.g2[1]);
  return { static_cast<int>(h), static_cast<int>(k) };
}

/** Share of the peaks' heights (square roots) on a lattice. */
double
ShareOn(const std::vector<BraggPeak> & peaks, const Lattice & lattice, double tolerance)
{
  double on = 0.;
  double all = 0.;
  for (const BraggPeak & peak : peaks)
  {
    double       distance = 0.;
    const auto   index = NearestIndex(lattice, peak.x, peak.y, distance);
    const double weight = std::sqrt(std::max(peak.height, 0.));
    all += weight;
    on += distance <= tolerance && (index.h != 0 || index.k != 0) ? weight : 0.;
  }
  return all > 0. ? on / all : 0.;
}

/** Fits q = q0 + h g1 + k g2 to the indexed peaks, weighted by the roots of their heights. */
bool
Refit(const std::vector<BraggPlace> & places, const std::vector<MillerIndex> & indices, Lattice & lattice)
{
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d x = Eigen::Vector3d::Zero();
  Eigen::Vector3d y = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < places.size(); ++i)
  {
    const Eigen::Vector3d factors(1., indices[i].h, indices[i].k);
    normal += factors * factors.transpose();
    x += places[i].x * factors;
    y += places[i].y * factors;
  }
  if (!(normal.determinant() > 0.5)) // of integers
  {
    return false;
  }
  const Eigen::Matrix3d inverse = normal.inverse();
  x = (inverse * x).eval();
  y = (inverse * y).eval();
  lattice = { { x[1], y[1] }, { x[2], y[2] } };
  return true;
}
} // namespace

std::optional<IndexedPeaks>
IndexPeaks(const std::vector<BraggPeak> & peaks, const Lattice & lattice, double tolerance)
{
  if (!(std::abs(lattice.Determinant()) > 0.))
  {
    return std::nullopt;
  }
  IndexedPeaks indexed;
  indexed.lattice = lattice;
  for (int round = 0; round < 2; ++round)
  {
    indexed.places.clear();
    indexed.indices.clear();
    for (const BraggPeak & peak : peaks)
    {
      double     distance = 0.;
      const auto index = NearestIndex(indexed.lattice, peak.x, peak.y, distance);
      if (distance <= tolerance && (index.h != 0 || index.k != 0))
      {
        indexed.places.push_back({ peak.x, peak.y });
        indexed.indices.push_back(index);
      }
    }
    if (indexed.places.size() < 3 || !Refit(indexed.places, indexed.indices, indexed.lattice))
    {
      return std::nullopt;
    }
  }
  indexed.share = ShareOn(peaks, indexed.lattice, tolerance);
  return indexed;
}

std::optional<IndexedPeaks>
FindLattice(const std::vector<BraggPeak> & peaks, double tolerance)
{
  const std::vector<Vector>               steps = Steps(peaks, tolerance);
  std::vector<std::pair<double, Lattice>> tried;
  double                                  best = 0.;
  for (std::size_t i = 0; i < steps.size(); ++i)
  {
    for (std::size_t j = 0; j < i; ++j)
    {
      const double area = std::abs(Cross(steps[i], steps[j]));
      const double lengths = std::hypot(steps[i].x, steps[i].y) * std::hypot(steps[j].x, steps[j].y);
      // A cell so small that chance would put a peak on it, or so flat that it has no two directions, says nothing.
      if (area < 0.3 * lengths || area < 12. * tolerance * tolerance)
      {
        continue;
      }
      const Lattice lattice = Reduce(steps[i], steps[j]);
      const auto    indexed = IndexPeaks(peaks, lattice, tolerance);
      if (indexed)
      {
        tried.emplace_back(indexed->share, indexed->lattice);
        best = std::max(best, indexed->share);
      }
    }
  }
  const Lattice * chosen = nullptr;
  for (const auto & [share, lattice] : tried)
  {
    const auto area = [](const Lattice & one) { return std::abs(one.Determinant()); };
    if (share >= 0.97 * best && (!chosen || area(lattice) > 1.1 * area(*chosen)))
    {
      chosen = &lattice;
    }
  }
  return chosen ? IndexPeaks(peaks, *chosen, tolerance) : std::nullopt;
}
} // namespace fourdstem
