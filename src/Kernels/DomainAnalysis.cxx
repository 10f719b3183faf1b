// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DomainDefaults.h"

#include "fourdstem/DomainDivision.h"
#include "fourdstem/Stability.h"
#include "fourdstem/VirtualDetector.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

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
  description.darkField.assign(static_cast<std::size_t>(shape.Positions()), std::numeric_limits<float>::quiet_NaN());
  const std::vector<std::uint8_t> ones(static_cast<std::size_t>(shape.PatternPixels()), 1);
  const MemoryPatternSource       flat(ones.data(), { 1, 1, shape.qy, shape.qx });
  PatternLease                    lease;
  const PatternBlock              flatBlock = flat.Read(0, 0, 1, lease);
  const auto                      measureDarkField = [&](const PatternBlock & block, std::int64_t first) {
    for (std::int64_t p = 0; p < block.count; ++p)
    {
      const std::int64_t at = first + p;
      if (labels[static_cast<std::size_t>(at)] == 0)
      {
        continue;
      }
      double             sum = 0.;
      const std::int64_t nonFinite = detector.Measure(block, p, origins + 2 * at, &sum);
      if (sum == 0.)
      {
        // Nothing scattered there, or nothing measured?
        double pixels = 0.;
        detector.Measure(flatBlock, 0, origins + 2 * at, &pixels);
        sum = static_cast<double>(nonFinite) < pixels ? 0. : std::numeric_limits<double>::quiet_NaN();
      }
      description.darkField[static_cast<std::size_t>(at)] = static_cast<float>(sum);
    }
  };
  NodePatternSums    sums(static_cast<std::int64_t>(leaves.size()), shape.qy, shape.qx);
  const UsedPatterns patterns(source, measurement.health);
  AccumulatePatterns(
    patterns.Source(), 0, shape.ry, origins, labels.data(), sums, execution, measurement.lowest, measureDarkField);

  const std::vector<std::int64_t> nodeOfSet(leaves.begin(), leaves.end());
  std::vector<std::int64_t>       parents(clusters.nodes.size());
  std::transform(clusters.nodes.begin(), clusters.nodes.end(), parents.begin(), [](const ClusterNode & node) {
    return static_cast<std::int64_t>(node.parent);
  });
  description.nodes = SumOverTree(sums, nodeOfSet, parents);
  return description;
}

