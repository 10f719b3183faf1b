// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ClusterTreeJson.h"
#include "Kernels/PoissonSampler.h"
#include "fourdstem/SplitSignatures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace
{
using namespace fourdstem;

constexpr double degree = 3.14159265358979323846 / 180.;

/** A crystal with one ring of six disks. */
struct Crystal
{
  /** Deformation gradient: disks lie at F^-T g. */
  double f[4] = { 1., 0., 0., 1. };
  /** Height of a disk in direction phi (radians), 0 for no crystal at all. */
  std::function<double(double)> height = [](double) { return 1.; };
};

Crystal
Deformed(const Strain & strain)
{
  const double c = std::cos(strain.rotation);
  const double s = std::sin(strain.rotation);
  const double v[4] = { 1. + strain.xx, strain.xy, strain.xy, 1. + strain.yy };
  Crystal      crystal;
  crystal.f[0] = v[0] * c + v[1] * s;
  crystal.f[1] = -v[0] * s + v[1] * c;
  crystal.f[2] = v[2] * c + v[3] * s;
  crystal.f[3] = -v[2] * s + v[3] * c;
  return crystal;
}

/** The strain whose principal values are `first` along `angle` (degrees) and `second`. */
Strain
Principal(double first, double second, double angle)
{
  const double c = std::cos(angle * degree);
  const double s = std::sin(angle * degree);
  return { first * c * c + second * s * s, first * s * s + second * c * c, (first - second) * c * s, 0. };
}

/** Two crystals side by side, each half of the columns of an 8 x 16 scan, and the tree that divides them. */
class SplitSignaturesTest : public ::testing::Test
{
protected:
  static constexpr ScanShape shape{ 8, 16, 56, 56 };
  static constexpr double    radius = 3.5;
  static constexpr double    length = 18.;

  void
  SetUp() override
  {
    m_Nodes.resize(3);
    m_Nodes[0].children = { 1, 2 };
    m_Nodes[0].size = shape.Positions();
    m_Nodes[0].stop = StopReason::NotStopped;
    for (int i : { 1, 2 })
    {
      ClusterNode & node = m_Nodes[static_cast<std::size_t>(i)];
      node.id = i;
      node.parent = 0;
      node.level = 1;
      node.size = shape.Positions() / 2;
    }
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      m_Leaves.push_back(p % shape.rx < shape.rx / 2 ? 1 : 2);
    }
  }

  static void
  AddDisk(double x, double y, double height, std::vector<double> & pattern)
  {
    const DiskTemplate disk{ radius, 1.5, {} };
    for (std::int64_t qy = 0; qy < shape.qy; ++qy)
    {
      for (std::int64_t qx = 0; qx < shape.qx; ++qx)
      {
        pattern[static_cast<std::size_t>(qy * shape.qx + qx)] +=
          height * disk.Height(std::hypot(static_cast<double>(qx) - x, static_cast<double>(qy) - y));
      }
    }
  }

  static std::vector<double>
  Expected(const Crystal & crystal)
  {
    std::vector<double> pattern(static_cast<std::size_t>(shape.PatternPixels()), 0.05);
    const auto          centre = static_cast<double>(shape.qx / 2);
    AddDisk(centre, centre, 20., pattern);
    const double * f = crystal.f;
    const double   determinant = f[0] * f[3] - f[1] * f[2];
    for (int i = 0; i < 6; ++i)
    {
      const double phi = (7. + 60. * i) * degree;
      const double gx = length * std::cos(phi);
      const double gy = length * std::sin(phi);
      AddDisk(centre + (f[3] * gx - f[2] * gy) / determinant,
              centre + (-f[1] * gx + f[0] * gy) / determinant,
              crystal.height(phi),
              pattern);
    }
    return pattern;
  }

  /** Electrons counted in both halves; the crystal at column rx is `of(rx)`. */
  SplitSignature
  Explain(const std::function<Crystal(std::int64_t)> & of, double dose, std::uint64_t seed)
  {
    std::vector<float> patterns;
    patterns.reserve(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()));
    std::vector<std::vector<double>> columns;
    for (std::int64_t rx = 0; rx < shape.rx; ++rx)
    {
      columns.push_back(Expected(of(rx)));
    }
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      std::uint64_t number = 0;
      for (const double mean : columns[static_cast<std::size_t>(p % shape.rx)])
      {
        const CounterRandom random(seed, static_cast<std::uint64_t>(p), number++);
        patterns.push_back(static_cast<float>(SamplePoisson(dose * mean, random, 0)));
      }
    }
    StrainAnalysisOptions options;
    for (const std::int32_t leaf : m_Leaves)
    {
      options.labels.push_back(static_cast<std::uint16_t>(leaf));
    }
    options.measurement.badPixels = BadPixelChoice::None;
    options.diskRadius = radius;
    options.edgeWidth = 1.5;
    m_Strain = AnalyseStrain(MemoryPatternSource(patterns.data(), shape), options, 0, {});
    m_Features = MeasureDeformationFeatures(m_Strain);
    ExplainSplits(m_Leaves, m_Strain, m_Features, m_Nodes);
    EXPECT_FALSE(m_Nodes[0].signature.isMeasured);
    return m_Nodes[2].signature;
  }

  SplitSignature
  ExplainHalves(const Crystal & left, const Crystal & right, double dose, std::uint64_t seed)
  {
    return this->Explain([&](std::int64_t rx) { return rx < shape.rx / 2 ? left : right; }, dose, seed);
  }

  /** 50 scans at 16 electrons a pixel: named rightly, and the value within two standard errors, in at least 45. */
  void
  Expect(const char * name, double value, double axis, const Crystal & left, const Crystal & right)
  {
    int good = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
    {
      const SplitSignature signature = this->ExplainHalves(left, right, 16., seed);
      EXPECT_TRUE(signature.isMeasured);
      ASSERT_FALSE(signature.terms.empty());
      const SignatureTerm & term = signature.terms.front();
      const double          turned = std::remainder(term.axis - axis, std::string(name) == "tilt" ? 360. : 180.);
      const bool            isNamed = term.name == name && signature.kind == SplitKind::Domain;
      const bool            hasAxis = std::isnan(axis) || std::abs(turned) < 15.;
      good += isNamed && hasAxis && std::abs(term.value - value) <= 2. * term.error ? 1 : 0;
    }
    EXPECT_GE(good, 45) << name;
  }

  ClusterNodes              m_Nodes;
  std::vector<std::int32_t> m_Leaves;
  StrainResult              m_Strain;
  std::vector<float>        m_Features;
};

