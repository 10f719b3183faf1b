// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"

#include "Formats/ScanExtents.h"

#include <algorithm>
#include <cstring>

namespace fourdstem
{
FlatScanFile::FlatScanFile(ScanHeader header, std::shared_ptr<const InputFile> file, FlatLayout layout)
  : ScanFile(std::move(header), layout.type.ReadAs())
  , m_Windows(std::move(file))
  , m_Layout(std::move(layout))
{
  const InputFile &  source = m_Windows.File();
  const std::int64_t imageBytes = CheckedBytes(source.Path(), this->Shape(), m_Layout.type.bytes);
  const std::int64_t positions = this->Shape().Positions();
  const std::int64_t patternBytes = imageBytes / positions;
  const auto &       order = m_Layout.order;
  const std::int64_t stored = order.empty() ? positions : *std::max_element(order.begin(), order.end()) + 1;
  const std::string  what = source.Path() + ": the size of " + FormatShape(this->Shape());
  const std::int64_t skipped = CheckedMultiply(stored - 1, m_Layout.patternStride, what);
  if (m_Layout.firstPattern < 0 || m_Layout.patternStride < patternBytes || m_Layout.firstPattern > source.Size() ||
      patternBytes > source.Size() - m_Layout.firstPattern ||
      skipped > source.Size() - m_Layout.firstPattern - patternBytes)
  {
    throw FileError(source.Path(),
                    "has " + std::to_string(source.Size()) + " bytes, too few for " + FormatShape(this->Shape()) +
                      " of " + m_Layout.type.Name() + " from offset " + std::to_string(m_Layout.firstPattern) +
                      " on; is it cut off?");
  }
  m_IsAsStored = m_Layout.type.IsNative() && m_Layout.patternStride % m_Layout.type.bytes == 0;
  if (!order.empty())
  {
    m_Zeros.resize(static_cast<std::size_t>(this->Shape().PatternPixels()) * SizeOf(this->Type()));
  }
}

std::int64_t
FlatScanFile::StoredAt(std::int64_t position) const
{
  return m_Layout.order[static_cast<std::size_t>(position)];
}

PatternBlock
FlatScanFile::Gather(std::int64_t position, PatternBlock block, PatternLease & lease) const
{
  bool isAnyStored = false;
  for (std::int64_t p = 0; p < block.count; ++p)
  {
    isAnyStored = isAnyStored || this->StoredAt(position + p) >= 0;
  }
  if (!isAnyStored)
  {
    block.data = m_Zeros.data();
    block.patternStride = 0;
    return block;
  }
  const std::int64_t pixels = this->Shape().PatternPixels();
  std::byte *        patterns = lease.Buffer(static_cast<std::size_t>(block.count * block.patternStride));
  for (std::int64_t p = 0; p < block.count; ++p)
  {
    std::byte *        pattern = patterns + p * block.patternStride;
    const std::int64_t stored = this->StoredAt(position + p);
    if (stored < 0)
    {
      std::memset(pattern, 0, m_Zeros.size());
      continue;
    }
    const std::int64_t offset = m_Layout.firstPattern + stored * m_Layout.patternStride;
    const auto         window = m_Windows.Covering(offset, pixels * m_Layout.type.bytes);
    DecodePixels(m_Layout.type, window->data + (offset - window->offset), m_Layout.type.bytes, pixels, pattern);
  }
  block.data = patterns;
  return block;
}

PatternBlock
FlatScanFile::ReadAsStored(std::int64_t offset, PatternBlock block, DetectorRows wanted, PatternLease & lease) const
{
  const std::int64_t patternBytes = block.patternStride;
  const std::int64_t firstByte = wanted.begin * block.rowStride;
  const std::int64_t wantedBytes = (wanted.end - wanted.begin) * block.rowStride;
  // To read a few bytes along costs less than a call for each pattern.
  const std::int64_t unwanted = m_Layout.patternStride - wantedBytes;
  const bool         isReadAlong = unwanted < std::max<std::int64_t>(4096, m_Layout.patternStride / 4);
  const std::int64_t patternsAtOnce = isReadAlong ? block.count : 1;
  block.patternStride = isReadAlong ? m_Layout.patternStride : patternBytes;
  std::byte * stored = lease.Buffer(static_cast<std::size_t>((block.count - 1) * block.patternStride + patternBytes));
  for (std::int64_t p = 0; p < block.count; p += patternsAtOnce)
  {
    m_Windows.File().Read(offset + p * m_Layout.patternStride + firstByte,
                          stored + p * block.patternStride + firstByte,
                          (patternsAtOnce - 1) * m_Layout.patternStride + wantedBytes);
  }
  block.data = stored;
  return block;
}

PatternBlock
FlatScanFile::ReadStored(std::int64_t position, std::int64_t count, DetectorRows wanted, PatternLease & lease) const
{
  const ScanShape &  shape = this->Shape();
  const std::int64_t pixels = shape.PatternPixels();
  const std::int64_t storedBytes = pixels * m_Layout.type.bytes;
  const auto         pixelBytes = static_cast<std::ptrdiff_t>(SizeOf(this->Type()));

  PatternBlock block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = shape.qx * pixelBytes;
  block.patternStride = pixels * pixelBytes;
  if (count == 0)
  {
    return block;
  }
  if (!m_Layout.order.empty())
  {
    return this->Gather(position, block, lease);
  }

  const std::int64_t first = m_Layout.firstPattern + position * m_Layout.patternStride;
  if (m_IsAsStored)
  {
    return this->ReadAsStored(first, block, wanted, lease);
  }
  const auto         window = m_Windows.Covering(first, (count - 1) * m_Layout.patternStride + storedBytes);
  const std::int64_t firstPixel = wanted.begin * shape.qx;
  const std::byte *  stored = window->data + (first - window->offset) + firstPixel * m_Layout.type.bytes;
  std::byte *        decoded = lease.Buffer(static_cast<std::size_t>(count * block.patternStride));
  for (std::int64_t p = 0; p < count; ++p)
  {
    DecodePixels(m_Layout.type,
                 stored + p * m_Layout.patternStride,
                 m_Layout.type.bytes,
                 (wanted.end - wanted.begin) * shape.qx,
                 decoded + p * block.patternStride + firstPixel * pixelBytes);
  }
  block.data = decoded;
  return block;
}

PatternBlock
FlatScanFile::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  return this->DoReadRows(ry, rx, count, { 0, this->Shape().qy }, lease);
}

