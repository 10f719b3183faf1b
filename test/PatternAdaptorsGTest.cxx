// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanFixtures.h"

#include "fourdstem/PatternAdaptors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace
{
using namespace fourdstem;

constexpr ScanShape Shape{ 5, 7, 4, 6 };

/** Values that stay alive, and a source of them. */
template <typename T>
struct Scan
{
  explicit Scan(const ScanShape & shape = Shape)
    : values(CountingScan<T>(shape))
    , source(std::make_shared<MemoryPatternSource>(values.data(), shape))
  {}

  std::vector<T>                       values;
  std::shared_ptr<MemoryPatternSource> source;
};

std::size_t
At(const ScanShape & shape, std::int64_t ry, std::int64_t rx, std::int64_t qy, std::int64_t qx)
{
  return static_cast<std::size_t>(((ry * shape.rx + rx) * shape.qy + qy) * shape.qx + qx);
}

/** What reading the first pattern throws. */
std::string
Complaint(const SharedPatterns & patterns, std::int64_t ry = 0)
{
  try
  {
    PatternLease lease;
    patterns->Read(ry, 0, patterns->Shape().rx, lease);
  }
  catch (const std::runtime_error & error)
  {
    return error.what();
  }
  return "(none)";
}

template <typename T, typename TSum>
void
ExpectBinned(std::int64_t detectorBin, std::int64_t scanBin)
{
  const Scan<T>   scan;
  const auto      binned = BinPatterns(scan.source, detectorBin, scanBin);
  const ScanShape shape{ Shape.ry / scanBin, Shape.rx / scanBin, Shape.qy / detectorBin, Shape.qx / detectorBin };
  ASSERT_EQ(binned->Shape(), shape);
  const auto sums = ReadAll<TSum>(*binned);
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(sums.size()); ++i)
  {
    const std::int64_t qx = i % shape.qx;
    const std::int64_t qy = i / shape.qx % shape.qy;
    const std::int64_t rx = i / shape.PatternPixels() % shape.rx;
    const std::int64_t ry = i / shape.PatternPixels() / shape.rx;
    TSum               expected{};
    for (std::int64_t n = 0; n < scanBin * scanBin * detectorBin * detectorBin; ++n)
    {
      const std::int64_t pixel = n % (detectorBin * detectorBin);
      const std::int64_t position = n / (detectorBin * detectorBin);
      expected =
        static_cast<TSum>(expected + static_cast<TSum>(scan.values[At(Shape,
                                                                      ry * scanBin + position / scanBin,
                                                                      rx * scanBin + position % scanBin,
                                                                      qy * detectorBin + pixel / detectorBin,
                                                                      qx * detectorBin + pixel % detectorBin)]));
    }
    ASSERT_EQ(sums[static_cast<std::size_t>(i)], expected) << i;
  }
}

template <typename T>
SharedPatterns
Constant(const std::vector<T> & values)
{
  return std::make_shared<MemoryPatternSource>(values.data(),
                                               ScanShape{ 1, 1, 1, static_cast<std::int64_t>(values.size()) });
}
} // namespace

TEST(PatternAdaptors, DarkAndGainFollowTheFormula)
{
  const Scan<std::uint16_t> scan;
  DetectorCorrection        correction;
  for (int i = 0; i < 24; ++i)
  {
    correction.dark.push_back(0.25 * i);
    correction.gain.push_back(2.0 - 0.125 * i);
  }
  const auto corrected = CorrectPatterns(scan.source, correction);
  const auto values = ReadAll<float>(*corrected, 3);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    const std::size_t pixel = i % 24;
    ASSERT_EQ(values[i], static_cast<float>((scan.values[i] - correction.dark[pixel]) * correction.gain[pixel]));
  }
  correction.gain.clear();
  EXPECT_EQ(ReadAll<float>(*CorrectPatterns(scan.source, correction))[5], scan.values[5] - 1.25F);

  const Scan<std::int32_t> wide;
  EXPECT_EQ(ReadAll<double>(*CorrectPatterns(wide.source, correction))[30], wide.values[30] - 1.5);
  EXPECT_EQ(CorrectPatterns(scan.source, {}), scan.source);
}

