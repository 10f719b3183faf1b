// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/SplitSignatures.h"

#include "EigenDense.h"
#include "Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.;
constexpr double leastSignificance = 5.;

/** A node and those that it is compared with, as a side for every position: 1, -1, or 0 for neither. */
using Sides = std::vector<std::int8_t>;

/** Up to three features taken together. */
struct Group
{
  int          first;
  int          count;
  const char * name;
};

constexpr Group groups[] = { { FeatureIndexed, 1, "support" }, { FeatureIntensity, 1, "thickness" },
                             { FeatureStrainXX, 3, "strain" }, { FeatureRotation, 1, "rotation" },
                             { FeatureTiltX, 2, "tilt" },      { FeatureRippleCos, 2, "ripple" } };

/** Means of the two sides, the scatter within them, and what a position has along the line through the means. */
struct Comparison
{
  Eigen::VectorXd difference; // side 1 minus side -1
  Eigen::VectorXd error;
  Eigen::VectorXd direction; // covariance^-1 difference
  double          separation = 0.;
  double          significance = 0.;
  bool            isKnown = false;
};

Comparison
Compare(const Group & group, const Sides & sides, const std::vector<float> & features)
{
  const auto rowOf = [&](std::size_t p) {
    Eigen::VectorXd row(group.count);
    for (int i = 0; i < group.count; ++i)
    {
      row[i] = static_cast<double>(features[p * DeformationFeatures + static_cast<std::size_t>(group.first + i)]);
    }
    return row;
  };
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(group.count);
  Eigen::VectorXd       mean[2] = { zero, zero };
  Eigen::VectorXd       squares[2] = { zero, zero };
  Eigen::MatrixXd       within = Eigen::MatrixXd::Zero(group.count, group.count);
  double                count[2] = { 0., 0. };
  for (std::size_t p = 0; p < sides.size(); ++p)
  {
    if (sides[p] == 0)
    {
      continue;
    }
    const Eigen::VectorXd row = rowOf(p);
    if (row.allFinite())
    {
      const int             side = sides[p] > 0 ? 0 : 1;
      const Eigen::VectorXd step = row - mean[side];
      count[side] += 1.;
      mean[side] += step / count[side];
      within += step * (row - mean[side]).transpose();
      squares[side] += step.cwiseProduct(row - mean[side]);
    }
  }
  Comparison result;
  if (count[0] < 2. || count[1] < 2. || count[0] + count[1] < group.count + 3.)
  {
    return result;
  }
  within = (0.5 * (within + within.transpose()) / (count[0] + count[1] - 2.)).eval();
  // Rounding leaves a scatter even where all positions are equal.
  const double least = 1e-12 + 1e-6 * within.diagonal().maxCoeff();
  within.diagonal().array() += least;
  result.difference = mean[0] - mean[1];
  result.error = (squares[0] / (count[0] - 1.) / count[0] + squares[1] / (count[1] - 1.) / count[1]).cwiseSqrt();
  result.direction = within.ldlt().solve(result.difference);
  const double share = 1. / count[0] + 1. / count[1];
  // Noise alone separates the means by share in each dimension.
  const double squared = std::max(0., result.difference.dot(result.direction) - (group.count - 1) * share);
  result.separation = std::sqrt(squared);
  result.significance = std::sqrt(squared / share);
  result.isKnown = true;
  return result;
}

/** The mean step across the border of the sides over the distance of their means, along the comparison's direction. */
double
Sharpness(const Group &              group,
          const Comparison &         comparison,
          const Sides &              sides,
          const std::vector<float> & features,
          const ScanShape &          shape)
{
  const auto valueOf = [&](std::size_t p) {
    double value = 0.;
    for (int i = 0; i < group.count; ++i)
    {
      value += comparison.direction[i] *
               static_cast<double>(features[p * DeformationFeatures + static_cast<std::size_t>(group.first + i)]);
    }
    return value;
  };
  double     steps = 0.;
  double     pairs = 0.;
  const auto add = [&](std::size_t p, std::size_t q) {
    const double step = (valueOf(p) - valueOf(q)) * sides[p];
    if (sides[p] * sides[q] < 0 && std::isfinite(step))
    {
      steps += step;
      pairs += 1.;
    }
  };
  for (std::int64_t ry = 0; ry < shape.ry; ++ry)
  {
    for (std::int64_t rx = 0; rx < shape.rx; ++rx)
    {
      const auto p = static_cast<std::size_t>(ry * shape.rx + rx);
      if (rx + 1 < shape.rx)
      {
        add(p, p + 1);
      }
      if (ry + 1 < shape.ry)
      {
        add(p, p + static_cast<std::size_t>(shape.rx));
      }
    }
  }
  // Sides that do not touch have no wall between them that could be blurred.
  return pairs > 0. ? steps / pairs / comparison.difference.dot(comparison.direction) : 1.;
}

