// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Statistics_h
#define fourdstem_Statistics_h

#include "FourDSTEMExport.h"
#include "fourdstem/Origin.h"

namespace fourdstem
{
/** Over which positions a standard deviation is taken. */
enum class Deviation
{
  /** Over all positions at once. */
  Global,
  /** Along the slow scan axis in every scan column, then the standard deviation of these along the fast axis: what the
   * code published with npj Comput. Mater. 8, 114 (2022) does. */
  Nested
};

/** What a statistics pass does with pixels and positions. */
struct StatisticsOptions
{
  /** Detector values below are raised to it before sampling (the published pipeline: 1). */
  float lowest = -std::numeric_limits<float>::infinity();
  /** One byte for each position of the whole scan, 0 leaves it out; null takes all. Not owned. */
  const std::uint8_t * mask = nullptr;
};

/** Per-pixel sums over patterns: a value that can be kept, merged and turned into statistics.
 *
 * All patterns are [Qy][Qx]. With origins, pattern pixel (floor(Qy/2), floor(Qx/2)) is the origin and a pattern is
 * sampled bilinearly; without, pixels are taken as they lie. A sample that needs a non-finite detector pixel, or one
 * outside the detector, is no data: it is left out, and a pixel that no pattern covers is NaN in every statistic.
 * Sums are double. Standard deviations divide by the number of samples (ddof 0); one below 1e-6 of the root mean
 * square is rounding and given as 0. */
class FourDSTEM_EXPORT PatternSums
{
public:
  PatternSums() = default;

  /** Empty sums for patterns of a scan of `shape`. For Deviation::Nested they are kept for every scan column, 28 bytes
   * * Rx * Qy * Qx, and give both deviations; for Deviation::Global once, 28 bytes * Qy * Qx. */
  PatternSums(const ScanShape & shape, Deviation deviation);

  /** Adds the sums of other positions of the same scan. Order matters in the last bit only.
   * Throws std::invalid_argument if the shapes or the kinds of deviation differ. */
  void
  Merge(const PatternSums & other);

  const ScanShape &
  Shape() const
  {
    return m_Shape;
  }

  /** The kind of deviation that the sums were made for. */
  Deviation
  Kind() const
  {
    return m_Deviation;
  }

  /** Patterns added. */
  std::int64_t
  Patterns() const
  {
    return m_Patterns;
  }

  /** Detector pixels that were NaN or infinite, in these and in patterns left out because they have no origin. */
  std::int64_t
  NonFinitePixels() const
  {
    return m_NonFinite;
  }

  /** The same sums without the division by scan columns that a nested deviation needs: small, quick to ask. */
  PatternSums
  OverAllColumns() const;

  /** Samples that each pixel has. */
  std::vector<std::int64_t>
  Counts() const;

  std::vector<double>
  Mean() const;

  std::vector<double>
  Maximum() const;

  /** Throws std::logic_error for Nested if the sums were not made for it. */
  std::vector<double>
  StandardDeviation(Deviation deviation = Deviation::Global) const;

  /** log(standard deviation + 1), natural: the published pipeline's map of where patterns differ. */
  std::vector<double>
  LogStandardDeviation(Deviation deviation = Deviation::Global) const;

  /** Variance over mean: 1 for counted electrons and nothing else, more where patterns differ. 0 where the variance is
   * 0, NaN where it is not and the mean is not above 0. */
  std::vector<double>
  Fano() const;

private:
  friend class PatternAccumulator;

  struct Totals
  {
    std::vector<std::int64_t> counts;
    std::vector<double>       sum;
    std::vector<double>       squares;
  };

  Totals
  Total() const;

  std::vector<std::int64_t>
  GroupCounts(std::int64_t group) const;

  std::vector<double>
  GlobalDeviation() const;

  std::vector<double>
  NestedDeviation() const;

  ScanShape    m_Shape;
  Deviation    m_Deviation = Deviation::Global;
  std::int64_t m_Groups = 0;
  std::int64_t m_Patterns = 0;
  std::int64_t m_NonFinite = 0;

  // [groups][Qy][Qx]; counts as differences along both axes, [groups][Qy + 1][Qx + 1]
  std::vector<double>       m_Sum;
  std::vector<double>       m_SumOfSquares;
  std::vector<std::int64_t> m_CountSteps;
  std::vector<float>        m_Maximum;
};

/** Adds the patterns of scan rows [firstRow, firstRow + rows), each read once, to `sums`.
 *
 * `origins`, rows * Rx pairs beginning with that of (firstRow, 0), aligns the patterns; null takes them as they lie; a
 * position whose origin is not finite is left out. Rows added in ascending order give the same bits however they are
 * divided into calls and for any number of threads. Throws std::invalid_argument if the shapes differ, and what the
 * source and the monitor throw; `sums` is then incomplete. */
FourDSTEM_EXPORT void
AddPatterns(const PatternSource &     source,
            std::int64_t              firstRow,
            std::int64_t              rows,
            const StatisticsOptions & options,
            const float *             origins,
            PatternSums &             sums,
            const Execution &         execution);

/** The sums of every `rowStep`-th scan row, from the first, as their patterns lie. Reads 1 / rowStep of the scan. */
FourDSTEM_EXPORT PatternSums
SamplePatterns(const PatternSource &     source,
               std::int64_t              rowStep,
               const StatisticsOptions & options,
               const Execution &         execution);

/** As FindOrigins and AddPatterns with these origins, reading each pattern once. `origins` is written for all
 * positions, those left out by the mask too. */
FourDSTEM_EXPORT void
FindOriginsAndAddPatterns(const PatternSource &     source,
                          std::int64_t              firstRow,
                          std::int64_t              rows,
                          const OriginSearch &      search,
                          const StatisticsOptions & options,
                          float *                   origins,
                          PatternSums &             sums,
                          const Execution &         execution);
} // namespace fourdstem

#endif
