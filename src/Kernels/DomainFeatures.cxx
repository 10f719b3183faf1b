// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DomainDefaults.h"
#include "Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
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

std::vector<double>
LogDeviation(const DiffractionMeasurement & measurement, Deviation deviation)
{
  if (deviation == Deviation::Global)
  {
    return measurement.sums.LogStandardDeviation();
  }
  if (measurement.nestedLogDeviation.empty())
  {
    throw std::logic_error("the measurement holds no nested deviation: it was made with other options");
  }
  return measurement.nestedLogDeviation;
}

std::string
Describe(const Annulus & annulus)
{
  return "the annulus from " + Digits(annulus.inner) + " to " + Digits(annulus.outer) + " pixels";
}

void
CheckAnnulus(const DiffractionMeasurement & measurement, const DetectorMask & annulus, Sampler sampler)
{
  const std::string where = Describe(measurement.annulus);
  const auto        points = SampledPoints(annulus, sampler);
  if (points.empty())
  {
    throw std::runtime_error("no detector pixel is left to compare: " + where + " holds " +
                             std::to_string(annulus.Count()) +
                             (annulus.Count() > 0 ? ", none of which is sampled; widen it" : "; set other radii"));
  }
  const auto counts = measurement.sums.Counts();
  for (std::size_t i = 0; i < counts.size(); ++i)
  {
    if (annulus.pixels[i] != 0 && counts[i] > 0)
    {
      return;
    }
  }
  throw std::runtime_error("no position takes part: no pattern has data in " + where);
}
} // namespace

FeaturePlan
PlanFeatures(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const ScanShape &       shape = measurement.shape;
  const FeatureMaskChoice choice = ResolveFeatureMask(options);
  const DetectorMask      annulus = MakeAnnulusMask(shape.qy, shape.qx, measurement.annulus);
  FeaturePlan             plan;
  plan.features = options.features;
  if (plan.features == DivisionFeatures::Lattice)
  {
    return plan;
  }
  plan.sampling = ResolveSampling(measurement, options);
  CheckAnnulus(measurement, annulus, plan.sampling.sampler);
  DetectorMask mask = annulus;
  switch (choice)
  {
    case FeatureMaskChoice::StdFraction:
      mask =
        MakeStdFractionMask(annulus, ToFloat(LogDeviation(measurement, options.deviation)).data(), options.stdFraction);
      break;
    case FeatureMaskChoice::Fano:
      mask = MakeFanoMask(annulus,
                          ToFloat(measurement.sums.Fano()).data(),
                          std::max<std::int64_t>(2, measurement.sums.Patterns()),
                          0.,
                          5.);
      break;
    case FeatureMaskChoice::Disks:
      if (!measurement.probe.found)
      {
        throw std::runtime_error(
          "the feature mask 'disks' needs the direct beam's radius, but no direct beam is found");
      }
      mask = MakeDiskMask(annulus, measurement.sums.Mean().data(), measurement.probe.radius);
      break;
    case FeatureMaskChoice::Given:
      mask = Intersect(annulus, options.givenFeatureMask);
      break;
    default:
      break;
  }

  plan.transform = options.transform;
  plan.selection = choice == FeatureMaskChoice::Neighbour ? FeatureSelection::Neighbour : FeatureSelection::All;
  plan.points = SampledPoints(mask, plan.sampling.sampler);
  if (plan.points.empty() && choice == FeatureMaskChoice::Given)
  {
    throw std::runtime_error(
      "no detector pixel is left to compare: the feature mask given has none that is sampled in " +
      Describe(measurement.annulus) + ", which holds " + std::to_string(annulus.Count()));
  }
  return plan;
}

std::vector<std::string>
FeatureNames(const FeaturePlan & plan)
{
  std::vector<std::string> names;
  if (!plan.points.empty())
  {
    names = MakeMaskedPixels(plan.points, plan.sampling, plan.transform)->Names();
  }
  if (plan.features != DivisionFeatures::Pixels)
  {
    names.insert(names.end(), DeformationFeatureNames().begin(), DeformationFeatureNames().end());
  }
  return names;
}

FeatureMemory
PlanMemory(const ScanShape & shape, const FeaturePlan & plan, const DomainOptions & options)
{
  // Windows of a flat file, three of 68 MiB, or its decoded chunks; and the program itself.
  constexpr std::int64_t fixed = std::int64_t{ 256 } << 20;
  constexpr std::int64_t perRowOrColumn = 200 * sizeof(float);
  const std::int64_t     nested = MeasuresNestedDeviation(options) ? 28 * shape.rx * shape.PatternPixels() : 0;
  const auto             components = static_cast<std::int64_t>(plan.points.size());
  FeatureMemory          memory;
  memory.features = shape.Positions() * components * static_cast<std::int64_t>(sizeof(float));
  memory.beside = fixed + nested + perRowOrColumn * (shape.Positions() + components);
  memory.isScratch = options.memoryLimit > 0 && memory.features + memory.beside > options.memoryLimit;
  return memory;
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
  auto              store = PlanMemory(shape, plan, options).isScratch
                              ? MakeScratchRowStore(shape.Positions(), components, options.scratchFolder)
                              : MakeMemoryRowStore(shape.Positions(), components);
  report = {};
  if (components > 0)
  {
    const auto feature = MakeMaskedPixels(plan.points, plan.sampling, plan.transform, FillOf(measurement, plan));
    const UsedPatterns patterns(source, measurement.health);
    report = GatherFeatures(patterns.Source(), 0, shape.ry, measurement.origins.data(), *feature, *store, execution);
  }
  return store;
}
} // namespace fourdstem
