// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"

#include "fourdstem/Statistics.h"

#include <gtest/gtest.h>

using namespace fourdstem;

namespace
{
constexpr float  notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/** Two passes in double, as one would write it down; values that are NaN are left out. */
double
DirectDeviation(const std::vector<double> & values)
{
  double n = 0.;
  double mean = 0.;
  for (const double value : values)
  {
    if (!std::isnan(value))
    {
      n += 1.;
      mean += value;
    }
  }
  mean /= n;
  double sum = 0.;
  for (const double value : values)
  {
    sum += std::isnan(value) ? 0. : (value - mean) * (value - mean);
  }
  return n > 0. ? std::sqrt(sum / n) : nothing;
}

double
Aligned(const fixtures::Scan<float> & scan, std::int64_t p, std::int64_t y, std::int64_t x, const float * origins)
{
  const auto   at = origins + 2 * p;
  const double sy = static_cast<double>(at[1]) + static_cast<double>(y - scan.shape.qy / 2);
  const double sx = static_cast<double>(at[0]) + static_cast<double>(x - scan.shape.qx / 2);
  if (!(sy >= 0. && sx >= 0. && sy <= static_cast<double>(scan.shape.qy - 1) &&
        sx <= static_cast<double>(scan.shape.qx - 1)))
  {
    return nothing;
  }
  const auto   iy = static_cast<std::int64_t>(sy);
  const auto   ix = static_cast<std::int64_t>(sx);
  const double fy = sy - static_cast<double>(iy);
  const double fx = sx - static_cast<double>(ix);
  double       value = 0.;
  for (int corner = 0; corner < 4; ++corner)
  {
    const double weight = (corner / 2 ? fy : 1. - fy) * (corner % 2 ? fx : 1. - fx);
    if (weight > 0.)
    {
      const float pixel = scan(p, iy + corner / 2, ix + corner % 2);
      value += std::isfinite(pixel) ? weight * static_cast<double>(pixel) : nothing;
    }
  }
  return value;
}

/** Aligned samples of one pixel over the scan. */
std::vector<double>
Samples(const fixtures::Scan<float> & scan, std::int64_t y, std::int64_t x, const float * origins)
{
  std::vector<double> samples;
  for (std::int64_t p = 0; p < scan.shape.Positions(); ++p)
  {
    samples.push_back(Aligned(scan, p, y, x, origins));
  }
  return samples;
}

double
DirectNested(const ScanShape & shape, const std::vector<double> & samples)
{
  std::vector<double> columns;
  for (std::int64_t rx = 0; rx < shape.rx; ++rx)
  {
    std::vector<double> column;
    for (std::int64_t ry = 0; ry < shape.ry; ++ry)
    {
      column.push_back(samples[static_cast<std::size_t>(ry * shape.rx + rx)]);
    }
    columns.push_back(DirectDeviation(column));
  }
  return DirectDeviation(columns);
}

std::vector<float>
ShiftedOrigins(const ScanShape & shape)
{
  std::vector<float> origins;
  std::mt19937_64    random(5);
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    const bool isWhole = p % 5 == 0;
    for (const std::int64_t size : { shape.qx, shape.qy })
    {
      const float jitter = static_cast<float>(random() % 6001) / 1000.f - 3.f;
      origins.push_back(static_cast<float>(size / 2) + (isWhole ? std::floor(jitter) : jitter));
    }
  }
  return origins;
}

void
ExpectSame(double value, double expected, const std::string & what)
{
  if (std::isnan(expected))
  {
    EXPECT_TRUE(std::isnan(value)) << what << ": " << value;
  }
  else
  {
    EXPECT_NEAR(value, expected, 1e-5 * std::max(1., std::abs(expected))) << what;
  }
}

