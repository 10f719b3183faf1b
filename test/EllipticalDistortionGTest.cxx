// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFixtures.h"

#include "fourdstem/EllipticalDistortion.h"
#include "fourdstem/StrainAnalysis.h"

#include "gtest/gtest.h"

#include <cmath>
#include <functional>
#include <stdexcept>

namespace
{
using namespace fixtures;

constexpr double pi = 3.14159265358979323846;
constexpr double degree = pi / 180.;

/** Where a place comes to lie: stretched by the root of the ratio along the angle, shrunk by it across. */
BraggPlace
Distorted(const EllipticalDistortion & ellipse, double x, double y)
{
  const double c = std::cos(ellipse.angle);
  const double s = std::sin(ellipse.angle);
  const double along = (c * x + s * y) * std::sqrt(ellipse.ratio);
  const double across = (-s * x + c * y) / std::sqrt(ellipse.ratio);
  return { c * along - s * across, s * along + c * across };
}

/** Sides of `length` pixels at `turn` and turn + `opening`, distorted. */
Lattice
DistortedLattice(const EllipticalDistortion & ellipse, double length, double turn, double opening)
{
  const BraggPlace g1 = Distorted(ellipse, length * std::cos(turn), length * std::sin(turn));
  const BraggPlace g2 = Distorted(ellipse, length * std::cos(turn + opening), length * std::sin(turn + opening));
  return { { g1.x, g1.y }, { g2.x, g2.y } };
}

TEST(EllipticalDistortion, IsTakenOutAlongItsAxes)
{
  const EllipticalDistortion ellipse{ 1.21, 30. * degree };
  // A circle of radius 10 has half-axes 11 and 10 / 1.1 on the detector.
  const double     c = std::cos(ellipse.angle);
  const double     s = std::sin(ellipse.angle);
  const BraggPlace onLong = Undistorted(ellipse, BraggPlace{ 11. * c, 11. * s });
  EXPECT_NEAR(onLong.x, 10. * c, 1e-12);
  EXPECT_NEAR(onLong.y, 10. * s, 1e-12);
  const BraggPlace onShort = Undistorted(ellipse, BraggPlace{ -10. / 1.1 * s, 10. / 1.1 * c });
  EXPECT_NEAR(onShort.x, -10. * s, 1e-12);
  EXPECT_NEAR(onShort.y, 10. * c, 1e-12);

  BraggDisk disks[2] = { { static_cast<float>(11. * c), static_cast<float>(11. * s), 5.F, 0.1F },
                         { none, none, none, none } };
  UndistortDisks(ellipse, 2, disks);
  EXPECT_NEAR(std::hypot(disks[0].x, disks[0].y), 10., 1e-5);
  EXPECT_EQ(disks[0].height, 5.F);
  EXPECT_EQ(disks[0].sigma, 0.1F);
  EXPECT_TRUE(std::isnan(disks[1].x));
}

TEST(EllipticalDistortion, OfARegularLatticeIsExactWhateverItsTurnAndBasis)
{
  for (const double angle : { -80., -20., 0., 33., 90. })
  {
    const EllipticalDistortion ellipse{ 1.04, angle * degree };
    for (const double turn : { -29., 0., 12., 40. })
    {
      for (const bool isSquare : { false, true })
      {
        Lattice lattice = DistortedLattice(ellipse, 20., turn * degree, (isSquare ? 90. : 60.) * degree);
        for (const bool isOtherBasis : { false, true })
        {
          if (isOtherBasis)
          {
            for (int axis = 0; axis < 2; ++axis)
            {
              const double g1 = lattice.g1[axis];
              lattice.g1[axis] = lattice.g2[axis];
              lattice.g2[axis] = isSquare ? -g1 : lattice.g2[axis] - g1;
            }
          }
          const auto found =
            EllipseOfLattice({ lattice, { 1e-6, 0., 1e-6 }, 1 }, isSquare ? SquareLattice() : HexagonalLattice());
          ASSERT_TRUE(found);
          EXPECT_NEAR(found->ellipse.ratio, 1.04, 1e-9);
          EXPECT_NEAR(std::remainder(found->ellipse.angle - ellipse.angle, pi), 0., 1e-8);
          EXPECT_GT(found->ellipse.angle, -0.5 * pi - 1e-9);
          EXPECT_LE(found->ellipse.angle, 0.5 * pi + 1e-9);
          const Lattice without = Undistorted(found->ellipse, lattice);
          EXPECT_NEAR(std::hypot(without.g1[0], without.g1[1]), 20., 1e-7);
          EXPECT_NEAR(std::hypot(without.g2[0], without.g2[1]), 20., 1e-7);
        }
      }
    }
  }
}

TEST(EllipticalDistortion, OfAnyKnownLatticeIsExact)
{
  const EllipticalDistortion ellipse{ 1.05, -35. * degree };
  const KnownLattice         known{ 0.4, 0.55, 105. * degree };
  const Lattice              reciprocal = ReciprocalOf(known);
  const BraggPlace           g1 = Distorted(ellipse, 8. * reciprocal.g1[0], 8. * reciprocal.g1[1]);
  const BraggPlace           g2 = Distorted(ellipse, 8. * reciprocal.g2[0], 8. * reciprocal.g2[1]);
  const auto found = EllipseOfLattice({ { { g1.x, g1.y }, { g2.x, g2.y } }, { 1e-6, 0., 1e-6 }, 1 }, known);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->ellipse.ratio, 1.05, 1e-9);
  EXPECT_NEAR(found->ellipse.angle, ellipse.angle, 1e-8);
}

