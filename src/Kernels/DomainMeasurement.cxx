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
void
CheckOptions(const ScanShape & shape, const DomainOptions & options)
{
  const auto positions = static_cast<std::size_t>(shape.Positions());
  if (!options.scanMask.empty() && options.scanMask.size() != positions)
  {
    throw std::invalid_argument("the scan mask has " + std::to_string(options.scanMask.size()) +
                                " values; the scan has " + std::to_string(positions) + " positions");
  }
  if (!options.scanMask.empty() &&
      std::count(options.scanMask.begin(), options.scanMask.end(), 0) == static_cast<std::ptrdiff_t>(positions))
  {
    throw std::invalid_argument("no position takes part: the scan mask is 0 at all " + std::to_string(positions));
  }
  if (options.origin == OriginChoice::Given && options.origins.size() != 2 * positions)
  {
    throw std::invalid_argument("the origins given have " + std::to_string(options.origins.size()) + " values; " +
                                std::to_string(2 * positions) + ", two per position, are needed");
  }
  CheckOptions(options.clustering);
  CheckRegularity(options.regularity);
  if (options.stability < 0)
  {
    throw std::invalid_argument("the number of resamples for stability is " + std::to_string(options.stability) +
                                " but must be 0 or more");
  }
  if (!(options.stdFraction >= 0. && options.stdFraction < 1.))
  {
    throw std::invalid_argument("the std fraction is " + std::to_string(options.stdFraction) +
                                "; it is at least 0 and below 1");
  }
  if (options.features != DivisionFeatures::Pixels && !IsAuto(options))
  {
    throw std::invalid_argument("features of the lattice divide in auto mode only; paper mode takes those of pixels");
  }
  if (options.features == DivisionFeatures::Lattice && options.featureMask != FeatureMaskChoice::Automatic)
  {
    throw std::invalid_argument("a feature mask chooses pixels, which features of the lattice alone do not look at");
  }
  if (ResolveFeatureMask(options) == FeatureMaskChoice::Neighbour && !IsAuto(options))
  {
    throw std::invalid_argument("the feature mask 'neighbour' is tested in every node, which only auto mode does; "
                                "paper mode takes std-fraction, fano, disks, all or a given mask");
  }
}

/** Throws if the squares of intensities, summed over thousands of pixels, leave what a float can hold. */
void
CheckScale(const std::vector<double> & pattern)
{
  constexpr double largestIntensity = 1e15;
  double           largest = 0.;
  for (const double value : pattern)
  {
    largest = std::abs(value) > std::abs(largest) ? value : largest;
  }
  if (std::abs(largest) > largestIntensity)
  {
    throw std::runtime_error("the patterns hold values up to " + Digits(largest) + ", whose squares overflow; beyond " +
                             Digits(largestIntensity) + " divide them by a constant, or set bad pixels to NaN");
  }
}

/** Throws if no pattern has contributed to the statistics. */
void
CheckPositions(const PatternSums & sums, bool areOriginsGiven)
{
  if (sums.Patterns() == 0)
  {
    throw std::runtime_error(areOriginsGiven
                               ? "no position takes part: none of the origins given is a number"
                               : "no position takes part: no pattern has data where its origin is looked for");
  }
  const auto counts = sums.Counts();
  if (std::all_of(counts.begin(), counts.end(), [](std::int64_t count) { return count == 0; }))
  {
    throw std::runtime_error("no position takes part: no pattern has data about its origin");
  }
}

DetectorHealth
GivenHealth(const DetectorMask & bad, const ScanShape & shape)
{
  if (bad.qy != shape.qy || bad.qx != shape.qx)
  {
    throw std::invalid_argument("the bad pixels given are those of a detector of " + std::to_string(bad.qy) + " x " +
                                std::to_string(bad.qx) + "; the patterns have " + std::to_string(shape.qy) + " x " +
                                std::to_string(shape.qx) + " pixels");
  }
  DetectorHealth health{ shape.qy, shape.qx, 0, {}, {} };
  health.pixels.resize(bad.pixels.size(), PixelHealth::Good);
  std::transform(bad.pixels.begin(), bad.pixels.end(), health.pixels.begin(), [](std::uint8_t pixel) {
    return pixel != 0 ? PixelHealth::Given : PixelHealth::Good;
  });
  return health;
}

/** Finds the bad pixels and, if asked to, the mean pattern without them, over a sample of rows of the positions that
 * take part: in one pass, unless pixels are bad or values are clamped. */
