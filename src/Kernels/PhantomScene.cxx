// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/PhantomScene.h"

#include "Kernels/CounterRandom.h"
#include "Kernels/PhantomFields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.0;
constexpr double misfit = 0.041;
constexpr double intensityWS2 = 0.8;

constexpr std::array<const char *, 10> kindNames = {
  "flake", "film", "speckle", "correlated-speckle", "crystal", "crystal-on-film", "ramp", "step", "dipole", "ripple"
};

void
Require(bool good, const char * what, double value, const char * range)
{
  if (!good)
  {
    std::ostringstream message;
    message << "phantom: " << what << " is " << value << ", must be " << range;
    throw std::invalid_argument(message.str());
  }
}

double
Fraction(std::int64_t index, std::int64_t count)
{
  return count > 1 ? static_cast<double>(index) / static_cast<double>(count - 1) : 0.5;
}

void
Stretch(PhantomCell & cell, double strain, double nx, double ny)
{
  cell.f[0] += strain * nx * nx;
  cell.f[1] += strain * nx * ny;
  cell.f[2] += strain * nx * ny;
  cell.f[3] += strain * ny * ny;
}

void
Distort(PhantomCell & cell, const Distortion & distortion)
{
  for (std::size_t i = 0; i < distortion.size(); ++i)
  {
    cell.f[i] += distortion[i];
  }
}

/** Multiplies by (1 + misfit) and a rotation, from the left. */
void
GrowAndRotate(PhantomCell & cell, double angle)
{
  const double c = (1.0 + misfit) * std::cos(angle);
  const double s = (1.0 + misfit) * std::sin(angle);
  const double f[4] = { cell.f[0], cell.f[1], cell.f[2], cell.f[3] };
  cell.f[0] = c * f[0] - s * f[2];
  cell.f[1] = c * f[1] - s * f[3];
  cell.f[2] = s * f[0] + c * f[2];
  cell.f[3] = s * f[1] + c * f[3];
}

/** The flake: an upright triangle whose three inward distances are measured in units of its inradius. */
PhantomCell
FlakeCell(double u, double v)
{
  constexpr double inradius = 0.285;
  constexpr double coreSize = 0.47;
  constexpr double cornerBegin = 0.40;
  const double     x = (u - 0.5) / inradius;
  const double     y = (v - 0.63) / inradius;
  const double     root = std::sqrt(0.75);
  // Outward normals of the lower, the right and the left side.
  const double normals[3][2] = { { 0.0, 1.0 }, { root, -0.5 }, { -root, -0.5 } };
  double       distance[3];
  int          side = 0;
  for (int i = 0; i < 3; ++i)
  {
    distance[i] = normals[i][0] * x + normals[i][1] * y;
    side = distance[i] > distance[side] ? i : side;
  }

  PhantomCell cell;
  if (distance[side] > 1.0)
  {
    return cell;
  }
  cell.crystal = true;
  if (distance[side] <= coreSize)
  {
    cell.label = 2;
    cell.intensity = intensityWS2;
    return cell;
  }
  const double second =
    std::max({ side == 0 ? -2.0 : distance[0], side == 1 ? -2.0 : distance[1], side == 2 ? -2.0 : distance[2] });
  if (second > cornerBegin)
  {
    // The corner opposite to the lower side is the rippled one.
    const bool isTop = distance[0] < distance[1] && distance[0] < distance[2];
    cell.label = isTop ? 7 : 3;
    cell.ripple = isTop ? 0.35 : 0.0;
    cell.rippleX = std::cos(37.0 * degree);
    cell.rippleY = std::sin(37.0 * degree);
    GrowAndRotate(cell, 0.0);
  }
  else
  {
    cell.label = static_cast<unsigned short>(4 + side);
    if (side == 0)
    {
      Stretch(cell, 0.006, normals[side][0], normals[side][1]);
    }
    GrowAndRotate(cell, side == 0 ? 0.0 : side == 1 ? 0.8 * degree : -0.8 * degree);
  }
  return cell;
}

