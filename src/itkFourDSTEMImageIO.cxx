// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkFourDSTEMImageIO.h"

#include "Kernels/Parallel.h"
#include "Kernels/RowBlocks.h"

#include "itkMetaDataObject.h"
#include "itkMultiThreaderBase.h"

#include <cstring>

namespace itk
{
namespace
{
constexpr unsigned int Dimensions = 4;

/** Pixels of one scan row inside `region`, appended in C order to `out`. */
void
CopyRow(const fourdstem::ScanFile & scan,
        const ImageIORegion &       region,
        std::int64_t                row,
        fourdstem::PatternLease &   lease,
        char *                      out)
{
  const auto pixelBytes = static_cast<std::ptrdiff_t>(fourdstem::SizeOf(scan.Type()));
  const auto rowBytes = static_cast<std::ptrdiff_t>(region.GetSize(0)) * pixelBytes;
  const auto detectorRows = static_cast<std::int64_t>(region.GetSize(1));
  VisitPatterns(scan,
                { row, static_cast<std::int64_t>(region.GetIndex(2)), static_cast<std::int64_t>(region.GetSize(2)) },
                lease,
                [&](const fourdstem::PatternBlock & block, std::int64_t) {
                  const auto start = region.GetIndex(1) * block.rowStride + region.GetIndex(0) * pixelBytes;
                  const bool isContiguous = block.rowStride == rowBytes && region.GetIndex(0) == 0;
                  for (std::int64_t p = 0; p < block.count; ++p)
                  {
                    const auto * pattern = reinterpret_cast<const char *>(block.data + p * block.patternStride + start);
                    const auto   pieces = isContiguous ? 1 : detectorRows;
                    const auto   pieceBytes = isContiguous ? rowBytes * detectorRows : rowBytes;
                    for (std::int64_t piece = 0; piece < pieces; ++piece)
                    {
                      std::memcpy(out, pattern + piece * block.rowStride, static_cast<std::size_t>(pieceBytes));
                      out += pieceBytes;
                    }
                  }
                });
}
} // namespace

FourDSTEMImageIO::FourDSTEMImageIO()
{
  this->SetNumberOfDimensions(Dimensions);
  this->SetNumberOfComponents(1);
  this->SetPixelType(IOPixelEnum::SCALAR);
  for (const char * extension : { ".raw",
                                  ".xml",
                                  ".mib",
                                  ".hdr",
                                  ".npy",
                                  ".h5",
                                  ".hdf5",
                                  ".emd",
                                  ".py4dstem",
                                  ".hspy",
                                  ".mat",
                                  ".dm3",
                                  ".dm4",
                                  ".tvips",
                                  ".ser",
                                  ".seq" })
  {
    this->AddSupportedReadExtension(extension);
  }
}

void
FourDSTEMImageIO::SetOptions(const fourdstem::ScanFileOptions & options)
{
  m_Options = options;
  this->Modified();
}

void
FourDSTEMImageIO::SetScanShape(SizeValueType rows, SizeValueType columns)
{
  m_Options.scanShape = { static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns) };
  this->Modified();
}

void
FourDSTEMImageIO::SetDataSet(const std::string & path)
{
  m_Options.dataSet = path;
  this->Modified();
}

void
FourDSTEMImageIO::SetScanRegion(SizeValueType row, SizeValueType column, SizeValueType rows, SizeValueType columns)
{
  m_Options.region = fourdstem::ScanRegion{ static_cast<std::int64_t>(row),
                                            static_cast<std::int64_t>(column),
                                            static_cast<std::int64_t>(rows),
                                            static_cast<std::int64_t>(columns) };
  this->Modified();
}

void
FourDSTEMImageIO::SetRawDescription(const std::string & type,
                                    bool                bigEndian,
                                    SizeValueType       scanRows,
                                    SizeValueType       scanColumns,
                                    SizeValueType       detectorRows,
                                    SizeValueType       detectorColumns,
                                    SizeValueType       fileHeader,
                                    SizeValueType       frameHeader,
                                    SizeValueType       frameFooter)
{
  fourdstem::RawDescription raw;
  raw.type = type;
  raw.byteOrder = bigEndian ? fourdstem::ByteOrder::Big : fourdstem::ByteOrder::Little;
  raw.shape = { static_cast<std::int64_t>(scanRows),
                static_cast<std::int64_t>(scanColumns),
                static_cast<std::int64_t>(detectorRows),
                static_cast<std::int64_t>(detectorColumns) };
  raw.fileHeader = static_cast<std::int64_t>(fileHeader);
  raw.frameHeader = static_cast<std::int64_t>(frameHeader);
  raw.frameFooter = static_cast<std::int64_t>(frameFooter);
  m_Options.raw = raw;
  this->Modified();
}

