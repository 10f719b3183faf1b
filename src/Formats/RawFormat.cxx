// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"
#include "Formats/WholeRows.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
class DescribedFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "any flat layout with a description (type, byte order, shape, headers) given as options";
  }

  bool
  Claims(const FileProbe &) const override
  {
    return false;
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

std::unique_ptr<ScanFile>
DescribedFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const RawDescription & raw = options.raw.value();
  const std::string &    path = probe.file->Path();
  const auto             type = StoredTypeFromName(raw.type, raw.byteOrder);
  if (!type)
  {
    throw FileError(path,
                    "the given pixel type is '" + raw.type +
                      "'; accepted are bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, "
                      "float32, float64, or in short b1, u1, i1, u2, i2, u4, i4, u8, i8, f2, f4, f8, with <, > or = "
                      "before it for the byte order");
  }
  for (const std::int64_t bytes : { raw.fileHeader, raw.frameHeader, raw.frameFooter })
  {
    if (bytes < 0 || bytes > probe.file->Size())
    {
      throw FileError(path,
                      "a header of " + std::to_string(bytes) + " bytes was given; the file has " +
                        std::to_string(probe.file->Size()));
    }
  }

  ScanHeader header;
  header.format = "raw, as described";
  header.storedType = type->Name();
  header.storedByteOrder = type->order;
  header.fileSize = probe.file->Size();
  header.shape = raw.shape;

  FlatLayout layout;
  layout.type = *type;
  layout.firstPattern = raw.fileHeader + raw.frameHeader;
  const std::int64_t patternBytes = CheckedBytes(path, { 1, 1, raw.shape.qy, raw.shape.qx }, type->bytes);
  if (patternBytes > header.fileSize)
  {
    throw FileError(path,
                    "has " + std::to_string(header.fileSize) + " bytes; the described pattern of " +
                      FormatExtent(raw.shape.qy, raw.shape.qx) + " pixels alone would need " +
                      std::to_string(patternBytes));
  }
  layout.patternStride = raw.frameHeader + patternBytes + raw.frameFooter;

  const std::int64_t held = std::max(std::int64_t{ 0 }, header.fileSize - raw.fileHeader);
  const std::int64_t patterns = held / layout.patternStride;
  const std::int64_t rest = held % layout.patternStride;
  const std::string  found = std::to_string(header.fileSize) + " bytes, room for " + std::to_string(patterns) +
                            " patterns of " + std::to_string(layout.patternStride) + " bytes and " +
                            std::to_string(rest) + " more after a file header of " + std::to_string(raw.fileHeader);
  if (patterns == 0)
  {
    throw FileError(path, "has " + found + "; the description does not fit");
  }
  ScanFileOptions shapeOptions = options;
  if (!shapeOptions.scanShape && raw.shape.ry > 0 && raw.shape.rx > 0)
  {
    shapeOptions.scanShape = { raw.shape.ry, raw.shape.rx };
    const bool isFitting = patterns / raw.shape.rx == raw.shape.ry && patterns % raw.shape.rx == 0;
    if (!isFitting && !IsMoreThan(patterns, { raw.shape.ry, raw.shape.rx, {} }))
    {
      throw FileError(path,
                      "has " + found + ", but " + FormatShape(raw.shape) + " were described; possible scans are " +
                        FormatCandidates(PossibleExtents(patterns, 12)));
    }
  }
  const HeldScan scan = ResolveHeldScan(
    path, patterns, shapeOptions, {}, header.notes, "it has " + found + ": or is it described wrongly?");
  if (rest > 0 && scan.rows == scan.promised.ry)
  {
    header.notes.push_back(std::to_string(rest) + " bytes at the end of the file belong to no pattern.");
  }
  scan.ApplyTo(header, raw.shape.qy, raw.shape.qx);
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, layout);
}
} // namespace

const ScanFormat &
RawFormat()
{
  static const DescribedFormat format;
  return format;
}
} // namespace fourdstem
