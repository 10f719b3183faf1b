// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Lattice.h"

#include "EigenDense.h"
#include "Parallel.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr float noData = std::numeric_limits<float>::quiet_NaN();

/** A disk with its place in the design: q = q0 + h g1 + k g2. */
struct Equation
{
  Eigen::Vector3d factors;
  double          x;
  double          y;
  double          variance;
  double          weight; // robust, 0 to 1
};

struct Solution
{
  Eigen::Vector3d x;
  Eigen::Vector3d y;
  Eigen::Matrix3d inverse;
};

std::optional<Solution>
Solve(const std::vector<Equation> & equations)
{
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d x = Eigen::Vector3d::Zero();
  Eigen::Vector3d y = Eigen::Vector3d::Zero();
  for (const Equation & one : equations)
  {
    const double          weight = one.weight / one.variance;
    const Eigen::Vector3d weighted = weight * one.factors;
    normal += weighted * one.factors.transpose();
    x += one.x * weighted;
    y += one.y * weighted;
  }
  const double scale = normal(0, 0) * normal(1, 1) * normal(2, 2);
  if (!(normal.determinant() > 1e-9 * scale))
  {
    return std::nullopt; // the disks lie on a line
  }
  const Eigen::Matrix3d inverse = normal.inverse();
  return Solution{ inverse * x, inverse * y, inverse };
}

double
SquaredDistance(const Equation & one, const Solution & solution)
{
  const double dx = one.x - one.factors.dot(solution.x);
  const double dy = one.y - one.factors.dot(solution.y);
  return dx * dx + dy * dy;
}

/** Gives every equation its robust weight; returns how many have one. `least`: the smallest that the scale of errors
 * may be taken for. */
int
Weigh(std::vector<Equation> & equations, const Solution & solution, double outlier, double least)
{
  std::vector<double> distances;
  distances.reserve(equations.size());
  for (const Equation & one : equations)
  {
    distances.push_back(std::sqrt(SquaredDistance(one, solution) / one.variance));
  }
  std::vector<double> sorted = distances;
  const auto          middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  // The median of the distance from a place with unit errors in x and y.
  constexpr double rayleighMedian = 1.17741;
  const double     cut = outlier * std::max(least, *middle / rayleighMedian);
  int              count = 0;
  for (std::size_t i = 0; i < equations.size(); ++i)
  {
    const double u = distances[i] / cut;
    const double rest = u < 1. ? 1. - u * u : 0.;
    equations[i].weight = rest * rest;
    count += rest > 0. ? 1 : 0;
  }
  return count;
}

/** What a position says of the scale of its disks' variances. */
struct Spread
{
  double squares = 0.; // sum of squared distances over variances
  double freedom = 0.;
};

Spread
SpreadOf(const std::vector<Equation> & equations, const Solution & solution)
{
  Spread spread;
  for (const Equation & one : equations)
  {
    spread.squares += one.weight * SquaredDistance(one, solution) / one.variance;
    spread.freedom += 2. * one.weight;
  }
  spread.freedom -= 6.;
  return spread;
}

/** The disks of a position as equations, all of full weight. */
void
Collect(const BraggDisk * disks, const std::vector<MillerIndex> & indices, std::vector<Equation> & equations)
{
  equations.clear();
  for (std::size_t i = 0; i < indices.size(); ++i)
  {
    const BraggDisk & disk = disks[i];
    if (std::isfinite(disk.x) && disk.sigma > 0.F)
    {
      const auto sigma = static_cast<double>(disk.sigma);
      equations.push_back({ { 1., static_cast<double>(indices[i].h), static_cast<double>(indices[i].k) },
                            static_cast<double>(disk.x),
                            static_cast<double>(disk.y),
                            sigma * sigma,
                            1. });
    }
  }
}