TEST(EllipticalDistortion, TrueEllipsesLieWithinTheirErrors)
{
  const EllipticalDistortion ellipse{ 1.02, 25. * degree };
  const Lattice              lattice = DistortedLattice(ellipse, 20., 0.1, 60. * degree);
  // First order: errors s of four components; for a hexagonal lattice with independent vectors.
  std::mt19937_64            random(1);
  std::normal_distribution<> normal(0., 0.02);
  int                        ratios = 0;
  int                        angles = 0;
  constexpr int              runs = 400;
  for (int run = 0; run < runs; ++run)
  {
    LatticeEstimate estimate{ lattice, { 4e-4, 0., 4e-4 }, 1 };
    for (double * vector : { estimate.lattice.g1, estimate.lattice.g2 })
    {
      vector[0] += normal(random);
      vector[1] += normal(random);
    }
    const auto found = EllipseOfLattice(estimate, HexagonalLattice());
    ASSERT_TRUE(found);
    ratios += std::abs(found->ellipse.ratio - ellipse.ratio) < found->ratioError ? 1 : 0;
    angles += std::abs(found->ellipse.angle - ellipse.angle) < found->angleError ? 1 : 0;
  }
  // 68.3 % of 400, within three standard deviations.
  EXPECT_NEAR(ratios, 0.683 * runs, 28);
  EXPECT_NEAR(angles, 0.683 * runs, 28);
}

TEST(EllipticalDistortion, WithoutADirectionHasAnyAngle)
{
  const Lattice lattice = DistortedLattice({}, 20., 0.3, 60. * degree);
  const auto    found = EllipseOfLattice({ lattice, { 1e-4, 0., 1e-4 }, 1 }, HexagonalLattice());
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->ellipse.ratio, 1., 1e-9);
  EXPECT_DOUBLE_EQ(found->angleError, 0.5 * pi);
  EXPECT_FALSE(EllipseOfLattice({ lattice, { 1e-4, 0., 1e-4 }, 1 }, SquareLattice()));
}

