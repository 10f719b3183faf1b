// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PatternLoops_h
#define fourdstem_PatternLoops_h

#include "Dispatch.h"

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

  static constexpr int Lanes = 8;

  /** The box [xBegin, xEnd) x [yBegin, yEnd) holds the disk; its width is a multiple of Lanes, or the detector's. A
   * pixel at squared distance d from the centre weighs slope * (limit - d), but not below 0 or above 1. Values below
   * `lowest`, at least 0, are raised to it. */
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
      float          slope,
      float          limit,
      float          lowest)
  {
    DiskMoments  total{ 0., 0., 0. };
    double       masses[Lanes] = {};
    double       moments[Lanes] = {};
    double       heights[Lanes] = {};
    const auto * bytes = reinterpret_cast<const char *>(pattern);
    const int    n = xEnd - xBegin;
    const float  startX = static_cast<float>(xBegin - centreX);
    for (int y = yBegin; y < yEnd; ++y)
    {
      const T *    row = reinterpret_cast<const T *>(bytes + y * rowStride) + xBegin;
      const double dy = y - centreY;
      const float  left = limit - static_cast<float>(dy * dy);
      float        mass[Lanes] = {};
      float        moment[Lanes] = {};
      int          i = 0;
      for (; i + Lanes <= n; i += Lanes)
      {
        FourDSTEM_SIMD(simdlen(8)) for (int lane = 0; lane < Lanes; ++lane)
        {
          const float dx = startX + static_cast<float>(i + lane);
          const float counted = Weigh(static_cast<float>(row[i + lane]), dx, left, slope, lowest);
          mass[lane] += counted;
          moment[lane] += counted * dx;
        }
      }
      for (int lane = 0; i < n; ++i, ++lane)
      {
        const float dx = startX + static_cast<float>(i);
        const float counted = Weigh(static_cast<float>(row[i]), dx, left, slope, lowest);
        mass[lane] += counted;
        moment[lane] += counted * dx;
      }
      for (int lane = 0; lane < Lanes; ++lane)
      {
        masses[lane] += static_cast<double>(mass[lane]);
        moments[lane] += static_cast<double>(moment[lane]);
        heights[lane] += static_cast<double>(mass[lane]) * dy;
      }
    }
    for (int lane = 0; lane < Lanes; ++lane)
    {
      total.mass += masses[lane];
      total.x += moments[lane];
      total.y += heights[lane];
    }
    return total;
  }

  /** What a pixel adds to the mass, at `dx` columns from the centre in a row where the weight is slope * left there. */
  static FourDSTEM_HOT float
  Weigh(float value, float dx, float left, float slope, float lowest)
  {
    constexpr float largest = 3.402823466e+38f;
    const float     raised = value > lowest ? value : lowest;
    float           weight = slope * (left - dx * dx);
    weight = weight < 1.f ? weight : 1.f;
    weight = weight > 0.f ? weight : 0.f;
    const float product = weight * raised;
    return (value >= -largest) & (value <= largest) ? product : 0.f;
  }
};

/** How one pattern is sampled: aligned pixel (x, y) lies between the detector pixels at
 * pixels + y * rowStride + x and those stepX (0 or 1) and stepY (0 or rowStride) elements further, at the fractions
 * given; a step is 0 where the fraction is. */
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
  std::int64_t   offsetX = 0; // of the detector pixel at aligned pixel 0
  std::int64_t   offsetY = 0;
};

/** The value at fractions (fx, fy) of the way from `topLeft` to its three neighbours. */
struct Bilinear
{
  static FourDSTEM_HOT float
  At(float topLeft, float topRight, float bottomLeft, float bottomRight, float fx, float fy)
  {
    const float above = topLeft + fx * (topRight - topLeft);
    const float below = bottomLeft + fx * (bottomRight - bottomLeft);
    return above + fy * (below - above);
  }
};

/** Sums [qy][qx] of one group of positions, the maximum where it is wanted; countSteps [qy + 1][qx + 1]. */
struct SumPointers
{
  double *       sum;
  double *       squares;
  float *        maximum;
  std::int64_t * countSteps;
};

/** Adds a few patterns; detector rows outside, patterns inside, so a row of sums stays in the nearest cache, and two
 * patterns at a time, so that it is stored less often. A pixel gets the patterns in their order, whatever the way. */
template <bool WithMaximum>
struct AddAligned
{
  static constexpr int Together = 2;

