// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NodePatterns_h
#define fourdstem_NodePatterns_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace fourdstem
{
/** Sums over the aligned patterns of every label (or tree node), pixel by pixel, from which mean and variance follow.
 *
 * Sums of disjoint sets of positions may be added: parts of a scan, or the leaves below a node. Index `set` runs from
 * 0: label l of a label map is set l - 1. Memory: 20 bytes a pixel and set. */
class FourDSTEM_EXPORT NodePatternSums
{
public:
  NodePatternSums() = default;

  /** Zero sums of `sets` sets of qy x qx pixels. Throws std::invalid_argument unless all are positive. */
  NodePatternSums(std::int64_t sets, std::int64_t qy, std::int64_t qx);

  std::int64_t
  Sets() const
  {
    return m_Sets;
  }
  std::int64_t
  Rows() const
  {
    return m_Qy;
  }
  std::int64_t
  Columns() const
  {
    return m_Qx;
  }

  /** Number of positions in a set, with a pattern and an origin. */
  std::int64_t
  Positions(std::int64_t set) const
  {
    return m_Positions[static_cast<std::size_t>(set)];
  }

  /** Mean intensity of a set at each pixel that was covered at least once, NaN elsewhere; qy * qx floats, C order. */
  void
  Mean(std::int64_t set, float * out) const;

  /** Sample variance (divisor n - 1) over a set's positions at each pixel covered at least twice, NaN elsewhere. */
  void
  Variance(std::int64_t set, float * out) const;

  /** Adds set `from` of `other` to set `to` of this. Throws std::invalid_argument when the patterns differ in size. */
  void
  Add(std::int64_t to, const NodePatternSums & other, std::int64_t from);

  /** Sum, sum of squares and number of covered positions, qy * qx each, for kernels and for storing partial results. */
  double *
  Sum(std::int64_t set)
  {
    return m_Sum.data() + this->Offset(set);
  }
  const double *
  Sum(std::int64_t set) const
  {
    return m_Sum.data() + this->Offset(set);
  }
  double *
  SumOfSquares(std::int64_t set)
  {
    return m_SumOfSquares.data() + this->Offset(set);
  }
  const double *
  SumOfSquares(std::int64_t set) const
  {
    return m_SumOfSquares.data() + this->Offset(set);
  }
  std::int32_t *
  Coverage(std::int64_t set)
  {
    return m_Coverage.data() + this->Offset(set);
  }
  const std::int32_t *
  Coverage(std::int64_t set) const
  {
    return m_Coverage.data() + this->Offset(set);
  }
  void
  AddPositions(std::int64_t set, std::int64_t count)
  {
    m_Positions[static_cast<std::size_t>(set)] += count;
  }

private:
  std::size_t
  Offset(std::int64_t set) const
  {
    return static_cast<std::size_t>(set * m_Qy * m_Qx);
  }

  std::int64_t              m_Sets = 0;
  std::int64_t              m_Qy = 0;
  std::int64_t              m_Qx = 0;
  std::vector<double>       m_Sum;
  std::vector<double>       m_SumOfSquares;
  std::vector<std::int32_t> m_Coverage;
  std::vector<std::int64_t> m_Positions;
};

/** What else is done with patterns that are in memory anyway: consecutive ones of a scan row, of which the first is at
 * position `first`, counted from that of (firstRow, 0). Called from several threads. */
using BlockVisitor = std::function<void(const PatternBlock & block, std::int64_t first)>;

/** Adds the aligned patterns of scan rows [firstRow, firstRow + rows) to the sums of their labels, in one pass.
 *
 * `labels`: rows * Rx numbers beginning with that of (firstRow, 0); 0 is passed over, l goes to set l - 1. `origins`:
 * (x, y) pairs likewise, in pixel indices; null takes patterns as they lie. Patterns are shifted bilinearly so that the
 * origin falls on pixel (floor(Qy/2), floor(Qx/2)). A sample that needs a pixel which is not finite or off the detector
 * does not count; a pattern whose origin is not finite does not count at all. `minimum` is as in SamplingOptions.
 * With `visit`, every pattern is visited once, also those without a label, which are not read otherwise.
 *
 * All sums are in double and taken by scan rows in their order, so they are the same bits for any number of threads and
 * any division into row ranges. Memory beside `sums`: per thread the sets that occur in one scan row, 20 bytes a pixel
 * and set. Throws std::invalid_argument when a label exceeds the number of sets, sizes differ, or rows lie outside the
 * scan; Aborted (the sums are then partial); and what the source throws. */
FourDSTEM_EXPORT void
AccumulatePatterns(const PatternSource & source,
                   std::int64_t          firstRow,
                   std::int64_t          rows,
                   const float *         origins,
                   const std::uint16_t * labels,
                   NodePatternSums &     sums,
                   const Execution &     execution,
                   float                 minimum = -std::numeric_limits<float>::infinity(),
                   const BlockVisitor &  visit = {});

/** Sums of all nodes of a tree from those of its leaves, without reading patterns again.
 *
 * parents[n] is the parent of node n, less than n; -1 for a root. Set s of `leaves` belongs to node nodeOfSet[s] (-1:
 * to none). The result has one set per node: its own set, if any, plus all below it, added from the last node to the
 * first. Throws std::invalid_argument when a parent is not below its child or a node does not exist. */
FourDSTEM_EXPORT NodePatternSums
SumOverTree(const NodePatternSums &           leaves,
            const std::vector<std::int64_t> & nodeOfSet,
            const std::vector<std::int64_t> & parents);
} // namespace fourdstem

#endif
