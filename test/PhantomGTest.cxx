// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"

#include "Kernels/PoissonSampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace
{
using namespace fourdstem;

const double degree = std::acos(-1.0) / 180.0;

struct Centre
{
  double sum = 0.0;
  double x = 0.0;
  double y = 0.0;
};

/** Centre of mass of what exceeds `floor` within `radius` of (x, y). */
Centre
CentreOfMass(const float * pattern, const ScanShape & shape, double x, double y, double radius, double floor)
{
  Centre centre;
  for (std::int64_t qy = 0; qy < shape.qy; ++qy)
  {
    for (std::int64_t qx = 0; qx < shape.qx; ++qx)
    {
      if (std::hypot(static_cast<double>(qx) - x, static_cast<double>(qy) - y) <= radius)
      {
        const double v = static_cast<double>(pattern[qy * shape.qx + qx]) - floor;
        centre.sum += v;
        centre.x += v * static_cast<double>(qx);
        centre.y += v * static_cast<double>(qy);
      }
    }
  }
  centre.x /= centre.sum;
  centre.y /= centre.sum;
  return centre;
}

PhantomDescription
NoiseFree(PhantomKind kind, const ScanShape & shape)
{
  PhantomDescription description = PhantomScan::Of(kind, shape);
  description.noise = false;
  return description;
}
} // namespace

TEST(PoissonSampler, FollowsPoissonsLaw)
{
  constexpr int draws = 200000;
  for (const double mean : { 0.02, 0.7, 4.0, 11.9, 12.1, 40.0, 1500.0, 3e5 })
  {
    const CounterRandom random(7, 1, static_cast<std::uint64_t>(mean * 100.0));
    double              sum = 0.0;
    double              squares = 0.0;
    double              cubes = 0.0;
    const double        mode = std::floor(mean);
    int                 atMode = 0;
    for (int i = 0; i < draws; ++i)
    {
      const double k = SamplePoisson(mean, random, 64 * static_cast<std::uint64_t>(i));
      ASSERT_EQ(k, std::floor(k));
      ASSERT_GE(k, 0.0);
      sum += k - mean;
      squares += (k - mean) * (k - mean);
      cubes += (k - mean) * (k - mean) * (k - mean);
      atMode += k == mode ? 1 : 0;
    }
    const double error = std::sqrt(mean / draws);
    EXPECT_NEAR(sum / draws, 0.0, 4.5 * error) << mean;
    EXPECT_NEAR(squares / draws / mean, 1.0, 4.5 * std::sqrt((2.0 + 1.0 / mean) / draws)) << mean;
    EXPECT_NEAR(cubes / draws / std::pow(mean, 1.5), 1.0 / std::sqrt(mean), 0.1 + 0.3 / std::sqrt(mean)) << mean;
    const double expected = std::exp(mode * std::log(mean) - mean - std::lgamma(mode + 1.0));
    EXPECT_NEAR(static_cast<double>(atMode) / draws, expected, 4.5 * std::sqrt(expected / draws)) << mean;
  }
  EXPECT_EQ(SamplePoisson(0.0, CounterRandom(1, 2, 3), 0), 0.0);
}

TEST(Phantom, DirectBeamLiesAtTheTrueOrigin)
{
  const ScanShape   shape{ 3, 5, 96, 128 };
  const PhantomScan scan(NoiseFree(PhantomKind::Crystal, shape));
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    const double x = scan.Truth().origins[static_cast<std::size_t>(2 * p)];
    const double y = scan.Truth().origins[static_cast<std::size_t>(2 * p + 1)];
    const Centre centre = CentreOfMass(scan.patterns.data() + p * shape.PatternPixels(), shape, x, y, 5.5, 0.0);
    EXPECT_NEAR(centre.x, x, 0.01);
    EXPECT_NEAR(centre.y, y, 0.01);
  }
}

