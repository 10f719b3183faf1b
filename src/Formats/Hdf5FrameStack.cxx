// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5FrameStack.h"

#include "Formats/FlatScanFile.h"
#include "Formats/Hdf5Chunks.h"
#include "Formats/Hdf5Storage.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cstring>

namespace fourdstem
{
/** Tiles of it go to whoever asks, past its own store of tiles. */
class Hdf5FrameStack::Chunks : public Hdf5ChunkedScanFile
{
public:
  using Hdf5ChunkedScanFile::DecodeTile;
  using Hdf5ChunkedScanFile::Hdf5ChunkedScanFile;
};

Hdf5FrameStack::~Hdf5FrameStack() = default;

Hdf5FrameStack::Hdf5FrameStack(const std::string & path, const std::string & name, std::vector<std::string> & notes)
{
  const hdf5::Session session;
  auto                bytes = std::make_shared<const InputFile>(path);
  auto [file, reason] = hdf5::OpenFile(path);
  if (!file)
  {
    throw FileError(path, "is no HDF5 file that can be opened: " + reason);
  }
  hdf5::Id   dataSet = hdf5::OpenDataSet(file, name);
  const auto extents = dataSet ? hdf5::Extents(dataSet) : std::vector<std::int64_t>();
  const auto type = dataSet ? hdf5::TypeOf(dataSet) : std::nullopt;
  if (extents.size() != 3 || !type)
  {
    throw FileError(path,
                    (dataSet ? "has data set " + name + " of " + std::to_string(extents.size()) + " dimensions and " +
                                 hdf5::DescribeType(dataSet)
                             : "has no data set " + name) +
                      "; frames must be there, numbers in 3 dimensions");
  }
  CheckSources(path, file, name, dataSet);
  m_Type = *type;
  m_FirstImage = hdf5::AttributeNumber(dataSet, "image_nr_low");

  ScanHeader header;
  header.dataSet = name;
  header.fileSize = bytes->Size();
  header.shape = { 1, extents[0], extents[1], extents[2] };
  CheckedBytes(path, header.shape, 8);
  const Hdf5ScanAxes axes({}, 3);
  m_Written = WrittenAlongFirstAxis(path, dataSet, axes);
  const hdf5::Id creation(H5Dget_create_plist(dataSet));
  const haddr_t  offset = H5Pget_layout(creation) == H5D_CONTIGUOUS ? H5Dget_offset(dataSet) : HADDR_UNDEF;
  if (offset != HADDR_UNDEF)
  {
    FlatLayout flat;
    flat.type = m_Type;
    flat.firstPattern = static_cast<std::int64_t>(offset);
    flat.patternStride = CheckedBytes(path, { 1, 1, extents[1], extents[2] }, m_Type.bytes);
    m_Flat = std::make_unique<FlatScanFile>(std::move(header), std::move(bytes), flat);
    return;
  }
  ChunkExtents(header, path, dataSet, axes, m_Type.ReadAs());
  if (const std::string note = NoteOnMissingChunks(dataSet); !note.empty())
  {
    notes.push_back(FileNameOf(path) + ": " + note);
  }
  std::vector<hsize_t> chunk(3, 1);
  if (H5Pget_layout(creation) == H5D_CHUNKED)
  {
    H5Pget_chunk(creation, 3, chunk.data());
  }
  const auto chunkBytes =
    static_cast<std::size_t>(chunk[0] * chunk[1] * chunk[2]) * static_cast<std::size_t>(type->bytes);
  ChunkDecoder decoder(FiltersOf(creation), chunkBytes, static_cast<std::size_t>(m_Type.bytes));
  if (H5Pget_layout(creation) != H5D_CHUNKED || !decoder.CanDecode())
  {
    CheckFilters(path, name, creation);
    throw FileError(path, "has data set " + name + " neither contiguous nor in chunks that are decoded here");
  }
  m_Chunks = std::make_unique<Chunks>(std::move(header),
                                      Hdf5ChunkedScanFile::DataSet{ std::move(bytes),
                                                                    std::move(file),
                                                                    std::move(dataSet),
                                                                    m_Type,
                                                                    axes,
                                                                    { chunk.begin(), chunk.end() },
                                                                    std::move(decoder),
                                                                    { 1, 1 },
                                                                    1 });
}

const ScanShape &
Hdf5FrameStack::Shape() const
{
  return m_Flat ? m_Flat->Shape() : m_Chunks->Shape();
}

std::int64_t
Hdf5FrameStack::FileSize() const
{
  return m_Flat ? m_Flat->Header().fileSize : m_Chunks->Header().fileSize;
}

void
Hdf5FrameStack::Read(std::int64_t first, std::int64_t count, std::byte * to) const
{
  if (m_Chunks)
  {
    m_Chunks->DecodeTile({ 0, first, 1, count }, to);
    return;
  }
  PatternLease       lease;
  const PatternBlock block = m_Flat->Read(0, first, count, lease);
  const auto         rowBytes = static_cast<std::size_t>(m_Flat->Shape().qx) * SizeOf(block.type);
  for (std::int64_t p = 0; p < count; ++p)
  {
    for (std::int64_t qy = 0; qy < m_Flat->Shape().qy; ++qy)
    {
      std::memcpy(to, block.Row<std::byte>(p, qy), rowBytes);
      to += rowBytes;
    }
  }
}

std::optional<double>
Hdf5FrameSeries::Add(const std::string & path, const std::string & name, std::vector<std::string> & notes)
{
  auto              stack = std::make_shared<const Hdf5FrameStack>(path, name, notes);
  const ScanShape & shape = stack->Shape();
  const auto        describe = [](const ScanShape & frames, const StoredType & type) {
    return FormatExtent(frames.qy, frames.qx) + " pixels of " + type.Name() +
           (type.bytes > 1 && type.order == ByteOrder::Big ? ", big-endian" : "");
  };
  if (m_Parts.empty())
  {
    m_Shape = { 1, 0, shape.qy, shape.qx };
    m_Type = stack->Type();
  }
  else if (describe(shape, stack->Type()) != describe(m_Shape, m_Type))
  {
    throw FileError(path,
                    "holds frames of " + describe(shape, stack->Type()) + ", those before, in " +
                      FileNameOf(m_Parts.front().path) + ", are of " + describe(m_Shape, m_Type));
  }
  m_Parts.push_back({ path, name, m_Shape.rx, shape, stack, ++m_Uses });
  m_Written += m_Written == m_Shape.rx ? stack->Written() : 0;
  m_Shape.rx += shape.rx;
  m_FileSize += stack->FileSize();
  this->CloseLeastUsed();
  return stack->FirstImage();
}

void
Hdf5FrameSeries::CloseLeastUsed() const
{
  constexpr std::ptrdiff_t most = 32;
  const auto               isOpen = [](const Part & part) { return part.open != nullptr; };
  if (std::count_if(m_Parts.begin(), m_Parts.end(), isOpen) > most)
  {
    std::min_element(m_Parts.begin(), m_Parts.end(), [](const Part & a, const Part & b) {
      return a.open && (!b.open || a.lastUse < b.lastUse);
    })->open.reset();
  }
}

std::shared_ptr<const Hdf5FrameStack>
Hdf5FrameSeries::Open(std::size_t part) const
{
  // HDF5's own lock is taken first everywhere, as closing a file takes it too.
  const hdf5::Session               session;
  const std::lock_guard<std::mutex> lock(m_Mutex);
  Part &                            wanted = m_Parts[part];
  if (!wanted.open)
  {
    std::vector<std::string> ignored;
    auto                     stack = std::make_shared<const Hdf5FrameStack>(wanted.path, wanted.name, ignored);
    if (!(stack->Shape() == wanted.shape))
    {
      throw FileError(wanted.path, "was changed while it was read");
    }
    wanted.open = std::move(stack);
  }
  wanted.lastUse = ++m_Uses;
  std::shared_ptr<const Hdf5FrameStack> stack = wanted.open;
  this->CloseLeastUsed();
  return stack;
}

void
Hdf5FrameSeries::Read(std::int64_t first, std::int64_t count, std::byte * to) const
{
  const std::int64_t frameBytes = m_Shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(m_Type.ReadAs()));
  const auto         behind = std::upper_bound(
    m_Parts.begin(), m_Parts.end(), first, [](std::int64_t frame, const Part & part) { return frame < part.first; });
  for (auto part = static_cast<std::size_t>(behind - m_Parts.begin()) - 1; count > 0; ++part)
  {
    const std::int64_t here = std::min(count, m_Parts[part].first + m_Parts[part].shape.rx - first);
    this->Open(part)->Read(first - m_Parts[part].first, here, to);
    first += here;
    count -= here;
    to += here * frameBytes;
  }
}
} // namespace fourdstem
