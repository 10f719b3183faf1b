// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_AdaptedPatterns_h
#define fourdstem_AdaptedPatterns_h

#include "fourdstem/PatternAdaptors.h"

namespace fourdstem
{
/** A source made from another one. */
class AdaptedPatterns : public PatternSource
{
public:
  ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    return m_Source->RowsTogether(ry);
  }

protected:
  AdaptedPatterns(SharedPatterns source, const ScanShape & shape, ElementType type)
    : PatternSource(shape, type)
    , m_Source(std::move(source))
  {}

  const PatternSource &
  Source() const
  {
    return *m_Source;
  }

  /** Room for `count` patterns without gaps in the lease's buffer, and `bytesBefore` bytes, a multiple of 8, before
   * them. */
  PatternBlock
  Contiguous(std::int64_t count, PatternLease & lease, std::size_t bytesBefore = 0) const
  {
    PatternBlock block;
    block.type = this->Type();
    block.count = count;
    block.rowStride = this->Shape().qx * static_cast<std::ptrdiff_t>(SizeOf(block.type));
    block.patternStride = this->Shape().qy * block.rowStride;
    block.data = lease.Buffer(bytesBefore + static_cast<std::size_t>(count * block.patternStride)) + bytesBefore;
    return block;
  }

  /** A row of a block that Contiguous made. */
  template <typename T>
  static T *
  MutableRow(const PatternBlock & block, std::int64_t p, std::int64_t qy)
  {
    return const_cast<T *>(block.Row<T>(p, qy));
  }

private:
  SharedPatterns m_Source;
};
} // namespace fourdstem

#endif