void
ExpectDirectFormulas(const fixtures::Scan<float> & scan, const std::vector<float> & origins)
{
  const ScanShape & shape = scan.shape;
  PatternSums       global(shape, Deviation::Global);
  PatternSums       nested(shape, Deviation::Nested);
  AddPatterns(scan.Source(), 0, shape.ry, {}, origins.data(), global, {});
  AddPatterns(scan.Source(), 0, shape.ry, {}, origins.data(), nested, {});
  const auto mean = global.Mean();
  const auto maximum = global.Maximum();
  const auto deviation = global.StandardDeviation();
  const auto logarithm = global.LogStandardDeviation();
  const auto fano = global.Fano();
  const auto counts = global.Counts();
  const auto ofColumns = nested.StandardDeviation();
  const auto twice = nested.StandardDeviation(Deviation::Nested);
  for (std::int64_t y = 0; y < shape.qy; ++y)
  {
    for (std::int64_t x = 0; x < shape.qx; ++x)
    {
      const auto i = static_cast<std::size_t>(y * shape.qx + x);
      const auto samples = Samples(scan, y, x, origins.data());
      double     sum = 0.;
      double     largest = nothing;
      int        n = 0;
      for (const double sample : samples)
      {
        if (!std::isnan(sample))
        {
          ++n;
          sum += sample;
          largest = std::isnan(largest) ? sample : std::max(largest, sample);
        }
      }
      const double expected = DirectDeviation(samples);
      EXPECT_EQ(counts[i], n);
      ExpectSame(mean[i], n > 0 ? sum / n : nothing, "mean");
      ExpectSame(maximum[i], largest, "maximum");
      ExpectSame(deviation[i], expected, "deviation");
      ExpectSame(ofColumns[i], expected, "deviation from columns");
      ExpectSame(logarithm[i], std::log(expected + 1.), "log");
      ExpectSame(twice[i], DirectNested(shape, samples), "nested");
      ExpectSame(fano[i], expected == 0. ? 0. : expected * expected * n / sum, "fano");
    }
  }
}

bool
SameBits(const PatternSums & a, const PatternSums & b)
{
  const auto same = [](const std::vector<double> & u, const std::vector<double> & v) {
    return std::equal(u.begin(), u.end(), v.begin(), v.end(), [](double s, double t) {
      return s == t || (std::isnan(s) && std::isnan(t));
    });
  };
  return same(a.Mean(), b.Mean()) && same(a.StandardDeviation(), b.StandardDeviation()) &&
         same(a.Maximum(), b.Maximum()) && a.Counts() == b.Counts() && a.Patterns() == b.Patterns() &&
         a.NonFinitePixels() == b.NonFinitePixels() &&
         (a.Kind() == Deviation::Global ||
          same(a.StandardDeviation(Deviation::Nested), b.StandardDeviation(Deviation::Nested)));
}
} // namespace

TEST(Statistics, MatchDirectFormulasThroughOrigins)
{
  const auto scan = fixtures::RandomScan<float>({ 3, 5, 12, 17 }, 100);
  ExpectDirectFormulas(scan, ShiftedOrigins(scan.shape));
}

TEST(Statistics, LeaveOutNonFinitePixels)
{
  auto scan = fixtures::RandomScan<float>({ 3, 5, 12, 17 }, 100);
  scan(4, 6, 8) = notANumber;
  scan(4, 0, 0) = std::numeric_limits<float>::infinity();
  scan(9, 11, 16) = -std::numeric_limits<float>::infinity();
  for (std::int64_t p = 0; p < scan.shape.Positions(); ++p)
  {
    scan(p, 3, 9) = notANumber;
  }
  ExpectDirectFormulas(scan, ShiftedOrigins(scan.shape));
  PatternSums sums(scan.shape, Deviation::Global);
  AddPatterns(scan.Source(), 0, 3, {}, nullptr, sums, {});
  EXPECT_EQ(sums.NonFinitePixels(), 3 + 15);
  EXPECT_EQ(sums.Patterns(), 15);
  EXPECT_TRUE(std::isnan(sums.Mean()[3 * 17 + 9]));
}

