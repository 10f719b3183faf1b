// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DistanceLoops_h
#define fourdstem_DistanceLoops_h

#include "MatrixLoops.h"

/** Asks for the memory at an address that is read soon, into the second-level cache: the first is full of what is at
 * work. */
#if defined(__GNUC__) || defined(__clang__)
#  define FourDSTEM_PREFETCH(address) __builtin_prefetch(address, 0, 2)
#else
#  define FourDSTEM_PREFETCH(address) static_cast<void>(address)
#endif

/** Unrolls a short loop whole, so that the array it runs over stays in registers. */
#if defined(__clang__)
#  define FourDSTEM_UNROLL _Pragma("unroll")
#elif defined(__GNUC__)
#  define FourDSTEM_UNROLL _Pragma("GCC unroll 8")
#else
#  define FourDSTEM_UNROLL
#endif

namespace fourdstem
{
FourDSTEM_HOT float
SumOf8(const Float8 & lanes)
{
  float v[8];
  Store8(lanes, v);
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

FourDSTEM_HOT void
MultiplyAdd8(const Float8 & a, const Float8 & b, Float8 & sum)
{
#if defined(__GNUC__) || defined(__clang__)
  sum += a * b;
#else
  for (int i = 0; i < 8; ++i)
  {
    sum.v[i] += a.v[i] * b.v[i];
  }
#endif
}

/** products[i * count + c] = row i . vector c, for rows and `count` vectors given by pointers. After those of the rows
 * may lie pointers to `following` rows that are wanted soon. */
struct DotRows
{
  /** Adds the products over columns [first, last) of VRows rows and VVectors vectors, and fetches the same columns of
   * the rows that come next: they lie anywhere, so the processor cannot know. */
  template <int VRows, int VVectors>
  static FourDSTEM_HOT void
  Tile(const float * const * rows,
       const float * const * next,
       std::int64_t          first,
       std::int64_t          last,
       const float * const * vectors,
       std::int64_t          count,
       float *               products)
  {
    Float8 sum[VRows][VVectors] = {};

    std::int64_t j = first;
    for (; j + 8 <= last; j += 8)
    {
      Float8 value[VRows];
      FourDSTEM_UNROLL for (int i = 0; i < VRows; ++i)
      {
        Load8(rows[i] + j, value[i]);
        FourDSTEM_PREFETCH(next[i] + j);
      }
      FourDSTEM_UNROLL for (int c = 0; c < VVectors; ++c)
      {
        Float8 factor;
        Load8(vectors[c] + j, factor);
        FourDSTEM_UNROLL for (int i = 0; i < VRows; ++i)
        {
          MultiplyAdd8(value[i], factor, sum[i][c]);
        }
      }
    }
    FourDSTEM_UNROLL for (int i = 0; i < VRows; ++i)
    {
      FourDSTEM_UNROLL for (int c = 0; c < VVectors; ++c)
      {
        float rest = SumOf8(sum[i][c]);
        for (std::int64_t k = j; k < last; ++k)
        {
          rest += rows[i][k] * vectors[c][k];
        }
        products[i * count + c] += rest;
      }
    }
  }

  template <int VRows>
  static FourDSTEM_HOT void
  Rows(const float * const * rows,
       const float * const * next,
       std::int64_t          first,
       std::int64_t          last,
       const float * const * vectors,
       std::int64_t          count,
       float *               products)
  {
    std::int64_t c = 0;
    for (; c + 4 <= count; c += 4)
    {
      Tile<VRows, 4>(rows, next, first, last, vectors + c, count, products + c);
    }
    if (c + 3 == count)
    {
      Tile<VRows, 3>(rows, next, first, last, vectors + c, count, products + c);
      return;
    }
    if (c + 2 == count)
    {
      Tile<VRows, 2>(rows, next, first, last, vectors + c, count, products + c);
      return;
    }
    if (c < count)
    {
      Tile<VRows, 1>(rows, next, first, last, vectors + c, count, products + c);
    }
  }

  static FourDSTEM_HOT void
  Run(const float * const * rows,
      std::int64_t          rowCount,
      std::int64_t          columns,
      const float * const * vectors,
      std::int64_t          count,
      float *               products,
      std::int64_t          following)
  {
    for (std::int64_t i = 0; i < rowCount * count; ++i)
    {
      products[i] = 0.0f;
    }
    // The vectors' part of a strip stays in the nearest caches while all rows pass by.
    const std::int64_t widest = 6144 / (count < 1 ? 1 : count) / 8 * 8;
    const std::int64_t strip = widest > 256 ? widest : 256;
    for (std::int64_t first = 0; first < columns; first += strip)
    {
      const std::int64_t last = first + strip < columns ? first + strip : columns;
      for (std::int64_t i = 0; i < rowCount;)
      {
        const std::int64_t taken = i + 3 <= rowCount ? 3 : 1;
        const std::int64_t ahead = i + 2 * taken <= rowCount + following ? i + taken : i;
        if (taken == 3)
        {
          Rows<3>(rows + i, rows + ahead, first, last, vectors, count, products + i * count);
        }
        else
        {
          Rows<1>(rows + i, rows + ahead, first, last, vectors, count, products + i * count);
        }
        i += taken;
      }
    }
  }
};

/** sum += the sum of some rows, each times its sign: float among the rows, then double. */
struct AddRowsToDouble
{
  static FourDSTEM_HOT void
  Run(const float * const * rows, const float * signs, std::int64_t count, std::int64_t columns, double * sum)
  {
    constexpr int lanes = 4;
    std::int64_t  j = 0;
    for (; j + 8 * lanes <= columns; j += 8 * lanes)
    {
      Float8 part[lanes] = {};
      for (std::int64_t i = 0; i < count; ++i)
      {
        FourDSTEM_UNROLL for (int lane = 0; lane < lanes; ++lane)
        {
          Float8 value;
          Load8(rows[i] + j + 8 * lane, value);
          part[lane] += signs[i] * value;
        }
      }
      float values[8 * lanes];
      FourDSTEM_UNROLL for (int lane = 0; lane < lanes; ++lane)
      {
        Store8(part[lane], values + 8 * lane);
      }
      for (int k = 0; k < 8 * lanes; ++k)
      {
        sum[j + k] += static_cast<double>(values[k]);
      }
    }
    for (; j < columns; ++j)
    {
      float part = 0.0f;
      for (std::int64_t i = 0; i < count; ++i)
      {
        part += signs[i] * rows[i][j];
      }
      sum[j] += static_cast<double>(part);
    }
  }
};

/** Squared distance of two rows. */
struct SquaredDistanceOfRows
{
  static FourDSTEM_HOT float
  Run(const float * a, const float * b, std::int64_t columns)
  {
    constexpr int lanes = 4;
    Float8        sum[lanes] = {};
    std::int64_t  j = 0;
    for (; j + 8 * lanes <= columns; j += 8 * lanes)
    {
      FourDSTEM_UNROLL for (int lane = 0; lane < lanes; ++lane)
      {
        Float8 value;
        Float8 other;
        Load8(a + j + 8 * lane, value);
        Load8(b + j + 8 * lane, other);
        const Float8 arm = value - other;
        MultiplyAdd8(arm, arm, sum[lane]);
      }
    }
    float total = (SumOf8(sum[0]) + SumOf8(sum[1])) + (SumOf8(sum[2]) + SumOf8(sum[3]));
    for (; j < columns; ++j)
    {
      total += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return total;
  }
};
} // namespace fourdstem

#endif
