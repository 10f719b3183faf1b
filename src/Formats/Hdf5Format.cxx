// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/Hdf5Layout.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"
#include "Formats/TiledScanFile.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace fourdstem
{
namespace
{
/** A data set in chunks, or compact. HDF5 decodes it, one thread at a time. */
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

std::vector<ScanCandidate>
ToCandidates(const std::vector<Hdf5Candidate> & dataSets)
{
  std::vector<ScanCandidate> candidates;
  candidates.reserve(dataSets.size());
  for (const Hdf5Candidate & dataSet : dataSets)
  {
    std::vector<std::string> extents;
    for (const std::int64_t extent : dataSet.extents)
    {
      extents.push_back(std::to_string(extent));
    }
    candidates.push_back({ dataSet.path, Join(extents, ", ") });
  }
  return candidates;
}

/** The data set that is asked for, or the only one that can be meant. */
Hdf5Candidate
Choose(const std::string & path, const std::vector<Hdf5Candidate> & candidates, const ScanFileOptions & options)
{
  if (!options.dataSet.empty())
  {
    const std::string wanted = (options.dataSet.front() == '/' ? "" : "/") + options.dataSet;
    const auto        found = std::find_if(candidates.begin(), candidates.end(), [&wanted](const Hdf5Candidate & one) {
      return one.path == wanted || one.path == wanted + "/data";
    });
    if (found == candidates.end())
    {
      throw FileError(
        path,
        "has no data set " + options.dataSet + " of 4 or 3 dimensions; " +
          (candidates.empty() ? "there is none at all" : "there are: " + FormatCandidates(ToCandidates(candidates))));
    }
    return *found;
  }
  const auto only = [&candidates](auto && isMeant) {
    const auto first = std::find_if(candidates.begin(), candidates.end(), isMeant);
    return first != candidates.end() && std::find_if(first + 1, candidates.end(), isMeant) == candidates.end()
             ? &*first
             : nullptr;
  };
  const auto * chosen = only([](const Hdf5Candidate & one) { return one.preferred; });
  chosen = chosen ? chosen : only([](const Hdf5Candidate & one) { return one.extents.size() == 4; });
  if (!chosen &&
      std::none_of(candidates.begin(), candidates.end(), [](const auto & one) { return one.extents.size() == 4; }))
  {
    chosen = only([](const Hdf5Candidate & one) { return one.extents.size() == 3; });
  }
  if (!chosen && candidates.empty())
  {
    throw FileError(path, "has no numeric data set of 4 dimensions (Ry, Rx, Qy, Qx)");
  }
  if (!chosen)
  {
    const auto choices = ToCandidates(candidates);
    throw ScanChoiceNeeded(
      path + ": does not say which data set is the scan; name one (of 3 dimensions with a scan shape): " +
        FormatCandidates(choices),
      "data set",
      choices);
  }
  return *chosen;
}

void
CheckFilters(const std::string & path, const std::string & dataSet, hid_t creation)
{
  const std::map<H5Z_filter_t, std::string> names = { { 4, "szip" },           { 32000, "LZF" },
                                                      { 32001, "Blosc" },      { 32004, "LZ4" },
                                                      { 32008, "bitshuffle" }, { 32013, "ZFP" },
                                                      { 32015, "Zstandard" },  { 32026, "Blosc2" } };
  for (int i = 0; i < std::max(0, H5Pget_nfilters(creation)); ++i)
  {
    unsigned           flags = 0;
    std::size_t        values = 0;
    unsigned           configuration = 0;
    const H5Z_filter_t filter =
      H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, &configuration);
    if (H5Zfilter_avail(filter) <= 0)
    {
      const auto name = names.find(filter);
      throw FileError(path,
                      "has data set " + dataSet + " compressed by HDF5 filter " + std::to_string(filter) + " (" +
                        (name == names.end() ? "unknown" : name->second) +
                        "), which is not available here; accepted are deflate (gzip), shuffle and fletcher32");
    }
  }
}

/** Positions that are decoded together, and a sanity check: nothing compresses more than this. */
std::array<std::int64_t, 2>
ChunkExtents(const ScanHeader &  header,
             const std::string & path,
             hid_t               creation,
             std::size_t         rank,
             ElementType         type,
             std::int64_t        bytes)
{
  constexpr std::int64_t best = 4096;
  if (bytes / best > header.fileSize)
  {
    throw FileError(path,
                    "is cut off or damaged: data set " + header.dataSet + " claims " + std::to_string(bytes) +
                      " bytes in a file of " + std::to_string(header.fileSize));
  }
  std::vector<hsize_t> chunk(rank, 1);
  if (H5Pget_layout(creation) == H5D_CHUNKED)
  {
    H5Pget_chunk(creation, static_cast<int>(rank), chunk.data());
  }
  // A chunk may reach beyond the data, and is decoded as a whole.
  std::int64_t chunkBytes = static_cast<std::int64_t>(SizeOf(type));
  for (const hsize_t extent : chunk)
  {
    chunkBytes = CheckedMultiply(chunkBytes, static_cast<std::int64_t>(extent), path + ": the size of a chunk");
  }
  const auto first = static_cast<std::int64_t>(chunk[0]);
  CheckTileBytes(path, first, rank == 4 ? static_cast<std::int64_t>(chunk[1]) : 1, chunkBytes, TileMemory());
  if (rank == 4)
  {
    return { first, static_cast<std::int64_t>(chunk[1]) };
  }
  // A chunk of a stack begins anywhere in a scan row; together with one only every so many rows.
  const std::int64_t rx = header.shape.rx;
  const std::int64_t whole = first / std::gcd(first, rx);
  const std::int64_t wholeBytes = bytes / header.shape.ry * std::min(whole, header.shape.ry);
  return wholeBytes <= TileMemory().preferredTile
           ? std::array<std::int64_t, 2>{ whole, rx }
           : std::array<std::int64_t, 2>{ (first + rx - 1) / rx, std::min(first, rx) };
}

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
    if (!probe.BeginsWith(signature) && !probe.BeginsWith(signature, 512) && !probe.BeginsWith(signature, 1024) &&
        !probe.BeginsWith(signature, 2048))
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
  const auto          candidates = layout.Candidates(file);
  const Hdf5Candidate chosen = Choose(path, candidates, options);
  hdf5::Id            dataSet = hdf5::OpenDataSet(file, chosen.path);
  const auto          type = dataSet ? hdf5::TypeOf(dataSet) : std::nullopt;
  if (!type)
  {
    throw FileError(path, "cannot be read in data set " + chosen.path + ": " + hdf5::LastError());
  }
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
  const std::int64_t bytes = CheckedBytes(path, header.shape, static_cast<std::int64_t>(SizeOf(type->ReadAs())));

  const hdf5::Id creation(H5Dget_create_plist(dataSet));
  const haddr_t  offset = H5Pget_layout(creation) == H5D_CONTIGUOUS && H5Pget_external_count(creation) == 0
                            ? H5Dget_offset(dataSet)
                            : HADDR_UNDEF;
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
  CheckFilters(path, chosen.path, creation);
  const auto chunk = ChunkExtents(header, path, creation, rank, type->ReadAs(), bytes);
  return std::make_unique<Hdf5ScanFile>(
    std::move(header), *type, probe.file, std::move(file), std::move(dataSet), chunk[0], chunk[1]);
}
} // namespace

const ScanFormat &
Hdf5Format()
{
  static const Hdf5FileFormat format;
  return format;
}
} // namespace fourdstem
