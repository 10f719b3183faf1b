// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/StridedScanFile.h"

#include "Formats/InputFile.h"
#include "Formats/ScanExtents.h"

#include <algorithm>
#include <cstring>

namespace fourdstem
{
namespace
{
/** An axis of a tile: positions or pixels along it, and bytes from one to the next in the file and in memory. */
struct Axis
{
  std::int64_t extent;
  std::int64_t fileStride;
  std::int64_t memoryStride;
};

/** The slower axis in the file first. */
std::pair<Axis, Axis>
BySpeed(const Axis & a, const Axis & b)
{
  return a.fileStride >= b.fileStride ? std::make_pair(a, b) : std::make_pair(b, a);
}

std::int64_t
RowsAtOnce(const std::string & path, const ScanShape & shape, const StoredType & type)
{
  constexpr std::int64_t bytesAtOnce = std::int64_t{ 256 } << 20;
  const auto             pixelBytes = static_cast<std::int64_t>(SizeOf(type.ReadAs()));
  const std::int64_t     rowBytes = CheckedBytes(path, { 1, shape.rx, shape.qy, shape.qx }, pixelBytes);
  return std::max(std::int64_t{ 1 }, bytesAtOnce / rowBytes);
}

template <typename TWord>
void
Scatter(const std::byte * runs,
        std::int64_t      runCount,
        const Axis &      along,
        std::byte *       out,
        std::int64_t      outStrideOfRuns)
{
  for (std::int64_t position = 0; position < along.extent; ++position)
  {
    for (std::int64_t run = 0; run < runCount; ++run)
    {
      std::memcpy(out + position * along.memoryStride + run * outStrideOfRuns,
                  runs + (run * along.extent + position) * static_cast<std::int64_t>(sizeof(TWord)),
                  sizeof(TWord));
    }
  }
}

void
ScatterWords(std::size_t       bytes,
             const std::byte * runs,
             std::int64_t      runCount,
             const Axis &      along,
             std::byte *       out,
             std::int64_t      outStrideOfRuns)
{
  switch (bytes)
  {
    case 1:
      return Scatter<std::uint8_t>(runs, runCount, along, out, outStrideOfRuns);
    case 2:
      return Scatter<std::uint16_t>(runs, runCount, along, out, outStrideOfRuns);
    case 4:
      return Scatter<std::uint32_t>(runs, runCount, along, out, outStrideOfRuns);
    default:
      return Scatter<std::uint64_t>(runs, runCount, along, out, outStrideOfRuns);
  }
}
} // namespace

StridedScanFile::StridedScanFile(const ScanHeader &               header,
                                 const StoredType &               type,
                                 const ScanStrides &              strides,
                                 std::shared_ptr<const InputFile> file,
                                 std::int64_t                     begin)
  : TiledScanFile(header, type.ReadAs(), RowsAtOnce(file->Path(), header.shape, type), header.shape.rx, file->Path())
  , m_File(std::move(file))
  , m_Type(type)
  , m_Strides(strides)
  , m_Begin(begin)
{}

void
StridedScanFile::DecodeTile(const ScanRegion & tile, std::byte * patterns) const
{
  // Neighbouring pixels of a pattern are written together, a line of the cache at a time.
  constexpr std::int64_t runsTogether = 32;
  const ScanShape &      shape = this->Shape();
  const auto             pixelBytes = static_cast<std::int64_t>(SizeOf(this->Type()));
  const std::int64_t     patternBytes = shape.PatternPixels() * pixelBytes;
  const auto [slowPixels, fastPixels] =
    BySpeed({ shape.qy, m_Strides.qy, shape.qx * pixelBytes }, { shape.qx, m_Strides.qx, pixelBytes });
  const auto [slowPositions, fastPositions] =
    BySpeed({ tile.rows, m_Strides.ry, tile.columns * patternBytes }, { tile.columns, m_Strides.rx, patternBytes });
  const std::int64_t first = m_Begin + tile.ry * m_Strides.ry + tile.rx * m_Strides.rx;
  const std::int64_t planesBytes = (fastPixels.extent - 1) * fastPixels.fileStride +
                                   (slowPositions.extent - 1) * slowPositions.fileStride +
                                   (fastPositions.extent - 1) * fastPositions.fileStride + m_Type.bytes;
  const std::int64_t     runBytes = fastPositions.extent * pixelBytes;
  std::vector<std::byte> runs(static_cast<std::size_t>(std::min(runsTogether, fastPixels.extent) * runBytes));

  for (std::int64_t slow = 0; slow < slowPixels.extent; ++slow)
  {
    const std::int64_t offset = first + slow * slowPixels.fileStride;
    const auto         window = m_File->Map(offset, planesBytes);
    const std::byte *  planes = window->data + (offset - window->offset);
    std::byte *        pixels = patterns + slow * slowPixels.memoryStride;
    for (std::int64_t fast = 0; fast < fastPixels.extent; fast += runsTogether)
    {
      const std::int64_t count = std::min(runsTogether, fastPixels.extent - fast);
      for (std::int64_t row = 0; row < slowPositions.extent; ++row)
      {
        for (std::int64_t run = 0; run < count; ++run)
        {
          DecodePixels(m_Type,
                       planes + (fast + run) * fastPixels.fileStride + row * slowPositions.fileStride,
                       static_cast<std::ptrdiff_t>(fastPositions.fileStride),
                       fastPositions.extent,
                       runs.data() + run * runBytes);
        }
        ScatterWords(static_cast<std::size_t>(pixelBytes),
                     runs.data(),
                     count,
                     fastPositions,
                     pixels + fast * fastPixels.memoryStride + row * slowPositions.memoryStride,
                     fastPixels.memoryStride);
      }
    }
  }
}
} // namespace fourdstem
