// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DomainAnalysis.h"

#include "Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
bool
IsAuto(const DomainOptions & options)
{
  return options.clustering.mode == ClusterMode::Auto;
}

OriginChoice
ResolveOrigin(const DomainOptions & options)
{
  if (options.origin != OriginChoice::Automatic)
  {
    return options.origin;
  }
  return IsAuto(options) ? OriginChoice::Measured : OriginChoice::Fixed;
}

FeatureMaskChoice
ResolveFeatureMask(const DomainOptions & options)
{
  if (options.featureMask != FeatureMaskChoice::Automatic)
  {
    return options.featureMask;
  }
  return IsAuto(options) ? FeatureMaskChoice::Neighbour : FeatureMaskChoice::StdFraction;
}

Sampler
ResolveSampler(const DomainOptions & options)
{
  if (options.sampler == SamplerChoice::Automatic)
  {
    return IsAuto(options) ? Sampler::BSpline : Sampler::Bilinear;
  }
  return options.sampler == SamplerChoice::BSpline ? Sampler::BSpline : Sampler::Bilinear;
}

void
CheckOptions(const ScanShape & shape, const DomainOptions & options)
{
  const auto positions = static_cast<std::size_t>(shape.Positions());
  if (!options.scanMask.empty() && options.scanMask.size() != positions)
  {
    throw std::invalid_argument("the scan mask has " + std::to_string(options.scanMask.size()) +
                                " values; the scan has " + std::to_string(positions) + " positions");
  }
  if (options.origin == OriginChoice::Given && options.origins.size() != 2 * positions)
  {
    throw std::invalid_argument("the origins given have " + std::to_string(options.origins.size()) + " values; " +
                                std::to_string(2 * positions) + ", two per position, are needed");
  }
  CheckOptions(options.clustering);
  if (!(options.stdFraction >= 0. && options.stdFraction < 1.))
  {
    throw std::invalid_argument("the std fraction is " + std::to_string(options.stdFraction) +
                                "; it is at least 0 and below 1");
  }
  if (ResolveFeatureMask(options) == FeatureMaskChoice::Neighbour && !IsAuto(options))
  {
    throw std::invalid_argument("the feature mask 'neighbour' is tested in every node, which only auto mode does; "
                                "paper mode takes std-fraction, fano, all or a given mask");
  }
}

SamplingOptions
ResolveSampling(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  SamplingOptions sampling;
  sampling.sampler = ResolveSampler(options);
  sampling.gaussianSigma = sampling.sampler == Sampler::BSpline ? std::min(0.5 * measurement.probe.radius, 32.) : 0.;
  sampling.minimum = measurement.lowest;
  return sampling;
}

std::vector<float>
ToFloat(const std::vector<double> & values)
{
  return { values.begin(), values.end() };
}

/** What a lost feature counts as: no number, which clustering replaces by the mean over each node and which leaves out
 * positions without any; for L2, whose sums it would spoil, the mean pattern. */
std::vector<float>
FillOf(const DiffractionMeasurement & measurement, const FeaturePlan & plan)
{
  if (plan.transform != Transform::L2)
  {
    return std::vector<float>(plan.points.size(), std::numeric_limits<float>::quiet_NaN());
  }
  const std::vector<double> mean = measurement.sums.Mean();
  const ScanShape &         shape = measurement.shape;
  std::vector<float>        fill(plan.points.size());
  std::transform(plan.points.begin(), plan.points.end(), fill.begin(), [&](const SamplePoint & point) {
    const double value = mean[static_cast<std::size_t>((shape.qy / 2 + point.dy) * shape.qx + shape.qx / 2 + point.dx)];
    return std::isfinite(value) ? static_cast<float>(value) : 0.f;
  });
  return fill;
}

