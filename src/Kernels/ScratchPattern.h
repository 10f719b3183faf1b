// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ScratchPattern_h
#define fourdstem_ScratchPattern_h

#include "fourdstem/Feature.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
/** How many pixels are NaN or infinite as float32. */
inline std::int64_t
NonFinitePixels(const SparsePattern & sparse)
{
  return std::count_if(sparse.values, sparse.values + sparse.count, [](double value) {
    return !std::isfinite(static_cast<float>(value));
  });
}

/** A dense pattern that one sparse pattern after the other is put into and taken out of again, pixel by pixel of its
 * list: what lies between is not touched. One per thread. */
template <typename T>
class ScratchPattern
{
public:
  /** Pixels below `lowest` are raised to it. */
  ScratchPattern(std::int64_t qy, std::int64_t qx, T lowest)
    : m_Qy(qy)
    , m_Qx(qx)
    , m_Lowest(lowest)
    , m_Background(T{ 0 } > lowest ? T{ 0 } : lowest)
    , m_Pixels(static_cast<std::size_t>((qy + 2) * qx + 2), m_Background)
  {}

  T
  Background() const
  {
    return m_Background;
  }

  /** Pixels that are not finite stay so. */
  void
  Put(const SparsePattern & sparse)
  {
    T * pixels = this->First();
    for (std::int64_t i = 0; i < sparse.count; ++i)
    {
      const T value = static_cast<T>(sparse.values[i]);
      pixels[sparse.pixels[i]] = value < m_Lowest ? m_Lowest : value;
    }
  }

  /** Takes out what was put. */
  void
  Clear(const SparsePattern & sparse)
  {
    T * pixels = this->First();
    for (std::int64_t i = 0; i < sparse.count; ++i)
    {
      pixels[sparse.pixels[i]] = m_Background;
    }
  }

  PatternBlock
  Block() const
  {
    PatternBlock block;
    block.data = reinterpret_cast<const std::byte *>(this->First());
    block.type = ElementTypeOf<T>();
    block.count = 1;
    block.rowStride = m_Qx * static_cast<std::ptrdiff_t>(sizeof(T));
    block.patternStride = m_Qy * block.rowStride;
    return block;
  }

  FloatPattern
  Pattern() const
  {
    return { this->First(), static_cast<std::ptrdiff_t>(m_Qx), m_Qy, m_Qx };
  }

private:
  // A row and a pixel before and behind, so that neighbours of the outermost pixels may be looked at.
  T *
  First()
  {
    return m_Pixels.data() + m_Qx + 1;
  }
  const T *
  First() const
  {
    return m_Pixels.data() + m_Qx + 1;
  }

  std::int64_t   m_Qy;
  std::int64_t   m_Qx;
  T              m_Lowest;
  T              m_Background;
  std::vector<T> m_Pixels;
};
} // namespace fourdstem

#endif
