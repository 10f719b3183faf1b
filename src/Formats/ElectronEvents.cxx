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
/** Memory for the lists that HDF5 reads, in one piece after the other, and not more of it than the file can fill: an
 * electron takes 1 byte there or more, and 4 here. */
class ListMemory
{
public:
  explicit ListMemory(std::int64_t most)
    : m_Left(static_cast<std::size_t>(most))
  {}

  /** For HDF5, which is in C. */
  static void *
  Allocate(std::size_t bytes, void * self) noexcept
  {
    try
    {
      return static_cast<ListMemory *>(self)->Take(bytes);
    }
    catch (...)
    {
      return nullptr;
    }
  }

  static void
  Free(void *, void *) noexcept
  {}

private:
  void *
  Take(std::size_t bytes)
  {
    constexpr std::size_t block = std::size_t{ 1 } << 20;
    const std::size_t     needed = (bytes + 15) / 16 * 16;
    if (bytes > m_Left)
    {
      return nullptr;
    }
    m_Left -= bytes;
    if (m_Blocks.empty() || needed > m_Free)
    {
      m_Free = std::max(block, needed);
      m_Blocks.emplace_back(new std::byte[m_Free]);
      m_Next = m_Blocks.back().get();
    }
    void * place = m_Next;
    m_Next += needed;
    m_Free -= needed;
    return place;
  }

  std::vector<std::unique_ptr<std::byte[]>> m_Blocks;
  std::byte *                               m_Next = nullptr;
  std::size_t                               m_Free = 0;
  std::size_t                               m_Left;
};

template <typename T>
void
AddUp(const EventBlock & events, std::size_t position, T * pattern, const std::string & path)
{
  for (auto i = events.offsets[position]; i < events.offsets[position + 1]; ++i)
  {
    T & count = pattern[events.pixels[static_cast<std::size_t>(i)]];
    if (count == std::numeric_limits<T>::max())
    {
      throw FileError(path,
                      "has more than " + std::to_string(std::numeric_limits<T>::max()) + " electrons in one pixel, " +
                        std::to_string(events.pixels[static_cast<std::size_t>(i)]));
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
  , m_Bytes(std::move(bytes))
  , m_DataSet(std::move(dataSet))
  , m_Frames(std::move(frames))
{
  const haddr_t offset = H5Dget_offset(m_DataSet);
  if (offset != HADDR_UNDEF)
  {
    m_FirstLength = static_cast<std::int64_t>(offset);
    m_LengthStride = static_cast<std::int64_t>(H5Dget_storage_size(m_DataSet)) / hdf5::Extents(m_DataSet).front();
  }
}

void
ElectronEventScanFile::CheckLengths(std::int64_t first, std::int64_t count, const std::string & what) const
{
  const std::int64_t bytes = count * m_LengthStride;
  if (bytes == 0)
  {
    return;
  }
  std::vector<std::byte> lists(static_cast<std::size_t>(bytes));
  m_Bytes->Read(m_FirstLength + first * m_LengthStride, lists.data(), bytes);
  std::int64_t electrons = 0;
  for (std::int64_t at = 0; at < bytes; at += m_LengthStride)
  {
    std::uint32_t length = 0;
    for (const int byte : { 3, 2, 1, 0 })
    {
      length = length << 8U | std::to_integer<std::uint32_t>(lists[static_cast<std::size_t>(at + byte)]);
    }
    electrons += length;
  }
  if (electrons > m_Bytes->Size())
  {
    throw FileError(m_Bytes->Path(),
                    "is damaged: it claims " + std::to_string(electrons) + " electrons " + what + " in " +
                      std::to_string(m_Bytes->Size()) + " bytes");
  }
}

void
ElectronEventScanFile::ReadFrames(std::int64_t                first,
                                  std::int64_t                count,
                                  EventBlock &                block,
                                  std::vector<std::int64_t> & lengths) const
{
  const std::string what = "in data set " + this->Header().dataSet + " in frames " + std::to_string(first) + " to " +
                           std::to_string(first + count - 1);
  this->CheckLengths(first, count, what);
  std::vector<hvl_t> lists(static_cast<std::size_t>(count));
  ListMemory         memory(4 * m_Bytes->Size());
  {
    const hdf5::Session session;
    const hsize_t       start = static_cast<hsize_t>(first);
    const hsize_t       extent = static_cast<hsize_t>(count);
    const hdf5::Id      space(H5Dget_space(m_DataSet));
    const hdf5::Id      target(H5Screate_simple(1, &extent, nullptr));
    const hdf5::Id      type(H5Tvlen_create(H5T_NATIVE_UINT32));
    const hdf5::Id      transfer(H5Pcreate(H5P_DATASET_XFER));
    H5Pset_vlen_mem_manager(transfer, ListMemory::Allocate, &memory, ListMemory::Free, nullptr);
    if (H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &extent, nullptr) < 0 ||
        H5Dread(m_DataSet, type, target, space, transfer, lists.data()) < 0)
    {
      throw FileError(m_Bytes->Path(), "cannot be read " + what + ": " + hdf5::LastError());
    }
  }
  const auto pixels = static_cast<std::uint32_t>(this->Shape().PatternPixels());
  for (const hvl_t & list : lists)
  {
    const auto * events = static_cast<const std::uint32_t *>(list.p);
    const auto * end = events + list.len;
    const auto * outside = std::find_if(events, end, [pixels](std::uint32_t pixel) { return pixel >= pixels; });
    if (outside != end)
    {
      throw FileError(m_Bytes->Path(),
                      "has an electron at pixel " + std::to_string(*outside) + " " + what + "; a pattern has " +
                        std::to_string(pixels) + " pixels, " + FormatExtent(this->Shape().qy, this->Shape().qx));
    }
    block.pixels.insert(block.pixels.end(), events, end);
    lengths.push_back(static_cast<std::int64_t>(list.len));
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
  m_Bytes->CheckUnchanged();
  const auto                position = static_cast<std::size_t>(ry * shape.rx + rx);
  const std::int64_t        begin = m_Frames.begin[position];
  const std::int64_t        end = m_Frames.begin[position + static_cast<std::size_t>(count)];
  EventBlock                block;
  std::vector<std::int64_t> lengths;
  // Frames that follow each other in the file are read at once.
  for (std::int64_t i = begin; i < end;)
  {
    const std::int64_t first = m_Frames.order[static_cast<std::size_t>(i)];
    std::int64_t       run = 1;
    while (i + run < end && m_Frames.order[static_cast<std::size_t>(i + run)] == first + run)
    {
      ++run;
    }
    this->ReadFrames(first, run, block, lengths);
    i += run;
  }
  block.offsets.assign(1, 0);
  for (std::size_t p = position; p < position + static_cast<std::size_t>(count); ++p)
  {
    std::int64_t events = block.offsets.back();
    for (std::int64_t i = m_Frames.begin[p]; i < m_Frames.begin[p + 1]; ++i)
    {
      events += lengths[static_cast<std::size_t>(i - begin)];
    }
    block.offsets.push_back(events);
  }
  return block;
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
