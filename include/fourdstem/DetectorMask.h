// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DetectorMask_h
#define fourdstem_DetectorMask_h

#include "FourDSTEMExport.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace fourdstem
{
/** Which pixels of an aligned pattern are looked at: one byte a pixel, C order (Qy, Qx), 0 = no.
 *
 * The origin of an aligned pattern lies at pixel (floor(Qy/2), floor(Qx/2)). */
struct DetectorMask
{
  std::int64_t              qy = 0;
  std::int64_t              qx = 0;
  std::vector<std::uint8_t> pixels;

  /** A mask of qy x qx pixels, all set to `value`. Throws std::invalid_argument unless both extents are positive. */
  static FourDSTEM_EXPORT DetectorMask
  Filled(std::int64_t qy, std::int64_t qx, std::uint8_t value);

  /** Row and column of the aligned origin. */
  std::int64_t
  CentreRow() const
  {
    return qy / 2;
  }
  std::int64_t
  CentreColumn() const
  {
    return qx / 2;
  }

  /** Number of pixels that are set. */
  FourDSTEM_EXPORT std::int64_t
                   Count() const;
};

/** Where an annulus has its centre and to which side its rims belong. */
enum class AnnulusConvention : std::uint8_t
{
  /** Centre on the aligned origin, inner <= r < outer. */
  Aligned,
  /** Shi et al. 2022 as published: centre half a pixel before the origin, (floor(Qy/2) - 0.5, floor(Qx/2) - 0.5),
   * inner < r < outer. */
  Published
};

/** The part of the detector between two circles around the origin; radii in detector pixels. */
struct Annulus
{
  double            inner = 0;
  double            outer = std::numeric_limits<double>::infinity();
  AnnulusConvention convention = AnnulusConvention::Aligned;
};

/** The pixels of a qy x qx detector whose centre lies in the annulus; none when inner >= outer.
 * Throws std::invalid_argument when a radius is negative or not a number. */
FourDSTEM_EXPORT DetectorMask
MakeAnnulusMask(std::int64_t qy, std::int64_t qx, const Annulus & annulus);

/** The annulus that a scan allows, where nothing is known of the sample.
 *
 * inner = 2 probeRadius + 3 leaves out the central disk and its rim; outer is the radius of the largest circle around
 * the origin that stays on the detector at every position, less `margin` (see SamplingOptions::Margin). Origins are
 * (x, y) pairs in detector pixel indices, `positions` of them; pairs that are not finite are passed over. A null
 * pointer stands for the detector's centre. Outer is never negative; it may come out below inner, when the central disk
 * fills the detector: the mask is then empty. Cost: one pass over the origins. */
FourDSTEM_EXPORT Annulus
AutomaticAnnulus(std::int64_t  qy,
                 std::int64_t  qx,
                 double        probeRadius,
                 const float * origins,
                 std::int64_t  positions,
                 double        margin);

/** `within` and S > fraction * max(S), for the std or log-std pattern S of the aligned scan, C order (Qy, Qx).
 *
 * As published, the maximum is that of the whole pattern, also outside of `within`, so the fraction is one of the
 * brightest edge, mostly that of the central disk (default in practice: 0.3). Pixels of S that are not finite are
 * neither selected nor a maximum. Throws std::invalid_argument unless 0 <= fraction < 1. */
FourDSTEM_EXPORT DetectorMask
MakeStdFractionMask(const DetectorMask & within, const float * deviation, double fraction);

/** `within` and Fano factor (variance over mean) above what counting noise gives, z standard errors of it:
 * F > gain (1 + z sqrt(2 / (positions - 1))).
 *
 * `gain` is the Fano factor of pure noise, in detector units per electron; 0 takes the median of F over `within`, good
 * as long as less than half of these pixels carry signal. `positions` is the number of patterns behind F. Speckle of an
 * amorphous support is real variance and is selected too: prefer SelectNeighbourFeatures (NeighbourStatistics.h) where
 * that matters.
 * Throws std::invalid_argument for a negative gain or fewer than 2 positions. */
FourDSTEM_EXPORT DetectorMask
MakeFanoMask(const DetectorMask & within, const float * fano, std::int64_t positions, double gain, double z);

/** `within` and near a Bragg disk of the mean pattern of the aligned scan, C order (Qy, Qx), NaN where there is no
 * data: pixels whose centre is at most radius + max(2, radius / 2) from the centre of a disk, so that a disk that
 * strain moves by 2 pixels is held whole. Disks are found by FindPeaks (BraggDisks.h) with a template of the direct
 * beam's radius: at least 3 % of the highest, half of the variance explained; none whose surroundings reach over the
 * rim. Throws std::invalid_argument unless the radius is positive and finite. */
FourDSTEM_EXPORT DetectorMask
MakeDiskMask(const DetectorMask & within, const double * mean, double radius);

/** `within` and `chosen`: a mask of the user's, any non-zero byte is "yes". Throws std::invalid_argument when the
 * extents differ, saying both. */
FourDSTEM_EXPORT DetectorMask
Intersect(const DetectorMask & within, const DetectorMask & chosen);
} // namespace fourdstem

#endif
