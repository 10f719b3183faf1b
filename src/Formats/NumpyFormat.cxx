// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/NumpyHeader.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/StridedScanFile.h"
#include "Formats/Text.h"
#include "Formats/WholeRows.h"

namespace fourdstem
{
namespace
{
/** Strides of an array whose first axis is the fastest. A stack has one axis of all positions. */
ScanStrides
FortranStrides(const ScanShape & shape, std::size_t rank, std::int64_t pixelBytes)
{
  const std::int64_t planeBytes = shape.Positions() * pixelBytes;
  return {
    pixelBytes * (rank == 3 ? shape.rx : 1), pixelBytes * (rank == 3 ? 1 : shape.ry), planeBytes, shape.qy * planeBytes
  };
}

/** Throws FileError for an array that is cut off, unless its whole scan rows are wanted and can be there. */
void
CheckHeld(const InputFile & file, const NumpyHeader & numpy, const ScanShape & shape, const ScanFileOptions & options)
{
  const std::int64_t bytes = CheckedBytes(file.Path(), shape, numpy.type.bytes);
  const std::int64_t held = file.Size() - numpy.dataOffset;
  if (bytes <= held || (options.allowTruncated && !numpy.fortranOrder))
  {
    return;
  }
  const bool         isStack = numpy.shape.size() == 3;
  const std::int64_t patterns = held / (bytes / shape.Positions());
  const std::int64_t columns = options.scanShape ? options.scanShape->second : (isStack ? 0 : shape.rx);
  const std::string  rows =
    columns > 0 ? " and " + std::to_string(patterns / columns) + " whole scan rows" : std::string();
  throw FileError(file.Path(),
                  "is cut off: " + FormatShape(shape) + " of " + numpy.type.Name() + " need " + std::to_string(bytes) +
                    " bytes after the header, " + std::to_string(held) + " are there" +
                    (numpy.fortranOrder
                       ? "; in Fortran order no scan row is whole, so that nothing of it can be read"
                       : ", " + std::to_string(patterns) + " whole patterns" + rows + "; " + AllowTruncatedOption +
                           (isStack ? " with the scan shape" : "") + " reads whole scan rows"));
}

class NpyFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "NumPy .npy of 4 dimensions (Ry, Rx, Qy, Qx), or of 3 with a scan shape";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return probe.BeginsWith("\x93NUMPY");
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return probe.extension == ".npy" ? ", named .npy but without NumPy's signature at its beginning" : "";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

std::unique_ptr<ScanFile>
NpyFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const std::string & path = probe.file->Path();
  const NumpyHeader   numpy = ReadNumpyHeader(*probe.file);
  const auto &        extents = numpy.shape;

  ScanHeader header;
  header.format = "NumPy";
  header.storedType = numpy.type.Name();
  header.storedByteOrder = numpy.type.order;
  header.fileSize = probe.file->Size();
  header.metadata["FortranOrder"] = numpy.fortranOrder ? "1" : "0";
  if (extents.size() == 4)
  {
    header.shape = { extents[0], extents[1], extents[2], extents[3] };
    header.shapeSource = "array's shape";
    CheckHeld(*probe.file, numpy, header.shape, options);
    if (options.scanShape)
    {
      const ShapeCandidate scan = ResolveScanShape(path, header.shape.Positions(), options, {});
      if (numpy.fortranOrder && (scan.ry != header.shape.ry || scan.rx != header.shape.rx))
      {
        throw FileError(path,
                        "the scan shape " + FormatExtent(scan.ry, scan.rx) +
                          " was given; an array in Fortran order can only be read in its own, " +
                          FormatExtent(header.shape.ry, header.shape.rx));
      }
      header.shape.ry = scan.ry;
      header.shape.rx = scan.rx;
      header.shapeSource = scan.source;
    }
  }
  else if (extents.size() == 3)
  {
    CheckHeld(*probe.file, numpy, { 1, extents[0], extents[1], extents[2] }, options);
    const ShapeCandidate scan = ResolveScanShape(path, extents[0], options, {});
    header.shape = { scan.ry, scan.rx, extents[1], extents[2] };
    header.shapeSource = scan.source;
  }
  else
  {
    std::vector<std::string> texts;
    texts.reserve(extents.size());
    for (const std::int64_t extent : extents)
    {
      texts.push_back(std::to_string(extent));
    }
    throw FileError(path,
                    "holds an array of shape (" + Join(texts, ", ") + ")" +
                      "; accepted are 4 dimensions (Ry, Rx, Qy, Qx), or 3 (patterns, Qy, Qx)");
  }
  FlatLayout layout;
  layout.type = numpy.type;
  layout.firstPattern = numpy.dataOffset;
  layout.patternStride = CheckedBytes(path, { 1, 1, header.shape.qy, header.shape.qx }, numpy.type.bytes);
  KeepWholeRows(path,
                { header.shape.ry, header.shape.rx, header.shapeSource },
                (header.fileSize - numpy.dataOffset) / layout.patternStride,
                options,
                header.notes)
    .ApplyTo(header, header.shape.qy, header.shape.qx);
  const std::int64_t rest =
    header.fileSize - numpy.dataOffset - CheckedBytes(path, header.storedShape, numpy.type.bytes);
  if (rest > 0)
  {
    header.notes.push_back(std::to_string(rest) + " bytes after the array's data are not read.");
  }

  if (numpy.fortranOrder)
  {
    return std::make_unique<StridedScanFile>(
      header, numpy.type, FortranStrides(header.shape, extents.size(), numpy.type.bytes), probe.file, numpy.dataOffset);
  }
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, layout);
}
} // namespace

const ScanFormat &
NumpyFormat()
{
  static const NpyFormat format;
  return format;
}
} // namespace fourdstem
