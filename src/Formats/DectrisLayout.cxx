// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DectrisFiles.h"
#include "Formats/DectrisScanFile.h"
#include "Formats/Hdf5Layout.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"
#include "Formats/WholeRows.h"

#include <cmath>
#include <filesystem>

namespace fourdstem
{
namespace
{
/** Frames that are missing between the files; empty where none are. */
std::string
FindGap(const std::vector<DectrisPart> & parts, std::size_t i, std::optional<double> firstImage, double expected)
{
  const std::string name = FileNameOf(parts[i].path);
  if (i > 0 && parts[i].number != parts[i - 1].number + 1)
  {
    return "the links go from data_" + std::to_string(parts[i - 1].number) + " to data_" +
           std::to_string(parts[i].number) + " (" + name + ")";
  }
  return i > 0 && firstImage && *firstImage != expected
           ? name + " begins with image " + FormatNumber(*firstImage) + " where " + FormatNumber(expected) + " follows"
           : std::string();
}

/** Opens the files of the parts and tells of them. */
std::unique_ptr<Hdf5FrameSeries>
OpenSeries(const std::string &              path,
           const std::vector<DectrisPart> & parts,
           const ScanFileOptions &          options,
           ScanHeader &                     header)
{
  auto   series = std::make_unique<Hdf5FrameSeries>();
  double expected = 1;
  for (std::size_t i = 0; i < parts.size(); ++i)
  {
    const std::int64_t before = series->Shape().rx;
    const auto         firstImage = series->Add(parts[i].path, parts[i].dataSet, header.notes);
    if (const std::string gap = FindGap(parts, i, firstImage, expected); !gap.empty())
    {
      if (!options.scanShape)
      {
        throw FileError(path,
                        "has data files that leave out frames: " + gap + "; a scan shape of those there reads them");
      }
      header.notes.push_back("Data files leave out frames: " + gap + ".");
    }
    expected = firstImage.value_or(expected) + static_cast<double>(series->Shape().rx - before);
    if (parts[i].path != path)
    {
      (header.dataFile.empty() ? header.dataFile : header.otherFiles.emplace_back()) = parts[i].path;
    }
  }
  if (parts.size() > 1)
  {
    header.notes.push_back("Read as one: " + std::to_string(parts.size()) + " data sets, " +
                           FileNameOf(parts.front().path) + " to " + FileNameOf(parts.back().path) + ".");
  }
  const StoredType & type = series->Type();
  if (type.kind != StoredType::Kind::Unsigned || type.bytes > 4)
  {
    throw FileError(parts.front().path, "holds frames of " + type.Name() + "; accepted are uint8, uint16 and uint32");
  }
  return series;
}

std::optional<double>
Number(hid_t file, const std::string & name)
{
  for (const std::string & place : { DectrisDetectorGroup + "/detectorSpecific/", DectrisDetectorGroup + "/" })
  {
    const hdf5::Id item = hdf5::OpenDataSet(file, place + name);
    if (const auto value = item ? hdf5::SingleNumber(item) : std::nullopt; value && std::isfinite(*value))
    {
      return value;
    }
  }
  return std::nullopt;
}

void
DescribeMaster(hid_t file, std::map<std::string, std::string> & metadata)
{
  for (const auto & [name, key, factor] : { std::tuple("photon_energy", "HighVoltage_V", 1.),
                                            std::tuple("count_time", "ExposureTime_ms", 1e3),
                                            std::tuple("x_pixel_size", "PhysicalPixelSizeX_um", 1e6),
                                            std::tuple("y_pixel_size", "PhysicalPixelSizeY_um", 1e6),
                                            std::tuple("bit_depth_image", "CounterDepth_bits", 1.),
                                            std::tuple("saturation_value", "Saturation_counts", 1.) })
  {
    if (const auto value = Number(file, name); value && *value > 0)
    {
      metadata.emplace(key, FormatNumber(*value * factor));
    }
  }
  for (const auto & [name, key] : { std::pair("description", "Camera"),
                                    std::pair("detectorSpecific/data_collection_date", "Timestamp"),
                                    std::pair("detectorSpecific/software_version", "SoftwareVersion") })
  {
    const hdf5::Id item = hdf5::OpenDataSet(file, DectrisDetectorGroup + "/" + name);
    if (const auto text = item ? hdf5::ScalarText(item) : std::nullopt; text && !text->empty())
    {
      metadata.emplace(key, *text);
    }
  }
}

/** Scan shapes that the files state; notes what has to be said of them. */
std::vector<ShapeCandidate>
StatedShapes(hid_t                                  file,
             const std::optional<DectrisSideFile> & side,
             std::int64_t                           frames,
             std::vector<std::string> &             notes)
{
  std::vector<ShapeCandidate> shapes;
  if (side && side->rows > 0 && side->columns > 0)
  {
    shapes.push_back({ side->rows, side->columns, "NumPixelsY, NumPixelsX of " + FileNameOf(side->path) });
  }
  const double triggers = Number(file, "ntrigger").value_or(0);
  const double images = Number(file, "nimages").value_or(0);
  if (triggers > 0 && images > 0 && triggers * images != static_cast<double>(frames))
  {
    notes.push_back("The master announces " + FormatNumber(images) + " images for each of " + FormatNumber(triggers) +
                    " triggers; " + std::to_string(frames) + " frames are there.");
  }
  const bool isFitting = triggers * images >= static_cast<double>(frames) && triggers * images < 1e15;
  if (triggers > 1 && images > 1 && isFitting)
  {
    shapes.push_back({ static_cast<std::int64_t>(triggers), static_cast<std::int64_t>(images), "ntrigger, nimages" });
  }
  return shapes;
}

/** The scan, of which frames are missing where the last data files are, or, if whole rows are wanted, where a chunk of
 * them was never written. */
HeldScan
ResolveFrames(const std::string &                 path,
              const Hdf5FrameSeries &             series,
              const std::string &                 missing,
              const ScanFileOptions &             options,
              const std::vector<ShapeCandidate> & shapes,
              std::vector<std::string> &          notes)
{
  const std::int64_t held = options.allowTruncated ? series.Written() : series.Shape().rx;
  if (missing.empty())
  {
    return ResolveHeldScan(path, held, options, shapes, notes);
  }
  if (!options.allowTruncated)
  {
    const auto promises =
      options.scanShape
        ? std::vector<ShapeCandidate>{ { options.scanShape->first, options.scanShape->second, "option" } }
        : shapes;
    for (const ShapeCandidate & promised : promises)
    {
      KeepWholeRows(path, promised, held, options, notes, missing);
    }
    throw FileError(path,
                    missing + "; " + std::to_string(held) + " frames are there, of which " + AllowTruncatedOption +
                      " reads the whole scan rows of a scan shape");
  }
  notes.push_back("The master " + missing + ".");
  return ResolveHeldScan(path, held, options, shapes, notes, missing);
}

void
ApplySideFile(const DectrisSideFile & side, ScanHeader & header)
{
  header.otherFiles.push_back(side.path);
  header.metadata.insert(side.metadata.begin(), side.metadata.end());
  if (side.stepNm)
  {
    header.scan = { { *side.stepNm, *side.stepNm }, { 0, 0 }, "nm", "Pixel Size of " + FileNameOf(side.path) };
    if (!side.isCalibrated)
    {
      header.notes.push_back("The scan step is that of " + FileNameOf(side.path) +
                             ", which says it is not calibrated.");
    }
  }
}

/** Masters of ARINA, ELA, QUADRO and EIGER, in NeXus' NXmx. */
class DectrisMasterLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "Dectris NXmx";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id entry = hdf5::OpenGroup(file, "/entry");
    return entry && hdf5::AttributeText(entry, "NX_class") == "NXentry" && HasDectrisLinks(file);
  }

