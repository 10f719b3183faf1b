// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ByteShuffle_h
#define fourdstem_ByteShuffle_h

#include "FourDSTEMExport.h"

#include <cstddef>

namespace fourdstem
{
/** Undoes HDF5's shuffle: from the first bytes of `count` elements, then their second bytes and so on, to elements of
 * `elementBytes`. */
void
UnshuffleBytes(const std::byte * from, std::size_t count, std::size_t elementBytes, std::byte * to);

/** HDF5's shuffle: what UnshuffleBytes undoes. */
void
ShuffleBytes(const unsigned char * from, std::size_t count, std::size_t elementBytes, unsigned char * to);

/** Undoes bitshuffle's transpose of `count` elements, a multiple of 8: bit k of byte b of element i lies in bit i % 8
 * of byte (8 b + k) count / 8 + i / 8 of `from`. `planes` has room for as many bytes as `from`. Masui et al., Astron.
 * Comput. 12, 181 (2015). */
FourDSTEM_EXPORT void
UnshuffleBits(const std::byte * from, std::size_t count, std::size_t elementBytes, std::byte * planes, std::byte * to);
} // namespace fourdstem

#endif