Lattice
MeanLattice(const Sides & sides, int side, const std::vector<LatticeFit> & fits)
{
  Lattice mean;
  double  count = 0.;
  for (std::size_t p = 0; p < sides.size(); ++p)
  {
    if (sides[p] == side && std::isfinite(fits[p].g1[0]))
    {
      count += 1.;
      for (int axis = 0; axis < 2; ++axis)
      {
        mean.g1[axis] += (static_cast<double>(fits[p].g1[axis]) - mean.g1[axis]) / count;
        mean.g2[axis] += (static_cast<double>(fits[p].g2[axis]) - mean.g2[axis]) / count;
      }
    }
  }
  return mean;
}

double
Axis(double cos2, double sin2)
{
  return 0.5 * std::atan2(sin2, cos2) / degree;
}

/** Standard error of u'x for independent errors of the components of x. */
double
ErrorAlong(const Eigen::VectorXd & error, std::initializer_list<double> factors)
{
  double       variance = 0.;
  Eigen::Index i = 0;
  for (const double factor : factors)
  {
    variance += factor * factor * error[i] * error[i];
    ++i;
  }
  return std::sqrt(variance);
}

/** Names the strain by its principal values: one, both alike, or opposite ones. */
void
DescribeStrain(const Strain & strain, const Comparison & comparison, SignatureTerm & term)
{
  const double mean = 0.5 * (strain.xx + strain.yy);
  const double half = std::hypot(0.5 * (strain.xx - strain.yy), strain.xy);
  const double axis = Axis(strain.xx - strain.yy, 2. * strain.xy);
  const double c = std::cos(2. * axis * degree);
  const double s = std::sin(2. * axis * degree);
  if (half < 0.4 * std::abs(mean))
  {
    term.name = "dilation";
    term.value = mean;
    term.error = ErrorAlong(comparison.error, { 0.5, 0.5, 0. });
  }
  else if (half > 2.5 * std::abs(mean))
  {
    term.name = "shear";
    term.value = half;
    term.axis = axis;
    term.error = ErrorAlong(comparison.error, { 0.5 * c, -0.5 * c, s });
  }
  else
  {
    const double sign = mean < 0. ? -1. : 1.;
    term.name = "uniaxial strain";
    term.value = mean + sign * half;
    term.axis = mean < 0. ? (axis > 0. ? axis - 90. : axis + 90.) : axis;
    term.error = ErrorAlong(comparison.error, { 0.5 * (1. + sign * c), 0.5 * (1. - sign * c), sign * s });
  }
}

SignatureTerm
Describe(const Group & group, const Comparison & comparison, const Strain & strain)
{
  SignatureTerm term;
  term.name = group.name;
  term.separation = comparison.separation;
  term.significance = comparison.significance;
  term.error = comparison.error[0];
  const Eigen::VectorXd & difference = comparison.difference;
  switch (group.first)
  {
    case FeatureIntensity:
      term.value = std::expm1(difference[0]);
      term.error *= std::exp(difference[0]);
      break;
    case FeatureStrainXX:
      DescribeStrain(strain, comparison, term);
      break;
    case FeatureRotation:
      term.value = strain.rotation / degree;
      break;
    case FeatureTiltX:
    case FeatureRippleCos: {
      const double length = difference.norm();
      const double angle = std::atan2(difference[1], difference[0]) / degree;
      term.value = length;
      term.error = ErrorAlong(comparison.error, { difference[0] / length, difference[1] / length });
      // Disks are weak along the axis of a ripple.
      term.axis = group.first == FeatureTiltX ? angle : 0.5 * (angle > 0. ? angle - 180. : angle + 180.);
      break;
    }
    default:
      term.value = difference[0];
  }
  return term;
}

/** A significant difference of the two sides. */
struct Difference
{
  const Group * group;
  Comparison    comparison;
  SignatureTerm term;
  int           rank; // lower ones go first
};

