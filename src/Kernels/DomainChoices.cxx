// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DomainDefaults.h"
#include "Text.h"

#include <cmath>

namespace fourdstem
{
namespace
{
std::string
Bytes(std::int64_t count)
{
  const double kibi = static_cast<double>(count) / 1024.;
  return kibi < 1000. ? Text(kibi, " KiB") : kibi < 1e6 ? Text(kibi / 1024., " MiB") : Text(kibi / (1 << 20), " GiB");
}

std::string
Pixels(double length)
{
  return Digits(length) + " px";
}

DomainChoice
OuterRadius(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const double radius = measurement.annulus.outer;
  std::string  how = "largest circle that every pattern covers";
  if (options.outerRadius > 0.)
  {
    const ScanShape & shape = measurement.shape;
    const double      corner = std::hypot(0.5 * static_cast<double>(shape.qx), 0.5 * static_cast<double>(shape.qy));
    how = radius > corner ? "given; beyond the detector's corner, " + Pixels(corner) + " from its centre" : "given";
  }
  return { "Outer radius", std::isfinite(radius) ? Pixels(radius) : "whole pattern", how };
}

void
AddClamp(const DiffractionMeasurement & measurement, std::vector<DomainChoice> & choices)
{
  if (!std::isfinite(measurement.lowest))
  {
    return;
  }
  const std::string lowest = Digits(static_cast<double>(measurement.lowest));
  choices.push_back({ "Clamp", "values below " + lowest + " raised to " + lowest, "as published" });
  constexpr double faint = 10.;
  double           largest = static_cast<double>(measurement.lowest);
  for (const double value : measurement.sums.Mean())
  {
    largest = value > largest ? value : largest;
  }
  if (largest < faint)
  {
    choices.push_back(
      { "Warning",
        "the clamp may have erased the data",
        "the mean pattern is at most " + Digits(largest) + " after it; scale the data to counts, or use auto mode" });
  }
}

std::vector<DomainChoice>
CompareChoices(const DomainResult & result, const DomainOptions & options)
{
  const FeaturePlan & plan = result.plan;
  if (plan.features == DivisionFeatures::Lattice)
  {
    return {};
  }
  DomainChoice sampled{ "Pixels", std::to_string(plan.points.size()), "sampled in the annulus and the feature mask" };
  if (plan.points.empty())
  {
    const FeatureMaskChoice choice = ResolveFeatureMask(options);
    sampled.how = choice == FeatureMaskChoice::Disks ? "no disk stands out of the mean pattern in the annulus"
                  : choice == FeatureMaskChoice::Fano
                    ? "no pixel in the annulus varies enough: none has a Fano factor above that of noise"
                    : "no pixel in the annulus varies enough: none has a log-std above " + Digits(options.stdFraction) +
                        " of the pattern's maximum";
    return { sampled };
  }
  if (plan.selection == FeatureSelection::Neighbour)
  {
    return { sampled,
             { "Pixels compared",
               std::to_string(result.clusters.nodes.front().features.size()) + " in the root",
               "those that neighbours share, found in every node anew" } };
  }
  return { sampled, { "Pixels compared", "all sampled", "fixed feature mask" } };
}

/** How much of the scan the lattice's features are known of. */
DomainChoice
LatticeChoice(const DomainResult & result)
{
  const bool isCombined = result.plan.features == DivisionFeatures::Combined;
  return { "Lattice features",
           result.notExplained.empty() ? std::to_string(DeformationFeatures - 1) : "none",
           result.notExplained.empty() ? std::string("of ") + (isCombined ? "a lattice for each leaf of the pixels"
                                                                          : "one lattice for the whole scan")
                                       : result.notExplained };
}

void
AddRegularity(const SpatialReport & report, const SpatialRegularity & regularity, std::vector<DomainChoice> & choices)
{
  if (regularity.minimumArea > 1)
  {
    std::string how = Text("given; ",
                           report.givenComponents,
                           " smaller components, ",
                           report.givenPositions,
                           " positions, went to neighbouring leaves");
    how += report.removedLeaves > 0 ? Text("; ", report.removedLeaves, " leaves vanished") : "";
    how += report.isolatedComponents > 0 ? Text("; ", report.isolatedComponents, " touch no other leaf") : "";
    choices.push_back({ "Minimum area", std::to_string(regularity.minimumArea) + " positions", how });
  }
  if (regularity.dividesComponents)
  {
    choices.push_back({ "Components", "leaves", Text("given; ", report.dividedLeaves, " leaves have several") });
  }
}

DomainChoice
FeatureMatrix(const FeatureMemory & memory, const DomainOptions & options)
{
  return { "Feature matrix",
           (memory.isScratch ? "in a scratch file in " + options.scratchFolder : std::string("in memory")) + ", " +
             Bytes(memory.features),
           "beside the about " + Bytes(memory.beside) + " that the run takes without it" };
}
} // namespace

DomainChoice
DescribeBadPixels(const DetectorHealth & health, const DomainOptions & options)
{
  if (health.pixels.empty())
  {
    return { "Bad pixels",
             "not looked for",
             options.badPixels == BadPixelChoice::Automatic ? "paper mode, as published" : "given" };
  }
  const std::string found =
    health.patterns > 0 ? "found in " + std::to_string(health.patterns) + " patterns" : std::string("given");
  const std::int64_t count = health.CountBad();
  if (count == 0)
  {
    return { "Bad pixels", "0", health.unjudged.empty() ? "none " + found : health.unjudged };
  }
  return { "Bad pixels",
           std::to_string(count),
           (health.patterns > 0 ? health.Summary() + ", " : "") + found + ", replaced by their neighbours' mean" +
             (health.unjudged.empty() ? "" : ". " + health.unjudged) };
}

std::vector<DomainChoice>
DescribeChoices(const DomainResult & result, const DomainOptions & options)
{
  const DiffractionMeasurement & measurement = result.measurement;
  const SamplingOptions &        sampling = result.plan.sampling;
  std::vector<DomainChoice>      choices;
  choices.push_back(DescribeBadPixels(measurement.health, options));
  choices.push_back({ "Probe radius",
                      measurement.probe.found ? Pixels(measurement.probe.radius) : "none found",
                      "area above half maximum in the mean pattern" });
  AddClamp(measurement, choices);
  choices.push_back({ "Inner radius",
                      Pixels(measurement.annulus.inner),
                      options.innerRadius > 0. ? "given" : "2 probe radii + 3 px; 0 where that leaves nothing" });
  choices.push_back(OuterRadius(measurement, options));
  if (result.plan.features != DivisionFeatures::Lattice)
  {
    choices.push_back({ "Sampling",
                        sampling.sampler == Sampler::BSpline
                          ? "Gaussian of " + Pixels(sampling.gaussianSigma) + " and B-spline, every second pixel"
                          : std::string("bilinear, every pixel"),
                        "through each pattern's origin" });
    const auto compared = CompareChoices(result, options);
    choices.insert(choices.end(), compared.begin(), compared.end());
    choices.push_back(FeatureMatrix(result.memory, options));
  }
  if (result.plan.features != DivisionFeatures::Pixels)
  {
    choices.push_back(LatticeChoice(result));
  }
  AddRegularity(result.regularity, options.regularity, choices);
  return choices;
}
} // namespace fourdstem
