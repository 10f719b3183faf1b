// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DetectorSpans_h
#define fourdstem_DetectorSpans_h

#include "HotLoops/DetectorLoops.h"
#include "fourdstem/VirtualDetector.h"

namespace fourdstem
{
using PixelSpans = std::vector<PixelSpan>;

/** Whether a pixel `d` columns and sqrt(squaredY) rows away lies nearer than a radius. */
inline bool
IsWithin(double d, double squaredY, double squaredRadius)
{
  return d * d + squaredY < squaredRadius;
}

/** The pixels of the detector's ring about (x, y) on qy x qx pixels. */
void
RingSpans(const VirtualDetector & detector, double x, double y, std::int64_t qy, std::int64_t qx, PixelSpans & spans);

/** Runs of non-zero weights, moved by (dx, dy) and cut at the detector's edge. */
void
MaskSpans(const std::vector<float> & mask,
          std::int64_t               dx,
          std::int64_t               dy,
          std::int64_t               qy,
          std::int64_t               qx,
          PixelSpans &               spans);

/** Sum and moments of the listed pixels in the ring about (x, y), which must be exact sums: in the order of the list.
 */
SpanMoments
RingMoments(const VirtualDetector & detector, double x, double y, std::int64_t qx, const SparsePattern & sparse);

/** The same with the mask's weights, moved by (dx, dy). */
SpanMoments
MaskMoments(const std::vector<float> & mask,
            std::int64_t               dx,
            std::int64_t               dy,
            std::int64_t               qy,
            std::int64_t               qx,
            const SparsePattern &      sparse);

/** Whether sums of products of the listed values, weights and pixel coordinates are exact in double in whatever order:
 * all are multiples of unit * weightUnit, and below 2^53 of these. */
bool
AreSumsExact(const SparsePattern & sparse,
             double                unit,
             double                weightUnit,
             double                largestWeight,
             std::int64_t          largestCoordinate);
} // namespace fourdstem

#endif
