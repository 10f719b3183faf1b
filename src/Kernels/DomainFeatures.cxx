// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DomainAnalysis.h"

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

Annulus
ResolveAnnulus(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const ScanShape & shape = measurement.shape;
  Annulus           annulus = AutomaticAnnulus(shape.qy,
                                     shape.qx,
                                     measurement.probe.radius,
                                     measurement.origins.data(),
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

std::vector<float>
ToFloat(const std::vector<double> & values)
{
  return { values.begin(), values.end() };
}

std::vector<float>
MeanAtPoints(const DiffractionMeasurement & measurement, const std::vector<SamplePoint> & points)
{
  const std::vector<double> mean = measurement.sums.Mean();
  const ScanShape &         shape = measurement.shape;
  std::vector<float>        fill(points.size());
  std::transform(points.begin(), points.end(), fill.begin(), [&](const SamplePoint & point) {
    const double value = mean[static_cast<std::size_t>((shape.qy / 2 + point.dy) * shape.qx + shape.qx / 2 + point.dx)];
    return std::isfinite(value) ? static_cast<float>(value) : 0.f;
  });
  return fill;
}
} // namespace

DiffractionMeasurement
MeasureDiffraction(const PatternSource & source, const DomainOptions & options, const Execution & execution)
{
  const ScanShape & shape = source.Shape();
  CheckOptions(shape, options);

  DiffractionMeasurement measurement;
  measurement.shape = shape;
  measurement.lowest = IsAuto(options) ? measurement.lowest : 1.f;
  measurement.origins.resize(2 * static_cast<std::size_t>(shape.Positions()));

  constexpr std::int64_t sampledRows = 64;
  const std::int64_t     rowStep = std::max<std::int64_t>(1, shape.ry / sampledRows);
  const auto             mean =
    MeanPattern(source, rowStep, { execution.threads, execution.monitor.Part(0., 0.2) }, measurement.lowest);
  measurement.probe = EstimateProbe(mean.data(), shape.qy, shape.qx);

  const OriginChoice choice = ResolveOrigin(options);
  OriginSearch       search =
    choice == OriginChoice::Fixed ? OriginSearch::FixedDisk(shape) : OriginSearch::Recentred(measurement.probe);
  search.lowest = measurement.lowest;

  StatisticsOptions statistics;
  const Deviation   deviation =
    ResolveFeatureMask(options) == FeatureMaskChoice::StdFraction ? options.deviation : Deviation::Global;
  statistics.lowest = measurement.lowest;
  statistics.mask = options.scanMask.empty() ? nullptr : options.scanMask.data();
  measurement.sums = PatternSums(shape, deviation);

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
    throw std::runtime_error(
      "no detector pixel is left to compare: the annulus from " + std::to_string(measurement.annulus.inner) + " to " +
      std::to_string(measurement.annulus.outer) + " pixels holds " + std::to_string(annulus.Count()) +
      ", the feature mask " + std::to_string(mask.Count()) + "; set the radii or another feature mask");
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
  // What clustering, sums and a few scan rows need beside the matrix.
  constexpr std::int64_t besides = std::int64_t{ 256 } << 20;
  const std::int64_t     perPosition = 256;
  const std::int64_t     matrix = shape.Positions() * components * static_cast<std::int64_t>(sizeof(float));
  const bool             inMemory =
    options.memoryLimit <= 0 || matrix + besides + perPosition * shape.Positions() <= options.memoryLimit;
  auto store = inMemory ? MakeMemoryRowStore(shape.Positions(), components)
                        : MakeScratchRowStore(shape.Positions(), components, options.scratchFolder);

  const auto feature =
    MakeMaskedPixels(plan.points, plan.sampling, plan.transform, MeanAtPoints(measurement, plan.points));
  report = GatherFeatures(source, 0, shape.ry, measurement.origins.data(), *feature, *store, execution);
  return store;
}

} // namespace fourdstem
