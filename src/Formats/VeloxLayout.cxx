// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Axes.h"
#include "Formats/Hdf5Choice.h"
#include "Formats/Hdf5Storage.h"
#include "Formats/JsonObject.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"
#include "Formats/TiledScanFile.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** A data set (Qy, Qx, frames): a pattern lies scattered over all of it, so many are read at once, by HDF5. */
class FramesFastestScanFile : public TiledScanFile
{
public:
  FramesFastestScanFile(ScanHeader                       header,
                        const StoredType &               type,
                        std::array<std::int64_t, 2>      together,
                        std::shared_ptr<const InputFile> bytes,
                        hdf5::Id                         dataSet)
    : TiledScanFile(std::move(header), type.ReadAs(), together[0], together[1], bytes->Path())
    , m_Bytes(std::move(bytes))
    , m_DataSet(std::move(dataSet))
  {}

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override
  {
    const ScanShape & shape = this->Shape();
    m_Bytes->CheckUnchanged();
    const auto rowBytes = tile.columns * shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(this->Type()));
    const bool isWhole = tile.columns == shape.rx;
    for (std::int64_t row = 0; row < (isWhole ? 1 : tile.rows); ++row)
    {
      this->ReadFrames((tile.ry + row) * shape.rx + tile.rx,
                       isWhole ? tile.rows * tile.columns : tile.columns,
                       patterns + row * rowBytes);
    }
  }

private:
  void
  ReadFrames(std::int64_t first, std::int64_t count, std::byte * to) const
  {
    const ScanShape &      shape = this->Shape();
    const hsize_t          start[] = { 0, 0, static_cast<hsize_t>(first) };
    const hsize_t          extents[] = { static_cast<hsize_t>(shape.qy),
                                         static_cast<hsize_t>(shape.qx),
                                         static_cast<hsize_t>(count) };
    std::vector<std::byte> stored(static_cast<std::size_t>(shape.PatternPixels() * count) * SizeOf(this->Type()));
    {
      const hdf5::Session session;
      const hdf5::Id      space(H5Dget_space(m_DataSet));
      const hdf5::Id      memory(H5Screate_simple(3, extents, nullptr));
      if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, extents, nullptr) < 0 ||
          H5Dread(m_DataSet, hdf5::MemoryType(this->Type()), memory, space, H5P_DEFAULT, stored.data()) < 0)
      {
        throw FileError(m_Bytes->Path(),
                        "cannot be decoded in data set " + this->Header().dataSet + " from frame " +
                          std::to_string(first) + " on: " + hdf5::LastError());
      }
    }
    VisitElementType(this->Type(), [&](auto zero) {
      using Pixel = decltype(zero);
      const auto * from = reinterpret_cast<const Pixel *>(stored.data());
      auto *       pixels = reinterpret_cast<Pixel *>(to);
      for (std::int64_t frame = 0; frame < count; ++frame)
      {
        for (std::int64_t pixel = 0; pixel < shape.PatternPixels(); ++pixel)
        {
          *pixels++ = from[pixel * count + frame];
        }
      }
    });
  }

  std::shared_ptr<const InputFile> m_Bytes;
  hdf5::Id                         m_DataSet;
};

/** Scan rows and columns that are read together: 256 MiB of them, more where chunks hold more frames than that. */
std::array<std::int64_t, 2>
PositionsTogether(const ScanShape & shape, ElementType type, hid_t dataSet)
{
  const TileMemory   memory;
  const std::int64_t patternBytes = shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(type));
  const hdf5::Id     creation(H5Dget_create_plist(dataSet));
  hsize_t            chunk[3] = { 1, 1, 1 };
  if (H5Pget_layout(creation) == H5D_CHUNKED)
  {
    H5Pget_chunk(creation, 3, chunk);
  }
  const std::int64_t wanted = std::max(memory.kept / patternBytes, static_cast<std::int64_t>(chunk[2]));
  const std::int64_t frames = std::max(std::int64_t{ 1 }, std::min(wanted, memory.largestTile / patternBytes));
  return frames < shape.rx ? std::array<std::int64_t, 2>{ 1, frames }
                           : std::array<std::int64_t, 2>{ std::min(frames / shape.rx, shape.ry), shape.rx };
}

/** The first column of the metadata, JSON with zeros behind it; null where there is none. */
Json
ReadMetadata(hid_t dataSet)
{
  constexpr std::int64_t longest = std::int64_t{ 1 } << 20;
  const auto             extents = dataSet >= 0 ? hdf5::Extents(dataSet) : std::vector<std::int64_t>();
  if (extents.size() != 2 || extents[0] < 1 || extents[0] > longest || extents[1] < 1)
  {
    return {};
  }
  const hsize_t  start[] = { 0, 0 };
  const hsize_t  count[] = { static_cast<hsize_t>(extents[0]), 1 };
  const hdf5::Id space(H5Dget_space(dataSet));
  const hdf5::Id memory(H5Screate_simple(2, count, nullptr));
  std::string    text(static_cast<std::size_t>(extents[0]), '\0');
  if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr) < 0 ||
      H5Dread(dataSet, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, text.data()) < 0)
  {
    return {};
  }
  text.erase(std::min(text.find('\0'), text.size()));
  Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? json : Json();
}

