// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include <gtest/gtest.h>

namespace
{
using fourdstem::SparseBlock;
using fourdstem::SparsePattern;
using Pixels = std::vector<std::pair<std::uint32_t, double>>;

Pixels
PixelsOf(const SparsePattern & pattern)
{
  Pixels pixels;
  for (std::int64_t i = 0; i < pattern.count; ++i)
  {
    pixels.emplace_back(pattern.pixels[i], pattern.values[i]);
  }
  return pixels;
}

/** Patterns {5, 9}, none and {0, 70000: three times}. */
SparseBlock
ThreePatterns()
{
  SparseBlock                      block;
  const std::vector<std::uint32_t> first{ 5, 9 };
  const std::vector<std::uint32_t> last{ 70000, 0, 70000, 70000 };
  EXPECT_EQ(block.AppendElectrons(first.data(), 2, 100000), 1);
  EXPECT_EQ(block.AppendElectrons(first.data(), 0, 100000), 0);
  EXPECT_EQ(block.AppendElectrons(last.data(), 4, 100000), 3);
  return block;
}

TEST(SparsePatterns, ElectronsAreSortedAndCounted)
{
  const SparseBlock block = ThreePatterns();
  ASSERT_EQ(block.Count(), 3);
  EXPECT_EQ(block.Unit(), 1.);
  EXPECT_EQ(PixelsOf(block[0]), (Pixels{ { 5, 1. }, { 9, 1. } }));
  EXPECT_EQ(PixelsOf(block[1]), Pixels());
  EXPECT_EQ(PixelsOf(block[2]), (Pixels{ { 0, 1. }, { 70000, 3. } }));
}

TEST(SparsePatterns, PatternsAreReversed)
{
  SparseBlock block = ThreePatterns();
  block.ReversePatterns();
  ASSERT_EQ(block.Count(), 3);
  EXPECT_EQ(PixelsOf(block[0]), (Pixels{ { 0, 1. }, { 70000, 3. } }));
  EXPECT_EQ(PixelsOf(block[1]), Pixels());
  EXPECT_EQ(PixelsOf(block[2]), (Pixels{ { 5, 1. }, { 9, 1. } }));
  block.Clear();
  EXPECT_EQ(block.Count(), 0);
  block.ReversePatterns();
  EXPECT_EQ(block.Count(), 0);
}

TEST(SparsePatterns, PixelsAreInOrderAfterAMove)
{
  SparseBlock block = ThreePatterns();
  block.MovePixels(100000, [](std::uint32_t pixel) { return 99999 - pixel; });
  EXPECT_EQ(PixelsOf(block[0]), (Pixels{ { 99990, 1. }, { 99994, 1. } }));
  EXPECT_EQ(PixelsOf(block[2]), (Pixels{ { 29999, 3. }, { 99999, 1. } }));

  SparseBlock                many;
  std::vector<std::uint32_t> pixels;
  for (std::uint32_t i = 0; i < 300; ++i)
  {
    pixels.push_back(i * i);
  }
  many.AppendElectrons(pixels.data(), 300, 99991);
  // 99991 is a prime, so that no two pixels come to one place.
  const auto moved = [](std::uint32_t pixel) {
    return static_cast<std::uint32_t>(pixel * std::uint64_t{ 7919 } % 99991);
  };
  many.MovePixels(99991, moved);
  std::vector<std::uint32_t> expected;
  std::transform(pixels.begin(), pixels.end(), std::back_inserter(expected), moved);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(std::vector<std::uint32_t>(many[0].pixels, many[0].pixels + many[0].count), expected);
}

TEST(SparsePatterns, UnitDividesEveryValue)
{
  SparseBlock block;
  block.AppendPixel(3, 0.);
  block.AppendPixel(4, 6.);
  EXPECT_EQ(block.Unit(), 1.);
  block.AppendPixel(6, 2.75);
  EXPECT_EQ(block.Unit(), 0.25);
  block.EndPattern();
  EXPECT_EQ(PixelsOf(block[0]), (Pixels{ { 4, 6. }, { 6, 2.75 } }));
  block.AppendPixel(0, std::numeric_limits<double>::quiet_NaN());
  block.EndPattern();
  EXPECT_EQ(block.Unit(), 0.);
}

TEST(SparsePatterns, DensePatternsHaveNone)
{
  const auto  scan = fixtures::RandomScan<float>({ 2, 3, 4, 5 }, 10);
  const auto  source = scan.Source();
  SparseBlock block;
  EXPECT_FALSE(source.IsSparse());
  EXPECT_THROW(source.ReadSparse(0, 0, 1, block), std::logic_error);
  EXPECT_THROW(source.ReadSparse(2, 0, 1, block), std::out_of_range);
}
} // namespace
