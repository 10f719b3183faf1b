// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_StrainAnalysis_h
#define fourdstem_StrainAnalysis_h

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/EllipticalDistortion.h"
#include "fourdstem/Strain.h"

namespace fourdstem
{
/** \file
 * The whole way from a scan to its strain: AnalyseStrain. The scan is read twice (origins and mean pattern, where they
 * are not given; disks), a sample of its rows once more, and all of it once more where labels say that it holds several
 * lattices. The same bits for any number of threads. The method and its evidence: docs/method.md. */

/** A lattice that differs from the reference by more than this strain, or by 0.2 radians, is another grain's. */
constexpr double MostStrain = 0.15;

/** Whether a strain is too large to be a deformation: more than MostStrain in a component, or 0.2 radians. */
FourDSTEM_EXPORT bool
IsOfAnotherGrain(const Strain & strain);

/** What stands for the disks' shape. */
enum class TemplateChoice : std::uint8_t
{
  /** A smooth disk with the radius and edge width of the direct beam: takes no part of the beam's inner structure. */
  Disk,
  /** The direct beam's mean radial profile. */
  Beam
};

enum class ReferenceChoice : std::uint8_t
{
  /** The median lattice of the positions in `referenceMask`, all if that is empty. */
  Median,
  /** The median lattice of each label: for grains, of which none is another's unstrained state. */
  MedianOfLabel,
  /** `referenceLattice`. */
  Given
};

/** Where the elliptical distortion comes from that is taken out of the disks' places. */
enum class EllipseChoice : std::uint8_t
{
  None,
  /** `givenEllipse`. */
  Given,
  /** The reference's lattice, as `knownLattice`; without one, as hexagonal or square, whichever it is more like. */
  Lattice,
  /** The reference's lattice, which is hexagonal, or square, without the distortion. */
  Hexagonal,
  Square,
  /** A ring of amorphous material in the mean pattern, between `ringInnerRadius` and `ringOuterRadius`. */
  Ring
};

/** Whether the ellipse is measured from the reference's lattice. */
inline bool
IsOfLattice(EllipseChoice choice)
{
  return choice == EllipseChoice::Lattice || choice == EllipseChoice::Hexagonal || choice == EllipseChoice::Square;
}

struct StrainAnalysisOptions
{
  /** Mask and origins, as for domains; what concerns features and clusters is not looked at. */
  DomainOptions measurement;
  /** What MeasureDiffraction gave for them before; null: it is measured, in a pass of its own. */
  const DiffractionMeasurement * measured = nullptr;

  /** Every label from 1 has a lattice of its own, found in its mean pattern; positions with 0 take no part. Whole scan;
   * empty: one lattice for all. */
  std::vector<std::uint16_t> labels;
  /** The mean pattern of each label, [labels][Qy * Qx], where they are known; empty: one more pass finds them. */
  std::vector<std::vector<double>> labelMeans;

  /** Every position whose label has a lattice takes, of the lattices of all labels, the one that explains most of it,
   * in place of its label's. One more pass over the scan for every label. */
  bool bestLattice = false;

  TemplateChoice disk = TemplateChoice::Disk;
  /** One byte a position: where the direct beam's shape is measured, e.g. vacuum. Empty: everywhere. */
  std::vector<std::uint8_t> templateMask;
  /** In pixels, in place of what is measured; 0: measured. */
  double diskRadius = 0.;
  double edgeWidth = 0.;

  PeakSearch peaks;
  /** Farthest disk from the origin that takes part, pixels; 0: all. */
  double outerRadius = 0.;
  /** The lattice of the mean pattern, roughly; unset: found. */
  std::optional<Lattice> lattice;

  /** As in BraggSearch. */
  double reach = 0.;
  double significance = 4.;
  /** As in DiskNoise; unset: measured. */
  std::optional<double> structure;
  LatticeFitOptions     fit;

  ReferenceChoice           reference = ReferenceChoice::Median;
  std::vector<std::uint8_t> referenceMask;
  Lattice                   referenceLattice;
  StrainOptions             strain;

  /** What the lattice of the reference's positions (of the whole scan, where the reference is given) is known to be:
   * gives the size of a pixel. */
  std::optional<KnownLattice> knownLattice;

  /** Distortion of the patterns. The lattice that is looked for is on the detector as it is, the reference lattice that
   * is given is free of it. */
  EllipseChoice        ellipse = EllipseChoice::None;
  EllipticalDistortion givenEllipse;
  /** Pixels. */
  double ringInnerRadius = 0.;
  double ringOuterRadius = 0.;
};

/** All that an analysis finds. Arrays over the scan are in scan order p = ry * Rx + rx. Where an ellipse is taken out,
 * disks, lattices, fits and references are without it, `search` is on the detector as it is. */
struct StrainResult
{
  DiffractionMeasurement measurement;
  /** What disks were looked for, and where: a set of places for each label, or one. */
  BraggSearch search;
  /** The peaks and the lattice of each set; places and indices are empty where a label has none. */
  std::vector<IndexedPeaks> lattices;
  /** The number of each position's set; NoSet where none is. */
  std::vector<std::uint16_t> sets;
  /** [positions][MostPlaces(search)] */
  std::vector<BraggDisk>  disks;
  std::vector<LatticeFit> fits;
  /** One, or one for each set. */
  std::vector<Lattice> references;
  /** The distortion that was taken out, and what it is from. */
  std::optional<EllipseMeasurement> ellipse;
  std::string                       ellipseSource;
  /** Where a lattice is known, and the one found is that. */
  std::optional<PixelCalibration> pixelSize;
  /** Sets whose lattice is so far from the reference (MostStrain) that there is no deformation between the two. */
  std::vector<std::size_t> strangers;
  /** [positions][StrainComponents] */
  std::vector<float> strain;
  /** What was chosen from the data. */
  std::vector<DomainChoice> choices;
  /** Wall-clock seconds of each step. */
  std::vector<std::pair<std::string, double>> stepSeconds;
};

/** Everything, in order: origins and mean pattern, template, peaks and lattices, disks, fits, strain.
 *
 * Throws std::invalid_argument naming the option that does not fit the scan; std::runtime_error when no position has
 * data, no beam stands out, no lattice is found or none can be fitted anywhere, each with the numbers that led there;
 * Aborted, and what the source throws. */
FourDSTEM_EXPORT StrainResult
AnalyseStrain(const PatternSource &         source,
              const StrainAnalysisOptions & options,
              int                           threads,
              const BeginStep &             beginStep);
} // namespace fourdstem

#endif