/** A mean pattern of a film: a halo, and a ring of radius 24 that is distorted and off the origin. */
std::vector<double>
Film(const EllipticalDistortion & ellipse, double dx, double dy, double ringHeight)
{
  std::vector<double> pattern;
  for (std::int64_t y = 0; y < 80; ++y)
  {
    for (std::int64_t x = 0; x < 72; ++x)
    {
      const double     px = static_cast<double>(x) - 36.;
      const double     py = static_cast<double>(y) - 40.;
      const BraggPlace place = Undistorted(ellipse, BraggPlace{ px - dx, py - dy });
      const double     u = (std::hypot(place.x, place.y) - 24.) / 2.5;
      pattern.push_back(200. * std::exp(-std::hypot(px, py) / 12.) + ringHeight * std::exp(-0.5 * u * u));
    }
  }
  return pattern;
}

TEST(EllipticalDistortion, OfARingIsFoundWithItsErrors)
{
  for (const double angle : { -60., 0., 25., 90. })
  {
    const EllipticalDistortion ellipse{ 1.03, angle * degree };
    auto                       pattern = Film(ellipse, 0.3, -0.2, 60.);
    std::mt19937_64            random(7);
    for (double & value : pattern)
    {
      value = std::poisson_distribution<int>(10. * value)(random);
    }
    // Disks of a crystal on the ring, and a beam stop across it.
    for (int i = 0; i < 3; ++i)
    {
      const double cx = 36. + 25. * std::cos(0.2 + i * pi / 1.5);
      const double cy = 40. + 25. * std::sin(0.2 + i * pi / 1.5);
      for (std::int64_t y = 0; y < 80; ++y)
      {
        for (std::int64_t x = 0; x < 72; ++x)
        {
          pattern[static_cast<std::size_t>(y * 72 + x)] +=
            3000. * Disk.Height(std::hypot(static_cast<double>(x) - cx, static_cast<double>(y) - cy));
        }
      }
    }
    for (std::size_t x = 0; x < 36; ++x)
    {
      pattern[52 * 72 + x] = pattern[53 * 72 + x] = std::nan("");
    }
    const auto found = EllipseOfRing(pattern.data(), 80, 72, 36., 40., 16., 33.);
    EXPECT_NEAR(found.ellipse.ellipse.ratio, 1.03, 4. * found.ellipse.ratioError) << angle;
    EXPECT_LT(found.ellipse.ratioError, 5e-3);
    EXPECT_LT(std::abs(std::remainder(found.ellipse.ellipse.angle - ellipse.angle, pi)), 4. * found.ellipse.angleError);
    EXPECT_LT(found.ellipse.angleError, 5. * degree);
    EXPECT_NEAR(found.radius, 24., 0.25);
    EXPECT_NEAR(found.centreX, 0.3, 0.1);
    EXPECT_NEAR(found.centreY, -0.2, 0.1);
    EXPECT_LE(found.sectors, 72);
  }
}

TEST(EllipticalDistortion, OfARingWithoutNoiseIsExact)
{
  const auto pattern = Film({ 1.05, 40. * degree }, 0., 0., 100.);
  const auto found = EllipseOfRing(pattern.data(), 80, 72, 36., 40., 17., 32.);
  EXPECT_NEAR(found.ellipse.ellipse.ratio, 1.05, 1e-3);
  EXPECT_NEAR(found.ellipse.ellipse.angle / degree, 40., 0.5);
}

TEST(EllipticalDistortion, NeedsARing)
{
  const std::vector<double> flat(80 * 72, 5.);
  EXPECT_THROW(EllipseOfRing(flat.data(), 80, 72, 36., 40., 16., 33.), std::runtime_error);
  const auto halo = Film({}, 0., 0., 0.);
  EXPECT_THROW(EllipseOfRing(halo.data(), 80, 72, 36., 40., 16., 33.), std::runtime_error);
  const std::vector<double> empty(80 * 72, std::nan(""));
  EXPECT_THROW(EllipseOfRing(empty.data(), 80, 72, 36., 40., 16., 33.), std::runtime_error);
  for (const auto & [inner, outer] : { std::pair{ 0., 20. }, { 20., 22. }, { 30., 20. }, { 10., 1e9 }, { 5., NAN } })
  {
    EXPECT_THROW(EllipseOfRing(flat.data(), 80, 72, 36., 40., inner, outer), std::invalid_argument) << inner;
  }
}

