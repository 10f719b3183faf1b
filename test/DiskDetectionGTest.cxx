// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFixtures.h"

#include "fourdstem/DiskDetection.h"

#include "gtest/gtest.h"

namespace
{
using namespace fourdstem;
using namespace fixtures;

DiskDetection
Detection()
{
  DiskDetection detection;
  detection.disk = Disk;
  return detection;
}

PeakLists
Detect(const DiskPatterns & patterns, const DiskDetection & detection, int threads = 1)
{
  PeakLists lists = DetectDisks(patterns.Source(), 0, 1, detection, { threads, {} });
  ValidatePeakLists(lists);
  return lists;
}

/** Peak `i` of a position is at (x, y). */
void
ExpectPeak(const PeakLists & lists, std::int64_t position, std::int64_t i, double x, double y, double height)
{
  ASSERT_GT(lists.Count(position), i) << position;
  const ListedPeak & peak = lists.Begin(position)[i];
  EXPECT_NEAR(peak.x, x, 2e-3) << position << " " << i;
  EXPECT_NEAR(peak.y, y, 2e-3) << position << " " << i;
  EXPECT_NEAR(peak.intensity, height, 0.01 * height) << position << " " << i;
}

/** Places of up to six disks that are clear of each other. */
double
ColumnOf(std::int64_t disk)
{
  return 12.3 + 19.1 * static_cast<double>(disk % 3);
}

double
RowOf(std::int64_t disk)
{
  return 14. + 0.37 * static_cast<double>(disk) + (disk < 3 ? 0. : 30.);
}

TEST(DiskDetection, FindsAsManyDisksAsEachPatternHas)
{
  constexpr std::int64_t positions = 6;
  DiskPatterns           patterns(positions);
  for (std::int64_t p = 0; p < positions; ++p)
  {
    patterns.AddPlane(p, 5., 0.03, 0.01);
    for (std::int64_t i = 0; i < p; ++i)
    {
      patterns.AddDisk(p, ColumnOf(i), RowOf(i), 90. - 10. * static_cast<double>(i));
    }
  }
  const PeakLists lists = Detect(patterns, Detection());
  EXPECT_EQ(lists.shape, (ScanShape{ 1, positions, side, side }));
  EXPECT_TRUE(lists.origins.empty());
  for (std::int64_t p = 0; p < positions; ++p)
  {
    ASSERT_EQ(lists.Count(p), p);
    for (std::int64_t i = 0; i < p; ++i)
    {
      ExpectPeak(lists, p, i, ColumnOf(i), RowOf(i), 90. - 10. * static_cast<double>(i));
    }
  }
}

TEST(DiskDetection, FindsPlacesToTwoThousandthsOfAPixelAtEveryPhase)
{
  constexpr int phases = 9;
  DiskPatterns  patterns(phases * phases);
  for (int p = 0; p < phases * phases; ++p)
  {
    patterns.AddDisk(p, 42. + p % phases / 8., 25. + p / phases / 8., 20.);
  }
  const PeakLists lists = Detect(patterns, Detection());
  for (int p = 0; p < phases * phases; ++p)
  {
    ASSERT_EQ(lists.Count(p), 1) << p;
    ExpectPeak(lists, p, 0, 42. + p % phases / 8., 25. + p / phases / 8., 20.);
  }
}

TEST(DiskDetection, FindsFaintDisksAmongCountedElectronsAndHardlyAnythingElse)
{
  constexpr std::int64_t positions = 300;
  DiskPatterns           patterns(positions, 1.F);
  for (std::int64_t p = 0; p < positions; ++p)
  {
    patterns.AddDisk(p, 31., 32., 500.);
    patterns.AddDisk(p, 50.4, 20.2, 4.);
    patterns.AddDisk(p, 11.6, 43.8, 4.);
  }
  patterns.Count(1.);
  DiskDetection detection = Detection();
  detection.minimumShare = 0.;
  const PeakLists lists = Detect(patterns, detection);
  std::int64_t    faint = 0;
  std::int64_t    wrong = 0;
  for (std::int64_t p = 0; p < positions; ++p)
  {
    ASSERT_GE(lists.Count(p), 1);
    EXPECT_NEAR(lists.Begin(p)->x, 31., 0.1);
    for (std::int64_t i = 1; i < lists.Count(p); ++i)
    {
      const ListedPeak & peak = lists.Begin(p)[i];
      const bool         isTrue =
        std::min(std::hypot(peak.x - 50.4, peak.y - 20.2), std::hypot(peak.x - 11.6, peak.y - 43.8)) < 1.;
      ++(isTrue ? faint : wrong);
    }
  }
  EXPECT_EQ(faint, 2 * positions);
  // Five standard deviations, some hundred independent places: one false peak in ten thousand patterns.
  EXPECT_LE(wrong, 1);
}

TEST(DiskDetection, TakesSharpEdgesAndSlopesForNoDisks)
{
  DiskPatterns patterns(3);
  for (std::int64_t qy = 0; qy < side; ++qy)
  {
    for (std::int64_t qx = 0; qx < side; ++qx)
    {
      patterns.At(0, qy, qx) = qx > 30 ? 1000.F : 10.F; // a beam stop's edge
      const double distance = std::hypot(static_cast<double>(qx - 31), static_cast<double>(qy - 32));
      patterns.At(1, qy, qx) = static_cast<float>(1000. * std::exp(-distance / 9.));
    }
  }
  patterns.AddPlane(2, 1., 2., 3.);
  DiskDetection detection = Detection();
  detection.minimumShare = 0.;
  const PeakLists lists = Detect(patterns, detection);
  EXPECT_EQ(lists.Count(0), 0);
  for (std::int64_t i = 0; i < lists.Count(1); ++i)
  {
    EXPECT_LT(std::hypot(lists.Begin(1)[i].x - 31., lists.Begin(1)[i].y - 32.), 1.);
  }
  EXPECT_EQ(lists.Count(2), 0);
}

TEST(DiskDetection, KeepsWhatTheOptionsAsk)
{
  DiskPatterns patterns(1);
  patterns.AddDisk(0, 31., 32., 1000.);
  patterns.AddDisk(0, 50., 20., 100.);
  patterns.AddDisk(0, 12., 45., 10.);
  patterns.AddDisk(0, 10., 12., 1.);
  const auto count = [&patterns](auto change) {
    DiskDetection detection = Detection();
    detection.minimumShare = 0.;
    change(detection);
    return Detect(patterns, detection).Count(0);
  };
  EXPECT_EQ(count([](DiskDetection &) {}), 4);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.minimumShare = 0.005; }), 3);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.minimumShare = 0.05; }), 2);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.minimumHeight = 5.; }), 3);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.minimumDistance = 22.6; }), 3);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.edge = 11.; }), 3);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.most = 2; }), 2);
  EXPECT_EQ(count([](DiskDetection & detection) { detection.significance = 20.; }), 3);
}

