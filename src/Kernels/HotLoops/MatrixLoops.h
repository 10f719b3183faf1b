// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MatrixLoops_h
#define fourdstem_MatrixLoops_h

#include "Dispatch.h"

#include <cstdint>
#include <cstring>

namespace fourdstem
{
/** Eight floats that stay in one register. */
#if defined(__GNUC__) || defined(__clang__)
using Float8 = float __attribute__((vector_size(32)));
#else
struct Float8
{
  float v[8];
};
inline Float8 &
operator+=(Float8 & a, const Float8 & b)
{
  for (int i = 0; i < 8; ++i)
  {
    a.v[i] += b.v[i];
  }
  return a;
}
inline Float8
operator-(const Float8 & a, const Float8 & b)
{
  Float8 c;
  for (int i = 0; i < 8; ++i)
  {
    c.v[i] = a.v[i] - b.v[i];
  }
  return c;
}
inline Float8
operator*(float a, const Float8 & b)
{
  Float8 c;
  for (int i = 0; i < 8; ++i)
  {
    c.v[i] = a * b.v[i];
  }
  return c;
}
#endif

FourDSTEM_HOT void
Load8(const float * from, Float8 & to)
{
  std::memcpy(&to, from, sizeof(to));
}

FourDSTEM_HOT void
Store8(const Float8 & from, float * to)
{
  std::memcpy(to, &from, sizeof(from));
}

/** Narrow products hold this many columns: 8 * VColumns8, zero-padded. */
template <int VColumns8>
struct NarrowTile
{
  static constexpr int Width = 8 * VColumns8;
  static constexpr int Rows = VColumns8 >= 4 ? 3 : 6;

  /** z[i] += y[i][first..last) * b[first..last), VRows rows at once. */
  template <int VRows>
  static FourDSTEM_HOT void
  Project(const float * y, std::int64_t stride, std::int64_t first, std::int64_t last, const float * b, float * z)
  {
    Float8 sum[VRows][VColumns8];
    for (int i = 0; i < VRows; ++i)
    {
      for (int c = 0; c < VColumns8; ++c)
      {
        Load8(z + i * Width + 8 * c, sum[i][c]);
      }
    }
    for (std::int64_t k = first; k < last; ++k)
    {
      for (int c = 0; c < VColumns8; ++c)
      {
        Float8 factor;
        Load8(b + k * Width + 8 * c, factor);
        for (int i = 0; i < VRows; ++i)
        {
          sum[i][c] += y[i * stride + k] * factor;
        }
      }
    }
    for (int i = 0; i < VRows; ++i)
    {
      for (int c = 0; c < VColumns8; ++c)
      {
        Store8(sum[i][c], z + i * Width + 8 * c);
      }
    }
  }

  /** b[j] += sum over k < rows of y[k][j] * z[k], VRows columns j of y at once. */
  template <int VRows>
  static FourDSTEM_HOT void
  Outer(const float * y, std::int64_t stride, std::int64_t rows, const float * z, float * b)
  {
    Float8 sum[VRows][VColumns8];
    for (int i = 0; i < VRows; ++i)
    {
      for (int c = 0; c < VColumns8; ++c)
      {
        Load8(b + i * Width + 8 * c, sum[i][c]);
      }
    }
    for (std::int64_t k = 0; k < rows; ++k)
    {
      for (int c = 0; c < VColumns8; ++c)
      {
        Float8 factor;
        Load8(z + k * Width + 8 * c, factor);
        for (int i = 0; i < VRows; ++i)
        {
          sum[i][c] += y[k * stride + i] * factor;
        }
      }
    }
    for (int i = 0; i < VRows; ++i)
    {
      for (int c = 0; c < VColumns8; ++c)
      {
        Store8(sum[i][c], b + i * Width + 8 * c);
      }
    }
  }
};

/** z (rows x Width) = y (rows x columns, rows `stride` apart) * b (columns x Width). */
template <int VColumns8>
struct ProjectRows
{
  static FourDSTEM_HOT void
  Run(const float * y, std::int64_t stride, std::int64_t rows, std::int64_t columns, const float * b, float * z)
  {
    using Tile = NarrowTile<VColumns8>;
    constexpr std::int64_t depth = 128; // keeps the strip of b in the first-level cache
    for (std::int64_t i = 0; i < rows * Tile::Width; ++i)
    {
      z[i] = 0.0f;
    }
    for (std::int64_t first = 0; first < columns; first += depth)
    {
      const std::int64_t last = first + depth < columns ? first + depth : columns;
      std::int64_t       i = 0;
      for (; i + Tile::Rows <= rows; i += Tile::Rows)
      {
        Tile::template Project<Tile::Rows>(y + i * stride, stride, first, last, b, z + i * Tile::Width);
      }
      for (; i < rows; ++i)
      {
        Tile::template Project<1>(y + i * stride, stride, first, last, b, z + i * Tile::Width);
      }
    }
  }
};

/** b (columns x Width) += transpose of y (rows x columns, rows `stride` apart) * z (rows x Width). */
template <int VColumns8>
struct AccumulateOuter
{
  static FourDSTEM_HOT void
  Run(const float * y, std::int64_t stride, std::int64_t rows, std::int64_t columns, const float * z, float * b)
  {
    using Tile = NarrowTile<VColumns8>;
    std::int64_t j = 0;
    for (; j + Tile::Rows <= columns; j += Tile::Rows)
    {
      Tile::template Outer<Tile::Rows>(y + j, stride, rows, z, b + j * Tile::Width);
    }
    for (; j < columns; ++j)
    {
      Tile::template Outer<1>(y + j, stride, rows, z, b + j * Tile::Width);
    }
  }
};

/** out = (row[columns] - centre) * scale for every column, 0 where that is not finite; columns may be null: all. */
struct ScaleRow
{
  static FourDSTEM_HOT void
  Run(const float *        row,
      const std::int64_t * columns,
      std::int64_t         count,
      const float *        centre,
      const float *        scale,
      float *              out)
  {
    if (columns)
    {
      for (std::int64_t j = 0; j < count; ++j)
      {
        out[j] = row[columns[j]];
      }
      row = out;
    }
    for (std::int64_t j = 0; j < count; ++j)
    {
      const float value = (row[j] - centre[j]) * scale[j];
      out[j] = value - value == 0.0f ? value : 0.0f;
    }
  }
};

struct AddRow
{
  static FourDSTEM_HOT void
  Run(const float * row, std::int64_t count, float factor, float * sum)
  {
    for (std::int64_t j = 0; j < count; ++j)
    {
      sum[j] += factor * row[j];
    }
  }
};
} // namespace fourdstem

#endif
