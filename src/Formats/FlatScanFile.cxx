// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"

#include "Formats/ScanExtents.h"

namespace fourdstem
{
FlatScanFile::FlatScanFile(ScanHeader header, std::shared_ptr<const InputFile> file, const FlatLayout & layout)
  : ScanFile(std::move(header), layout.type.ReadAs())
  , m_Windows(std::move(file))
  , m_Layout(layout)
{
  const InputFile &  source = m_Windows.File();
  const std::int64_t imageBytes = CheckedBytes(source.Path(), this->Shape(), layout.type.bytes);
  const std::int64_t patternBytes = imageBytes / this->Shape().Positions();
  const std::string  what = source.Path() + ": the size of " + FormatShape(this->Shape());
  const std::int64_t skipped = CheckedMultiply(this->Shape().Positions() - 1, layout.patternStride, what);
  if (layout.firstPattern < 0 || layout.patternStride < patternBytes || layout.firstPattern > source.Size() ||
      patternBytes > source.Size() - layout.firstPattern ||
      skipped > source.Size() - layout.firstPattern - patternBytes)
  {
    throw FileError(source.Path(),
                    "has " + std::to_string(source.Size()) + " bytes, too few for " + FormatShape(this->Shape()) +
                      " of " + layout.type.Name() + " from offset " + std::to_string(layout.firstPattern) +
                      " on; is it cut off?");
  }
  m_InPlace = layout.type.IsNative() && layout.firstPattern % layout.type.bytes == 0 &&
              layout.patternStride % layout.type.bytes == 0;
}

PatternBlock
FlatScanFile::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  const ScanShape &  shape = this->Shape();
  const std::int64_t pixels = shape.PatternPixels();
  const std::int64_t storedBytes = pixels * m_Layout.type.bytes;
  const auto         pixelBytes = static_cast<std::ptrdiff_t>(SizeOf(this->Type()));

  PatternBlock block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = shape.qx * pixelBytes;
  block.patternStride = m_InPlace ? m_Layout.patternStride : pixels * pixelBytes;
  if (count == 0)
  {
    return block;
  }

  const std::int64_t first = m_Layout.firstPattern + (ry * shape.rx + rx) * m_Layout.patternStride;
  auto               window = m_Windows.Covering(first, (count - 1) * m_Layout.patternStride + storedBytes);
  const std::byte *  stored = window->data + (first - window->offset);
  if (m_InPlace)
  {
    block.data = stored;
    lease.Hold(std::move(window));
    return block;
  }
  std::byte * decoded = lease.Buffer(static_cast<std::size_t>(count * block.patternStride));
  for (std::int64_t p = 0; p < count; ++p)
  {
    DecodePixels(m_Layout.type,
                 stored + p * m_Layout.patternStride,
                 m_Layout.type.bytes,
                 pixels,
                 decoded + p * block.patternStride);
  }
  block.data = decoded;
  return block;
}
} // namespace fourdstem
