// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/PhantomRenderer.h"

#include "Kernels/CounterRandom.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr double crystalTransmission = 0.9;
constexpr double profileStep = 0.25;
constexpr double pi = 3.14159265358979323846;
constexpr double degree = pi / 180.0;

/** Amorphous rings and the tail of the direct beam, in units of a first-order disk; `rho` = |q| / latticeLength. */
double
Halo(double rho)
{
  const auto ring = [rho](double centre, double width) {
    const double t = (rho - centre) / width;
    return std::exp(-0.5 * t * t);
  };
  return 0.126 * ring(0.85, 0.28) + 0.048 * ring(1.5, 0.3) + 0.024 / (1.0 + 0.3 * rho * rho) +
         0.36 * std::exp(-rho / 0.25);
}

/** Inelastic background of the crystal and its tails about the direct beam, in the same units. */
double
Diffuse(double rho)
{
  return 0.03 / (1.0 + rho * rho) + 0.6 * std::exp(-rho / 0.2);
}

float
Interpolate(const std::vector<float> & profile, float radius)
{
  const float t = std::min(radius * static_cast<float>(1.0 / profileStep), static_cast<float>(profile.size() - 2));
  const auto  i = static_cast<std::size_t>(static_cast<int>(t));
  return profile[i] + (t - static_cast<float>(i)) * (profile[i + 1] - profile[i]);
}

float
Length(const std::array<double, 2> & vector)
{
  const auto x = static_cast<float>(vector[0]);
  const auto y = static_cast<float>(vector[1]);
  return std::sqrt(x * x + y * y);
}
} // namespace

PhantomRenderer::PhantomRenderer(const PhantomDescription & resolved)
  : m_Description(resolved)
{
  const PhantomDescription & d = m_Description;
  const double               diagonal = std::hypot(static_cast<double>(d.shape.qx), static_cast<double>(d.shape.qy));

  const double c = std::cos(d.ellipseAngle * degree);
  const double s = std::sin(d.ellipseAngle * degree);
  const double along = 1.0 / std::sqrt(d.ellipticity);
  const double across = std::sqrt(d.ellipticity);
  m_Undistort = { along * c * c + across * s * s, (along - across) * c * s, along * s * s + across * c * c };

  const double angle = d.latticeAngle * degree;
  const double ax = d.latticeLength * std::cos(angle);
  const double ay = d.latticeLength * std::sin(angle);
  const double bx = d.latticeLength * std::cos(angle + 60.0 * degree);
  const double by = d.latticeLength * std::sin(angle + 60.0 * degree);
  const double farthest = 0.55 * diagonal + std::min(std::abs(d.descanRamp), diagonal) + 2.0 * d.probeRadius;
  const int    most = static_cast<int>(1.2 * farthest / d.latticeLength) + 1;
  for (int h = -most; h <= most; ++h)
  {
    for (int k = -most; k <= most; ++k)
    {
      const double x = h * ax + k * bx;
      const double y = h * ay + k * by;
      const double order = static_cast<double>(h * h + h * k + k * k);
      if (order > 0.0 && std::hypot(x, y) <= farthest)
      {
        m_Reflections.push_back({ x, y, std::exp(-0.12 * (order - 1.0)) });
      }
    }
  }

  const auto entries = static_cast<std::size_t>(2.0 * diagonal / profileStep) + 4;
  m_Halo.resize(entries);
  m_CrystalAndHalo.resize(entries);
  for (std::size_t i = 0; i < entries; ++i)
  {
    const double rho = static_cast<double>(i) * profileStep / d.latticeLength;
    m_Halo[i] = static_cast<float>(d.dose * d.film * Halo(rho));
    m_CrystalAndHalo[i] = m_Halo[i] + static_cast<float>(d.dose * d.inelastic * Diffuse(rho));
  }
}

void
PhantomRenderer::AddBackground(bool crystal, double x0, double y0, float * pattern) const
{
  const std::vector<float> & profile = crystal ? m_CrystalAndHalo : m_Halo;
  for (std::int64_t qy = 0; qy < m_Description.shape.qy; ++qy)
  {
    for (std::int64_t qx = 0; qx < m_Description.shape.qx; ++qx)
    {
      *pattern++ =
        Interpolate(profile, Length(this->Undistorted(static_cast<double>(qx) - x0, static_cast<double>(qy) - y0)));
    }
  }
}

