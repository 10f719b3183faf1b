// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fourdstem
{
namespace
{
template <typename TWord>
void
CopyTransposed(const PatternBlock & from, std::int64_t pattern, std::int64_t rows, std::int64_t columns, std::byte * to)
{
  auto * out = reinterpret_cast<TWord *>(to);
  for (std::int64_t row = 0; row < rows; ++row)
  {
    const auto * in = from.Row<TWord>(pattern, row);
    for (std::int64_t column = 0; column < columns; ++column)
    {
      out[column * rows + row] = in[column];
    }
  }
}

template <typename TWord>
void
ReverseRows(std::byte * pattern, std::int64_t rows, std::int64_t columns)
{
  auto * words = reinterpret_cast<TWord *>(pattern);
  for (std::int64_t row = 0; row < rows; ++row)
  {
    std::reverse(words + row * columns, words + (row + 1) * columns);
  }
}

/** Calls visitor with an unsigned number as wide as `type`. */
template <typename TVisitor>
void
VisitWord(ElementType type, TVisitor && visitor)
{
  switch (SizeOf(type))
  {
    case 1:
      return visitor(std::uint8_t{});
    case 2:
      return visitor(std::uint16_t{});
    case 4:
      return visitor(std::uint32_t{});
    default:
      return visitor(std::uint64_t{});
  }
}

/** A scan seen with other eyes: flipped, transposed, in part. Flips of scan and detector rows change strides only. */
class ScanFileView : public ScanFile
{
public:
  ScanFileView(ScanHeader                header,
               std::unique_ptr<ScanFile> scan,
               const ScanFileOptions &   options,
               const ScanRegion &        region)
    : ScanFile(std::move(header), scan->Type())
    , m_Scan(std::move(scan))
    , m_Options(options)
    , m_Region(region)
  {}

  ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    const std::int64_t rows = m_Scan->Shape().ry;
    const std::int64_t row = m_Region.ry + ry;
    ScanRows           together = m_Scan->RowsTogether(m_Options.flipScanRows ? rows - 1 - row : row);
    if (m_Options.flipScanRows)
    {
      together = { rows - together.end, rows - together.begin };
    }
    return { std::max(together.begin - m_Region.ry, std::int64_t{ 0 }),
             std::min(together.end - m_Region.ry, this->Shape().ry) };
  }

  bool
  IsSparse() const override
  {
    return m_Scan->IsSparse();
  }

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    return this->DoReadRows(ry, rx, count, { 0, this->Shape().qy }, lease);
  }

  PatternBlock
  DoReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows wanted, PatternLease & lease)
    const override
  {
    if (m_Options.transposeDetector)
    {
      wanted = { 0, m_Scan->Shape().qy };
    }
    else if (m_Options.flipDetectorRows)
    {
      wanted = { this->Shape().qy - wanted.end, this->Shape().qy - wanted.begin };
    }
    const bool   copies = m_Options.transposeDetector || m_Options.flipDetectorColumns;
    PatternBlock block = m_Scan->ReadRows(
      this->StoredRow(ry), this->StoredColumn(rx, count), count, wanted, copies ? lease.Inner() : lease);
    if (count == 0)
    {
      return block;
    }
    if (copies)
    {
      this->Copy(block, lease.Buffer(static_cast<std::size_t>(count * this->PatternBytes())));
    }
    if (m_Options.flipDetectorRows)
    {
      block.data += (this->Shape().qy - 1) * block.rowStride;
      block.rowStride = -block.rowStride;
    }
    if (m_Options.flipScanColumns)
    {
      block.data += (count - 1) * block.patternStride;
      block.patternStride = -block.patternStride;
    }
    return block;
  }

  void
  DoReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const override
  {
    m_Scan->ReadSparse(this->StoredRow(ry), this->StoredColumn(rx, count), count, block);
    if (m_Options.flipScanColumns)
    {
      block.ReversePatterns();
    }
    if (m_Options.transposeDetector || m_Options.flipDetectorRows || m_Options.flipDetectorColumns)
    {
      const auto rows = static_cast<std::uint32_t>(this->Shape().qy);
      const auto columns = static_cast<std::uint32_t>(this->Shape().qx);
      const auto storedColumns = static_cast<std::uint32_t>(m_Scan->Shape().qx);
      block.MovePixels(this->Shape().PatternPixels(), [=](std::uint32_t pixel) {
        std::uint32_t y = pixel / storedColumns;
        std::uint32_t x = pixel % storedColumns;
        if (m_Options.transposeDetector)
        {
          std::swap(y, x);
        }
        y = m_Options.flipDetectorRows ? rows - 1 - y : y;
        x = m_Options.flipDetectorColumns ? columns - 1 - x : x;
        return y * columns + x;
      });
    }
  }

