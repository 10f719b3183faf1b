// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DomainAnalysis_h
#define fourdstem_DomainAnalysis_h

#include "fourdstem/Clustering.h"
#include "fourdstem/DetectorMask.h"
#include "fourdstem/Feature.h"
#include "fourdstem/NodePatterns.h"
#include "fourdstem/Origin.h"
#include "fourdstem/Statistics.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fourdstem
{
/** \file
 * The whole way from a scan to its deformation domains: AnalyseDomains, and the steps it is made of. The scan is read
 * four times, the first a sample of rows; once more where the origins are fitted. The method and its evidence:
 * docs/method.md. The same bits for any number of threads, any memory limit, and any file format that holds the same
 * counts. */

/** A choice that is made from the data, or from the mode, unless somebody makes it. */
enum class OriginChoice : std::uint8_t
{
  Automatic, // Measured in auto mode, Fixed in paper mode
  Measured,  // centre of mass of the direct beam, re-centred
  Fixed,     // centre of mass in the published fixed disk
  Given      // DomainOptions::origins
};

enum class FeatureMaskChoice : std::uint8_t
{
  Automatic,   // Neighbour in auto mode, StdFraction in paper mode
  Neighbour,   // what neighbouring positions share; auto mode tests it in every node anew
  Fano,        // variance over mean above counting noise
  StdFraction, // log-std pattern above a fraction of its maximum
  All,         // the whole annulus
  Given        // DomainOptions::featureMask
};

enum class SamplerChoice : std::uint8_t
{
  Automatic, // BSpline in auto mode, Bilinear in paper mode
  Bilinear,
  BSpline
};

/** What can be chosen. The defaults are those of auto mode; MakePaperOptions gives the published pipeline. */
struct DomainOptions
{
  /** Mode, gates, splits. `selection` is set from the feature mask. */
  DivisiveOptions clustering;

  /** One byte per position, 0 leaves it out of everything; empty takes all. */
  std::vector<std::uint8_t> scanMask;

  OriginChoice origin = OriginChoice::Automatic;
  /** For Given: (x, y) pairs in detector pixels for all positions. */
  std::vector<float> origins;
  /** Replace the origins by a robust surface over the scan. */
  bool          fitOrigins = false;
  OriginSurface originSurface = OriginSurface::Plane;

  /** Radii of the annulus in detector pixels; 0 is automatic (AutomaticAnnulus). */
  double innerRadius = 0.;
  double outerRadius = 0.;

  FeatureMaskChoice featureMask = FeatureMaskChoice::Automatic;
  /** For Given: aligned, [Qy][Qx]. */
  DetectorMask givenFeatureMask;
  /** For StdFraction: share of the pattern's maximum. */
  double stdFraction = 0.3;
  /** For StdFraction: which log-std pattern. */
  Deviation deviation = Deviation::Nested;

  Transform     transform = Transform::Raw;
  SamplerChoice sampler = SamplerChoice::Automatic;

  /** Bytes that the analysis may use at most, beside what the process has already; 0: no limit. A feature matrix that
   * does not fit goes to a scratch file in `scratchFolder`. */
  std::int64_t memoryLimit = 0;
  std::string  scratchFolder = ".";
};

/** What is known of a scan before any feature is chosen. Patterns are [Qy][Qx], aligned; NaN where nothing covers. */
struct DiffractionMeasurement
{
  ScanShape shape;
  Probe     probe;
  /** (x, y) in detector pixels per position, as used. */
  std::vector<float> origins;
  /** Distance of the measured from the fitted origin in pixels; empty without a fit. */
  std::vector<float> originResidual;
  PatternSums        sums;
  Annulus            annulus;
  /** Lowest intensity that counts; others are raised to it. */
  float lowest = -std::numeric_limits<float>::infinity();
};

/** Which features are taken, and how: enough to take the same again. */
struct FeaturePlan
{
  std::vector<SamplePoint> points;
  SamplingOptions          sampling;
  Transform                transform = Transform::Raw;
  FeatureSelection         selection = FeatureSelection::All;
};

/** Patterns and images that show what the clusters are. */
struct DomainDescription
{
  /** One set per node of the tree. */
  NodePatternSums nodes;
  /** Sum over the annulus at every position: annular dark field, in the scan's counts. */
  std::vector<float> darkField;
};

/** Something that was chosen from the data, in words. */
struct DomainChoice
{
  std::string name;
  std::string value;
  std::string how;
};

/** All that an analysis finds. */
struct DomainResult
{
  DiffractionMeasurement measurement;
  FeaturePlan            plan;
  FeatureReport          report;
  DivisiveResult         clusters;
  /** Per position, 0 to 1: see Confidence in Clustering.h. */
  std::vector<float> confidence;
  DomainDescription  description;
  /** What was chosen from the data. */
  std::vector<DomainChoice> choices;
  /** Wall-clock seconds of each step. */
  std::vector<std::pair<std::string, double>> stepSeconds;
};

/** Called when a step begins, with its name and the fraction of the whole at which it ends; returns its monitor. */
using BeginStep = std::function<Monitor(const std::string & step, double end)>;

/** Everything, in order: measure, plan, gather, divide, describe.
 *
 * Throws std::invalid_argument naming the option that does not fit the scan, std::runtime_error when no detector pixel
 * is left to compare, Aborted, and what the source throws. */
FourDSTEM_EXPORT DomainResult
AnalyseDomains(const PatternSource & source, const DomainOptions & options, int threads, const BeginStep & beginStep);

/** Whether the statistics hold the nested deviation too: where the feature mask is made from it. */
FourDSTEM_EXPORT bool
MeasuresNestedDeviation(const DomainOptions & options);

/** Bytes that the analysis needs beside the feature matrix, about: windows of the file and clustering's own, what it
 * keeps for each position, sums over patterns for statistics and for the nodes. */
FourDSTEM_EXPORT std::int64_t
                 MemoryBesideFeatures(const ScanShape & shape, const DomainOptions & options);

/** Whether the feature matrix fits into the memory limit, or goes to a scratch file. */
FourDSTEM_EXPORT bool
KeepsFeaturesInMemory(const ScanShape & shape, const FeaturePlan & plan, const DomainOptions & options);

/** Probe, origins and aligned statistics: a sample of rows, then one pass (two with a fit over the scan).
 *
 * Throws std::invalid_argument naming the option that does not fit the scan, and what the source and the monitor
 * throw. */
FourDSTEM_EXPORT DiffractionMeasurement
MeasureDiffraction(const PatternSource & source, const DomainOptions & options, const Execution & execution);

/** Sample points, sampler and transform that the options ask for. Throws std::runtime_error saying which numbers led
 * there if no detector pixel is left: an annulus without pixels, or a mask above the data. */
FourDSTEM_EXPORT FeaturePlan
PlanFeatures(const DiffractionMeasurement & measurement, const DomainOptions & options);

/** The feature matrix, a row per position, in memory or, above the memory limit, in the scratch folder. One pass. */
FourDSTEM_EXPORT std::unique_ptr<RowStore>
                 GatherDomainFeatures(const PatternSource &          source,
                                      const DiffractionMeasurement & measurement,
                                      const FeaturePlan &            plan,
                                      const DomainOptions &          options,
                                      FeatureReport &                report,
                                      const Execution &              execution);

/** The grid of scan positions that take part: those that the mask lets through and whose origin is finite. */
FourDSTEM_EXPORT PositionGrid
MakeScanGrid(const DiffractionMeasurement & measurement, const DomainOptions & options);

/** Mean and variance patterns of all nodes, and the dark field, in one pass. */
FourDSTEM_EXPORT DomainDescription
DescribeDomains(const PatternSource &          source,
                const DiffractionMeasurement & measurement,
                const DivisiveResult &         clusters,
                const Execution &              execution);

/** The statistics of aligned patterns by name, [Qy][Qx] each: mean, max, std, log-std, fano, and "log-std nested" where
 * the sums were made for it. */
FourDSTEM_EXPORT std::vector<std::pair<std::string, std::vector<double>>>
                 StatisticsOf(const PatternSums & sums);

/** Detector pixels that any node looked at, aligned, [Qy][Qx]. */
FourDSTEM_EXPORT DetectorMask
UsedFeatures(const FeaturePlan & plan, const ScanShape & shape, const ClusterNodes & nodes);

/** The label of every position when the tree is cut at `level`: 1, 2, … in the order of the leaves; 0 for none. */
FourDSTEM_EXPORT std::vector<std::uint16_t>
                 LabelsAtLevel(const DivisiveResult & clusters, int level);
} // namespace fourdstem

#endif