void
PhantomRenderer::FillKnots(std::int64_t rx, std::int64_t ry, const KnotGrid & grid, Workspace & work) const
{
  // Correlated speckle is the sum of four fields, each shared by the four positions around a corner.
  const bool   correlated = m_Description.kind == PhantomKind::CorrelatedSpeckle;
  const int    fields = correlated ? 2 : 1;
  const auto   scale = static_cast<float>((correlated ? 0.5 : 1.0) / 0.55);
  const double columns = static_cast<double>(m_Description.shape.rx) + 1.0;
  work.knots.assign(static_cast<std::size_t>(grid.nx * grid.ny), 0.0F);
  for (int f = 0; f < fields * fields; ++f)
  {
    const auto          field = (ry + f / 2) * static_cast<std::int64_t>(columns) + rx + f % 2;
    const CounterRandom random(m_Description.seed, randomSpeckle, static_cast<std::uint64_t>(field));
    float *             knot = work.knots.data();
    for (std::int64_t ky = grid.firstY; ky < grid.firstY + grid.ny; ++ky)
    {
      for (std::int64_t kx = grid.firstX; kx < grid.firstX + grid.nx; ++kx)
      {
        constexpr std::int64_t half = std::int64_t{ 1 } << 20;
        *knot++ +=
          scale * static_cast<float>(random.Normal(static_cast<std::uint64_t>((ky + half) * 2 * half + kx + half)));
      }
    }
  }
}

void
PhantomRenderer::AddSpeckle(std::int64_t rx, std::int64_t ry, double x0, double y0, float * pattern, Workspace & work)
  const
{
  const ScanShape & shape = m_Description.shape;
  const double      spacing = m_Description.probeRadius;
  const auto        nearest = [spacing](double q) { return static_cast<std::int64_t>(std::floor(q / spacing + 0.5)); };
  KnotGrid          grid{};
  grid.spacing = spacing;
  grid.firstX = nearest(-x0) - 1;
  grid.firstY = nearest(-y0) - 1;
  grid.nx = nearest(static_cast<double>(shape.qx - 1) - x0) + 2 - grid.firstX;
  grid.ny = nearest(static_cast<double>(shape.qy - 1) - y0) + 2 - grid.firstY;
  this->FillKnots(rx, ry, grid, work);

  const auto weigh = [spacing](double q, float * w) {
    const double t = q / spacing;
    const double f = t - std::floor(t + 0.5);
    w[0] = static_cast<float>(0.5 * (0.5 - f) * (0.5 - f));
    w[1] = static_cast<float>(0.75 - f * f);
    w[2] = static_cast<float>(0.5 * (0.5 + f) * (0.5 + f));
  };
  const auto detectorColumns = static_cast<std::size_t>(shape.qx);
  work.weights.resize(3 * detectorColumns);
  work.columns.resize(detectorColumns);
  for (std::size_t qx = 0; qx < detectorColumns; ++qx)
  {
    const double q = static_cast<double>(qx) - x0;
    weigh(q, &work.weights[3 * qx]);
    work.columns[qx] = static_cast<int>(nearest(q) - 1 - grid.firstX);
  }

  const auto knotColumns = static_cast<std::size_t>(grid.nx);
  const auto contrast = static_cast<float>(m_Description.speckle);
  work.row.resize(knotColumns);
  for (std::int64_t qy = 0; qy < shape.qy; ++qy)
  {
    float        w[3];
    const double y = static_cast<double>(qy) - y0;
    weigh(y, w);
    const float * knots = work.knots.data() + static_cast<std::size_t>((nearest(y) - 1 - grid.firstY) * grid.nx);
    for (std::size_t k = 0; k < knotColumns; ++k)
    {
      work.row[k] = w[0] * knots[k] + w[1] * knots[k + knotColumns] + w[2] * knots[k + 2 * knotColumns];
    }
    for (std::size_t qx = 0; qx < detectorColumns; ++qx)
    {
      const float * v = work.row.data() + work.columns[qx];
      const float * u = &work.weights[3 * qx];
      const float   field = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
      *pattern++ += std::max(contrast * field, -1.0F) *
                    Interpolate(m_Halo, Length(this->Undistorted(static_cast<double>(qx) - x0, y)));
    }
  }
}

void
PhantomRenderer::AddDisk(const Disk & disk, float * pattern) const
{
  const ScanShape & shape = m_Description.shape;
  const double      outer = m_Description.probeRadius + 0.5 * disk.edge;
  const double      reach = outer * std::sqrt(m_Description.ellipticity);
  const auto        begin = [reach](double q) {
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(std::max(q - reach, -1.0))));
  };
  const auto end = [reach](double q, std::int64_t extent) {
    return static_cast<std::int64_t>(std::floor(std::clamp(q + reach, -1.0, static_cast<double>(extent - 1)))) + 1;
  };
  for (std::int64_t qy = begin(disk.y); qy < end(disk.y, shape.qy); ++qy)
  {
    for (std::int64_t qx = begin(disk.x); qx < end(disk.x, shape.qx); ++qx)
    {
      const auto   from = this->Undistorted(static_cast<double>(qx) - disk.x, static_cast<double>(qy) - disk.y);
      const double t = std::clamp((outer - std::hypot(from[0], from[1])) / disk.edge, 0.0, 1.0);
      double       height = disk.height;
      if (disk.contrast > 0.0)
      {
        height *= 1.0 + disk.contrast * std::cos(disk.waveX * from[0] + disk.waveY * from[1] + disk.phase);
      }
      pattern[qy * shape.qx + qx] += static_cast<float>(height * t * t * (3.0 - 2.0 * t));
    }
  }
}

