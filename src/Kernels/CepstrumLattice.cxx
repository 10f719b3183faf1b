// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Cepstrum.h"

#include "CepstrumTransform.h"
#include "LatticeMatrix.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
/** The maxima of a cepstrum [side][side] outside of the inner radius that stand out of what is as far from the centre
 * as they are. */
std::vector<BraggPeak>
PeaksOf(const std::vector<float> & cepstrum, std::int64_t side, double innerRadius)
{
  constexpr std::int64_t neighbours = 2;
  constexpr double       overQuartile = 5.; // 3.8 standard deviations of a quadrature of noise
  constexpr double       lowest = 1e-3;     // of the logarithm: 0.1 % of the counts
  constexpr double       ofHighest = 0.2;
  const std::int64_t     half = side / 2;
  const auto             at = [&](std::int64_t y, std::int64_t x) {
    return static_cast<double>(cepstrum[static_cast<std::size_t>(y * side + x)]);
  };
  const auto radiusOf = [half](std::int64_t y, std::int64_t x) {
    return std::hypot(static_cast<double>(x - half), static_cast<double>(y - half));
  };
  std::vector<std::vector<double>> rings(static_cast<std::size_t>(half));
  for (std::int64_t y = 0; y < side; ++y)
  {
    for (std::int64_t x = 0; x < side; ++x)
    {
      if (const auto ring = static_cast<std::size_t>(radiusOf(y, x)); ring < rings.size())
      {
        rings[ring].push_back(at(y, x));
      }
    }
  }
  // Peaks may cover half of a ring.
  std::vector<double> quartiles;
  quartiles.reserve(rings.size());
  for (auto & ring : rings)
  {
    const auto quarter = ring.begin() + static_cast<std::ptrdiff_t>(ring.size() / 4);
    std::nth_element(ring.begin(), quarter, ring.end());
    quartiles.push_back(*quarter);
  }
  std::vector<BraggPeak> peaks;
  for (std::int64_t y = neighbours; y + neighbours < side; ++y)
  {
    for (std::int64_t x = neighbours; x + neighbours < side; ++x)
    {
      const double height = at(y, x);
      const double radius = radiusOf(y, x);
      bool         isHighest = radius >= innerRadius && radius < static_cast<double>(half) &&
                       height >= std::max(lowest, overQuartile * quartiles[static_cast<std::size_t>(radius)]);
      for (std::int64_t dy = -neighbours; isHighest && dy <= neighbours; ++dy)
      {
        for (std::int64_t dx = -neighbours; isHighest && dx <= neighbours; ++dx)
        {
          isHighest = height >= at(y + dy, x + dx);
        }
      }
      if (isHighest)
      {
        peaks.push_back({ static_cast<double>(x - half), static_cast<double>(y - half), height, 0., 1. });
      }
    }
  }
  std::stable_sort(
    peaks.begin(), peaks.end(), [](const BraggPeak & a, const BraggPeak & b) { return a.height > b.height; });
  peaks.erase(std::find_if(peaks.begin(),
                           peaks.end(),
                           [&peaks](const BraggPeak & one) { return one.height < ofHighest * peaks.front().height; }),
              peaks.end());
  return peaks;
}
} // namespace

std::int64_t
CepstrumSide(std::int64_t side, std::int64_t qy, std::int64_t qx)
{
  constexpr std::int64_t smallest = 16;
  const std::int64_t     largest = std::min(qy, qx);
  if (side == 0 ? largest < smallest : side < smallest || side > largest)
  {
    throw std::invalid_argument("a cepstrum has a side of " + std::to_string(smallest) + " to the detector's " +
                                std::to_string(largest) + " pixels, not " + std::to_string(side == 0 ? largest : side));
  }
  return side == 0 ? largest : side;
}

std::vector<float>
Cepstrum(const double *          pattern,
         std::int64_t            qy,
         std::int64_t            qx,
         double                  originX,
         double                  originY,
         const CepstrumOptions & options)
{
  const std::int64_t side = CepstrumSide(options.side, qy, qx);
  CepstrumTransform  transform(side, options.offset);
  transform.Take(pattern, qx, qy, qx, originX, originY);
  std::vector<double> frequencies;
  for (std::int64_t k = 0; k < side; ++k)
  {
    frequencies.push_back(static_cast<double>(k - side / 2));
  }
  const Eigen::MatrixXf waves = transform.Waves(frequencies);
  const Eigen::MatrixXf columns = transform.Windowed() * waves;
  const Eigen::MatrixXf products = waves.transpose() * columns;
  std::vector<float>    cepstrum(static_cast<std::size_t>(side * side));
  for (std::int64_t y = 0; y < side; ++y)
  {
    for (std::int64_t x = 0; x < side; ++x)
    {
      const float real = products(2 * y, 2 * x) - products(2 * y + 1, 2 * x + 1);
      const float imaginary = products(2 * y + 1, 2 * x) + products(2 * y, 2 * x + 1);
      cepstrum[static_cast<std::size_t>(y * side + x)] = std::hypot(real, imaginary);
    }
  }
  return cepstrum;
}

