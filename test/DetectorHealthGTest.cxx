// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DetectorFixtures.h"
#include "PhantomScan.h"
#include "RealData.h"

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/ScanFile.h"

#include <gtest/gtest.h>

using namespace fourdstem;
using fixtures::Disks;
using fixtures::DetectorPatterns;

namespace
{
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

PixelHealth
HealthAt(const DetectorHealth & health, std::int64_t y, std::int64_t x)
{
  return health.pixels[static_cast<std::size_t>(y * health.qx + x)];
}
} // namespace

TEST(DetectorHealth, CleanDisksAreGood)
{
  const auto health = DetectorPatterns(Disks).Check().health;
  EXPECT_EQ(health.CountBad(), 0) << health.Summary();
  EXPECT_EQ(health.unjudged, "");
  EXPECT_EQ(DetectorPatterns(Disks, false).Check().health.CountBad(), 0);
}

TEST(DetectorHealth, FindsWhatIsWrong)
{
  DetectorPatterns patterns(Disks);
  const auto       times3 = [](float value, std::int64_t) { return 3.f * value; };
  patterns.Change(3, 3, times3);   // in the background
  patterns.Change(20, 22, times3); // on the direct disk
  patterns.Change(20, 26, times3); // near its edge
  patterns.Change(31, 5, [](float value, std::int64_t) { return value + 1e5f; });
  patterns.Change(3, 40, times3); // two side by side
  patterns.Change(3, 41, times3);
  patterns.Change(36, 3, [](float value, std::int64_t p) { return p % 10 == 0 ? value + 60.f : value; });
  patterns.Change(22, 20, [](float, std::int64_t) { return 0.f; });
  patterns.Change(37, 40, [](float, std::int64_t) { return 9.f; });
  patterns.Change(0, 20, [](float, std::int64_t) { return 0.f; });
  const auto health = patterns.Check().health;
  EXPECT_EQ(health.unjudged, "");
  for (const auto & [y, x] : { std::pair(3, 3), { 20, 22 }, { 20, 26 }, { 31, 5 }, { 3, 40 }, { 3, 41 } })
  {
    EXPECT_EQ(HealthAt(health, y, x), PixelHealth::Hot) << y << ", " << x;
  }
  EXPECT_EQ(HealthAt(health, 36, 3), PixelHealth::Flickering);
  EXPECT_EQ(HealthAt(health, 22, 20), PixelHealth::Dead);
  EXPECT_EQ(HealthAt(health, 37, 40), PixelHealth::Stuck);
  EXPECT_EQ(HealthAt(health, 0, 20), PixelHealth::Dead);
  EXPECT_EQ(health.Summary(), "6 hot, 1 flickering, 2 dead, 1 stuck");
}

TEST(DetectorHealth, FindsPartsOfRowsAndColumns)
{
  constexpr std::int64_t length = 7;
  DetectorPatterns       patterns(Disks);
  for (std::int64_t i = 0; i < length; ++i)
  {
    patterns.Change(2, 2 + i, [](float value, std::int64_t) { return 5.f * value; });
    patterns.Change(15 + i, 41, [](float, std::int64_t) { return 0.f; });
  }
  const auto health = patterns.Check().health;
  EXPECT_EQ(health.Summary(), "7 hot, 7 dead");
  for (std::int64_t i = 0; i < length; ++i)
  {
    EXPECT_EQ(HealthAt(health, 2, 2 + i), PixelHealth::Hot);
    EXPECT_EQ(HealthAt(health, 15 + i, 41), PixelHealth::Dead);
  }
}

TEST(DetectorHealth, OneEventIsNoFault)
{
  DetectorPatterns patterns(Disks);
  patterns.At(17, 3, 3) = 1e6f;
  patterns.At(31, 30, 7) = 3e4f;
  EXPECT_EQ(patterns.Check().health.CountBad(), 0);
}

TEST(DetectorHealth, NarrowPeaksAreNotJudged)
{
  const auto peaks = [](double y, double x) {
    const double glow = 40. / (1. + 0.02 * (std::pow(y - 20., 2.) + std::pow(x - 22., 2.)));
    return glow + (y == 20. && x == 22. ? 4000. : 0.) + (y == 20. && (x == 10. || x == 34.) ? 300. : 0.);
  };
  DetectorPatterns patterns(peaks);
  patterns.Change(21, 5, [](float, std::int64_t) { return 0.f; });
  const auto health = patterns.Check().health;
  EXPECT_EQ(health.Summary(), "1 dead");
  EXPECT_NE(health.unjudged.find("3 pixels stand out"), std::string::npos) << health.unjudged;
}

