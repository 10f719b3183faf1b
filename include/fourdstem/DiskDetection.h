// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DiskDetection_h
#define fourdstem_DiskDetection_h

#include "fourdstem/PeakLists.h"

namespace fourdstem
{
/** How all disks are looked for in every pattern, where neither lattice nor origins are known. */
struct DiskDetection
{
  DiskTemplate disk;
  /** Lowest height above the background, in the scan's counts. */
  double minimumHeight = 0.;
  /** Lowest height as a share of the highest in the same pattern, which is the direct beam if that is on it. */
  double minimumShare = 0.005;
  /** Smallest distance of two peaks in pixels; 0: the disk's radius. Of two closer ones the higher stays. */
  double minimumDistance = 0.;
  /** Peaks nearer than this to the detector's rim, in pixels, are left out; at least what the template needs about a
   * disk is kept clear. */
  double edge = 0.;
  /** Lowest height in its standard deviations from counting noise. */
  double significance = 5.;
  /** Lowest share of the variance about a plane that the disk explains, beyond what noise alone leaves it. */
  double minimumLikeness = 0.5;
  /** Variance of a pixel over its mean: detector units per electron where electrons are counted. */
  double gain = 1.;
  /** Most peaks a pattern, the highest first. */
  int most = 1000;
};

/** Finds all disks of scan rows [firstRow, firstRow + rows), each pattern by itself, the direct beam among them.
 *
 * The height of the disk that fits best about every pixel is a correlation with one zero-mean filter; about its local
 * maxima the disk is fitted by least squares, which gives sub-pixel places (docs/method.md, "All disks"). The lists
 * have `rows` scan rows, each position's peaks in the order of height, in detector pixels, without origins. Disks whose
 * surroundings reach over the rim, or hold pixels that are not finite, are not found. The same for any number of
 * threads.
 *
 * Cost: one multiplication for each pixel of the detector and of the template's surroundings. Throws
 * std::invalid_argument for a template without radius, or options that are negative or not finite; and what the source
 * and the monitor throw. */
FourDSTEM_EXPORT PeakLists
DetectDisks(const PatternSource & source,
            std::int64_t          firstRow,
            std::int64_t          rows,
            const DiskDetection & detection,
            const Execution &     execution);
} // namespace fourdstem

#endif
