// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/Hdf5Choice.h"
#include "Formats/Hdf5Chunks.h"
#include "Formats/Hdf5ScanFile.h"
#include "Formats/Hdf5Storage.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
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

  std::string
  Objection(const FileProbe & probe) const override;

  bool
  HasDataSets() const override
  {
    return true;
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

std::string
Hdf5FileFormat::Objection(const FileProbe & probe) const
{
  const bool isVersion5 = probe.BeginsWith("MATLAB 5.0 MAT-file");
  return isVersion5 || probe.extension == ".mat"
           ? std::string(isVersion5 ? ", a MATLAB file of version 5" : ", named .mat but no HDF5") +
               "; accepted are those of version 7.3: write it by save(..., '-v7.3')"
           : std::string();
}

std::unique_ptr<ScanFile>
Hdf5FileFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const hdf5::Session session;
  const std::string & path = probe.file->Path();
  // HDF5 writes here and there, not only at the end.
  const auto bytes =
    probe.file->MayGrow() == FileGrowth::Allowed ? std::make_shared<const InputFile>(path) : probe.file;
  auto [file, reason] = hdf5::OpenFile(path);
  if (!file)
  {
    throw FileError(path, "is an HDF5 file that cannot be opened: " + reason);
  }
  const Hdf5Layout & layout =
    **std::find_if(Hdf5Layouts().begin(),
                   Hdf5Layouts().end(),
                   [root = static_cast<hid_t>(file)](const Hdf5Layout * one) { return one->Matches(root); });
  if (auto scan = layout.Open(bytes, file, options))
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
  header.fileSize = bytes->Size();
  header.scan = description.scan;
  header.detector = description.detector;
  header.metadata = std::move(description.metadata);
  header.notes = std::move(description.notes);
  if (candidates.size() > 1)
  {
    header.candidates = ToCandidates(candidates);
  }

  const Hdf5ScanAxes axes(chosen.axes, hdf5::Extents(dataSet).size());
  const auto &       extents = chosen.extents;
  const std::size_t  rank = extents.size();
  if (const std::string remark = axes.Remark(); !remark.empty())
  {
    header.notes.push_back(remark);
  }
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
  if (offset != HADDR_UNDEF && axes.AreInOrder())
  {
    FlatLayout flat;
    flat.type = *type;
    flat.firstPattern = static_cast<std::int64_t>(offset);
    flat.patternStride = CheckedBytes(path, { 1, 1, header.shape.qy, header.shape.qx }, type->bytes);
    return std::make_unique<FlatScanFile>(std::move(header), bytes, flat);
  }
  const bool isFolded = rank == 4 && (scan.ry != extents[0] || scan.rx != extents[1]);
  if (isFolded)
  {
    throw FileError(path,
                    "the scan shape " + FormatExtent(scan.ry, scan.rx) +
                      " was given; data in chunks, or with axes in another order, of shape " +
                      FormatExtent(extents[0], extents[1]) + " can only be read in their own");
  }
  KeepWrittenRows(header, path, dataSet, axes, options);
  const auto together = ChunkExtents(header, path, dataSet, axes, type->ReadAs());
  if (H5Pget_layout(creation) == H5D_CHUNKED && axes.AreInOrder())
  {
    std::vector<hsize_t> chunk(hdf5::Extents(dataSet).size());
    H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    auto chunkBytes = static_cast<std::size_t>(type->bytes);
    for (const hsize_t extent : chunk)
    {
      chunkBytes *= static_cast<std::size_t>(extent);
    }
    auto         ofScan = axes.Pick(chunk);
    ChunkDecoder decoder(FiltersOf(creation), chunkBytes, static_cast<std::size_t>(type->bytes));
    if (decoder.CanDecode() && axes.Spread(ofScan, 1) == chunk)
    {
      return std::make_unique<Hdf5ChunkedScanFile>(std::move(header),
                                                   Hdf5ChunkedScanFile::DataSet{ bytes,
                                                                                 std::move(file),
                                                                                 std::move(dataSet),
                                                                                 *type,
                                                                                 axes,
                                                                                 std::move(ofScan),
                                                                                 std::move(decoder),
                                                                                 together,
                                                                                 options.threads });
    }
  }
  CheckFilters(path, chosen.path, creation);
  return std::make_unique<Hdf5ScanFile>(
    std::move(header), *type, bytes, std::move(file), std::move(dataSet), axes, together);
}
} // namespace

const ScanFormat &
Hdf5Format()
{
  static const Hdf5FileFormat format;
  return format;
}
} // namespace fourdstem
