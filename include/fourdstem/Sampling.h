// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Sampling_h
#define fourdstem_Sampling_h

#include "FourDSTEMExport.h"
#include "fourdstem/DetectorMask.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace fourdstem
{
/** Kernel by which a pattern is read between its pixels. */
enum class Sampler : std::uint8_t
{
  /** Linear in x and y, as published. Its blur is f(1 - f) at sub-pixel phase f, so descan turns into structure. */
  Bilinear,
  /** A Gaussian on the pixel grid followed by the quadratic B-spline. The blur is sigma^2 + 1/4 at every phase. */
  BSpline
};

/** A place on the pattern, in whole pixels from the origin: dx along Qx (fast), dy along Qy. */
struct SamplePoint
{
  std::int32_t dx = 0;
  std::int32_t dy = 0;
};

/** The pixels of an aligned mask as points, row by row; with `step` > 1 only those with dx and dy divisible by it.
 * Throws std::invalid_argument when step < 1. */
FourDSTEM_EXPORT std::vector<SamplePoint>
                 PointsOfMask(const DetectorMask & mask, int step = 1);

/** The mask of qy x qx pixels in which exactly `points` are set, those with a zero in `keep` left out (null keeps all).
 * Throws std::invalid_argument when a point lies outside. */
FourDSTEM_EXPORT DetectorMask
MaskOfPoints(std::int64_t                     qy,
             std::int64_t                     qx,
             const std::vector<SamplePoint> & points,
             const std::uint8_t *             keep = nullptr);

/** How patterns are read at sample points.
 *
 * The value at point (dx, dy) of a pattern with origin (qx0, qy0) is sum_ij w_x(i) w_y(j) I(j, i) over the pixels
 * around (qx0 + dx, qy0 + dy). All points are whole pixels apart, so they share one sub-pixel phase and one pair of tap
 * lists per pattern. The Gaussian is sampled at whole pixels, cut at 3 sigma and normalised; combined with the
 * B-spline's three weights ((1/2 - f)^2/2, 3/4 - f^2, (1/2 + f)^2/2) it is one separable filter of 2 round(3 sigma) + 3
 * taps. Both samplers reproduce constants and linear ramps exactly.
 *
 * Border and lost pixels: a point is covered when it lies on the detector, 0 <= x <= Qx - 1 and 0 <= y <= Qy - 1.
 * What the kernel reaches beyond the rim, and pixels that are not finite, have no weight; the other weights are scaled
 * to sum to 1. A point that is not covered, or that has nothing finite under its kernel, gets the fill value. */
struct SamplingOptions
{
  Sampler sampler = Sampler::Bilinear;

  /** Standard deviation of the Gaussian in detector pixels; BSpline only; 0 leaves the bare B-spline. In `auto` mode
   * half the probe's radius. At most 32. */
  double gaussianSigma = 0;

  /** Pixels below this value count as this value, before anything else. The published pipeline uses 1. */
  float minimum = -std::numeric_limits<float>::infinity();

  /** Distance in pixels from the detector's rim from which on the rim takes less than 3 % of the kernel's weight:
   * 0 for Bilinear, 2 sqrt(sigma^2 + 1/4) for BSpline. What AutomaticAnnulus wants as its margin. */
  FourDSTEM_EXPORT double
  Margin() const;
};
} // namespace fourdstem

#endif
