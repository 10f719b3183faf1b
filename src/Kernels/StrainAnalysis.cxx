// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/StrainAnalysis.h"

#include "DomainDefaults.h"
#include "StrainCalibration.h"
#include "StrainSteps.h"
#include "Text.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
/** One mean pattern for each set of places. */
std::vector<std::vector<double>>
MeanPatterns(const PatternSource &          source,
             const DiffractionMeasurement & measurement,
             const StrainAnalysisOptions &  options,
             const Execution &              execution)
{
  if (options.labels.empty())
  {
    return { measurement.sums.Mean() };
  }
  if (!options.labelMeans.empty())
  {
    return options.labelMeans;
  }
  const ScanShape & shape = source.Shape();
  const auto        count = *std::max_element(options.labels.begin(), options.labels.end());
  NodePatternSums   sums(count, shape.qy, shape.qx);
  AccumulatePatterns(
    source, 0, shape.ry, measurement.origins.data(), options.labels.data(), sums, execution, measurement.lowest);
  std::vector<std::vector<double>> means;
  std::vector<float>               mean(static_cast<std::size_t>(shape.PatternPixels()));
  for (std::int64_t set = 0; set < count; ++set)
  {
    sums.Mean(set, mean.data());
    means.emplace_back(mean.begin(), mean.end());
  }
  return means;
}

DiskTemplate
MeasureTemplate(const PatternSource &          source,
                const DiffractionMeasurement & measurement,
                const StrainAnalysisOptions &  options,
                const Execution &              execution)
{
  DiskTemplate disk;
  if (!(options.diskRadius > 0. && options.edgeWidth > 0.) || options.disk == TemplateChoice::Beam)
  {
    disk = MeasureDiskTemplate(source,
                               options.templateMask.empty() ? ProbeRowStep(source.Shape()) : 1,
                               options.templateMask.empty() ? nullptr : options.templateMask.data(),
                               measurement.origins.data(),
                               measurement.probe,
                               execution);
  }
  disk.radius = options.diskRadius > 0. ? options.diskRadius : disk.radius;
  disk.edgeWidth = options.edgeWidth > 0. ? options.edgeWidth : disk.edgeWidth;
  if (options.disk == TemplateChoice::Disk)
  {
    disk.profile.clear();
  }
  return disk;
}

double
ToleranceOf(const DiskTemplate & disk)
{
  return std::max(1., 0.3 * disk.radius);
}

/** Peaks and lattice of one mean pattern; nothing where none are. */
IndexedPeaks
FindPlaces(const std::vector<double> &   mean,
           const ScanShape &             shape,
           const DiskTemplate &          disk,
           const StrainAnalysisOptions & options,
           const Lattice *               like)
{
  return IndexOnLattice(FindPeaks(mean.data(),
                                  shape.qy,
                                  shape.qx,
                                  static_cast<double>(shape.qx / 2),
                                  static_cast<double>(shape.qy / 2),
                                  disk,
                                  options.peaks),
                        options,
                        ToleranceOf(disk),
                        like);
}

void
FindLattices(const std::vector<std::vector<double>> & means,
             const ScanShape &                        shape,
             const StrainAnalysisOptions &            options,
             StrainResult &                           result)
{
  const bool isFound = FindLatticesOfSets(
    options.labels,
    means.size(),
    [&](std::size_t set, const Lattice * like) {
      return FindPlaces(means[set], shape, result.search.disk, options, like);
    },
    result);
  if (!isFound)
  {
    throw std::runtime_error("no lattice is found in the mean pattern" +
                             std::string(means.size() > 1 ? " of any label" : "") +
                             ": fewer than three disks of radius " + Digits(result.search.disk.radius) +
                             " px in two directions stand out of it; give the lattice, or another disk radius");
  }
}

/** The median ratio of background to height under the disks of the mean patterns. */
double
BackgroundRatio(const std::vector<std::vector<double>> & means, const ScanShape & shape, const StrainResult & result)
{
  std::vector<double> ratios;
  for (const auto & mean : means)
  {
    for (const BraggPeak & peak : FindPeaks(mean.data(),
                                            shape.qy,
                                            shape.qx,
                                            static_cast<double>(shape.qx / 2),
                                            static_cast<double>(shape.qy / 2),
                                            result.search.disk))
    {
      ratios.push_back(peak.background / peak.height);
    }
  }
  std::sort(ratios.begin(), ratios.end());
  return std::clamp(ratios.empty() ? 0. : ratios[ratios.size() / 2], 0.05, 10.);
}

std::string
InPixels(double value)
{
  return Digits(value) + " px";
}

