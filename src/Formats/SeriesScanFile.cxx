// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/SeriesScanFile.h"

#include <algorithm>
#include <cstring>

namespace fourdstem
{
SeriesScanFile::SeriesScanFile(ScanHeader header, std::unique_ptr<const FrameSeries> series, SeriesLayout layout)
  : ScanFile(std::move(header), layout.type.ReadAs())
  , m_Series(std::move(series))
  , m_Layout(std::move(layout))
  , m_InPlace(m_Layout.type.IsNative() && m_Series->FrameBytes() % m_Layout.type.bytes == 0)
{}

PatternBlock
SeriesScanFile::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  const ScanShape &  shape = this->Shape();
  const std::int64_t pixels = shape.PatternPixels();
  const auto         pixelBytes = static_cast<std::ptrdiff_t>(SizeOf(this->Type()));
  PatternBlock       block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = shape.qx * pixelBytes;
  block.patternStride = pixels * pixelBytes;
  if (count == 0)
  {
    return block;
  }
  const auto frames = m_Layout.order.begin() + static_cast<std::ptrdiff_t>(ry * shape.rx + rx);
  const bool areTogether =
    frames[0] >= 0 && std::adjacent_find(frames, frames + static_cast<std::ptrdiff_t>(count), [](auto a, auto b) {
                        return b != a + 1;
                      }) == frames + static_cast<std::ptrdiff_t>(count);
  if (m_InPlace && areTogether)
  {
    auto              run = m_Series->Read(frames[0], count);
    const std::byte * first = run.frames + m_Layout.headerBytes;
    const bool        isAligned = (run.offset + m_Layout.headerBytes) % m_Layout.type.bytes == 0;
    if (run.count == count && isAligned)
    {
      block.data = first;
      block.patternStride = m_Series->FrameBytes();
      lease.Hold(std::move(run.window));
      return block;
    }
  }
  std::byte * patterns = lease.Buffer(static_cast<std::size_t>(count * block.patternStride));
  for (std::int64_t p = 0; p < count; ++p)
  {
    std::byte *        pattern = patterns + p * block.patternStride;
    const std::int64_t frame = frames[static_cast<std::ptrdiff_t>(p)];
    if (frame < 0)
    {
      std::memset(pattern, 0, static_cast<std::size_t>(block.patternStride));
      continue;
    }
    const auto run = m_Series->Read(frame, 1);
    DecodePixels(m_Layout.type, run.frames + m_Layout.headerBytes, m_Layout.type.bytes, pixels, pattern);
  }
  block.data = patterns;
  return block;
}
} // namespace fourdstem
