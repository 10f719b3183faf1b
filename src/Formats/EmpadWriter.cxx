// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/EmpadWriter.h"

#include "Formats/LittleEndian.h"
#include "Formats/OutputFile.h"
#include "Formats/Text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <locale>
#include <sstream>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr std::int64_t side = 128;
constexpr std::size_t  patternPixels = 128 * 128;
constexpr std::size_t  framePixels = 130 * 128;

std::string
WithoutExtension(const std::string & path)
{
  const std::size_t dot = path.size() < 4 ? std::string::npos : path.size() - 4;
  const bool        isOurs =
    dot != std::string::npos && (path.compare(dot, 4, ".raw") == 0 || path.compare(dot, 4, ".xml") == 0);
  return isOurs ? path.substr(0, dot) : path;
}

std::string
Escaped(const std::string & text)
{
  std::string result;
  for (const char c : text)
  {
    switch (c)
    {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

/** Relativistic wavelength in nm of electrons accelerated by `voltage`. */
double
Wavelength(double voltage)
{
  constexpr double restEnergy = 510998.95;
  constexpr double planckTimesLight = 1239.84198;
  return planckTimesLight / std::sqrt(voltage * (voltage + 2.0 * restEnergy));
}

class Xml
{
public:
  Xml()
  {
    m_Text.imbue(std::locale::classic());
    m_Text.precision(15);
  }

  template <typename T>
  Xml &
  Raw(const T & text)
  {
    m_Text << text;
    return *this;
  }

  template <typename T>
  Xml &
  Element(const char * name, const T & value)
  {
    m_Text << '<' << name << '>' << value << "</" << name << '>';
    return *this;
  }

  Xml &
  IfKnown(const char * name, double value)
  {
    return value > 0.0 ? this->Element(name, value) : *this;
  }

  std::string
  Text() const
  {
    return m_Text.str();
  }

private:
  std::ostringstream m_Text;
};

std::string
DescriptionOf(const ScanShape & shape, const EmpadDescription & description, const std::string & rawName)
{
  Xml xml;
  xml.Raw("<root name=\"").Raw(Escaped(description.name)).Raw("\"><software_version>0.51</software_version>");
  xml.Element("type", "scan").Element("pix_x", shape.rx).Element("pix_y", shape.ry);
  xml.Raw("<raw_file filename=\"").Raw(Escaped(rawName)).Raw("\"/>").IfKnown("exposure_time", description.exposure);
  for (const char * mode : { "search", "acquire" })
  {
    xml.Raw("<scan_parameters mode=\"").Raw(mode).Raw("\">");
    xml.Element("scan_center_y", 0.5).Element("scan_resolution_x", shape.rx).Element("scan_size", 1);
    xml.Element("scan_resolution_y", shape.ry).Element("scan_center_x", 0.5).Raw("</scan_parameters>");
  }
  xml.Raw("<iom_measurements>").IfKnown("optics.get_cameralength", description.cameraLength);
  xml.IfKnown("source.get_voltage", description.voltage);
  if (description.scanSpacing > 0.0)
  {
    constexpr double metre = 1e-9;
    const double rowSpacing = description.scanRowSpacing > 0.0 ? description.scanRowSpacing : description.scanSpacing;
    xml.Raw("<optics.get_full_scan_field_of_view>[")
      .Raw(static_cast<double>(shape.rx) * description.scanSpacing * metre);
    xml.Raw(", ").Raw(static_cast<double>(shape.ry) * rowSpacing * metre);
    xml.Raw("]</optics.get_full_scan_field_of_view>");
  }
  if (description.voltage > 0.0)
  {
    xml.IfKnown("calibrated_diffraction_angle", description.detectorSpacing * Wavelength(description.voltage));
  }
  xml.IfKnown("calibrated_pixelsize", description.detectorSpacing * 1e9).Raw("</iom_measurements>");
  if (!description.provenance.empty())
  {
    xml.Raw("<provenance>");
    for (const auto & [name, value] : description.provenance)
    {
      xml.Raw("<item name=\"").Raw(Escaped(ValidText(name))).Raw("\">");
      xml.Raw(Escaped(ValidText(value))).Raw("</item>");
    }
    xml.Raw("</provenance>");
  }
  xml.Raw("</root>\n");
  return xml.Text();
}
} // namespace

EmpadDescription
DescribeForEmpad(const ScanHeader & header)
{
  const auto number = [&header](const char * name) {
    const auto found = header.metadata.find(name);
    const auto value = found == header.metadata.end() ? std::nullopt : ParseNumber(found->second);
    return value && std::isfinite(*value) ? std::max(*value, 0.0) : 0.0;
  };
  EmpadDescription description;
  description.voltage = number("HighVoltage_V");
  description.cameraLength = number("CameraLength_m");
  description.exposure = number("ExposureTime_ms");
  if (header.scan.unit == "nm")
  {
    description.scanRowSpacing = header.scan.spacing[0];
    description.scanSpacing = header.scan.spacing[1];
  }
  const double step = header.detector.spacing[0] == header.detector.spacing[1] ? header.detector.spacing[0] : 0.0;
  if (header.detector.unit == "1/nm")
  {
    description.detectorSpacing = step;
  }
  else if (header.detector.unit == "mrad" && description.voltage > 0.0)
  {
    description.detectorSpacing = 1e-3 * step / Wavelength(description.voltage);
  }
  return description;
}

struct EmpadWriter::Implementation
{
  Implementation(const std::string & stem, const EmpadDescription & about, bool overwrite)
    : description(about)
    , raw(stem + ".raw", overwrite)
    , xml(stem + ".xml", overwrite)
  {}

  EmpadDescription                           description;
  OutputFile                                 raw;
  OutputFile                                 xml;
  std::array<unsigned char, 4 * framePixels> frame{};
};

EmpadWriter::EmpadWriter(const std::string &      path,
                         const ScanShape &        shape,
                         const EmpadDescription & description,
                         bool                     overwrite)
  : ScanWriter(path, shape, ElementType::Float32)
{
  if (shape.qy != side || shape.qx != side)
  {
    throw std::invalid_argument("EMPAD patterns have 128 x 128 pixels, not " + std::to_string(shape.qy) + " x " +
                                std::to_string(shape.qx));
  }
  m_Implementation = std::make_unique<Implementation>(WithoutExtension(path), description, overwrite);
}

EmpadWriter::~EmpadWriter() = default;
EmpadWriter::EmpadWriter(EmpadWriter &&) noexcept = default;
EmpadWriter &
EmpadWriter::operator=(EmpadWriter &&) noexcept = default;

void
EmpadWriter::DoWrite(const void * patterns, std::int64_t count)
{
  Implementation & me = *m_Implementation;
  const auto *     pattern = static_cast<const float *>(patterns);
  for (std::int64_t i = 0; i < count; ++i, pattern += patternPixels)
  {
    PutLittleEndian(pattern, ElementType::Float32, patternPixels, me.frame.data());
    me.raw.Write(me.frame.data(), me.frame.size());
  }
}

void
EmpadWriter::DoClose()
{
  Implementation &  me = *m_Implementation;
  const std::string text = DescriptionOf(this->Shape(), me.description, FileNameOf(me.raw.Path()));
  me.xml.Write(text.data(), text.size());
  me.raw.Close();
  me.xml.Close();
  me.raw.Publish();
  try
  {
    me.xml.Publish();
  }
  catch (...)
  {
    me.raw.Retract();
    throw;
  }
}

const std::string &
EmpadWriter::RawPath() const
{
  return m_Implementation->raw.Path();
}

const std::string &
EmpadWriter::XmlPath() const
{
  return m_Implementation->xml.Path();
}
} // namespace fourdstem
