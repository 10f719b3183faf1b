// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ChunkIndex_h
#define fourdstem_Hdf5ChunkIndex_h

#include "fourdstem/PatternSource.h"

namespace fourdstem
{
/** A chunk where it lies in the file: first element, offset in the file and bytes there. */
struct WrittenChunk
{
  ScanShape     begin;
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
};

/** The bytes of a version 1 B-tree of chunks (HDF5 File Format Specification, III.A.1) and the address of its root. */
struct ChunkIndex
{
  std::vector<unsigned char> bytes;
  std::uint64_t              root = 0;
};

/** The index of all chunks of a data set (Ry, Rx, Qy, Qx), in C order, as it lies at `address` of the file. */
ChunkIndex
IndexOf(const std::vector<WrittenChunk> & chunks,
        const ScanShape &                 chunkExtents,
        std::size_t                       elementBytes,
        std::uint64_t                     address);

/** Where, in the bytes of a file that HDF5 has made, the address of the index of a data set with such chunks lies,
 * which as yet has none. Throws std::runtime_error unless there is one such place. */
std::size_t
FindIndexAddress(const std::vector<unsigned char> & image, const ScanShape & chunkExtents, std::size_t elementBytes);

/** Appends a number of `count` bytes, least significant first. */
void
AppendLittleEndian(std::vector<unsigned char> & bytes, std::uint64_t value, int count);
} // namespace fourdstem

#endif