  template <bool Interpolate, int StepX, int N>
  static FourDSTEM_HOT void
  AddRows(const AlignedPattern * patterns,
          std::int64_t           y,
          std::int64_t           begin,
          std::int64_t           end,
          std::int64_t           qx,
          SumPointers            sums)
  {
    const float * top[N];
    const float * bottom[N];
    float         fx[N];
    float         fy[N];
    for (int p = 0; p < N; ++p)
    {
      top[p] = patterns[p].pixels + y * patterns[p].rowStride + begin;
      bottom[p] = top[p] + patterns[p].stepY;
      fx[p] = patterns[p].fractionX;
      fy[p] = patterns[p].fractionY;
    }
    const std::int64_t n = end - begin;
    double *           sum = sums.sum + y * qx + begin;
    double *           squares = sums.squares + y * qx + begin;
    float *            maximum = WithMaximum ? sums.maximum + y * qx + begin : nullptr;
    FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
    {
      double s = sum[i];
      double q = squares[i];
      float  m = WithMaximum ? maximum[i] : 0.f;
      for (int p = 0; p < N; ++p)
      {
        const float value =
          Interpolate ? Bilinear::At(top[p][i], top[p][i + StepX], bottom[p][i], bottom[p][i + StepX], fx[p], fy[p])
                      : top[p][i];
        const double wide = static_cast<double>(value);
        s += wide;
        q += wide * wide;
        m = value > m ? value : m;
      }
      sum[i] = s;
      squares[i] = q;
      if (WithMaximum)
      {
        maximum[i] = m;
      }
    }
  }

  static FourDSTEM_HOT void
  AddOne(const AlignedPattern & pattern,
         std::int64_t           y,
         std::int64_t           begin,
         std::int64_t           end,
         std::int64_t           qx,
         SumPointers            sums)
  {
    if (begin >= end || y < pattern.yBegin || y >= pattern.yEnd)
    {
      return;
    }
    if (pattern.hasNonFinite)
    {
      AddFinite(pattern, y, begin, end, qx, sums);
    }
    else if (pattern.stepX == 0 && pattern.stepY == 0)
    {
      AddRows<false, 0, 1>(&pattern, y, begin, end, qx, sums);
    }
    else if (pattern.stepX == 0)
    {
      AddRows<true, 0, 1>(&pattern, y, begin, end, qx, sums);
    }
    else
    {
      AddRows<true, 1, 1>(&pattern, y, begin, end, qx, sums);
    }
  }

  /** Those pixels that both have are added together, the others one pattern after the other. */
  static FourDSTEM_HOT void
  AddTogether(const AlignedPattern * patterns, std::int64_t y, std::int64_t qx, SumPointers sums)
  {
    std::int64_t begin = 0;
    std::int64_t end = qx;
    bool         together = true;
    const bool   interpolate = patterns[0].stepX != 0;
    for (int p = 0; p < Together; ++p)
    {
      const AlignedPattern & pattern = patterns[p];
      begin = pattern.xBegin > begin ? pattern.xBegin : begin;
      end = pattern.xEnd < end ? pattern.xEnd : end;
      together = together && !pattern.hasNonFinite && y >= pattern.yBegin && y < pattern.yEnd &&
                 (pattern.stepX != 0) == interpolate && (pattern.stepY != 0) == interpolate;
    }
    if (!together || begin >= end)
    {
      begin = qx;
      end = qx;
    }
    for (int p = 0; p < Together; ++p)
    {
      const AlignedPattern & pattern = patterns[p];
      AddOne(pattern, y, pattern.xBegin, begin < pattern.xEnd ? begin : pattern.xEnd, qx, sums);
      AddOne(pattern, y, end > pattern.xBegin ? end : pattern.xBegin, pattern.xEnd, qx, sums);
    }
    if (begin < end && interpolate)
    {
      AddRows<true, 1, Together>(patterns, y, begin, end, qx, sums);
    }
    else if (begin < end)
    {
      AddRows<false, 0, Together>(patterns, y, begin, end, qx, sums);
    }
  }

  static FourDSTEM_HOT int
  Run(const AlignedPattern * patterns, int count, std::int64_t qy, std::int64_t qx, SumPointers sums)
  {
    for (std::int64_t y = 0; y < qy; ++y)
    {
      int p = 0;
      for (; p + Together <= count; p += Together)
      {
        AddTogether(patterns + p, y, qx, sums);
      }
      for (; p < count; ++p)
      {
        AddOne(patterns[p], y, patterns[p].xBegin, patterns[p].xEnd, qx, sums);
      }
    }
    return count;
  }

private:
  static void
  AddFinite(const AlignedPattern & pattern,
            std::int64_t           y,
            std::int64_t           begin,
            std::int64_t           end,
            std::int64_t           qx,
            SumPointers            sums)
  {
    const float * top = pattern.pixels + y * pattern.rowStride;
    const float * bottom = top + pattern.stepY;
    for (std::int64_t x = begin; x < end; ++x)
    {
      const float value = Bilinear::At(
        top[x], top[x + pattern.stepX], bottom[x], bottom[x + pattern.stepX], pattern.fractionX, pattern.fractionY);
      if (value - value == 0.f)
      {
        const double wide = static_cast<double>(value);
        sums.sum[y * qx + x] += wide;
        sums.squares[y * qx + x] += wide * wide;
        if (WithMaximum && value > sums.maximum[y * qx + x])
        {
          sums.maximum[y * qx + x] = value;
        }
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
