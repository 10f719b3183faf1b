// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SamplingLoops_h
#define fourdstem_SamplingLoops_h

#include "Dispatch.h"

#include <cstddef>
#include <cstdint>

namespace fourdstem
{
/** out[i] = (accumulate ? out[i] : 0) + sum_t taps[t] in[t * stride + i]: a filter along rows (stride 1) or across
 * them. Taps are taken eight at a time, so that the output is not loaded and stored for each. */
struct Correlate
{
  static FourDSTEM_HOT void
  Run(const float *  in,
      std::ptrdiff_t stride,
      const float *  taps,
      int            count,
      std::int64_t   n,
      float *        out,
      bool           accumulate)
  {
    int t = 0;
    if (!accumulate)
    {
      const float w0 = taps[0];
      if (count > 1)
      {
        const float   w1 = taps[1];
        const float * next = in + stride;
        FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
        {
          out[i] = w0 * in[i] + w1 * next[i];
        }
        t = 2;
      }
      else
      {
        FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
        {
          out[i] = w0 * in[i];
        }
        t = 1;
      }
    }
    for (; t + 8 <= count; t += 8)
    {
      const float * a = in + t * stride;
      const float * b = a + stride;
      const float * c = b + stride;
      const float * d = c + stride;
      const float * e = d + stride;
      const float * f = e + stride;
      const float * g = f + stride;
      const float * h = g + stride;
      const float   wa = taps[t], wb = taps[t + 1], wc = taps[t + 2], wd = taps[t + 3];
      const float   we = taps[t + 4], wf = taps[t + 5], wg = taps[t + 6], wh = taps[t + 7];
      FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
      {
        out[i] += (wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i]) + (we * e[i] + wf * f[i] + wg * g[i] + wh * h[i]);
      }
    }
    for (; t + 3 <= count; t += 3)
    {
      const float * a = in + t * stride;
      const float * b = a + stride;
      const float * c = b + stride;
      const float   wa = taps[t], wb = taps[t + 1], wc = taps[t + 2];
      FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
      {
        out[i] += wa * a[i] + wb * b[i] + wc * c[i];
      }
    }
    for (; t < count; ++t)
    {
      const float * a = in + t * stride;
      const float   wa = taps[t];
      FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
      {
        out[i] += wa * a[i];
      }
    }
  }
};

/** even[i] = in[2 i], odd[i] = in[2 i + 1] for i < n. */
struct Deinterleave
{
  static FourDSTEM_HOT void
  Run(const float * in, std::int64_t n, float * even, float * odd)
  {
    FourDSTEM_SIMD() for (std::int64_t i = 0; i < n; ++i)
    {
      even[i] = in[2 * i];
      odd[i] = in[2 * i + 1];
    }
  }
};
} // namespace fourdstem

#endif
