// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/NumpyHeader.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"
#include "Formats/TiledScanFile.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** An array whose first axis is the fastest: a scan row lies scattered over the whole file, so many are read at once. A
 * stack has one axis of all positions. */
class FortranScanFile : public TiledScanFile
{
public:
  FortranScanFile(const ScanHeader &               header,
                  const StoredType &               type,
                  std::int64_t                     rowsAtOnce,
                  std::shared_ptr<const InputFile> file,
                  std::int64_t                     begin,
                  std::size_t                      rank)
    : TiledScanFile(header, type.ReadAs(), rowsAtOnce, header.shape.rx, file->Path())
    , m_File(std::move(file))
    , m_Type(type)
    , m_Begin(begin)
    , m_RowStride(type.bytes * (rank == 3 ? header.shape.rx : 1))
    , m_ColumnStride(type.bytes * (rank == 3 ? 1 : header.shape.ry))
  {}

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override
  {
    const ScanShape &      shape = this->Shape();
    const auto             pixelBytes = static_cast<std::int64_t>(SizeOf(this->Type()));
    const std::int64_t     planeBytes = shape.Positions() * m_Type.bytes;
    std::vector<std::byte> rows(static_cast<std::size_t>(tile.rows * pixelBytes));

    for (std::int64_t qx = 0; qx < shape.qx; ++qx)
    {
      const std::int64_t offset = m_Begin + qx * shape.qy * planeBytes;
      const auto         window = m_File->Map(offset, shape.qy * planeBytes);
      const std::byte *  planes = window->data + (offset - window->offset) + tile.ry * m_RowStride;
      for (std::int64_t qy = 0; qy < shape.qy; ++qy)
      {
        for (std::int64_t rx = 0; rx < tile.columns; ++rx)
        {
          DecodePixels(
            m_Type, planes + qy * planeBytes + (tile.rx + rx) * m_ColumnStride, m_RowStride, tile.rows, rows.data());
          for (std::int64_t ry = 0; ry < tile.rows; ++ry)
          {
            const std::int64_t pixel = ((ry * tile.columns + rx) * shape.qy + qy) * shape.qx + qx;
            std::copy_n(rows.data() + ry * pixelBytes, pixelBytes, patterns + pixel * pixelBytes);
          }
        }
      }
    }
  }

private:
  std::shared_ptr<const InputFile> m_File;
  StoredType                       m_Type;
  std::int64_t                     m_Begin;
  std::int64_t                     m_RowStride;
  std::int64_t                     m_ColumnStride;
};

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
  const auto checkHeld = [&](const ScanShape & shape) {
    const std::int64_t bytes = CheckedBytes(path, shape, numpy.type.bytes);
    const std::int64_t held = header.fileSize - numpy.dataOffset;
    if (bytes > held)
    {
      throw FileError(path,
                      "is cut off: " + FormatShape(shape) + " of " + header.storedType + " need " +
                        std::to_string(bytes) + " bytes after the header, " + std::to_string(held) + " are there");
    }
  };
  if (extents.size() == 4)
  {
    checkHeld({ extents[0], extents[1], extents[2], extents[3] });
    header.shape = { extents[0], extents[1], extents[2], extents[3] };
    header.shapeSource = "array's shape";
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
    checkHeld({ 1, extents[0], extents[1], extents[2] });
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
  header.storedShape = header.shape;
  const std::int64_t rest = header.fileSize - numpy.dataOffset - CheckedBytes(path, header.shape, numpy.type.bytes);
  if (rest > 0)
  {
    header.notes.push_back(std::to_string(rest) + " bytes after the array's data are not read.");
  }

  if (numpy.fortranOrder)
  {
    const std::int64_t rowBytes = CheckedBytes(path,
                                               { 1, header.shape.rx, header.shape.qy, header.shape.qx },
                                               static_cast<std::int64_t>(SizeOf(numpy.type.ReadAs())));
    const std::int64_t rowsAtOnce = std::max(std::int64_t{ 1 }, (std::int64_t{ 256 } << 20) / rowBytes);
    return std::make_unique<FortranScanFile>(
      header, numpy.type, rowsAtOnce, probe.file, numpy.dataOffset, extents.size());
  }
  FlatLayout layout;
  layout.type = numpy.type;
  layout.firstPattern = numpy.dataOffset;
  layout.patternStride = CheckedBytes(path, { 1, 1, header.shape.qy, header.shape.qx }, numpy.type.bytes);
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