private:
  std::int64_t
  StoredRow(std::int64_t ry) const
  {
    const std::int64_t row = m_Region.ry + ry;
    return m_Options.flipScanRows ? m_Scan->Shape().ry - 1 - row : row;
  }

  /** The first of the stored columns that [rx, rx + count) are. */
  std::int64_t
  StoredColumn(std::int64_t rx, std::int64_t count) const
  {
    const std::int64_t column = m_Region.rx + rx;
    return m_Options.flipScanColumns ? m_Scan->Shape().rx - column - count : column;
  }

  std::int64_t
  PatternBytes() const
  {
    return this->Shape().PatternPixels() * static_cast<std::int64_t>(SizeOf(this->Type()));
  }

  void
  Copy(PatternBlock & block, std::byte * buffer) const
  {
    const ScanShape & stored = m_Scan->Shape();
    const auto        rowBytes = stored.qx * static_cast<std::int64_t>(SizeOf(this->Type()));
    VisitWord(this->Type(), [&](auto word) {
      using Word = decltype(word);
      for (std::int64_t p = 0; p < block.count; ++p)
      {
        std::byte * pattern = buffer + p * this->PatternBytes();
        if (m_Options.transposeDetector)
        {
          CopyTransposed<Word>(block, p, stored.qy, stored.qx, pattern);
        }
        else
        {
          for (std::int64_t qy = 0; qy < stored.qy; ++qy)
          {
            std::memcpy(pattern + qy * rowBytes, block.Row<Word>(p, qy), static_cast<std::size_t>(rowBytes));
          }
        }
        if (m_Options.flipDetectorColumns)
        {
          ReverseRows<Word>(pattern, this->Shape().qy, this->Shape().qx);
        }
      }
    });
    block.data = buffer;
    block.patternStride = this->PatternBytes();
    block.rowStride = this->Shape().qx * static_cast<std::ptrdiff_t>(SizeOf(this->Type()));
  }

  std::unique_ptr<ScanFile> m_Scan;
  ScanFileOptions           m_Options;
  ScanRegion                m_Region;
};

ScanRegion
CheckedRegion(const ScanFileOptions & options, const ScanShape & shape, const std::string & path)
{
  const ScanRegion region = options.region.value_or(ScanRegion{ 0, 0, shape.ry, shape.rx });
  if (region.ry < 0 || region.rx < 0 || region.rows < 1 || region.columns < 1 || region.ry > shape.ry ||
      region.rx > shape.rx || region.rows > shape.ry - region.ry || region.columns > shape.rx - region.rx)
  {
    throw FileError(path,
                    "the region of " + FormatExtent(region.rows, region.columns) + " positions from row " +
                      std::to_string(region.ry) + ", column " + std::to_string(region.rx) +
                      " on does not lie in the scan of " + FormatExtent(shape.ry, shape.rx));
  }
  return region;
}

double
CheckedSpacing(double spacing, const std::string & whose, const std::string & path)
{
  if (!std::isfinite(spacing) || spacing <= 0)
  {
    throw FileError(path, "the given " + whose + " is " + FormatNumber(spacing) + "; it must be greater than 0");
  }
  return spacing;
}

