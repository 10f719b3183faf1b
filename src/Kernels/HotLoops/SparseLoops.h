// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SparseLoops_h
#define fourdstem_SparseLoops_h

#include "PatternLoops.h"

namespace fourdstem
{
/** As DiskMoments with the rows of these pixels, 0 being the lowest value; the others are 0. The same lanes, so the
 * same bits. */
struct SparseDiskMoments
{
  static FourDSTEM_HOT DiskMoments
  Run(const std::uint32_t * pixels,
      const double *        values,
      std::int64_t          count,
      std::int64_t          qx,
      int                   xBegin,
      int                   xEnd,
      double                centreX,
      double                centreY,
      float                 slope,
      float                 limit)
  {
    constexpr int Lanes = DiskMoments::Lanes;
    DiskMoments   total{ 0., 0., 0. };
    double        masses[Lanes] = {};
    double        moments[Lanes] = {};
    double        heights[Lanes] = {};
    const float   startX = static_cast<float>(xBegin - centreX);
    for (std::int64_t i = 0; i < count;)
    {
      const int          y = static_cast<int>(pixels[i] / static_cast<std::uint32_t>(qx));
      const std::int64_t rowBegin = y * qx;
      const double       dy = y - centreY;
      const float        left = limit - static_cast<float>(dy * dy);
      float              mass[Lanes] = {};
      float              moment[Lanes] = {};
      for (; i < count && pixels[i] < rowBegin + qx; ++i)
      {
        const int at = static_cast<int>(pixels[i] - rowBegin) - xBegin;
        if (at >= 0 && at < xEnd - xBegin)
        {
          const int   lane = at % Lanes;
          const float dx = startX + static_cast<float>(at);
          const float counted = DiskMoments::Weigh(static_cast<float>(values[i]), dx, left, slope, 0.f);
          mass[lane] += counted;
          moment[lane] += counted * dx;
        }
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
};

/** As AddAligned<true> with one pattern, or AddAligned<false> where sums.maximum is null, at those aligned pixels only
 * that have a pixel of the list under them. The pattern is finite and 0 elsewhere; the maximum of aligned pixels that
 * have none is left to the caller.
 *
 * An aligned pixel is added once: by the first of the pixels under it that are not 0. */
struct AddSparse
{
  static FourDSTEM_HOT int
  Run(const AlignedPattern * pattern,
      const std::uint32_t *  pixels,
      std::int64_t           count,
      std::int64_t           qx,
      SumPointers            sums)
  {
    const bool stepsX = pattern->stepX != 0;
    const bool stepsY = pattern->stepY != 0;
    if (stepsX && stepsY)
    {
      AddPixels<1, 1>(*pattern, pixels, count, qx, sums);
    }
    else if (stepsX)
    {
      AddPixels<1, 0>(*pattern, pixels, count, qx, sums);
    }
    else if (stepsY)
    {
      AddPixels<0, 1>(*pattern, pixels, count, qx, sums);
    }
    else
    {
      AddPixels<0, 0>(*pattern, pixels, count, qx, sums);
    }
    return 0;
  }

private:
  template <int StepX>
  static FourDSTEM_HOT void
  AddOne(const float * topLeft, std::ptrdiff_t below, float fx, float fy, std::int64_t aligned, SumPointers sums)
  {
    const float  value = Bilinear::At(topLeft[0], topLeft[StepX], topLeft[below], topLeft[below + StepX], fx, fy);
    const double wide = static_cast<double>(value);
    sums.sum[aligned] += wide;
    sums.squares[aligned] += wide * wide;
    if (sums.maximum)
    {
      sums.maximum[aligned] = value > sums.maximum[aligned] ? value : sums.maximum[aligned];
    }
  }

  template <int StepX, int StepY>
  static FourDSTEM_HOT void
  AddPixels(const AlignedPattern & pattern,
            const std::uint32_t *  pixels,
            std::int64_t           count,
            std::int64_t           qx,
            SumPointers            sums)
  {
    const float          fx = pattern.fractionX;
    const float          fy = pattern.fractionY;
    const std::ptrdiff_t below = StepY * pattern.rowStride;
    for (std::int64_t i = 0; i < count;)
    {
      const std::int64_t row = pixels[i] / static_cast<std::uint32_t>(qx);
      const std::int64_t rowBegin = row * qx;
      const std::int64_t y = row - pattern.offsetY;
      const bool         isHere = y >= pattern.yBegin && y < pattern.yEnd;
      const bool         isAbove = StepY == 1 && y - 1 >= pattern.yBegin && y - 1 < pattern.yEnd;
      const float *      pixelsOfRow = pattern.pixels + y * pattern.rowStride;
      for (; i < count && pixels[i] < rowBegin + qx; ++i)
      {
        const std::int64_t x = pixels[i] - rowBegin - pattern.offsetX;
        const bool         isUnder = x >= pattern.xBegin && x < pattern.xEnd;
        const bool         isLeft = StepX == 1 && x - 1 >= pattern.xBegin && x - 1 < pattern.xEnd;
        const float *      at = pixelsOfRow + x;
        const std::int64_t aligned = y * qx + x;
        if (isHere && isUnder)
        {
          AddOne<StepX>(at, below, fx, fy, aligned, sums);
        }
        if (isHere && isLeft && at[-1] == 0.f)
        {
          AddOne<StepX>(at - 1, below, fx, fy, aligned - 1, sums);
        }
        if (isAbove && isUnder && at[-below] == 0.f && at[-below + StepX] == 0.f)
        {
          AddOne<StepX>(at - below, below, fx, fy, aligned - qx, sums);
        }
        if (isAbove && isLeft && at[-below - 1] == 0.f && at[-below] == 0.f && at[-1] == 0.f)
        {
          AddOne<StepX>(at - below - 1, below, fx, fy, aligned - qx - 1, sums);
        }
      }
    }
  }
};

/** Raises values to `lowest`. */
struct RaiseRow
{
  static FourDSTEM_HOT int
  Run(float * values, std::int64_t n, float lowest)
  {
    FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
    {
      values[i] = lowest > values[i] ? lowest : values[i];
    }
    return 0;
  }
};
} // namespace fourdstem

#endif
