// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PatternAccumulator_h
#define fourdstem_PatternAccumulator_h

#include "SparseAccumulator.h"
#include "fourdstem/Statistics.h"

#include <array>
#include <cmath>

namespace fourdstem
{
/** Whether a pattern with that origin can be added; null: as it lies. */
inline bool
IsOrigin(const float * origin)
{
  return !origin || (std::isfinite(origin[0]) && std::isfinite(origin[1]));
}

/** One thread's way from detector pixels to aligned patterns to sums: for dense patterns, or for sparse ones. */
class PatternAccumulator
{
public:
  /** Patterns added at a time, at most. */
  static constexpr int LargestChunk = 8;

  PatternAccumulator(const ScanShape & shape, float lowest, bool isSparse)
    : m_Shape(shape)
    , m_Lowest(lowest)
    , m_Sparse(isSparse ? std::make_unique<SparseAccumulator>(shape, lowest) : nullptr)
  {
    // Few enough to stay in the second-level cache between looking and adding.
    constexpr std::int64_t cachedPixels = 160000;
    m_ChunkSize = static_cast<int>(
      std::clamp<std::int64_t>(cachedPixels / std::max<std::int64_t>(shape.PatternPixels(), 1), 2, LargestChunk));
  }

  /** Looks at a pattern, which must stay where it is until Flush, counts what is not finite in it, and brings it into
   * the cache. */
  void
  Load(const PatternBlock & block, std::int64_t p)
  {
    std::int64_t nonFinite = 0;
    m_Loaded =
      ToFloat(block, p, m_Shape.qy, m_Shape.qx, m_Lowest, m_Buffers[static_cast<std::size_t>(m_Count)], &nonFinite);
    m_HasNonFinite = nonFinite > 0;
    m_NonFinite += nonFinite;
  }

  /** Queues the pattern that was loaded last; null: as it lies. */
  void
  Add(const float * origin, const SumPointers & sums)
  {
    ++m_Patterns;
    m_Chunk[m_Count] = AlignPattern(m_Loaded, m_HasNonFinite, origin);
    m_Count += CountCovered(m_Chunk[m_Count], m_Shape.qx, sums.countSteps) ? 1 : 0;
    if (m_Count == m_ChunkSize)
    {
      this->Flush(sums);
    }
  }

  /** Counts what is not finite in a pattern, which must stay where it is until Flush, and queues it unless its origin
   * is not finite; null: as it lies. */
  void
  AddSparse(const SparsePattern & sparse, const float * origin, const SumPointers & sums)
  {
    const std::int64_t nonFinite = NonFinitePixels(sparse);
    m_NonFinite += nonFinite;
    if (IsOrigin(origin))
    {
      ++m_Patterns;
      m_Sparse->Add(sparse, nonFinite, origin, sums);
    }
  }

  void
  Flush(const SumPointers & sums)
  {
    if (m_Sparse)
    {
      m_Sparse->Flush(sums);
    }
    RunHotLoop<AddAligned<true>>(static_cast<const AlignedPattern *>(m_Chunk), m_Count, m_Shape.qy, m_Shape.qx, sums);
    m_Count = 0;
  }

  /** Moves what was counted since the last call to `sums`. */
  void
  Report(PatternSums & sums)
  {
    sums.m_Patterns += std::exchange(m_Patterns, 0);
    sums.m_NonFinite += std::exchange(m_NonFinite, 0);
  }

  static SumPointers
  Pointers(PatternSums & sums, std::int64_t group)
  {
    const ScanShape & shape = sums.m_Shape;
    const auto        first = group * shape.PatternPixels();
    return { sums.m_Sum.data() + first,
             sums.m_SumOfSquares.data() + first,
             sums.m_Maximum.data() + first,
             sums.m_CountSteps.data() + group * (shape.qy + 1) * (shape.qx + 1) };
  }

  static void
  Clear(PatternSums & sums)
  {
    std::fill(sums.m_Sum.begin(), sums.m_Sum.end(), 0.);
    std::fill(sums.m_SumOfSquares.begin(), sums.m_SumOfSquares.end(), 0.);
    std::fill(sums.m_Maximum.begin(), sums.m_Maximum.end(), -std::numeric_limits<float>::infinity());
    std::fill(sums.m_CountSteps.begin(), sums.m_CountSteps.end(), 0);
    sums.m_Patterns = 0;
    sums.m_NonFinite = 0;
  }

private:
  ScanShape                                    m_Shape;
  float                                        m_Lowest;
  std::unique_ptr<SparseAccumulator>           m_Sparse;
  AlignedPattern                               m_Chunk[LargestChunk];
  std::array<std::vector<float>, LargestChunk> m_Buffers;
  FloatPattern                                 m_Loaded;
  bool                                         m_HasNonFinite = false;
  int                                          m_ChunkSize;
  int                                          m_Count = 0;
  std::int64_t                                 m_Patterns = 0;
  std::int64_t                                 m_NonFinite = 0;
};
} // namespace fourdstem

#endif
