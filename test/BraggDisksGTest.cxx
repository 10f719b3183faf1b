// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFixtures.h"

#include "gtest/gtest.h"

namespace
{
using namespace fourdstem;

using namespace fixtures;

BraggSearch
SearchAt(double x, double y)
{
  BraggSearch search;
  search.disk = Disk;
  search.places = { { { x, y } } };
  return search;
}

TEST(BraggDisks, AreFoundToTwoThousandthsOfAPixelAtEveryPhaseAndOnAnySlope)
{
  constexpr int phases = 9;
  DiskPatterns  patterns(phases * phases);
  for (int p = 0; p < phases * phases; ++p)
  {
    patterns.AddDisk(p, 42. + p % phases / 8., 25. + p / phases / 8., 20.);
    patterns.AddPlane(p, 3., 0.05, -0.04);
  }
  const auto disks = patterns.Find(SearchAt(11.5, -6.5));
  for (int p = 0; p < phases * phases; ++p)
  {
    const BraggDisk & disk = disks[static_cast<std::size_t>(p)];
    EXPECT_NEAR(disk.x, 11. + p % phases / 8., 2e-3) << p;
    EXPECT_NEAR(disk.y, -7. + p / phases / 8., 2e-3) << p;
    EXPECT_NEAR(disk.height, 20., 0.1) << p;
  }
}

TEST(BraggDisks, StateTheErrorsOfCounting)
{
  for (const double gain : { 1., 151. })
  {
    constexpr std::int64_t positions = 600;
    DiskPatterns           patterns(positions, 2.F);
    for (std::int64_t p = 0; p < positions; ++p)
    {
      patterns.AddDisk(p, 42.3, 25.1, 12.);
    }
    patterns.Count(gain);
    BraggSearch search = SearchAt(11., -7.);
    search.noise.gain = gain;
    double within = 0.;
    for (const BraggDisk & disk : patterns.Find(search))
    {
      ASSERT_TRUE(std::isfinite(disk.x));
      within += std::abs(static_cast<double>(disk.x) - 11.3) <= static_cast<double>(disk.sigma) ? 1. : 0.;
      within += std::abs(static_cast<double>(disk.y) + 6.9) <= static_cast<double>(disk.sigma) ? 1. : 0.;
    }
    // 1200 draws: a standard deviation of 0.013
    EXPECT_NEAR(within / (2. * positions), 0.683, 0.05) << gain;

    std::vector<float> origins;
    for (std::int64_t p = 0; p < positions; ++p)
    {
      origins.insert(origins.end(), { 31.F, 32.F });
    }
    EXPECT_NEAR(MeasureDiskNoise(patterns.Source(), search, origins.data(), nullptr, {}).gain / gain, 1., 0.1);
  }
}

TEST(BraggDisks, HaveTheirStructureMeasured)
{
  constexpr std::int64_t positions = 512;
  std::vector<float>     origins;
  for (std::int64_t p = 0; p < positions; ++p)
  {
    origins.insert(origins.end(), { 31.F, 32.F });
  }
  for (const double contrast : { 0., 0.3, 0.6 })
  {
    DiskPatterns                           patterns(positions, 2.F);
    std::mt19937_64                        random(7);
    std::uniform_real_distribution<double> turn(0., 6.28318530717958648);
    for (std::int64_t p = 0; p < positions; ++p)
    {
      // Half a fringe to two over the disk, along any direction and of any phase: of the same variance everywhere.
      patterns.AddDisk(p, 42.3, 25.1, 20.);
      patterns.AddFringes(p, 42.3, 25.1, 20. * contrast, 0.4 + turn(random) / 5., turn(random), turn(random));
    }
    patterns.Count(3.);
    const DiskNoise noise = MeasureDiskNoise(patterns.Source(), SearchAt(11., -7.), origins.data(), nullptr, {});
    EXPECT_NEAR(noise.gain, 3., 0.3) << contrast;
    if (contrast == 0.)
    {
      EXPECT_EQ(noise.structure, 0.);
      continue;
    }
    // From 64 disks, and waves are of other lengths than those of the random field: a quarter hardly matters.
    EXPECT_NEAR(noise.structure * std::sqrt(2.) / contrast, 1., 0.25) << contrast;
    EXPECT_NEAR(noise.electrons, 20., 3.) << contrast;
  }
}

TEST(BraggDisks, WithStructureAreFoundWithTheErrorsTheyState)
{
  constexpr std::int64_t                 positions = 1200;
  DiskPatterns                           patterns(positions, 2.F);
  std::mt19937_64                        random(8);
  std::uniform_real_distribution<double> turn(0., 6.28318530717958648);
  for (std::int64_t p = 0; p < positions; ++p)
  {
    patterns.AddDisk(p, 42.3, 25.1, 40.);
    patterns.AddFringes(p, 42.3, 25.1, 24., 0.8, turn(random), turn(random));
  }
  patterns.Count(1.);
  BraggSearch search = SearchAt(11., -7.);
  double      deviations[2] = { 0., 0. };
  for (const bool isStructured : { false, true })
  {
    search.noise.structure = isStructured ? 0.6 / std::sqrt(2.) : 0.;
    search.noise.electrons = 40.;
    double within = 0.;
    for (const BraggDisk & disk : patterns.Find(search))
    {
      ASSERT_TRUE(std::isfinite(disk.x));
      const double error[] = { static_cast<double>(disk.x) - 11.3, static_cast<double>(disk.y) + 6.9 };
      for (const double one : error)
      {
        deviations[isStructured ? 1 : 0] += one * one / (2. * positions);
        within += std::abs(one) <= static_cast<double>(disk.sigma) ? 1. : 0.;
      }
    }
    if (isStructured)
    {
      EXPECT_NEAR(within / (2. * positions), 0.68, 0.08);
    }
  }
  EXPECT_LT(std::sqrt(deviations[1] / deviations[0]), 0.6);
}

TEST(BraggDisks, AreNotFoundWhereNoneAre)
{
  DiskPatterns patterns(7, 2.F);
  patterns.AddDisk(1, 42., 25., -1.); // a hole
  patterns.AddDisk(2, 49., 25., 20.); // out of reach
  patterns.AddDisk(3, 42., 25., 20.);
  patterns.At(3, 25, 42) = none;
  patterns.AddPlane(4, 0., 1., 0.);
  patterns.AddDisk(5, 42., 25., 20.); // the one that is there
  const auto disks = patterns.Find(SearchAt(11., -7.));
  for (std::size_t p = 0; p < disks.size(); ++p)
  {
    EXPECT_EQ(std::isfinite(disks[p].x), p == 5) << p;
  }
}

TEST(BraggDisks, AtTheDetectorsRimOrWithoutAnOriginAreNotFound)
{
  DiskPatterns patterns(1);
  patterns.AddDisk(0, 61., 25., 20.);
  EXPECT_TRUE(std::isnan(patterns.Find(SearchAt(30., -7.)).front().x));

  const float origin[] = { none, none };
  BraggDisk   disk{};
  FindBraggDisks(patterns.Source(), 0, 1, SearchAt(0., 0.), origin, nullptr, &disk, {});
  EXPECT_TRUE(std::isnan(disk.x));
}

TEST(BraggDisks, BelowTheSignificanceAreNotFound)
{
  DiskPatterns patterns(1, 4.F);
  patterns.AddDisk(0, 42., 25., 3.);
  BraggSearch search = SearchAt(11., -7.);
  EXPECT_FALSE(std::isnan(patterns.Find(search).front().x));
  search.significance = 40.;
  EXPECT_TRUE(std::isnan(patterns.Find(search).front().x));
}

TEST(BraggDisks, AreTheSameForAnyNumberOfThreads)
{
  DiskPatterns patterns(700, 3.F);
  for (std::int64_t p = 0; p < 700; ++p)
  {
    patterns.AddDisk(p, 42., 25., 10.);
  }
  patterns.Count(1.);
  const auto one = patterns.Find(SearchAt(11., -7.), 1);
  for (const int threads : { 2, 3, 16 })
  {
    const auto several = patterns.Find(SearchAt(11., -7.), threads);
    for (std::size_t p = 0; p < one.size(); ++p)
    {
      ASSERT_EQ(one[p].x, several[p].x);
      ASSERT_EQ(one[p].sigma, several[p].sigma);
    }
  }
}

TEST(BraggDisks, RefuseWhatCannotBe)
{
  const DiskPatterns patterns(1);
  BraggSearch        search = SearchAt(0., 0.);
  search.disk.radius = 0.;
  EXPECT_THROW(patterns.Find(search), std::invalid_argument);

  const std::uint16_t set = 1;
  const float         origin[] = { 31.F, 32.F };
  BraggDisk           disk{};
  EXPECT_THROW(FindBraggDisks(patterns.Source(), 0, 1, SearchAt(0., 0.), origin, &set, &disk, {}),
               std::invalid_argument);
}

TEST(BraggPeaks, AreFoundWithoutTheDirectBeam)
{
  DiskPatterns patterns(1);
  patterns.AddPlane(0, 5., 0.03, 0.);
  patterns.AddDisk(0, 31.2, 32.4, 500.);
  patterns.AddDisk(0, 50.7, 20.2, 20.);
  patterns.AddDisk(0, 11.7, 44.6, 10.);
  patterns.AddDisk(0, 20.1, 12.5, 0.2); // below the share of the highest
  std::vector<double> pattern;
  for (std::int64_t qy = 0; qy < side; ++qy)
  {
    for (std::int64_t qx = 0; qx < side; ++qx)
    {
      pattern.push_back(static_cast<double>(patterns.At(0, qy, qx)));
    }
  }
  const auto peaks = FindPeaks(pattern.data(), side, side, 31.2, 32.4, Disk);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_NEAR(peaks[0].x, 19.5, 2e-3);
  EXPECT_NEAR(peaks[0].y, -12.2, 2e-3);
  EXPECT_NEAR(peaks[0].height, 20., 0.1);
  EXPECT_NEAR(peaks[0].background, 5. + 0.03 * 50.7, 0.1);
  EXPECT_GT(peaks[0].likeness, 0.99);
  EXPECT_NEAR(peaks[1].x, -19.5, 2e-3);
  EXPECT_NEAR(peaks[1].y, 12.2, 2e-3);
  EXPECT_TRUE(FindPeaks(std::vector<double>(side * side, 1.).data(), side, side, 31., 32., Disk).empty());
}

TEST(DiskTemplates, HaveTheDirectBeamsRadiusAndEdge)
{
  DiskPatterns       patterns(12, 1.F);
  std::vector<float> origins;
  for (std::int64_t p = 0; p < 12; ++p)
  {
    const double x = 30. + 0.17 * static_cast<double>(p);
    const double y = 33. - 0.23 * static_cast<double>(p);
    patterns.AddDisk(p, x, y, 40.);
    origins.insert(origins.end(), { static_cast<float>(x), static_cast<float>(y) });
  }
  const Probe probe{ 31., 32., 3.8, true };
  const auto  disk = MeasureDiskTemplate(patterns.Source(), 1, nullptr, origins.data(), probe, {});
  EXPECT_NEAR(disk.radius, Disk.radius, 0.03);
  EXPECT_NEAR(disk.edgeWidth, Disk.edgeWidth, 0.15);
  for (const double distance : { 0., 2., 3.5, 4., 4.5, 6. })
  {
    EXPECT_NEAR(disk.Height(distance), Disk.Height(distance), 0.05) << distance;
  }

  const DiskPatterns empty(1, 1.F);
  EXPECT_THROW(MeasureDiskTemplate(empty.Source(), 1, nullptr, origins.data(), probe, {}), std::runtime_error);
}
} // namespace