void
Describe(const StrainAnalysisOptions & options, double share, StrainResult & result)
{
  const auto add = [&result](const char * name, const std::string & value, const char * how) {
    result.choices.push_back({ name, value, how });
  };
  result.choices.push_back(DescribeBadPixels(result.measurement.health, options.measurement));
  const DiskTemplate & disk = result.search.disk;
  add("Disk radius", InPixels(disk.radius), options.diskRadius > 0. ? "given" : "direct beam at half height");
  if (options.disk == TemplateChoice::Disk)
  {
    add("Edge width", InPixels(disk.edgeWidth), options.edgeWidth > 0. ? "given" : "direct beam's fall");
  }
  add("Variance over counts", Digits(result.search.noise.gain), "residuals of disks");
  add("Structure in disks",
      Digits(100. * result.search.noise.structure) + " % of their height",
      options.structure ? "given" : "residuals of disks");
  std::size_t count = 0;
  for (const IndexedPeaks & one : result.lattices)
  {
    count += one.places.empty() ? 0 : 1;
  }
  add("Lattices",
      std::to_string(count),
      options.labels.empty() ? "mean pattern"
      : options.bestLattice  ? "mean pattern of each label; the best at each position"
                             : "mean pattern of each label");
  add("Disks looked for", std::to_string(MostPlaces(result.search)), "peaks of the mean pattern on the lattice");
  add("Positions with a lattice", Digits(100. * share) + " %", "at least 4 disks");
}
} // namespace

StrainResult
AnalyseStrain(const PatternSource &         stored,
              const StrainAnalysisOptions & options,
              int                           threads,
              const BeginStep &             beginStep)
{
  using Clock = std::chrono::steady_clock;
  const ScanShape & shape = stored.Shape();
  const auto        positions = static_cast<std::size_t>(shape.Positions());
  CheckStrainOptions(shape, options);
  StrainResult result;
  const auto   step = [&](const char * name, double end, auto && kernel) {
    const Execution execution{ threads, beginStep ? beginStep(name, end) : Monitor{} };
    const auto      begin = Clock::now();
    kernel(execution);
    result.stepSeconds.emplace_back(name, std::chrono::duration<double>(Clock::now() - begin).count());
  };
  step("origins and mean pattern", 0.4, [&](const Execution & execution) {
    result.measurement =
      options.measured ? *options.measured : MeasureDiffraction(stored, options.measurement, execution);
  });
  const UsedPatterns    patterns(stored, result.measurement.health);
  const PatternSource & source = patterns.Source();
  step("template", 0.45, [&](const Execution & execution) {
    result.search.disk = MeasureTemplate(source, result.measurement, options, execution);
  });
  step("lattices", 0.55, [&](const Execution & execution) {
    const auto means = MeanPatterns(source, result.measurement, options, execution);
    FindLattices(means, shape, options, result);
    if (options.ellipse == EllipseChoice::Ring)
    {
      MeasureRing(options, result);
    }
    else if (IsOfLattice(options.ellipse) && options.labels.empty())
    {
      // What cannot be one ends here, before the disks are looked for.
      MeasureEllipse({ result.lattices[0].lattice, {}, 1 }, options, result);
    }
    result.search.backgroundRatio = BackgroundRatio(means, shape, result);
  });
  result.search.reach = options.reach;
  result.search.significance = options.significance;
  const PositionGrid grid = MakeScanGrid(result.measurement, options.measurement);
  AssignSets(grid.mask, options.labels, result);
  const std::int64_t most = MostPlaces(result.search);
  step("disks", 0.95, [&](const Execution & execution) {
    const float * const origins = result.measurement.origins.data();
    const auto          part = [&](double begin, double end) {
      return Execution{ execution.threads, execution.monitor.Part(begin, end) };
    };
    result.search.noise = MeasureDiskNoise(source, result.search, origins, result.sets.data(), part(0., 0.1));
    if (options.structure)
    {
      result.search.noise.structure = *options.structure;
    }
    result.disks.resize(positions * static_cast<std::size_t>(most));
    const auto find = [&](const std::uint16_t * sets, BraggDisk * disks, const Execution & share) {
      FindBraggDisks(source, 0, shape.ry, result.search, origins, sets, disks, share);
    };
    const auto count = static_cast<double>(result.lattices.size());
    if (!options.bestLattice)
    {
      find(result.sets.data(), result.disks.data(), part(0.1, 1.));
      return;
    }
    double done = 0.;
    ChooseSets(
      options,
      execution.threads,
      [&](const std::uint16_t * sets, BraggDisk * disks) {
        find(sets, disks, part(0.1 + 0.9 * done / count, 0.1 + 0.9 * (done + 1.) / count));
        ++done;
      },
      result);
  });
  step(
    "strain", 1., [&](const Execution & execution) { FitAndMeasureStrain(shape, options, execution.threads, result); });
  const auto fitted = std::count_if(
    result.fits.begin(), result.fits.end(), [](const LatticeFit & fit) { return std::isfinite(fit.g1[0]); });
  Describe(options, static_cast<double>(fitted) / static_cast<double>(positions), result);
  return result;
}
} // namespace fourdstem
