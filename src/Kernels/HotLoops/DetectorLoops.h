// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DetectorLoops_h
#define fourdstem_DetectorLoops_h

#include "Dispatch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fourdstem
{
/** Pixels [begin, end) of detector row `qy`, an element of PixelSpan lists in ascending order. */
struct PixelSpan
{
  std::int64_t qy;
  std::int64_t begin;
  std::int64_t end;
};

/** Sum and first moments, about pixel (0, 0), of the pixels in some spans. */
struct SpanMoments
{
  double sum;
  double x;
  double y;
};

/** Spans are short, a few dozen pixels: lanes that run through all of them spare each the sum over its own lanes. */
struct SumSpans
{
  template <typename T>
  static FourDSTEM_HOT double
  Run(const T * pattern, std::ptrdiff_t rowStride, const PixelSpan * spans, std::int64_t count)
  {
    constexpr int lanes = 8;
    const auto *  bytes = reinterpret_cast<const char *>(pattern);
    double        sums[lanes] = {};
    double        total = 0.;
    for (std::int64_t s = 0; s < count; ++s)
    {
      const T * row = reinterpret_cast<const T *>(bytes + spans[s].qy * rowStride) + spans[s].begin;
      const int n = static_cast<int>(spans[s].end - spans[s].begin);
      int       i = 0;
      for (; i + lanes <= n; i += lanes)
      {
        FourDSTEM_SIMD(simdlen(8)) for (int lane = 0; lane < lanes; ++lane)
        {
          sums[lane] += static_cast<double>(row[i + lane]);
        }
      }
      for (; i < n; ++i)
      {
        total += static_cast<double>(row[i]);
      }
    }
    for (const double sum : sums)
    {
      total += sum;
    }
    return total;
  }
};

struct SumSpanMoments
{
  template <typename T>
  static FourDSTEM_HOT SpanMoments
  Run(const T * pattern, std::ptrdiff_t rowStride, const PixelSpan * spans, std::int64_t count)
  {
    const auto * bytes = reinterpret_cast<const char *>(pattern);
    SpanMoments  total{ 0., 0., 0. };
    for (std::int64_t s = 0; s < count; ++s)
    {
      const int first = static_cast<int>(spans[s].begin);
      const T * row = reinterpret_cast<const T *>(bytes + spans[s].qy * rowStride) + first;
      const int n = static_cast<int>(spans[s].end) - first;
      double    sum = 0.;
      double    moment = 0.;
      FourDSTEM_SIMD(reduction(+ : sum, moment) simdlen(16)) for (int i = 0; i < n; ++i)
      {
        const double value = static_cast<double>(row[i]);
        sum += value;
        moment += value * static_cast<double>(first + i);
      }
      total.sum += sum;
      total.x += moment;
      total.y += sum * static_cast<double>(spans[s].qy);
    }
    return total;
  }
};

/** Sum of pixels times weights; weight (y, x) lies at weights + y * weightStride + x. */
struct WeighSpans
{
  template <typename T>
  static FourDSTEM_HOT SpanMoments
  Run(const T *         pattern,
      std::ptrdiff_t    rowStride,
      const float *     weights,
      std::ptrdiff_t    weightStride,
      const PixelSpan * spans,
      std::int64_t      count)
  {
    const auto * bytes = reinterpret_cast<const char *>(pattern);
    SpanMoments  total{ 0., 0., 0. };
    for (std::int64_t s = 0; s < count; ++s)
    {
      const int     first = static_cast<int>(spans[s].begin);
      const T *     row = reinterpret_cast<const T *>(bytes + spans[s].qy * rowStride) + first;
      const float * weight = weights + spans[s].qy * weightStride + first;
      const int     n = static_cast<int>(spans[s].end) - first;
      double        sum = 0.;
      double        moment = 0.;
      FourDSTEM_SIMD(reduction(+ : sum, moment) simdlen(16)) for (int i = 0; i < n; ++i)
      {
        const double value = static_cast<double>(row[i]) * static_cast<double>(weight[i]);
        sum += value;
        moment += value * static_cast<double>(first + i);
      }
      total.sum += sum;
      total.x += moment;
      total.y += sum * static_cast<double>(spans[s].qy);
    }
    return total;
  }
};

/** As WeighSpans (SumSpanMoments without weights), for patterns with non-finite pixels, which it leaves out; appends
 * their indices in a pattern of rows of `columns` pixels to `nonFinite`. */
struct WeighFinite
{
  template <typename T>
  static SpanMoments
  Run(const T *                   pattern,
      std::ptrdiff_t              rowStride,
      const float *               weights,
      std::ptrdiff_t              columns,
      const PixelSpan *           spans,
      std::int64_t                count,
      std::vector<std::int64_t> & nonFinite)
  {
    const auto * bytes = reinterpret_cast<const char *>(pattern);
    SpanMoments  total{ 0., 0., 0. };
    for (std::int64_t s = 0; s < count; ++s)
    {
      const T * row = reinterpret_cast<const T *>(bytes + spans[s].qy * rowStride);
      for (std::int64_t x = spans[s].begin; x < spans[s].end; ++x)
      {
        const std::int64_t pixel = spans[s].qy * columns + x;
        if (!(row[x] - row[x] == T{ 0 }))
        {
          nonFinite.push_back(pixel);
          continue;
        }
        const double weight = weights ? static_cast<double>(weights[pixel]) : 1.;
        const double value = static_cast<double>(row[x]) * weight;
        total.sum += value;
        total.x += value * static_cast<double>(x);
        total.y += value * static_cast<double>(spans[s].qy);
      }
    }
    return total;
  }
};
} // namespace fourdstem

#endif