TEST(Phantom, OriginsRampAndJitter)
{
  PhantomDescription description = PhantomScan::Of(PhantomKind::Film, { 40, 60, 16, 24 });
  const Phantom      jittered(description);
  description.descanJitter = 0.0;
  const Phantom plain(description);
  const auto &  origins = plain.Truth().origins;
  EXPECT_NEAR(origins[2 * 59] - origins[0], 3.0, 1e-5);
  EXPECT_NEAR(origins[2 * 39 * 60 + 1] - origins[1], 3.0, 1e-5);
  EXPECT_NEAR(0.5F * (origins[2 * 59] + origins[0]), 11.8, 1e-5);
  EXPECT_NEAR(0.5F * (origins[2 * 39 * 60 + 1] + origins[1]), 7.1, 1e-5);
  double squares = 0.0;
  for (std::size_t i = 0; i < origins.size(); ++i)
  {
    const double jitter = jittered.Truth().origins[i] - origins[i];
    squares += jitter * jitter;
  }
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(origins.size())), 0.35, 0.02);
}

TEST(Phantom, DisksLieWhereTheStrainPutsThem)
{
  const ScanShape    shape{ 32, 32, 128, 128 };
  PhantomDescription description = NoiseFree(PhantomKind::Flake, shape);
  description.film = 0.0;
  const PhantomScan scan(description);
  const double      angle = description.latticeAngle * degree;
  double            biasX = 0.0;
  double            biasY = 0.0;
  for (int label = 2; label <= 7; ++label)
  {
    const auto & labels = scan.Truth().labels;
    const auto   p = static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin());
    ASSERT_LT(p, labels.size()) << label;
    const float * strain = &scan.Truth().strain[4 * p];
    const double  c = std::cos(strain[3] * degree);
    const double  s = std::sin(strain[3] * degree);
    // F = V R, g = F^-T g0 = V^-1 R g0
    const double  gx = 27.0 * std::cos(angle);
    const double  gy = 27.0 * std::sin(angle);
    const double  rotatedX = c * gx - s * gy;
    const double  rotatedY = s * gx + c * gy;
    const double  vxx = 1.0 + strain[0];
    const double  vyy = 1.0 + strain[1];
    const double  vxy = strain[2];
    const double  determinant = vxx * vyy - vxy * vxy;
    const double  x = scan.Truth().origins[2 * p] + (vyy * rotatedX - vxy * rotatedY) / determinant;
    const double  y = scan.Truth().origins[2 * p + 1] + (vxx * rotatedY - vxy * rotatedX) / determinant;
    const float * pattern = scan.patterns.data() + static_cast<std::int64_t>(p) * shape.PatternPixels();
    const Centre  centre = CentreOfMass(pattern, shape, x, y, 8.0, 0.29);
    // The slope of the diffuse background moves all centres alike.
    biasX = label == 2 ? centre.x - x : biasX;
    biasY = label == 2 ? centre.y - y : biasY;
    EXPECT_NEAR(centre.x - x, biasX, 0.015) << label;
    EXPECT_NEAR(centre.y - y, biasY, 0.015) << label;
    EXPECT_NEAR(std::hypot(biasX, biasY), 0.0, 0.1);
  }
}

TEST(Phantom, FlakeTruthIsThatOfTheDescription)
{
  const ScanShape  shape{ 64, 64, 16, 16 };
  const Phantom    phantom(PhantomScan::Of(PhantomKind::Flake, shape));
  const auto &     truth = phantom.Truth();
  std::vector<int> sizes(8, 0);
  constexpr double grown = 0.041;
  const double     theta[8] = { 0, 0, 0, 0, 0, 0.8, -0.8, 0 };
  for (std::size_t p = 0; p < truth.labels.size(); ++p)
  {
    const std::size_t label = truth.labels[p];
    const float *     strain = &truth.strain[4 * p];
    ++sizes.at(label);
    if (label == 1)
    {
      EXPECT_TRUE(std::isnan(strain[0]) && std::isnan(strain[3]));
      continue;
    }
    const double trace = label == 2 ? 0.0 : label == 4 ? 2.0 * grown + 0.006 * (1.0 + grown) : 2.0 * grown;
    EXPECT_NEAR(strain[0] + strain[1], trace, 1e-6) << label;
    EXPECT_NEAR(strain[3], theta[label], 1e-5) << label;
    EXPECT_NEAR(strain[1] - strain[0], label == 4 ? 0.006 * (1.0 + grown) : 0.0, 1e-6) << label;
  }
  for (std::size_t label = 1; label < sizes.size(); ++label)
  {
    EXPECT_GE(sizes[label], 80) << label;
  }
}