TEST(Statistics, APatternWithoutDataIsCountedButHasNoOriginAndNoShare)
{
  const ScanShape shape{ 2, 3, 12, 17 };
  auto            scan = fixtures::RandomScan<float>(shape, 100);
  std::fill_n(scan.values.begin() + 4 * shape.PatternPixels(), shape.PatternPixels(), notANumber);
  PatternSums        sums(shape, Deviation::Global);
  std::vector<float> origins(2 * 6);
  FindOriginsAndAddPatterns(scan.Source(), 0, 2, OriginSearch::FixedDisk(shape), {}, origins.data(), sums, {});
  EXPECT_EQ(sums.Patterns(), 5);
  EXPECT_EQ(sums.NonFinitePixels(), shape.PatternPixels());
  for (std::size_t p = 0; p < 6; ++p)
  {
    EXPECT_EQ(std::isnan(origins[2 * p]), p == 4);
  }
}

TEST(Statistics, LinesAndSinglePositions)
{
  for (const ScanShape shape : { ScanShape{ 1, 7, 9, 6 }, ScanShape{ 7, 1, 9, 6 }, ScanShape{ 1, 1, 9, 6 } })
  {
    const auto scan = fixtures::RandomScan<float>(shape, 100);
    ExpectDirectFormulas(scan, ShiftedOrigins(shape));
  }
}

TEST(Statistics, WithoutOriginsPixelsStayWhereTheyLie)
{
  const auto         scan = fixtures::RandomScan<float>({ 3, 5, 12, 17 }, 100);
  std::vector<float> centre;
  for (int p = 0; p < 15; ++p)
  {
    centre.insert(centre.end(), { 8.f, 6.f });
  }
  PatternSums raw(scan.shape, Deviation::Nested);
  PatternSums aligned(scan.shape, Deviation::Nested);
  AddPatterns(scan.Source(), 0, 3, {}, nullptr, raw, {});
  AddPatterns(scan.Source(), 0, 3, {}, centre.data(), aligned, {});
  EXPECT_TRUE(SameBits(raw, aligned));
  EXPECT_EQ(raw.Counts(), std::vector<std::int64_t>(12 * 17, 15));
}

TEST(Statistics, FindingOriginsInTheSamePassChangesNothing)
{
  const auto         scan = fixtures::DescannedScan({ 4, 5, 40, 48 }, 3.);
  const auto         search = OriginSearch::Recentred({ 24., 20., 3., true });
  std::vector<float> origins(2 * 20);
  FindOrigins(scan.Source(), 0, 4, search, origins.data(), {});
  for (const Deviation deviation : { Deviation::Global, Deviation::Nested })
  {
    std::vector<float> found(origins.size());
    PatternSums        fused(scan.shape, deviation);
    PatternSums        apart(scan.shape, deviation);
    FindOriginsAndAddPatterns(scan.Source(), 0, 4, search, {}, found.data(), fused, {});
    AddPatterns(scan.Source(), 0, 4, {}, origins.data(), apart, {});
    EXPECT_EQ(found, origins);
    EXPECT_TRUE(SameBits(fused, apart));
  }
}

TEST(Statistics, SameBitsForAnyThreadsAndRows)
{
  const auto scan = fixtures::RandomScan<float>({ 37, 9, 11, 14 }, 1000);
  const auto origins = ShiftedOrigins(scan.shape);
  for (const Deviation deviation : { Deviation::Global, Deviation::Nested })
  {
    PatternSums one(scan.shape, deviation);
    AddPatterns(scan.Source(), 0, 37, {}, origins.data(), one, { 1, {} });
    for (const int threads : { 2, 3, 16 })
    {
      PatternSums many(scan.shape, deviation);
      AddPatterns(scan.Source(), 0, 37, {}, origins.data(), many, { threads, {} });
      EXPECT_TRUE(SameBits(one, many)) << threads;
    }
    for (const std::int64_t rows : { 1, 3, 20 })
    {
      PatternSums divided(scan.shape, deviation);
      for (std::int64_t row = 0; row < 37; row += rows)
      {
        AddPatterns(scan.Source(), row, std::min(rows, 37 - row), {}, origins.data() + 2 * 9 * row, divided, {});
      }
      EXPECT_TRUE(SameBits(one, divided)) << rows;
    }
  }
}

