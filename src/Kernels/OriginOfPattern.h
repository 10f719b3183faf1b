// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_OriginOfPattern_h
#define fourdstem_OriginOfPattern_h

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

/** Throws std::invalid_argument unless the search can be made. */
void
CheckOriginSearch(const OriginSearch & search);
} // namespace fourdstem

#endif
