// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "AdjustedRandIndex.h"
#include "Formats/ClusterTreeJson.h"
#include "PhantomScan.h"
#include "fourdstem/DomainDivision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace fourdstem;

namespace
{
DomainResult
Analyse(const PhantomScan & scan, DivisionFeatures features, int threads = 0)
{
  DomainOptions options;
  options.features = features;
  return AnalyseDomains(scan.source, options, threads, {});
}

PhantomDescription
Deformed(PhantomKind kind, double deformation, double dose)
{
  PhantomDescription description = PhantomScan::Of(kind, { 32, 32, 128, 128 }, dose);
  description.deformation = deformation;
  return description;
}

std::size_t
CountLeaves(const DomainResult & result)
{
  return LeavesInOrder(result.clusters.nodes).size();
}

class LatticeNull : public ::testing::TestWithParam<PhantomKind>
{};
} // namespace

TEST(LatticeDomains, SmallStepsAreDomains)
{
  for (const auto & [strain, dose] : { std::pair(0.003, 16.), std::pair(0.005, 4.) })
  {
    const PhantomScan  scan(Deformed(PhantomKind::Step, strain, dose));
    const DomainResult result = Analyse(scan, DivisionFeatures::Lattice);
    ASSERT_EQ(CountLeaves(result), 2U) << strain;
    EXPECT_GE(AdjustedRandIndex(scan.Truth().labels, LabelsOf(result.clusters)), 0.97) << strain;
    const ClusterNode &    root = result.clusters.nodes[0];
    const SplitSignature & signature = result.clusters.nodes[2].signature;
    EXPECT_EQ(root.comparedBy, FeatureKind::Lattice);
    ASSERT_FALSE(signature.terms.empty());
    EXPECT_EQ(signature.kind, SplitKind::Domain);
    EXPECT_EQ(signature.terms[0].name, "uniaxial strain");
    EXPECT_NEAR(std::abs(signature.terms[0].value), strain, 3. * signature.terms[0].error);
  }
}

TEST(LatticeDomains, ASlopeStaysAGradient)
{
  for (const DivisionFeatures features : { DivisionFeatures::Lattice, DivisionFeatures::Combined })
  {
    const DomainResult result = Analyse(PhantomScan(Deformed(PhantomKind::Ramp, 0.01, 16.)), features);
    EXPECT_EQ(CountLeaves(result), 1U);
    EXPECT_EQ(result.clusters.nodes[0].stop, StopReason::Gradient);
  }
}

TEST(LatticeDomains, CombinedFeaturesFindTheSectorsOfTheFlake)
{
  for (const double dose : { 4., 1. })
  {
    const PhantomScan  scan(PhantomScan::Of(PhantomKind::Flake, { 60, 64, 128, 128 }, dose));
    const DomainResult result = Analyse(scan, DivisionFeatures::Combined);
    const auto         labels = LabelsOf(result.clusters);
    EXPECT_GE(CountLeaves(result), 6U);
    EXPECT_LE(CountLeaves(result), 8U);
    EXPECT_GE(AdjustedRandIndex(scan.Truth().labels, labels), dose > 1. ? 0.99 : 0.95);
    // Stretched by 0.6 %, turned by 0.8 and by -0.8 degrees: the leaf of each is mostly that sector.
    std::set<std::uint16_t> leaves;
    for (const int sector : { 4, 5, 6 })
    {
      std::vector<std::int64_t> ofLabel(65536, 0);
      for (std::size_t p = 0; p < labels.size(); ++p)
      {
        ofLabel[labels[p]] += scan.Truth().labels[p] == sector ? 1 : 0;
      }
      const auto most = std::max_element(ofLabel.begin(), ofLabel.end());
      const auto leaf = static_cast<std::uint16_t>(most - ofLabel.begin());
      EXPECT_GT(static_cast<double>(*most), 0.9 * static_cast<double>(std::count(labels.begin(), labels.end(), leaf)))
        << "sector " << sector << ", dose " << dose;
      leaves.insert(leaf);
    }
    EXPECT_EQ(leaves.size(), 3U);
  }
}

