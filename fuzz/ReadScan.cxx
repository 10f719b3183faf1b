// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ReadScan.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace fourdstem::fuzz
{
namespace
{
constexpr std::int64_t MostBytes = std::int64_t{ 4 } << 20;

void
CheckHeader(const ScanFile & scan)
{
  const ScanHeader & header = scan.Header();
  const ScanShape &  shape = scan.Shape();
  if (shape.ry < 1 || shape.rx < 1 || shape.qy < 1 || shape.qx < 1 || !(shape == header.shape))
  {
    Fault("a scan without patterns");
  }
  if (header.format.empty() || header.storedType.empty() || header.shapeSource.empty())
  {
    Fault("a header without format, type or source of the scan shape");
  }
  CheckAxes(header.scan, { "nm", "px" }, "scan");
  CheckAxes(header.detector, { "1/nm", "mrad", "px" }, "detector");
}

/** Pixels of a block one behind the other; looks at every byte. */
std::string
Copy(const PatternBlock & block, const ScanShape & shape)
{
  const auto  pixelBytes = SizeOf(block.type);
  const auto  rowBytes = static_cast<std::size_t>(shape.qx) * pixelBytes;
  std::string bytes(static_cast<std::size_t>(block.count * shape.qy) * rowBytes, '\0');
  char *      to = bytes.data();
  for (std::int64_t p = 0; p < block.count; ++p)
  {
    for (std::int64_t qy = 0; qy < shape.qy; ++qy)
    {
      const std::byte * row = block.data + p * block.patternStride + qy * block.rowStride;
      if (reinterpret_cast<std::uintptr_t>(row) % pixelBytes != 0)
      {
        Fault("pixels that are not aligned");
      }
      std::memcpy(to, row, rowBytes);
      to += rowBytes;
    }
  }
  return bytes;
}

/** A Fault unless the block has exactly the pixels of `dense` that are not 0. */
void
CheckSparse(const SparseBlock & sparse, const PatternBlock & dense, const ScanShape & shape)
{
  if (sparse.Count() != dense.count)
  {
    Fault("another number of sparse patterns");
  }
  VisitElementType(dense.type, [&](auto zero) {
    using Element = decltype(zero);
    for (std::int64_t p = 0; p < dense.count; ++p)
    {
      const SparsePattern pattern = sparse[p];
      std::int64_t        next = 0;
      for (std::int64_t pixel = 0; pixel < shape.PatternPixels(); ++pixel)
      {
        const Element value = dense.Row<Element>(p, pixel / shape.qx)[pixel % shape.qx];
        const bool    isListed = next < pattern.count && pattern.pixels[next] == pixel;
        if (isListed ? !(pattern.values[next] == static_cast<double>(value)) : !(value == Element{}))
        {
          Fault("a pattern that differs when it is read without zeros");
        }
        next += isListed ? 1 : 0;
      }
      if (next != pattern.count)
      {
        Fault("sparse pixels outside the pattern or in no order");
      }
    }
  });
}

void
ReadPatterns(const ScanFile & scan)
{
  const ScanShape & shape = scan.Shape();
  const auto        bytes =
    static_cast<double>(shape.qy) * static_cast<double>(shape.qx) * static_cast<double>(SizeOf(scan.Type()));
  if (bytes > static_cast<double>(MostBytes))
  {
    return;
  }
  const auto patternBytes = static_cast<std::int64_t>(bytes);
  const auto one = [&](std::int64_t ry, std::int64_t rx) {
    PatternLease lease;
    return Copy(scan.Read(ry, rx, 1, lease), shape);
  };
  one(0, 0);
  one(shape.ry - 1, shape.rx - 1);
  const std::int64_t ry = shape.ry / 2;
  const std::int64_t rx = shape.rx / 2;
  const std::string  middle = one(ry, rx);
  if (shape.rx > MostBytes / patternBytes || shape.ry > MostBytes / patternBytes / shape.rx)
  {
    return;
  }
  PatternLease lease;
  SparseBlock  sparse;
  for (std::int64_t row = 0; row < shape.ry; ++row)
  {
    const std::string pixels = Copy(scan.Read(row, 0, shape.rx, lease), shape);
    if (scan.IsSparse())
    {
      scan.ReadSparse(row, 0, shape.rx, sparse);
      CheckSparse(sparse, scan.Read(row, 0, shape.rx, lease), shape);
    }
    if (row == ry && pixels.compare(static_cast<std::size_t>(rx * patternBytes), middle.size(), middle) != 0)
    {
      Fault("a pattern that differs when its row is read");
    }
  }
}

} // namespace

void
Fault(const std::string & what)
{
  std::fprintf(stderr, "FAULT: %s\n", what.c_str());
  std::abort();
}

void
CheckAxes(const AxesCalibration & axes, const std::vector<std::string> & units, const char * whose)
{
  for (const int axis : { 0, 1 })
  {
    if (!std::isfinite(axes.spacing[axis]) || !(axes.spacing[axis] > 0) || !std::isfinite(axes.offset[axis]))
    {
      Fault(std::string(whose) + " has no sensible step or offset");
    }
  }
  for (const std::string & unit : units)
  {
    if (axes.unit == unit)
    {
      return;
    }
  }
  Fault(std::string(whose) + " is in the unit '" + axes.unit + "'");
}

void
CheckComplaint(const std::string & text)
{
  if (text.find(Folder().Path("")) == std::string::npos)
  {
    Fault("refused without the file's name: " + text);
  }
  if (text.size() > 8000)
  {
    Fault("refused with more than can be read: " + text);
  }
}
const TemporaryFolder &
Folder()
{
  static const TemporaryFolder folder;
  return folder;
}

void
ReadScan(const std::string & path, const ScanFileOptions & options)
{
  CanOpenScanFile(path, options);
  try
  {
    const auto scan = OpenScanFile(path, options);
    CheckHeader(*scan);
    ReadPatterns(*scan);
  }
  catch (const std::exception & error)
  {
    CheckComplaint(error.what());
  }
}
} // namespace fourdstem::fuzz
