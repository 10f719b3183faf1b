// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/Hdf5Choice.h"
#include "Formats/Hdf5Chunks.h"
#include "Formats/Hdf5Storage.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"
#include "Formats/TiledScanFile.h"

#include <algorithm>
#include <array>

namespace fourdstem
{
namespace
{
/** A data set that is compact, virtual, or in chunks by filters that only HDF5 knows: it decodes, one thread at a time.
 */
class Hdf5ScanFile : public TiledScanFile
{
public:
  Hdf5ScanFile(ScanHeader                       header,
               const StoredType &               type,
               std::shared_ptr<const InputFile> bytes,
               hdf5::Id                         file,
               hdf5::Id                         dataSet,
               std::int64_t                     chunkRows,
               std::int64_t                     chunkColumns)
    : TiledScanFile(std::move(header), type.ReadAs(), chunkRows, chunkColumns, bytes->Path())
    , m_Bytes(std::move(bytes))
    , m_File(std::move(file))
    , m_DataSet(std::move(dataSet))
    , m_Rank(hdf5::Extents(m_DataSet).size())
  {}

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override
  {
    const hdf5::Session session;
    const ScanShape &   shape = this->Shape();
    m_Bytes->CheckUnchanged();
    if (m_Rank == 4)
    {
      this->ReadBlock({ tile.ry, tile.rx, 0, 0 }, { tile.rows, tile.columns, shape.qy, shape.qx }, patterns);
      return;
    }
    if (tile.columns == shape.rx)
    {
      this->ReadBlock({ tile.ry * shape.rx, 0, 0 }, { tile.rows * shape.rx, shape.qy, shape.qx }, patterns);
      return;
    }
    const auto rowBytes = tile.columns * shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(this->Type()));
    for (std::int64_t row = 0; row < tile.rows; ++row)
    {
      const std::int64_t first = (tile.ry + row) * shape.rx + tile.rx;
      this->ReadBlock({ first, 0, 0 }, { tile.columns, shape.qy, shape.qx }, patterns + row * rowBytes);
    }
  }

private:
  void
  ReadBlock(const std::vector<std::int64_t> & begin, const std::vector<std::int64_t> & extents, std::byte * to) const
  {
    const std::vector<hsize_t> start(begin.begin(), begin.end());
    const std::vector<hsize_t> count(extents.begin(), extents.end());
    const hdf5::Id             space(H5Dget_space(m_DataSet));
    const hdf5::Id             memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));
    if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
        H5Dread(m_DataSet, hdf5::MemoryType(this->Type()), memory, space, H5P_DEFAULT, to) < 0)
    {
      throw FileError(m_Bytes->Path(),
                      "cannot be decoded in data set " + this->Header().dataSet + " from index " +
                        std::to_string(begin[0]) + " on: " + hdf5::LastError());
    }
  }

  std::shared_ptr<const InputFile> m_Bytes;
  hdf5::Id                         m_File;
  hdf5::Id                         m_DataSet;
  std::size_t                      m_Rank;
};

