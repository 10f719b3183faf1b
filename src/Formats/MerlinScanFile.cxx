// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinScanFile.h"

#include "Formats/Text.h"

#include <algorithm>
#include <cstring>

namespace fourdstem
{
MerlinSeries::MerlinSeries(MerlinParts parts, std::shared_ptr<const InputFile> opened)
  : m_Parts(std::move(parts))
  , m_Begins{ 0 }
{
  for (std::size_t i = 0; i < m_Parts.parts.size(); ++i)
  {
    m_Begins.push_back(m_Begins.back() + m_Parts.parts[i].frames);
    if (m_Parts.parts[i].path == opened->Path())
    {
      m_Open.push_back({ i, std::make_shared<FileWindows>(opened) });
    }
  }
}

std::size_t
MerlinSeries::PartOf(std::int64_t frame) const
{
  return static_cast<std::size_t>(std::upper_bound(m_Begins.begin(), m_Begins.end(), frame) - m_Begins.begin() - 1);
}

std::shared_ptr<const FileWindows>
MerlinSeries::Open(std::size_t part) const
{
  constexpr std::size_t             most = 32;
  OpenPart                          dropped; // closed after the lock is released
  const std::lock_guard<std::mutex> lock(m_Mutex);
  const auto                        found =
    std::find_if(m_Open.begin(), m_Open.end(), [part](const OpenPart & open) { return open.part == part; });
  if (found != m_Open.end())
  {
    std::rotate(found, found + 1, m_Open.end());
    return m_Open.back().windows;
  }
  const MerlinPart & wanted = m_Parts.parts[part];
  auto               file = std::make_shared<const InputFile>(wanted.path);
  if (file->Size() != wanted.size)
  {
    throw FileError(wanted.path,
                    "changed while the series was read: it had " + std::to_string(wanted.size) + " bytes and has " +
                      std::to_string(file->Size()) + " now");
  }
  m_Open.push_back({ part, std::make_shared<FileWindows>(std::move(file)) });
  if (m_Open.size() > most)
  {
    dropped = std::move(m_Open.front());
    m_Open.erase(m_Open.begin());
  }
  return m_Open.back().windows;
}

MerlinSeries::Run
MerlinSeries::Frames(std::int64_t first, std::int64_t count) const
{
  const std::size_t  part = this->PartOf(first);
  const std::int64_t index = first - m_Begins[part];
  const std::int64_t offset = index * m_Parts.frameBytes;
  const auto         windows = this->Open(part);

  Run run;
  run.count = std::min(count, m_Parts.parts[part].frames - index);
  run.window = windows->Covering(offset, run.count * m_Parts.frameBytes);
  run.frames = run.window->data + (offset - run.window->offset);
  for (std::int64_t frame = 0; frame < run.count; ++frame)
  {
    if (std::memcmp(run.frames + frame * m_Parts.frameBytes, MerlinFrameSignature, sizeof(MerlinFrameSignature) - 1) !=
        0)
    {
      throw FileError(m_Parts.parts[part].path,
                      "is damaged: frame " + std::to_string(index + frame + 1) + " at offset " +
                        std::to_string(offset + frame * m_Parts.frameBytes) + " does not begin with " +
                        MerlinFrameSignature);
    }
  }
  return run;
}

std::string
MerlinSeries::Header(std::int64_t frame) const
{
  const Run run = this->Frames(frame, 1);
  return { reinterpret_cast<const char *>(run.frames), static_cast<std::size_t>(m_Parts.frame.headerBytes) };
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