/** Puts first what the others follow from, then what separates most. */
void
Rank(std::vector<Difference> & differences)
{
  double anisotropy = 0.;
  for (const Difference & one : differences)
  {
    const bool isUneven = one.group->first == FeatureTiltX || one.group->first == FeatureRippleCos;
    anisotropy = isUneven ? std::max(anisotropy, one.term.value) : anisotropy;
  }
  for (Difference & one : differences)
  {
    // Without a lattice on one side nothing else is to be compared. Tilt and ripple take intensity from some disks and
    // so from their mean; thickness changes all alike.
    const bool isConsequence = one.group->first == FeatureIntensity && 3. * anisotropy > std::abs(one.term.value);
    one.rank = one.group->first == FeatureIndexed ? 0 : isConsequence ? 2 : 1;
  }
  std::stable_sort(differences.begin(), differences.end(), [](const Difference & a, const Difference & b) {
    return a.rank != b.rank ? a.rank < b.rank : a.comparison.separation > b.comparison.separation;
  });
}

SplitSignature
Explain(const Sides & sides, const StrainResult & found, const std::vector<float> & features)
{
  SplitSignature signature;
  signature.isMeasured = true;
  const Lattice           lattice = MeanLattice(sides, 1, found.fits);
  const Lattice           other = MeanLattice(sides, -1, found.fits);
  const bool              bothHaveLattices = lattice.Determinant() != 0. && other.Determinant() != 0.;
  const Strain            strain = bothHaveLattices ? StrainOf(lattice, other) : Strain();
  const bool              isOther = IsOfAnotherGrain(strain);
  std::vector<Difference> differences;
  for (const Group & group : groups)
  {
    const Comparison comparison = Compare(group, sides, features);
    const bool       isSupport = group.first == FeatureIndexed;
    if (comparison.isKnown && comparison.significance >= leastSignificance &&
        (isSupport ? std::abs(comparison.difference[0]) >= 0.5 : !isOther))
    {
      differences.push_back({ &group, comparison, Describe(group, comparison, strain), 0 });
    }
  }
  if (isOther && differences.empty())
  {
    SignatureTerm term;
    term.name = "other lattice";
    term.value = strain.rotation / degree;
    signature.terms.push_back(term);
    signature.sharpness = 1.;
    return signature;
  }
  Rank(differences);
  for (const Difference & one : differences)
  {
    signature.terms.push_back(one.term);
  }
  if (!differences.empty())
  {
    const Difference & first = differences.front();
    signature.sharpness = Sharpness(*first.group, first.comparison, sides, features, found.measurement.shape);
    signature.kind = signature.sharpness > 0.5 ? SplitKind::Domain : SplitKind::Gradient;
  }
  return signature;
}
} // namespace

void
ExplainSplits(const std::vector<std::int32_t> & leafOfPosition,
              const StrainResult &              found,
              const std::vector<float> &        features,
              ClusterNodes &                    nodes)
{
  const auto positions = static_cast<std::size_t>(found.measurement.shape.Positions());
  if (leafOfPosition.size() != positions || features.size() != positions * DeformationFeatures)
  {
    throw std::invalid_argument(Text("leaves of ",
                                     leafOfPosition.size(),
                                     " positions and ",
                                     features.size(),
                                     " features do not belong to a scan of ",
                                     positions,
                                     " positions"));
  }
  for (ClusterNode & node : nodes)
  {
    if (node.parent < 0)
    {
      continue;
    }
    Sides sides(positions, 0);
    for (std::size_t p = 0; p < positions; ++p)
    {
      for (int at = leafOfPosition[p]; at >= 0; at = nodes[static_cast<std::size_t>(at)].parent)
      {
        if (nodes[static_cast<std::size_t>(at)].parent == node.parent)
        {
          sides[p] = at == node.id ? 1 : -1;
        }
      }
    }
    node.signature = Explain(sides, found, features);
  }
}

DomainExplanation
MeasureDeformation(const PatternSource &          source,
                   const DiffractionMeasurement & measurement,
                   const DomainOptions &          given,
                   LabelledPatterns               labelled,
                   int                            threads,
                   const BeginStep &              beginStep)
{
  StrainAnalysisOptions options;
  options.measurement = given;
  options.measured = &measurement;
  options.labels = std::move(labelled.labels);
  options.labelMeans = std::move(labelled.means);
  DomainExplanation explanation;
  explanation.strain = AnalyseStrain(source, options, threads, beginStep);
  explanation.features = MeasureDeformationFeatures(explanation.strain);
  explanation.errors = MeasureDeformationErrors(explanation.strain);
  return explanation;
}

void
ExplainDomains(const DomainExplanation & explanation, DivisiveResult & clusters)
{
  MeasureMeans(clusters.leafOfPosition, explanation.features, clusters.nodes);
  ExplainSplits(clusters.leafOfPosition, explanation.strain, explanation.features, clusters.nodes);
}
} // namespace fourdstem
