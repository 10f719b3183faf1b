// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DetectorMask.h"
#include "fourdstem/Sampling.h"

#include "DiskFixtures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
constexpr std::int64_t qy = 12;
constexpr std::int64_t qx = 17;
constexpr float        noValue = std::numeric_limits<float>::quiet_NaN();
} // namespace

TEST(DetectorMask, AlignedAnnulusTakesTheInnerRimAndLeavesTheOuter)
{
  const auto mask = fourdstem::MakeAnnulusMask(qy, qx, { 2, 5 });
  for (std::int64_t y = 0; y < qy; ++y)
  {
    for (std::int64_t x = 0; x < qx; ++x)
    {
      const double r2 = static_cast<double>((y - 6) * (y - 6) + (x - 8) * (x - 8));
      EXPECT_EQ(mask.pixels[static_cast<std::size_t>(y * qx + x)] != 0, r2 >= 4 && r2 < 25) << y << ' ' << x;
    }
  }
  EXPECT_EQ(fourdstem::MakeAnnulusMask(qy, qx, {}).Count(), qy * qx);
  EXPECT_EQ(fourdstem::MakeAnnulusMask(qy, qx, { 5, 2 }).Count(), 0);
  EXPECT_THROW(fourdstem::MakeAnnulusMask(qy, qx, { -1, 2 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeAnnulusMask(qy, qx, { std::nan(""), 2 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeAnnulusMask(0, qx, {}), std::invalid_argument);
}

TEST(DetectorMask, PublishedAnnulusIsCentredHalfAPixelBeforeTheOrigin)
{
  const auto mask =
    fourdstem::MakeAnnulusMask(qy, qx, { std::sqrt(2.5), 4.5, fourdstem::AnnulusConvention::Published });
  for (std::int64_t y = 0; y < qy; ++y)
  {
    for (std::int64_t x = 0; x < qx; ++x)
    {
      const double dy = static_cast<double>(y) - 5.5;
      const double dx = static_cast<double>(x) - 7.5;
      const double r2 = dy * dy + dx * dx;
      if (std::abs(r2 - 2.5) > 1e-9)
      {
        EXPECT_EQ(mask.pixels[static_cast<std::size_t>(y * qx + x)] != 0, r2 > 2.5 && r2 < 20.25) << y << ' ' << x;
      }
    }
  }
  // (4.5)^2 is the squared distance of no pixel; (1.5, 0.5) lies on the inner rim of sqrt(2.5), 0.5 on one of sqrt(0.5)
  const auto rim = fourdstem::MakeAnnulusMask(qy, qx, { 0, std::sqrt(0.5), fourdstem::AnnulusConvention::Published });
  EXPECT_LE(rim.Count(), 4);
}

TEST(DetectorMask, AutomaticAnnulusIsCoveredAtEveryOrigin)
{
  const float origins[] = { 8, 6, 9.5f, 5.5f, 7, 6.25f, noValue, 3, 8.5f, std::numeric_limits<float>::infinity() };

  const auto annulus = fourdstem::AutomaticAnnulus(qy, qx, 0.5, origins, 5, 0.5);

  EXPECT_DOUBLE_EQ(annulus.inner, 4);
  EXPECT_DOUBLE_EQ(annulus.outer, 11 - 6.25 - 0.5);
  EXPECT_DOUBLE_EQ(fourdstem::AutomaticAnnulus(qy, qx, 1, nullptr, 0, 0).outer, 5);
  EXPECT_DOUBLE_EQ(fourdstem::AutomaticAnnulus(qy, qx, 1, nullptr, 0, 9).outer, 0);
}

TEST(DetectorMask, StdFractionComparesWithTheMaximumOfTheWholePattern)
{
  std::vector<float> deviation(qy * qx, 1.f);
  deviation[6 * qx + 8] = 10.f; // the central disk
  deviation[6 * qx + 12] = 3.5f;
  deviation[2 * qx + 8] = 3.f; // not above 0.3 * 10
  deviation[9 * qx + 8] = noValue;
  const auto annulus = fourdstem::MakeAnnulusMask(qy, qx, { 2, 6 });

  const auto mask = fourdstem::MakeStdFractionMask(annulus, deviation.data(), 0.3);

  EXPECT_EQ(mask.Count(), 1);
  EXPECT_EQ(mask.pixels[6 * qx + 12], 1);
  EXPECT_EQ(fourdstem::MakeStdFractionMask(annulus, deviation.data(), 0.05).Count(), annulus.Count() - 1);
  EXPECT_THROW(fourdstem::MakeStdFractionMask(annulus, deviation.data(), 1), std::invalid_argument);
}

TEST(DetectorMask, FanoSelectsWhatExceedsCountingNoise)
{
  std::vector<float> fano(qy * qx, 2.f);
  fano[3 * qx + 8] = 2.f * (1.f + 5.1f * std::sqrt(2.f / 99.f));
  fano[4 * qx + 8] = 2.f * (1.f + 4.9f * std::sqrt(2.f / 99.f));
  fano[5 * qx + 8] = noValue;
  const auto all = fourdstem::DetectorMask::Filled(qy, qx, 1);

  EXPECT_EQ(fourdstem::MakeFanoMask(all, fano.data(), 100, 0, 5).Count(), 1);
  EXPECT_EQ(fourdstem::MakeFanoMask(all, fano.data(), 100, 2, 4).Count(), 2);
  EXPECT_EQ(fourdstem::MakeFanoMask(all, fano.data(), 100, 1, 5).Count(), qy * qx - 1);
  EXPECT_THROW(fourdstem::MakeFanoMask(all, fano.data(), 1, 0, 5), std::invalid_argument);
}

TEST(DetectorMask, DisksAreThePixelsAboutThoseOfTheMeanPattern)
{
  constexpr std::int64_t edge = fixtures::side;
  const double           places[][2] = { { 12.3, -10.4 }, { -12.3, 10.4 }, { 14.1, 11.7 } };
  fixtures::DiskPatterns patterns(1);
  patterns.AddPlane(0, 5., 0.02, -0.01);
  patterns.AddDisk(0, 32., 32., 500.);
  for (const auto & place : places)
  {
    patterns.AddDisk(0, 32. + place[0], 32. + place[1], 20.);
  }
  patterns.AddDisk(0, 16.2, 14.9, 0.3); // below the share of the highest
  std::vector<double> mean;
  for (std::int64_t y = 0; y < edge; ++y)
  {
    for (std::int64_t x = 0; x < edge; ++x)
    {
      mean.push_back(static_cast<double>(patterns.At(0, y, x)));
    }
  }
  const auto annulus = fourdstem::MakeAnnulusMask(edge, edge, { 11., 21. });
  const auto mask = fourdstem::MakeDiskMask(annulus, mean.data(), fixtures::Disk.radius);
  for (std::int64_t y = 0; y < edge; ++y)
  {
    for (std::int64_t x = 0; x < edge; ++x)
    {
      double nearest = 1e9;
      for (const auto & place : places)
      {
        nearest =
          std::min(nearest, std::hypot(static_cast<double>(x - 32) - place[0], static_cast<double>(y - 32) - place[1]));
      }
      const auto at = static_cast<std::size_t>(y * edge + x);
      if (std::abs(nearest - 6.) > 0.01) // radius and two pixels; places are found within this
      {
        EXPECT_EQ(mask.pixels[at] != 0, annulus.pixels[at] != 0 && nearest < 6.) << x << ' ' << y;
      }
    }
  }
  const std::vector<double> flat(edge * edge, 3.);
  EXPECT_EQ(fourdstem::MakeDiskMask(annulus, flat.data(), 4.).Count(), 0);
  EXPECT_THROW(fourdstem::MakeDiskMask(annulus, flat.data(), 0.), std::invalid_argument);
}

TEST(DetectorMask, IntersectionNeedsEqualExtents)
{
  auto user = fourdstem::DetectorMask::Filled(qy, qx, 0);
  user.pixels[6 * qx + 8] = 255;
  user.pixels[6 * qx + 11] = 7;

  const auto mask = fourdstem::Intersect(fourdstem::MakeAnnulusMask(qy, qx, { 2, 6 }), user);

  EXPECT_EQ(mask.Count(), 1);
  EXPECT_EQ(mask.pixels[6 * qx + 11], 1);
  EXPECT_THROW(fourdstem::Intersect(user, fourdstem::DetectorMask::Filled(qx, qy, 1)), std::invalid_argument);
}

TEST(Sampling, PointsAndMasksGoBackAndForth)
{
  const auto mask = fourdstem::MakeAnnulusMask(qy, qx, { 2, 5 });
  const auto points = fourdstem::PointsOfMask(mask);

  EXPECT_EQ(static_cast<std::int64_t>(points.size()), mask.Count());
  EXPECT_EQ(fourdstem::MaskOfPoints(qy, qx, points).pixels, mask.pixels);
  for (const auto & point : fourdstem::PointsOfMask(mask, 2))
  {
    EXPECT_TRUE(point.dx % 2 == 0 && point.dy % 2 == 0);
  }
  const std::uint8_t keep[] = { 0, 1 };
  EXPECT_EQ(fourdstem::MaskOfPoints(qy, qx, { { 0, 0 }, { 1, 2 } }, keep).pixels[8 * qx + 9], 1);
  EXPECT_THROW(fourdstem::PointsOfMask(mask, 0), std::invalid_argument);
  EXPECT_THROW(fourdstem::MaskOfPoints(qy, qx, { { 9, 0 } }), std::invalid_argument);
}
