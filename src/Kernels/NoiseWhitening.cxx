// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PrincipalComponents.h"

#include "EigenDense.h"
#include "HotLoops/MatrixLoops.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr std::int64_t Width = ReducedStride;
constexpr std::int64_t BlockSize = 512;

using Narrow = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using NarrowFloat = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/** Chance that chi-squared with `freedom` degrees is below x: the series of the incomplete gamma function. */
double
ChiSquaredBelow(double x, int freedom)
{
  const double a = 0.5 * freedom;
  double       term = 1.0 / a;
  double       sum = term;
  for (int i = 1; i < 1000 && term > 1e-15 * sum; ++i)
  {
    term *= 0.5 * x / (a + i);
    sum += term;
  }
  return sum * std::exp(a * std::log(0.5 * x) - 0.5 * x - std::lgamma(a));
}

double
ChiSquaredQuantile(double chance, int freedom)
{
  double low = 0.0;
  double high = 20.0 + 4.0 * freedom;
  for (int i = 0; i < 60; ++i)
  {
    const double middle = 0.5 * (low + high);
    (ChiSquaredBelow(middle, freedom) < chance ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::int64_t
CountBlocks(std::int64_t count)
{
  return (count + BlockSize - 1) / BlockSize;
}

/** Pair p joins first[p] and pairs.ahead[p]. */
std::vector<std::int32_t>
FirstOfPairs(const NeighbourPairs & pairs)
{
  std::vector<std::int32_t> first(pairs.ahead.size());
  for (std::int64_t i = 0; i < pairs.Positions(); ++i)
  {
    std::fill(first.begin() + pairs.begin[static_cast<std::size_t>(i)],
              first.begin() + pairs.begin[static_cast<std::size_t>(i) + 1],
              static_cast<std::int32_t>(i));
  }
  return first;
}

Narrow
TotalCovariance(const std::vector<float> & scores, int components, const Execution & execution)
{
  struct Sums
  {
    std::vector<float> row = std::vector<float>(static_cast<std::size_t>(Width));
    std::vector<float> product = std::vector<float>(static_cast<std::size_t>(Width * Width));
  };
  const std::int64_t rows = static_cast<std::int64_t>(scores.size()) / Width;
  Eigen::VectorXd    sum = Eigen::VectorXd::Zero(Width);
  Narrow             product = Narrow::Zero(Width, Width);
  ParallelOrdered(
    CountBlocks(rows),
    execution,
    [] { return Sums{}; },
    [&](std::int64_t i, Sums & sums) {
      const float *      first = scores.data() + i * BlockSize * Width;
      const std::int64_t count = std::min(BlockSize, rows - i * BlockSize);
      std::fill(sums.row.begin(), sums.row.end(), 0.0f);
      std::fill(sums.product.begin(), sums.product.end(), 0.0f);
      for (std::int64_t k = 0; k < count; ++k)
      {
        std::transform(sums.row.begin(), sums.row.end(), first + k * Width, sums.row.begin(), std::plus<>());
      }
      RunHotLoop<AccumulateOuter<4>>(first, Width, count, Width, first, sums.product.data());
    },
    [&](std::int64_t, Sums & sums) {
      sum += Eigen::Map<const Eigen::VectorXf>(sums.row.data(), Width).cast<double>();
      product += Eigen::Map<const NarrowFloat>(sums.product.data(), Width, Width).cast<double>();
    });
  const auto count = static_cast<double>(rows);
  return ((product - sum * sum.transpose() / count) / std::max(1.0, count - 1.0)).topLeftCorner(components, components);
}

/** Half the covariance of the differences over the pairs whose `distance` is at most `largest`; all, if it is empty. */
Narrow
DifferenceCovariance(const std::vector<float> &        scores,
                     int                               components,
                     const NeighbourPairs &            pairs,
                     const std::vector<std::int32_t> & first,
                     const std::vector<float> &        distance,
                     float                             largest,
                     const Execution &                 execution)
{
  struct Sums
  {
    std::vector<float> difference = std::vector<float>(static_cast<std::size_t>(BlockSize * Width));
    std::vector<float> product = std::vector<float>(static_cast<std::size_t>(Width * Width));
    std::int64_t       kept = 0;
  };
  Narrow       product = Narrow::Zero(Width, Width);
  std::int64_t kept = 0;
  ParallelOrdered(
    CountBlocks(pairs.Pairs()),
    execution,
    [] { return Sums{}; },
    [&](std::int64_t i, Sums & sums) {
      sums.kept = 0;
      const std::int64_t last = std::min(pairs.Pairs(), (i + 1) * BlockSize);
      for (std::int64_t p = i * BlockSize; p < last; ++p)
      {
        const auto at = static_cast<std::size_t>(p);
        if (!distance.empty() && distance[at] > largest)
        {
          continue;
        }
        const float * a = scores.data() + first[at] * Width;
        const float * b = scores.data() + pairs.ahead[at] * Width;
        float *       out = sums.difference.data() + sums.kept * Width;
        for (std::int64_t c = 0; c < Width; ++c)
        {
          out[c] = a[c] - b[c];
        }
        ++sums.kept;
      }
      std::fill(sums.product.begin(), sums.product.end(), 0.0f);
      const float * difference = sums.difference.data();
      RunHotLoop<AccumulateOuter<4>>(difference, Width, sums.kept, Width, difference, sums.product.data());
    },
    [&](std::int64_t, Sums & sums) {
      product += Eigen::Map<const NarrowFloat>(sums.product.data(), Width, Width).cast<double>();
      kept += sums.kept;
    });
  return (0.5 / std::max<double>(1.0, static_cast<double>(kept))) * product.topLeftCorner(components, components);
}

/** Squared Mahalanobis distance of every pair in the noise metric. */
std::vector<float>
PairDistances(const std::vector<float> &        scores,
              const Narrow &                    noise,
              const NeighbourPairs &            pairs,
              const std::vector<std::int32_t> & first,
              const Execution &                 execution)
{
  const auto                        components = noise.rows();
  const Eigen::LLT<Eigen::MatrixXd> factor(noise);
  NarrowFloat                       whitening = NarrowFloat::Zero(Width, Width);
  whitening.topLeftCorner(components, components) =
    factor.matrixL().solve(Eigen::MatrixXd::Identity(components, components)).transpose().cast<float>();

  const std::int64_t rows = pairs.Positions();
  std::vector<float> white(scores.size());
  ParallelFor(CountBlocks(rows), execution, [&](std::int64_t i) {
    RunHotLoop<ProjectRows<4>>(scores.data() + i * BlockSize * Width,
                               Width,
                               std::min(BlockSize, rows - i * BlockSize),
                               Width,
                               static_cast<const float *>(whitening.data()),
                               white.data() + i * BlockSize * Width);
  });

  std::vector<float> distance(pairs.ahead.size());
  ParallelFor(CountBlocks(pairs.Pairs()), execution, [&](std::int64_t i) {
    const std::int64_t last = std::min(pairs.Pairs(), (i + 1) * BlockSize);
    for (std::int64_t p = i * BlockSize; p < last; ++p)
    {
      const auto    at = static_cast<std::size_t>(p);
      const float * a = white.data() + first[at] * Width;
      const float * b = white.data() + pairs.ahead[at] * Width;
      float         parts[8] = {};
      for (std::int64_t c = 0; c < Width; c += 8)
      {
        for (std::int64_t k = 0; k < 8; ++k)
        {
          parts[k] += (a[c + k] - b[c + k]) * (a[c + k] - b[c + k]);
        }
      }
      distance[at] = ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
    }
  });
  return distance;
}

/** The value below which a share of the values lies, interpolated between neighbours in rank. */
double
Quantile(std::vector<float> & values, double share)
{
  const double rank = share * static_cast<double>(values.size() - 1);
  const auto   below = static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = static_cast<double>(values[static_cast<std::size_t>(below)]);
  if (below + 1 == static_cast<std::ptrdiff_t>(values.size()))
  {
    return low;
  }
  const double high = static_cast<double>(*std::min_element(values.begin() + below + 1, values.end()));
  return low + (rank - static_cast<double>(below)) * (high - low);
}
} // namespace

NoiseWhitening
WhitenNoise(const std::vector<float> & scores,
            int                        components,
            const NeighbourPairs &     pairs,
            const Execution &          execution,
            double                     leastVariance)
{
  if (pairs.Pairs() == 0)
  {
    throw std::invalid_argument("noise between neighbours needs adjacent positions");
  }
  const Execution                 quiet{ execution.threads, {} };
  const std::vector<std::int32_t> first = FirstOfPairs(pairs);
  const Narrow                    identity = Narrow::Identity(components, components);
  const Narrow                    total = TotalCovariance(scores, components, quiet);
  const double                    least = 1e-9 * std::max(total.trace() / components, 1e-30);

  Narrow        noise = DifferenceCovariance(scores, components, pairs, first, {}, 0.0f, quiet);
  const double  ratio = ChiSquaredQuantile(0.999, components) / ChiSquaredQuantile(0.5, components);
  constexpr int rounds = 5;
  for (int round = 0; round < rounds; ++round)
  {
    const Narrow             metric = noise + (1e-9 * noise.trace() / components + least) * identity;
    const std::vector<float> distance = PairDistances(scores, metric, pairs, first, quiet);
    std::vector<float>       ranked(distance);
    const double             median = Quantile(ranked, 0.5);
    const double             largest = std::max(ratio * median, Quantile(ranked, 0.75));
    noise = DifferenceCovariance(scores, components, pairs, first, distance, static_cast<float>(largest), quiet);
  }
  noise += (1e-3 * noise.trace() / components + least) * identity;
  if (leastVariance > 0.0)
  {
    const Eigen::VectorXd factor = (noise.diagonal() / leastVariance).cwiseMin(1.0).cwiseSqrt().cwiseInverse();
    noise = (factor.asDiagonal() * noise * factor.asDiagonal()).eval();
  }

  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> noiseSolver(noise);
  const Eigen::MatrixXd                                whitening =
    noiseSolver.eigenvectors() * noiseSolver.eigenvalues().cwiseSqrt().cwiseInverse().asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(whitening.transpose() * total * whitening);
  const Eigen::MatrixXd vectors = (whitening * solver.eigenvectors()).rowwise().reverse();
  const Eigen::MatrixXd patterns = noise * vectors;

  NoiseWhitening result;
  result.lambda.resize(static_cast<std::size_t>(components));
  Eigen::Map<Eigen::VectorXd>(result.lambda.data(), components) = solver.eigenvalues().reverse();
  result.vectors.assign(vectors.data(), vectors.data() + vectors.size());
  result.patterns.assign(patterns.data(), patterns.data() + patterns.size());
  return result;
}
} // namespace fourdstem
