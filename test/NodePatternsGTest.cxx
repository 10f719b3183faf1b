// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NodePatterns.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
const fourdstem::ScanShape shape{ 4, 21, 10, 13 };
constexpr std::size_t      pixels = 130;
constexpr float            noValue = std::numeric_limits<float>::quiet_NaN();

struct Scan
{
  std::vector<float>         values;
  std::vector<float>         origins;
  std::vector<std::uint16_t> labels;
};

Scan
MakeScan()
{
  Scan scan;
  for (std::size_t p = 0; p < 84; ++p)
  {
    for (std::size_t i = 0; i < pixels; ++i)
    {
      scan.values.push_back(static_cast<float>((p * 37 + i * i * 11 + p * i) % 101) - 3.f);
    }
    scan.origins.push_back(6.f + 0.25f * static_cast<float>(p % 13) - 1.5f);
    scan.origins.push_back(5.f + 0.3f * static_cast<float>(p % 7) - 0.9f);
    scan.labels.push_back(static_cast<std::uint16_t>(p * p % 5));
  }
  scan.values[3 * pixels + 44] = noValue;
  scan.values[9 * pixels + 51] = std::numeric_limits<float>::infinity();
  scan.origins[2 * 14] = noValue;
  scan.origins[2 * 16] = -300.f;
  scan.origins[2 * 17] = 6.f; // whole pixels: the last column and row stay covered
  scan.origins[2 * 17 + 1] = 5.f;
  return scan;
}

fourdstem::NodePatternSums
Accumulate(const Scan & scan, int threads, std::int64_t rowsAtOnce, float minimum = -1e30f)
{
  const fourdstem::MemoryPatternSource source(scan.values.data(), shape);
  fourdstem::NodePatternSums           sums(4, shape.qy, shape.qx);
  fourdstem::Execution                 execution;
  execution.threads = threads;
  for (std::int64_t row = 0; row < shape.ry; row += rowsAtOnce)
  {
    fourdstem::AccumulatePatterns(source,
                                  row,
                                  std::min(rowsAtOnce, shape.ry - row),
                                  scan.origins.data() + 2 * row * shape.rx,
                                  scan.labels.data() + row * shape.rx,
                                  sums,
                                  execution,
                                  minimum);
  }
  return sums;
}

double
AlignedPixel(const Scan & scan, std::size_t p, std::int64_t y, std::int64_t x, double minimum)
{
  const double sx = static_cast<double>(x) - 6 + static_cast<double>(scan.origins[2 * p]);
  const double sy = static_cast<double>(y) - 5 + static_cast<double>(scan.origins[2 * p + 1]);
  double       value = 0;
  for (int corner = 0; corner < 4; ++corner)
  {
    const double cx = std::floor(sx) + corner % 2;
    const double cy = std::floor(sy) + corner / 2;
    const double weight = (1 - std::abs(sx - cx)) * (1 - std::abs(sy - cy));
    if (weight == 0)
    {
      continue;
    }
    if (!(cx >= 0 && cx <= 12 && cy >= 0 && cy <= 9))
    {
      return std::nan("");
    }
    const auto pixel = static_cast<double>(scan.values[p * pixels + static_cast<std::size_t>(cy * 13 + cx)]);
    value += weight * (pixel < minimum ? minimum : pixel);
  }
  return std::isfinite(value) ? value : std::nan("");
}

bool
SameBits(const std::vector<float> & a, const std::vector<float> & b)
{
  return std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) { return x == y || (x != x && y != y); });
}

struct Patterns
{
  std::vector<float> mean = std::vector<float>(pixels);
  std::vector<float> variance = std::vector<float>(pixels);
};

Patterns
Of(const fourdstem::NodePatternSums & sums, std::int64_t set)
{
  Patterns patterns;
  sums.Mean(set, patterns.mean.data());
  sums.Variance(set, patterns.variance.data());
  return patterns;
}
} // namespace

TEST(NodePatterns, AreMeanAndVarianceOfTheAlignedPatternsOfALabel)
{
  const Scan scan = MakeScan();
  for (const float minimum : { -1e30f, 1.f })
  {
    const auto sums = Accumulate(scan, 2, 4, minimum);
    for (std::int64_t set = 0; set < 4; ++set)
    {
      const auto patterns = Of(sums, set);
      for (std::size_t i = 0; i < pixels; ++i)
      {
        std::vector<double> values;
        for (std::size_t p = 0; p < 84; ++p)
        {
          const double value = AlignedPixel(scan,
                                            p,
                                            static_cast<std::int64_t>(i / 13),
                                            static_cast<std::int64_t>(i % 13),
                                            static_cast<double>(minimum));
          if (scan.labels[p] == set + 1 && std::isfinite(value))
          {
            values.push_back(value);
          }
        }
        ASSERT_EQ(sums.Coverage(set)[i], static_cast<int>(values.size()));
        double mean = 0;
        for (const double value : values)
        {
          mean += value / static_cast<double>(values.size());
        }
        double variance = 0;
        for (const double value : values)
        {
          variance += (value - mean) * (value - mean) / static_cast<double>(values.size() - 1);
        }
        if (values.empty())
        {
          EXPECT_TRUE(std::isnan(patterns.mean[i]));
        }
        else
        {
          EXPECT_NEAR(patterns.mean[i], mean, 1e-4);
        }
        if (values.size() > 1)
        {
          EXPECT_NEAR(patterns.variance[i], variance, 1e-5 * variance + 1e-4);
        }
        else
        {
          EXPECT_TRUE(std::isnan(patterns.variance[i]));
        }
      }
    }
  }
}

