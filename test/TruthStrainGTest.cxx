// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "ScanImageFixtures.h"

#include "fourdstem/StrainAnalysis.h"

#include "gtest/gtest.h"

#include <array>
#include <cmath>

namespace
{
using namespace fourdstem;

constexpr double degree = 3.14159265358979323846 / 180.;

/** Differences of measured from true values of one component, and how they lie. */
struct Errors
{
  double       mean = 0.;
  double       deviation = 0.;
  double       slope = 0.;
  double       within = 0.; // share within one stated standard error
  std::int64_t positions = 0;
};

class StrainTruth : public ::testing::Test
{
protected:
  void
  Analyse(const PhantomDescription & description, StrainAnalysisOptions options = {})
  {
    const Phantom phantom(description);
    m_Truth = phantom.Truth();
    m_Shape = phantom.Description().shape;
    std::vector<float> patterns(static_cast<std::size_t>(m_Shape.Positions() * m_Shape.PatternPixels()));
    phantom.Simulate(0, m_Shape.ry, patterns.data());
    if (options.reference == ReferenceChoice::Given)
    {
      options.referenceLattice = Ws2(phantom.Description());
    }
    m_Result = AnalyseStrain(MemoryPatternSource(patterns.data(), m_Shape), options, 0, {});
  }

  static StrainAnalysisOptions
  AgainstWs2()
  {
    StrainAnalysisOptions options;
    options.reference = ReferenceChoice::Given;
    return options;
  }

  /** Unstrained WS2's lattice in the basis that is found: g1 nearest to +x, g2 60 degrees further. */
  static Lattice
  Ws2(const PhantomDescription & description)
  {
    const double length = description.latticeLength;
    const double angle = description.latticeAngle * degree;
    return { { length * std::cos(angle), length * std::sin(angle) },
             { length * std::cos(angle + 60. * degree), length * std::sin(angle + 60. * degree) } };
  }

  Errors
  ErrorsOf(int component) const
  {
    Errors errors;
    double trueSum = 0.;
    double squares = 0.;
    double trueSquares = 0.;
    double products = 0.;
    for (std::int64_t p = 0; p < m_Shape.Positions(); ++p)
    {
      const auto value =
        static_cast<double>(m_Result.strain[static_cast<std::size_t>(p * StrainComponents + component)]);
      const auto stated =
        static_cast<double>(m_Result.strain[static_cast<std::size_t>(p * StrainComponents + component + 4)]);
      const auto truth = static_cast<double>(m_Truth.strain[static_cast<std::size_t>(4 * p + component)]);
      if (!std::isfinite(value))
      {
        continue;
      }
      const double error = value - truth;
      ++errors.positions;
      errors.mean += error;
      squares += error * error;
      errors.within += std::abs(error) <= stated ? 1. : 0.;
      trueSum += truth;
      trueSquares += truth * truth;
      products += truth * value;
    }
    const auto   n = static_cast<double>(errors.positions);
    const double valueSum = errors.mean + trueSum;
    errors.slope = (products - trueSum * valueSum / n) / (trueSquares - trueSum * trueSum / n);
    errors.mean /= n;
    errors.deviation = std::sqrt(squares / n - errors.mean * errors.mean);
    errors.within /= n;
    return errors;
  }