TEST(DiskDetection, LeavesOutWhatPixelsWithoutDataOrTheRimTouch)
{
  DiskPatterns patterns(3);
  for (std::int64_t p = 0; p < 3; ++p)
  {
    patterns.AddDisk(p, 42., 25., 20.);
    patterns.AddDisk(p, 20., 40., 10.);
  }
  patterns.At(0, 25, 43) = none;
  patterns.At(1, 40, 20) = std::numeric_limits<float>::infinity();
  patterns.AddDisk(2, 61., 40., 30.);
  const PeakLists lists = Detect(patterns, Detection());
  ASSERT_EQ(lists.Count(0), 1);
  ExpectPeak(lists, 0, 0, 20., 40., 10.);
  ASSERT_EQ(lists.Count(1), 1);
  ExpectPeak(lists, 1, 0, 42., 25., 20.);
  ASSERT_EQ(lists.Count(2), 2);

  // A detector that is too small for the template.
  const std::vector<float> small(81, 1.F);
  const auto               none = DetectDisks(MemoryPatternSource(small.data(), { 1, 1, 9, 9 }), 0, 1, Detection(), {});
  EXPECT_EQ(none.offsets, (std::vector<std::int64_t>{ 0, 0 }));
}

TEST(DiskDetection, IsTheSameForAnyNumberOfThreadsAndType)
{
  constexpr std::int64_t positions = 600;
  DiskPatterns           patterns(positions, 3.F);
  for (std::int64_t p = 0; p < positions; ++p)
  {
    patterns.AddDisk(p, 30. + static_cast<double>(p % 7), 25., 10.);
  }
  patterns.Count(1.);
  const PeakLists one = Detect(patterns, Detection(), 1);
  for (const int threads : { 2, 3, 16 })
  {
    const PeakLists several = Detect(patterns, Detection(), threads);
    ASSERT_EQ(one.offsets, several.offsets);
    for (std::size_t i = 0; i < one.peaks.size(); ++i)
    {
      ASSERT_EQ(one.peaks[i].x, several.peaks[i].x);
      ASSERT_EQ(one.peaks[i].y, several.peaks[i].y);
      ASSERT_EQ(one.peaks[i].intensity, several.peaks[i].intensity);
    }
  }
  std::vector<std::uint16_t> counts;
  for (std::int64_t i = 0; i < positions * side * side; ++i)
  {
    counts.push_back(static_cast<std::uint16_t>(patterns.At(i / (side * side), i / side % side, i % side)));
  }
  const PeakLists ofCounts =
    DetectDisks(MemoryPatternSource(counts.data(), { 1, positions, side, side }), 0, 1, Detection(), {});
  EXPECT_EQ(one.offsets, ofCounts.offsets);
}

