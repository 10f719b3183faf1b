// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Storage.h"

#include "Formats/InputFile.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"
#include "Formats/TiledScanFile.h"
#include "Formats/WholeRows.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace fourdstem
{
namespace
{
std::string
RemarkIfMissing(const std::string & path, const std::string & name)
{
  std::error_code ignored;
  const auto      other = std::filesystem::u8path(path).parent_path() / std::filesystem::u8path(name);
  return std::filesystem::exists(other, ignored) ? "" : " (which is missing)";
}

/** HDF5's name of a source; both functions for that are called alike. */
template <typename TName>
std::string
SourceName(TName && name, hid_t creation, std::size_t i)
{
  const auto  length = static_cast<std::size_t>(std::max<std::int64_t>(0, name(creation, i, nullptr, 0)));
  std::string text(length + 1, '\0');
  name(creation, i, text.data(), text.size());
  text.pop_back();
  return text;
}

/** A source that is one of a sequence has the place of its number as %b. */
std::string
FirstOfSequence(std::string name)
{
  const auto place = name.find("%b");
  return place == std::string::npos ? name : name.replace(place, 2, "0");
}

[[noreturn]] void
ThrowPartElsewhere(const std::string & path,
                   const std::string & name,
                   const std::string & source,
                   const std::string & otherFile)
{
  throw FileError(path,
                  "has virtual data set " + name + " of parts in other files, such as " + source + " in " + otherFile +
                    RemarkIfMissing(path, otherFile) +
                    "; links into other files are not followed: open the parts, or copy them into one data set");
}

[[noreturn]] void
ThrowPartMissing(const std::string & path, const std::string & name, const std::string & source)
{
  throw FileError(path, "has virtual data set " + name + " of which the part " + source + " is missing");
}

void
CheckSourcesBelow(const std::string & path, hid_t file, const std::string & name, hid_t dataSet, int level)
{
  constexpr int  deepest = 16;
  const hdf5::Id creation(H5Dget_create_plist(dataSet));
  if (H5Pget_external_count(creation) > 0)
  {
    char other[512] = {};
    H5Pget_external(creation, 0, sizeof(other) - 1, other, nullptr, nullptr);
    throw FileError(path,
                    "has data set " + name + " whose values lie in another file, " + other +
                      RemarkIfMissing(path, other) + "; links into other files are not followed");
  }
  std::size_t sources = 0;
  if (H5Pget_layout(creation) != H5D_VIRTUAL || H5Pget_virtual_count(creation, &sources) < 0)
  {
    return;
  }
  for (std::size_t i = 0; i < sources; ++i)
  {
    const std::string otherFile = SourceName(H5Pget_virtual_filename, creation, i);
    const std::string source = SourceName(H5Pget_virtual_dsetname, creation, i);
    if (otherFile != ".")
    {
      ThrowPartElsewhere(path, name, source, otherFile);
    }
    const hdf5::Id part = hdf5::OpenDataSet(file, FirstOfSequence(source));
    if (!part || level == deepest)
    {
      ThrowPartMissing(path, name, source);
    }
    CheckSourcesBelow(path, file, source, part, level + 1);
  }
}

std::int64_t
SizeOfChunk(const std::string & path, const std::vector<hsize_t> & chunk, const Hdf5ScanAxes & axes, ElementType type)
{
  auto bytes = static_cast<std::int64_t>(SizeOf(type));
  for (const hsize_t extent : chunk)
  {
    bytes = CheckedMultiply(bytes, static_cast<std::int64_t>(extent), path + ": the size of a chunk");
  }
  // A chunk may reach beyond the data, and is decoded as a whole.
  const auto ofScan = axes.Pick(chunk);
  CheckTileBytes(path, ofScan[0], ofScan.size() == 4 ? ofScan[1] : 1, bytes, TileMemory());
  return bytes;
}

/** The number of chunks that `extents` would need. */
std::int64_t
CountChunks(const std::vector<std::int64_t> & extents, const std::vector<hsize_t> & chunk)
{
  std::int64_t count = 1;
  for (std::size_t axis = 0; axis < chunk.size(); ++axis)
  {
    const auto extent = static_cast<std::int64_t>(chunk[axis]);
    count *= extents[axis] / extent + (extents[axis] % extent == 0 ? 0 : 1);
  }
  return count;
}

/** Of a stack: a chunk begins anywhere in a scan row; together with one only every so many rows. */
std::array<std::int64_t, 2>
StackTogether(const ScanShape & shape, std::int64_t bytes, std::int64_t chunk)
{
  const std::int64_t whole = chunk / std::gcd(chunk, shape.rx);
  const std::int64_t wholeBytes = bytes / shape.ry * std::min(whole, shape.ry);
  return wholeBytes <= TileMemory().preferredTile
           ? std::array<std::int64_t, 2>{ whole, shape.rx }
           : std::array<std::int64_t, 2>{ (chunk + shape.rx - 1) / shape.rx, std::min(chunk, shape.rx) };
}
} // namespace

void
CheckSources(const std::string & path, hid_t file, const std::string & name, hid_t dataSet)
{
  CheckSourcesBelow(path, file, name, dataSet, 1);
}

void
CheckFilters(const std::string & path, const std::string & name, hid_t creation)
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
      const auto known = names.find(filter);
      throw FileError(path,
                      "has data set " + name + " compressed by HDF5 filter " + std::to_string(filter) + " (" +
                        (known == names.end() ? "unknown" : known->second) +
                        "), which is not available here; accepted are deflate (gzip), shuffle and fletcher32");
    }
  }
}

