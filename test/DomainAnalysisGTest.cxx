// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DomainAnalysis.h"

#include "AdjustedRandIndex.h"
#include "PhantomScan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

namespace
{
using namespace fourdstem;

const PhantomScan &
StepScan()
{
  static const PhantomScan scan(PhantomScan::Of(PhantomKind::Step, { 14, 30, 64, 72 }));
  return scan;
}

const DomainOptions automatic;

DomainOptions
PaperOptions()
{
  DomainOptions options;
  options.clustering.mode = ClusterMode::Paper;
  options.stdFraction = 0.1;
  options.clustering.splits = { { 0, 2, {} }, { 1, 3, {} } };
  return options;
}

void
ExpectSameResult(const DomainResult & one, const DomainResult & other)
{
  EXPECT_EQ(LabelsOf(one.clusters), LabelsOf(other.clusters));
  EXPECT_EQ(one.measurement.origins, other.measurement.origins);
  EXPECT_EQ(one.description.darkField, other.description.darkField);
  EXPECT_EQ(one.confidence, other.confidence);
  ASSERT_EQ(one.clusters.nodes.size(), other.clusters.nodes.size());
  for (std::size_t i = 0; i < one.clusters.nodes.size(); ++i)
  {
    EXPECT_EQ(one.clusters.nodes[i].features, other.clusters.nodes[i].features);
    EXPECT_EQ(one.clusters.nodes[i].lambda, other.clusters.nodes[i].lambda);
    EXPECT_EQ(one.clusters.nodes[i].centroid, other.clusters.nodes[i].centroid);
  }
}
} // namespace

TEST(DomainAnalysis, AStepOfStrainIsTwoDomainsAndTheirPatternsAreMeans)
{
  const PhantomScan & scan = StepScan();

  const DomainResult result = AnalyseDomains(scan.source, automatic, 2, nullptr);

  const auto labels = LabelsOf(result.clusters);
  ASSERT_EQ(LeavesInOrder(result.clusters.nodes).size(), 2u);
  const bool isSwapped = labels.front() != scan.Truth().labels.front();
  for (std::size_t p = 0; p < labels.size(); ++p)
  {
    EXPECT_EQ(labels[p], isSwapped ? 3 - scan.Truth().labels[p] : scan.Truth().labels[p]) << "position " << p;
  }
  ASSERT_EQ(result.description.nodes.Sets(), 3);
  EXPECT_EQ(result.description.nodes.Positions(0), 14 * 30);
  EXPECT_EQ(result.description.nodes.Positions(1) + result.description.nodes.Positions(2), 14 * 30);
  std::vector<float> root(64 * 72);
  result.description.nodes.Mean(0, root.data());
  const auto   mean = result.measurement.sums.Mean();
  const size_t centre = 32 * 72 + 36;
  EXPECT_NEAR(root[centre], mean[centre], 1e-4 * mean[centre]);
  const auto used = UsedFeatures(result.plan, scan.source.Shape(), result.clusters.nodes);
  EXPECT_GT(used.Count(), 0);
  EXPECT_EQ(used.pixels[centre], 0);
}

TEST(DomainAnalysis, TheSameBitsForAnyThreadsAndAnyMemoryLimit)
{
  const PhantomScan & scan = StepScan();
  for (const bool isPaper : { false, true })
  {
    const DomainOptions inMemory = isPaper ? PaperOptions() : automatic;
    DomainOptions       limited = inMemory;
    limited.memoryLimit = 1;
    limited.scratchFolder = std::filesystem::temp_directory_path().string();
    const DomainResult reference = AnalyseDomains(scan.source, inMemory, 1, nullptr);
    for (const int threads : { 2, 3, 16 })
    {
      ExpectSameResult(AnalyseDomains(scan.source, inMemory, threads, nullptr), reference);
    }
    ExpectSameResult(AnalyseDomains(scan.source, limited, 2, nullptr), reference);
  }
}

TEST(DomainAnalysis, PaperModeDividesTheNodesThatWereNamed)
{
  const DomainResult result = AnalyseDomains(StepScan().source, PaperOptions(), 2, nullptr);

  ASSERT_EQ(result.clusters.nodes.size(), 6u);
  EXPECT_EQ(result.clusters.nodes[0].children.size(), 2u);
  EXPECT_EQ(result.clusters.nodes[1].children.size(), 3u);
  EXPECT_EQ(result.measurement.lowest, 1.f);
  EXPECT_EQ(result.plan.sampling.sampler, Sampler::Bilinear);
  EXPECT_EQ(result.measurement.nestedLogDeviation.size(), result.measurement.sums.Mean().size());

  const auto top = LabelsAtLevel(result.clusters, 1);
  EXPECT_EQ(std::set<std::uint16_t>(top.begin(), top.end()), (std::set<std::uint16_t>{ 1, 2 }));
  EXPECT_EQ(LabelsAtLevel(result.clusters, 2), LabelsOf(result.clusters));
}