/** What a damaged header says of spacings must not become an image's. */
void
DropImpossible(AxesCalibration & axes, const std::string & whose, std::vector<std::string> & notes)
{
  for (const int axis : { 0, 1 })
  {
    if (!(axes.spacing[axis] > 0) || !std::isfinite(axes.spacing[axis]) || !std::isfinite(axes.offset[axis]))
    {
      notes.push_back("The calibration of the " + whose + ", " + FormatNumber(axes.spacing[axis]) + " " + axes.unit +
                      " from " + FormatNumber(axes.offset[axis]) + " on (" + axes.source +
                      "), is impossible and is ignored.");
      axes = AxesCalibration();
      return;
    }
  }
}

/** The zero of q stays where it is in the pattern. */
void
MirrorOffset(AxesCalibration & detector, int axis, std::int64_t extent)
{
  if (detector.offset[axis] != 0)
  {
    detector.offset[axis] = -(detector.offset[axis] + static_cast<double>(extent - 1) * detector.spacing[axis]);
  }
}

void
ApplyToDetector(ScanHeader & header, const ScanFileOptions & options)
{
  if (options.transposeDetector)
  {
    std::swap(header.shape.qy, header.shape.qx);
    std::swap(header.detector.spacing[0], header.detector.spacing[1]);
    std::swap(header.detector.offset[0], header.detector.offset[1]);
    header.notes.emplace_back("Detector rows and columns are exchanged.");
  }
  if (options.flipDetectorRows)
  {
    MirrorOffset(header.detector, 0, header.shape.qy);
    header.notes.emplace_back("Detector rows are flipped.");
  }
  if (options.flipDetectorColumns)
  {
    MirrorOffset(header.detector, 1, header.shape.qx);
    header.notes.emplace_back("Detector columns are flipped.");
  }
}

void
ApplyToScan(ScanHeader & header, const ScanFileOptions & options, const ScanRegion & region)
{
  if (options.flipScanRows)
  {
    header.notes.emplace_back("Scan rows are flipped.");
  }
  if (options.flipScanColumns)
  {
    header.notes.emplace_back("Scan columns are flipped.");
  }
  if (options.region)
  {
    header.shape.ry = region.rows;
    header.shape.rx = region.columns;
    header.scan.offset[0] += static_cast<double>(region.ry) * header.scan.spacing[0];
    header.scan.offset[1] += static_cast<double>(region.rx) * header.scan.spacing[1];
    header.notes.push_back("Only " + FormatExtent(region.rows, region.columns) + " positions from row " +
                           std::to_string(region.ry) + ", column " + std::to_string(region.rx) + " on are read.");
  }
}

void
Override(AxesCalibration & axes, double spacing, const std::string & unit)
{
  for (const int axis : { 0, 1 })
  {
    axes.offset[axis] = unit == "px" ? 0 : axes.offset[axis] / axes.spacing[axis] * spacing;
    axes.spacing[axis] = spacing;
  }
  axes.unit = unit;
  axes.source = "option";
}
} // namespace

std::unique_ptr<ScanFile>
ApplyOptions(std::unique_ptr<ScanFile> scan, const ScanFileOptions & options, const std::string & path)
{
  const ScanRegion region = CheckedRegion(options, scan->Shape(), path);
  ScanHeader       header = scan->Header();
  DropImpossible(header.scan, "scan", header.notes);
  DropImpossible(header.detector, "detector", header.notes);
  if (options.scanSpacing)
  {
    Override(header.scan, CheckedSpacing(*options.scanSpacing, "distance of scan positions", path), "nm");
  }
  if (options.detectorSpacing)
  {
    const std::string & unit = options.detectorUnit;
    if (unit != "1/nm" && unit != "mrad" && unit != "px")
    {
      throw FileError(path, "the given unit of detector pixels is '" + unit + "'; it must be 1/nm, mrad or px");
    }
    Override(header.detector, CheckedSpacing(*options.detectorSpacing, "distance of detector pixels", path), unit);
  }
  ApplyToDetector(header, options);
  ApplyToScan(header, options, region);
  return std::make_unique<ScanFileView>(std::move(header), std::move(scan), options, region);
}
} // namespace fourdstem
