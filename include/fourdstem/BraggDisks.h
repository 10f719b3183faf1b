// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_BraggDisks_h
#define fourdstem_BraggDisks_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/Origin.h"
#include "fourdstem/PatternSource.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** \file
 * Bragg disks: what shape they have, where they are expected, and where they are at every position.
 *
 * A pattern about an expected disk is taken for a T(q - d) + b + c.(q - d): a disk of height a at d on a background
 * that is a plane there. d is found by least squares, with the weights 1 / (T + b/a) of counted electrons: the most
 * precise estimate there is if the disk has the shape T. Where disks have structure inside, that is fitted along as a
 * random field of known size, so that it does not draw the place. Places are (x, y), x along Qx (fast), in detector
 * pixels from the origin of the pattern. The method: docs/method.md, "Bragg disks". */

/** The shape of a disk: its height at a distance from its centre, 1 inside. */
struct DiskTemplate
{
  /** Where the height is 1/2, detector pixels. */
  double radius = 0.;
  /** From height 1 to 0 the edge takes this many pixels: with t = (radius - r) / edgeWidth + 1/2 in [0, 1] the height
   * is 3 t^2 - 2 t^3. */
  double edgeWidth = 1.5;
  /** Measured heights at distances 0, 1/4, 1/2, ... pixels, linear between, 0 beyond; empty: the shape above. */
  std::vector<double> profile;

  static constexpr double ProfileStep = 0.25;

  FourDSTEM_EXPORT double
  Height(double distance) const;

  /** Distance from which on the height is 0. */
  FourDSTEM_EXPORT double
  Reach() const;
};

/** Measures the direct beam's shape: its mean radial profile about each pattern's own origin, scaled to 1 inside.
 *
 * Takes every `rowStep`-th scan row, of these the positions with a non-zero byte in `mask` (whole scan; null: all) and
 * a finite origin: for a beam in vacuum give the vacuum's mask. `origins`: pairs of the whole scan. The background
 * level is the lowest of the profile out to 2 radii. The result has radius, edge width (from the distances of heights
 * 0.8 and 0.2) and profile. Throws std::runtime_error where no beam stands out. */
FourDSTEM_EXPORT DiskTemplate
MeasureDiskTemplate(const PatternSource & source,
                    std::int64_t          rowStep,
                    const std::uint8_t *  mask,
                    const float *         origins,
                    const Probe &         probe,
                    const Execution &     execution);

/** A disk that was found in one pattern. */
struct BraggPeak
{
  /** From the origin, detector pixels. */
  double x = 0.;
  double y = 0.;
  /** Height a of the disk and level b of the background under it. */
  double height = 0.;
  double background = 0.;
  /** Share of the variance about the plane that the disk explains, 0 to 1. */
  double likeness = 0.;
};

/** How disks are looked for in a pattern of which nothing is known. */
struct PeakSearch
{
  /** Lowest height as a share of the highest but the direct beam's. */
  double minimumHeight = 0.03;
  double minimumLikeness = 0.5;
  /** Smallest distance of two peaks in pixels; 0: the disk's radius. Of two closer ones the higher stays. */
  double minimumDistance = 0.;
  /** Most peaks, the highest first. */
  int most = 200;
};

/** All disks in one pattern, [Qy][Qx], NaN where there is no data, with its origin at (originX, originY) in pixels;
 * the direct beam is not among them. Highest first. For mean patterns of an aligned scan, where the origin is at
 * (floor(Qx/2), floor(Qy/2)). Disks whose surroundings reach over the detector's rim are not found. */
FourDSTEM_EXPORT std::vector<BraggPeak>
                 FindPeaks(const double *       pattern,
                           std::int64_t         qy,
                           std::int64_t         qx,
                           double               originX,
                           double               originY,
                           const DiskTemplate & disk,
                           const PeakSearch &   search = {});

/** Where a disk is expected, from the origin in detector pixels. */
struct BraggPlace
{
  double x = 0.;
  double y = 0.;
};

/** The number of a position that has no set of places. */
constexpr std::uint16_t NoSet = UINT16_MAX;

/** A disk at a position: x is NaN where none was found. */
struct BraggDisk
{
  /** From the origin, detector pixels. */
  float x;
  float y;
  /** Height above the background, in the scan's counts. */
  float height;
  /** Standard deviation of x and of y from counting noise and structure, detector pixels. */
  float sigma;
};

/** What a disk's pixels deviate from its template by. */
struct DiskNoise
{
  /** Variance of a pixel over its mean by counting: detector units per electron where electrons are counted. */
  double gain = 1.;
  /** Standard deviation of the structure inside a disk over its height, smooth over 0.4 radii, as thick crystals
   * have: 0 where disks are evenly filled. */
  double structure = 0.;
  /** Electrons in a pixel at the top of a typical disk: says which of the two is the larger. Looked at where there is
   * structure. */
  double electrons = 16.;
};

struct BraggSearch
{
  DiskTemplate disk;
  /** Sets of places; all disks of set s are looked for at the positions that have number s. */
  std::vector<std::vector<BraggPlace>> places;
  /** A disk is at most this far from its place, detector pixels; 0: the disk's radius, or 0.45 of the smallest distance
   * of two places where that is less. */
  double reach = 0.;
  /** Smallest height in standard deviations of it. */
  double significance = 4.;
  /** Background over height that the weights are made for. */
  double    backgroundRatio = 0.2;
  DiskNoise noise;
};

/** Largest number of places in a set. */
inline std::int64_t
MostPlaces(const BraggSearch & search)
{
  std::size_t most = 0;
  for (const auto & set : search.places)
  {
    most = std::max(most, set.size());
  }
  return static_cast<std::int64_t>(most);
}

/** What disks deviate from their template by, measured from the residuals of evenly filled disks at some 64 positions,
 * evenly spread: counting noise differs from pixel to pixel, structure is much the same in adjacent ones. Both are
 * medians over the disks; the structure is 0 where it is below three of its standard errors. The default where nothing
 * is found. `sets` as in FindBraggDisks, but of the whole scan, as `origins`; of `search` the noise is not looked at.
 */
FourDSTEM_EXPORT DiskNoise
MeasureDiskNoise(const PatternSource & source,
                 const BraggSearch &   search,
                 const float *         origins,
                 const std::uint16_t * sets,
                 const Execution &     execution);

/** Finds the disks of scan rows [firstRow, firstRow + rows), each pattern by itself.
 *
 * `origins`: rows * Rx pairs, beginning with that of (firstRow, 0); `sets`: the number of each position's set of places
 * likewise, NoSet for none; null: 0 everywhere. `disks`: rows * Rx * MostPlaces, in the order of the set's places.
 * A disk is not found where it is below the significance or farther from its place than the reach, or where a pixel of
 * its surroundings (the disk and a ring of about half its radius) is off the detector or not finite.
 *
 * Cost: about 0.3 microseconds a disk and core. Throws std::invalid_argument for a template without radius or a set
 * number without set, and what the source and the monitor throw. */
FourDSTEM_EXPORT void
FindBraggDisks(const PatternSource & source,
               std::int64_t          firstRow,
               std::int64_t          rows,
               const BraggSearch &   search,
               const float *         origins,
               const std::uint16_t * sets,
               BraggDisk *           disks,
               const Execution &     execution);
} // namespace fourdstem

#endif
