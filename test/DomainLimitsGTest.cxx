// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DomainAnalysis.h"

#include "PatternFixtures.h"
#include "PhantomScan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace
{
using namespace fourdstem;

constexpr float     notANumber = std::numeric_limits<float>::quiet_NaN();
const DomainOptions automatic;

DomainOptions
OptionsOf(ClusterMode mode)
{
  DomainOptions options;
  options.clustering.mode = mode;
  return options;
}

DomainOptions
PaperSplit()
{
  DomainOptions options = OptionsOf(ClusterMode::Paper);
  options.clustering.splits = { { 0, 2, {} } };
  return options;
}

const DomainChoice *
FindChoice(const DomainResult & result, const std::string & name)
{
  const auto found = std::find_if(
    result.choices.begin(), result.choices.end(), [&name](const DomainChoice & choice) { return choice.name == name; });
  return found == result.choices.end() ? nullptr : &*found;
}

template <typename TException>
std::string
MessageOf(const PatternSource & source, const DomainOptions & options)
{
  try
  {
    AnalyseDomains(source, options, 2, nullptr);
  }
  catch (const TException & error)
  {
    return error.what();
  }
  return "nothing was thrown";
}

/** Random counts about a bright beam whose centre of mass is pixel (Qx / 2, Qy / 2) exactly. */
fixtures::Scan<float>
BeamScan(const ScanShape & shape)
{
  auto scan = fixtures::RandomScan<float>(shape, 20);
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    for (std::int64_t y = 0; y < shape.qy; ++y)
    {
      for (std::int64_t x = 0; x < shape.qx; ++x)
      {
        const double distance =
          std::hypot(static_cast<double>(y - shape.qy / 2), static_cast<double>(x - shape.qx / 2));
        scan(p, y, x) = distance < 2.5 ? 900.f : distance < 6. ? 0.f : scan(p, y, x);
      }
    }
  }
  return scan;
}

/** Options that compare the pixels of the ring 7 <= r < 12 as they lie. */
DomainOptions
RingOptions(const ScanShape & shape)
{
  DomainOptions options;
  options.innerRadius = 7.;
  options.outerRadius = 12.;
  options.sampler = SamplerChoice::Bilinear;
  options.featureMask = FeatureMaskChoice::All;
  options.origin = OriginChoice::Given;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    options.origins.push_back(static_cast<float>(shape.qx / 2));
    options.origins.push_back(static_cast<float>(shape.qy / 2));
  }
  return options;
}
} // namespace

TEST(DomainLimits, DataThatDoNotVaryAreOneLeafInPaperMode)
{
  for (const ScanShape & shape : { ScanShape{ 1, 1, 32, 40 }, ScanShape{ 1, 7, 32, 40 }, ScanShape{ 6, 8, 30, 40 } })
  {
    for (const float value : { 0.f, 3.f, -2.f, 1e-5f })
    {
      const std::vector<float>  patterns(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()), value);
      const MemoryPatternSource source(patterns.data(), shape);
      const DomainResult        result = AnalyseDomains(source, PaperSplit(), 2, nullptr);
      ASSERT_EQ(result.clusters.nodes.size(), 1u);
      EXPECT_EQ(result.clusters.nodes.front().size, shape.Positions());
      EXPECT_NE(result.clusters.nodes.front().note.find("no detector pixel varies"), std::string::npos);
      EXPECT_EQ(LabelsOf(result.clusters), std::vector<std::uint16_t>(static_cast<std::size_t>(shape.Positions()), 1));
      EXPECT_EQ(FindChoice(result, "Pixels")->value, "0");
      EXPECT_EQ(UsedFeatures(result.plan, shape, result.clusters.nodes).Count(), 0);
      EXPECT_TRUE(FeatureNames(result.plan).empty());
    }
  }
}