PhantomRenderer::Disk
PhantomRenderer::WithFringes(Disk disk, const Reflection & reflection, const Place & place, std::uint64_t number) const
{
  const PhantomDescription & d = m_Description;
  const auto                 fraction = [](std::int64_t index, std::int64_t count) {
    return (static_cast<double>(index) + 0.5) / static_cast<double>(count);
  };
  const double fringes = 0.5 + 1.5 * fraction(place.rx, d.shape.rx);
  const double wave = pi * fringes / (d.probeRadius * std::hypot(reflection.x, reflection.y));
  disk.contrast = d.structure;
  disk.waveX = wave * reflection.x;
  disk.waveY = wave * reflection.y;
  disk.phase = 2.0 * pi *
               (CounterRandom(d.seed, randomFringes, 0).Uniform(number) + 3.0 * fraction(place.rx, d.shape.rx) +
                2.0 * fraction(place.ry, d.shape.ry));
  return disk;
}

void
PhantomRenderer::AddCrystal(const PhantomCell & cell, const Place & place, std::size_t first, float * pattern) const
{
  const PhantomDescription & d = m_Description;
  const CounterRandom absence(d.seed, randomMissing, static_cast<std::uint64_t>(place.ry * d.shape.rx + place.rx));
  // F^-T
  const double determinant = cell.f[0] * cell.f[3] - cell.f[1] * cell.f[2];
  const double gxx = cell.f[3] / determinant;
  const double gxy = -cell.f[2] / determinant;
  const double gyx = -cell.f[1] / determinant;
  const double gyy = cell.f[0] / determinant;
  // The distortion is symmetric and keeps areas: its inverse's inverse swaps the diagonal.
  const double stretch[3] = { m_Undistort[2], -m_Undistort[1], m_Undistort[0] };
  for (std::size_t i = 0; i < m_Reflections.size(); ++i)
  {
    const auto number = static_cast<std::uint64_t>(first + i);
    if (d.missing > 0.0 && absence.Uniform(number) < d.missing)
    {
      continue;
    }
    const Reflection & reflection = m_Reflections[i];
    const Reflection   g{ gxx * reflection.x + gxy * reflection.y,
                        gyx * reflection.x + gyy * reflection.y,
                        reflection.intensity };
    const double       along = (g.x * cell.rippleX + g.y * cell.rippleY) / d.latticeLength;
    const double       bend = cell.ripple * along * along;
    const Disk         disk{ place.x0 + stretch[0] * g.x + stretch[1] * g.y,
                     place.y0 + stretch[1] * g.x + stretch[2] * g.y,
                     d.edgeWidth + 2.0 * std::sqrt(bend),
                     d.dose * cell.intensity * reflection.intensity / (1.0 + bend) };
    this->AddDisk(d.structure > 0.0 ? this->WithFringes(disk, g, place, number) : disk, pattern);
  }
}

void
PhantomRenderer::Render(std::int64_t rx, std::int64_t ry, double x0, double y0, float * pattern, Workspace & work) const
{
  const PhantomDescription & d = m_Description;
  const PhantomCell          cell = PhantomCellAt(d, rx, ry);
  const Place                place{ rx, ry, x0, y0 };
  this->AddBackground(cell.crystal, x0, y0, pattern);
  if (d.speckle > 0.0 && d.film > 0.0)
  {
    this->AddSpeckle(rx, ry, x0, y0, pattern, work);
  }
  this->AddDisk({ x0, y0, d.edgeWidth, d.dose * d.directBeam * (cell.crystal ? crystalTransmission : 1.0) }, pattern);
  if (!cell.crystal)
  {
    return;
  }
  this->AddCrystal(cell, place, 0, pattern);
  if (d.overlap > 0.0)
  {
    const double c = std::cos(d.overlapAngle * degree);
    const double s = std::sin(d.overlapAngle * degree);
    PhantomCell  second;
    second.intensity = d.overlap;
    second.f[0] = c;
    second.f[1] = -s;
    second.f[2] = s;
    second.f[3] = c;
    this->AddCrystal(second, place, m_Reflections.size(), pattern);
  }
}
} // namespace fourdstem
