// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Lattice.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <random>

namespace
{
using namespace fourdstem;

constexpr double degree = 3.14159265358979323846 / 180.;

/** All points of a lattice but the origin within a radius, each with the height 1. */
std::vector<BraggPeak>
PeaksOf(const Lattice & lattice, double radius)
{
  std::vector<BraggPeak> peaks;
  for (int h = -9; h <= 9; ++h)
  {
    for (int k = -9; k <= 9; ++k)
    {
      const double x = h * lattice.g1[0] + k * lattice.g2[0];
      const double y = h * lattice.g1[1] + k * lattice.g2[1];
      if ((h != 0 || k != 0) && std::hypot(x, y) < radius)
      {
        peaks.push_back({ x, y, 1., 0., 1. });
      }
    }
  }
  return peaks;
}

Lattice
At(double length1, double angle1, double length2, double angle2)
{
  return { { length1 * std::cos(angle1 * degree), length1 * std::sin(angle1 * degree) },
           { length2 * std::cos(angle2 * degree), length2 * std::sin(angle2 * degree) } };
}

void
ExpectNear(const Lattice & found, const Lattice & expected, double tolerance)
{
  for (int axis = 0; axis < 2; ++axis)
  {
    EXPECT_NEAR(found.g1[axis], expected.g1[axis], tolerance);
    EXPECT_NEAR(found.g2[axis], expected.g2[axis], tolerance);
  }
}

TEST(Lattice, IsFoundInItsPeaks)
{
  const Lattice lattices[] = { At(20., 0., 20., 90.), At(27., 7., 27., 67.), At(18., -20., 25., 65.) };
  for (const Lattice & lattice : lattices)
  {
    const auto found = FindLattice(PeaksOf(lattice, 60.));
    ASSERT_TRUE(found);
    ExpectNear(found->lattice, lattice, 1e-9);
    EXPECT_NEAR(found->share, 1., 1e-12);
    for (std::size_t i = 0; i < found->places.size(); ++i)
    {
      const MillerIndex index = found->indices[i];
      EXPECT_NEAR(found->places[i].x, index.h * lattice.g1[0] + index.k * lattice.g2[0], 1e-9);
      EXPECT_NEAR(found->places[i].y, index.h * lattice.g1[1] + index.k * lattice.g2[1], 1e-9);
    }
  }
}

TEST(Lattice, HexagonalIsGivenByVectorsAt60Degrees)
{
  // Whatever its orientation, g1 lies within 30 degrees of +x.
  for (int whole = -90; whole < 90; whole += 13)
  {
    const double angle = whole;
    const auto   found = FindLattice(PeaksOf(At(27., angle, 27., angle + 60.), 60.));
    ASSERT_TRUE(found);
    const Lattice & lattice = found->lattice;
    EXPECT_LE(std::abs(std::atan2(lattice.g1[1], lattice.g1[0])), 30.001 * degree) << angle;
    EXPECT_NEAR(std::hypot(lattice.g2[0], lattice.g2[1]), 27., 1e-9);
    EXPECT_NEAR(lattice.Determinant(), 27. * 27. * std::sin(60. * degree), 1e-6) << angle;
  }
}

TEST(Lattice, StandsAgainstStrayAndMissingPeaks)
{
  const Lattice lattice = At(22., 10., 24., 95.);
  auto          peaks = PeaksOf(lattice, 70.);
  peaks.erase(peaks.begin(), peaks.begin() + 4);
  peaks.push_back({ 9., 17., 0.5, 0., 1. });
  peaks.push_back({ -31., 12., 0.5, 0., 1. });
  const auto found = FindLattice(peaks);
  ASSERT_TRUE(found);
  ExpectNear(found->lattice, lattice, 1e-9);
  EXPECT_EQ(found->places.size(), peaks.size() - 2);
}

TEST(Lattice, IsNoneInPeaksOnALine)
{
  EXPECT_FALSE(FindLattice({}));
  EXPECT_FALSE(FindLattice({ { 20., 0., 1., 0., 1. }, { -20., 0., 1., 0., 1. }, { 40., 0., 1., 0., 1. } }));
  EXPECT_FALSE(IndexPeaks({ { 20., 0., 1., 0., 1. } }, At(20., 0., 20., 90.)));
}

/** Disks of one position on a lattice, with normal errors of a given deviation. */
class LatticeFitTest : public ::testing::Test
{
protected:
  LatticeFitTest()
  {
    for (const BraggPeak & peak : PeaksOf(m_Lattice, 45.))
    {
      m_Peaks.push_back(peak);
    }
    m_Indices = { FindLattice(m_Peaks)->indices };
    m_Stride = static_cast<std::int64_t>(m_Peaks.size());
  }

