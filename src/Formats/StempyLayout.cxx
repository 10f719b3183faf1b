// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ElectronEvents.h"
#include "Formats/Hdf5Layout.h"
#include "Formats/Hdf5Storage.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fourdstem
{
namespace
{
const std::string FramesPath = "/electron_events/frames";
const std::string PositionsPath = "/electron_events/scan_positions";

/** An extent in an attribute. */
std::int64_t
ReadExtent(const std::string & path, hid_t dataSet, const std::string & name, const char * attribute)
{
  const double value = hdf5::AttributeNumber(dataSet, attribute).value_or(0);
  if (!(value >= 1 && value <= 1e9) || value != std::floor(value))
  {
    throw FileError(path,
                    "has no extent in attribute " + std::string(attribute) + " of " + name + " but " +
                      FormatNumber(value) + "; accepted are 1 to 1000000000");
  }
  return static_cast<std::int64_t>(value);
}

/** Type of the electrons in a 1-D data set of lists of whole numbers; nothing for another data set. */
hdf5::Id
ElectronType(hid_t dataSet)
{
  const hdf5::Id type(H5Dget_type(dataSet));
  hdf5::Id       base(H5Tget_class(type) == H5T_VLEN ? H5Tget_super(type) : -1);
  const bool     isList = base && H5Tget_class(base) == H5T_INTEGER && hdf5::Extents(dataSet).size() == 1;
  return isList ? std::move(base) : hdf5::Id();
}

/** Scan position of each frame, from versions 1 and 2. */
std::vector<std::int64_t>
ReadPositions(const std::string & path, hid_t dataSet, std::int64_t frames, std::int64_t positions)
{
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(frames));
  const hdf5::Id            type(H5Dget_type(dataSet));
  if (H5Tget_class(type) != H5T_INTEGER || hdf5::Extents(dataSet) != std::vector<std::int64_t>{ frames } ||
      H5Dread(dataSet, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0)
  {
    throw FileError(path,
                    "has no whole number in " + PositionsPath + " for each of the " + std::to_string(frames) +
                      " frames of " + FramesPath);
  }
  const auto outside = std::find_if(
    numbers.begin(), numbers.end(), [positions](std::int64_t number) { return number < 0 || number >= positions; });
  if (outside != numbers.end())
  {
    throw FileError(path,
                    "has scan position " + std::to_string(*outside) + " in " + PositionsPath + "; the scan has " +
                      std::to_string(positions));
  }
  return numbers;
}

/** Frames sorted by their positions, those of one position in the order of the file. */
EventFrames
SortByPosition(const std::vector<std::int64_t> & positionOf, std::int64_t positions)
{
  EventFrames frames;
  frames.begin.assign(static_cast<std::size_t>(positions) + 1, 0);
  for (const std::int64_t position : positionOf)
  {
    ++frames.begin[static_cast<std::size_t>(position) + 1];
  }
  std::partial_sum(frames.begin.begin(), frames.begin.end(), frames.begin.begin());
  std::vector<std::int64_t> next(frames.begin.begin(), frames.begin.end() - 1);
  frames.order.resize(positionOf.size());
  for (std::size_t frame = 0; frame < positionOf.size(); ++frame)
  {
    const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(positionOf[frame])]++);
    frames.order[place] = static_cast<std::int64_t>(frame);
  }
  return frames;
}

/** stempy's, of which the frames are lists of electrons. */
class StempyEventLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "stempy electron events";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id frames = hdf5::OpenDataSet(file, FramesPath);
    return frames && ElectronType(frames);
  }

  std::unique_ptr<ScanFile>
  Open(const std::shared_ptr<const InputFile> & bytes, hid_t file, const ScanFileOptions & options) const override
  {
    if (!options.dataSet.empty() && options.dataSet != FramesPath)
    {
      return nullptr;
    }
    const std::string & path = bytes->Path();
    hdf5::Id            dataSet = hdf5::OpenDataSet(file, FramesPath);
    const hdf5::Id      scanPositions = hdf5::OpenDataSet(file, PositionsPath);
    if (!scanPositions)
    {
      throw FileError(path, "has electrons but no " + PositionsPath + ", which has the scan shape");
    }
    if (H5Tget_sign(ElectronType(dataSet)) != H5T_SGN_NONE)
    {
      throw FileError(path, "has electrons in " + FramesPath + " as signed numbers; accepted are unsigned ones");
    }
    CheckSources(path, file, FramesPath, dataSet);
    CheckSources(path, file, PositionsPath, scanPositions);
    CheckFilters(path, FramesPath, hdf5::Id(H5Dget_create_plist(dataSet)));
    ScanHeader header;
    header.format = this->Name();
    header.dataSet = FramesPath;
    header.storedType = "uint32";
    header.fileSize = bytes->Size();
    ReadShape(path, dataSet, scanPositions, options, header);

    const double version = hdf5::AttributeNumber(hdf5::OpenGroup(file, "/"), "version").value_or(1);
    if (version != 1 && version != 2 && version != 3)
    {
      throw FileError(path, "is of version " + FormatNumber(version) + " of stempy's format; 1, 2 and 3 are known");
    }
    header.metadata["Version"] = FormatNumber(version);
    auto frames = FramesOfPositions(path, dataSet, scanPositions, version, header);
    // Only version 1 writes a pixel that was hit several times in a frame several times.
    const auto type = version == 1 ? ElementType::UInt32 : ElementType::UInt16;
    return std::make_unique<ElectronEventScanFile>(
      std::move(header), type, bytes, std::move(dataSet), std::move(frames));
  }

