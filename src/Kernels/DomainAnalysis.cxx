// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DomainAnalysis.h"

#include "fourdstem/VirtualDetector.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>

namespace fourdstem
{
PositionGrid
MakeScanGrid(const DiffractionMeasurement & measurement, const DomainOptions & options)
{
  const ScanShape & shape = measurement.shape;
  const auto        positions = static_cast<std::size_t>(shape.Positions());
  PositionGrid      grid;
  grid.size = { shape.rx, shape.ry, 1 };
  grid.mask = options.scanMask.empty() ? std::vector<std::uint8_t>(positions, 1) : options.scanMask;
  for (std::size_t p = 0; p < positions; ++p)
  {
    const bool isKnown = std::isfinite(measurement.origins[2 * p]) && std::isfinite(measurement.origins[2 * p + 1]);
    grid.mask[p] = isKnown && grid.mask[p] != 0;
  }
  return grid;
}

DomainDescription
DescribeDomains(const PatternSource &          source,
                const DiffractionMeasurement & measurement,
                const DivisiveResult &         clusters,
                const Execution &              execution)
{
  const ScanShape &      shape = measurement.shape;
  const std::vector<int> leaves = LeavesInOrder(clusters.nodes);
  const auto             labels = LabelsOf(clusters);
  const float * const    origins = measurement.origins.data();

  VirtualDetector ring;
  ring.name = "ADF";
  ring.innerRadius = measurement.annulus.inner;
  ring.outerRadius = measurement.annulus.outer;
  const VirtualDetectorSet detector(
    { ring }, shape.qy, shape.qx, static_cast<double>(shape.qx / 2), static_cast<double>(shape.qy / 2));

  DomainDescription description;
  description.darkField.resize(static_cast<std::size_t>(shape.Positions()));
  const auto measureDarkField = [&](const PatternBlock & block, std::int64_t first) {
    for (std::int64_t p = 0; p < block.count; ++p)
    {
      double sum = 0.;
      detector.Measure(block, p, origins + 2 * (first + p), &sum);
      description.darkField[static_cast<std::size_t>(first + p)] = static_cast<float>(sum);
    }
  };
  NodePatternSums sums(static_cast<std::int64_t>(leaves.size()), shape.qy, shape.qx);
  AccumulatePatterns(
    source, 0, shape.ry, origins, labels.data(), sums, execution, measurement.lowest, measureDarkField);

  const std::vector<std::int64_t> nodeOfSet(leaves.begin(), leaves.end());
  std::vector<std::int64_t>       parents(clusters.nodes.size());
  std::transform(clusters.nodes.begin(), clusters.nodes.end(), parents.begin(), [](const ClusterNode & node) {
    return static_cast<std::int64_t>(node.parent);
  });
  description.nodes = SumOverTree(sums, nodeOfSet, parents);
  return description;
}

std::vector<std::pair<std::string, std::vector<double>>>
StatisticsOf(const PatternSums & sums)
{
  std::vector<std::pair<std::string, std::vector<double>>> statistics{ { "mean", sums.Mean() },
                                                                       { "max", sums.Maximum() },
                                                                       { "std", sums.StandardDeviation() },
                                                                       { "log-std", sums.LogStandardDeviation() },
                                                                       { "fano", sums.Fano() } };
  if (sums.Kind() == Deviation::Nested)
  {
    statistics.emplace_back("log-std nested", sums.LogStandardDeviation(Deviation::Nested));
  }
  return statistics;
}

DetectorMask
UsedFeatures(const FeaturePlan & plan, const ScanShape & shape, const ClusterNodes & nodes)
{
  std::vector<std::uint8_t> used(plan.points.size(), 0);
  for (const ClusterNode & node : nodes)
  {
    for (const std::int64_t feature : node.features)
    {
      used[static_cast<std::size_t>(feature)] = 1;
    }
  }
  return MaskOfPoints(shape.qy, shape.qx, plan.points, used.data());
}

std::vector<std::uint16_t>
LabelsAtLevel(const DivisiveResult & clusters, int level)
{
  ClusterNodes cut = clusters.nodes;
  const auto   newId = CutAtLevel(cut, level);
  const auto   labels = LeafLabels(cut);

  std::vector<std::uint16_t> image(clusters.leafOfPosition.size(), 0);
  std::transform(clusters.leafOfPosition.begin(), clusters.leafOfPosition.end(), image.begin(), [&](std::int32_t leaf) {
    return leaf < 0 ? std::uint16_t{ 0 } : labels[static_cast<std::size_t>(newId[static_cast<std::size_t>(leaf)])];
  });
  return image;
}

namespace
{
std::string
Text(double value)
{
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << value;
  return text.str();
}

std::vector<DomainChoice>
ChoicesOf(const DomainResult & result, const DomainOptions & options)
{
  const DiffractionMeasurement & measurement = result.measurement;
  const SamplingOptions &        sampling = result.plan.sampling;
  const Annulus &                annulus = measurement.annulus;
  const bool                     isNodeWise = result.plan.selection == FeatureSelection::Neighbour;
  std::vector<DomainChoice>      choices;
  choices.push_back({ "Probe radius",
                      measurement.probe.found ? Text(measurement.probe.radius) + " px" : "none found",
                      "area above half maximum in the mean pattern" });
  choices.push_back({ "Inner radius",
                      Text(annulus.inner) + " px",
                      options.innerRadius > 0. ? "given" : "2 probe radii + 3 px; 0 where that leaves nothing" });
  choices.push_back({ "Outer radius",
                      std::isfinite(annulus.outer) ? Text(annulus.outer) + " px" : "whole pattern",
                      options.outerRadius > 0. ? "given" : "largest circle that every pattern covers" });
  choices.push_back({ "Sampling",
                      sampling.sampler == Sampler::BSpline
                        ? "Gaussian of " + Text(sampling.gaussianSigma) + " px and B-spline, every second pixel"
                        : std::string("bilinear, every pixel"),
                      "through each pattern's origin" });
  choices.push_back(
    { "Pixels", std::to_string(result.plan.points.size()), "sampled in the annulus and the feature mask" });
  choices.push_back({ "Pixels compared",
                      isNodeWise ? std::to_string(result.clusters.nodes.front().features.size()) + " in the root"
                                 : std::string("all sampled"),
                      isNodeWise ? "those that neighbours share, found in every node anew" : "fixed feature mask" });
  return choices;
}
} // namespace

DomainResult
AnalyseDomains(const PatternSource & source, const DomainOptions & options, int threads, const BeginStep & beginStep)
{
  using Clock = std::chrono::steady_clock;
  DomainResult result;
  const auto   step = [&](const char * name, double end, auto && kernel) {
    const Execution execution{ threads, beginStep ? beginStep(name, end) : Monitor{} };
    const auto      begin = Clock::now();
    kernel(execution);
    result.stepSeconds.emplace_back(name, std::chrono::duration<double>(Clock::now() - begin).count());
  };

  step("origins and statistics", 0.2, [&](const Execution & execution) {
    result.measurement = MeasureDiffraction(source, options, execution);
  });
  result.plan = PlanFeatures(result.measurement, options);

  std::unique_ptr<RowStore> features;
  step("features", 0.4, [&](const Execution & execution) {
    features = GatherDomainFeatures(source, result.measurement, result.plan, options, result.report, execution);
  });

  DivisiveOptions clustering = options.clustering;
  clustering.selection = result.plan.selection;
  step("clustering", 0.8, [&](const Execution & execution) {
    result.clusters = RunDivisive(*features, MakeScanGrid(result.measurement, options), clustering, execution);
  });
  step("confidence", 0.85, [&](const Execution & execution) {
    result.confidence = Confidence(result.clusters, *features, execution);
  });
  features.reset();
  step("node patterns", 1., [&](const Execution & execution) {
    result.description = DescribeDomains(source, result.measurement, result.clusters, execution);
  });
  result.choices = ChoicesOf(result, options);
  return result;
}
} // namespace fourdstem