/** V - I, and the angle of R in degrees, where F = V R. */
std::array<float, 4>
StrainOf(const PhantomCell & cell)
{
  if (!cell.crystal)
  {
    const float none = std::numeric_limits<float>::quiet_NaN();
    return { none, none, none, none };
  }
  const double * f = cell.f;
  const double   theta = std::atan2(f[2] - f[1], f[0] + f[3]);
  const double   c = std::cos(theta);
  const double   s = std::sin(theta);
  return { static_cast<float>(f[0] * c - f[1] * s - 1.0),
           static_cast<float>(f[2] * s + f[3] * c - 1.0),
           static_cast<float>(f[0] * s + f[1] * c),
           static_cast<float>(theta / degree) };
}
} // namespace

const char *
NameOf(PhantomKind kind)
{
  return kindNames.at(static_cast<std::size_t>(kind));
}

PhantomKind
PhantomKindFromName(const std::string & name)
{
  const auto found = std::find(kindNames.begin(), kindNames.end(), name);
  if (found == kindNames.end())
  {
    std::string message = "phantom: no kind \"" + name + "\"; there are";
    for (const char * known : kindNames)
    {
      message += std::string(known == kindNames.front() ? " " : ", ") + known;
    }
    throw std::invalid_argument(message);
  }
  return static_cast<PhantomKind>(found - kindNames.begin());
}

PhantomDescription
ResolvePhantom(PhantomDescription description)
{
  PhantomDescription & d = description;
  const auto           extent = [](const char * what, std::int64_t value) {
    Require(value >= 1, what, static_cast<double>(value), "at least 1");
  };
  const auto within = [](const char * what, double value, double low, double high) {
    std::ostringstream range;
    range << "from " << low << " to " << high;
    Require(value >= low && value <= high, what, value, range.str().c_str());
  };
  extent("number of scan rows", d.shape.ry);
  extent("number of scan columns", d.shape.rx);
  extent("number of detector rows", d.shape.qy);
  extent("number of detector columns", d.shape.qx);
  constexpr double far = 1e5;
  within("dose", d.dose, 0.0, 1e12);
  within("probe radius", d.probeRadius, 0.0, far);
  within("edge width", d.edgeWidth, 0.1, far);
  within("lattice length", d.latticeLength, 0.0, far);
  within("lattice angle", d.latticeAngle, -360.0, 360.0);
  within("direct beam", d.directBeam, 0.0, 1e6);
  within("film", d.film, 0.0, 1e6);
  within("inelastic scattering", d.inelastic, 0.0, 1e6);
  within("speckle", d.speckle, -1.0, 1.0);
  const double mostDeformation = d.kind == PhantomKind::Dipole ? 0.1 : d.kind == PhantomKind::Ripple ? 0.5 : 1.0;
  within("deformation", d.deformation, -1.0, mostDeformation);
  within("determinant of the gradient", d.gradient[0] * d.gradient[3] - d.gradient[1] * d.gradient[2], 0.25, 4.0);
  within("structure", d.structure, 0.0, 1.0);
  within("share of missing disks", d.missing, 0.0, 1.0);
  within("overlap", d.overlap, 0.0, 1e6);
  within("overlap angle", d.overlapAngle, -360.0, 360.0);
  within("ellipticity", d.ellipticity, 1.0, 2.0);
  within("ellipse angle", d.ellipseAngle, -360.0, 360.0);
  within("descan ramp", d.descanRamp, -far, far);
  within("descan jitter", d.descanJitter, 0.0, far);
  within("gain", d.gain, 1e-9, 1e9);
  within("read noise", d.readNoise, 0.0, 1e9);

  const auto side = static_cast<double>(std::min(d.shape.qy, d.shape.qx));
  d.probeRadius = d.probeRadius > 0.0 ? d.probeRadius : std::max(2.0, 5.0 * side / 128.0);
  d.latticeLength = d.latticeLength > 0.0 ? d.latticeLength : std::max(1.0, 27.0 * side / 128.0);
  Require(d.probeRadius >= 0.25, "probe radius", d.probeRadius, "0 or at least 0.25");
  const auto longest = static_cast<double>(std::max(d.shape.qy, d.shape.qx));
  Require(longest <= 64.0 * d.latticeLength, "lattice length", d.latticeLength, "at least 1/64 of the detector");

  const PhantomKind k = d.kind;
  const bool        hasSpeckle =
    k == PhantomKind::Speckle || k == PhantomKind::CorrelatedSpeckle || k == PhantomKind::CrystalOnFilm;
  d.speckle = d.speckle >= 0.0 ? d.speckle : hasSpeckle ? 0.3 : 0.0;
  d.deformation = d.deformation >= 0.0 ? d.deformation : k == PhantomKind::Ramp ? 0.03 : 0.01;
  d.film = k == PhantomKind::Crystal ? 0.0 : d.film;
  return description;
}

