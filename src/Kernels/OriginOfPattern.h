// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_OriginOfPattern_h
#define fourdstem_OriginOfPattern_h

#include "ScratchPattern.h"
#include "fourdstem/Origin.h"

namespace fourdstem
{
/** The origin of pattern `p` of `block`, whose patterns are [qy][qx], written to origin[0] = x, origin[1] = y. */
void
FindOriginOfPattern(const PatternBlock & block,
                    std::int64_t         p,
                    std::int64_t         qy,
                    std::int64_t         qx,
                    const OriginSearch & search,
                    float *              origin);

/** The same, the same bits, for patterns without their zeros. Where zeros are raised, and for patterns with values that
 * are not finite, it works on a dense scratch pattern. One per thread. */
class SparseOriginFinder
{
public:
  SparseOriginFinder(std::int64_t qy, std::int64_t qx, const OriginSearch & search)
    : m_Qy(qy)
    , m_Qx(qx)
    , m_Search(search)
    , m_Scratch(qy, qx, search.lowest)
  {}

  void
  Find(const SparsePattern & sparse, float * origin);

private:
  std::int64_t          m_Qy;
  std::int64_t          m_Qx;
  OriginSearch          m_Search;
  ScratchPattern<float> m_Scratch;
};

/** Throws std::invalid_argument unless the search can be made. */
void
CheckOriginSearch(const OriginSearch & search);
} // namespace fourdstem

#endif
