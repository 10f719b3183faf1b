// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ElectronEvents.h"

#include "Formats/Text.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace fourdstem
{
namespace
{
/** Electrons for each pixel of a pattern up to which passes without zeros are quicker. */
constexpr double mostSparse = 0.05;

std::int64_t
LargestCount(ElementType type)
{
  return type == ElementType::UInt16 ? std::numeric_limits<std::uint16_t>::max()
                                     : std::numeric_limits<std::uint32_t>::max();
}

[[noreturn]] void
RefuseCount(const std::string & path, ElementType type, std::uint32_t pixel)
{
  throw FileError(
    path, "has more than " + std::to_string(LargestCount(type)) + " electrons in one pixel, " + std::to_string(pixel));
}

template <typename T>
void
AddUp(const EventBlock & events, std::size_t position, T * pattern, const std::string & path)
{
  for (auto i = events.offsets[position]; i < events.offsets[position + 1]; ++i)
  {
    const std::uint32_t pixel = events.pixels[static_cast<std::size_t>(i)];
    T &                 count = pattern[pixel];
    if (count == std::numeric_limits<T>::max())
    {
      RefuseCount(path, ElementTypeOf<T>(), pixel);
    }
    ++count;
  }
}
} // namespace

ElectronEventScanFile::ElectronEventScanFile(ScanHeader                       header,
                                             ElementType                      type,
                                             std::shared_ptr<const InputFile> bytes,
                                             hdf5::Id                         dataSet,
                                             EventFrames                      frames)
  : TiledScanFile(std::move(header), type, 1, 1, bytes->Path())
  , m_Bytes(bytes)
  , m_Lists(std::move(bytes),
            std::move(dataSet),
            this->Header().dataSet,
            FormatExtent(this->Shape().qy, this->Shape().qx),
            this->Shape().PatternPixels())
  , m_Frames(std::move(frames))
{
  const double most = mostSparse * static_cast<double>(this->Shape().PatternPixels() * this->Shape().Positions());
  m_IsSparse = m_Lists.MeanLength().value_or(0.) * static_cast<double>(m_Frames.order.size()) <= most;
}

void
ElectronEventScanFile::ReadEvents(std::int64_t position, std::int64_t count, EventBlock & block) const
{
  m_Bytes->CheckUnchanged();
  const std::int64_t                     begin = m_Frames.begin[static_cast<std::size_t>(position)];
  const std::int64_t                     end = m_Frames.begin[static_cast<std::size_t>(position + count)];
  thread_local std::vector<std::int64_t> lengths;
  lengths.clear();
  block.pixels.clear();
  // Frames that follow each other in the file are read at once.
  for (std::int64_t i = begin; i < end;)
  {
    const std::int64_t first = m_Frames.order[static_cast<std::size_t>(i)];
    std::int64_t       run = 1;
    while (i + run < end && m_Frames.order[static_cast<std::size_t>(i + run)] == first + run)
    {
      ++run;
    }
    m_Lists.Read(first, run, block.pixels, lengths);
    i += run;
  }
  block.offsets.assign(1, 0);
  for (std::int64_t p = position; p < position + count; ++p)
  {
    std::int64_t       events = block.offsets.back();
    const std::int64_t last = m_Frames.begin[static_cast<std::size_t>(p + 1)];
    for (std::int64_t i = m_Frames.begin[static_cast<std::size_t>(p)]; i < last; ++i)
    {
      events += lengths[static_cast<std::size_t>(i - begin)];
    }
    block.offsets.push_back(events);
  }
}

EventBlock
ElectronEventScanFile::EventsOf(std::int64_t ry, std::int64_t rx, std::int64_t count) const
{
  const ScanShape & shape = this->Shape();
  if (ry < 0 || ry >= shape.ry || rx < 0 || count < 0 || count > shape.rx || rx > shape.rx - count)
  {
    throw std::out_of_range(m_Bytes->Path() + ": there are no events of " + std::to_string(count) +
                            " positions at row " + std::to_string(ry) + ", column " + std::to_string(rx));
  }
  EventBlock block;
  this->ReadEvents(ry * shape.rx + rx, count, block);
  return block;
}

void
ElectronEventScanFile::DoReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const
{
  thread_local EventBlock events;
  this->ReadEvents(ry * this->Shape().rx + rx, count, events);
  for (std::size_t p = 0; p < static_cast<std::size_t>(count); ++p)
  {
    const std::int64_t first = events.offsets[p];
    const std::int64_t largest =
      block.AppendElectrons(events.pixels.data() + first, events.offsets[p + 1] - first, this->Shape().PatternPixels());
    if (largest > LargestCount(this->Type()))
    {
      const SparsePattern pattern = block[static_cast<std::int64_t>(p)];
      const auto *        most = std::max_element(pattern.values, pattern.values + pattern.count);
      RefuseCount(m_Bytes->Path(), this->Type(), pattern.pixels[most - pattern.values]);
    }
  }
}

void
ElectronEventScanFile::DecodeTile(const ScanRegion & tile, std::byte * patterns) const
{
  const std::int64_t pixels = this->Shape().PatternPixels();
  const auto         rowBytes = tile.columns * pixels * static_cast<std::int64_t>(SizeOf(this->Type()));
  for (std::int64_t row = 0; row < tile.rows; ++row)
  {
    const EventBlock events = this->EventsOf(tile.ry + row, tile.rx, tile.columns);
    std::byte *      to = patterns + row * rowBytes;
    std::memset(to, 0, static_cast<std::size_t>(rowBytes));
    for (std::int64_t p = 0; p < tile.columns; ++p)
    {
      if (this->Type() == ElementType::UInt16)
      {
        AddUp(events, static_cast<std::size_t>(p), reinterpret_cast<std::uint16_t *>(to) + p * pixels, m_Bytes->Path());
      }
      else
      {
        AddUp(events, static_cast<std::size_t>(p), reinterpret_cast<std::uint32_t *>(to) + p * pixels, m_Bytes->Path());
      }
    }
  }
}
} // namespace fourdstem