TEST(DetectorHealth, BeamStopIsGood)
{
  const auto stopped = [](double y, double x) {
    const bool isStop = std::hypot(y - 20., x - 22.) < 7. || (y > 19. && y < 22. && x > 22.);
    return isStop ? 0. : Disks(y, x);
  };
  const auto health = DetectorPatterns(stopped).Check().health;
  EXPECT_EQ(health.CountBad(), 0) << health.Summary();
  EXPECT_EQ(DetectorPatterns(stopped, false).Check().health.CountBad(), 0);
}

TEST(DetectorHealth, TipOfADiskBeyondTheBorderIsGood)
{
  const auto tip = [](double y, double x) {
    return Disks(y, x) - 8.9 + 400. * std::clamp(5.5 - std::hypot(y - 10., x + 4.7), 0., 1.);
  };
  EXPECT_EQ(DetectorPatterns(tip).Check().health.CountBad(), 0);
}

TEST(DetectorHealth, FewPatternsSayNothing)
{
  const DetectorPatterns    patterns(Disks);
  const MemoryPatternSource few(patterns.values.data(), { 1, 31, 40, 44 });
  const auto                health = CheckDetector(few, {}).health;
  EXPECT_EQ(health.CountBad(), 0);
  EXPECT_NE(health.unjudged.find("31 patterns"), std::string::npos);
}

TEST(DetectorHealth, CountsWhatIsNotFiniteAndEmpty)
{
  DetectorPatterns patterns(Disks);
  patterns.At(5, 7, 8) = notANumber;
  patterns.At(9, 7, 8) = std::numeric_limits<float>::infinity();
  patterns.At(9, 1, 1) = -3.f;
  std::fill_n(&patterns.At(47, 0, 0), patterns.shape.PatternPixels(), 0.f);
  const auto check = patterns.Check();
  EXPECT_EQ(check.nonFiniteValues, 2);
  EXPECT_EQ(check.nonFinitePatterns, 2);
  EXPECT_EQ(check.firstNonFinitePattern, 5);
  EXPECT_EQ(check.emptyPatterns, 1);
  EXPECT_EQ(check.firstEmptyPattern, 47);
  EXPECT_EQ(check.minimum, -3.);
  EXPECT_EQ(check.statistics.counts[7 * 44 + 8], 398);
  EXPECT_EQ(check.health.CountBad(), 0);
  EXPECT_EQ(check.saturated.Count(), 0);
  EXPECT_EQ(patterns.Check(1).statistics.variance, check.statistics.variance);
}

TEST(DetectorHealth, FindsSaturation)
{
  DetectorPatterns patterns(Disks);
  for (float & value : patterns.values)
  {
    value = std::min(value, 880.f);
  }
  const auto check = patterns.Check();
  EXPECT_EQ(check.saturation, 880.);
  EXPECT_EQ(check.saturated.pixels[20 * 44 + 22], 1);
  EXPECT_EQ(check.saturated.pixels[3 * 44 + 3], 0);

  std::vector<std::uint8_t> bytes(64 * 49, 7);
  bytes[49 * 3 + 24] = 255;
  const auto once = CheckDetector(MemoryPatternSource(bytes.data(), { 8, 8, 7, 7 }), {});
  EXPECT_EQ(once.saturation, 255.);
  EXPECT_EQ(once.saturated.Count(), 1);
  EXPECT_EQ(once.saturated.pixels[24], 1);
}

TEST(DetectorHealth, PhantomsAreGood)
{
  for (const auto kind : { PhantomKind::Flake, PhantomKind::Crystal, PhantomKind::CorrelatedSpeckle })
  {
    for (const double dose : { 1., 16., 400. })
    {
      const PhantomScan scan(PhantomScan::Of(kind, { 16, 18, 128, 128 }, dose));
      const auto        health = CheckDetector(scan.source, {}).health;
      EXPECT_EQ(health.CountBad(), 0) << NameOf(kind) << " at " << dose << ": " << health.Summary();
      EXPECT_EQ(health.unjudged, "") << NameOf(kind) << " at " << dose;
    }
  }
}

TEST(DetectorHealth, RealScansAreGood)
{
  SKIP_WITHOUT_REAL_FILE(path, "ag_sped_left.h5");
  const auto check = CheckDetector(*OpenScanFile(path), {});
  EXPECT_EQ(check.health.CountBad(), 0) << check.health.Summary();
  EXPECT_EQ(check.health.unjudged, "");
  EXPECT_EQ(check.maximum, 48.);
}
