// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PatternLoops_h
#define fourdstem_PatternLoops_h

#include "Dispatch.h"

#include <math.h>

#include <cstddef>
#include <cstdint>

namespace fourdstem
{
/** Number of values of a run that are NaN or infinite. */
struct CountNonFinite
{
  template <typename T>
  static FourDSTEM_HOT std::int64_t
                       Run(const T * values, std::int64_t n)
  {
    int count = 0;
    FourDSTEM_SIMD(reduction(+ : count)) for (std::int64_t i = 0; i < n; ++i)
    {
      count += values[i] - values[i] == T{ 0 } ? 0 : 1;
    }
    return count;
  }
};

/** output[i] = max(values[i], lowest) as float; returns the number of non-finite values, which stay so. */
struct RaiseToFloat
{
  template <typename T>
  static FourDSTEM_HOT std::int64_t
                       Run(const T * values, std::int64_t n, float lowest, float * output)
  {
    int count = 0;
    FourDSTEM_SIMD(reduction(+ : count)) for (std::int64_t i = 0; i < n; ++i)
    {
      const float value = static_cast<float>(values[i]);
      const int   bad = value - value == 0.f ? 0 : 1;
      output[i] = bad || value > lowest ? value : lowest;
      count += bad;
    }
    return count;
  }
};

/** Mass and first moments, about (centreX, centreY), of the pixels under a disk. */
struct DiskMoments
{
  double mass;
  double x;
  double y;

  /** The box [xBegin, xEnd) x [yBegin, yEnd) holds the disk. Values below `lowest`, at least 0, are raised to it. */
  template <typename T>
  static FourDSTEM_HOT DiskMoments
  Run(const T *      pattern,
      std::ptrdiff_t rowStride,
      int            xBegin,
      int            xEnd,
      int            yBegin,
      int            yEnd,
      double         centreX,
      double         centreY,
      double         radius,
      bool           softEdge,
      float          lowest)
  {
    constexpr float largest = 3.402823466e+38f;
    DiskMoments     total{ 0., 0., 0. };
    const auto *    bytes = reinterpret_cast<const char *>(pattern);
    const int       n = xEnd - xBegin;
    const float     edge = static_cast<float>(radius) + 0.5f;
    const float     startX = static_cast<float>(xBegin - centreX);
    const double    squaredRadius = radius * radius;
    for (int y = yBegin; y < yEnd; ++y)
    {
      const T *    row = reinterpret_cast<const T *>(bytes + y * rowStride) + xBegin;
      const double dy = y - centreY;
      const float  squaredY = static_cast<float>(dy * dy);
      double       mass = 0.;
      double       moment = 0.;
      if (softEdge)
      {
        FourDSTEM_SIMD(reduction(+ : mass, moment)) for (int i = 0; i < n; ++i)
        {
          const float dx = startX + static_cast<float>(i);
          const float value = static_cast<float>(row[i]);
          const float raised = value > lowest ? value : lowest;
          float       weight = edge - sqrtf(dx * dx + squaredY);
          weight = weight < 1.f ? weight : 1.f;
          weight = weight > 0.f ? weight : 0.f;
          const float counted = value >= -largest && value <= largest ? weight * raised : 0.f;
          mass += static_cast<double>(counted);
          moment += static_cast<double>(counted) * static_cast<double>(dx);
        }
      }
      else
      {
        FourDSTEM_SIMD(reduction(+ : mass, moment)) for (int i = 0; i < n; ++i)
        {
          const double dx = xBegin + i - centreX;
          const float  value = static_cast<float>(row[i]);
          const float  raised = value > lowest ? value : lowest;
          const bool   inside = dx * dx + dy * dy < squaredRadius;
          const double counted = inside && value >= -largest && value <= largest ? static_cast<double>(raised) : 0.;
          mass += counted;
          moment += counted * dx;
        }
      }
      total.mass += mass;
      total.x += moment;
      total.y += mass * dy;
    }
    return total;
  }
};

/** How one pattern is sampled: aligned pixel (x, y) lies between the detector pixels at
 * pixels + y * rowStride + x and those stepX and stepY elements further, at the fractions given. */
struct AlignedPattern
{
  const float *  pixels;
  std::ptrdiff_t rowStride;
  std::ptrdiff_t stepX;
  std::ptrdiff_t stepY;
  float          fractionX;
  float          fractionY;
  std::int64_t   xBegin;
  std::int64_t   xEnd;
  std::int64_t   yBegin;
  std::int64_t   yEnd;
  bool           hasNonFinite;
};

/** Sums [qy][qx] of one group of positions; countSteps [qy + 1][qx + 1]. */
struct SumPointers
{
  double *       sum;
  double *       squares;
  float *        maximum;
  std::int64_t * countSteps;
};

/** Adds up to a few patterns; detector rows outside, patterns inside, so a row of sums stays in the nearest cache. */
struct AddAligned
{
  static FourDSTEM_HOT float
  Sample(const float * a, const float * b, std::ptrdiff_t x, std::ptrdiff_t stepX, float fx, float fy)
  {
    const float top = a[x] + fx * (a[x + stepX] - a[x]);
    const float bottom = b[x] + fx * (b[x + stepX] - b[x]);
    return top + fy * (bottom - top);
  }