class Hdf5FileFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "HDF5 with a data set of 4 dimensions (Ry, Rx, Qy, Qx), such as py4DSTEM's";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    const std::string signature = "\x89HDF\r\n\x1a\n";
    bool              hasSignature = probe.BeginsWith(signature);
    for (std::int64_t userBlock = 512; !hasSignature && userBlock <= probe.file->Size() - 8; userBlock *= 2)
    {
      std::string found(signature.size(), '\0');
      probe.file->Read(userBlock, found.data(), static_cast<std::int64_t>(found.size()));
      hasSignature = found == signature;
    }
    if (!hasSignature)
    {
      return false;
    }
    const hdf5::Session session;
    const hdf5::Id      file = hdf5::OpenFile(probe.file->Path()).first;
    // A damaged file is claimed, so that opening it tells what is wrong; ITK's and MINC's files are not.
    return !file || !(hdf5::OpenObject(file, "/ITKImage") || hdf5::OpenObject(file, "/minc-2.0") ||
                      hdf5::OpenObject(file, "/TransformGroup"));
  }

  bool
  HasDataSets() const override
  {
    return true;
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

std::unique_ptr<ScanFile>
Hdf5FileFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const hdf5::Session session;
  const std::string & path = probe.file->Path();
  auto [file, reason] = hdf5::OpenFile(path);
  if (!file)
  {
    throw FileError(path, "is an HDF5 file that cannot be opened: " + reason);
  }
  const Hdf5Layout & layout =
    **std::find_if(Hdf5Layouts().begin(),
                   Hdf5Layouts().end(),
                   [root = static_cast<hid_t>(file)](const Hdf5Layout * one) { return one->Matches(root); });
  if (auto scan = layout.Open(probe.file, file, options))
  {
    return scan;
  }
  if (options.allowOutsideLinks)
  {
    throw FileError(path,
                    "is no Dectris master, whose links alone are followed; --allow-outside-links (allowOutsideLinks) "
                    "that was given means nothing to it");
  }
  const auto          candidates = layout.Candidates(file);
  const Hdf5Candidate chosen = ChooseDataSet(path, file, candidates, options);
  hdf5::Id            dataSet = hdf5::OpenDataSet(file, chosen.path);
  const auto          type = dataSet ? hdf5::TypeOf(dataSet) : std::nullopt;
  if (!type)
  {
    throw FileError(path, "cannot be read in data set " + chosen.path + ": " + hdf5::LastError());
  }
  CheckSources(path, file, chosen.path, dataSet);
  Hdf5Description description = layout.Describe(file, chosen.path);

  ScanHeader header;
  header.format = layout.Name();
  header.dataSet = chosen.path;
  header.storedType = type->Name();
  header.storedByteOrder = type->order;
  header.fileSize = probe.file->Size();
  header.scan = description.scan;
  header.detector = description.detector;
  header.metadata = std::move(description.metadata);
  header.notes = std::move(description.notes);
  if (candidates.size() > 1)
  {
    header.candidates = ToCandidates(candidates);
  }

  const auto &      extents = chosen.extents;
  const std::size_t rank = extents.size();
  CheckedBytes(path, { rank == 4 ? extents[0] : 1, extents[rank - 3], extents[rank - 2], extents[rank - 1] }, 8);
  const std::int64_t                patterns = rank == 4 ? extents[0] * extents[1] : extents[0];
  const std::vector<ShapeCandidate> said =
    rank == 4 ? std::vector<ShapeCandidate>{ { extents[0], extents[1], "data set's shape" } }
              : std::vector<ShapeCandidate>();
  const ShapeCandidate scan = ResolveScanShape(path, patterns, options, said);
  header.shape = { scan.ry, scan.rx, extents[rank - 2], extents[rank - 1] };
  header.shapeSource = scan.source;
  header.storedShape = header.shape;

  const hdf5::Id creation(H5Dget_create_plist(dataSet));
  const haddr_t  offset = H5Pget_layout(creation) == H5D_CONTIGUOUS ? H5Dget_offset(dataSet) : HADDR_UNDEF;
  if (offset != HADDR_UNDEF)
  {
    FlatLayout flat;
    flat.type = *type;
    flat.firstPattern = static_cast<std::int64_t>(offset);
    flat.patternStride = CheckedBytes(path, { 1, 1, header.shape.qy, header.shape.qx }, type->bytes);
    return std::make_unique<FlatScanFile>(std::move(header), probe.file, flat);
  }
  if (rank == 4 && (scan.ry != extents[0] || scan.rx != extents[1]))
  {
    throw FileError(path,
                    "the scan shape " + FormatExtent(scan.ry, scan.rx) + " was given; chunked data of shape " +
                      FormatExtent(extents[0], extents[1]) + " can only be read in its own");
  }
  const auto together = ChunkExtents(header, path, dataSet, type->ReadAs());
  if (H5Pget_layout(creation) == H5D_CHUNKED)
  {
    std::vector<hsize_t> chunk(rank);
    H5Pget_chunk(creation, static_cast<int>(rank), chunk.data());
    auto bytes = static_cast<std::size_t>(type->bytes);
    for (const hsize_t extent : chunk)
    {
      bytes *= static_cast<std::size_t>(extent);
    }
    ChunkDecoder decoder(FiltersOf(creation), bytes, static_cast<std::size_t>(type->bytes));
    if (decoder.CanDecode())
    {
      return std::make_unique<Hdf5ChunkedScanFile>(std::move(header),
                                                   Hdf5ChunkedScanFile::DataSet{ probe.file,
                                                                                 std::move(file),
                                                                                 std::move(dataSet),
                                                                                 *type,
                                                                                 { chunk.begin(), chunk.end() },
                                                                                 std::move(decoder),
                                                                                 together,
                                                                                 options.threads });
    }
  }
  CheckFilters(path, chosen.path, creation);
  return std::make_unique<Hdf5ScanFile>(
    std::move(header), *type, probe.file, std::move(file), std::move(dataSet), together[0], together[1]);
}
} // namespace

const ScanFormat &
Hdf5Format()
{
  static const Hdf5FileFormat format;
  return format;
}
} // namespace fourdstem