  PhantomTruth m_Truth;
  ScanShape    m_Shape;
  StrainResult m_Result;
};

PhantomDescription
Described(PhantomKind kind, double dose, std::int64_t side = 32)
{
  PhantomDescription description;
  description.kind = kind;
  description.dose = dose;
  description.shape = { side, side, 128, 128 };
  return description;
}

TEST_F(StrainTruth, ARampAt16ElectronsAPixelIsReadWithItsErrors)
{
  struct Background
  {
    double film;
    double inelastic;
  };
  for (const auto & [film, inelastic] : { Background{ 0., 1. }, { 1., 1. }, { 0., 0. }, { 1., 3. } })
  {
    SCOPED_TRACE(::testing::Message() << "film " << film << ", inelastic " << inelastic);
    auto description = Described(PhantomKind::Ramp, 16.);
    description.film = film;
    description.inelastic = inelastic;
    this->Analyse(description, AgainstWs2());
    for (int component = 0; component < 4; ++component)
    {
      const Errors errors = this->ErrorsOf(component);
      const double unit = component == Rotation ? 1. / degree : 1.;
      EXPECT_EQ(errors.positions, m_Shape.Positions());
      EXPECT_LT(std::abs(errors.mean), 1e-4 * unit);
      EXPECT_LT(errors.deviation, (film > 0. ? 1.3e-3 : 8e-4) * unit);
      EXPECT_NEAR(errors.within, 0.68, 0.05);
    }
    EXPECT_NEAR(this->ErrorsOf(StrainXX).slope, 1., 0.01);
  }
}

TEST_F(StrainTruth, KnownDeformationsAreReadExactlyWithoutNoise)
{
  const double                c = std::cos(5. * degree);
  const double                s = std::sin(5. * degree);
  const std::array<double, 4> gradients[] = {
    { 1., 0., 0., 1. }, { c, -s, s, c }, { 1.041, 0., 0., 1.041 }, { 1.01, 0.02, 0., 0.99 }, { 1., 0.01, 0.01, 1. }
  };
  for (const auto & gradient : gradients)
  {
    SCOPED_TRACE(::testing::PrintToString(gradient));
    auto description = Described(PhantomKind::CrystalOnFilm, 16., 8);
    description.noise = false;
    description.speckle = 0.;
    description.gradient = gradient;
    this->Analyse(description, AgainstWs2());
    for (int component = 0; component < 4; ++component)
    {
      const Errors errors = this->ErrorsOf(component);
      const double unit = component == Rotation ? 1. / degree : 1.;
      EXPECT_LT(std::abs(errors.mean), 1e-4 * unit) << component;
      EXPECT_LT(errors.deviation, 1e-4 * unit) << component;
    }
  }
}

TEST_F(StrainTruth, DislocationsAndWavesAreReadExactlyWithoutNoise)
{
  for (const PhantomKind kind : { PhantomKind::Dipole, PhantomKind::Ripple })
  {
    SCOPED_TRACE(NameOf(kind));
    auto description = Described(kind, 16., 16);
    description.noise = false;
    this->Analyse(description, AgainstWs2());
    for (int component = 0; component < 4; ++component)
    {
      const Errors errors = this->ErrorsOf(component);
      const double unit = component == Rotation ? 1. / degree : 1.;
      EXPECT_EQ(errors.positions, m_Shape.Positions());
      EXPECT_LT(std::abs(errors.mean), 1e-4 * unit) << component;
      EXPECT_LT(errors.deviation, 1e-4 * unit) << component;
      EXPECT_NEAR(errors.slope, 1., 0.01) << component;
    }
  }
}

TEST_F(StrainTruth, FringesInDisksCostLessThanAFactorOf2At16ElectronsAPixel)
{
  for (const double film : { 0., 1. })
  {
    auto description = Described(PhantomKind::Ramp, 16.);
    description.film = film;
    this->Analyse(description, AgainstWs2());
    EXPECT_EQ(m_Result.search.noise.structure, 0.);
    std::array<double, 4> plain{};
    for (int component = 0; component < 4; ++component)
    {
      plain.at(static_cast<std::size_t>(component)) = this->ErrorsOf(component).deviation;
    }
    for (const double contrast : { 0.3, 0.5, 0.8, 1. })
    {
      SCOPED_TRACE(::testing::Message() << "film " << film << ", contrast " << contrast);
      description.structure = contrast;
      this->Analyse(description, AgainstWs2());
      for (int component = 0; component < 4; ++component)
      {
        const Errors errors = this->ErrorsOf(component);
        EXPECT_EQ(errors.positions, m_Shape.Positions());
        EXPECT_LT(errors.deviation, 2. * plain.at(static_cast<std::size_t>(component))) << component;
      }
      EXPECT_NEAR(this->ErrorsOf(StrainXX).slope, 1., 0.015);
    }
  }
}

TEST(StrainOfLabels, TakesMeanPatternsThatAreKnown)
{
  const PhantomScan     scan(PhantomScan::Of(PhantomKind::Crystal, { 6, 8, 64, 64 }, 16., 1));
  StrainAnalysisOptions options;
  options.measurement.badPixels = BadPixelChoice::None;
  options.labels.assign(48, 1);
  std::fill_n(options.labels.begin(), 20, std::uint16_t{ 2 });
  const auto found = AnalyseStrain(scan.source, options, 0, {});

  NodePatternSums sums(2, 64, 64);
  AccumulatePatterns(
    scan.source, 0, 6, found.measurement.origins.data(), options.labels.data(), sums, {}, found.measurement.lowest);
  for (const std::int64_t set : { 0, 1 })
  {
    std::vector<float> mean(64 * 64);
    sums.Mean(set, mean.data());
    options.labelMeans.emplace_back(mean.begin(), mean.end());
  }
  EXPECT_TRUE(fixtures::SameBits(AnalyseStrain(scan.source, options, 0, {}).strain, found.strain));

  options.labelMeans[1].pop_back();
  EXPECT_THROW(AnalyseStrain(scan.source, options, 0, {}), std::invalid_argument);
  options.labelMeans.pop_back();
  EXPECT_THROW(AnalyseStrain(scan.source, options, 0, {}), std::invalid_argument);
}
} // namespace