Spread
FitRobustly(std::vector<Equation> & equations, const LatticeFitOptions & options, double leastScale, LatticeFit & fit)
{
  constexpr int rounds = 5;
  const auto    enough = std::max(options.minimumDisks, 4);
  int           count = static_cast<int>(equations.size());
  auto          solution = count >= enough ? Solve(equations) : std::nullopt;
  for (int round = 0; solution && round < rounds; ++round)
  {
    count = Weigh(equations, *solution, options.outlier, leastScale);
    solution = count >= enough ? Solve(equations) : std::nullopt;
  }
  // Robust weights choose the disks; those that stay count in full, so that errors are those of least squares.
  for (Equation & one : equations)
  {
    one.weight = one.weight > 0. ? 1. : 0.;
  }
  solution = solution ? Solve(equations) : std::nullopt;
  if (!solution)
  {
    return {};
  }
  double distances = 0.;
  for (const Equation & one : equations)
  {
    distances += one.weight * SquaredDistance(one, *solution);
  }
  for (int i = 0; i < 3; ++i)
  {
    float * const to = i == 0 ? fit.q0 : i == 1 ? fit.g1 : fit.g2;
    to[0] = static_cast<float>(solution->x[i]);
    to[1] = static_cast<float>(solution->y[i]);
  }
  fit.covariance[0] = static_cast<float>(solution->inverse(1, 1));
  fit.covariance[1] = static_cast<float>(solution->inverse(1, 2));
  fit.covariance[2] = static_cast<float>(solution->inverse(2, 2));
  fit.residual = static_cast<float>(std::sqrt(distances / count));
  fit.disks = count;
  return SpreadOf(equations, *solution);
}

/** The median over the positions of squares over freedom, as for a chi-squared variable of that median. */
double
VarianceScale(const std::vector<Spread> & spreads)
{
  std::vector<double> scales;
  for (const Spread & spread : spreads)
  {
    if (spread.freedom > 1.)
    {
      const double third = 1. - 2. / (9. * spread.freedom);
      scales.push_back(spread.squares / (spread.freedom * third * third * third));
    }
  }
  if (scales.empty())
  {
    return 1.;
  }
  const auto middle = scales.begin() + static_cast<std::ptrdiff_t>(scales.size() / 2);
  std::nth_element(scales.begin(), middle, scales.end());
  return *middle;
}
} // namespace

void
FitLattices(std::int64_t                                  positions,
            std::int64_t                                  stride,
            const BraggDisk *                             disks,
            const std::vector<std::vector<MillerIndex>> & indices,
            const std::uint16_t *                         sets,
            const LatticeFitOptions &                     options,
            LatticeFit *                                  fits,
            const Execution &                             execution)
{
  constexpr std::int64_t together = 1024;
  constexpr double       ownFreedom = 20.;
  const auto             forEach = [&](const Monitor & monitor, const auto & visit) {
    ParallelFor((positions + together - 1) / together, { execution.threads, monitor }, [&](std::int64_t task) {
      std::vector<Equation> equations;
      const std::int64_t    end = std::min(positions, (task + 1) * together);
      for (std::int64_t position = task * together; position < end; ++position)
      {
        const std::uint16_t set = sets ? sets[position] : std::uint16_t{ 0 };
        equations.clear();
        if (set != NoSet)
        {
          if (set >= indices.size() || indices[set].size() > static_cast<std::size_t>(stride))
          {
            throw std::invalid_argument("a position has set " + std::to_string(set) + " of indices; there are " +
                                        std::to_string(indices.size()) + " of at most " + std::to_string(stride));
          }
          Collect(disks + position * stride, indices[set], equations);
        }
        visit(position, equations);
      }
    });
  };
  std::vector<Spread> spreads(static_cast<std::size_t>(positions));
  forEach(execution.monitor.Part(0., 0.3), [&](std::int64_t position, std::vector<Equation> & equations) {
    const auto solution = Solve(equations);
    spreads[static_cast<std::size_t>(position)] = solution ? SpreadOf(equations, *solution) : Spread();
  });
  const double leastScale = std::sqrt(VarianceScale(spreads));
  forEach(execution.monitor.Part(0.3, 1.), [&](std::int64_t position, std::vector<Equation> & equations) {
    LatticeFit & fit = fits[position];
    std::fill_n(fit.q0, 2, noData);
    std::fill_n(fit.g1, 2, noData);
    std::fill_n(fit.g2, 2, noData);
    std::fill_n(fit.covariance, 3, noData);
    fit.residual = noData;
    fit.disks = 0;
    spreads[static_cast<std::size_t>(position)] = FitRobustly(equations, options, leastScale, fit);
  });
  const double scale = VarianceScale(spreads);
  for (std::int64_t position = 0; position < positions; ++position)
  {
    const Spread & spread = spreads[static_cast<std::size_t>(position)];
    const double   own = (ownFreedom * scale + spread.squares) / (ownFreedom + std::max(0., spread.freedom));
    for (float & value : fits[position].covariance)
    {
      value *= static_cast<float>(own);
    }
  }
}
} // namespace fourdstem
