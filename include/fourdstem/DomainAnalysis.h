// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DomainAnalysis_h
#define fourdstem_DomainAnalysis_h

#include "fourdstem/Clustering.h"
#include "fourdstem/DetectorHealth.h"
#include "fourdstem/DetectorMask.h"
#include "fourdstem/Feature.h"
#include "fourdstem/Membership.h"
#include "fourdstem/NodePatterns.h"
#include "fourdstem/Origin.h"
#include "fourdstem/SpatialRegularity.h"
#include "fourdstem/Statistics.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fourdstem
{
/** \file
 * The whole way from a scan to its deformation domains: AnalyseDomains, and the steps it is made of. The scan is read
 * four times, the first a sample of rows; once more where the origins are fitted, and once more where deformation is
 * measured, be it to divide by, to explain, or both (twice for DivisionFeatures::Combined). The method and its
 * evidence: docs/method.md. The same bits for any number of threads, any memory limit, and any file format that holds
 * the same counts. */

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
  Disks,       // about the Bragg disks of the mean pattern
  All,         // the whole annulus
  Given        // DomainOptions::givenFeatureMask
};

/** What nodes are divided by; beyond Pixels in auto mode only. */
enum class DivisionFeatures : std::uint8_t
{
  Pixels,  // intensities of detector pixels
  Lattice, // features of deformation (DeformationFeature), of one lattice for the whole scan
  Combined // pixels; then each leaf by features of deformation, of a lattice of its own
};

enum class BadPixelChoice : std::uint8_t
{
  Automatic, // Found in auto mode, None in paper mode
  Found,     // JudgeDetector on the sample of rows in which the probe is estimated
  None,
  Given // DomainOptions::givenBadPixels
};

enum class SamplerChoice : std::uint8_t
{
  Automatic, // BSpline in auto mode, Bilinear in paper mode
  Bilinear,
  BSpline
};

/** What can be chosen. The defaults are those of auto mode; ClusterMode::Paper in `clustering` with everything else
 * automatic is the published pipeline. */
struct DomainOptions
{
  /** Mode, gates, splits. `selection` is set from the feature mask. */
  DivisiveOptions clustering;

  DivisionFeatures features = DivisionFeatures::Pixels;

  /** What is done to the leaves once all are found; nothing by default. */
  SpatialRegularity regularity;

  /** Resamples by which the stability of every split is measured (Stability.h); 0: it is not. */
  int stability = 0;

  /** Whether the probability of every leaf at every position is computed. */
  bool membership = false;

  /** One byte per position, 0 leaves it out of everything; empty takes all. */
  std::vector<std::uint8_t> scanMask;

  OriginChoice origin = OriginChoice::Automatic;
  /** For Given: (x, y) pairs in detector pixels for all positions. */
  std::vector<float> origins;
  /** Replace the origins by a robust surface over the scan. */
  bool          fitOrigins = false;
  OriginSurface originSurface = OriginSurface::Plane;

  /** Pixels that are replaced by their neighbours' mean in every pattern, before anything else: see
   * RepairedPatternSource. */
  BadPixelChoice badPixels = BadPixelChoice::Automatic;
  /** For Given: not 0 is bad, [Qy][Qx] as the patterns lie. */
  DetectorMask givenBadPixels;

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

  /** Whether the deformation of every node is measured, and what tells it from its siblings (SplitSignatures.h). Unset:
   * in auto mode. */
  std::optional<bool> explain;

  /** Bytes that the analysis may use at most, beside what the process has already; 0: no limit. A feature matrix that
   * does not fit goes to a scratch file in `scratchFolder`. */
  std::int64_t memoryLimit = 0;
  std::string  scratchFolder = ".";
};

/** What is known of a scan before any feature is chosen. Patterns are [Qy][Qx], aligned; NaN where nothing covers. */
struct DiffractionMeasurement
{
  ScanShape shape;
  /** Of the detector's pixels, as the patterns lie; empty where none were looked for or given. */
  DetectorHealth health;
  Probe          probe;
  /** (x, y) in detector pixels per position, as used. */
  std::vector<float> origins;
  /** Distance of the measured from the fitted origin in pixels; empty without a fit. */
  std::vector<float> originResidual;
  PatternSums        sums; // over all positions
  /** log(nested standard deviation + 1); empty unless the feature mask is made from it. */
  std::vector<double> nestedLogDeviation;
  Annulus             annulus;
  /** Lowest intensity that counts; others are raised to it. */
  float lowest = -std::numeric_limits<float>::infinity();
};

/** Which features are taken, and how: enough to take the same again. No points: no pixel of the annulus is in the
 * feature mask, so that there is nothing to compare, or pixels are not looked at. */
struct FeaturePlan
{
  DivisionFeatures         features = DivisionFeatures::Pixels;
  std::vector<SamplePoint> points;
  SamplingOptions          sampling;
  Transform                transform = Transform::Raw;
  FeatureSelection         selection = FeatureSelection::All;
};