std::vector<std::pair<std::string, std::vector<double>>>
StatisticsOf(const DiffractionMeasurement & measurement)
{
  const PatternSums &                                      sums = measurement.sums;
  const bool                                               isNested = !measurement.nestedLogDeviation.empty();
  std::vector<std::pair<std::string, std::vector<double>>> statistics;
  statistics.emplace_back("mean", sums.Mean());
  statistics.emplace_back("max", sums.Maximum());
  statistics.emplace_back("std", sums.StandardDeviation());
  statistics.emplace_back(isNested ? "log-std global" : "log-std", sums.LogStandardDeviation());
  statistics.emplace_back("fano", sums.Fano());
  if (isNested)
  {
    statistics.emplace_back("log-std nested", measurement.nestedLogDeviation);
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
      // Behind the pixels there are features of deformation.
      if (static_cast<std::size_t>(feature) < used.size())
      {
        used[static_cast<std::size_t>(feature)] = 1;
      }
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
/** The mean pattern of each leaf, in the order of labels. */
std::vector<std::vector<double>>
LeafMeans(const DomainResult & result)
{
  std::vector<std::vector<double>> means;
  std::vector<float>               mean(static_cast<std::size_t>(result.measurement.shape.PatternPixels()));
  for (const int leaf : LeavesInOrder(result.clusters.nodes))
  {
    result.description.nodes.Mean(leaf, mean.data());
    means.emplace_back(mean.begin(), mean.end());
  }
  return means;
}
} // namespace

DomainResult
AnalyseDomains(const PatternSource & source, const DomainOptions & options, int threads, const BeginStep & beginStep)
{
  using Clock = std::chrono::steady_clock;
  const bool   explain = options.explain.value_or(options.clustering.mode == ClusterMode::Auto);
  DomainResult result;
  const auto   step = [&](const char * name, double end, auto && kernel) {
    const Execution execution{ threads, beginStep ? beginStep(name, end) : Monitor{} };
    const auto      begin = Clock::now();
    kernel(execution);
    result.stepSeconds.emplace_back(name, std::chrono::duration<double>(Clock::now() - begin).count());
  };

  step("origins and statistics", 0.15, [&](const Execution & execution) {
    result.measurement = MeasureDiffraction(source, options, execution);
  });
  result.plan = PlanFeatures(result.measurement, options);
  result.memory = PlanMemory(source.Shape(), result.plan, options);

  const bool         usesPixels = options.features != DivisionFeatures::Lattice;
  const bool         usesLattice = options.features != DivisionFeatures::Pixels;
  const PositionGrid grid = MakeScanGrid(result.measurement, options);
  DivisiveOptions    clustering = options.clustering;
  const auto         measureStability = [&](const RowStore & store, double end) {
    if (options.stability > 0)
    {
      step("stability", end, [&](const Execution & execution) {
        MeasureStability(result.clusters, store, grid, clustering, options.stability, execution);
      });
    }
  };
  std::unique_ptr<RowStore> pixels;
  if (usesPixels)
  {
    step("features", usesLattice ? 0.25 : 0.3, [&](const Execution & execution) {
      pixels = GatherDomainFeatures(source, result.measurement, result.plan, options, result.report, execution);
    });
    clustering.selection = result.plan.selection;
    step("clustering", usesLattice ? 0.4 : 0.65, [&](const Execution & execution) {
      result.clusters = RunDivisive(*pixels, grid, clustering, execution);
    });
    measureStability(*pixels, usesLattice ? 0.45 : 0.66);
    if (result.plan.points.empty())
    {
      result.clusters.nodes.front().note = "no detector pixel varies enough to be compared";
    }
  }
  DeformationColumns deformation;
  if (usesLattice)
  {
    step("deformation", 0.6, [&](const Execution & execution) {
      deformation =
        MeasureDeformationColumns(source,
                                  result.measurement,
                                  options,
                                  { usesPixels ? LabelsOf(result.clusters) : std::vector<std::uint16_t>(), {} },
                                  pixels.get(),
                                  execution);
    });
    clustering.measured = deformation.measured;
    step("clustering by the lattice", 0.65, [&](const Execution & execution) {
      if (usesPixels)
      {
        DivideFurther(result.clusters, deformation.Store(), grid, clustering, execution);
        return;
      }
      result.clusters = RunDivisive(deformation.Store(), grid, clustering, execution);
      MarkAsLattice(result.clusters.nodes);
    });
    measureStability(deformation.Store(), 0.66);
  }
  if (result.clusters.nodes.front().size == 0)
  {
    throw std::runtime_error("no position takes part: none has data at the detector pixels compared");
  }
  const RowStore & divided = usesLattice ? deformation.Store() : *pixels;
  if (options.regularity.IsAsked())
  {
    step("regularity", 0.67, [&](const Execution & execution) {
      result.regularity = RegulariseLeaves(result.clusters, divided, grid, options.regularity, execution);
    });
  }
  step("confidence", 0.7, [&](const Execution & execution) {
    result.confidence = Confidence(result.clusters, divided, execution);
  });
  if (options.membership)
  {
    step("membership", 0.71, [&](const Execution & execution) {
      result.membership = ComputeMembership(result.clusters, divided, execution);
    });
  }
  deformation.joined.reset();
  pixels.reset();
  step("node patterns", explain ? 0.8 : 1., [&](const Execution & execution) {
    result.description = DescribeDomains(source, result.measurement, result.clusters, execution);
  });
  if (explain)
  {
    step("signatures", 1., [&](const Execution & execution) {
      if (!usesLattice)
      {
        deformation = MeasureDeformationColumns(
          source, result.measurement, options, { LabelsOf(result.clusters), LeafMeans(result) }, nullptr, execution);
      }
      if (deformation.notFound.empty())
      {
        ExplainDomains(deformation.found, result.clusters);
      }
    });
  }
  result.notExplained = deformation.notFound;
  result.choices = DescribeChoices(result, options);
  return result;
}
} // namespace fourdstem