void
FourDSTEMImageIO::SetTransposeDetector(bool exchange)
{
  m_Options.transposeDetector = exchange;
  this->Modified();
}

void
FourDSTEMImageIO::SetFlips(bool detectorRows, bool detectorColumns, bool scanRows, bool scanColumns)
{
  m_Options.flipDetectorRows = detectorRows;
  m_Options.flipDetectorColumns = detectorColumns;
  m_Options.flipScanRows = scanRows;
  m_Options.flipScanColumns = scanColumns;
  this->Modified();
}

void
FourDSTEMImageIO::SetNoFlip(bool keep)
{
  m_Options.noFlip = keep;
  this->Modified();
}

void
FourDSTEMImageIO::SetAllowOutsideLinks(bool allow)
{
  m_Options.allowOutsideLinks = allow;
  this->Modified();
}

void
FourDSTEMImageIO::SetAllowTruncated(bool allow)
{
  m_Options.allowTruncated = allow;
  this->Modified();
}

void
FourDSTEMImageIO::SetScanSpacing(double spacing)
{
  m_Options.scanSpacing = spacing;
  this->Modified();
}

void
FourDSTEMImageIO::SetDetectorSpacing(double spacing, const std::string & unit)
{
  m_Options.detectorSpacing = spacing;
  m_Options.detectorUnit = unit;
  this->Modified();
}

std::shared_ptr<const fourdstem::PatternSource>
FourDSTEMImageIO::GetPatternSource() const
{
  return m_Scan;
}

const fourdstem::ScanHeader *
FourDSTEMImageIO::GetHeader() const
{
  return m_Scan ? &m_Scan->Header() : nullptr;
}

bool
FourDSTEMImageIO::SupportsDimension(unsigned long dimension)
{
  return dimension == Dimensions;
}

bool
FourDSTEMImageIO::CanReadFile(const char * fileName)
{
  return fileName && fourdstem::CanOpenScanFile(fileName, m_Options);
}