TEST(DiskDetection, RefusesWhatCannotBe)
{
  const DiskPatterns patterns(1);
  const auto         refuses = [&patterns](auto change) {
    DiskDetection detection = Detection();
    change(detection);
    EXPECT_THROW(Detect(patterns, detection), std::invalid_argument);
  };
  refuses([](DiskDetection & detection) { detection.disk.radius = 0.; });
  refuses([](DiskDetection & detection) { detection.minimumHeight = -1.; });
  refuses([](DiskDetection & detection) { detection.minimumShare = std::nan(""); });
  refuses([](DiskDetection & detection) { detection.gain = 0.; });
  refuses([](DiskDetection & detection) { detection.most = -1; });
}

TEST(PeakLists, HoldTheDisksThatWereFoundWhereTheyAreStored)
{
  const std::vector<BraggDisk> disks = { { 2.F, -3.F, 7.F, 0.1F },   { none, none, none, none },
                                         { none, none, none, none }, { none, none, none, none },
                                         { 1.F, 1.F, 5.F, 0.1F },    { -1.F, 0.5F, 6.F, 0.1F } };
  const float                  origins[] = { 30.F, 40.F, none, none, 31.F, 41.F };
  const PeakLists              lists = ListDisks({ 3, 1, 64, 80 }, 2, disks.data(), origins);
  ValidatePeakLists(lists);
  EXPECT_EQ(lists.offsets, (std::vector<std::int64_t>{ 0, 1, 1, 3 }));
  EXPECT_EQ(lists.peaks[0].x, 32.);
  EXPECT_EQ(lists.peaks[0].y, 37.);
  EXPECT_EQ(lists.peaks[2].x, 30.);
  EXPECT_EQ(lists.peaks[2].intensity, 6.);
}

TEST(PeakLists, AreRefusedWhereTheyDoNotFit)
{
  PeakLists lists;
  EXPECT_THROW(ValidatePeakLists(lists), std::invalid_argument); // no position
  lists.shape = { 1, 2, 0, 0 };
  EXPECT_THROW(ValidatePeakLists(lists), std::invalid_argument);
  lists.peaks.resize(3);
  lists.offsets = { 0, 4, 3 };
  EXPECT_THROW(ValidatePeakLists(lists), std::invalid_argument);
  lists.offsets = { 0, 1, 3 };
  EXPECT_NO_THROW(ValidatePeakLists(lists));
  lists.origins = { 1.F, 2.F };
  EXPECT_THROW(ValidatePeakLists(lists), std::invalid_argument);
}
} // namespace
