// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Cepstrum.h"
#include "fourdstem/Strain.h"

#include <gtest/gtest.h>

#include <array>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <random>

namespace
{
using namespace fourdstem;

constexpr std::int64_t side = 96;
constexpr double       degree = 3.14159265358979323846 / 180.;

/** Overlapping disks of a lattice under a halo, as a thick crystal has them: of any heights, with fringes. */
class Crystals
{
public:
  /** Positions with the gradients F of these deformations. */
  explicit Crystals(const std::vector<std::array<double, 4>> & gradients, double dose = 0., double scale = 1.)
    : m_Shape{ 1, static_cast<std::int64_t>(gradients.size()), side, side }
    , m_Values(static_cast<std::size_t>(m_Shape.Positions() * side * side))
  {
    std::mt19937_64                        random(11);
    std::uniform_real_distribution<double> any(0., 1.);
    for (std::size_t p = 0; p < gradients.size(); ++p)
    {
      const double descan = 0.4 * std::sin(static_cast<double>(p));
      m_Origins.insert(m_Origins.end(), { static_cast<float>(48. + descan), static_cast<float>(47. - descan) });
      const auto & f = gradients[p];
      const double determinant = f[0] * f[3] - f[1] * f[2];
      for (int h = -8; h <= 8; ++h)
      {
        for (int k = -8; k <= 8; ++k)
        {
          const double x = scale * (h * Unstrained.g1[0] + k * Unstrained.g2[0]);
          const double y = scale * (h * Unstrained.g1[1] + k * Unstrained.g2[1]);
          const double height = (dose > 0. ? dose : 100.) * (0.5 + any(random)) * std::exp(-std::hypot(x, y) / 25.);
          // F^-T
          this->AddDisk(p,
                        static_cast<double>(m_Origins[2 * p]) + (f[3] * x - f[2] * y) / determinant,
                        static_cast<double>(m_Origins[2 * p + 1]) + (-f[1] * x + f[0] * y) / determinant,
                        height,
                        6.28 * any(random));
        }
      }
      if (dose > 0.)
      {
        float * const pattern = m_Values.data() + p * side * side;
        std::transform(pattern, pattern + side * side, pattern, [&random](float mean) {
          return static_cast<float>(std::poisson_distribution<int>(static_cast<double>(mean))(random));
        });
      }
    }
  }

  std::vector<double>
  Mean(std::size_t p) const
  {
    const auto first = m_Values.begin() + static_cast<std::ptrdiff_t>(p * side * side);
    return { first, first + side * side };
  }

  std::vector<float>
  Take(const Feature & feature, int threads = 1) const
  {
    std::vector<float> out(static_cast<std::size_t>(m_Shape.Positions() * feature.Components()));
    GatherFeatures(
      MemoryPatternSource(m_Values.data(), m_Shape), 0, 1, m_Origins.data(), feature, out.data(), { threads, {} });
    return out;
  }

  std::vector<LatticeFit>
  Fit(const IndexedPeaks & lattice) const
  {
    const auto             values = this->Take(*MakeCepstrumPeaks(lattice.places, side, {}));
    std::vector<BraggDisk> peaks;
    for (std::size_t i = 0; i < values.size(); i += 4)
    {
      peaks.push_back({ values[i], values[i + 1], values[i + 2], values[i + 3] });
    }
    std::vector<LatticeFit> fits(static_cast<std::size_t>(m_Shape.Positions()));
    FitLattices(m_Shape.Positions(),
                static_cast<std::int64_t>(lattice.places.size()),
                peaks.data(),
                { lattice.indices },
                nullptr,
                {},
                fits.data(),
                {});
    for (LatticeFit & fit : fits)
    {
      fit = ReciprocalOfCepstrum(fit, side);
    }
    return fits;
  }

  static constexpr Lattice Unstrained{ { 8.1, 0.6 }, { 0.4, 9.2 } };

private:
  void
  AddDisk(std::size_t p, double x, double y, double height, double phase)
  {
    const auto first = [](double place) { return std::max<std::int64_t>(0, static_cast<std::int64_t>(place) - 6); };
    const auto end = [](double place) { return std::min(side, static_cast<std::int64_t>(place) + 7); };
    for (std::int64_t qy = first(y); qy < end(y); ++qy)
    {
      for (std::int64_t qx = first(x); qx < end(x); ++qx)
      {
        const double dx = static_cast<double>(qx) - x;
        const double dy = static_cast<double>(qy) - y;
        const double t = std::clamp(5. - std::hypot(dx, dy), 0., 1.);
        m_Values[(p * side + static_cast<std::size_t>(qy)) * side + static_cast<std::size_t>(qx)] +=
          static_cast<float>(height * t * (1. + 0.5 * std::cos(0.9 * dx + phase)));
      }
    }
  }