/** A scan of a hexagonal crystal on film, distorted: the first half is unstrained, the second is stretched by 1 % along
 * x and turned by 3 degrees. */
class DistortedScan : public ::testing::Test
{
protected:
  static constexpr std::int64_t         Positions = 16;
  static constexpr EllipticalDistortion Ellipse{ 1.06, 20. * degree };

  DistortedScan()
    : m_Patterns(Positions)
  {
    for (std::int64_t p = 0; p < Positions; ++p)
    {
      m_Patterns.AddDisk(p, 31., 32., 400.);
      for (int i = 0; i < 6; ++i)
      {
        const double direction = (10. + 60. * i) * degree + (p < Positions / 2 ? 0. : 3. * degree);
        const double stretch = p < Positions / 2 ? 1. : 1.01;
        // Stretched by V along x after the turn: g = V^-1 R g0.
        const auto place = Distorted(Ellipse, 16. * std::cos(direction) / stretch, 16. * std::sin(direction));
        m_Patterns.AddDisk(p, 31. + place.x, 32. + place.y, 100.);
      }
      for (std::int64_t y = 0; y < side; ++y)
      {
        for (std::int64_t x = 0; x < side; ++x)
        {
          const auto place =
            Undistorted(Ellipse, BraggPlace{ static_cast<double>(x) - 31., static_cast<double>(y) - 32. });
          const double u = (std::hypot(place.x, place.y) - 26.) / 1.5;
          m_Patterns.At(p, y, x) += static_cast<float>(10. * std::exp(-0.5 * u * u));
        }
      }
    }
    m_Options.diskRadius = Disk.radius;
    m_Options.edgeWidth = Disk.edgeWidth;
    m_Options.measurement.badPixels = BadPixelChoice::None;
    m_Options.referenceMask.assign(Positions, 0);
    std::fill_n(m_Options.referenceMask.begin(), Positions / 2, std::uint8_t{ 1 });
  }

  StrainResult
  Analyse() const
  {
    return AnalyseStrain(m_Patterns.Source(), m_Options, 1, {});
  }

  static void
  ExpectTrueStrain(const StrainResult & result, double tolerance)
  {
    for (std::int64_t p = 0; p < Positions; ++p)
    {
      const float * const strain = result.strain.data() + p * StrainComponents;
      const bool          isStrained = p >= Positions / 2;
      EXPECT_NEAR(strain[StrainXX], isStrained ? 0.01 : 0., tolerance) << p;
      EXPECT_NEAR(strain[StrainYY], 0., tolerance) << p;
      EXPECT_NEAR(strain[StrainXY], 0., tolerance) << p;
      EXPECT_NEAR(strain[Rotation], isStrained ? 3. : 0., tolerance / degree) << p;
    }
  }

  DiskPatterns          m_Patterns;
  StrainAnalysisOptions m_Options;
};

TEST_F(DistortedScan, WithoutCorrectionMistakesRotationForStrain)
{
  const auto  result = this->Analyse();
  const float last = result.strain[(Positions - 1) * StrainComponents + StrainXX];
  // Of a rotation t, D^-1 R D makes a strain of about t (ratio - 1), here 0.3 %, along the diagonals of the axes.
  const float shear = result.strain[(Positions - 1) * StrainComponents + StrainXY];
  EXPECT_GT(std::hypot(last - 0.01F, shear), 2e-3F);
  EXPECT_FALSE(result.ellipse);
}

