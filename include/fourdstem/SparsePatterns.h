// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SparsePatterns_h
#define fourdstem_SparsePatterns_h

#include "FourDSTEMExport.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace fourdstem
{
/** The pixels of a pattern that are not 0, in ascending order, each once. Not owned. */
struct SparsePattern
{
  /** qy * Qx + qx. */
  const std::uint32_t * pixels = nullptr;
  /** Exactly those of the dense pattern: above 0, or not finite. */
  const double * values = nullptr;
  std::int64_t   count = 0;
};

/** Patterns of consecutive positions of one scan row without their zeros: counted electrons, and what was made of them.
 * Filled by PatternSource::ReadSparse; its memory is used again. One per thread. */
class FourDSTEM_EXPORT SparseBlock
{
public:
  std::int64_t
  Count() const
  {
    return static_cast<std::int64_t>(m_Offsets.size()) - 1;
  }

  SparsePattern
  operator[](std::int64_t p) const
  {
    const std::size_t begin = m_Offsets[static_cast<std::size_t>(p)];
    const std::size_t end = m_Offsets[static_cast<std::size_t>(p) + 1];
    return { m_Pixels.data() + begin, m_Values.data() + begin, static_cast<std::int64_t>(end - begin) };
  }

  /** A power of 2 that every value is a multiple of, 1 for counts; 0 where a value is not finite. */
  double
  Unit() const
  {
    return m_Unit;
  }

  /** No patterns. */
  void
  Clear();

  /** The block for a source that reads from another one; made at the first call. */
  SparseBlock &
  Inner()
  {
    if (!m_Inner)
    {
      m_Inner = std::make_unique<SparseBlock>();
    }
    return *m_Inner;
  }

  /** Adds the pattern of electrons that hit these pixels, one entry for each electron, in any order; a pattern has
   * `patternPixels`. Returns the largest count of a pixel. */
  std::int64_t
  AppendElectrons(const std::uint32_t * pixels, std::int64_t electrons, std::int64_t patternPixels);

  /** Adds a pixel, above those before it, to the pattern that EndPattern finishes. Zeros are passed over. */
  void
  AppendPixel(std::uint32_t pixel, double value);

  void
  EndPattern()
  {
    m_Offsets.push_back(m_Pixels.size());
  }

  /** The last pattern becomes the first. */
  void
  ReversePatterns();

  /** Moves pixel i of every pattern to place map(i), which differs for all i. */
  template <typename TMap>
  void
  MovePixels(std::int64_t patternPixels, TMap && map)
  {
    for (std::uint32_t & pixel : m_Pixels)
    {
      pixel = map(pixel);
    }
    this->SortPixels(patternPixels);
  }

private:
  void
  SortPixels(std::int64_t patternPixels);

  std::vector<std::size_t>     m_Offsets{ 0 };
  std::vector<std::uint32_t>   m_Pixels;
  std::vector<double>          m_Values;
  double                       m_Unit = 1.;
  std::unique_ptr<SparseBlock> m_Inner;
  // Of sorting: pixel in the upper half of each.
  std::vector<std::uint64_t> m_Keys;
  std::vector<std::uint64_t> m_Spare;
  std::vector<double>        m_Sorted;
};
} // namespace fourdstem

#endif