PhantomCell
PhantomCellAt(const PhantomDescription & d, std::int64_t rx, std::int64_t ry)
{
  const double x = static_cast<double>(rx) - 0.5 * static_cast<double>(d.shape.rx - 1);
  const double y = static_cast<double>(ry) - 0.5 * static_cast<double>(d.shape.ry - 1);
  PhantomCell  cell;
  switch (d.kind)
  {
    case PhantomKind::Flake:
      return FlakeCell((static_cast<double>(rx) + 0.5) / static_cast<double>(d.shape.rx),
                       (static_cast<double>(ry) + 0.5) / static_cast<double>(d.shape.ry));
    case PhantomKind::Film:
    case PhantomKind::Speckle:
    case PhantomKind::CorrelatedSpeckle:
      break;
    case PhantomKind::Crystal:
    case PhantomKind::CrystalOnFilm:
      cell.crystal = true;
      std::copy(d.gradient.begin(), d.gradient.end(), cell.f);
      break;
    case PhantomKind::Ramp:
      cell.crystal = true;
      Stretch(cell, d.deformation * Fraction(rx, d.shape.rx), 1.0, 0.0);
      break;
    case PhantomKind::Step:
      cell.crystal = true;
      cell.label = 2 * rx < d.shape.rx ? 1 : 2;
      Stretch(cell, cell.label == 2 ? d.deformation : 0.0, 1.0, 0.0);
      break;
    case PhantomKind::Dipole: {
      cell.crystal = true;
      const double distance = 0.5 * static_cast<double>(d.shape.rx);
      Distort(cell, EdgeDislocationDipole(x, y, distance, d.deformation * distance));
      break;
    }
    case PhantomKind::Ripple:
      cell.crystal = true;
      Distort(cell, PlaneWave(x, y, 0.5 * static_cast<double>(std::max(d.shape.rx, d.shape.ry)), d.deformation));
      break;
  }
  return cell;
}

PhantomTruth
MakePhantomTruth(const PhantomDescription & d)
{
  const auto   positions = static_cast<std::size_t>(d.shape.Positions());
  PhantomTruth truth;
  truth.labels.resize(positions);
  truth.origins.resize(2 * positions);
  truth.strain.resize(4 * positions);

  // A detector is never centred to the pixel.
  const double        centreX = 0.5 * static_cast<double>(d.shape.qx - 1) + 0.3;
  const double        centreY = 0.5 * static_cast<double>(d.shape.qy - 1) - 0.4;
  const CounterRandom jitter(d.seed, randomJitter, 0);
  for (std::int64_t ry = 0; ry < d.shape.ry; ++ry)
  {
    for (std::int64_t rx = 0; rx < d.shape.rx; ++rx)
    {
      const auto p = static_cast<std::size_t>(ry * d.shape.rx + rx);
      truth.origins[2 * p] = static_cast<float>(centreX + d.descanRamp * (Fraction(rx, d.shape.rx) - 0.5) +
                                                d.descanJitter * jitter.Normal(2 * p));
      truth.origins[2 * p + 1] = static_cast<float>(centreY + d.descanRamp * (Fraction(ry, d.shape.ry) - 0.5) +
                                                    d.descanJitter * jitter.Normal(2 * p + 1));
      const PhantomCell cell = PhantomCellAt(d, rx, ry);
      truth.labels[p] = cell.label;
      const std::array<float, 4> strain = StrainOf(cell);
      std::copy(strain.begin(), strain.end(), truth.strain.begin() + static_cast<std::ptrdiff_t>(4 * p));
    }
  }
  return truth;
}
} // namespace fourdstem