constexpr double none = std::numeric_limits<double>::quiet_NaN();

TEST_F(SplitSignaturesTest, SupportHasNoLattice)
{
  Crystal film;
  film.height = [](double) { return 0.; };
  const SplitSignature signature = this->ExplainHalves(film, Crystal(), 16., 1);
  ASSERT_FALSE(signature.terms.empty());
  EXPECT_EQ(signature.terms[0].name, "support");
  EXPECT_DOUBLE_EQ(signature.terms[0].value, 1.);
  EXPECT_EQ(InWords(signature), "domain: crystal against support (100 % more positions with a lattice)");
}

TEST_F(SplitSignaturesTest, Thickness)
{
  Crystal thicker;
  thicker.height = [](double) { return 1.1; };
  this->Expect("thickness", 0.1, none, Crystal(), thicker);
}

TEST_F(SplitSignaturesTest, Dilation)
{
  this->Expect("dilation", 0.041, none, Crystal(), Deformed({ 0.041, 0.041, 0., 0. }));
}

TEST_F(SplitSignaturesTest, UniaxialStrain)
{
  this->Expect("uniaxial strain", 0.006, 30., Crystal(), Deformed(Principal(0.006, 0., 30.)));
  this->Expect("uniaxial strain", -0.006, 30., Crystal(), Deformed(Principal(-0.006, 0., 30.)));
}

TEST_F(SplitSignaturesTest, Shear)
{
  this->Expect("shear", 0.005, -20., Crystal(), Deformed(Principal(0.005, -0.005, -20.)));
}

TEST_F(SplitSignaturesTest, RotationOfOneAgainstTheOther)
{
  this->Expect("rotation", -1.6, none, Deformed({ 0., 0., 0., 0.8 * degree }), Deformed({ 0., 0., 0., -0.8 * degree }));
}

TEST_F(SplitSignaturesTest, Tilt)
{
  Crystal tilted;
  tilted.height = [](double phi) { return 1. + 0.1 * std::cos(phi - 140. * degree); };
  this->Expect("tilt", 0.1, 140., Crystal(), tilted);
}

TEST_F(SplitSignaturesTest, Ripple)
{
  Crystal rippled;
  rippled.height = [](double phi) { return 1. - 0.1 * std::cos(2. * (phi - 37. * degree)); };
  this->Expect("ripple", 0.1, 37., Crystal(), rippled);
}

TEST_F(SplitSignaturesTest, ARippleThatWeakensTheMeanToo)
{
  Crystal rippled;
  rippled.height = [](double phi) { return 1. - 0.3 * std::pow(std::cos(phi - 37. * degree), 2); };
  // 1 - 0.15 - 0.15 cos(2(phi - 37 degrees)) over its mean.
  this->Expect("ripple", 0.15 / 0.85, 37., Crystal(), rippled);
}

