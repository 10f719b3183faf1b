// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/SplitSignatures.h"

#include "FriedelPairs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr double noValue = std::numeric_limits<double>::quiet_NaN();

/** Whether the surroundings of both disks are on the detector, where the lattice says that they are. */
bool
IsCovered(const DiskPair & pair, const StrainResult & found, std::size_t p)
{
  const ScanShape &    shape = found.measurement.shape;
  const DiskTemplate & disk = found.search.disk;
  const LatticeFit &   fit = found.fits[p];
  const double         margin = std::ceil(disk.Reach() + std::max(2., 0.5 * disk.radius)) + 0.5;
  const auto           isInside = [margin](double place, std::int64_t extent) {
    return place >= margin && place <= static_cast<double>(extent - 1) - margin;
  };
  const auto isDiskInside = [&](int sign) {
    const double h = sign * pair.index.first;
    const double k = sign * pair.index.second;
    const auto   along = [&](int axis) {
      return static_cast<double>(found.measurement.origins[2 * p + static_cast<std::size_t>(axis)] + fit.q0[axis]) +
             h * static_cast<double>(fit.g1[axis]) + k * static_cast<double>(fit.g2[axis]);
    };
    return isInside(along(0), shape.qx) && isInside(along(1), shape.qy);
  };
  return isDiskInside(1) && isDiskInside(-1);
}

/** Takes away the pairs that the detector's rim cuts at more than 1 % of the positions with a lattice: what descan
 * moves over the rim is no change of intensity. */
void
KeepCovered(const StrainResult & found, std::vector<DiskPair> & pairs, std::size_t & rings)
{
  const auto isCut = [&found](const DiskPair & pair) {
    std::int64_t indexed = 0;
    std::int64_t cut = 0;
    for (std::size_t p = 0; p < found.fits.size(); ++p)
    {
      if (std::isfinite(found.fits[p].g1[0]))
      {
        ++indexed;
        cut += IsCovered(pair, found, p) ? 0 : 1;
      }
    }
    return 100 * cut > indexed;
  };
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), isCut), pairs.end());
  // Rings count from 0 without gaps.
  std::map<std::size_t, std::size_t> numbers;
  for (DiskPair & pair : pairs)
  {
    pair.ring = numbers.emplace(pair.ring, numbers.size()).first->second;
  }
  rings = numbers.size();
}

/** What is linear in the pairs' intensities, by least squares over those that there are: [2][pairs] each, without
 * elements where the pairs do not tell. */
struct Estimators
{
  Eigen::MatrixXd tilt;   // of the odd parts a = tilt . u
  Eigen::MatrixXd ripple; // of the even parts b = c cos(2 phi) + s sin(2 phi) + a constant of the ring
};

Estimators
MakeEstimators(const std::vector<DiskPair> & pairs, std::size_t rings)
{
  const auto      count = static_cast<Eigen::Index>(pairs.size());
  const auto      constants = static_cast<Eigen::Index>(rings);
  Eigen::MatrixXd odd(count, 2);
  Eigen::MatrixXd even = Eigen::MatrixXd::Zero(count, constants + 2);
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const DiskPair & pair = pairs[static_cast<std::size_t>(i)];
    odd(i, 0) = pair.ux;
    odd(i, 1) = pair.uy;
    even(i, static_cast<Eigen::Index>(pair.ring)) = 1.;
    even(i, constants) = pair.ux * pair.ux - pair.uy * pair.uy;
    even(i, constants + 1) = 2. * pair.ux * pair.uy;
  }
  return { EstimatorOfLast(2, odd), EstimatorOfLast(2, even) };
}

/** Intensities at one position; what is not found has none. */
void
MeasureIntensities(const BraggDisk *             disks,
                   std::size_t                   set,
                   const std::vector<DiskPair> & pairs,
                   std::size_t                   rings,
                   const Estimators &            estimators,
                   double *                      features)
{
  const auto heightOf = [disks](std::size_t place) {
    const BraggDisk & disk = disks[place];
    return std::isfinite(disk.x) ? static_cast<double>(disk.height) : 0.;
  };
  const auto          count = static_cast<Eigen::Index>(pairs.size());
  Eigen::VectorXd     odd(count);
  Eigen::VectorXd     even(count);
  std::vector<double> ringSums(rings, 0.);
  std::vector<double> ringCounts(rings, 0.);
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const DiskPair & pair = pairs[static_cast<std::size_t>(i)];
    const double     first = heightOf(pair.first[set]);
    const double     second = heightOf(pair.second[set]);
    even[i] = first + second;
    odd[i] = even[i] > 0. ? (first - second) / even[i] : 0.;
    ringSums[pair.ring] += even[i];
    ringCounts[pair.ring] += 1.;
  }
  const double sum = even.sum();
  if (!(sum > 0.))
  {
    return;
  }
  features[FeatureIntensity] = std::log(sum / (2. * static_cast<double>(count)));
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const std::size_t ring = pairs[static_cast<std::size_t>(i)].ring;
    even[i] = ringSums[ring] > 0. ? even[i] * ringCounts[ring] / ringSums[ring] - 1. : 0.;
  }
  for (Eigen::Index i = 0; i < 2; ++i)
  {
    features[FeatureTiltX + i] = estimators.tilt.size() > 0 ? estimators.tilt.row(i).dot(odd) : noValue;
    features[FeatureRippleCos + i] = estimators.ripple.size() > 0 ? estimators.ripple.row(i).dot(even) : noValue;
  }
}
} // namespace