TEST_F(DistortedScan, IsMeasuredFromItsLattice)
{
  for (const auto choice : { EllipseChoice::Lattice, EllipseChoice::Hexagonal })
  {
    m_Options.ellipse = choice;
    const auto result = this->Analyse();
    ASSERT_TRUE(result.ellipse);
    EXPECT_NEAR(result.ellipse->ellipse.ratio, Ellipse.ratio, 1.5e-3);
    EXPECT_NEAR(result.ellipse->ellipse.angle, Ellipse.angle, 1. * degree);
    EXPECT_NE(result.ellipseSource.find("hexagonal"), std::string::npos);
    ExpectTrueStrain(result, 5e-4);
    const Lattice & reference = result.references[0];
    EXPECT_NEAR(std::hypot(reference.g1[0], reference.g1[1]), 16., 0.02);
    EXPECT_NEAR(std::hypot(reference.g2[0], reference.g2[1]), 16., 0.02);
    EXPECT_NEAR(std::hypot(result.lattices[0].lattice.g1[0], result.lattices[0].lattice.g1[1]), 16., 0.15);
  }
}

TEST_F(DistortedScan, IsCorrectedByWhatIsGivenAgainstALatticeThatIsGiven)
{
  m_Options.ellipse = EllipseChoice::Given;
  m_Options.givenEllipse = Ellipse;
  m_Options.reference = ReferenceChoice::Given;
  m_Options.referenceMask.clear();
  m_Options.referenceLattice = DistortedLattice({}, 16., 10. * degree, 60. * degree);
  m_Options.lattice = DistortedLattice(Ellipse, 16., 10. * degree, 60. * degree);
  const auto result = this->Analyse();
  ExpectTrueStrain(result, 1e-3);
  EXPECT_DOUBLE_EQ(result.ellipse->ratioError, 0.);
}

TEST_F(DistortedScan, IsMeasuredFromItsRing)
{
  m_Options.ellipse = EllipseChoice::Ring;
  m_Options.ringInnerRadius = 21.5;
  m_Options.ringOuterRadius = 31.;
  const auto result = this->Analyse();
  ASSERT_TRUE(result.ellipse);
  EXPECT_NEAR(result.ellipse->ellipse.ratio, Ellipse.ratio, 5e-3);
  EXPECT_NEAR(result.ellipse->ellipse.angle, Ellipse.angle, 3. * degree);
  EXPECT_NE(result.ellipseSource.find("ring"), std::string::npos);
  ExpectTrueStrain(result, 1e-3);
}

TEST_F(DistortedScan, TakesAKnownLatticeAndGivesItsPixelSize)
{
  m_Options.ellipse = EllipseChoice::Lattice;
  m_Options.knownLattice = KnownLattice{ 0.3, 0.3, 120. * degree };
  const auto result = this->Analyse();
  ASSERT_TRUE(result.ellipse && result.pixelSize);
  EXPECT_NE(result.ellipseSource.find("known"), std::string::npos);
  const double pixel = 1. / (0.3 * std::sin(120. * degree)) / 16.;
  EXPECT_NEAR(result.pixelSize->size, pixel, 1e-3 * pixel);
  EXPECT_LT(result.pixelSize->mismatch, 1e-4);
}

TEST_F(DistortedScan, RefusesWhatCannotBeMeasured)
{
  m_Options.ellipse = EllipseChoice::Square;
  EXPECT_THROW(this->Analyse(), std::runtime_error);
  m_Options.ellipse = EllipseChoice::Given;
  m_Options.givenEllipse.ratio = 0.9;
  EXPECT_THROW(this->Analyse(), std::invalid_argument);
  m_Options.ellipse = EllipseChoice::Ring;
  EXPECT_THROW(this->Analyse(), std::invalid_argument) << "no radii";
  m_Options.ellipse = EllipseChoice::Lattice;
  m_Options.labels.assign(Positions, 1);
  m_Options.reference = ReferenceChoice::MedianOfLabel;
  EXPECT_THROW(this->Analyse(), std::invalid_argument);
}
} // namespace