TEST(DomainAnalysis, MaskedPositionsAndPositionsWithoutDataHaveNoLabel)
{
  PhantomScan   scan(PhantomScan::Of(PhantomKind::Step, { 14, 30, 64, 72 }));
  DomainOptions options;
  options.scanMask.assign(14 * 30, 1);
  std::fill_n(options.scanMask.begin(), 30, std::uint8_t{ 0 });
  const auto pattern = scan.patterns.begin() + 45 * 64 * 72;
  std::fill(pattern, pattern + 64 * 72, std::numeric_limits<float>::quiet_NaN());

  const DomainResult result = AnalyseDomains(scan.source, options, 2, nullptr);

  const auto labels = LabelsOf(result.clusters);
  for (std::size_t p = 0; p < 30; ++p)
  {
    EXPECT_EQ(labels[p], 0);
  }
  EXPECT_EQ(labels[45], 0);
  EXPECT_TRUE(std::isnan(result.confidence[45]));
  EXPECT_EQ(LeavesInOrder(result.clusters.nodes).size(), 2u);
  EXPECT_EQ(result.measurement.sums.NonFinitePixels(), 64 * 72);
  EXPECT_EQ(result.measurement.sums.Patterns(), 13 * 30 - 1);
}

TEST(DomainAnalysis, OddButHonestScansAreOneLeaf)
{
  for (const ScanShape & shape : { ScanShape{ 1, 1, 32, 40 }, ScanShape{ 1, 7, 32, 40 }, ScanShape{ 5, 1, 4, 5 } })
  {
    for (const float value : { 0.f, 3.f, -2.f })
    {
      const std::vector<float>  patterns(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()), value);
      const MemoryPatternSource source(patterns.data(), shape);
      const DomainResult        result = AnalyseDomains(source, automatic, 2, nullptr);
      EXPECT_EQ(result.clusters.nodes.size(), 1u);
      EXPECT_EQ(LabelsOf(result.clusters), std::vector<std::uint16_t>(static_cast<std::size_t>(shape.Positions()), 1));
    }
  }
}

TEST(DomainAnalysis, DisksAloneTellTheHalvesApart)
{
  const PhantomScan & scan = StepScan();
  DomainOptions       options;
  options.featureMask = FeatureMaskChoice::Disks;
  const DomainResult result = AnalyseDomains(scan.source, options, 2, nullptr);
  options.featureMask = FeatureMaskChoice::All;
  const auto all = PlanFeatures(result.measurement, options).points;

  EXPECT_EQ(LeavesInOrder(result.clusters.nodes).size(), 2u);
  EXPECT_GT(AdjustedRandIndex(scan.Truth().labels, LabelsOf(result.clusters)), 0.99);
  EXPECT_GT(result.plan.points.size(), 0u);
  EXPECT_LT(result.plan.points.size(), all.size());
  EXPECT_EQ(result.clusters.nodes.front().features.size(), result.plan.points.size());

  // Nothing but the direct beam: nothing to compare.
  const ScanShape    shape{ 6, 6, 32, 40 };
  std::vector<float> patterns(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()), 1.f);
  options.featureMask = FeatureMaskChoice::Disks;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(patterns.size()); ++i)
  {
    const std::int64_t x = i % 40 - 20;
    const std::int64_t y = i / 40 % 32 - 16;
    patterns[static_cast<std::size_t>(i)] = x * x + y * y <= 9 ? 50.f : 1.f;
  }
  const DomainResult beam = AnalyseDomains(MemoryPatternSource(patterns.data(), shape), options, 1, nullptr);
  EXPECT_EQ(beam.clusters.nodes.size(), 1u);
  EXPECT_TRUE(beam.plan.points.empty());
}

TEST(DomainAnalysis, WrongOptionsSayWhatWouldBeRight)
{
  const PhantomScan & scan = StepScan();
  const auto          message = [&scan](const DomainOptions & options) -> std::string {
    try
    {
      AnalyseDomains(scan.source, options, 1, nullptr);
    }
    catch (const std::exception & error)
    {
      return error.what();
    }
    return "";
  };
  DomainOptions options;
  options.scanMask.resize(3);
  EXPECT_NE(message(options).find("420 positions"), std::string::npos);

  options = automatic;
  options.origin = OriginChoice::Given;
  EXPECT_NE(message(options).find("840"), std::string::npos);

  options = automatic;
  options.innerRadius = 30;
  options.outerRadius = 29;
  EXPECT_NE(message(options).find("no detector pixel is left"), std::string::npos);

  options = PaperOptions();
  options.featureMask = FeatureMaskChoice::Neighbour;
  EXPECT_NE(message(options).find("std-fraction"), std::string::npos);
}

TEST(DomainAnalysis, StopsWhenTheMonitorSaysSo)
{
  const BeginStep stopInClustering = [](const std::string & step, double) -> Monitor {
    return { [step](double) { return step != "clustering"; } };
  };
  EXPECT_THROW(AnalyseDomains(StepScan().source, automatic, 2, stopInClustering), Aborted);
}
