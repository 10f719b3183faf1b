// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DistanceLoops_h
#define fourdstem_DistanceLoops_h

#include "MatrixLoops.h"

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

/** products[i * count + c] = row i . vector c, for rows given by pointers and `count` vectors `stride` floats apart. */
struct DotRows
{
  /** Adds the products over columns [first, last) of VRows rows and VVectors vectors. */
  template <int VRows, int VVectors>
  static FourDSTEM_HOT void
  Tile(const float * const * rows,
       std::int64_t          first,
       std::int64_t          last,
       const float *         vectors,
       std::int64_t          stride,
       std::int64_t          count,
       float *               products)
  {
    Float8       sum[VRows][VVectors] = {};
    std::int64_t j = first;
    for (; j + 8 <= last; j += 8)
    {
      Float8 value[VRows];
      for (int i = 0; i < VRows; ++i)
      {
        Load8(rows[i] + j, value[i]);
      }
      for (int c = 0; c < VVectors; ++c)
      {
        Float8 factor;
        Load8(vectors + c * stride + j, factor);
        for (int i = 0; i < VRows; ++i)
        {
          MultiplyAdd8(value[i], factor, sum[i][c]);
        }
      }
    }
    for (int i = 0; i < VRows; ++i)
    {
      for (int c = 0; c < VVectors; ++c)
      {
        float rest = SumOf8(sum[i][c]);
        for (std::int64_t k = j; k < last; ++k)
        {
          rest += rows[i][k] * vectors[c * stride + k];
        }
        products[i * count + c] += rest;
      }
    }
  }

  template <int VRows>
  static FourDSTEM_HOT void
  Rows(const float * const * rows,
       std::int64_t          first,
       std::int64_t          last,
       const float *         vectors,
       std::int64_t          stride,
       std::int64_t          count,
       float *               products)
  {
    std::int64_t c = 0;
    for (; c + 4 <= count; c += 4)
    {
      Tile<VRows, 4>(rows, first, last, vectors + c * stride, stride, count, products + c);
    }
    for (; c < count; ++c)
    {
      Tile<VRows, 1>(rows, first, last, vectors + c * stride, stride, count, products + c);
    }
  }

  static FourDSTEM_HOT void
  Run(const float * const * rows,
      std::int64_t          rowCount,
      std::int64_t          columns,
      const float *         vectors,
      std::int64_t          stride,
      std::int64_t          count,
      float *               products)
  {
    for (std::int64_t i = 0; i < rowCount * count; ++i)
    {
      products[i] = 0.0f;
    }
    const std::int64_t strip = count > 1 ? 1024 : columns;
    std::int64_t       i = 0;
    for (; i < rowCount; i += 2)
    {
      for (std::int64_t first = 0; first < columns; first += strip)
      {
        const std::int64_t last = first + strip < columns ? first + strip : columns;
        if (i + 2 <= rowCount)
        {
          Rows<2>(rows + i, first, last, vectors, stride, count, products + i * count);
        }
        else
        {
          Rows<1>(rows + i, first, last, vectors, stride, count, products + i * count);
        }
      }
    }
  }
};

/** sum += factor * row, in double. */
struct AddRowToDouble
{
  static FourDSTEM_HOT void
  Run(const float * row, std::int64_t columns, double factor, double * sum)
  {
    for (std::int64_t j = 0; j < columns; ++j)
    {
      sum[j] += factor * static_cast<double>(row[j]);
    }
  }
};

/** Squared distance of two rows. */
struct SquaredDistanceOfRows
{
  static FourDSTEM_HOT float
  Run(const float * a, const float * b, std::int64_t columns)
  {
    float sum = 0.0f;
    FourDSTEM_SIMD(reduction(+ : sum)) for (std::int64_t j = 0; j < columns; ++j)
    {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
  }
};
} // namespace fourdstem

#endif