TEST(PatternAdaptors, BadPixelsTakeMeanOrMedianOfGoodNeighbours)
{
  const Scan<std::uint8_t> scan;
  DetectorCorrection       correction;
  correction.badPixels.assign(24, 0.0);
  // (1, 2) and, beside it, (1, 3); and the corner (3, 0).
  correction.badPixels[8] = 1;
  correction.badPixels[9] = -2;
  correction.badPixels[18] = 1;
  const auto means = ReadAll<std::uint8_t>(*CorrectPatterns(scan.source, correction));
  correction.badPixelValue = BadPixelValue::Median;
  const auto medians = ReadAll<std::uint8_t>(*CorrectPatterns(scan.source, correction));
  const std::vector<std::vector<std::size_t>> neighbours = { { 1, 2, 3, 7, 13, 14, 15 },
                                                             { 2, 3, 4, 10, 14, 15, 16 },
                                                             { 12, 13, 19 } };
  const std::size_t                           bad[] = { 8, 9, 18 };
  for (std::size_t p = 0; p < 35; ++p)
  {
    const std::uint8_t * pattern = scan.values.data() + 24 * p;
    for (std::size_t i = 0; i < 24; ++i)
    {
      if (correction.badPixels[i] == 0)
      {
        ASSERT_EQ(means[24 * p + i], pattern[i]);
      }
    }
    for (std::size_t b = 0; b < 3; ++b)
    {
      double              sum = 0;
      std::vector<double> sorted;
      for (const std::size_t n : neighbours[b])
      {
        sum += pattern[n];
        sorted.push_back(pattern[n]);
      }
      std::sort(sorted.begin(), sorted.end());
      ASSERT_EQ(means[24 * p + bad[b]], std::round(sum / static_cast<double>(sorted.size())));
      ASSERT_EQ(medians[24 * p + bad[b]], sorted[sorted.size() / 2]);
    }
  }
}

TEST(PatternAdaptors, BadPixelsAmongBadOnesReachFarther)
{
  constexpr float          nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values{ 1, 5, 2, nan, 4, nan, 7 };
  const auto               source = Constant(values);
  DetectorCorrection       correction;
  correction.badPixels = { 0, 0, 1, 1, 1, 0, 0 };
  correction.badPixelValue = BadPixelValue::Median;
  const auto result = ReadAll<float>(*CorrectPatterns(source, correction));
  EXPECT_EQ(result[2], 5.F); // one good neighbour
  EXPECT_EQ(result[3], 5.F); // none next to it; two steps away 5 and NaN
  EXPECT_TRUE(std::isnan(result[4]));
  EXPECT_TRUE(std::isnan(result[5])) << "not marked as bad";
  correction.badPixels = { 0, 0, 1, 0, 0, 0, 0 };
  correction.gain = { 1, 1, std::numeric_limits<double>::infinity(), 1, 1, 1, 3 };
  const auto scaled = ReadAll<float>(*CorrectPatterns(source, correction));
  EXPECT_EQ(scaled[2], 5.F);
  EXPECT_EQ(scaled[6], 21.F);
}

TEST(PatternAdaptors, ImagesMustFit)
{
  const Scan<std::uint16_t> scan;
  DetectorCorrection        correction;
  correction.dark.assign(23, 0.0);
  EXPECT_THROW(CorrectPatterns(scan.source, correction), std::invalid_argument);
  correction.dark.assign(24, 0.0);
  correction.dark[13] = std::nan("");
  try
  {
    CorrectPatterns(scan.source, correction);
    FAIL();
  }
  catch (const std::invalid_argument & error)
  {
    ExpectMentions(error.what(), { "dark reference", "row 2, column 1" });
  }
  correction.badPixels.assign(24, 0.0);
  correction.badPixels[13] = 1;
  EXPECT_NO_THROW(CorrectPatterns(scan.source, correction));
  correction.badPixels.assign(24, 1.0);
  EXPECT_THROW(CorrectPatterns(scan.source, correction), std::invalid_argument);
}

TEST(PatternAdaptors, CropLeavesTheRegion)
{
  const Scan<std::int16_t> scan;
  const auto               cropped = CropPatterns(scan.source, { 1, 2, 3, 3 });
  const ScanShape          shape{ 5, 7, 3, 3 };
  ASSERT_EQ(cropped->Shape(), shape);
  const auto values = ReadAll<std::int16_t>(*cropped, 4);
  for (std::int64_t p = 0; p < 35; ++p)
  {
    for (std::int64_t i = 0; i < 9; ++i)
    {
      ASSERT_EQ(values[static_cast<std::size_t>(9 * p + i)],
                scan.values[At(Shape, p / 7, p % 7, 1 + i / 3, 2 + i % 3)]);
    }
  }
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  for (const DetectorRegion & region : std::vector<DetectorRegion>{
         { -1, 0, 1, 1 }, { 0, 0, 0, 1 }, { 2, 0, 3, 1 }, { 0, 6, 1, 1 }, { most, 0, most, 1 }, { 0, 1, 1, most } })
  {
    EXPECT_THROW(CropPatterns(scan.source, region), std::invalid_argument);
  }
  EXPECT_EQ(CropPatterns(scan.source, { 0, 0, 4, 6 }), scan.source);
}