  std::unique_ptr<ScanFile>
  Open(const std::shared_ptr<const InputFile> & master, hid_t file, const ScanFileOptions & options) const override
  {
    const std::string & path = master->Path();
    if (!options.dataSet.empty() && options.dataSet != DataGroup)
    {
      return nullptr;
    }
    ScanHeader header;
    header.format = this->Name();
    header.dataSet = DataGroup;
    const DectrisParts found = FindDectrisParts(path, file, options.allowOutsideLinks);
    auto               series = OpenSeries(path, found.parts, options, header);
    header.storedType = series->Type().Name();
    header.storedByteOrder = series->Type().order;
    header.fileSize = series->FileSize();
    DescribeMaster(file, header.metadata);
    const auto side = ReadDectrisSideFile(path, header.notes);
    if (side)
    {
      ApplySideFile(*side, header);
    }
    const ScanShape & frames = series->Shape();
    const auto        shapes = StatedShapes(file, side, frames.rx, header.notes);
    ResolveFrames(path, *series, found.missing, options, shapes, header.notes).ApplyTo(header, frames.qy, frames.qx);
    CheckTileBytes(path, 1, 1, CheckedBytes(path, { 1, 1, frames.qy, frames.qx }, series->Type().bytes), TileMemory());
    auto isBad = FindDectrisNoData(file, *series, header.notes);
    return std::make_unique<DectrisScanFile>(std::move(header), std::move(series), std::move(isBad), path);
  }

private:
  inline static const std::string DataGroup = "/entry/data";
};

/** What the STEM controller writes beside a master. */
class DectrisSideLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "Dectris side file";
  }

  bool
  Matches(hid_t file) const override
  {
    return IsDectrisSideFile(file);
  }

  std::unique_ptr<ScanFile>
  Open(const std::shared_ptr<const InputFile> & side, hid_t, const ScanFileOptions & options) const override
  {
    const std::string master = DectrisMasterOf(side->Path());
    std::error_code   ignored;
    if (options.dataSet.empty())
    {
      throw FileError(
        side->Path(),
        "tells of a scan whose patterns are in other files; open the master, " + FileNameOf(master) +
          (std::filesystem::exists(std::filesystem::u8path(master), ignored) ? "" : ", which is missing here"));
    }
    return nullptr;
  }
};
} // namespace

const Hdf5Layout &
DectrisLayout()
{
  static const DectrisMasterLayout layout;
  return layout;
}

const Hdf5Layout &
DectrisSideFileLayout()
{
  static const DectrisSideLayout layout;
  return layout;
}
} // namespace fourdstem
