// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5ChunkWriter.h"

#include "Formats/ByteShuffle.h"
#include "Formats/LittleEndian.h"
#include "Kernels/Parallel.h"

#include "itk_zlib.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr std::int64_t GroupBytes = std::int64_t{ 32 } << 20;

std::int64_t
PatternBytes(const ScanShape & scan, ElementType type)
{
  return scan.PatternPixels() * static_cast<std::int64_t>(SizeOf(type));
}

std::int64_t
CountOf(std::int64_t extent, std::int64_t part)
{
  return (extent + part - 1) / part;
}

void
Deflate(const std::vector<unsigned char> & from, std::vector<unsigned char> & to)
{
  uLongf length = compressBound(static_cast<uLong>(from.size()));
  to.resize(length);
  if (compress2(to.data(), &length, from.data(), static_cast<uLong>(from.size()), DeflateLevel) != Z_OK)
  {
    throw std::runtime_error("a chunk could not be compressed");
  }
  to.resize(length);
}
} // namespace

ScanShape
BlockExtents(const ScanShape & scan, ElementType type)
{
  constexpr std::int64_t side = 32;
  constexpr std::int64_t positions = 16;
  const std::int64_t     rows = GroupBytes / std::max<std::int64_t>(1, scan.rx * PatternBytes(scan, type));
  return { std::clamp<std::int64_t>(rows, 1, std::min(positions, scan.ry)),
           std::min(positions, scan.rx),
           std::min(side, scan.qy),
           std::min(side, scan.qx) };
}

Hdf5ChunkWriter::Hdf5ChunkWriter(const ChunkedLayout & layout, std::uint64_t address, int threads)
  : m_Layout(layout)
  , m_Threads(threads)
  , m_Address(address)
  , m_Group(this->GroupAt(0, 0))
{}

Hdf5ChunkWriter::Group
Hdf5ChunkWriter::GroupAt(std::int64_t row, std::int64_t column) const
{
  const ScanShape &  scan = m_Layout.scan;
  const ScanShape &  chunk = m_Layout.chunk;
  const std::int64_t chunkBytes = chunk.rx * PatternBytes(scan, m_Layout.type);
  const std::int64_t columns =
    chunk.ry > 1 ? scan.rx : chunk.rx * std::max<std::int64_t>(1, GroupBytes / 4 / chunkBytes);
  return { row, column, std::min(chunk.ry, scan.ry - row), std::min(columns, scan.rx - column) };
}

void
Hdf5ChunkWriter::Write(const std::byte * patterns, std::int64_t count, OutputFile & file)
{
  const std::int64_t patternBytes = PatternBytes(m_Layout.scan, m_Layout.type);
  while (count > 0)
  {
    const std::int64_t whole = m_Group.rows * m_Group.columns;
    const std::int64_t there = static_cast<std::int64_t>(m_Pending.size()) / patternBytes;
    const std::int64_t taken = std::min(count, whole - there);
    m_Pending.reserve(static_cast<std::size_t>(whole * patternBytes));
    m_Pending.insert(m_Pending.end(), patterns, patterns + taken * patternBytes);
    patterns += taken * patternBytes;
    count -= taken;
    if (there + taken == whole)
    {
      this->WriteGroup(file);
      m_Pending.clear();
      const bool endsRow = m_Group.column + m_Group.columns == m_Layout.scan.rx;
      m_Group = this->GroupAt(endsRow ? m_Group.row + m_Group.rows : m_Group.row,
                              endsRow ? 0 : m_Group.column + m_Group.columns);
    }
  }
}

ScanShape
Hdf5ChunkWriter::ChunkBegin(std::int64_t i) const
{
  const ScanShape &  chunk = m_Layout.chunk;
  const std::int64_t across = CountOf(m_Layout.scan.qx, chunk.qx);
  const std::int64_t down = CountOf(m_Layout.scan.qy, chunk.qy);
  return {
    m_Group.row, m_Group.column + i / (across * down) * chunk.rx, i / across % down * chunk.qy, i % across * chunk.qx
  };
}

void
Hdf5ChunkWriter::Encode(const ScanShape & begin, Bytes & raw, Bytes & encoded) const
{
  const ScanShape & scan = m_Layout.scan;
  const ScanShape & chunk = m_Layout.chunk;
  const auto        bytes = static_cast<std::int64_t>(SizeOf(m_Layout.type));
  // Pixels of the last chunks that lie outside the array are 0.
  raw.assign(static_cast<std::size_t>(chunk.Positions() * chunk.PatternPixels() * bytes), 0);
  const std::int64_t columns = std::min(chunk.rx, m_Group.column + m_Group.columns - begin.rx);
  const std::int64_t height = std::min(chunk.qy, scan.qy - begin.qy);
  const std::int64_t width = std::min(chunk.qx, scan.qx - begin.qx);
  for (std::int64_t row = 0; row < m_Group.rows; ++row)
  {
    for (std::int64_t column = 0; column < columns; ++column)
    {
      const std::int64_t position = row * m_Group.columns + begin.rx - m_Group.column + column;
      for (std::int64_t y = 0; y < height; ++y)
      {
        const std::int64_t from = (position * scan.qy + begin.qy + y) * scan.qx + begin.qx;
        const std::int64_t to = ((row * chunk.rx + column) * chunk.qy + y) * chunk.qx;
        PutLittleEndian(
          m_Pending.data() + from * bytes, m_Layout.type, static_cast<std::size_t>(width), raw.data() + to * bytes);
      }
    }
  }
  if (m_Layout.isCompressed)
  {
    encoded.resize(raw.size());
    ShuffleBytes(
      raw.data(), raw.size() / static_cast<std::size_t>(bytes), static_cast<std::size_t>(bytes), encoded.data());
    raw.swap(encoded);
    Deflate(raw, encoded);
  }
  else
  {
    encoded.swap(raw);
  }
}

void
Hdf5ChunkWriter::WriteGroup(OutputFile & file)
{
  struct Buffers
  {
    Bytes raw;
    Bytes encoded;
  };
  const ScanShape &  chunk = m_Layout.chunk;
  const std::int64_t chunks =
    CountOf(m_Group.columns, chunk.rx) * CountOf(m_Layout.scan.qy, chunk.qy) * CountOf(m_Layout.scan.qx, chunk.qx);
  ParallelOrdered(
    chunks,
    { m_Threads, {} },
    [] { return Buffers(); },
    [this](std::int64_t i, Buffers & buffers) { this->Encode(this->ChunkBegin(i), buffers.raw, buffers.encoded); },
    [&](std::int64_t i, const Buffers & buffers) {
      const std::size_t bytes = buffers.encoded.size();
      file.Write(buffers.encoded.data(), bytes);
      m_Chunks.push_back({ this->ChunkBegin(i), m_Address, static_cast<std::uint32_t>(bytes) });
      m_Address += bytes;
    });
}
} // namespace fourdstem