/** Where the feature matrix lies, and why. */
struct FeatureMemory
{
  /** Bytes of the matrix, positions x pixels x 4. */
  std::int64_t features = 0;
  /** Bytes that the process takes beside it at most until the nodes are described, estimated: windows of a flat file,
   * sums for the nested deviation, clustering. */
  std::int64_t beside = 0;
  /** In a scratch file, since both together exceed the limit. */
  bool isScratch = false;
};

/** Patterns and images that show what the clusters are. */
struct DomainDescription
{
  /** One set per node of the tree. */
  NodePatternSums nodes;
  /** Sum over the annulus about each position's own origin: annular dark field, in the scan's counts. NaN where there
   * is no label, or no finite pixel in the annulus. */
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
  FeatureMemory          memory;
  FeatureReport          report;
  DivisiveResult         clusters;
  SpatialReport          regularity;
  /** Per position, 0 to 1: see Confidence in Clustering.h. */
  std::vector<float> confidence;
  /** Empty unless asked for. */
  Membership        membership;
  DomainDescription description;
  /** Why deformation and signatures of the nodes were asked for but could not be measured; empty otherwise. */
  std::string notExplained;
  /** What was chosen from the data. */
  std::vector<DomainChoice> choices;
  /** Wall-clock seconds of each step. */
  std::vector<std::pair<std::string, double>> stepSeconds;
};

/** Called when a step begins, with its name and the fraction of the whole at which it ends; returns its monitor. */
using BeginStep = std::function<Monitor(const std::string & step, double end)>;

/** Everything, in order: measure, plan, gather, divide, regularise, describe, explain. Where the lattice divides, its
 * features are measured once, and explain too.
 *
 * A scan in which no pixel of the annulus passes the feature mask is one leaf, and its note says so. Throws
 * std::invalid_argument naming the option that does not fit the scan, std::runtime_error when no position has data, the
 * annulus holds no pixel, or values are beyond 1e15; Aborted, and what the source throws. */
FourDSTEM_EXPORT DomainResult
AnalyseDomains(const PatternSource & source, const DomainOptions & options, int threads, const BeginStep & beginStep);

/** Whether the nested deviation is measured too: where the feature mask is made from it. */
FourDSTEM_EXPORT bool
MeasuresNestedDeviation(const DomainOptions & options);

/** Probe, origins and aligned statistics in one pass (two with a fit over the scan). Where origins are measured, the
 * probe is estimated before, from a sample of rows; else after it, from the mean of the aligned patterns. Bad pixels
 * are looked for in the same sample, read for that alone where the probe does not need it.
 *
 * Throws std::invalid_argument naming the option that does not fit the scan, e.g. a mask without positions;
 * std::runtime_error when no position has data, or when values are beyond 1e15, whose squares overflow; and what the
 * source and the monitor throw. */
FourDSTEM_EXPORT DiffractionMeasurement
MeasureDiffraction(const PatternSource & source, const DomainOptions & options, const Execution & execution);

/** Sample points, sampler and transform that the options ask for; no points where no pixel of the annulus passes a mask
 * that is made from the data. Throws std::runtime_error saying which numbers led there if the annulus or the mask given
 * holds no pixel, or no pattern has data there. */
FourDSTEM_EXPORT FeaturePlan
PlanFeatures(const DiffractionMeasurement & measurement, const DomainOptions & options);

/** The name of each feature of the plan, "I(dx dy)": the intensity dx pixels along Qx and dy along Qy from the origin;
 * then, if there are any, those of deformation: DeformationFeatureNames. */
FourDSTEM_EXPORT std::vector<std::string>
                 FeatureNames(const FeaturePlan & plan);

/** Where GatherDomainFeatures puts the features of a plan. */
FourDSTEM_EXPORT FeatureMemory
PlanMemory(const ScanShape & shape, const FeaturePlan & plan, const DomainOptions & options);

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

/** The statistics of aligned patterns by name, [Qy][Qx] each: mean, max, std, log-std, fano. Where the nested deviation
 * was measured, "log-std global" in place of "log-std", and "log-std nested" after the others. */
FourDSTEM_EXPORT std::vector<std::pair<std::string, std::vector<double>>>
                 StatisticsOf(const DiffractionMeasurement & measurement);

/** Detector pixels that any node looked at, aligned, [Qy][Qx]. */
FourDSTEM_EXPORT DetectorMask
UsedFeatures(const FeaturePlan & plan, const ScanShape & shape, const ClusterNodes & nodes);

/** The label of every position when the tree is cut at `level`: 1, 2, … in the order of the leaves; 0 for none. */
FourDSTEM_EXPORT std::vector<std::uint16_t>
                 LabelsAtLevel(const DivisiveResult & clusters, int level);
} // namespace fourdstem

#endif