TEST(PatternAdaptors, BinsAreSums)
{
  ExpectBinned<std::uint8_t, std::uint16_t>(2, 1);
  ExpectBinned<std::uint8_t, std::uint16_t>(3, 2);
  ExpectBinned<std::uint16_t, std::uint32_t>(1, 3);
  ExpectBinned<std::int8_t, std::int16_t>(2, 2);
  ExpectBinned<std::int32_t, std::int64_t>(4, 5);
  ExpectBinned<float, float>(2, 2);
  ExpectBinned<double, double>(3, 1);
  ExpectBinned<std::uint64_t, std::uint64_t>(2, 2);
}

TEST(PatternAdaptors, TheTypeOfSumsHoldsTheLargest)
{
  const auto type = [](ElementType stored, std::int64_t bin) {
    const std::vector<std::byte> none(1);
    const auto source = std::make_shared<MemoryPatternSource>(none.data(), stored, ScanShape{ 1, 1, 5000, 5000 }, 0, 0);
    return BinPatterns(source, bin, 1)->Type();
  };
  // 16 x 16 x 255 < 2^16 <= 17 x 17 x 255
  EXPECT_EQ(type(ElementType::UInt8, 16), ElementType::UInt16);
  EXPECT_EQ(type(ElementType::UInt8, 17), ElementType::UInt32);
  // 256 x 256 x 65535 < 2^32 <= 257 x 257 x 65535
  EXPECT_EQ(type(ElementType::UInt16, 256), ElementType::UInt32);
  EXPECT_EQ(type(ElementType::UInt16, 257), ElementType::UInt64);
  EXPECT_EQ(type(ElementType::UInt8, 4104), ElementType::UInt32);
  EXPECT_EQ(type(ElementType::UInt8, 4105), ElementType::UInt64);
  // 16 x 16 x -128 = -2^15, which int16 just holds
  EXPECT_EQ(type(ElementType::Int8, 16), ElementType::Int16);
  EXPECT_EQ(type(ElementType::Int8, 17), ElementType::Int32);
  EXPECT_EQ(type(ElementType::Int16, 2), ElementType::Int32);
  EXPECT_EQ(type(ElementType::Int32, 2), ElementType::Int64);
  EXPECT_EQ(type(ElementType::Float32, 7), ElementType::Float32);
}

TEST(PatternAdaptors, SumsBeyond64BitsAreRefused)
{
  constexpr auto                   most = std::numeric_limits<std::uint64_t>::max();
  const std::vector<std::uint64_t> fits{ most - 3, 1, 1, 1 };
  const std::vector<std::uint64_t> exceeds{ most - 3, 1, 1, 2 };
  const ScanShape                  shape{ 1, 1, 2, 2 };
  const auto fitting = BinPatterns(std::make_shared<MemoryPatternSource>(fits.data(), shape), 2, 1);
  EXPECT_EQ(ReadAll<std::uint64_t>(*fitting), std::vector<std::uint64_t>{ most });
  ExpectMentions(Complaint(BinPatterns(std::make_shared<MemoryPatternSource>(exceeds.data(), shape), 2, 1)),
                 { "scan row 0, column 0", "uint64" });
  constexpr auto                  lowest = std::numeric_limits<std::int64_t>::min();
  const std::vector<std::int64_t> negative{ lowest, 1, -1, -1 };
  ExpectMentions(Complaint(BinPatterns(std::make_shared<MemoryPatternSource>(negative.data(), shape), 2, 1)),
                 { "exceeds int64" });
}

TEST(PatternAdaptors, BinsMustFit)
{
  const Scan<std::uint16_t> scan;
  EXPECT_THROW(BinPatterns(scan.source, 0, 1), std::invalid_argument);
  EXPECT_THROW(BinPatterns(scan.source, 5, 1), std::invalid_argument);
  EXPECT_THROW(BinPatterns(scan.source, 1, 6), std::invalid_argument);
  EXPECT_THROW(BinPatterns(scan.source, -1, 1), std::invalid_argument);
  EXPECT_EQ(BinPatterns(scan.source, 1, 1), scan.source);
}