/** Mean over a sample of rows, of the positions that take part. */
std::vector<double>
SampleMean(const PatternSource & source, const StatisticsOptions & statistics, const Execution & execution)
{
  const ScanShape &      shape = source.Shape();
  constexpr std::int64_t sampledRows = 64;
  const std::int64_t     rowStep = std::max<std::int64_t>(1, shape.ry / sampledRows);
  if (statistics.mask == nullptr)
  {
    return MeanPattern(source, rowStep, execution, statistics.lowest);
  }
  PatternSums sums(shape, Deviation::Global);
  for (std::int64_t ry = 0; ry < shape.ry; ry += rowStep)
  {
    const double done = static_cast<double>(ry) / static_cast<double>(shape.ry);
    AddPatterns(source, ry, 1, statistics, nullptr, sums, { execution.threads, execution.monitor.Part(done, done) });
  }
  return sums.Mean();
}

/** The origins with no number where the mask leaves a position out. */
std::vector<float>
OriginsOfTaken(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  std::vector<float> origins = measurement.origins;
  for (std::size_t p = 0; p < options.scanMask.size(); ++p)
  {
    if (options.scanMask[p] == 0)
    {
      origins[2 * p] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  return origins;
}
Annulus
ResolveAnnulus(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const ScanShape & shape = measurement.shape;
  const auto        origins = OriginsOfTaken(measurement, options);
  Annulus           annulus = AutomaticAnnulus(shape.qy,
                                     shape.qx,
                                     measurement.probe.radius,
                                     origins.data(),
                                     shape.Positions(),
                                     ResolveSampling(measurement, options).Margin());
  // Without a direct beam to leave out, or room to do so, the whole pattern is looked at.
  if (!measurement.probe.found || annulus.inner >= annulus.outer)
  {
    annulus.inner = 0.;
  }
  if (annulus.outer < 1.)
  {
    annulus.outer = std::numeric_limits<double>::infinity();
  }
  annulus.inner = options.innerRadius > 0. ? options.innerRadius : annulus.inner;
  annulus.outer = options.outerRadius > 0. ? options.outerRadius : annulus.outer;
  annulus.convention = IsAuto(options) ? AnnulusConvention::Aligned : AnnulusConvention::Published;
  return annulus;
}
} // namespace

bool
MeasuresNestedDeviation(const DomainOptions & options)
{
  return ResolveFeatureMask(options) == FeatureMaskChoice::StdFraction && options.deviation == Deviation::Nested;
}

std::int64_t
MemoryBesideFeatures(const ScanShape & shape, const DomainOptions & options)
{
  const std::int64_t fixed = std::int64_t{ 256 } << 20;
  const std::int64_t nested = MeasuresNestedDeviation(options) ? 28 * shape.rx * shape.PatternPixels() : 0;
  const std::int64_t nodes = 3 * 20 * options.clustering.maximumLeaves * shape.PatternPixels();
  return fixed + 256 * shape.Positions() + nested + nodes;
}

bool
KeepsFeaturesInMemory(const ScanShape & shape, const FeaturePlan & plan, const DomainOptions & options)
{
  const auto         components = static_cast<std::int64_t>(plan.points.size());
  const std::int64_t matrix = shape.Positions() * components * static_cast<std::int64_t>(sizeof(float));
  return options.memoryLimit <= 0 || matrix + MemoryBesideFeatures(shape, options) <= options.memoryLimit;
}

DiffractionMeasurement
MeasureDiffraction(const PatternSource & source, const DomainOptions & options, const Execution & execution)
{
  const ScanShape & shape = source.Shape();
  CheckOptions(shape, options);

  DiffractionMeasurement measurement;
  measurement.shape = shape;
  measurement.lowest = IsAuto(options) ? measurement.lowest : 1.f;
  measurement.origins.resize(2 * static_cast<std::size_t>(shape.Positions()));

  StatisticsOptions statistics;
  statistics.lowest = measurement.lowest;
  statistics.mask = options.scanMask.empty() ? nullptr : options.scanMask.data();
  const auto mean = SampleMean(source, statistics, { execution.threads, execution.monitor.Part(0., 0.2) });
  measurement.probe = EstimateProbe(mean.data(), shape.qy, shape.qx);

  const OriginChoice choice = ResolveOrigin(options);
  OriginSearch       search =
    choice == OriginChoice::Fixed ? OriginSearch::FixedDisk(shape) : OriginSearch::Recentred(measurement.probe);
  search.lowest = measurement.lowest;

  measurement.sums = PatternSums(shape, MeasuresNestedDeviation(options) ? Deviation::Nested : Deviation::Global);

  float * const   origins = measurement.origins.data();
  const Execution rest{ execution.threads, execution.monitor.Part(0.2, 1.) };
  if (choice != OriginChoice::Given && !options.fitOrigins)
  {
    FindOriginsAndAddPatterns(source, 0, shape.ry, search, statistics, origins, measurement.sums, rest);
  }
  else
  {
    if (choice == OriginChoice::Given)
    {
      measurement.origins = options.origins;
    }
    else
    {
      FindOrigins(source, 0, shape.ry, search, origins, { rest.threads, rest.monitor.Part(0., 0.5) });
    }
    if (options.fitOrigins)
    {
      measurement.originResidual.resize(static_cast<std::size_t>(shape.Positions()));
      FitOrigins(shape.ry,
                 shape.rx,
                 measurement.origins.data(),
                 statistics.mask,
                 options.originSurface,
                 measurement.origins.data(),
                 measurement.originResidual.data());
    }
    AddPatterns(source,
                0,
                shape.ry,
                statistics,
                measurement.origins.data(),
                measurement.sums,
                { rest.threads, rest.monitor.Part(0.5, 1.) });
  }
  measurement.annulus = ResolveAnnulus(measurement, options);
  return measurement;
}

FeaturePlan
PlanFeatures(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const ScanShape &       shape = measurement.shape;
  const FeatureMaskChoice choice = ResolveFeatureMask(options);
  const DetectorMask      annulus = MakeAnnulusMask(shape.qy, shape.qx, measurement.annulus);
  DetectorMask            mask = annulus;
  switch (choice)
  {
    case FeatureMaskChoice::StdFraction:
      mask = MakeStdFractionMask(
        annulus, ToFloat(measurement.sums.LogStandardDeviation(options.deviation)).data(), options.stdFraction);
      break;
    case FeatureMaskChoice::Fano:
      mask = MakeFanoMask(annulus,
                          ToFloat(measurement.sums.Fano()).data(),
                          std::max<std::int64_t>(2, measurement.sums.Patterns()),
                          0.,
                          5.);
      break;
    case FeatureMaskChoice::Given:
      mask = Intersect(annulus, options.givenFeatureMask);
      break;
    default:
      break;
  }

  FeaturePlan plan;
  plan.sampling = ResolveSampling(measurement, options);
  plan.transform = options.transform;
  plan.selection = choice == FeatureMaskChoice::Neighbour ? FeatureSelection::Neighbour : FeatureSelection::All;
  plan.points = PointsOfMask(mask, plan.sampling.sampler == Sampler::BSpline ? 2 : 1);
  if (plan.points.empty())
  {
    throw std::runtime_error(Text("no detector pixel is left to compare: the annulus from ",
                                  measurement.annulus.inner,
                                  " to ",
                                  measurement.annulus.outer,
                                  " pixels holds ",
                                  annulus.Count(),
                                  ", the feature mask ",
                                  mask.Count(),
                                  "; set the radii or another feature mask"));
  }
  return plan;
}

std::unique_ptr<RowStore>
GatherDomainFeatures(const PatternSource &          source,
                     const DiffractionMeasurement & measurement,
                     const FeaturePlan &            plan,
                     const DomainOptions &          options,
                     FeatureReport &                report,
                     const Execution &              execution)
{
  const ScanShape & shape = measurement.shape;
  const auto        components = static_cast<std::int64_t>(plan.points.size());
  auto              store = KeepsFeaturesInMemory(shape, plan, options)
                              ? MakeMemoryRowStore(shape.Positions(), components)
                              : MakeScratchRowStore(shape.Positions(), components, options.scratchFolder);

  const auto feature = MakeMaskedPixels(plan.points, plan.sampling, plan.transform, FillOf(measurement, plan));
  report = GatherFeatures(source, 0, shape.ry, measurement.origins.data(), *feature, *store, execution);
  return store;
}

} // namespace fourdstem
