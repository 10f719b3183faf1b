// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NeighbourSums_h
#define fourdstem_NeighbourSums_h

#include "FourDSTEMExport.h"
#include "fourdstem/Feature.h"
#include "fourdstem/NeighbourStatistics.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** Neighbour statistics of features that come scan row by scan row and are not kept.
 *
 * Adjacent are positions one step apart along a scan row or from one row to the next, if both take part. Sums are
 * double, relative to each feature's first finite value; values that are not finite do not count, nor do pairs with
 * one. Memory: two scan rows of features, the first for Merge, and 44 bytes a feature. */
class FourDSTEM_EXPORT NeighbourSums
{
public:
  NeighbourSums() = default;

  /** Empty sums for scan rows of `columns` positions with `features` values each. Throws std::invalid_argument unless
   * both are positive. */
  NeighbourSums(std::int64_t columns, std::int64_t features);

  /** Adds the scan rows below those added so far. `features` is [rows][columns][features]; `takesPart` is one byte a
   * position, 0 leaves it out, or null for all. The same bits for any number of threads and however rows are divided
   * into calls. Throws Aborted; the sums are then incomplete. */
  void
  AddRows(const float * features, std::int64_t rows, const std::uint8_t * takesPart, const Execution & execution);

  /** Adds the sums of the scan rows below these, and the pairs across the seam. Equal to AddRows but for the last bits.
   * Throws std::invalid_argument if the extents differ. */
  void
  Merge(const NeighbourSums & below);

  /** Scan rows added. */
  std::int64_t
  Rows() const
  {
    return m_Rows;
  }

  /** As ComputeNeighbourStatistics over the positions that take part. */
  NeighbourStatistics
  Statistics() const;

private:
  struct ScanRow
  {
    std::vector<float>        values;
    std::vector<std::uint8_t> takesPart;
  };

  std::int64_t m_Columns = 0;
  std::int64_t m_Features = 0;
  std::int64_t m_Rows = 0;
  std::int64_t m_Pairs = 0;
  ScanRow      m_First;
  ScanRow      m_Last;

  std::vector<float>  m_Reference; // of each feature
  std::vector<double> m_Totals;    // [5][features], as StatisticsOf wants them
};

/** Takes `feature` of every position of scan rows [firstRow, firstRow + rows) and adds it to `sums`.
 *
 * `origins` as for GatherFeatures; a position whose origin is not finite takes no part. `mask`, one byte for each
 * position of the whole scan, leaves out those that are 0; null takes all. Each pattern is read once. Memory: scan rows
 * of features, 32 MiB or one row. The same bits for any number of threads and any division into row ranges, which
 * ascend without a gap. Throws what GatherFeatures throws; `sums` is then incomplete. */
FourDSTEM_EXPORT FeatureReport
AddNeighbourFeatures(const PatternSource & source,
                     std::int64_t          firstRow,
                     std::int64_t          rows,
                     const float *         origins,
                     const std::uint8_t *  mask,
                     const Feature &       feature,
                     NeighbourSums &       sums,
                     const Execution &     execution);
} // namespace fourdstem

#endif
