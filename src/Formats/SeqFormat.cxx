// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/HeaderBytes.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"
#include "Formats/WholeRows.h"

#include <algorithm>
#include <filesystem>

namespace fourdstem
{
namespace
{
/** What is read of the header. */
constexpr std::int64_t HeaderBytesRead = 584;

class StreamPixFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "StreamPix .seq with a scan shape";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    constexpr char magic[] = { '\xED', '\xFE', '\0', '\0' };
    return probe.BeginsWith(std::string(magic, sizeof(magic)));
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return probe.extension == ".seq" ? ", named .seq but without ED FE 00 00 at its beginning" : "";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** What the header of a sequence says. */
struct SeqHeader
{
  StoredType   type;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t firstFrame = 0;
  /** Bytes from frame to frame: pixels, time, padding. */
  std::int64_t frameBytes = 0;
  std::int64_t statedFrames = 0;
};

SeqHeader
ReadSeqHeader(const FileProbe & probe)
{
  const std::string & path = probe.file->Path();
  if (static_cast<std::int64_t>(probe.head.size()) < HeaderBytesRead)
  {
    throw FileError(path,
                    "is a .seq cut off inside its header: it has " + std::to_string(probe.head.size()) + " bytes of " +
                      std::to_string(HeaderBytesRead));
  }
  const HeaderBytes bytes(probe.head, ByteOrder::Little);
  const auto        number = [&bytes](std::size_t place) { return std::int64_t{ bytes.Get<std::uint32_t>(place) }; };
  SeqHeader         header;
  header.columns = number(548);
  header.rows = number(552);
  const std::int64_t bits = number(556);
  if (bits != 8 && bits != 16 && bits != 32)
  {
    throw FileError(path, "has pixels of " + std::to_string(bits) + " bits; accepted are 8, 16 and 32");
  }
  header.type = { StoredType::Kind::Unsigned, static_cast<int>(bits / 8), ByteOrder::Little };
  const std::int64_t pixelBytes = CheckedBytes(path, { 1, 1, header.rows, header.columns }, bits / 8);
  const std::int64_t imageBytes = number(564);
  header.frameBytes = number(580);
  if (imageBytes != pixelBytes || header.frameBytes < pixelBytes)
  {
    throw FileError(path,
                    "says that its images of " + FormatExtent(header.rows, header.columns) + " pixels of " +
                      header.type.Name() + " have " + std::to_string(imageBytes) + " bytes and lie " +
                      std::to_string(header.frameBytes) + " apart; " + std::to_string(pixelBytes) +
                      ", and at least as many, are accepted (no colours, nothing compressed)");
  }
  header.statedFrames = number(572);
  constexpr std::int32_t firstOfLargeHeader = 5;
  header.firstFrame = bytes.Get<std::int32_t>(28) >= firstOfLargeHeader ? 8192 : 1024;
  return header;
}

/** Reference images of Direct Electron's software, which lie beside the sequence and are not applied. */
void
NoteReferences(const std::string & path, std::vector<std::string> & notes)
{
  for (const char * const ending : { ".dark.mrc", ".gain.mrc" })
  {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::u8path(path + ending), ignored))
    {
      notes.push_back(FileNameOf(path) + ending + " beside the file is not applied.");
    }
  }
}

std::unique_ptr<ScanFile>
StreamPixFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const std::string & path = probe.file->Path();
  const SeqHeader     seq = ReadSeqHeader(probe);
  const std::int64_t  bytes = std::max(std::int64_t{ 0 }, probe.file->Size() - seq.firstFrame);
  const std::int64_t  frames = bytes / seq.frameBytes;
  if (frames == 0)
  {
    throw FileError(path,
                    "is cut off inside its first frame of " + std::to_string(seq.frameBytes) +
                      " bytes, which begins at " + std::to_string(seq.firstFrame) + "; the file has " +
                      std::to_string(probe.file->Size()));
  }
  ScanHeader header;
  ResolveHeldScan(path, frames, options, {}, header.notes).ApplyTo(header, seq.rows, seq.columns);
  header.format = "StreamPix SEQ";
  header.storedType = seq.type.Name();
  header.fileSize = probe.file->Size();
  if (seq.statedFrames != frames)
  {
    header.notes.push_back("The header says " + std::to_string(seq.statedFrames) + " frames; " +
                           std::to_string(frames) + " whole ones are there.");
  }
  if (bytes % seq.frameBytes != 0)
  {
    header.notes.push_back(std::to_string(bytes % seq.frameBytes) + " bytes after the last frame are not read.");
  }
  NoteReferences(path, header.notes);

  FlatLayout layout;
  layout.type = seq.type;
  layout.firstPattern = seq.firstFrame;
  layout.patternStride = seq.frameBytes;
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, std::move(layout));
}
} // namespace

const ScanFormat &
SeqFormat()
{
  static const StreamPixFormat format;
  return format;
}
} // namespace fourdstem
