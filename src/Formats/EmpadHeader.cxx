// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmpadHeader.h"

#include "Formats/Text.h"

#include <algorithm>
#include <cctype>

namespace fourdstem
{
namespace
{
const XmlElement &
NoElement()
{
  static const XmlElement none;
  return none;
}

const XmlElement &
ChildOrNone(const XmlElement & element, const std::string & name)
{
  const XmlElement * child = element.Child(name);
  return child ? *child : NoElement();
}

std::optional<ShapeCandidate>
ShapeFrom(const XmlElement & element, const std::string & x, const std::string & y, const std::string & source)
{
  const auto columns = ParseInteger(element.TextOf(x));
  const auto rows = ParseInteger(element.TextOf(y));
  return rows && columns ? std::optional<ShapeCandidate>({ *rows, *columns, source }) : std::nullopt;
}

const XmlElement &
ScanParameters(const XmlElement & root, const std::string & mode)
{
  const auto found = std::find_if(root.children.begin(), root.children.end(), [&mode](const XmlElement & child) {
    const auto attribute = child.attributes.find("mode");
    return child.name == "scan_parameters" && attribute != child.attributes.end() && attribute->second == mode;
  });
  return found == root.children.end() ? NoElement() : *found;
}

void
ReadShapes(const XmlElement & root, EmpadHeader & header)
{
  const auto add = [&header](const std::optional<ShapeCandidate> & shape) {
    if (shape)
    {
      header.shapes.push_back(*shape);
    }
  };
  const auto count = ParseInteger(root.TextOf("count"));
  if (root.TextOf("type") == "series" && count)
  {
    header.shapes.push_back({ 1, *count, "count of the series" });
  }
  for (const XmlElement & parameters : root.children)
  {
    const auto series = ParseInteger(parameters.TextOf("series_count"));
    if (parameters.name == "scan_parameters" && series)
    {
      header.shapes.push_back({ 1, *series, "series_count" });
    }
  }
  add(ShapeFrom(root, "pix_x", "pix_y", "pix_x, pix_y"));
  for (const ShapeCandidate & shape : ShapesInEmpadName(header.rawName))
  {
    header.shapes.push_back(shape);
  }
  for (const char * mode : { "acquire", "search" })
  {
    add(ShapeFrom(
      ScanParameters(root, mode), "scan_resolution_x", "scan_resolution_y", std::string("scan_parameters ") + mode));
  }
}

/** Two numbers written as "[x, y]". */
std::optional<std::pair<double, double>>
ParsePair(const std::string & text)
{
  const auto comma = text.find(',');
  if (text.size() < 5 || text.front() != '[' || text.back() != ']' || comma == std::string::npos)
  {
    return std::nullopt;
  }
  const auto x = ParseNumber(text.substr(1, comma - 1));
  const auto y = ParseNumber(text.substr(comma + 1, text.size() - comma - 2));
  return x && y ? std::optional<std::pair<double, double>>({ *x, *y }) : std::nullopt;
}

void
ReadFieldOfView(const XmlElement & measurements, EmpadHeader & header)
{
  header.fieldOfView = ParsePair(measurements.TextOf("optics.get_full_scan_field_of_view"));
  header.fieldOfViewSource = "optics.get_full_scan_field_of_view";
  const XmlElement & field = ChildOrNone(measurements, "full_scan_field_of_view");
  const auto         factor = ParseNumber(field.TextOf("scale_factor"));
  const auto         x = ParseNumber(field.TextOf("x"));
  if (!header.fieldOfView && factor && x && *factor > 0)
  {
    header.fieldOfView = { *x / *factor, *x / *factor };
    header.isSquareField = true;
    header.fieldOfViewSource = "full_scan_field_of_view";
  }
  if (header.fieldOfView && !(header.fieldOfView->first > 0 && header.fieldOfView->second > 0))
  {
    header.fieldOfView.reset();
    header.notes.emplace_back("The field of view in the header is not positive and is ignored.");
  }
}

void
ReadDetectorCalibration(const XmlElement & measurements, EmpadHeader & header)
{
  const auto calibrate = [&header](double spacing, const std::string & unit, const std::string & source) {
    header.detector.spacing[0] = spacing;
    header.detector.spacing[1] = spacing;
    header.detector.unit = unit;
    header.detector.source = source;
  };
  const auto pixelSize = ParseNumber(measurements.TextOf("calibrated_pixelsize"));
  const auto angle = ParseNumber(measurements.TextOf("calibrated_diffraction_angle"));
  // Software 0.51 writes 1/25000 of the field of view here, in metres: no reciprocal length.
  const bool isReciprocal = pixelSize && *pixelSize > 1e5 && *pixelSize < 1e12;
  if (isReciprocal)
  {
    calibrate(*pixelSize * 1e-9, "1/nm", "calibrated_pixelsize");
  }
  else if (angle && *angle > 0)
  {
    calibrate(*angle * 1e3, "mrad", "calibrated_diffraction_angle");
  }
  if (pixelSize && !isReciprocal)
  {
    header.notes.push_back("calibrated_pixelsize, " + FormatNumber(*pixelSize) +
                           ", is no distance of detector pixels in 1/m and is ignored.");
  }
}

void
ReadMetadata(const XmlElement & root, const XmlElement & measurements, EmpadHeader & header)
{
  const auto add = [&header](const std::string & key, const std::string & text) {
    if (!text.empty())
    {
      header.metadata.emplace(key, text);
    }
  };
  add("SoftwareVersion", root.TextOf("software_version"));
  add("ExposureTime_ms", root.TextOf("exposure_time"));
  add("HighVoltage_V", measurements.TextOf("source.get_voltage"));
  add("HighVoltage_V", measurements.TextOf("high_voltage"));
  add("CameraLength_m", measurements.TextOf("optics.get_cameralength"));
  add("CameraLength_m", measurements.TextOf("nominal_camera_length"));
  const auto & stamp = ChildOrNone(root, "timestamp").attributes;
  const auto   time = stamp.find("isoformat");
  add("Timestamp", time == stamp.end() ? std::string() : time->second);
}
} // namespace

AxesCalibration
EmpadHeader::ScanCalibration(const ShapeCandidate & shape, bool useScanSize) const
{
  AxesCalibration scan;
  if (fieldOfView)
  {
    const auto   larger = std::max(shape.ry, shape.rx);
    const double metres = useScanSize ? scanSize : 1.0;
    scan.spacing[0] = 1e9 * metres * fieldOfView->second / static_cast<double>(isSquareField ? larger : shape.ry);
    scan.spacing[1] = 1e9 * metres * fieldOfView->first / static_cast<double>(isSquareField ? larger : shape.rx);
    scan.unit = "nm";
    scan.source = fieldOfViewSource + (useScanSize ? " times scan_size " + FormatNumber(scanSize) : std::string());
  }
  return scan;
}

std::vector<ShapeCandidate>
ShapesInEmpadName(const std::string & name)
{
  std::string text(name);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  // The number of one to nine digits that begins at `at`; moves `at` behind it.
  const auto number = [&text](std::size_t & at) {
    constexpr std::size_t mostDigits = 9;
    const std::size_t     begin = at;
    while (at < text.size() && at < begin + mostDigits && std::isdigit(static_cast<unsigned char>(text[at])) != 0)
    {
      ++at;
    }
    return ParseInteger(text.substr(begin, at - begin));
  };
  for (std::size_t x = text.find('x'); x != std::string::npos; x = text.find('x', x + 1))
  {
    std::size_t at = x + 1;
    const auto  columns = number(at);
    if (columns && text.compare(at, 2, "_y") == 0)
    {
      at += 2;
      if (const auto rows = number(at))
      {
        return { { *rows, *columns, "file name" } };
      }
    }
  }
  constexpr char seriesName[] = "series_x";
  std::size_t    at = text.find(seriesName);
  if (at != std::string::npos)
  {
    at += sizeof(seriesName) - 1;
    if (const auto columns = number(at))
    {
      return { { 1, *columns, "file name" } };
    }
  }
  return {};
}

EmpadHeader
ReadEmpadHeader(const InputFile & file)
{
  const XmlElement root = ReadXmlTree(file);
  EmpadHeader      header;
  const auto &     attributes = ChildOrNone(root, "raw_file").attributes;
  const auto       name = attributes.find("filename");
  if (name != attributes.end())
  {
    // Written on Linux, whatever the system here.
    header.rawName = name->second.substr(name->second.find_last_of("/\\") + 1);
  }
  if (header.rawName.empty())
  {
    throw FileError(file.Path(), "is no EMPAD header: it has no element raw_file with a filename");
  }
  const XmlElement & measurements = ChildOrNone(root, "iom_measurements");
  header.scanSize = ParseNumber(ScanParameters(root, "acquire").TextOf("scan_size")).value_or(1);
  ReadShapes(root, header);
  ReadFieldOfView(measurements, header);
  ReadDetectorCalibration(measurements, header);
  ReadMetadata(root, measurements, header);
  return header;
}
} // namespace fourdstem