TEST(LatticeDomains, WhereALatticeIsComesFirst)
{
  const PhantomScan   scan(PhantomScan::Of(PhantomKind::Flake, { 40, 44, 128, 128 }));
  const DomainResult  result = Analyse(scan, DivisionFeatures::Lattice);
  const ClusterNode & root = result.clusters.nodes[0];
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(root.features, std::vector<std::int64_t>{ FeatureIndexed });
  // The film, label 1, is one leaf that says so.
  const auto film = static_cast<std::int64_t>(std::count(scan.Truth().labels.begin(), scan.Truth().labels.end(), 1));
  const ClusterNode & without = result.clusters.nodes[static_cast<std::size_t>(root.children[0])];
  EXPECT_TRUE(without.IsLeaf());
  EXPECT_EQ(without.stop, StopReason::NoLattice);
  EXPECT_NEAR(static_cast<double>(without.size), static_cast<double>(film), 0.02 * static_cast<double>(film));
  EXPECT_GE(AdjustedRandIndex(scan.Truth().labels, LabelsOf(result.clusters)), 0.95);
  EXPECT_TRUE(result.plan.points.empty());
  EXPECT_EQ(FeatureNames(result.plan).size(), static_cast<std::size_t>(DeformationFeatures));
}

TEST(LatticeDomains, NothingButFilmIsOneLeafWithoutALattice)
{
  const PhantomScan scan(PhantomScan::Of(PhantomKind::Film, { 16, 18, 128, 128 }));
  for (const DivisionFeatures features : { DivisionFeatures::Lattice, DivisionFeatures::Combined })
  {
    const DomainResult result = Analyse(scan, features);
    ASSERT_EQ(result.clusters.nodes.size(), 1U);
    EXPECT_EQ(result.clusters.nodes[0].stop,
              features == DivisionFeatures::Lattice ? StopReason::NoLattice : StopReason::NoCoherentFeature);
    EXPECT_EQ(LabelsOf(result.clusters), std::vector<std::uint16_t>(16 * 18, 1));
  }
}

TEST(LatticeDomains, PixelsAreDividedAsWithoutTheLattice)
{
  const PhantomScan  scan(PhantomScan::Of(PhantomKind::Flake, { 40, 44, 128, 128 }, 1.));
  const DomainResult pixels = Analyse(scan, DivisionFeatures::Pixels);
  const DomainResult combined = Analyse(scan, DivisionFeatures::Combined);
  EXPECT_EQ(LabelsOfPixels(combined.clusters), LabelsOf(pixels.clusters));
  EXPECT_EQ(pixels.clusters.nodes[0].comparedBy, FeatureKind::Unnamed);
  const std::size_t columns = pixels.clusters.nodes[0].centroid.size();
  for (const ClusterNode & node : combined.clusters.nodes)
  {
    ASSERT_EQ(node.centroid.size(), columns + DeformationFeatures);
    EXPECT_NE(node.comparedBy, FeatureKind::Unnamed);
    for (const std::int64_t feature : node.features)
    {
      const bool isOfLattice = feature >= static_cast<std::int64_t>(columns);
      EXPECT_EQ(isOfLattice, node.comparedBy == FeatureKind::Lattice);
    }
  }
  const std::vector<float> & before = pixels.clusters.nodes[0].centroid;
  EXPECT_TRUE(std::equal(before.begin(), before.end(), combined.clusters.nodes[0].centroid.begin()));
  ValidateNodes(combined.clusters.nodes);

  const std::string text = ClusterTreeToJson({ "auto", FeatureNames(combined.plan), combined.clusters.nodes });
  const auto        read = ClusterTreeFromJson(text);
  for (std::size_t i = 0; i < read.nodes.size(); ++i)
  {
    EXPECT_EQ(read.nodes[i].comparedBy, combined.clusters.nodes[i].comparedBy);
  }
  EXPECT_EQ(ClusterTreeToJson({ "auto", FeatureNames(pixels.plan), pixels.clusters.nodes }).find("comparedBy"),
            std::string::npos);
}

TEST(LatticeDomains, SameBitsForAnyThreads)
{
  const PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, { 32, 36, 128, 128 }, 4.));
  for (const DivisionFeatures features : { DivisionFeatures::Lattice, DivisionFeatures::Combined })
  {
    const DomainResult one = Analyse(scan, features, 1);
    EXPECT_GT(CountLeaves(one), 3U);
    const DomainResult many = Analyse(scan, features, 16);
    EXPECT_EQ(LabelsOf(many.clusters), LabelsOf(one.clusters));
    const std::vector<std::string> names = FeatureNames(one.plan);
    EXPECT_EQ(ClusterTreeToJson({ "auto", names, many.clusters.nodes }),
              ClusterTreeToJson({ "auto", names, one.clusters.nodes }));
  }
}

