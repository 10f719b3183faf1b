// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DirectElectronInfo.h"
#include "Formats/FlatScanFile.h"
#include "Formats/MrcHeader.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"
#include "Formats/WholeRows.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
class MrcStackFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "MRC stack .mrc or .mrcs with a scan shape, or with the info file of Direct Electron";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return IsMrc(probe);
  }

  bool
  IsScan(const FileProbe & probe, const ScanFileOptions & options) const override
  {
    const auto info = options.scanShape ? std::nullopt : FindDirectElectronInfo(probe.file->Path());
    return options.scanShape || (info && info->IsScan());
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return IsNamedMrc(probe) ? ", named .mrc but without MRC's header of 1024 bytes at its beginning" : "";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** The patterns of a stack and the scan they are taken for. */
struct Stack
{
  std::string  path;
  std::int64_t stated = 0;
  /** Whole ones in the file. */
  std::int64_t held = 0;

  std::int64_t
  Stored() const
  {
    return std::min(stated, held);
  }

  /** What is there of what the header says. */
  std::string
  Counts() const
  {
    return "its header says " + std::to_string(stated) + " patterns, " + std::to_string(held) +
           " whole ones are there; a scan shape of those reads them";
  }

  std::string
  CutMessage() const
  {
    return "is cut off: " + this->Counts() + ", and " + AllowTruncatedOption + " the whole rows of one of more";
  }
};

/** Bytes of a pattern, of which at least one is in the file. */
std::int64_t
PatternBytes(const FileProbe & probe, const MrcHeader & mrc)
{
  const std::int64_t held = probe.file->Size() - mrc.dataOffset;
  const std::int64_t rowBytes = mrc.columns * mrc.type.bytes;
  if (mrc.rows > held / rowBytes)
  {
    throw FileError(probe.file->Path(),
                    "is cut off inside its first pattern of " + FormatExtent(mrc.rows, mrc.columns) + " pixels of " +
                      mrc.type.Name() + ": " + std::to_string(held) + " bytes follow the header");
  }
  return mrc.rows * rowBytes;
}

/** The info file, unless it is of another movie or unreadable, with a note. */
std::optional<DirectElectronInfo>
InfoOf(const std::string & path, const MrcHeader & mrc, std::vector<std::string> & notes)
{
  try
  {
    auto       info = FindDirectElectronInfo(path);
    const auto extents = info ? info->PatternExtents() : std::nullopt;
    if (extents &&
        (extents->first != static_cast<double>(mrc.rows) || extents->second != static_cast<double>(mrc.columns)))
    {
      notes.push_back(info->Name() + " is of patterns of " + FormatNumber(extents->first) + " x " +
                      FormatNumber(extents->second) + " pixels and is not used.");
      return std::nullopt;
    }
    return info;
  }
  catch (const FileError & error)
  {
    notes.push_back("The info file is not used: " + FileNameOf(error.what()) + ".");
    return std::nullopt;
  }
}

/** Asks for the shape of a stack that has several patterns to a position. */
[[noreturn]] void
AskForRepeats(const Stack & stack, const ShapeCandidate & scan, const DirectElectronInfo & info)
{
  const std::int64_t repeats = info.Repeats();
  const std::int64_t frames = info.FramesPerPosition();
  const std::int64_t patterns = stack.Stored();
  const std::int64_t rows = scan.ry * repeats;
  auto               candidates = PossibleExtents(patterns, 12);
  if (patterns % rows == 0 && patterns / rows == scan.rx * frames)
  {
    candidates.insert(candidates.begin(),
                      ToCandidate({ rows,
                                    scan.rx * frames,
                                    std::to_string(repeats) + " scans one below another, " + std::to_string(frames) +
                                      " patterns of each position side by side" }));
  }
  throw ScanChoiceNeeded(
    stack.path + ": holds " + std::to_string(patterns) + " patterns; " + info.Name() + " says " +
      FormatExtent(scan.ry, scan.rx) + " positions, " + std::to_string(repeats) + " scans and " +
      std::to_string(frames) +
      " patterns at each position; give the scan shape, rows x columns: " + FormatCandidates(candidates),
    "scan shape",
    candidates);
}

HeldScan
ScanOfOption(const Stack & stack, const ScanFileOptions & options, std::vector<std::string> & notes)
{
  const bool isOfHeld = IsShapeGivenOf(stack.held, options);
  if (isOfHeld && stack.held < stack.stated)
  {
    notes.push_back("The header says " + std::to_string(stack.stated) + " patterns; the " + std::to_string(stack.held) +
                    " that are there are read.");
  }
  const bool isMissing = stack.held < stack.stated && !isOfHeld && !IsShapeGivenOf(stack.stated, options);
  if (isMissing)
  {
    throw FileError(stack.path, stack.CutMessage());
  }
  const ShapeCandidate scan = ResolveScanShape(stack.path, isOfHeld ? stack.held : stack.stated, options, {});
  return KeepWholeRows(stack.path, scan, stack.held, options, notes, stack.Counts());
}

/** The scan that the info file says; patterns that are too many at the end are noted. */
HeldScan
ScanOfInfo(const Stack &              stack,
           const DirectElectronInfo & info,
           const ScanFileOptions &    options,
           std::vector<std::string> & notes)
{
  const ShapeCandidate scan = *info.Scan();
  const std::int64_t   positions = scan.ry * scan.rx;
  const std::int64_t   stored = stack.Stored();
  if (stored != positions && (stored >= 2 * positions || info.Repeats() * info.FramesPerPosition() > 1))
  {
    AskForRepeats(stack, scan, info);
  }
  if (stored > positions)
  {
    notes.push_back(std::to_string(stored - positions) +
                    " patterns at the end of the file are more than the scan has and are not read.");
  }
  return KeepWholeRows(stack.path, scan, stored, options, notes, "a scan shape of those there reads them all");
}

/** A scan whose patterns lie in the order of coordinates that a file beside it lists: of one that is cut off, no row is
 * whole. */
HeldScan
ScanOfCoordinates(const Stack &              stack,
                  const DirectElectronInfo & info,
                  FlatLayout &               layout,
                  std::vector<std::string> & notes)
{
  if (stack.held < stack.stated)
  {
    throw FileError(stack.path,
                    stack.CutMessage() + ", row by row, although they were taken in the order of " +
                      FileNameOf(info.CoordinatesPath()));
  }
  ShapeCandidate scan = info.Scan().value_or(ShapeCandidate());
  try
  {
    layout.order = ReadScanOrder(info.CoordinatesPath(), stack.Stored(), scan, notes);
  }
  catch (const FileError & error)
  {
    throw FileError(stack.path,
                    "was not taken row by row (" + info.Text("Scan - Type") + "), and " + error.what() +
                      "; a scan shape reads it row by row all the same");
  }
  return { scan, scan.ry };
}

/** The scan, and into `layout` the order of the patterns where they are not stored row by row. */
HeldScan
ResolveStack(const Stack &                             stack,
             const ScanFileOptions &                   options,
             const std::optional<DirectElectronInfo> & info,
             FlatLayout &                              layout,
             std::vector<std::string> &                notes)
{
  const bool isScan = info && info->IsScan();
  if (options.scanShape)
  {
    if (isScan && !info->IsRaster())
    {
      notes.push_back("The scan was no raster (" + info->Text("Scan - Type") +
                      "); with a scan shape given, patterns are read row by row all the same.");
    }
    return ScanOfOption(stack, options, notes);
  }
  if (isScan && !info->IsRaster())
  {
    return ScanOfCoordinates(stack, *info, layout, notes);
  }
  if (isScan && info->Scan())
  {
    return ScanOfInfo(stack, *info, options, notes);
  }
  if (stack.held < stack.stated)
  {
    throw FileError(stack.path, stack.CutMessage());
  }
  const ShapeCandidate scan = ResolveScanShape(stack.path, stack.stated, options, {});
  return { scan, scan.ry };
}

/** Mode 0 is int8 by the standard of 2014, and uint8 for many who write counts. */
void
SettleSign(MrcHeader & mrc, bool isDirectElectron, std::vector<std::string> & notes)
{
  if (mrc.type.bytes != 1 || mrc.bytesSign == MrcHeader::Sign::Signed)
  {
    return;
  }
  mrc.type.kind = StoredType::Kind::Unsigned;
  if (mrc.bytesSign == MrcHeader::Sign::Unknown && !isDirectElectron)
  {
    notes.push_back("Nothing says whether pixels of 8 bits are signed; they are read as uint8, as counts are. Those of "
                    "int8 read with --raw-type i1, --file-header " +
                    std::to_string(mrc.dataOffset) + " and the shapes.");
  }
}

void
ApplyInfo(const DirectElectronInfo & info, const std::string & moviePath, ScanHeader & header)
{
  const auto add = [&header](const std::string & key, std::optional<double> value, double factor) {
    if (value)
    {
      header.metadata.emplace(key, FormatNumber(*value * factor));
    }
  };
  header.metadata.emplace("InfoFile", info.Name());
  header.otherFiles.push_back(BesideFile(moviePath, info.Name()));
  if (info.IsScan() && !info.IsRaster())
  {
    header.otherFiles.push_back(info.CoordinatesPath());
  }
  add("HighVoltage_V", info.Positive("Instrument Accelerating Voltage (V)"), 1);
  add("CameraLength_m", info.Positive("Instrument Project Camera Length (centimeters)"), 0.01);
  add("FramesPerSecond", info.Positive("Frames Per Second"), 1);
  if (const std::string camera = info.Text("Camera Model"); !camera.empty())
  {
    header.metadata.emplace("Camera", camera);
  }
  const auto stepY = info.Positive("Specimen Pixel Size Y (nanometers)");
  const auto stepX = info.Positive("Specimen Pixel Size X (nanometers)");
  if (info.IsScan() && stepY && stepX)
  {
    header.scan.spacing[0] = *stepY;
    header.scan.spacing[1] = *stepX;
    header.scan.unit = "nm";
    header.scan.source = "Specimen Pixel Size of " + info.Name();
  }
  const auto pixelY = info.Positive("Diffraction Pixel Size Y");
  const auto pixelX = info.Positive("Diffraction Pixel Size X");
  if (pixelY && pixelX)
  {
    add("DiffractionPixelSizeY", pixelY, 1);
    add("DiffractionPixelSizeX", pixelX, 1);
    header.notes.push_back("The info file's Diffraction Pixel Size, " + FormatNumber(*pixelX) +
                           ", has no unit (programs take it for 1/nm or for mrad): the detector is not calibrated; "
                           "--detector-step and --detector-unit do it.");
  }
}

std::unique_ptr<ScanFile>
MrcStackFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  ScanHeader header;
  MrcHeader  mrc = ReadMrcHeader(probe);
  header.notes = mrc.notes;
  header.metadata = mrc.metadata;
  const std::string & path = probe.file->Path();
  const auto          info = InfoOf(path, mrc, header.notes);
  SettleSign(mrc, info.has_value(), header.notes);

  const std::int64_t patternBytes = PatternBytes(probe, mrc);
  const std::int64_t bytes = probe.file->Size() - mrc.dataOffset;
  const Stack        stack{ path, mrc.sections, bytes / patternBytes };
  FlatLayout         layout;
  ResolveStack(stack, options, info, layout, header.notes).ApplyTo(header, mrc.rows, mrc.columns);
  header.format = info ? "MRC (Direct Electron)" : "MRC";
  header.storedType = mrc.type.Name();
  header.storedByteOrder = mrc.type.order;
  header.fileSize = probe.file->Size();
  if (info)
  {
    ApplyInfo(*info, path, header);
  }
  CheckPadding(path, header.shape, stack.Stored(), mrc.type.bytes);
  if (stack.held >= stack.stated && bytes > stack.stated * patternBytes)
  {
    header.notes.push_back(std::to_string(bytes - stack.stated * patternBytes) +
                           " bytes after the last pattern are not read.");
  }
  layout.type = mrc.type;
  layout.firstPattern = mrc.dataOffset;
  layout.patternStride = patternBytes;
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, std::move(layout));
}
} // namespace

const ScanFormat &
MrcFormat()
{
  static const MrcStackFormat format;
  return format;
}
} // namespace fourdstem
