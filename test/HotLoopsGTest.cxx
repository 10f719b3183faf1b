// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include "Kernels/HotLoops/DetectorLoops.h"
#include "Kernels/HotLoops/PatternLoops.h"

#include <gtest/gtest.h>

using namespace fourdstem;

// What RunHotLoop chooses on this machine against the plain version, which other machines run.

TEST(HotLoops, SumsAndMomentsAgreeWithThePlainVersion)
{
  const auto      scan = fixtures::RandomScan<float>({ 1, 1, 21, 37 }, 1000);
  const float *   pattern = scan.values.data();
  const PixelSpan spans[] = { { 0, 3, 37 }, { 7, 0, 1 }, { 20, 5, 22 } };
  EXPECT_EQ(RunHotLoop<SumSpans>(pattern, std::ptrdiff_t{ 37 * 4 }, spans, std::int64_t{ 3 }),
            SumSpans::Run(pattern, 37 * 4, spans, 3));
  const auto wide = RunHotLoop<SumSpanMoments>(pattern, std::ptrdiff_t{ 37 * 4 }, spans, std::int64_t{ 3 });
  const auto plain = SumSpanMoments::Run(pattern, 37 * 4, spans, 3);
  EXPECT_EQ(wide.sum, plain.sum);
  EXPECT_EQ(wide.x, plain.x);
  EXPECT_EQ(wide.y, plain.y);

  const auto disk = RunHotLoop<DiskMoments>(
    pattern, std::ptrdiff_t{ 37 * 4 }, 8, 32, 2, 20, 18.2, 10.7, 1.F / 16.F, 8.F * 8.F + 8.F, 0.F);
  const auto same = DiskMoments::Run(pattern, 37 * 4, 8, 32, 2, 20, 18.2, 10.7, 1.F / 16.F, 8.F * 8.F + 8.F, 0.F);
  EXPECT_NEAR(disk.mass, same.mass, 1e-6 * same.mass);
  EXPECT_NEAR(disk.x, same.x, 1e-5 * same.mass);
  EXPECT_NEAR(disk.y, same.y, 1e-5 * same.mass);
}

TEST(HotLoops, NonFiniteValuesAreCountedAndKept)
{
  std::vector<float> values(45, 2.F);
  values[3] = std::numeric_limits<float>::quiet_NaN();
  values[44] = -std::numeric_limits<float>::infinity();
  values[17] = -8.F;
  EXPECT_EQ(RunHotLoop<CountNonFinite>(static_cast<const float *>(values.data()), std::int64_t{ 45 }), 2);
  EXPECT_EQ(CountNonFinite::Run(values.data(), 45), 2);
  std::vector<float> output(45);
  EXPECT_EQ(RunHotLoop<RaiseToFloat>(static_cast<const float *>(values.data()), std::int64_t{ 45 }, 1.F, output.data()),
            2);
  EXPECT_TRUE(std::isnan(output[3]));
  EXPECT_TRUE(std::isinf(output[44]));
  EXPECT_EQ(output[17], 1.F);
  EXPECT_EQ(output[18], 2.F);
}

TEST(HotLoops, OneByOneOrTogetherAPixelGetsTheSameBits)
{
  const auto                  scan = fixtures::RandomScan<float>({ 1, 4, 9, 43 }, 100000);
  std::vector<AlignedPattern> patterns;
  for (std::int64_t p = 0; p < 4; ++p)
  {
    const std::int64_t begin = p == 2 ? 3 : 0;
    patterns.push_back({ scan.values.data() + p * 9 * 43,
                         43,
                         1,
                         43,
                         0.1F + 0.2F * static_cast<float>(p),
                         0.7F,
                         begin,
                         42 - p % 2,
                         p % 3,
                         8,
                         false });
  }
  const auto add = [&](bool together) {
    std::vector<double>       sum(9 * 43, 0.);
    std::vector<double>       squares(9 * 43, 0.);
    std::vector<float>        maximum(9 * 43, 0.F);
    std::vector<std::int64_t> steps(10 * 44, 0);
    const SumPointers         pointers{ sum.data(), squares.data(), maximum.data(), steps.data() };
    const AlignedPattern *    first = patterns.data();
    for (int p = 0; p < 4; p += together ? 4 : 1)
    {
      RunHotLoop<AddAligned<true>>(first + p, together ? 4 : 1, std::int64_t{ 9 }, std::int64_t{ 43 }, pointers);
    }
    sum.insert(sum.end(), squares.begin(), squares.end());
    sum.insert(sum.end(), maximum.begin(), maximum.end());
    return sum;
  };
  EXPECT_EQ(add(true), add(false));
}
