// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NeighbourLoops_h
#define fourdstem_NeighbourLoops_h

#include "Dispatch.h"

#include <cstdint>

namespace fourdstem
{
/** Sums of one strip of columns; all pointers are at the strip's first column. */
template <typename T>
struct StripSums
{
  T * value;
  T * square;
  T * difference;
  T * finite;      // null: every value is known to be finite
  T * finitePairs; // of the pairs
};

/** Adds the values of one row, less `reference`. */
struct SumRow
{
  template <typename T>
  static FourDSTEM_HOT void
  Run(const float * row, const float * reference, std::int64_t columns, StripSums<T> sums)
  {
    if (!sums.finite)
    {
      for (std::int64_t j = 0; j < columns; ++j)
      {
        const T value = static_cast<T>(row[j]) - static_cast<T>(reference[j]);
        sums.value[j] += value;
        sums.square[j] += value * value;
      }
      return;
    }
    for (std::int64_t j = 0; j < columns; ++j)
    {
      const T    value = static_cast<T>(row[j]) - static_cast<T>(reference[j]);
      const bool isFinite = value - value == T(0);
      sums.value[j] += isFinite ? value : T(0);
      sums.square[j] += isFinite ? value * value : T(0);
      sums.finite[j] += isFinite ? T(1) : T(0);
    }
  }
};

/** Adds the squared differences of one row and a neighbour's. */
struct SumDifference
{
  template <typename T>
  static FourDSTEM_HOT void
  Run(const float * row, const float * neighbour, std::int64_t columns, StripSums<T> sums)
  {
    if (!sums.finite)
    {
      for (std::int64_t j = 0; j < columns; ++j)
      {
        const T difference = static_cast<T>(row[j]) - static_cast<T>(neighbour[j]);
        // Only the counts may be null. NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
        sums.difference[j] += difference * difference;
      }
      return;
    }
    for (std::int64_t j = 0; j < columns; ++j)
    {
      const T    difference = static_cast<T>(row[j]) - static_cast<T>(neighbour[j]);
      const bool isFinite = difference - difference == T(0);
      sums.difference[j] += isFinite ? difference * difference : T(0);
      sums.finitePairs[j] += isFinite ? T(1) : T(0);
    }
  }
};
} // namespace fourdstem

#endif
