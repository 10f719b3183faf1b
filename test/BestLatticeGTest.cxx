// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"

#include "fourdstem/PeakLists.h"
#include "fourdstem/PeakStrain.h"
#include "fourdstem/StrainAnalysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace
{
using namespace fourdstem;

constexpr ScanShape shape{ 4, 12, 96, 96 };

/** Two crystals, turned by 20 degrees against each other, whose wall is at column 6; the labels' is at `wall`. */
class TwoGrains
{
public:
  explicit TwoGrains(std::int64_t wall)
    : m_Patterns(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()))
  {
    const auto pixels = shape.PatternPixels();
    for (const bool isRight : { false, true })
    {
      auto description = PhantomScan::Of(PhantomKind::Crystal, shape, 40.);
      description.latticeAngle = isRight ? 27. : 7.;
      const PhantomScan scan(description);
      for (std::int64_t p = 0; p < shape.Positions(); ++p)
      {
        if ((p % shape.rx >= 6) == isRight)
        {
          std::copy_n(scan.patterns.begin() + p * pixels, pixels, m_Patterns.begin() + p * pixels);
        }
      }
    }
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      m_Options.labels.push_back(p % shape.rx < wall ? 1 : 2);
    }
    m_Options.reference = ReferenceChoice::MedianOfLabel;
    m_Options.bestLattice = true;
  }

  StrainResult
  Analyse(int threads = 1) const
  {
    return AnalyseStrain(MemoryPatternSource(m_Patterns.data(), shape), m_Options, threads, {});
  }

  StrainAnalysisOptions m_Options;

private:
  std::vector<float> m_Patterns;
};

void
ExpectTrueSets(const StrainResult & found)
{
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    EXPECT_EQ(found.sets[static_cast<std::size_t>(p)], p % shape.rx < 6 ? 0 : 1) << p;
  }
}

TEST(BestLattice, TakesTheGrainThatIsThereWhereLabelsAreCoarse)
{
  TwoGrains  grains(8);
  const auto found = grains.Analyse();
  ExpectTrueSets(found);
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    const float * strain = found.strain.data() + p * StrainComponents;
    EXPECT_NEAR(strain[StrainXX], 0.F, 5.F * strain[StrainXXError]) << p;
  }
  const auto threaded = grains.Analyse(3);
  EXPECT_EQ(0, std::memcmp(found.strain.data(), threaded.strain.data(), found.strain.size() * sizeof(float)));
  grains.m_Options.bestLattice = false;
  EXPECT_EQ(grains.Analyse().sets[7], 0) << "its label's";
}

TEST(BestLattice, TakesTheGrainThatListsOfPeaksHave)
{
  TwoGrains grains(7);
  // What one column of the other grain leaves in a label's lists
  grains.m_Options.peaks.minimumHeight = 0.3;
  const auto found = grains.Analyse();
  const auto lists = ListDisks(shape, MostPlaces(found.search), found.disks.data(), found.measurement.origins.data());
  ExpectTrueSets(AnalysePeakStrain(lists, grains.m_Options, 1, {}));
}

TEST(BestLattice, CountsWhatLiesOnALattice)
{
  const std::vector<MillerIndex> indices{ { 1, 0 }, { 0, 1 }, { -1, 0 } };
  const BraggDisk disks[] = { { 10.F, 0.1F, 5.F, 0.1F }, { 0.F, 14.F, 7.F, 0.1F }, { NAN, NAN, NAN, NAN } };
  LatticeFit      fit{ { 0.F, 0.F }, { 10.F, 0.F }, { 0.F, 12.F }, {}, 0.1F, 4 };
  EXPECT_EQ(HeightOnLattice(disks, indices, fit, 0.3), 5.);
  fit.g1[0] = NAN;
  EXPECT_EQ(HeightOnLattice(disks, indices, fit, 0.3), 0.);
}
} // namespace
