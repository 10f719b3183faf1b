// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SparseAccumulator_h
#define fourdstem_SparseAccumulator_h

#include "AlignedPatterns.h"
#include "ScratchPattern.h"

namespace fourdstem
{
/** One thread's way from sparse patterns to aligned sums, with the same bits as AddAligned on the dense ones.
 *
 * Where the background is 0 only the aligned pixels about those of the list are added to: a 0 adds nothing to a sum or
 * a sum of squares. Else, and for patterns with values that are not finite, all are. */
class SparseAccumulator
{
public:
  /** Pixels below `lowest` are raised to it. */
  SparseAccumulator(const ScanShape & shape, float lowest)
    : m_Qy(shape.qy)
    , m_Qx(shape.qx)
    , m_Scratch(shape.qy, shape.qx, lowest)
  {}

  /** The sums that follow belong to another group of positions. */
  void
  BeginGroup()
  {
    m_Raised = {};
  }

  /** Adds a pattern with `nonFinite` pixels that are not finite, aligned to `origin` (null: as it lies), to the sums
   * and the counts of covered pixels; to the maximum unless that is null. */
  void
  Add(const SparsePattern & sparse, std::int64_t nonFinite, const float * origin, const SumPointers & sums);

private:
  /** A rectangle of aligned pixels. */
  struct Rectangle
  {
    std::int64_t yBegin = 0;
    std::int64_t yEnd = 0;
    std::int64_t xBegin = 0;
    std::int64_t xEnd = 0;
  };

  /** What the zeros of a pattern do to the maximum. */
  void
  RaiseMaximum(const AlignedPattern & aligned, float * maximum);

  std::int64_t          m_Qy;
  std::int64_t          m_Qx;
  ScratchPattern<float> m_Scratch;
  /** Where the maximum is at least the background already. */
  Rectangle m_Raised;
};
} // namespace fourdstem

#endif