TEST_P(LatticeNull, IsOneLeaf)
{
  for (std::uint64_t seed = 1; seed <= 2; ++seed)
  {
    const PhantomScan scan(PhantomScan::Of(GetParam(), { 20, 22, 128, 128 }, 16.0, seed));
    EXPECT_EQ(CountLeaves(Analyse(scan, DivisionFeatures::Combined)), 1U) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         LatticeNull,
                         ::testing::Values(PhantomKind::Film,
                                           PhantomKind::Speckle,
                                           PhantomKind::CorrelatedSpeckle,
                                           PhantomKind::Crystal,
                                           PhantomKind::CrystalOnFilm));

TEST(LatticeDomains, OptionsThatDoNotGoTogetherAreNamed)
{
  const PhantomScan scan(PhantomScan::Of(PhantomKind::Step, { 4, 5, 64, 64 }));
  DomainOptions     options;
  options.features = DivisionFeatures::Lattice;
  options.featureMask = FeatureMaskChoice::Fano;
  EXPECT_THROW(AnalyseDomains(scan.source, options, 1, {}), std::invalid_argument);
  options.featureMask = FeatureMaskChoice::Automatic;
  options.clustering.mode = ClusterMode::Paper;
  EXPECT_THROW(AnalyseDomains(scan.source, options, 1, {}), std::invalid_argument);
}

namespace
{
/** 20 x 20 positions with presence and one value whose stated error is 1 where it is known; the right half is higher.
 */
class MeasuredColumnsTest : public ::testing::Test
{
protected:
  static constexpr std::int64_t side = 20;

  DivisiveResult
  Divide(double step, float error, std::int64_t missing)
  {
    std::vector<float> values;
    auto               measured = std::make_shared<MeasuredColumns>();
    for (std::int64_t p = 0; p < side * side; ++p)
    {
      const bool   isKnown = p >= missing;
      const double noise = 0.5 * std::sin(12.9898 * static_cast<double>(p * p % 1009));
      values.push_back(isKnown ? 1.F : 0.F);
      values.push_back(isKnown ? static_cast<float>(noise + (p % side >= side / 2 ? step : 0.))
                               : std::numeric_limits<float>::quiet_NaN());
      measured->errors.push_back(std::numeric_limits<float>::quiet_NaN());
      measured->errors.push_back(error);
    }
    DivisiveOptions options;
    options.measured = measured;
    PositionGrid grid;
    grid.size = { side, side, 1 };
    return RunDivisive(*ViewRows(values.data(), side * side, 2), grid, options, {});
  }
};
} // namespace

TEST_F(MeasuredColumnsTest, TheLargerOfStatedErrorAndNeighboursScatterIsTheNoise)
{
  EXPECT_EQ(Divide(6., 0.35F, 0).nodes.size(), 3U);
  // Stated errors that are far too small do not make noise significant.
  EXPECT_EQ(Divide(0., 1e-4F, 0).nodes.size(), 1U);
  // A step that neighbours would call significant is not, if each value may be as wrong as that.
  const DivisiveResult uncertain = Divide(6., 6.F, 0);
  EXPECT_EQ(uncertain.nodes.size(), 1U);
  EXPECT_EQ(uncertain.nodes[0].stop, StopReason::NotSignificant);
}

TEST_F(MeasuredColumnsTest, MissingValuesGoWithTheirNeighboursAndTooManyStop)
{
  const DivisiveResult some = Divide(6., 0.35F, 3 * side);
  ASSERT_EQ(some.nodes.size(), 3U);
  EXPECT_EQ(some.nodes[1].size, side * side / 2);
  EXPECT_EQ(some.leafOfPosition[0], 1);
  EXPECT_EQ(some.leafOfPosition[side - 1], 2);
  const DivisiveResult few = Divide(6., 0.35F, side * side / 2 + 1);
  EXPECT_EQ(few.nodes.size(), 1U);
  EXPECT_EQ(few.nodes[0].stop, StopReason::NoLattice);
}