TEST(DomainLimits, OneScanRowAndAPerfectCrystalAreOneLeafInPaperMode)
{
  const ScanShape row{ 1, 7, 32, 40 };
  const auto      scan = BeamScan(row); // deviations along the slow axis are those of one value: 0
  EXPECT_EQ(AnalyseDomains(scan.Source(), PaperSplit(), 2, nullptr).clusters.nodes.size(), 1u);

  const PhantomScan  crystal(PhantomScan::Of(PhantomKind::Crystal, { 32, 24, 96, 80 }));
  const DomainResult result = AnalyseDomains(crystal.source, PaperSplit(), 2, nullptr);
  EXPECT_EQ(result.clusters.nodes.size(), 1u);
  EXPECT_EQ(result.clusters.nodes.front().size, 32 * 24);
}

TEST(DomainLimits, TheClampIsToldAndWarnedOfWhereItErasesTheData)
{
  PhantomScan        scan(PhantomScan::Of(PhantomKind::Step, { 14, 30, 64, 72 }));
  const DomainResult counts = AnalyseDomains(scan.source, PaperSplit(), 2, nullptr);
  EXPECT_EQ(FindChoice(counts, "Clamp")->value, "values below 1 raised to 1");
  EXPECT_EQ(FindChoice(counts, "Warning"), nullptr);
  const DomainResult unclamped = AnalyseDomains(scan.source, automatic, 2, nullptr);
  EXPECT_EQ(FindChoice(unclamped, "Clamp"), nullptr);

  for (float & value : scan.patterns)
  {
    value *= 1e-5f;
  }
  const DomainResult erased = AnalyseDomains(scan.source, PaperSplit(), 2, nullptr);
  EXPECT_EQ(erased.clusters.nodes.size(), 1u);
  ASSERT_NE(FindChoice(erased, "Warning"), nullptr);
  EXPECT_NE(FindChoice(erased, "Warning")->how.find("at most 1 after it"), std::string::npos);
  const DomainResult scaled = AnalyseDomains(scan.source, automatic, 2, nullptr);
  EXPECT_EQ(LabelsOf(scaled.clusters), LabelsOf(unclamped.clusters));
}

TEST(DomainLimits, WithoutAnyPositionThereIsAnErrorThatSaysSo)
{
  const ScanShape shape{ 4, 6, 32, 40 };
  for (const ClusterMode mode : { ClusterMode::Auto, ClusterMode::Paper })
  {
    auto          scan = BeamScan(shape);
    DomainOptions options = OptionsOf(mode);
    options.scanMask.assign(24, 0);
    EXPECT_EQ(MessageOf<std::invalid_argument>(scan.Source(), options),
              "no position takes part: the scan mask is 0 at all 24");

    // Those that the mask lets through have no data.
    options.scanMask[7] = 1;
    std::fill_n(scan.values.begin() + 7 * shape.PatternPixels(), shape.PatternPixels(), notANumber);
    EXPECT_EQ(MessageOf<std::runtime_error>(scan.Source(), options),
              "no position takes part: no pattern has data where its origin is looked for");

    std::fill(scan.values.begin(), scan.values.end(), notANumber);
    options = OptionsOf(mode);
    EXPECT_EQ(MessageOf<std::runtime_error>(scan.Source(), options),
              "no position takes part: no pattern has data where its origin is looked for");
    options.origin = OriginChoice::Given;
    options.origins = RingOptions(shape).origins;
    EXPECT_EQ(MessageOf<std::runtime_error>(scan.Source(), options),
              "no position takes part: no pattern has data about its origin");
    std::fill(options.origins.begin(), options.origins.end(), notANumber);
    EXPECT_EQ(MessageOf<std::runtime_error>(scan.Source(), options),
              "no position takes part: none of the origins given is a number");
  }
}