  std::vector<BraggDisk>
  Disks(std::int64_t positions, double deviation, double stated)
  {
    std::mt19937_64            random(7);
    std::normal_distribution<> normal(0., deviation);
    std::vector<BraggDisk>     disks;
    for (std::int64_t p = 0; p < positions; ++p)
    {
      for (const BraggPeak & peak : m_Peaks)
      {
        const double x = 0.3 + peak.x + normal(random);
        const double y = -0.2 + peak.y + normal(random);
        disks.push_back({ static_cast<float>(x), static_cast<float>(y), 10.F, static_cast<float>(stated) });
      }
    }
    return disks;
  }

  std::vector<LatticeFit>
  Fit(const std::vector<BraggDisk> & disks, int threads = 1)
  {
    const auto              positions = static_cast<std::int64_t>(disks.size()) / m_Stride;
    std::vector<LatticeFit> fits(static_cast<std::size_t>(positions));
    FitLattices(positions, m_Stride, disks.data(), m_Indices, nullptr, {}, fits.data(), { threads, {} });
    return fits;
  }

  Lattice                               m_Lattice = At(22., 10., 24., 85.);
  std::vector<BraggPeak>                m_Peaks;
  std::vector<std::vector<MillerIndex>> m_Indices;
  std::int64_t                          m_Stride = 0;
};

TEST_F(LatticeFitTest, RecoversTheLatticeAndItsShift)
{
  const auto fit = this->Fit(this->Disks(1, 0., 0.1)).front();
  EXPECT_NEAR(fit.q0[0], 0.3, 1e-5);
  EXPECT_NEAR(fit.q0[1], -0.2, 1e-5);
  EXPECT_NEAR(fit.g1[0], m_Lattice.g1[0], 1e-5);
  EXPECT_NEAR(fit.g1[1], m_Lattice.g1[1], 1e-5);
  EXPECT_NEAR(fit.g2[0], m_Lattice.g2[0], 1e-5);
  EXPECT_NEAR(fit.g2[1], m_Lattice.g2[1], 1e-5);
  EXPECT_EQ(fit.disks, m_Stride);
  EXPECT_LT(fit.residual, 1e-5F);
}

TEST_F(LatticeFitTest, StatesItsErrorsAlsoWhereDisksUnderstateTheirs)
{
  for (const double stated : { 0.1, 0.05 })
  {
    const auto fits = this->Fit(this->Disks(4000, 0.1, stated));
    double     squares = 0.;
    double     variance = 0.;
    for (const LatticeFit & fit : fits)
    {
      squares += std::pow(static_cast<double>(fit.g1[0]) - m_Lattice.g1[0], 2);
      variance += static_cast<double>(fit.covariance[0]);
    }
    EXPECT_NEAR(variance / squares, 1., 0.1) << stated;
  }
}

TEST_F(LatticeFitTest, LeavesOutADiskThatIsNotOfTheLattice)
{
  auto disks = this->Disks(1, 0.02, 0.02);
  disks[2].x += 1.5F;
  const auto fit = this->Fit(disks).front();
  EXPECT_EQ(fit.disks, m_Stride - 1);
  EXPECT_NEAR(fit.g1[0], m_Lattice.g1[0], 0.03);
}

TEST_F(LatticeFitTest, IsNaNBelowFourDisksOrOnALine)
{
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  auto            disks = this->Disks(2, 0., 0.1);
  int             kept = 0;
  for (std::int64_t i = 0; i < m_Stride; ++i)
  {
    // Position 0 keeps three disks, position 1 those with h = 0.
    disks[static_cast<std::size_t>(i)].x = ++kept <= 3 ? disks[static_cast<std::size_t>(i)].x : none;
    disks[static_cast<std::size_t>(m_Stride + i)].x =
      m_Indices[0][static_cast<std::size_t>(i)].h == 0 ? disks[static_cast<std::size_t>(m_Stride + i)].x : none;
  }
  for (const LatticeFit & fit : this->Fit(disks))
  {
    EXPECT_TRUE(std::isnan(fit.g1[0]));
    EXPECT_EQ(fit.disks, 0);
  }
}

TEST_F(LatticeFitTest, IsTheSameForAnyNumberOfThreads)
{
  const auto disks = this->Disks(3000, 0.1, 0.1);
  const auto one = this->Fit(disks, 1);
  for (const int threads : { 2, 3, 16 })
  {
    const auto several = this->Fit(disks, threads);
    for (std::size_t p = 0; p < one.size(); ++p)
    {
      ASSERT_EQ(one[p].g1[0], several[p].g1[0]);
      ASSERT_EQ(one[p].covariance[1], several[p].covariance[1]);
    }
  }
}
} // namespace
