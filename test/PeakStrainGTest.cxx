// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PeakStrain.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
using namespace fourdstem;

constexpr std::int64_t rows = 6;
constexpr std::int64_t columns = 9;

/** Strain of a position: grows along the fast axis. */
double
StretchAt(std::int64_t p)
{
  return 0.002 * static_cast<double>(p % columns - columns / 2);
}

/** Disks of a lattice about (50 + p / 50, 40), in `unit`; the direct beam the brightest; every position also has a peak
 * that lies on no lattice point, and lacks one disk. */
PeakLists
ListsOf(double unit, bool knowsOrigins)
{
  PeakLists lists;
  lists.shape = { rows, columns, 0, 0 };
  for (std::int64_t p = 0; p < rows * columns; ++p)
  {
    const double x0 = knowsOrigins ? 0. : 50. + static_cast<double>(p) / 50.;
    const double y0 = knowsOrigins ? 0. : 40.;
    for (int h = -2; h <= 2; ++h)
    {
      for (int k = -2; k <= 2; ++k)
      {
        if ((5 * h + k + 12) % 24 != p % 24 || (h == 0 && k == 0))
        {
          const double x = (18. * h - 3. * k) / (1. + StretchAt(p));
          const double y = 2. * h + 16. * k;
          lists.peaks.push_back({ unit * (x0 + x), unit * (y0 + y), h == 0 && k == 0 ? 100. : 5. });
        }
      }
    }
    lists.peaks.push_back({ unit * (x0 + 9. + static_cast<double>(p % 5)), unit * (y0 + 8.5), 5. });
    lists.offsets.push_back(static_cast<std::int64_t>(lists.peaks.size()));
  }
  if (knowsOrigins)
  {
    lists.origins.assign(static_cast<std::size_t>(2 * rows * columns), 0.F);
  }
  return lists;
}

void
ExpectStretch(const StrainResult & result, double unit)
{
  ASSERT_EQ(result.strain.size(), static_cast<std::size_t>(rows * columns * StrainComponents));
  for (std::int64_t p = 0; p < rows * columns; ++p)
  {
    const float * const strain = result.strain.data() + p * StrainComponents;
    EXPECT_NEAR(strain[StrainXX], StretchAt(p), 2e-5) << p;
    EXPECT_NEAR(strain[StrainYY], 0., 2e-5) << p;
    EXPECT_NEAR(strain[StrainXY], 0., 2e-4) << p;
    // 23 of 24; without noise a disk may be left out for its rounding.
    EXPECT_GE(result.fits[static_cast<std::size_t>(p)].disks, 18) << p;
  }
  EXPECT_NEAR(result.references[0].g1[0] / unit, 18., 1e-3);
  EXPECT_NEAR(result.references[0].g2[1] / unit, 16., 1e-3);
}

TEST(PeakStrain, FollowsFromListsInPixelsOrAnyUnit)
{
  for (const double unit : { 1., 0.01, 0.0003 })
  {
    ExpectStretch(AnalysePeakStrain(ListsOf(unit, true), {}, 1, {}), unit);
  }
}

TEST(PeakStrain, TakesTheBrightestPeaksForOriginsWhereNoneAreKnown)
{
  const StrainResult result = AnalysePeakStrain(ListsOf(1., false), {}, 1, {});
  ExpectStretch(result, 1.);
  EXPECT_NEAR(result.measurement.origins[20], 50.2, 1e-4);
  EXPECT_NEAR(result.measurement.origins[21], 40., 1e-4);
}

TEST(PeakStrain, LeavesMaskedAndEmptyPositionsWithoutALattice)
{
  PeakLists lists = ListsOf(1., true);
  // The last position loses its peaks.
  lists.peaks.resize(static_cast<std::size_t>(lists.offsets[rows * columns - 1]));
  lists.offsets.back() = static_cast<std::int64_t>(lists.peaks.size());
  StrainAnalysisOptions options;
  options.measurement.scanMask.assign(rows * columns, 1);
  options.measurement.scanMask[3] = 0;
  const StrainResult result = AnalysePeakStrain(lists, options, 1, {});
  for (std::size_t p = 0; p < rows * columns; ++p)
  {
    EXPECT_EQ(std::isfinite(result.fits[p].g1[0]), p != 3 && p != rows * columns - 1) << p;
  }
}

TEST(PeakStrain, RefusesListsWithoutALattice)
{
  PeakLists lists;
  lists.shape = { 1, 2, 0, 0 };
  lists.offsets = { 0, 0, 0 };
  EXPECT_THROW(AnalysePeakStrain(lists, {}, 1, {}), std::runtime_error);
  lists.offsets = { 0, 0 };
  EXPECT_THROW(AnalysePeakStrain(lists, {}, 1, {}), std::invalid_argument);
  StrainAnalysisOptions options;
  options.labels.assign(7, 1);
  EXPECT_THROW(AnalysePeakStrain(ListsOf(1., true), options, 1, {}), std::invalid_argument);
}
} // namespace