PatternBlock
FlatScanFile::DoReadRows(std::int64_t   ry,
                         std::int64_t   rx,
                         std::int64_t   count,
                         DetectorRows   wanted,
                         PatternLease & lease) const
{
  const std::int64_t qy = this->Shape().qy;
  if (m_Layout.isTurnedOver)
  {
    wanted = { qy - wanted.end, qy - wanted.begin };
  }
  PatternBlock block = this->ReadStored(ry * this->Shape().rx + rx, count, wanted, lease);
  if (m_Layout.isTurnedOver && count > 0)
  {
    block.data += (qy - 1) * block.rowStride;
    block.rowStride = -block.rowStride;
  }
  return block;
}

void
CheckPadding(const std::string & path, const ScanShape & shape, std::int64_t storedPatterns, int pixelBytes)
{
  constexpr std::int64_t mostTimes = 1000000;
  constexpr std::int64_t largestRow = std::int64_t{ 1 } << 30;
  const std::int64_t     rowBytes = CheckedBytes(path, { 1, shape.rx, shape.qy, shape.qx }, pixelBytes);
  if (shape.Positions() / mostTimes > storedPatterns || (shape.Positions() > storedPatterns && rowBytes > largestRow))
  {
    throw FileError(path,
                    "holds " + std::to_string(storedPatterns) + " patterns of a scan said to be " + FormatShape(shape) +
                      ", too many to pad with zeros");
  }
}
} // namespace fourdstem