  ScanShape          m_Shape;
  std::vector<float> m_Values;
  std::vector<float> m_Origins;
};

IndexedPeaks
LatticeOf(const Crystals & crystals)
{
  return FindCepstrumLattice(crystals.Mean(0).data(), side, side, 48., 47., {});
}

TEST(Cepstrum, HoldsTheDirectLatticeOfOverlappingDisks)
{
  const Crystals crystals({ { 1., 0., 0., 1. } });
  const auto     found = LatticeOf(crystals);
  ASSERT_GE(found.places.size(), 4U);
  const auto      fit = crystals.Fit(found)[0];
  const Lattice & truth = Crystals::Unstrained;
  // The disks' own transform falls off over a peak and draws it inwards a little, everywhere alike.
  EXPECT_NEAR(std::abs(static_cast<double>(fit.g1[0])), truth.g1[0], 0.02 * 8.);
  EXPECT_NEAR(std::abs(static_cast<double>(fit.g2[1])), truth.g2[1], 0.02 * 9.);
}

TEST(Cepstrum, ReadsStrainAndRotationOfAnyTextureInTheDisks)
{
  const double                       c = std::cos(1.5 * degree);
  const double                       s = std::sin(1.5 * degree);
  std::vector<std::array<double, 4>> gradients;
  for (int i = 0; i < 12; ++i)
  {
    gradients.insert(
      gradients.end(),
      { { 1., 0., 0., 1. }, { 1.02, 0., 0., 1. }, { 1., 0., 0., 0.98 }, { c, -s, s, c }, { 1., 0.01, 0.01, 1. } });
  }
  const Crystals            crystals(gradients);
  const auto                fits = crystals.Fit(LatticeOf(crystals));
  std::vector<std::uint8_t> unstrained(gradients.size(), 0);
  for (std::size_t p = 0; p < gradients.size(); p += 5)
  {
    unstrained[p] = 1;
  }
  const auto         count = static_cast<std::int64_t>(gradients.size());
  const auto         reference = MedianLattice(count, fits.data(), unstrained.data());
  std::vector<float> strain(gradients.size() * StrainComponents);
  MeasureStrain(count, fits.data(), { reference }, nullptr, {}, strain.data(), {});
  const double truths[5][4] = {
    { 0., 0., 0., 0. }, { 0.02, 0., 0., 0. }, { 0., -0.02, 0., 0. }, { 0., 0., 0., 1.5 }, { 0., 0., 0.01, 0. }
  };
  for (std::size_t kind = 0; kind < 5; ++kind)
  {
    for (std::size_t component = 0; component < 4; ++component)
    {
      double mean = 0.;
      for (std::size_t p = kind; p < gradients.size(); p += 5)
      {
        const auto value = static_cast<double>(strain[p * StrainComponents + component]) - truths[kind][component];
        mean += value / 12.;
      }
      const double unit = component == Rotation ? 1. / degree : 1.;
      EXPECT_NEAR(mean, 0., 2e-3 * unit) << kind << " " << component;
    }
  }
}

TEST(Cepstrum, IsRefusedWhereDisksAreFarApartOrNone)
{
  std::vector<double> pattern(side * side, 3.);
  EXPECT_THROW(FindCepstrumLattice(pattern.data(), side, side, 48., 48., {}), std::runtime_error) << "flat";
  for (int h = -2; h <= 2; ++h)
  {
    for (int k = -2; k <= 2; ++k)
    {
      pattern[static_cast<std::size_t>((48 + 17 * h) * side + 48 + 17 * k)] = 300.;
    }
  }
  try
  {
    FindCepstrumLattice(pattern.data(), side, side, 48., 48., {});
    FAIL();
  }
  catch (const std::runtime_error & error)
  {
    EXPECT_NE(std::string(error.what()).find("one by one"), std::string::npos) << error.what();
  }
  EXPECT_THROW(LatticeOf(Crystals({ { 1., 0., 0., 1. } }, 0., 1.8)), std::runtime_error) << "15 pixels between disks";
  EXPECT_THROW(Cepstrum(pattern.data(), side, side, 48., 48., { 97 }), std::invalid_argument);
  EXPECT_THROW(Cepstrum(pattern.data(), side, side, 48., 48., { 8 }), std::invalid_argument);
  EXPECT_THROW(MakeCepstrumPeaks({}, side, {}), std::invalid_argument);
  EXPECT_THROW(MakeCepstrumPeaks({ { 9., 0. } }, side, {}), std::invalid_argument) << "no opposite";
}

TEST(Cepstrum, HasNoPeaksWhereThereIsNoPattern)
{
  const auto               feature = MakeCepstrumPeaks({ { 9., 0. }, { -9., 0. } }, 16, {});
  const std::vector<float> zeros(2 * 16 * 16, 0.F);
  const float              origins[] = { 8.F, 8.F, NAN, 8.F };
  std::vector<float>       out(16, 0.F);
  const auto               report =
    GatherFeatures(MemoryPatternSource(zeros.data(), { 1, 2, 16, 16 }), 0, 1, origins, *feature, out.data(), {});
  EXPECT_TRUE(std::all_of(out.begin(), out.end(), [](float value) { return std::isnan(value); }));
  EXPECT_EQ(report.missing, 1);
}

TEST(Cepstrum, IsTheSameForAnyNumberOfThreads)
{
  const Crystals crystals(std::vector<std::array<double, 4>>(40, { 1., 0., 0., 1. }), 20.);
  const auto     feature = MakeCepstrumPeaks(LatticeOf(Crystals({ { 1., 0., 0., 1. } })).places, side, {});
  const auto     one = crystals.Take(*feature);
  for (const int threads : { 2, 3, 16 })
  {
    const auto several = crystals.Take(*feature, threads);
    EXPECT_EQ(0, std::memcmp(one.data(), several.data(), one.size() * sizeof(float)));
  }
}
} // namespace