TEST(NodePatterns, SameBitsForAnyThreadsAndRowRanges)
{
  const Scan scan = MakeScan();
  const auto once = Accumulate(scan, 1, 4);
  for (const auto & [threads, rows] : { std::pair<int, int>{ 2, 4 }, { 16, 4 }, { 3, 1 }, { 2, 3 } })
  {
    const auto other = Accumulate(scan, threads, rows);
    for (std::int64_t set = 0; set < 4; ++set)
    {
      EXPECT_TRUE(SameBits(Of(once, set).mean, Of(other, set).mean));
      EXPECT_TRUE(SameBits(Of(once, set).variance, Of(other, set).variance));
      EXPECT_EQ(once.Positions(set), other.Positions(set));
    }
  }
}

TEST(NodePatterns, NodesOfATreeAreSumsOfTheirLeaves)
{
  Scan       scan = MakeScan();
  const auto leaves = Accumulate(scan, 2, 4);
  // 0: 1 and 2, 2: 3 and 4; labels 1 to 4 at nodes 1, 3, 4 and nowhere
  const auto nodes = fourdstem::SumOverTree(leaves, { 1, 3, 4, -1 }, { -1, 0, 0, 2, 2 });
  for (auto & label : scan.labels)
  {
    label = label == 4 ? 0 : std::min<std::uint16_t>(label, 1);
  }
  const auto root = Accumulate(scan, 2, 4);

  EXPECT_EQ(nodes.Positions(0), root.Positions(0));
  EXPECT_EQ(nodes.Positions(2), leaves.Positions(1) + leaves.Positions(2));
  for (std::size_t i = 0; i < pixels; ++i)
  {
    const float a = Of(nodes, 0).mean[i];
    const float b = Of(root, 0).mean[i];
    EXPECT_TRUE(std::abs(a - b) < 1e-4f || (std::isnan(a) && std::isnan(b)));
  }
  EXPECT_TRUE(SameBits(Of(nodes, 3).mean, Of(leaves, 1).mean));
}

TEST(NodePatterns, ConstantPatternsHaveNoVariance)
{
  Scan scan = MakeScan();
  std::fill(scan.values.begin(), scan.values.end(), 1e6f / 3);
  std::fill(scan.labels.begin(), scan.labels.end(), std::uint16_t{ 1 });
  const auto patterns = Of(Accumulate(scan, 2, 4), 0);
  for (std::size_t i = 30; i < 90; ++i)
  {
    EXPECT_LT(patterns.variance[i], 0.01f);
  }
}

TEST(NodePatterns, CountsOfAnyTypeWithoutOrigins)
{
  const fourdstem::ScanShape           one{ 1, 1, 2, 3 };
  const std::vector<std::uint8_t>      scan{ 1, 2, 3, 4, 5, 255 };
  const std::vector<std::uint16_t>     labels{ 1 };
  const fourdstem::MemoryPatternSource source(scan.data(), one);
  fourdstem::NodePatternSums           sums(1, 2, 3);
  fourdstem::AccumulatePatterns(source, 0, 1, nullptr, labels.data(), sums, {});
  std::vector<float> mean(6);
  sums.Mean(0, mean.data());
  EXPECT_EQ(mean, (std::vector<float>{ 1, 2, 3, 4, 5, 255 }));
}

TEST(NodePatterns, BadArgumentsAreRefused)
{
  const Scan                           scan = MakeScan();
  const fourdstem::MemoryPatternSource source(scan.values.data(), shape);
  fourdstem::NodePatternSums           few(3, shape.qy, shape.qx);
  fourdstem::NodePatternSums           turned(4, shape.qx, shape.qy);
  fourdstem::NodePatternSums           sums(4, shape.qy, shape.qx);
  const auto accumulate = [&](std::int64_t row, fourdstem::NodePatternSums & into, const fourdstem::Execution & how) {
    fourdstem::AccumulatePatterns(source, row, 4, scan.origins.data(), scan.labels.data(), into, how);
  };
  EXPECT_THROW(accumulate(0, few, {}), std::invalid_argument);
  EXPECT_THROW(accumulate(0, turned, {}), std::invalid_argument);
  EXPECT_THROW(accumulate(1, sums, {}), std::invalid_argument);
  EXPECT_THROW(sums.Add(0, turned, 0), std::invalid_argument);
  EXPECT_THROW(fourdstem::NodePatternSums(0, 1, 1), std::invalid_argument);
  EXPECT_THROW(fourdstem::SumOverTree(sums, { 0 }, { -1 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::SumOverTree(sums, { 0, 1, 2, 3 }, { -1, 0 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::SumOverTree(sums, { 0, 0, 0, 0 }, { 0 }), std::invalid_argument);
  fourdstem::Execution stop;
  stop.monitor.report = [](double) { return false; };
  EXPECT_THROW(accumulate(0, sums, stop), fourdstem::Aborted);
}

TEST(NodePatterns, LargePatternsAreTakenOneByOne)
{
  const fourdstem::ScanShape           large{ 1, 3, 1025, 1024 };
  const std::vector<std::uint8_t>      scan(static_cast<std::size_t>(3 * large.PatternPixels()), 7);
  const std::vector<std::uint16_t>     labels{ 1, 0, 1 };
  const fourdstem::MemoryPatternSource source(scan.data(), large);
  fourdstem::NodePatternSums           sums(1, 1025, 1024);
  fourdstem::AccumulatePatterns(source, 0, 1, nullptr, labels.data(), sums, {});
  EXPECT_EQ(sums.Positions(0), 2);
  EXPECT_EQ(sums.Coverage(0)[1025 * 1024 - 1], 2);
  EXPECT_EQ(sums.Sum(0)[1025 * 512], 14);
}
