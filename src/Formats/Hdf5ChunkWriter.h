// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ChunkWriter_h
#define fourdstem_Hdf5ChunkWriter_h

#include "Formats/Hdf5ChunkIndex.h"
#include "Formats/OutputFile.h"

namespace fourdstem
{
/** Extents and type of a chunked data set (Ry, Rx, Qy, Qx), and whether its filters are shuffle and deflate or none. */
struct ChunkedLayout
{
  ScanShape   scan;
  ScanShape   chunk;
  ElementType type = ElementType::Float32;
  bool        isCompressed = false;
};

/** HDF5's number for the effort of deflate. */
constexpr int DeflateLevel = 4;

/** Appends the chunks of a data set, which gets its patterns in scan order, to a file. Several threads encode; the file
 * does not depend on them. */
class Hdf5ChunkWriter
{
public:
  Hdf5ChunkWriter(const ChunkedLayout & layout, std::uint64_t address, int threads);

  /** As ScanWriter::Write. The file ends at Address(). */
  void
  Write(const std::byte * patterns, std::int64_t count, OutputFile & file);

  /** Where in the file the next chunk will lie. */
  std::uint64_t
  Address() const
  {
    return m_Address;
  }

  /** In C order. */
  const std::vector<WrittenChunk> &
  Chunks() const
  {
    return m_Chunks;
  }

private:
  using Bytes = std::vector<unsigned char>;

  /** Positions of whole chunks that are written together: one row of chunks, or part of one. */
  struct Group
  {
    std::int64_t row = 0;
    std::int64_t column = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
  };

  Group
  GroupAt(std::int64_t row, std::int64_t column) const;
  /** Where chunk number `i` of the group begins. */
  ScanShape
  ChunkBegin(std::int64_t i) const;
  void
  Encode(const ScanShape & begin, Bytes & raw, Bytes & encoded) const;
  void
  WriteGroup(OutputFile & file);

  ChunkedLayout             m_Layout;
  int                       m_Threads;
  std::uint64_t             m_Address;
  Group                     m_Group;
  std::vector<std::byte>    m_Pending; // patterns of m_Group that are there
  std::vector<WrittenChunk> m_Chunks;
};

/** Extents of the chunks of Emd1Chunks::Blocks. */
ScanShape
BlockExtents(const ScanShape & scan, ElementType type);
} // namespace fourdstem

#endif
