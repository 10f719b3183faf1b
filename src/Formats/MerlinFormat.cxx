// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinScanFile.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>
#include <iterator>

namespace fourdstem
{
namespace
{
class MibFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "Merlin .mib, or its .hdr with the .mib beside it";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return probe.BeginsWith(MerlinFrameSignature) ||
           (probe.extension == ".hdr" && probe.BeginsWith(MerlinHdrSignature));
  }

  bool
  TurnsPatternsOver() const override
  {
    return true;
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return probe.extension == ".mib" ? ", no Merlin .mib, which begins with MQ1," : std::string();
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** The .hdr of the acquisition; without a good one an empty one with a note. */
MerlinHdr
HdrOf(const MerlinParts & parts)
{
  MerlinHdr hdr;
  if (parts.hdrPath.empty())
  {
    hdr.notes.emplace_back("There is no .hdr of this acquisition beside it.");
    return hdr;
  }
  try
  {
    return ReadMerlinHdr(InputFile(parts.hdrPath));
  }
  catch (const FileError & error)
  {
    hdr.notes.push_back("The .hdr beside it is not used: " + FileNameOf(error.what()) + ".");
    return hdr;
  }
}

std::string
WithoutGap(std::string layout)
{
  layout = LowerCase(std::move(layout));
  return layout.substr(0, layout.find('g'));
}

/** Where .hdr and frames say different things. */
void
NoteContradictions(MerlinHdr & hdr, const MerlinFrame & frame)
{
  const std::int64_t depth = hdr.Count("Counter Depth (number)");
  if (depth != 0 && frame.depth != 0 && depth != frame.depth)
  {
    hdr.notes.push_back("The .hdr says counters of " + std::to_string(depth) + " bits, the frames say " +
                        std::to_string(frame.depth) + "; the frames are believed.");
  }
  const std::string assembly = hdr.Text("Assembly Size (NX1, 2X2)");
  if (!assembly.empty() && WithoutGap(assembly) != WithoutGap(frame.layout))
  {
    hdr.notes.push_back("The .hdr says chips of " + assembly.substr(0, 40) + ", the frames say " +
                        frame.layout.substr(0, 40) + "; the frames are believed.");
  }
}

/** What the .hdr says of the frames, but for those that are there. */
MerlinCounts
StatedCounts(MerlinHdr & hdr)
{
  MerlinCounts counts;
  counts.statedFrames = hdr.Count("Frames in Acquisition (Number)");
  counts.framesPerTrigger = hdr.Count("Frames per Trigger (Number)");
  const std::int64_t columns = hdr.Count("ScanX");
  const std::int64_t rows = hdr.Count("ScanY");
  if (columns > 0 && rows > 0)
  {
    counts.candidates.push_back({ rows, columns, "ScanX, ScanY" });
  }
  // One trigger for each frame, for all frames or for none says nothing about lines.
  if (counts.framesPerTrigger > 1 && counts.statedFrames / counts.framesPerTrigger > 1)
  {
    counts.candidates.push_back(
      { counts.statedFrames / counts.framesPerTrigger, counts.framesPerTrigger, "frames per trigger" });
  }
  return counts;
}

/** Frames that were lost make the numbers run ahead. */
void
NoteLostFrames(std::int64_t frames, const InputFile & opened, const MerlinParts & parts, ScanHeader & header)
{
  // Beyond that the number may have more digits than its field, or begin again.
  constexpr std::int64_t largestNumber = 999999;
  const MerlinPart &     last = parts.parts.back();
  const std::int64_t     expected = last.number + last.frames - 1;
  const auto             file = last.path == opened.Path() ? nullptr : std::make_unique<const InputFile>(last.path);
  const MerlinFrame      frame = ReadMerlinFrame(file ? *file : opened, (last.frames - 1) * parts.frameBytes);
  if (frame.number != expected && expected <= largestNumber)
  {
    header.notes.push_back("The last of the " + std::to_string(frames) + " frames has the number " +
                           std::to_string(frame.number) + ", not " + std::to_string(expected) +
                           ": frames were lost, and positions behind them are shifted.");
  }
  if (parts.parts.front().number > 1)
  {
    header.notes.push_back("The first frame has the number " + std::to_string(parts.parts.front().number) +
                           "; those before it are not there.");
  }
  const std::int64_t rest = last.size - last.frames * parts.frameBytes;
  if (rest > 0)
  {
    header.notes.push_back(std::to_string(rest) + " bytes at the end of " + FileNameOf(last.path) +
                           " are a frame that is cut off and are not read.");
  }
}

/** Times of the first frames, as long as they are said. */
std::vector<std::int64_t>
TimesOf(const MerlinSeries & series)
{
  constexpr std::int64_t    mostFrames = 16384;
  constexpr std::int64_t    mostBytes = std::int64_t{ 64 } << 20;
  const std::int64_t        count = std::min({ series.Frames(), mostFrames, mostBytes / series.HeaderBytes() });
  std::vector<std::int64_t> times;
  for (std::int64_t frame = 0; frame < count; ++frame)
  {
    const auto time = MerlinTime(series.Header(frame));
    if (!time)
    {
      break;
    }
    times.push_back(*time);
  }
  return times;
}

void
AddMetadata(const MerlinParts & parts, const MerlinHdr & hdr, ScanHeader & header)
{
  const MerlinFrame & frame = parts.frame;
  const auto          add = [&header](const std::string & key, const std::string & text) {
    if (!text.empty())
    {
      header.metadata.emplace(key, text);
    }
  };
  add("PixelType", frame.pixelType);
  add("ChipLayout", frame.layout);
  add("Chips", std::to_string(frame.chips));
  add("CounterDepth_bits", frame.depth > 0 ? std::to_string(frame.depth) : std::string());
  add("Timestamp", frame.timestamp);
  const bool isNanoseconds = frame.exposure.size() > 2 && frame.exposure.substr(frame.exposure.size() - 2) == "ns";
  const auto exposure =
    ParseNumber(isNanoseconds ? frame.exposure.substr(0, frame.exposure.size() - 2) : frame.exposure);
  add("ExposureTime_ms", exposure ? FormatNumber(isNanoseconds ? *exposure / 1e6 : *exposure * 1e3) : std::string());
  add("Thresholds_keV", hdr.Text("Thresholds (keV)"));
  add("Gain", hdr.Text("Gain"));
  add("GapFillMode", hdr.Text("Gap Fill Mode"));
  add("ChipID", hdr.Text("Chip ID"));
  add("ChipMode", hdr.Text("Chip Mode  (SPM, CSM, CM, CSCM)"));
  add("SensorBias", hdr.Text("Sensor Bias (V)"));
  add("SoftwareVersion", hdr.Text("Software Version"));
}

/** Which files are read, seen from the one that was opened: `mib` or its .hdr. */
void
DescribeFiles(const MerlinParts & parts, const InputFile & mib, bool isHdr, ScanHeader & header)
{
  header.notes = parts.notes;
  if (parts.parts.size() > 1)
  {
    header.notes.push_back("Read as one: " + std::to_string(parts.parts.size()) + " files, " +
                           FileNameOf(parts.parts.front().path) + " to " + FileNameOf(parts.parts.back().path) + ".");
  }
  for (const MerlinPart & part : parts.parts)
  {
    header.fileSize += part.size;
    if (part.path != mib.Path())
    {
      header.otherFiles.push_back(part.path);
    }
  }
  if (isHdr)
  {
    header.dataFile = mib.Path();
  }
  else if (!parts.hdrPath.empty())
  {
    header.otherFiles.push_back(parts.hdrPath);
  }
}

/** As ResolveMerlinFrames; a complaint goes with what there is to know about the files. */
MerlinFrames
Resolve(const std::string & path, const MerlinCounts & counts, const ScanFileOptions & options, ScanHeader & header)
{
  try
  {
    return ResolveMerlinFrames(path, counts, options, header.notes);
  }
  catch (const ScanChoiceNeeded & choice)
  {
    throw ScanChoiceNeeded(choice.what() + (header.notes.empty() ? std::string() : ". " + Join(header.notes, " ")),
                           choice.Choice(),
                           choice.Candidates());
  }
}

std::unique_ptr<ScanFile>
MibFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const bool isHdr = !probe.BeginsWith(MerlinFrameSignature);
  const auto mib =
    isHdr ? std::make_shared<const InputFile>(MibBesideHdr(probe.file->Path()), probe.file->MayGrow()) : probe.file;
  const auto parts = FindMerlinParts(*mib, isHdr ? probe.file->Path() : std::string(), options.scanShape.has_value());
  MerlinHdr  hdr = HdrOf(parts);
  const MerlinPixels pixels(mib->Path(), parts.frame);
  auto               series = std::make_unique<const MerlinSeries>(parts, mib);

  ScanHeader header;
  header.format = "Merlin";
  DescribeFiles(parts, *mib, isHdr, header);
  NoteLostFrames(series->Frames(), *mib, parts, header);
  MerlinCounts counts = StatedCounts(hdr);
  counts.frames = series->Frames();
  counts.firstNumber = parts.parts.front().number;
  counts.times = [&series] { return TimesOf(*series); };
  NoteContradictions(hdr, parts.frame);
  if (counts.statedFrames > 0 && counts.statedFrames != counts.frames)
  {
    hdr.notes.push_back("The .hdr says " + std::to_string(counts.statedFrames) + " frames, " +
                        std::to_string(counts.frames) + " are there.");
  }
  std::copy(hdr.notes.begin(), hdr.notes.end(), std::back_inserter(header.notes));
  const MerlinFrames frames = Resolve(probe.file->Path(), counts, options, header);
  std::copy(pixels.Notes().begin(), pixels.Notes().end(), std::back_inserter(header.notes));
  header.notes.emplace_back(options.noFlip
                              ? "Detector rows are in the order of the file, the lowest first (--no-flip, noFlip)."
                              : "Detector rows are turned over, as the file has the lowest first; --no-flip (noFlip) "
                                "leaves them.");

  const ShapeCandidate & scan = frames.scan.promised;
  frames.scan.ApplyTo(header, pixels.Rows(), pixels.Columns());
  header.storedType = pixels.Type().Name();
  header.storedByteOrder = pixels.Type().bytes > 1 ? ByteOrder::Big : ByteOrder::Little;
  const bool areAgreed =
    std::all_of(counts.candidates.begin(), counts.candidates.end(), [&scan](const ShapeCandidate & said) {
      return said.ry == scan.ry && said.rx == scan.rx;
    });
  if (!areAgreed)
  {
    std::transform(
      counts.candidates.begin(), counts.candidates.end(), std::back_inserter(header.candidates), ToCandidate);
  }
  AddMetadata(parts, hdr, header);
  return std::make_unique<MerlinScanFile>(std::move(header), std::move(series), pixels, frames, !options.noFlip);
}
} // namespace

const ScanFormat &
MerlinFormat()
{
  static const MibFormat format;
  return format;
}
} // namespace fourdstem