/** A number, which Velox writes as a text. */
std::optional<double>
NumberAt(const Json & metadata, const char * place)
{
  const Json::json_pointer pointer(place);
  if (!metadata.contains(pointer))
  {
    return std::nullopt;
  }
  const Json & value = metadata[pointer];
  return value.is_number()   ? std::optional(value.get<double>())
         : value.is_string() ? ParseNumber(value.get<std::string>())
                             : std::nullopt;
}

std::string
TextAt(const Json & metadata, const char * place)
{
  const Json::json_pointer pointer(place);
  return metadata.contains(pointer) && metadata[pointer].is_string() ? metadata[pointer].get<std::string>() : "";
}

void
ApplyMetadata(const Json & metadata, ScanHeader & header)
{
  const auto height = NumberAt(metadata, "/BinaryResult/PixelSize/height");
  const auto width = NumberAt(metadata, "/BinaryResult/PixelSize/width");
  if (height && width)
  {
    const std::string unitX = TextAt(metadata, "/BinaryResult/PixelUnitX");
    const std::string unitY = TextAt(metadata, "/BinaryResult/PixelUnitY");
    const WrittenAxis rows{ *height,
                            NumberAt(metadata, "/BinaryResult/Offset/y").value_or(0),
                            unitY.empty() ? unitX : unitY };
    const WrittenAxis columns{ *width, NumberAt(metadata, "/BinaryResult/Offset/x").value_or(0), unitX };
    header.detector = CalibratedAxes({ rows, columns }, "detector", "BinaryResult.PixelSize", header.notes);
  }
  for (const auto & [place, key] : { std::pair("/Optics/AccelerationVoltage", "HighVoltage_V"),
                                     std::pair("/Optics/CameraLength", "CameraLength_m") })
  {
    if (const auto value = NumberAt(metadata, place); value && *value > 0)
    {
      header.metadata[key] = FormatNumber(*value);
    }
  }
  if (const std::string detector = TextAt(metadata, "/BinaryResult/Detector"); !detector.empty())
  {
    header.metadata["Camera"] = detector;
  }
}

/** Velox' EMD, of which a series of camera frames may be a scan. */
class VeloxEmdLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "Velox EMD";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id version = hdf5::OpenDataSet(file, "/Version");
    const auto     text = version ? hdf5::ScalarText(version) : std::nullopt;
    const Json     json = text ? Json::parse(*text, nullptr, false) : Json();
    return TextAt(json, "/format") == "Velox";
  }

  /** Series; single images where there are none. */
  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto       candidates = AllCandidates(file);
    const auto isSeries = [](const Hdf5Candidate & one) { return IsImage(one) && one.extents[2] > 1; };
    if (std::any_of(candidates.begin(), candidates.end(), isSeries))
    {
      candidates.erase(std::stable_partition(candidates.begin(), candidates.end(), isSeries), candidates.end());
    }
    return candidates;
  }

  std::unique_ptr<ScanFile>
  Open(const std::shared_ptr<const InputFile> & bytes, hid_t file, const ScanFileOptions & options) const override
  {
    const std::string & path = bytes->Path();
    const auto          candidates = this->Candidates(file);
    const Hdf5Candidate chosen = ChooseDataSet(path, file, candidates, options);
    if (!IsImage(chosen))
    {
      return nullptr;
    }
    hdf5::Id   dataSet = hdf5::OpenDataSet(file, chosen.path);
    const auto type = hdf5::TypeOf(dataSet).value();
    CheckSources(path, file, chosen.path, dataSet);
    CheckFilters(path, chosen.path, hdf5::Id(H5Dget_create_plist(dataSet)));

    ScanHeader header;
    header.format = this->Name();
    header.dataSet = chosen.path;
    header.storedType = type.Name();
    header.storedByteOrder = type.order;
    header.fileSize = bytes->Size();
    if (candidates.size() > 1)
    {
      header.candidates = ToCandidates(candidates);
    }
    const std::string parent = chosen.path.substr(0, chosen.path.rfind('/'));
    ApplyMetadata(ReadMetadata(hdf5::OpenDataSet(file, parent + "/Metadata")), header);
    const auto & extents = chosen.extents;
    CheckedBytes(path, { 1, extents[2], extents[0], extents[1] }, 8);
    const ShapeCandidate scan = ResolveScanShape(path, extents[2], options, {});
    header.shape = { scan.ry, scan.rx, extents[0], extents[1] };
    header.shapeSource = scan.source;
    header.storedShape = header.shape;
    const Hdf5ScanAxes axes({ 2, 0, 1 }, 3);
    KeepWrittenRows(header, path, dataSet, axes, options);
    ChunkExtents(header, path, dataSet, axes, type.ReadAs());
    CheckTileBytes(path, 1, 1, CheckedBytes(path, { 1, 1, extents[0], extents[1] }, 8), TileMemory());
    const auto together = PositionsTogether(header.shape, type.ReadAs(), dataSet);
    return std::make_unique<FramesFastestScanFile>(std::move(header), type, together, bytes, std::move(dataSet));
  }

private:
  static bool
  IsImage(const Hdf5Candidate & dataSet)
  {
    const std::string images = "/Data/Image/";
    return dataSet.extents.size() == 3 && dataSet.path.compare(0, images.size(), images) == 0;
  }
};
} // namespace

const Hdf5Layout &
VeloxLayout()
{
  static const VeloxEmdLayout layout;
  return layout;
}
} // namespace fourdstem
