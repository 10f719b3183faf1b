// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/StrainAnalysis.h"

#include "DomainDefaults.h"
#include "Text.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace fourdstem
{
namespace
{
void
CheckSize(const char * what, std::size_t size, const ScanShape & shape)
{
  if (size != 0 && size != static_cast<std::size_t>(shape.Positions()))
  {
    throw std::invalid_argument(std::string(what) + " has " + std::to_string(size) + " values; the scan has " +
                                std::to_string(shape.Positions()) + " positions");
  }
}

void
CheckOptions(const ScanShape & shape, const StrainAnalysisOptions & options)
{
  CheckSize("the label map", options.labels.size(), shape);
  CheckSize("the template mask", options.templateMask.size(), shape);
  CheckSize("the reference mask", options.referenceMask.size(), shape);
  const auto most = options.labels.empty() ? 0 : *std::max_element(options.labels.begin(), options.labels.end());
  if (!options.labels.empty() && (most == 0 || most == NoSet))
  {
    throw std::invalid_argument("the largest label is " + std::to_string(most) + "; labels run from 1 to 65534");
  }
}

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

/** The lattice whose vectors, of all that span the same lattice, are nearest to those of `like`. */
Lattice
InBasisOf(const Lattice & lattice, const Lattice & like)
{
  Lattice best = lattice;
  double  least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 625; ++i)
  {
    const int m[4] = { i % 5 - 2, i / 5 % 5 - 2, i / 25 % 5 - 2, i / 125 - 2 };
    if (m[0] * m[3] - m[1] * m[2] != 1)
    {
      continue;
    }
    Lattice tried;
    double  distance = 0.;
    for (int axis = 0; axis < 2; ++axis)
    {
      tried.g1[axis] = m[0] * lattice.g1[axis] + m[1] * lattice.g2[axis];
      tried.g2[axis] = m[2] * lattice.g1[axis] + m[3] * lattice.g2[axis];
      distance += std::pow(tried.g1[axis] - like.g1[axis], 2) + std::pow(tried.g2[axis] - like.g2[axis], 2);
    }
    if (distance < least)
    {
      least = distance;
      best = tried;
    }
  }
  return best;
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
  auto peaks = FindPeaks(mean.data(),
                         shape.qy,
                         shape.qx,
                         static_cast<double>(shape.qx / 2),
                         static_cast<double>(shape.qy / 2),
                         disk,
                         options.peaks);
  if (options.outerRadius > 0.)
  {
    const auto isFar = [&](const BraggPeak & peak) { return std::hypot(peak.x, peak.y) > options.outerRadius; };
    peaks.erase(std::remove_if(peaks.begin(), peaks.end(), isFar), peaks.end());
  }
  const double tolerance = ToleranceOf(disk);
  auto indexed = options.lattice ? IndexPeaks(peaks, *options.lattice, tolerance) : FindLattice(peaks, tolerance);
  if (indexed && like)
  {
    indexed = IndexPeaks(peaks, InBasisOf(indexed->lattice, *like), tolerance);
  }
  return indexed.value_or(IndexedPeaks());
}

/** The sets' lattices, all in the basis of that of the label that is most frequent. */
void
FindLattices(const std::vector<std::vector<double>> & means,
             const ScanShape &                        shape,
             const StrainAnalysisOptions &            options,
             StrainResult &                           result)
{
  std::vector<std::int64_t> sizes(means.size(), 0);
  for (const std::uint16_t label : options.labels)
  {
    sizes[static_cast<std::size_t>(std::max<int>(label, 1) - 1)] += label > 0 ? 1 : 0;
  }
  std::vector<std::size_t> order(means.size());
  for (std::size_t set = 0; set < order.size(); ++set)
  {
    order[set] = set;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  result.lattices.resize(means.size());
  std::optional<Lattice> like;
  for (const std::size_t set : order)
  {
    IndexedPeaks & found = result.lattices[set];
    found = FindPlaces(means[set], shape, result.search.disk, options, like ? &*like : nullptr);
    if (!found.places.empty() && !like)
    {
      like = found.lattice;
    }
  }
  if (!like)
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

/** The references, and which sets' lattices have nothing to do with theirs. */
void
FindReferences(const StrainAnalysisOptions & options, const ScanShape & shape, StrainResult & result)
{
  if (options.reference == ReferenceChoice::MedianOfLabel)
  {
    std::vector<std::uint8_t> isOfSet(result.sets.size());
    for (std::size_t set = 0; set < result.lattices.size(); ++set)
    {
      bool hasLattice = false;
      for (std::size_t p = 0; p < isOfSet.size(); ++p)
      {
        isOfSet[p] = result.sets[p] == set ? 1 : 0;
        hasLattice = hasLattice || (isOfSet[p] != 0 && std::isfinite(result.fits[p].g1[0]));
      }
      // A set without a lattice anywhere needs no reference.
      result.references.push_back(hasLattice ? MedianLattice(shape.Positions(), result.fits.data(), isOfSet.data())
                                             : Lattice{ { 1., 0. }, { 0., 1. } });
    }
    return;
  }
  const std::uint8_t * const mask = options.referenceMask.empty() ? nullptr : options.referenceMask.data();
  result.references = { options.reference == ReferenceChoice::Given
                          ? options.referenceLattice
                          : MedianLattice(shape.Positions(), result.fits.data(), mask) };
  constexpr double mostRotation = 0.2;
  for (std::size_t set = 0; set < result.lattices.size(); ++set)
  {
    if (!result.lattices[set].places.empty() && std::abs(result.references[0].Determinant()) > 0.)
    {
      const Strain strain = StrainOf(result.lattices[set].lattice, result.references[0]);
      const double most = std::max({ std::abs(strain.xx), std::abs(strain.yy), std::abs(strain.xy) });
      if (most > MostStrain || std::abs(strain.rotation) > mostRotation)
      {
        result.strangers.push_back(set);
      }
    }
  }
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
  add("Variance over counts", Digits(result.search.gain), "residuals of disks");
  std::size_t count = 0;
  for (const IndexedPeaks & one : result.lattices)
  {
    count += one.places.empty() ? 0 : 1;
  }
  add("Lattices", std::to_string(count), options.labels.empty() ? "mean pattern" : "mean pattern of each label");
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
  CheckOptions(shape, options);
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
    result.search.backgroundRatio = BackgroundRatio(means, shape, result);
  });
  std::vector<std::vector<MillerIndex>> indices;
  for (const IndexedPeaks & one : result.lattices)
  {
    result.search.places.push_back(one.places);
    indices.push_back(one.indices);
  }
  result.search.reach = options.reach;
  result.search.significance = options.significance;
  const PositionGrid grid = MakeScanGrid(result.measurement, options.measurement);
  result.sets.assign(positions, NoSet);
  for (std::size_t p = 0; p < positions; ++p)
  {
    const int set = options.labels.empty() ? 0 : options.labels[p] - 1;
    if (grid.mask[p] != 0 && set >= 0 && !indices[static_cast<std::size_t>(set)].empty())
    {
      result.sets[p] = static_cast<std::uint16_t>(set);
    }
  }
  const std::int64_t most = MostPlaces(result.search);
  step("disks", 0.95, [&](const Execution & execution) {
    const float * const origins = result.measurement.origins.data();
    const auto          part = [&](double begin, double end) {
      return Execution{ execution.threads, execution.monitor.Part(begin, end) };
    };
    result.search.gain = MeasureGain(source, result.search, origins, result.sets.data(), part(0., 0.1));
    result.disks.resize(positions * static_cast<std::size_t>(most));
    FindBraggDisks(source, 0, shape.ry, result.search, origins, result.sets.data(), result.disks.data(), part(0.1, 1.));
  });
  step("strain", 1., [&](const Execution & execution) {
    const Execution quiet{ execution.threads, {} };
    result.fits.resize(positions);
    FitLattices(shape.Positions(),
                most,
                result.disks.data(),
                indices,
                result.sets.data(),
                options.fit,
                result.fits.data(),
                quiet);
    FindReferences(options, shape, result);
    result.strain.resize(positions * StrainComponents);
    MeasureStrain(shape.Positions(),
                  result.fits.data(),
                  result.references,
                  options.reference == ReferenceChoice::MedianOfLabel ? result.sets.data() : nullptr,
                  options.strain,
                  result.strain.data(),
                  quiet);
  });
  const auto fitted = std::count_if(
    result.fits.begin(), result.fits.end(), [](const LatticeFit & fit) { return std::isfinite(fit.g1[0]); });
  Describe(options, static_cast<double>(fitted) / static_cast<double>(positions), result);
  return result;
}
} // namespace fourdstem
