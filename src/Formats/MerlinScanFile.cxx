// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinScanFile.h"


#include <algorithm>
#include <cstring>
#include <iterator>

namespace fourdstem
{
namespace
{
std::vector<FramePart>
ToFrameParts(const std::vector<MerlinPart> & parts)
{
  std::vector<FramePart> frames;
  std::transform(parts.begin(), parts.end(), std::back_inserter(frames), [](const MerlinPart & part) {
    return FramePart{ part.path, part.size, 0, part.frames };
  });
  return frames;
}
} // namespace

MerlinSeries::MerlinSeries(const MerlinParts & parts, const std::shared_ptr<const InputFile> & opened)
  : m_Series(ToFrameParts(parts.parts), parts.frameBytes, opened)
  , m_HeaderBytes(parts.frame.headerBytes)
{}

FrameSeries::Run
MerlinSeries::Frames(std::int64_t first, std::int64_t count) const
{
  auto run = m_Series.Read(first, count);
  for (std::int64_t frame = 0; frame < run.count; ++frame)
  {
    if (std::memcmp(run.frames + frame * this->FrameBytes(), MerlinFrameSignature, sizeof(MerlinFrameSignature) - 1) !=
        0)
    {
      throw FileError(*run.path,
                      "is damaged: frame " + std::to_string(run.index + frame + 1) + " at offset " +
                        std::to_string(run.offset + frame * this->FrameBytes()) + " does not begin with " +
                        MerlinFrameSignature);
    }
  }
  return run;
}

std::string
MerlinSeries::Header(std::int64_t frame) const
{
  const auto run = this->Frames(frame, 1);
  return { reinterpret_cast<const char *>(run.frames), static_cast<std::size_t>(m_HeaderBytes) };
}

MerlinScanFile::MerlinScanFile(ScanHeader                          header,
                               std::unique_ptr<const MerlinSeries> series,
                               const MerlinPixels &                pixels,
                               const MerlinFrames &                frames,
                               bool                                isTurnedOver)
  : ScanFile(std::move(header), pixels.Type().ReadAs())
  , m_Series(std::move(series))
  , m_Pixels(pixels)
  , m_Frames(frames)
  , m_IsTurnedOver(isTurnedOver)
{}

PatternBlock
MerlinScanFile::DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const
{
  const ScanShape & shape = this->Shape();
  PatternBlock      block;
  block.type = this->Type();
  block.count = count;
  block.rowStride = shape.qx * m_Pixels.Type().bytes;
  block.patternStride = shape.qy * block.rowStride;
  if (count == 0)
  {
    return block;
  }
  const std::int64_t first = m_Frames.first + ry * m_Frames.perLine + rx;
  auto               run = m_Series->Frames(first, count);
  if (m_Pixels.AreInPlace() && run.count == count)
  {
    block.data = run.frames + m_Series->HeaderBytes();
    block.patternStride = m_Series->FrameBytes();
    if (m_IsTurnedOver)
    {
      block.data += (shape.qy - 1) * block.rowStride;
      block.rowStride = -block.rowStride;
    }
    lease.Hold(std::move(run.window));
    return block;
  }
  std::byte * decoded = lease.Buffer(static_cast<std::size_t>(count * block.patternStride));
  for (std::int64_t done = 0;;)
  {
    for (std::int64_t frame = 0; frame < run.count; ++frame)
    {
      m_Pixels.Decode(run.frames + frame * m_Series->FrameBytes() + m_Series->HeaderBytes(),
                      m_IsTurnedOver,
                      decoded + (done + frame) * block.patternStride);
    }
    done += run.count;
    if (done == count)
    {
      break;
    }
    run = m_Series->Frames(first + done, count - done);
  }
  block.data = decoded;
  return block;
}
} // namespace fourdstem
