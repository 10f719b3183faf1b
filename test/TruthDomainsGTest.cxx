// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "AdjustedRandIndex.h"
#include "PhantomScan.h"

#include "fourdstem/DomainAnalysis.h"

#include <gtest/gtest.h>

using namespace fourdstem;

namespace
{
struct Found
{
  std::vector<std::uint16_t> labels;
  std::size_t                leaves = 0;
  StopReason                 firstStop = StopReason::NotStopped;
};

/** Auto mode with nothing chosen. */
Found
FindDomains(const PhantomScan & scan, int threads = 0)
{
  const DomainOptions options;
  Execution           execution;
  execution.threads = threads;
  const auto      measurement = MeasureDiffraction(scan.source, options, execution);
  const auto      plan = PlanFeatures(measurement, options);
  FeatureReport   report;
  const auto      store = GatherDomainFeatures(scan.source, measurement, plan, options, report, execution);
  DivisiveOptions clustering = options.clustering;
  clustering.selection = plan.selection;
  const DivisiveResult result = RunDivisive(*store, MakeScanGrid(measurement, options), clustering, execution);
  return { LabelsOf(result), LeavesInOrder(result.nodes).size(), result.nodes.front().stop };
}

class TruthFlake : public ::testing::TestWithParam<std::pair<double, double>>
{};

class TruthNull : public ::testing::TestWithParam<PhantomKind>
{};
} // namespace

TEST_P(TruthFlake, SevenDomainsWithoutK)
{
  const auto [dose, agreement] = GetParam();
  const PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, { 60, 64, 128, 128 }, dose));
  const Found       found = FindDomains(scan);
  EXPECT_GE(found.leaves, 6U);
  EXPECT_LE(found.leaves, 8U);
  EXPECT_GE(AdjustedRandIndex(scan.Truth().labels, found.labels), agreement);
}

INSTANTIATE_TEST_SUITE_P(Doses,
                         TruthFlake,
                         ::testing::Values(std::pair(16.0, 0.99), std::pair(4.0, 0.99), std::pair(1.0, 0.95)));

TEST(TruthDomains, SameLabelsForAnyThreads)
{
  const PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, { 32, 36, 128, 128 }, 4.0));
  const Found       one = FindDomains(scan, 1);
  EXPECT_GT(one.leaves, 3U);
  EXPECT_EQ(FindDomains(scan, 2).labels, one.labels);
  EXPECT_EQ(FindDomains(scan, 16).labels, one.labels);
}

TEST_P(TruthNull, IsOneLeaf)
{
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
  {
    EXPECT_EQ(FindDomains(PhantomScan(PhantomScan::Of(GetParam(), { 20, 22, 128, 128 }, 16.0, seed))).leaves, 1U)
      << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         TruthNull,
                         ::testing::Values(PhantomKind::Film,
                                           PhantomKind::Speckle,
                                           PhantomKind::CorrelatedSpeckle,
                                           PhantomKind::Crystal,
                                           PhantomKind::CrystalOnFilm));

TEST(TruthDomains, RampIsAGradientAndStepADomain)
{
  for (const double strain : { 0.02, 0.04 })
  {
    PhantomDescription description = PhantomScan::Of(PhantomKind::Ramp, { 32, 40, 128, 128 });
    description.deformation = strain;
    const Found found = FindDomains(PhantomScan(description));
    EXPECT_EQ(found.leaves, 1U) << strain;
    EXPECT_EQ(found.firstStop, StopReason::Gradient) << strain;
  }
  const PhantomScan step(PhantomScan::Of(PhantomKind::Step, { 32, 40, 128, 128 }));
  const Found       found = FindDomains(step);
  EXPECT_EQ(found.leaves, 2U);
  EXPECT_GE(AdjustedRandIndex(step.Truth().labels, found.labels), 0.99);
}