TEST(DomainLimits, AnAnnulusWithoutPixelsOrDataIsAnError)
{
  const ScanShape shape{ 4, 6, 32, 40 };
  auto            scan = BeamScan(shape);
  DomainOptions   options = PaperSplit();
  options.innerRadius = 12.5;
  options.outerRadius = 8.25;
  EXPECT_EQ(MessageOf<std::runtime_error>(scan.Source(), options),
            "no detector pixel is left to compare: the annulus from 12.5 to 8.25 pixels holds 0; set other radii");

  options = RingOptions(shape);
  options.featureMask = FeatureMaskChoice::Given;
  options.givenFeatureMask = DetectorMask::Filled(32, 40, 0);
  EXPECT_NE(MessageOf<std::runtime_error>(scan.Source(), options).find("the feature mask given has none"),
            std::string::npos);

  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    for (std::int64_t i = 0; i < shape.PatternPixels(); ++i)
    {
      const double distance =
        std::hypot(static_cast<double>(i / shape.qx - shape.qy / 2), static_cast<double>(i % shape.qx - shape.qx / 2));
      scan(p, 0, i) = distance < 6. ? scan(p, 0, i) : notANumber;
    }
  }
  EXPECT_EQ(MessageOf<std::runtime_error>(scan.Source(), RingOptions(shape)),
            "no position takes part: no pattern has data in the annulus from 7 to 12 pixels");
}

TEST(DomainLimits, WhereThereIsNoDataTheDarkFieldAndTheOriginAreNaN)
{
  const ScanShape shape{ 8, 9, 32, 40 };
  auto            scan = BeamScan(shape);
  DomainOptions   options = RingOptions(shape);
  options.scanMask.assign(72, 1);
  options.scanMask[3] = 0;
  const auto ring = MakeAnnulusMask(32, 40, { 7., 12., AnnulusConvention::Aligned });
  const auto set = [&](std::int64_t p, std::int64_t firstRow, std::int64_t rows, float value) {
    std::fill_n(&scan(p, firstRow, 0), rows * shape.qx, value);
  };
  set(10, 0, 32, notANumber);
  set(11, 0, 32, 0.f);
  set(12, 0, 16, notANumber); // the other half is data
  const DomainResult result = AnalyseDomains(scan.Source(), options, 2, nullptr);
  for (std::int64_t p = 0; p < 72; ++p)
  {
    double sum = 0.;
    for (std::int64_t i = 0; i < shape.PatternPixels(); ++i)
    {
      const float value = scan(p, 0, i);
      sum += ring.pixels[static_cast<std::size_t>(i)] != 0 && std::isfinite(value) ? static_cast<double>(value) : 0.;
    }
    const float found = result.description.darkField[static_cast<std::size_t>(p)];
    if (p == 3 || p == 10)
    {
      EXPECT_TRUE(std::isnan(found)) << p;
    }
    else
    {
      EXPECT_EQ(found, static_cast<float>(sum)) << p;
    }
  }

  for (const bool isFitted : { false, true })
  {
    options = OptionsOf(ClusterMode::Paper);
    options.fitOrigins = isFitted;
    const DomainResult measured = AnalyseDomains(scan.Source(), options, 2, nullptr);
    const auto &       origins = measured.measurement.origins;
    for (std::size_t p = 0; p < 72; ++p)
    {
      EXPECT_EQ(std::isnan(origins[2 * p]), p == 10);
      EXPECT_EQ(std::isnan(origins[2 * p + 1]), p == 10);
    }
    EXPECT_EQ(LabelsOf(measured.clusters)[10], 0);
    EXPECT_EQ(measured.measurement.sums.Patterns(), 71);
  }
}

TEST(DomainLimits, FeatureNamesSayWhichPixelACentroidIsOf)
{
  const ScanShape    shape{ 5, 6, 32, 40 };
  const auto         scan = BeamScan(shape);
  const DomainResult result = AnalyseDomains(scan.Source(), RingOptions(shape), 2, nullptr);
  const auto         names = FeatureNames(result.plan);
  const auto &       centroid = result.clusters.nodes.front().centroid;
  ASSERT_EQ(names.size(), centroid.size());
  ASSERT_GT(names.size(), 100u);
  for (std::size_t k = 0; k < names.size(); ++k)
  {
    int dx = 0;
    int dy = 0;
    ASSERT_EQ(std::sscanf(names[k].c_str(), "I(%d %d)", &dx, &dy), 2) << names[k];
    double sum = 0.;
    for (std::int64_t p = 0; p < 30; ++p)
    {
      sum += static_cast<double>(scan(p, 16 + dy, 20 + dx));
    }
    EXPECT_NEAR(centroid[k], sum / 30., 1e-4) << names[k];
  }
}