const std::array<const char *, DeformationFeatures> &
DeformationFeatureNames()
{
  static const std::array<const char *, DeformationFeatures> names{ "indexed",    "log intensity", "e_xx",   "e_yy",
                                                                    "e_xy",       "rotation",      "tilt x", "tilt y",
                                                                    "ripple cos", "ripple sin" };
  return names;
}

std::vector<float>
MeasureDeformationFeatures(const StrainResult & found)
{
  std::size_t           rings = 0;
  std::vector<DiskPair> pairs = CommonPairs(found.lattices, rings);
  KeepCovered(found, pairs, rings);
  const Estimators   estimators = MakeEstimators(pairs, rings);
  const auto         most = static_cast<std::size_t>(MostPlaces(found.search));
  std::vector<float> all(found.fits.size() * DeformationFeatures);
  for (std::size_t p = 0; p < found.fits.size(); ++p)
  {
    double values[DeformationFeatures];
    std::fill_n(values, DeformationFeatures, noValue);
    const bool isIndexed = std::isfinite(found.fits[p].g1[0]);
    values[FeatureIndexed] = isIndexed ? 1. : 0.;
    if (isIndexed)
    {
      const float * strain = found.strain.data() + p * StrainComponents;
      values[FeatureStrainXX] = static_cast<double>(strain[StrainXX]);
      values[FeatureStrainYY] = static_cast<double>(strain[StrainYY]);
      values[FeatureStrainXY] = static_cast<double>(strain[StrainXY]);
      values[FeatureRotation] = static_cast<double>(strain[Rotation]);
      if (std::all_of(pairs.begin(), pairs.end(), [&](const DiskPair & pair) { return IsCovered(pair, found, p); }))
      {
        MeasureIntensities(found.disks.data() + p * most, found.sets[p], pairs, rings, estimators, values);
      }
    }
    std::transform(values,
                   values + DeformationFeatures,
                   all.begin() + static_cast<std::ptrdiff_t>(p * DeformationFeatures),
                   [](double value) { return static_cast<float>(value); });
  }
  return all;
}

std::vector<float>
MeasureDeformationErrors(const StrainResult & found)
{
  std::vector<float> errors(found.fits.size() * DeformationFeatures, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t p = 0; p < found.fits.size(); ++p)
  {
    const float * const strain = found.strain.data() + p * StrainComponents;
    float * const       to = errors.data() + p * DeformationFeatures;
    to[FeatureStrainXX] = strain[StrainXXError];
    to[FeatureStrainYY] = strain[StrainYYError];
    to[FeatureStrainXY] = strain[StrainXYError];
    to[FeatureRotation] = strain[RotationError];
  }
  return errors;
}

void
MeasureMeans(const std::vector<std::int32_t> & leafOfPosition,
             const std::vector<float> &        features,
             ClusterNodes &                    nodes)
{
  if (features.size() != leafOfPosition.size() * DeformationFeatures)
  {
    throw std::invalid_argument("there are " + std::to_string(features.size()) + " features for " +
                                std::to_string(leafOfPosition.size()) + " positions");
  }
  struct Sums
  {
    double count = 0.;
    double mean = 0.;
    double squares = 0.; // about the mean
  };
  std::vector<std::array<Sums, DeformationFeatures>> sums(nodes.size());
  for (std::size_t p = 0; p < leafOfPosition.size(); ++p)
  {
    for (int node = leafOfPosition[p]; node >= 0; node = nodes[static_cast<std::size_t>(node)].parent)
    {
      for (std::size_t f = 0; f < DeformationFeatures; ++f)
      {
        const auto value = static_cast<double>(features[p * DeformationFeatures + f]);
        if (std::isfinite(value))
        {
          Sums &       of = sums[static_cast<std::size_t>(node)][f];
          const double step = value - of.mean;
          of.count += 1.;
          of.mean += step / of.count;
          of.squares += step * (value - of.mean);
        }
      }
    }
  }
  for (ClusterNode & node : nodes)
  {
    node.deformation.isMeasured = true;
    for (std::size_t f = 0; f < DeformationFeatures; ++f)
    {
      const Sums & of = sums[static_cast<std::size_t>(node.id)][f];
      node.deformation.mean[f] = of.count > 0. ? of.mean : noValue;
      node.deformation.error[f] = of.count > 1. ? std::sqrt(of.squares / (of.count - 1.) / of.count) : noValue;
    }
  }
}
} // namespace fourdstem