TEST(PatternAdaptors, RowsTogetherFollowTheBin)
{
  class Tiled : public PatternSource
  {
  public:
    Tiled()
      : PatternSource({ 11, 2, 1, 1 }, ElementType::UInt8)
    {}
    ScanRows
    RowsTogether(std::int64_t ry) const override
    {
      return { ry / 4 * 4, std::min<std::int64_t>(ry / 4 * 4 + 4, 11) };
    }

  protected:
    PatternBlock
    DoRead(std::int64_t, std::int64_t, std::int64_t, PatternLease &) const override
    {
      return {};
    }
  };
  // Rows of the bin begin at 0, 2, 4, 6, 8; pieces at 0, 4, 8.
  const auto binned = BinPatterns(std::make_shared<Tiled>(), 1, 2);
  ASSERT_EQ(binned->Shape().ry, 5);
  const std::int64_t expected[][2] = { { 0, 2 }, { 0, 2 }, { 2, 4 }, { 2, 4 }, { 4, 5 } };
  for (std::int64_t row = 0; row < 5; ++row)
  {
    EXPECT_EQ(binned->RowsTogether(row).begin, expected[row][0]) << row;
    EXPECT_EQ(binned->RowsTogether(row).end, expected[row][1]) << row;
  }
}

TEST(PatternAdaptors, ConversionIsExact)
{
  const Scan<float> scan;
  const auto        counts = ReadAll<std::uint16_t>(*ConvertPatterns(scan.source, ElementType::UInt16));
  EXPECT_TRUE(std::equal(counts.begin(), counts.end(), scan.values.begin(), scan.values.end()));
  EXPECT_EQ(ConvertPatterns(scan.source, ElementType::Float32), scan.source);

  const auto refused = [](const auto & values, ElementType type) {
    return Complaint(ConvertPatterns(Constant(values), type));
  };
  ExpectMentions(refused(std::vector<float>{ 1, 2.5F }, ElementType::UInt16),
                 { "2.5", "scan row 0, column 0", "detector row 0, column 1", "uint16" });
  ExpectMentions(refused(std::vector<float>{ 65536 }, ElementType::UInt16), { "65536" });
  ExpectMentions(refused(std::vector<float>{ -1 }, ElementType::UInt8), { "-1", "uint8" });
  ExpectMentions(refused(std::vector<float>{ std::nanf("") }, ElementType::Int32), { "nan" });
  ExpectMentions(refused(std::vector<double>{ 9223372036854775808.0 }, ElementType::Int64), { "int64" });
  ExpectMentions(refused(std::vector<double>{ 18446744073709551616.0 }, ElementType::UInt64), { "uint64" });
  ExpectMentions(refused(std::vector<double>{ 1e39 }, ElementType::Float32), { "float32" });
  ExpectMentions(refused(std::vector<std::int8_t>{ -7 }, ElementType::UInt64), { "-7" });
  ExpectMentions(refused(std::vector<std::uint8_t>{ 200 }, ElementType::Int8), { "200" });
  ExpectMentions(refused(std::vector<std::uint32_t>{ 16777217 }, ElementType::Float32), { "16777217" });
  ExpectMentions(refused(std::vector<std::uint64_t>{ ~std::uint64_t{ 0 } }, ElementType::Float64), { "float64" });
  EXPECT_EQ(refused(std::vector<float>{ 65535, -0.F }, ElementType::UInt16), "(none)");
  EXPECT_EQ(refused(std::vector<double>{ -9223372036854775808.0 }, ElementType::Int64), "(none)");
  EXPECT_EQ(refused(std::vector<double>{ 0.1, 1e-300, std::nan(""), HUGE_VAL }, ElementType::Float32), "(none)");
  EXPECT_EQ(refused(std::vector<std::uint32_t>{ 16777216, 4294967040U }, ElementType::Float32), "(none)");
  EXPECT_EQ(refused(std::vector<std::int64_t>{ std::numeric_limits<std::int64_t>::min() }, ElementType::Float32),
            "(none)");
}

TEST(PatternAdaptors, OneAfterTheOther)
{
  const Scan<std::uint8_t> scan;
  DetectorCorrection       correction;
  correction.dark.assign(24, 1.0);
  const auto corrected = CropPatterns(CorrectPatterns(scan.source, correction), { 0, 1, 4, 4 });
  const auto result = ConvertPatterns(BinPatterns(corrected, 2, 2), ElementType::Int32);
  const auto values = ReadAll<std::int32_t>(*result);
  ASSERT_EQ(values.size(), 2U * 3U * 4U);
  for (std::int64_t i = 0; i < 24; ++i)
  {
    std::int32_t expected = 0;
    for (std::int64_t n = 0; n < 16; ++n)
    {
      expected +=
        scan.values[At(
          Shape, i / 12 * 2 + n / 8, i / 4 % 3 * 2 + n / 4 % 2, i / 2 % 2 * 2 + n / 2 % 2, 1 + i % 2 * 2 + n % 2)] -
        1;
    }
    ASSERT_EQ(values[static_cast<std::size_t>(i)], expected) << i;
  }
}