TEST(DomainLimits, ValuesWhoseSquaresOverflowAreRefusedByName)
{
  const ScanShape shape{ 5, 6, 32, 40 };
  for (const ClusterMode mode : { ClusterMode::Auto, ClusterMode::Paper })
  {
    for (const float factor : { 1e35f, -1e35f })
    {
      auto scan = BeamScan(shape);
      std::transform(
        scan.values.begin(), scan.values.end(), scan.values.begin(), [factor](float v) { return factor * v; });
      const std::string message = MessageOf<std::runtime_error>(scan.Source(), OptionsOf(mode));
      const bool        isRaised = mode == ClusterMode::Paper && factor < 0.f; // to 1, which is no large value
      EXPECT_EQ(message.find("squares overflow") == std::string::npos, isRaised) << message;
      EXPECT_EQ(message.find("9e+37") == std::string::npos, isRaised) << message;
    }
  }
  auto scan = BeamScan(shape);
  scan(17, 4, 4) = 1e20f; // one pixel of one pattern, which the mean hides
  EXPECT_NE(MessageOf<std::runtime_error>(scan.Source(), automatic).find("squares overflow"), std::string::npos);
}

TEST(DomainLimits, LargeValuesBelowThatChangeNothing)
{
  PhantomScan        scan(PhantomScan::Of(PhantomKind::Step, { 14, 30, 64, 72 }));
  const DomainResult counts = AnalyseDomains(scan.source, automatic, 2, nullptr);
  for (float & value : scan.patterns)
  {
    value *= 0x1p30f;
  }
  EXPECT_EQ(LabelsOf(AnalyseDomains(scan.source, automatic, 2, nullptr).clusters), LabelsOf(counts.clusters));
}

TEST(DomainLimits, MemoryThatIsNeededDecidesWhereFeaturesLie)
{
  const ScanShape shape{ 100, 200, 32, 40 };
  FeaturePlan     plan;
  plan.points.resize(300);
  DomainOptions       options;
  const FeatureMemory free = PlanMemory(shape, plan, options);
  EXPECT_EQ(free.features, std::int64_t{ 100 } * 200 * 300 * 4);
  EXPECT_FALSE(free.isScratch);
  options.memoryLimit = free.features + free.beside;
  EXPECT_FALSE(PlanMemory(shape, plan, options).isScratch);
  --options.memoryLimit;
  EXPECT_TRUE(PlanMemory(shape, plan, options).isScratch);

  options.clustering.mode = ClusterMode::Paper;
  EXPECT_EQ(PlanMemory(shape, plan, options).beside - free.beside, std::int64_t{ 28 } * 200 * 32 * 40);
}

TEST(DomainLimits, ChoicesTellOfMemoryAndOfARadiusBeyondTheDetector)
{
  const ScanShape shape{ 5, 6, 30, 40 };
  const auto      scan = BeamScan(shape);
  DomainOptions   options = RingOptions(shape);
  options.outerRadius = 500.;
  options.memoryLimit = 1;
  const DomainResult result = AnalyseDomains(scan.Source(), options, 2, nullptr);
  EXPECT_TRUE(result.memory.isScratch);
  EXPECT_NE(FindChoice(result, "Feature matrix")->value.find("in a scratch file in ."), std::string::npos);
  EXPECT_NE(FindChoice(result, "Outer radius")->how.find("corner, 25 px from"), std::string::npos);
}

TEST(DomainLimits, StatisticsSayWhichLogStdTheyAre)
{
  const ScanShape shape{ 5, 6, 32, 40 };
  const auto      scan = BeamScan(shape);
  const auto      names = [&scan](ClusterMode mode) {
    std::vector<std::string> list;
    for (const auto & component : StatisticsOf(MeasureDiffraction(scan.Source(), OptionsOf(mode), {})))
    {
      list.push_back(component.first);
    }
    return list;
  };
  EXPECT_EQ(names(ClusterMode::Auto), (std::vector<std::string>{ "mean", "max", "std", "log-std", "fano" }));
  EXPECT_EQ(names(ClusterMode::Paper),
            (std::vector<std::string>{ "mean", "max", "std", "log-std global", "fano", "log-std nested" }));
}
