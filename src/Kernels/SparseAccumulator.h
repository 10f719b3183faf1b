// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SparseAccumulator_h
#define fourdstem_SparseAccumulator_h

#include "AlignedPatterns.h"
#include "ScratchPattern.h"

#include <memory>

namespace fourdstem
{
/** One thread's way from sparse patterns to aligned sums, with the same bits as AddAligned on the dense ones.
 *
 * Where the background is 0 only the aligned pixels about those of the list are added to: a 0 adds nothing to a
 * sum or a sum of squares. Else, and for patterns with values that are not finite, all are. */
class SparseAccumulator
{
public:
  /** Pixels below `lowest` are raised to it. */
  SparseAccumulator(const ScanShape & shape, float lowest);

  /** Counts the pixels that a pattern, aligned to `origin` (null: as it lies), covers, and adds it, at the latest with
   * Flush, until when it must stay where it is. `nonFinite` is the number of its pixels that are not finite. */
  void
  Add(const SparsePattern & sparse, std::int64_t nonFinite, const float * origin, const SumPointers & sums);

  /** Adds what is waiting to the sums, and to the maximum unless that is null. */
  void
  Flush(const SumPointers & sums);

private:
  struct Waiting
  {
    SparsePattern  sparse;
    AlignedPattern aligned;
    /** The first of its pixels that may lie in the next band. */
    std::int64_t next;
  };

  void
  AddDense(const SparsePattern & sparse, bool hasNonFinite, const float * origin, const SumPointers & sums);

  /** Adds the pattern's part in aligned rows [yBegin, yEnd). */
  void
  AddBand(Waiting & waiting, std::int64_t yBegin, std::int64_t yEnd, const SumPointers & sums);

  /** What the zeros of the waiting patterns do to the maximum in an aligned row. */
  void
  RaiseMaximum(std::int64_t y, float * row) const;

  std::int64_t         m_Qy;
  std::int64_t         m_Qx;
  std::int64_t         m_BandRows;
  float                m_Lowest;
  std::vector<Waiting> m_Waiting;
  /** Some rows of a pattern, one before and one behind these; 0 but in AddBand. */
  std::vector<float>                     m_Band;
  std::unique_ptr<ScratchPattern<float>> m_Scratch;
};
} // namespace fourdstem

#endif
