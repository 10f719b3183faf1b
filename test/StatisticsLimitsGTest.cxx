// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include "fourdstem/Statistics.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace fourdstem;

TEST(StatisticsLimits, FanoOfNegativeMeanIsNoData)
{
  fixtures::Scan<float> scan({ 1, 2, 1, 1 });
  scan(0, 0, 0) = -5.f;
  PatternSums sums(scan.shape, Deviation::Global);
  AddPatterns(scan.Source(), 0, 1, {}, nullptr, sums, {});
  EXPECT_TRUE(std::isnan(sums.Fano()[0]));
  EXPECT_TRUE(std::isnan(PatternSums(scan.shape, Deviation::Global).Fano()[0]));
}

TEST(StatisticsLimits, OriginFarOutsideCoversNothing)
{
  const auto         scan = fixtures::RandomScan<float>({ 1, 2, 4, 5 }, 9);
  std::vector<float> origins{ 1e30f, 2.f, 2.f, -1e30f };
  PatternSums        sums(scan.shape, Deviation::Global);
  AddPatterns(scan.Source(), 0, 1, {}, origins.data(), sums, {});
  EXPECT_EQ(sums.Counts(), std::vector<std::int64_t>(20, 0));
}

TEST(StatisticsLimits, AbortAndWrongShape)
{
  const auto scan = fixtures::RandomScan<float>({ 40, 2, 4, 5 }, 9);
  Execution  execution;
  double     last = 0.;
  for (const Deviation deviation : { Deviation::Global, Deviation::Nested })
  {
    PatternSums sums(scan.shape, deviation);
    execution.monitor.report = [](double) { return false; };
    EXPECT_THROW(AddPatterns(scan.Source(), 0, 40, {}, nullptr, sums, execution), Aborted);
    last = 0.;
    execution.monitor.report = [&](double done) {
      EXPECT_GE(done, last);
      last = done;
      return done <= 1.;
    };
    execution.threads = 1;
    AddPatterns(scan.Source(), 0, 40, {}, nullptr, sums, execution);
    EXPECT_DOUBLE_EQ(last, 1.);
  }
  PatternSums other({ 40, 2, 5, 4 }, Deviation::Global);
  EXPECT_THROW(AddPatterns(scan.Source(), 0, 40, {}, nullptr, other, {}), std::invalid_argument);
}