TEST(Phantom, CountsAverageToTheExpectation)
{
  const ScanShape    shape{ 20, 30, 32, 40 };
  PhantomDescription description = PhantomScan::Of(PhantomKind::CrystalOnFilm, shape);
  description.descanJitter = 0.0;
  description.descanRamp = 0.0;
  description.speckle = 0.0;
  const PhantomScan noisy(description);
  description.noise = false;
  const PhantomScan expected(description);
  const auto        pixels = static_cast<std::size_t>(shape.PatternPixels());
  const auto        positions = static_cast<std::size_t>(shape.Positions());
  double            chiSquare = 0.0;
  double            fano = 0.0;
  for (std::size_t i = 0; i < pixels; ++i)
  {
    const double mean = expected.patterns[i];
    double       sum = 0.0;
    double       squares = 0.0;
    for (std::size_t p = 0; p < positions; ++p)
    {
      const double difference = noisy.patterns[p * pixels + i] - mean;
      sum += difference;
      squares += difference * difference;
    }
    const auto n = static_cast<double>(positions);
    EXPECT_NEAR(sum / n, 0.0, 5.0 * std::sqrt(mean / n));
    chiSquare += sum * sum / (n * mean);
    fano += squares / (n * mean);
  }
  const auto n = static_cast<double>(pixels);
  EXPECT_NEAR(chiSquare / n, 1.0, 5.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(fano / n, 1.0, 0.01);
}

TEST(Phantom, SpeckleIsWhiteOrShared)
{
  const ScanShape    shape{ 16, 24, 48, 40 };
  PhantomDescription description = NoiseFree(PhantomKind::Speckle, shape);
  description.descanJitter = 0.0;
  description.descanRamp = 0.0;
  const auto correlation = [&](std::int64_t lagX, std::int64_t lagY) {
    const PhantomScan  speckled(description);
    PhantomDescription smooth = description;
    smooth.speckle = 0.0;
    const PhantomScan  plain(smooth);
    const std::int64_t pixels = shape.PatternPixels();
    double             product = 0.0;
    double             square = 0.0;
    double             count = 0.0;
    for (std::int64_t ry = 0; ry + lagY < shape.ry; ++ry)
    {
      for (std::int64_t rx = 0; rx + lagX < shape.rx; ++rx)
      {
        const float * a = speckled.patterns.data() + (ry * shape.rx + rx) * pixels;
        const float * b = speckled.patterns.data() + ((ry + lagY) * shape.rx + rx + lagX) * pixels;
        for (std::int64_t i = 0; i < pixels; ++i)
        {
          const float mean = plain.patterns[static_cast<std::size_t>(i)];
          const float here = a[i] / mean - 1.0F;
          product += here * (b[i] / mean - 1.0F);
          square += here * here;
          count += 1.0;
        }
      }
    }
    return std::pair<double, double>(product / square, std::sqrt(square / count));
  };
  EXPECT_NEAR(correlation(1, 0).first, 0.0, 0.02);
  description.kind = PhantomKind::CorrelatedSpeckle;
  EXPECT_NEAR(correlation(1, 0).first, 0.5, 0.02);
  EXPECT_NEAR(correlation(0, 1).first, 0.5, 0.02);
  EXPECT_NEAR(correlation(2, 0).first, 0.0, 0.02);
  EXPECT_NEAR(correlation(0, 2).first, 0.0, 0.02);
}

TEST(Phantom, SameBitsForAnyThreadsAndRows)
{
  const ScanShape    shape{ 5, 7, 24, 32 };
  PhantomDescription description = PhantomScan::Of(PhantomKind::CrystalOnFilm, shape);
  description.readNoise = 0.2;
  const PhantomScan scan(description);
  Execution         execution;
  for (const int threads : { 1, 2, 3, 16 })
  {
    execution.threads = threads;
    std::vector<float> patterns(scan.patterns.size());
    for (std::int64_t row = shape.ry; row-- > 0;)
    {
      scan.phantom.Simulate(row, 1, patterns.data() + row * shape.rx * shape.PatternPixels(), execution);
    }
    EXPECT_EQ(patterns, scan.patterns) << threads;
  }
  std::vector<float> streamed;
  scan.phantom.Simulate([&](std::int64_t, std::int64_t rows, const float * patterns) {
    streamed.insert(streamed.end(), patterns, patterns + rows * shape.rx * shape.PatternPixels());
  });
  EXPECT_EQ(streamed, scan.patterns);
  description.seed = 2;
  EXPECT_NE(PhantomScan(description).patterns, scan.patterns);
}

TEST(Phantom, GainAndReadNoise)
{
  PhantomDescription description = PhantomScan::Of(PhantomKind::Film, { 4, 6, 32, 24 });
  description.dose = 0.0;
  EXPECT_EQ(PhantomScan(description).patterns, std::vector<float>(24 * 32 * 24, 0.0F));
  description.readNoise = 0.25;
  description.gain = 151.0;
  const PhantomScan scan(description);
  double            sum = 0.0;
  double            squares = 0.0;
  for (const float v : scan.patterns)
  {
    sum += v;
    squares += static_cast<double>(v) * v;
  }
  const auto n = static_cast<double>(scan.patterns.size());
  EXPECT_NEAR(sum / n, 0.0, 5.0 * 0.25 * 151.0 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(squares / n), 0.25 * 151.0, 0.02 * 0.25 * 151.0);
}

TEST(Phantom, RampAndStep)
{
  const ScanShape    shape{ 3, 21, 16, 24 };
  PhantomDescription description = PhantomScan::Of(PhantomKind::Ramp, shape);
  description.deformation = 0.04;
  const Phantom ramp(description);
  EXPECT_FLOAT_EQ(ramp.Truth().strain[4 * 20], 0.04F);
  EXPECT_FLOAT_EQ(ramp.Truth().strain[4 * 10], 0.02F);
  EXPECT_FLOAT_EQ(ramp.Truth().strain[4 * 10 + 1], 0.0F);
  EXPECT_EQ(std::accumulate(ramp.Truth().labels.begin(), ramp.Truth().labels.end(), 0), 63);
  const Phantom step(PhantomScan::Of(PhantomKind::Step, shape));
  EXPECT_FLOAT_EQ(step.Truth().strain[4 * 11], 0.01F);
  EXPECT_FLOAT_EQ(step.Truth().strain[4 * 10], 0.0F);
  EXPECT_EQ(step.Truth().labels[10], 1);
  EXPECT_EQ(step.Truth().labels[11], 2);
}

TEST(Phantom, OddSizesAndValues)
{
  for (const ScanShape & shape : { ScanShape{ 1, 1, 1, 1 }, ScanShape{ 1, 7, 5, 3 }, ScanShape{ 2, 1, 200, 40 } })
  {
    for (int kind = 0; kind < 10; ++kind)
    {
      PhantomDescription description = PhantomScan::Of(static_cast<PhantomKind>(kind), shape);
      description.descanRamp = kind % 2 == 0 ? 3.0 : 1e5;
      const PhantomScan scan(description);
      for (const float v : scan.patterns)
      {
        ASSERT_TRUE(std::isfinite(v) && v >= 0.0F);
      }
      EXPECT_EQ(PhantomKindFromName(NameOf(description.kind)), description.kind);
    }
  }
  EXPECT_THROW(PhantomKindFromName("cake"), std::invalid_argument);
  PhantomDescription description = PhantomScan::Of(PhantomKind::Film, { 2, 3, 8, 8 });
  EXPECT_THROW(Phantom(description).Simulate(1, 2, nullptr), std::out_of_range);
  description.dose = -1.0;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.dose = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.dose = 1.0;
  description.probeRadius = 0.1;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.probeRadius = 0.0;
  description.latticeLength = 0.1;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.latticeLength = 0.0;
  description.descanJitter = 1e30;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
  description.descanJitter = 0.0;
  EXPECT_NO_THROW(Phantom{ description });
  description.shape.ry = 0;
  EXPECT_THROW(Phantom{ description }, std::invalid_argument);
}

TEST(Phantom, Aborts)
{
  const Phantom      phantom(PhantomScan::Of(PhantomKind::Film, { 8, 9, 16, 16 }));
  std::vector<float> patterns(8 * 9 * 256);
  Execution          execution;
  execution.monitor.report = [](double) { return false; };
  EXPECT_THROW(phantom.Simulate(0, 8, patterns.data(), execution), Aborted);
}