TEST(Statistics, MergedSumsAreThoseOfAllPatterns)
{
  const auto  scan = fixtures::RandomScan<float>({ 6, 5, 8, 7 }, 100);
  PatternSums whole(scan.shape, Deviation::Nested);
  PatternSums first(scan.shape, Deviation::Nested);
  PatternSums second(scan.shape, Deviation::Nested);
  AddPatterns(scan.Source(), 0, 6, {}, nullptr, whole, {});
  AddPatterns(scan.Source(), 0, 2, {}, nullptr, first, {});
  AddPatterns(scan.Source(), 2, 4, {}, nullptr, second, {});
  first.Merge(second);
  EXPECT_TRUE(SameBits(whole, first));
  EXPECT_THROW(first.Merge(PatternSums(scan.shape, Deviation::Global)), std::invalid_argument);
  EXPECT_THROW(PatternSums(scan.shape, Deviation::Global).StandardDeviation(Deviation::Nested), std::logic_error);
}

TEST(Statistics, MaskAndBadOriginsLeavePositionsOut)
{
  const auto                scan = fixtures::RandomScan<std::uint16_t>({ 2, 3, 4, 5 }, 100);
  std::vector<std::uint8_t> mask{ 1, 0, 1, 1, 1, 0 };
  std::vector<float>        origins(12, 2.f);
  origins[7] = notANumber;
  StatisticsOptions options;
  options.mask = mask.data();
  PatternSums sums(scan.shape, Deviation::Global);
  AddPatterns(scan.Source(), 0, 2, options, origins.data(), sums, {});
  EXPECT_EQ(sums.Patterns(), 3);
  EXPECT_DOUBLE_EQ(sums.Mean()[0], (scan(0, 0, 0) + scan(2, 0, 0) + scan(4, 0, 0)) / 3.);
}

TEST(Statistics, LowValuesAreRaisedBeforeSampling)
{
  fixtures::Scan<float> scan({ 1, 2, 3, 4 });
  scan(0, 1, 1) = 7.f;
  scan(1, 1, 1) = -3.f;
  StatisticsOptions options;
  options.lowest = 1.f;
  PatternSums sums(scan.shape, Deviation::Global);
  AddPatterns(scan.Source(), 0, 1, options, nullptr, sums, {});
  EXPECT_EQ(sums.Mean()[5], 4.);
  EXPECT_EQ(sums.StandardDeviation()[5], 3.);
  EXPECT_EQ(sums.Mean()[0], 1.);
}

TEST(Statistics, EveryElementTypeGivesTheSameBits)
{
  const ScanShape shape{ 2, 3, 7, 6 };
  const auto      origins = ShiftedOrigins(shape);
  PatternSums     reference(shape, Deviation::Global);
  AddPatterns(fixtures::RandomScan<float>(shape, 120).Source(), 0, 2, {}, origins.data(), reference, {});
  for (int type = 0; type <= static_cast<int>(ElementType::Float64); ++type)
  {
    VisitElementType(static_cast<ElementType>(type), [&](auto zero) {
      const auto  scan = fixtures::RandomScan<decltype(zero)>(shape, 120);
      PatternSums sums(shape, Deviation::Global);
      AddPatterns(scan.Source(), 0, 2, {}, origins.data(), sums, {});
      EXPECT_TRUE(SameBits(sums, reference)) << type;
    });
  }
}

TEST(Statistics, ConstantPatternsDoNotDeviate)
{
  fixtures::Scan<float> scan({ 9, 11, 16, 12 });
  std::fill(scan.values.begin(), scan.values.end(), 1234.567f);
  const auto  origins = ShiftedOrigins(scan.shape);
  PatternSums sums(scan.shape, Deviation::Nested);
  AddPatterns(scan.Source(), 0, 9, {}, origins.data(), sums, {});
  EXPECT_EQ(sums.StandardDeviation()[8 * 12 + 6], 0.);
  EXPECT_EQ(sums.StandardDeviation(Deviation::Nested)[8 * 12 + 6], 0.);
  EXPECT_EQ(sums.Fano()[8 * 12 + 6], 0.);
}