namespace
{
/** Extents of a chunk along the axes of the data set; empty unless it is chunked. */
std::vector<hsize_t>
ChunkOf(hid_t dataSet)
{
  const hdf5::Id       creation(H5Dget_create_plist(dataSet));
  std::vector<hsize_t> chunk;
  if (H5Pget_layout(creation) == H5D_CHUNKED)
  {
    chunk.resize(hdf5::Extents(dataSet).size(), 1);
    H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
  }
  return chunk;
}

/** Chunks that were written, and that there are. */
std::pair<std::int64_t, std::int64_t>
CountWritten(hid_t dataSet, const std::vector<hsize_t> & chunk)
{
  const hdf5::Id space(H5Dget_space(dataSet));
  hsize_t        written = 0;
  H5Dget_num_chunks(dataSet, space, &written);
  return { static_cast<std::int64_t>(written), CountChunks(hdf5::Extents(dataSet), chunk) };
}

/** Whether it is contiguous and has no place in the file. */
bool
IsNeverWritten(hid_t dataSet)
{
  const hdf5::Id creation(H5Dget_create_plist(dataSet));
  return H5Pget_layout(creation) == H5D_CONTIGUOUS && H5Dget_offset(dataSet) == HADDR_UNDEF &&
         H5Pget_external_count(creation) == 0;
}
} // namespace

std::int64_t
WrittenAlongFirstAxis(const std::string & path, hid_t dataSet, const Hdf5ScanAxes & axes)
{
  const auto extents = axes.Pick(hdf5::Extents(dataSet));
  const auto stored = ChunkOf(dataSet);
  if (stored.empty())
  {
    return IsNeverWritten(dataSet) ? 0 : extents[0];
  }
  const auto [written, all] = CountWritten(dataSet, stored);
  if (written >= all)
  {
    return extents[0];
  }
  const auto                chunk = axes.Pick(stored);
  std::vector<std::int64_t> at(extents.size(), 0);
  // In the order of the scan's axes: no more are asked about than were written, and one.
  while (at[0] < extents[0])
  {
    const auto offset = axes.Spread(at, 0);
    unsigned   filters = 0;
    haddr_t    address = HADDR_UNDEF;
    hsize_t    bytes = 0;
    if (H5Dget_chunk_info_by_coord(dataSet, offset.data(), &filters, &address, &bytes) < 0)
    {
      throw FileError(path, "does not tell which chunks were written: " + hdf5::LastError());
    }
    if (address == HADDR_UNDEF)
    {
      return at[0];
    }
    for (std::size_t axis = at.size(); axis-- > 0;)
    {
      at[axis] += chunk[axis];
      if (at[axis] < extents[axis] || axis == 0)
      {
        break;
      }
      at[axis] = 0;
    }
  }
  return extents[0];
}

