// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DetectorHealth_h
#define fourdstem_DetectorHealth_h

#include "fourdstem/DetectorMask.h"
#include "fourdstem/Statistics.h"

#include <string>
#include <vector>

namespace fourdstem
{
/** \file
 * Which pixels of a detector are bad, judged from statistics over many patterns taken as they lie. Formulas, reasons
 * and error rates: docs/method.md, "Bad pixels". */

/** What is wrong with a detector pixel. */
enum class PixelHealth : std::uint8_t
{
  Good,
  Hot,        // its mean stands out of its surroundings as no image of the probe can
  Flickering, // its standard deviation does
  Dead,       // always 0 while its surroundings count
  Stuck,      // always the same other value while its surroundings count
  Given       // said to be bad
};

/** "good", "hot", "flickering", "dead", "stuck", "given". */
FourDSTEM_EXPORT const char *
NameOf(PixelHealth health);

/** Statistics of each detector pixel over unaligned patterns, [Qy][Qx]. A pixel without any finite value has count 0
 * and no number in the others. */
struct DetectorStatistics
{
  std::int64_t              qy = 0;
  std::int64_t              qx = 0;
  std::int64_t              patterns = 0;
  std::vector<std::int64_t> counts; // of finite values
  std::vector<double>       mean;
  std::vector<double>       variance; // divisor: count
  std::vector<double>       maximum;
};

/** The statistics in sums that were made without origins. */
FourDSTEM_EXPORT DetectorStatistics
DetectorStatisticsOf(const PatternSums & sums);

/** The verdict on every pixel. */
struct DetectorHealth
{
  std::int64_t             qy = 0;
  std::int64_t             qx = 0;
  std::int64_t             patterns = 0;
  std::vector<PixelHealth> pixels; // [Qy][Qx]
  /** Why some kinds could not be judged, a sentence; empty when all were. */
  std::string unjudged;

  FourDSTEM_EXPORT std::int64_t
                   Count(PixelHealth health) const;

  /** Pixels that are not Good. */
  FourDSTEM_EXPORT std::int64_t
                   CountBad() const;

  /** Not 0 where a pixel is bad. */
  FourDSTEM_EXPORT DetectorMask
  BadPixels() const;

  /** "3 hot, 1 dead"; empty when all are good. */
  FourDSTEM_EXPORT std::string
                   Summary() const;
};

/** Judges every pixel against the 24 others of the 5 x 5 pixels about it.
 *
 * With the statistics x of the pixel (m mean, v variance, M maximum over n patterns), R the third largest of the
 * others', c their median, b = min(c, 0) and s the scatter of adjacent pixels there:
 * - hot: m - b > 2.5 (R - b) and m - c > 7 sqrt(v / n + s^2);
 * - flickering: sqrt(v) > 2.5 R(sqrt(v)) and n v / (M - m)^2 >= 25, as many events as would make a mean certain;
 * - dead, stuck: v = 0, and the third smallest of the others' n L / (1 + L), L = m^2 / v, is at least 25: so often,
 *   at least, a working pixel would have changed.
 * Parts of one row or column are found too: the others are then those off that line, of which the largest counts. A
 * probe whose image covers at least five pixels above half its height makes no peak that is hot or flickering. Whether
 * it does is seen from the brightest region with a sharp edge; where there is none, hot and flickering pixels are not
 * judged and `unjudged` says so; nor are they on the detector's border, where the tip of a disk may show that lies
 * beyond. Fewer than 32 patterns judge nothing. Pixels that are not finite are no one's
 * neighbour and Good: they are no data already. Cost: some tens of ns a pixel. */
FourDSTEM_EXPORT DetectorHealth
JudgeDetector(const DetectorStatistics & statistics);

/** What one pass over a scan tells of it beside the health of its detector. */
struct DetectorCheck
{
  DetectorStatistics statistics;
  DetectorHealth     health;
  /** Of the finite values; NaN if there are none. */
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
  /** Values that are NaN or infinite, patterns that hold any, and the first of these (p = ry * Rx + rx), or -1. */
  std::int64_t nonFiniteValues = 0;
  std::int64_t nonFinitePatterns = 0;
  std::int64_t firstNonFinitePattern = -1;
  /** Patterns whose pixels are all 0, and the first of them, or -1. */
  std::int64_t emptyPatterns = 0;
  std::int64_t firstEmptyPattern = -1;
  /** Not 0 where a pixel is at `saturation` at times: the full scale of an integer type, or the largest value in the
   * scan, 63 or more, if this pixel shows it in at least 16 patterns and one in a hundred. */
  DetectorMask saturated;
  double       saturation = std::numeric_limits<double>::quiet_NaN();
};

/** One pass over every pattern. The same bits for any number of threads. Throws what the source and the monitor throw.
 */
FourDSTEM_EXPORT DetectorCheck
CheckDetector(const PatternSource & source, const Execution & execution);
} // namespace fourdstem

#endif