TEST_F(SplitSignaturesTest, ASlopeThatIsCutIsAGradient)
{
  const SplitSignature signature = this->Explain(
    [](std::int64_t rx) { return Deformed(Principal(0.002 * static_cast<double>(rx), 0., 0.)); }, 1000., 1);
  ASSERT_FALSE(signature.terms.empty());
  EXPECT_EQ(signature.terms[0].name, "uniaxial strain");
  EXPECT_EQ(signature.kind, SplitKind::Gradient);
  // Neighbours differ by 0.002, the means of the halves by eight times as much.
  EXPECT_NEAR(signature.sharpness, 1. / 8., 0.02);
}

TEST_F(SplitSignaturesTest, EqualHalvesDifferInNothing)
{
  int differing = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
  {
    const SplitSignature signature = this->ExplainHalves(Crystal(), Crystal(), 16., seed);
    differing += signature.terms.empty() ? 0 : 1;
  }
  EXPECT_EQ(differing, 0);
}

TEST_F(SplitSignaturesTest, MeansOfNodesHaveTheirErrors)
{
  this->ExplainHalves(Crystal(), Deformed({ 0.01, 0.01, 0., 0. }), 16., 1);
  MeasureMeans(m_Leaves, m_Features, m_Nodes);
  const DeformationMeans & left = m_Nodes[1].deformation;
  const DeformationMeans & right = m_Nodes[2].deformation;
  // One against the other: the median lattice is that of one half, or between the two.
  const double difference = right.mean[FeatureStrainXX] - left.mean[FeatureStrainXX];
  const double error = std::hypot(left.error[FeatureStrainXX], right.error[FeatureStrainXX]);
  EXPECT_NEAR(difference, 0.01, 4. * error);
  EXPECT_LT(error, 5e-4);
  EXPECT_TRUE(m_Nodes[0].deformation.isMeasured);
  EXPECT_DOUBLE_EQ(m_Nodes[0].deformation.mean[FeatureIndexed], 1.);
}

TEST_F(SplitSignaturesTest, SiblingsHaveOppositeSigns)
{
  this->ExplainHalves(Crystal(), Deformed({ 0., 0., 0., degree }), 16., 1);
  const SignatureTerm & first = m_Nodes[1].signature.terms.at(0);
  const SignatureTerm & second = m_Nodes[2].signature.terms.at(0);
  EXPECT_EQ(first.name, "rotation");
  EXPECT_EQ(second.name, "rotation");
  EXPECT_NEAR(first.value, -second.value, 1e-9);
  EXPECT_DOUBLE_EQ(first.separation, second.separation);
}

TEST_F(SplitSignaturesTest, GoThroughJsonAndAreForgottenByEdits)
{
  this->ExplainHalves(Crystal(), Deformed({ 0., 0., 0., degree }), 16., 1);
  MeasureMeans(m_Leaves, m_Features, m_Nodes);
  const std::string text = ClusterTreeToJson({ "auto", {}, m_Nodes });
  EXPECT_EQ(ClusterTreeToJson(ClusterTreeFromJson(text)), text);
  ClusterNodes nodes = ClusterTreeFromJson(text).nodes;
  EXPECT_EQ(InWords(nodes[2].signature), InWords(m_Nodes[2].signature));
  EXPECT_TRUE(std::isnan(nodes[2].signature.terms.at(0).axis));

  // A third leaf below the second child: merging it with the first changes both.
  nodes[2].children = { 3, 4 };
  nodes[2].stop = StopReason::NotStopped;
  for (int i : { 3, 4 })
  {
    ClusterNode child = nodes[1];
    child.id = i;
    child.parent = 2;
    child.level = 2;
    nodes.push_back(child);
  }
  MergeLeaves(nodes, { 1, 3 });
  for (const ClusterNode & node : nodes)
  {
    EXPECT_FALSE(node.signature.isMeasured) << node.id;
    EXPECT_EQ(node.deformation.isMeasured, node.id == 0 || node.id == 2) << node.id;
  }
}

TEST_F(SplitSignaturesTest, SizesThatDoNotFitAreRefused)
{
  this->ExplainHalves(Crystal(), Crystal(), 16., 1);
  EXPECT_THROW(ExplainSplits({ 1, 2 }, m_Strain, m_Features, m_Nodes), std::invalid_argument);
  EXPECT_THROW(MeasureMeans({ 1, 2 }, m_Features, m_Nodes), std::invalid_argument);
}
} // namespace