std::string
NoteOnMissingChunks(hid_t dataSet)
{
  const auto chunk = ChunkOf(dataSet);
  if (chunk.empty())
  {
    return IsNeverWritten(dataSet) ? "No value of the data set was written; it reads as its fill value." : "";
  }
  const auto [written, all] = CountWritten(dataSet, chunk);
  return written < all ? "Only " + std::to_string(written) + " of " + std::to_string(all) +
                           " chunks were written; the others read as the data set's fill value."
                       : std::string();
}

void
KeepWrittenRows(ScanHeader &            header,
                const std::string &     path,
                hid_t                   dataSet,
                const Hdf5ScanAxes &    axes,
                const ScanFileOptions & options)
{
  const std::string note = NoteOnMissingChunks(dataSet);
  if (!options.allowTruncated || note.empty())
  {
    if (!note.empty())
    {
      header.notes.push_back(note);
    }
    return;
  }
  const std::int64_t first = WrittenAlongFirstAxis(path, dataSet, axes);
  const std::int64_t held = axes.Count() == 4 ? first * header.shape.rx : first;
  KeepWholeRows(path, { header.shape.ry, header.shape.rx, header.shapeSource }, held, options, header.notes)
    .ApplyTo(header, header.shape.qy, header.shape.qx);
  header.notes.emplace_back("What is there ends before the first chunk of the data set that was never written.");
}

std::array<std::int64_t, 2>
ChunkExtents(const ScanHeader &   header,
             const std::string &  path,
             hid_t                dataSet,
             const Hdf5ScanAxes & axes,
             ElementType          type)
{
  constexpr std::int64_t bestCompression = 4096;
  constexpr std::int64_t sparsest = std::int64_t{ 1 } << 20;
  const hdf5::Id         creation(H5Dget_create_plist(dataSet));
  const auto             extents = hdf5::Extents(dataSet);
  const std::int64_t     bytes = CheckedBytes(path, header.shape, static_cast<std::int64_t>(SizeOf(type)));
  std::vector<hsize_t>   chunk(extents.size(), 1);
  std::int64_t           written = bytes;
  if (H5Pget_layout(creation) == H5D_CHUNKED)
  {
    H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    const std::int64_t chunkBytes = SizeOfChunk(path, chunk, axes, type);
    const hdf5::Id     space(H5Dget_space(dataSet));
    hsize_t            chunks = 0;
    H5Dget_num_chunks(dataSet, space, &chunks);
    written = std::min(bytes, static_cast<std::int64_t>(std::max<hsize_t>(chunks, 1)) * chunkBytes);
  }
  if (written / bestCompression > header.fileSize || bytes / sparsest > written)
  {
    throw FileError(path,
                    "is cut off or damaged: data set " + header.dataSet + " claims " + std::to_string(bytes) +
                      " bytes, of which the file of " + std::to_string(header.fileSize) + " holds at most " +
                      std::to_string(std::min(written, header.fileSize * bestCompression)));
  }
  const auto ofScan = axes.Pick(chunk);
  const auto together = ofScan.size() == 4 ? std::array<std::int64_t, 2>{ ofScan[0], ofScan[1] }
                                           : StackTogether(header.shape, bytes, ofScan[0]);
  // A scan row lies scattered over all of the file.
  const std::int64_t rows = TileMemory().kept / 2 / std::max<std::int64_t>(bytes / header.shape.ry, 1);
  return axes.AreInOrder() || rows < together[0]
           ? together
           : std::array<std::int64_t, 2>{ rows / together[0] * together[0], header.shape.rx };
}
} // namespace fourdstem