private:
  static void
  ReadShape(const std::string &     path,
            hid_t                   frames,
            hid_t                   scanPositions,
            const ScanFileOptions & options,
            ScanHeader &            header)
  {
    const std::int64_t   ry = ReadExtent(path, scanPositions, PositionsPath, "Ny");
    const std::int64_t   rx = ReadExtent(path, scanPositions, PositionsPath, "Nx");
    const ShapeCandidate scan = ResolveScanShape(
      path, CheckedMultiply(ry, rx, path + ": the scan"), options, { { ry, rx, "Ny, Nx of " + PositionsPath } });
    // The writer gives the rows as Nx here, whatever the documentation says.
    header.shape = {
      scan.ry, scan.rx, ReadExtent(path, frames, FramesPath, "Nx"), ReadExtent(path, frames, FramesPath, "Ny")
    };
    header.shapeSource = scan.source;
    header.storedShape = header.shape;
    if (header.shape.qy != header.shape.qx)
    {
      header.notes.push_back("Nx of " + FramesPath + ", " + std::to_string(header.shape.qy) +
                             ", is taken for the detector's rows, as stempy writes it.");
    }
    CheckTileBytes(path, 1, 1, CheckedBytes(path, { 1, 1, header.shape.qy, header.shape.qx }, 4), TileMemory());
  }

  static EventFrames
  FramesOfPositions(const std::string & path, hid_t dataSet, hid_t scanPositions, double version, ScanHeader & header)
  {
    const std::int64_t frames = hdf5::Extents(dataSet).front();
    const std::int64_t positions = header.shape.Positions();
    // A frame takes 16 bytes in the file, fewer only where they are compressed.
    if (frames < 1 || frames > header.fileSize || positions > header.fileSize)
    {
      throw FileError(path,
                      "is cut off or damaged: it claims " + std::to_string(frames) + " frames and " +
                        std::to_string(positions) + " positions in " + std::to_string(header.fileSize) + " bytes");
    }
    std::vector<std::int64_t> positionOf;
    if (version < 3)
    {
      positionOf = ReadPositions(path, scanPositions, frames, positions);
    }
    else if (frames % positions == 0)
    {
      positionOf.resize(static_cast<std::size_t>(frames));
      std::iota(positionOf.begin(), positionOf.end(), std::int64_t{ 0 });
      std::transform(positionOf.begin(), positionOf.end(), positionOf.begin(), [each = frames / positions](auto frame) {
        return frame / each;
      });
    }
    else
    {
      throw FileError(path,
                      "has " + std::to_string(frames) + " frames, no multiple of the scan's " +
                        FormatExtent(header.shape.ry, header.shape.rx) + " positions");
    }
    EventFrames sorted = SortByPosition(positionOf, positions);
    const auto  empty = std::adjacent_find(sorted.begin.begin(), sorted.begin.end());
    if (empty != sorted.begin.end())
    {
      std::int64_t missing = 0;
      for (std::size_t p = 1; p < sorted.begin.size(); ++p)
      {
        missing += sorted.begin[p] == sorted.begin[p - 1] ? 1 : 0;
      }
      header.notes.push_back(std::to_string(missing) + " of " + std::to_string(positions) +
                             " positions have no frame and read as zeros.");
    }
    if (frames > positions)
    {
      header.notes.push_back(std::to_string(frames) + " frames add up to " + std::to_string(positions) + " positions.");
    }
    return sorted;
  }
};
} // namespace

const Hdf5Layout &
StempyLayout()
{
  static const StempyEventLayout layout;
  return layout;
}
} // namespace fourdstem
