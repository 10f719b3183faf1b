// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EventLists.h"

#include "Formats/LittleEndian.h"

#include <algorithm>
#include <numeric>

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
} // namespace

EventLists::EventLists(std::shared_ptr<const InputFile> bytes,
                       hdf5::Id                         dataSet,
                       std::string                      name,
                       std::string                      shape,
                       std::int64_t                     pixels)
  : m_Bytes(std::move(bytes))
  , m_DataSet(std::move(dataSet))
  , m_Name(std::move(name))
  , m_Shape(std::move(shape))
  , m_Pixels(pixels)
  , m_Frames(hdf5::Extents(m_DataSet).front())
{
  const haddr_t offset = H5Dget_offset(m_DataSet);
  const auto    base = Hdf5GlobalHeap::BaseAddress(m_DataSet);
  if (offset == HADDR_UNDEF || !base ||
      static_cast<std::int64_t>(H5Dget_storage_size(m_DataSet)) != m_Frames * HeapReference::Bytes)
  {
    return;
  }
  m_FirstReference = static_cast<std::int64_t>(offset);
  const hdf5::Id type(H5Dget_type(m_DataSet));
  const hdf5::Id element(H5Tget_super(type));
  if (H5Tequal(element, H5T_STD_U32LE) > 0)
  {
    m_Heap.emplace(m_Bytes, *base);
  }
}

std::string
EventLists::Where(std::int64_t first, std::int64_t count) const
{
  return "in data set " + m_Name + " in frames " + std::to_string(first) + " to " + std::to_string(first + count - 1);
}

std::vector<HeapReference>
EventLists::References(std::int64_t first, std::int64_t count) const
{
  std::vector<HeapReference> references;
  if (m_FirstReference < 0)
  {
    return references;
  }
  std::vector<std::byte> stored(static_cast<std::size_t>(count * HeapReference::Bytes));
  m_Bytes->Read(
    m_FirstReference + first * HeapReference::Bytes, stored.data(), static_cast<std::int64_t>(stored.size()));
  for (const std::byte * at = stored.data(); references.size() < static_cast<std::size_t>(count);
       at += HeapReference::Bytes)
  {
    references.push_back(HeapReference::At(at));
  }
  return references;
}

std::optional<double>
EventLists::MeanLength() const
{
  if (m_FirstReference < 0)
  {
    return {};
  }
  constexpr std::int64_t runs = 64;
  const std::int64_t     each = std::min<std::int64_t>(64, m_Frames);
  double                 electrons = 0;
  for (std::int64_t run = 0; run < runs; ++run)
  {
    for (const HeapReference & reference : this->References((m_Frames - each) * run / (runs - 1), each))
    {
      electrons += static_cast<double>(reference.length);
    }
  }
  return electrons / static_cast<double>(runs * each);
}

void
EventLists::Read(std::int64_t                 first,
                 std::int64_t                 count,
                 std::vector<std::uint32_t> & electrons,
                 std::vector<std::int64_t> &  lengths) const
{
  const std::size_t  begin = electrons.size();
  const auto         references = this->References(first, count);
  const std::int64_t claimed = std::accumulate(
    references.begin(), references.end(), std::int64_t{ 0 }, [](std::int64_t sum, const HeapReference & r) {
      return sum + r.length;
    });
  // Before room is made for them.
  if (claimed > m_Bytes->Size())
  {
    throw FileError(m_Bytes->Path(),
                    "is damaged: it claims " + std::to_string(claimed) + " electrons " + this->Where(first, count) +
                      " in " + std::to_string(m_Bytes->Size()) + " bytes");
  }
  if (m_Heap)
  {
    this->ReadFromHeap(references, electrons, lengths);
  }
  else
  {
    this->ReadWithLibrary(first, count, electrons, lengths);
  }
  std::uint32_t last = 0;
  for (std::size_t i = begin; i < electrons.size(); ++i)
  {
    last = std::max(last, electrons[i]);
  }
  if (static_cast<std::int64_t>(last) >= m_Pixels)
  {
    throw FileError(m_Bytes->Path(),
                    "has an electron at pixel " + std::to_string(last) + " " + this->Where(first, count) +
                      "; a pattern has " + std::to_string(m_Pixels) + " pixels, " + m_Shape);
  }
}

void
EventLists::ReadFromHeap(const std::vector<HeapReference> & references,
                         std::vector<std::uint32_t> &       electrons,
                         std::vector<std::int64_t> &        lengths) const
{
  Hdf5GlobalHeap::Cursor cursor;
  for (const HeapReference & reference : references)
  {
    if (reference.length > 0)
    {
      const std::int64_t bytes = 4 * static_cast<std::int64_t>(reference.length);
      const std::byte *  list = m_Heap->Object(reference.address, reference.number, bytes, cursor);
      const std::size_t  begin = electrons.size();
      electrons.resize(begin + reference.length);
      for (std::size_t i = 0; i < reference.length; ++i)
      {
        electrons[begin + i] = GetLittleEndian<std::uint32_t>(list + 4 * i);
      }
    }
    lengths.push_back(static_cast<std::int64_t>(reference.length));
  }
}

void
EventLists::ReadWithLibrary(std::int64_t                 first,
                            std::int64_t                 count,
                            std::vector<std::uint32_t> & electrons,
                            std::vector<std::int64_t> &  lengths) const
{
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
      throw FileError(m_Bytes->Path(), "cannot be read " + this->Where(first, count) + ": " + hdf5::LastError());
    }
  }
  for (const hvl_t & list : lists)
  {
    const auto * begin = static_cast<const std::uint32_t *>(list.p);
    electrons.insert(electrons.end(), begin, begin + list.len);
    lengths.push_back(static_cast<std::int64_t>(list.len));
  }
}
} // namespace fourdstem