  static FourDSTEM_HOT void
  AddRow(const float * __restrict__ values,
         std::int64_t n,
         double * __restrict__ sum,
         double * __restrict__ squares,
         float * __restrict__ maximum)
  {
    FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
    {
      const float  value = values[i];
      const double wide = static_cast<double>(value);
      sum[i] += wide;
      squares[i] += wide * wide;
      maximum[i] = value > maximum[i] ? value : maximum[i];
    }
  }

  static FourDSTEM_HOT void
  AddInterpolatedRow(const float * __restrict__ a,
                     const float * __restrict__ b,
                     std::ptrdiff_t stepX,
                     float          fx,
                     float          fy,
                     std::int64_t   n,
                     double * __restrict__ sum,
                     double * __restrict__ squares,
                     float * __restrict__ maximum)
  {
    FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
    {
      const float  value = Sample(a, b, i, stepX, fx, fy);
      const double wide = static_cast<double>(value);
      sum[i] += wide;
      squares[i] += wide * wide;
      maximum[i] = value > maximum[i] ? value : maximum[i];
    }
  }

  static FourDSTEM_HOT int
  Run(const AlignedPattern * patterns, int count, std::int64_t qy, std::int64_t qx, SumPointers sums)
  {
    for (std::int64_t y = 0; y < qy; ++y)
    {
      for (int p = 0; p < count; ++p)
      {
        const AlignedPattern & pattern = patterns[p];
        if (y < pattern.yBegin || y >= pattern.yEnd)
        {
          continue;
        }
        const std::int64_t first = y * qx + pattern.xBegin;
        const std::int64_t n = pattern.xEnd - pattern.xBegin;
        const float *      a = pattern.pixels + y * pattern.rowStride + pattern.xBegin;
        const float *      b = a + pattern.stepY;
        if (pattern.hasNonFinite)
        {
          AddFinite(pattern, a, b, y, n, qx, sums);
        }
        else if (pattern.stepX == 0 && pattern.stepY == 0)
        {
          AddRow(a, n, sums.sum + first, sums.squares + first, sums.maximum + first);
        }
        else
        {
          AddInterpolatedRow(a,
                             b,
                             pattern.stepX,
                             pattern.fractionX,
                             pattern.fractionY,
                             n,
                             sums.sum + first,
                             sums.squares + first,
                             sums.maximum + first);
        }
      }
    }
    return count;
  }

private:
  static void
  AddFinite(const AlignedPattern & pattern,
            const float *          a,
            const float *          b,
            std::int64_t           y,
            std::int64_t           n,
            std::int64_t           qx,
            SumPointers            sums)
  {
    for (std::int64_t i = 0; i < n; ++i)
    {
      const std::int64_t x = pattern.xBegin + i;
      const float        value = Sample(a, b, i, pattern.stepX, pattern.fractionX, pattern.fractionY);
      if (value - value == 0.f)
      {
        const double wide = static_cast<double>(value);
        sums.sum[y * qx + x] += wide;
        sums.squares[y * qx + x] += wide * wide;
        sums.maximum[y * qx + x] = value > sums.maximum[y * qx + x] ? value : sums.maximum[y * qx + x];
      }
      else
      {
        std::int64_t * corner = sums.countSteps + y * (qx + 1) + x;
        corner[0] -= 1;
        corner[1] += 1;
        corner[qx + 1] += 1;
        corner[qx + 2] -= 1;
      }
    }
  }
};
} // namespace fourdstem

#endif
