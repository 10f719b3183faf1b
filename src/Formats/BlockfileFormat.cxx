// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/BlockfileHeader.h"
#include "Formats/FlatScanFile.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/WholeRows.h"

namespace fourdstem
{
namespace
{
/** Before each pattern: a marker of two bytes and the pattern's number. */
constexpr std::int64_t FrameHeaderBytes = 6;

class NanoMegasFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "NanoMEGAS blockfile .blo";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return probe.BeginsWith("IMGBLO");
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return probe.extension == ".blo" ? ", named .blo but without IMGBLO at its beginning" : "";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** The patterns of a blockfile, as its size has them. */
class StoredPatterns
{
public:
  StoredPatterns(const InputFile & file, const BlockfileHeader & blockfile)
    : m_File(file)
    , m_Begin(blockfile.patternsOffset)
    , m_Pixels(blockfile.patternExtent * blockfile.patternExtent)
  {}

  std::int64_t
  Stride(int pixelBytes) const
  {
    return FrameHeaderBytes + m_Pixels * pixelBytes;
  }

  /** How many there are whole. */
  std::int64_t
  Count(int pixelBytes) const
  {
    return (m_File.Size() - m_Begin) / this->Stride(pixelBytes);
  }

  /** The number that a pattern bears, unless its marker is missing. */
  std::optional<std::int64_t>
  NumberOf(std::int64_t pattern, int pixelBytes) const
  {
    const std::int64_t         offset = m_Begin + pattern * this->Stride(pixelBytes);
    std::vector<unsigned char> bytes(FrameHeaderBytes);
    if (offset > m_File.Size() - FrameHeaderBytes)
    {
      return std::nullopt;
    }
    m_File.Read(offset, bytes.data(), FrameHeaderBytes);
    const HeaderBytes frame(bytes, ByteOrder::Little);
    return frame.Get<std::uint16_t>(0) == 0x55AA ? std::optional<std::int64_t>(frame.Get<std::uint32_t>(2))
                                                 : std::nullopt;
  }

  /** Bytes of a pixel: those that the header states, unless the second pattern lies where others put it. */
  int
  PixelBytes(int stated, std::vector<std::string> & notes) const
  {
    if (!this->NumberOf(0, stated))
    {
      throw FileError(m_File.Path(),
                      "has no pattern at byte " + std::to_string(m_Begin) +
                        ", where its header says they begin: the marker AA 55 is missing there");
    }
    if (this->Count(stated) < 2 || this->NumberOf(1, stated))
    {
      return stated;
    }
    const int other = 3 - stated;
    if (!this->NumberOf(1, other))
    {
      throw FileError(m_File.Path(),
                      "is damaged: no second pattern (marker AA 55) is found where pixels of 8 or of 16 bits put it");
    }
    notes.push_back("Pixels are taken as " + std::to_string(8 * other) +
                    " bits, which the distance of the patterns shows; the header says " + std::to_string(8 * stated) +
                    ".");
    return other;
  }

private:
  const InputFile & m_File;
  std::int64_t      m_Begin;
  std::int64_t      m_Pixels;
};

/** Remarks on patterns that are out of order, of the first `positions`. */
void
NoteNumbers(const StoredPatterns & patterns, int pixelBytes, std::int64_t positions, std::vector<std::string> & notes)
{
  const std::int64_t last = positions - 1;
  const auto         begin = patterns.NumberOf(0, pixelBytes);
  const auto         end = patterns.NumberOf(last, pixelBytes);
  if (!end)
  {
    notes.push_back("The last pattern, number " + std::to_string(last) +
                    " from 0, has no marker: what was recorded may end before it.");
  }
  else if (*end - *begin != last)
  {
    notes.push_back("The patterns are numbered from " + std::to_string(*begin) + " to " + std::to_string(*end) +
                    ", but " + std::to_string(last + 1) +
                    " are stored between: some may be missing, which shifts those after them.");
  }
}

std::unique_ptr<ScanFile>
NanoMegasFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const std::string &   path = probe.file->Path();
  const BlockfileHeader blockfile = ReadBlockfileHeader(probe);
  const StoredPatterns  patterns(*probe.file, blockfile);

  ScanHeader header;
  header.format = "NanoMEGAS blockfile";
  header.notes = blockfile.notes;
  const int          pixelBytes = patterns.PixelBytes(blockfile.pixelBytes, header.notes);
  const std::int64_t stored = patterns.Count(pixelBytes);
  const std::int64_t stated = blockfile.scan.ry * blockfile.scan.rx;
  if (stored == 0)
  {
    throw FileError(path,
                    "is cut off inside its first pattern, which begins at byte " +
                      std::to_string(blockfile.patternsOffset) + " and has " +
                      std::to_string(patterns.Stride(pixelBytes)) + "; the file has " +
                      std::to_string(probe.file->Size()));
  }
  const bool           isStoredWanted = IsShapeGivenOf(stored, options);
  const ShapeCandidate scan = ResolveScanShape(path, isStoredWanted ? stored : stated, options, { blockfile.scan });
  if (isStoredWanted && stored < stated)
  {
    header.notes.push_back("The header says " + std::to_string(stated) + " patterns; the " + std::to_string(stored) +
                           " that are there are read.");
  }
  KeepWholeRows(path, scan, stored, options, header.notes, "a scan shape of those there reads them all")
    .ApplyTo(header, blockfile.patternExtent, blockfile.patternExtent);
  header.fileSize = probe.file->Size();
  header.scan = blockfile.scanCalibration;
  header.detector = blockfile.detector;
  header.metadata = blockfile.metadata;
  const std::int64_t end = blockfile.patternsOffset + scan.ry * scan.rx * patterns.Stride(pixelBytes);
  if (header.fileSize > end)
  {
    header.notes.push_back(std::to_string(header.fileSize - end) + " bytes after the last pattern are not read.");
  }
  NoteNumbers(patterns, pixelBytes, header.shape.Positions(), header.notes);

  FlatLayout layout;
  layout.type = { StoredType::Kind::Unsigned, pixelBytes, ByteOrder::Little };
  layout.firstPattern = blockfile.patternsOffset + FrameHeaderBytes;
  layout.patternStride = patterns.Stride(pixelBytes);
  header.storedType = layout.type.Name();
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, std::move(layout));
}
} // namespace

const ScanFormat &
BlockfileFormat()
{
  static const NanoMegasFormat format;
  return format;
}
} // namespace fourdstem