std::vector<double>
LookAtSample(const PatternSource &     source,
             const StatisticsOptions & statistics,
             bool                      findsBadPixels,
             bool                      needsMean,
             DetectorHealth &          health,
             const Execution &         execution)
{
  const std::int64_t rowStep = ProbeRowStep(source.Shape());
  const auto         part = [&execution](double begin, double end) {
    return Execution{ execution.threads, execution.monitor.Part(begin, end) };
  };
  if (findsBadPixels)
  {
    StatisticsOptions asTheyLie;
    asTheyLie.mask = statistics.mask;
    const PatternSums sample = SamplePatterns(source, rowStep, asTheyLie, part(0., 0.5));
    health = JudgeDetector(DetectorStatisticsOf(sample));
    if (health.CountBad() == 0 && !(statistics.lowest > asTheyLie.lowest))
    {
      return sample.Mean();
    }
  }
  const UsedPatterns patterns(source, health);
  return needsMean ? SamplePatterns(patterns.Source(), rowStep, statistics, part(0.5, 1.)).Mean()
                   : std::vector<double>{};
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
  const ScanShape &     shape = measurement.shape;
  const SamplingOptions sampling = ResolveSampling(measurement, options);
  const auto            origins = OriginsOfTaken(measurement, options);
  Annulus               annulus = AutomaticAnnulus(
    shape.qy, shape.qx, measurement.probe.radius, origins.data(), shape.Positions(), sampling.Margin());
  annulus.convention = IsAuto(options) ? AnnulusConvention::Aligned : AnnulusConvention::Published;
  const auto isEmpty = [&] {
    return SampledPoints(MakeAnnulusMask(shape.qy, shape.qx, annulus), sampling.sampler).empty();
  };
  // Without a direct beam to leave out, or room to do so, the whole pattern is looked at.
  if (!measurement.probe.found || isEmpty())
  {
    annulus.inner = 0.;
  }
  if (annulus.outer < 1. || isEmpty())
  {
    annulus.outer = std::numeric_limits<double>::infinity();
  }
  annulus.inner = options.innerRadius > 0. ? options.innerRadius : annulus.inner;
  annulus.outer = options.outerRadius > 0. ? options.outerRadius : annulus.outer;
  return annulus;
}
} // namespace

bool
MeasuresNestedDeviation(const DomainOptions & options)
{
  return ResolveFeatureMask(options) == FeatureMaskChoice::StdFraction && options.deviation == Deviation::Nested;
}

DiffractionMeasurement
MeasureDiffraction(const PatternSource & stored, const DomainOptions & options, const Execution & execution)
{
  const ScanShape & shape = stored.Shape();
  CheckOptions(shape, options);

  DiffractionMeasurement measurement;
  measurement.shape = shape;
  measurement.lowest = IsAuto(options) ? measurement.lowest : 1.f;
  measurement.origins.resize(2 * static_cast<std::size_t>(shape.Positions()));

  StatisticsOptions statistics;
  statistics.lowest = measurement.lowest;
  statistics.mask = options.scanMask.empty() ? nullptr : options.scanMask.data();
  const OriginChoice choice = ResolveOrigin(options);
  OriginSearch       search = OriginSearch::FixedDisk(shape);
  const bool         isMeasured = choice == OriginChoice::Measured;
  const bool         findsBadPixels = ResolveBadPixels(options) == BadPixelChoice::Found;
  const double       sampled = isMeasured || findsBadPixels ? 0.2 : 0.;
  if (ResolveBadPixels(options) == BadPixelChoice::Given)
  {
    measurement.health = GivenHealth(options.givenBadPixels, shape);
  }
  const auto            sampleMean = LookAtSample(stored,
                                       statistics,
                                       findsBadPixels,
                                       isMeasured,
                                       measurement.health,
                                       { execution.threads, execution.monitor.Part(0., sampled) });
  const UsedPatterns    patterns(stored, measurement.health);
  const PatternSource & source = patterns.Source();
  if (isMeasured)
  {
    CheckScale(sampleMean);
    measurement.probe = EstimateProbe(sampleMean.data(), shape.qy, shape.qx);
    search = OriginSearch::Recentred(measurement.probe);
  }
  search.lowest = measurement.lowest;

  PatternSums sums(shape, MeasuresNestedDeviation(options) ? Deviation::Nested : Deviation::Global);

  float * const   origins = measurement.origins.data();
  const Execution rest{ execution.threads, execution.monitor.Part(sampled, 1.) };
  if (choice != OriginChoice::Given && !options.fitOrigins)
  {
    FindOriginsAndAddPatterns(source, 0, shape.ry, search, statistics, origins, sums, rest);
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
      // The surface passes through positions without data as well.
      for (std::size_t p = 0; p < measurement.originResidual.size(); ++p)
      {
        if (!std::isfinite(measurement.originResidual[p]))
        {
          origins[2 * p] = origins[2 * p + 1] = measurement.originResidual[p];
        }
      }
    }
    AddPatterns(
      source, 0, shape.ry, statistics, measurement.origins.data(), sums, { rest.threads, rest.monitor.Part(0.5, 1.) });
  }
  if (sums.Kind() == Deviation::Nested)
  {
    measurement.nestedLogDeviation = sums.LogStandardDeviation(Deviation::Nested);
  }
  measurement.sums = sums.OverAllColumns();
  CheckPositions(measurement.sums, choice == OriginChoice::Given);
  const auto mean = measurement.sums.Mean();
  CheckScale(mean);
  CheckScale(measurement.sums.Maximum());
  if (choice != OriginChoice::Measured)
  {
    measurement.probe = EstimateProbe(mean.data(), shape.qy, shape.qx);
  }
  measurement.annulus = ResolveAnnulus(measurement, options);
  return measurement;
}
} // namespace fourdstem
