// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/HeaderBytes.h"
#include "Formats/ScanExtents.h"
#include "Formats/SeriesScanFile.h"
#include "Formats/TvipsSeries.h"
#include "Formats/WholeRows.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace fourdstem
{
namespace
{
class TvipsRecordingFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "TVIPS .tvips, all files of the recording beside it";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return probe.extension == ".tvips";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** Of each frame the index of the rotator, which headers of version 2 have. */
std::vector<std::int64_t>
ReadIndices(const FrameSeries & frames)
{
  constexpr std::ptrdiff_t  place = 48;
  std::vector<std::int64_t> indices;
  indices.reserve(static_cast<std::size_t>(frames.Frames()));
  for (std::int64_t frame = 0; frame < frames.Frames(); ++frame)
  {
    const auto         run = frames.Read(frame, 1);
    const auto * const header = reinterpret_cast<const unsigned char *>(run.frames) + place;
    indices.push_back(HeaderBytes({ header, header + sizeof(std::uint32_t) }, ByteOrder::Little).Get<std::uint32_t>(0));
  }
  return indices;
}

void
NoteScan(const TvipsScan & scan, std::int64_t frames, std::vector<std::string> & notes)
{
  const auto missing = std::count(scan.order.begin(), scan.order.end(), -1);
  const auto leftOut = frames - (scan.positions - missing);
  if (leftOut > 0)
  {
    notes.push_back("By the index of the rotator, " + std::to_string(leftOut) + " of " + std::to_string(frames) +
                    " frames are before the scan, behind it or more than one at a position, and are not read.");
  }
  if (missing > 0)
  {
    notes.push_back("By the index of the rotator, " + std::to_string(missing) + " of " +
                    std::to_string(scan.positions) + " positions have no frame of their own; they read as zeros.");
  }
}

/** The scan, and into `layout` the frame of each position that is read: by the index of the rotator where that counts
 * positions and a given shape is not that of all frames, else frame by frame. */
HeldScan
ResolveRecording(const std::string &              path,
                 const FrameSeries &              frames,
                 const std::optional<TvipsScan> & scan,
                 const ScanFileOptions &          options,
                 SeriesLayout &                   layout,
                 std::vector<std::string> &       notes)
{
  HeldScan held;
  if (scan && !(IsShapeGivenOf(frames.Frames(), options) && scan->positions != frames.Frames()))
  {
    held = ResolveHeldScan(path, scan->positions, options, {}, notes);
    NoteScan(*scan, frames.Frames(), notes);
    layout.order = scan->order;
  }
  else
  {
    held = ResolveHeldScan(path, frames.Frames(), options, {}, notes);
    notes.push_back(scan ? "The index of the rotator counts " + std::to_string(scan->positions) +
                             " positions; with the shape of all frames given, they are read one after another."
                         : "No index of the rotator counts the positions; frames are read one after another.");
    layout.order.resize(static_cast<std::size_t>(frames.Frames()));
    std::iota(layout.order.begin(), layout.order.end(), std::int64_t{ 0 });
  }
  layout.order.resize(static_cast<std::size_t>(held.rows * held.promised.rx));
  return held;
}

std::unique_ptr<ScanFile>
TvipsRecordingFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  constexpr std::int64_t indexEnd = 52;
  const std::string &    path = probe.file->Path();
  const TvipsSeries      series = FindTvipsSeries(probe.file);
  auto                   frames = std::make_unique<const FrameSeries>(series.parts, series.frameBytes, series.first);

  ScanHeader header;
  header.format = "TVIPS";
  header.notes = series.notes;
  header.metadata = series.metadata;
  const bool   hasIndex = series.version == 2 && series.frameHeaderBytes >= indexEnd;
  const auto   scan = hasIndex ? ScanOfIndices(ReadIndices(*frames)) : std::nullopt;
  SeriesLayout layout;
  ResolveRecording(path, *frames, scan, options, layout, header.notes).ApplyTo(header, series.rows, series.columns);
  layout.type = series.type;
  layout.headerBytes = series.frameHeaderBytes;
  header.storedType = series.type.Name();
  CheckPadding(path, header.shape, frames->Frames(), series.type.bytes);
  for (const FramePart & part : series.parts)
  {
    header.fileSize += part.size;
    if (part.path != path)
    {
      header.otherFiles.push_back(part.path);
    }
  }
  return std::make_unique<SeriesScanFile>(std::move(header), std::move(frames), std::move(layout));
}
} // namespace

const ScanFormat &
TvipsFormat()
{
  static const TvipsRecordingFormat format;
  return format;
}
} // namespace fourdstem