IndexedPeaks
FindCepstrumLattice(const double *          mean,
                    std::int64_t            qy,
                    std::int64_t            qx,
                    double                  originX,
                    double                  originY,
                    const CepstrumOptions & options)
{
  constexpr double   smallestShare = 0.7;
  const std::int64_t side = CepstrumSide(options.side, qy, qx);
  const auto         peaks = PeaksOf(Cepstrum(mean, qy, qx, originX, originY, options), side, options.innerRadius);
  const auto         found = FindLattice(peaks);
  if (!found || found->share < smallestShare)
  {
    throw std::runtime_error(
      "no lattice is found in the cepstrum of the mean pattern: " + std::to_string(peaks.size()) +
      " peaks stand out of it beyond " + std::to_string(options.innerRadius) + " pixels from the centre, and " +
      std::to_string(found ? found->share : 0.) +
      " of them lie on one; disks whose direct lattice "
      "is shorter are to be measured one by one");
  }
  IndexedPeaks lattice = *found;
  const double shortest = std::min(std::hypot(lattice.lattice.g1[0], lattice.lattice.g1[1]),
                                   std::hypot(lattice.lattice.g2[0], lattice.lattice.g2[1]));
  if (shortest < options.innerRadius)
  {
    throw std::runtime_error("the lattice's shortest vector is " + std::to_string(shortest) +
                             " pixels long in the cepstrum, which the central lobe covers up to " +
                             std::to_string(options.innerRadius) + ": measure the disks one by one");
  }
  // Rounding may lose one of two opposites.
  lattice.places.clear();
  lattice.indices.clear();
  for (const MillerIndex & index : found->indices)
  {
    const bool isFirst = index.h > 0 || (index.h == 0 && index.k > 0);
    const bool isTwice = std::any_of(found->indices.begin(), found->indices.end(), [&index](const MillerIndex & other) {
      return other.h == -index.h && other.k == -index.k;
    });
    if (isFirst && isTwice)
    {
      const double x = index.h * lattice.lattice.g1[0] + index.k * lattice.lattice.g2[0];
      const double y = index.h * lattice.lattice.g1[1] + index.k * lattice.lattice.g2[1];
      lattice.places.insert(lattice.places.end(), { { x, y }, { -x, -y } });
      lattice.indices.insert(lattice.indices.end(), { index, { -index.h, -index.k } });
    }
  }
  return lattice;
}

LatticeFit
ReciprocalOfCepstrum(const LatticeFit & direct, std::int64_t side)
{
  const Eigen::Matrix2d lattice = MatrixOf(LatticeOf(direct));
  LatticeFit            reciprocal = direct;
  if (!(std::abs(lattice.determinant()) > 0.))
  {
    return reciprocal;
  }
  const auto            scale = static_cast<double>(side);
  const Eigen::Matrix2d g = scale * lattice.inverse().transpose();
  const Eigen::Matrix2d covariance = SymmetricMatrix(direct.covariance);
  // dG = -G dA^T G / side; G C G^T is a multiple of 1 where peaks lie evenly about the centre.
  const Eigen::Matrix2d spread = g.transpose() * g * (0.5 * (g * covariance * g.transpose()).trace() / (scale * scale));
  for (int i = 0; i < 2; ++i)
  {
    reciprocal.q0[i] = 0.F;
    reciprocal.g1[i] = static_cast<float>(g(i, 0));
    reciprocal.g2[i] = static_cast<float>(g(i, 1));
  }
  reciprocal.covariance[0] = static_cast<float>(spread(0, 0));
  reciprocal.covariance[1] = static_cast<float>(spread(0, 1));
  reciprocal.covariance[2] = static_cast<float>(spread(1, 1));
  reciprocal.residual =
    static_cast<float>(static_cast<double>(direct.residual) * std::sqrt(g.determinant() / lattice.determinant()));
  return reciprocal;
}
} // namespace fourdstem