void
FourDSTEMImageIO::ReadImageInformation()
{
  m_Scan.reset();
  try
  {
    m_Scan = fourdstem::OpenScanFile(this->GetFileName(), m_Options);
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
  this->DescribeImage();
}

void
FourDSTEMImageIO::DescribeImage()
{
  const fourdstem::ScanHeader & header = m_Scan->Header();
  const std::int64_t            extents[] = { header.shape.qx, header.shape.qy, header.shape.rx, header.shape.ry };
  this->SetNumberOfDimensions(Dimensions);
  for (unsigned int axis = 0; axis < Dimensions; ++axis)
  {
    const auto & calibration = axis < 2 ? header.detector : header.scan;
    const int    rowsOrColumns = axis % 2 == 0 ? 1 : 0;
    this->SetDimensions(axis, static_cast<SizeValueType>(extents[axis]));
    this->SetSpacing(axis, calibration.spacing[rowsOrColumns]);
    this->SetOrigin(axis, calibration.offset[rowsOrColumns]);
  }
  this->SetNumberOfComponents(1);
  this->SetPixelType(IOPixelEnum::SCALAR);
  this->SetComponentType(
    fourdstem::VisitElementType(m_Scan->Type(), [](auto zero) { return MapPixelType<decltype(zero)>::CType; }));
  this->SetByteOrder(header.storedByteOrder == fourdstem::ByteOrder::Big ? IOByteOrderEnum::BigEndian
                                                                         : IOByteOrderEnum::LittleEndian);

  MetaDataDictionary & dictionary = this->GetMetaDataDictionary();
  dictionary.Clear();
  const auto add = [&dictionary](const std::string & key, const std::string & text) {
    if (!text.empty())
    {
      EncapsulateMetaData<std::string>(dictionary, "FourDSTEM_" + key, text);
    }
  };
  add("Format", header.format);
  add("StoredType", header.storedType);
  add("ScanShapeSource", header.shapeSource);
  add("DataSet", header.dataSet);
  add("ScanUnit", header.scan.unit);
  add("ScanCalibrationSource", header.scan.source);
  add("DetectorUnit", header.detector.unit);
  add("DetectorCalibrationSource", header.detector.source);
  std::string reading;
  for (const std::string & note : header.notes)
  {
    reading += (reading.empty() ? "" : " ") + note;
  }
  add("Reading", reading);
  for (const auto & item : header.metadata)
  {
    add(item.first, item.second);
  }
}

void
FourDSTEMImageIO::Read(void * buffer)
{
  if (!m_Scan)
  {
    this->ReadImageInformation();
  }
  ImageIORegion region(Dimensions);
  for (unsigned int axis = 0; axis < Dimensions; ++axis)
  {
    const bool isGiven = axis < m_IORegion.GetImageDimension();
    region.SetIndex(axis, isGiven ? m_IORegion.GetIndex(axis) : 0);
    region.SetSize(axis, isGiven ? m_IORegion.GetSize(axis) : 1);
  }
  const auto rowBytes = region.GetSize(0) * region.GetSize(1) * region.GetSize(2) * fourdstem::SizeOf(m_Scan->Type());
  const auto firstRow = static_cast<std::int64_t>(region.GetIndex(3));
  try
  {
    // ITK's pool of threads loses exceptions; a row that could not be read must not pass for pixels.
    const fourdstem::Execution execution{ static_cast<int>(MultiThreaderBase::GetGlobalDefaultNumberOfThreads()), {} };
    fourdstem::ParallelFor(static_cast<std::int64_t>(region.GetSize(3)), execution, [&](std::int64_t row) {
      fourdstem::PatternLease lease;
      CopyRow(*m_Scan,
              region,
              firstRow + row,
              lease,
              static_cast<char *>(buffer) + static_cast<SizeValueType>(row) * rowBytes);
    });
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
}

bool
FourDSTEMImageIO::CanStreamRead()
{
  return true;
}

ImageIORegion
FourDSTEMImageIO::GenerateStreamableReadRegionFromRequestedRegion(const ImageIORegion & requested) const
{
  if (requested.GetNumberOfPixels() == 0)
  {
    return requested;
  }
  ImageIORegion region(Dimensions);
  for (unsigned int axis = 0; axis < Dimensions; ++axis)
  {
    const bool isAsked = axis + 1 == Dimensions && m_UseStreamedReading;
    const bool isGiven = axis < requested.GetImageDimension();
    region.SetIndex(axis, isAsked && isGiven ? requested.GetIndex(axis) : 0);
    region.SetSize(axis, !isGiven ? 1 : isAsked ? requested.GetSize(axis) : this->GetDimensions(axis));
  }
  return region;
}

bool
FourDSTEMImageIO::CanWriteFile(const char *)
{
  return false;
}

void
FourDSTEMImageIO::WriteImageInformation()
{
  itkExceptionMacro(<< "4D-STEM files are not written by this class: " << this->GetFileName());
}

void
FourDSTEMImageIO::Write(const void *)
{
  this->WriteImageInformation();
}

void
FourDSTEMImageIO::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "DataSet: " << m_Options.dataSet << '\n';
  os << indent << "TransposeDetector: " << m_Options.transposeDetector << '\n';
  os << indent << "FlipDetectorRows: " << m_Options.flipDetectorRows << '\n';
  os << indent << "FlipDetectorColumns: " << m_Options.flipDetectorColumns << '\n';
  os << indent << "NoFlip: " << m_Options.noFlip << '\n';
  os << indent << "AllowOutsideLinks: " << m_Options.allowOutsideLinks << '\n';
  os << indent << "AllowTruncated: " << m_Options.allowTruncated << '\n';
  os << indent << "FlipScanRows: " << m_Options.flipScanRows << '\n';
  os << indent << "FlipScanColumns: " << m_Options.flipScanColumns << '\n';
  os << indent << "Format: " << (m_Scan ? m_Scan->Header().format : "(none open)") << '\n';
}
} // namespace itk
