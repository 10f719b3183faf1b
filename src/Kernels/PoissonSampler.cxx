// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/PoissonSampler.h"

#include <array>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr double largestInverted = 12.0;

double
LogFactorial(double k)
{
  if (k < 16.0)
  {
    double product = 1.0;
    for (int i = 2; i <= static_cast<int>(k); ++i)
    {
      product *= i;
    }
    return std::log(product);
  }
  constexpr double halfLogTwoPi = 0.9189385332046727;
  const double     reciprocal = 1.0 / k;
  const double     square = reciprocal * reciprocal;
  return (k + 0.5) * std::log(k) - k + halfLogTwoPi +
         reciprocal * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
}

double
SampleByInversion(double mean, double uniform)
{
  // Beyond 80 the probability of a mean of 12 is below 1e-38.
  static const std::array<double, 80> reciprocals = [] {
    std::array<double, 80> values{};
    for (std::size_t k = 1; k < values.size(); ++k)
    {
      values[k] = 1.0 / static_cast<double>(k);
    }
    return values;
  }();
  double      probability = std::exp(-mean);
  double      cumulative = probability;
  std::size_t k = 0;
  while (uniform >= cumulative && k + 1 < reciprocals.size())
  {
    ++k;
    probability *= mean * reciprocals[k];
    cumulative += probability;
  }
  return static_cast<double>(k);
}

double
SampleByRejection(double mean, const CounterRandom & random, std::uint64_t first)
{
  const double logMean = std::log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const double quick = 0.9277 - 3.6224 / (b - 2.0);
  for (;; first += 2)
  {
    const double u = random.Uniform(first) - 0.5;
    const double v = random.Uniform(first + 1);
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= quick)
    {
      return k;
    }
    if (k < 0.0 || (us < 0.013 && v > us))
    {
      continue;
    }
    if (std::log(v * inverseAlpha / (a / (us * us) + b)) <= k * logMean - mean - LogFactorial(k))
    {
      return k;
    }
  }
}
} // namespace

double
SamplePoisson(double mean, const CounterRandom & random, std::uint64_t first)
{
  if (!(mean > 0.0))
  {
    return 0.0;
  }
  return mean < largestInverted ? SampleByInversion(mean, random.Uniform(first))
                                : SampleByRejection(mean, random, first);
}
} // namespace fourdstem
