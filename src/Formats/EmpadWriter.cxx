// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/EmpadWriter.h"

#include "Formats/LittleEndian.h"
#include "Formats/OutputFile.h"

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
    xml.Raw("<optics.get_full_scan_field_of_view>[")
      .Raw(static_cast<double>(shape.rx) * description.scanSpacing * metre);
    xml.Raw(", ").Raw(static_cast<double>(shape.ry) * description.scanSpacing * metre);
    xml.Raw("]</optics.get_full_scan_field_of_view>");
  }
  if (description.voltage > 0.0)
  {
    xml.IfKnown("calibrated_diffraction_angle", description.detectorSpacing * Wavelength(description.voltage));
  }
  xml.IfKnown("calibrated_pixelsize", description.detectorSpacing * 1e9).Raw("</iom_measurements></root>\n");
  return xml.Text();
}
} // namespace

struct EmpadWriter::Implementation
{
  Implementation(const std::string & path, const ScanShape & scan, const EmpadDescription & about, bool overwrite)
    : shape(scan)
    , description(about)
    , raw(path + ".raw", overwrite)
    , xml(path + ".xml", overwrite)
  {}

  ScanShape                                  shape;
  EmpadDescription                           description;
  OutputFile                                 raw;
  OutputFile                                 xml;
  std::int64_t                               written = 0;
  std::array<unsigned char, 4 * framePixels> frame{};
};

EmpadWriter::EmpadWriter(const std::string &      path,
                         const ScanShape &        shape,
                         const EmpadDescription & description,
                         bool                     overwrite)
{
  if (shape.qy != side || shape.qx != side)
  {
    throw std::invalid_argument("EMPAD patterns have 128 x 128 pixels, not " + std::to_string(shape.qy) + " x " +
                                std::to_string(shape.qx));
  }
  if (shape.ry < 1 || shape.rx < 1)
  {
    throw std::invalid_argument("an EMPAD scan has at least 1 x 1 positions, not " + std::to_string(shape.ry) + " x " +
                                std::to_string(shape.rx));
  }
  m_Implementation = std::make_unique<Implementation>(WithoutExtension(path), shape, description, overwrite);
}

EmpadWriter::~EmpadWriter() = default;
EmpadWriter::EmpadWriter(EmpadWriter &&) noexcept = default;
EmpadWriter &
EmpadWriter::operator=(EmpadWriter &&) noexcept = default;

void
EmpadWriter::Write(const float * patterns, std::int64_t count)
{
  Implementation & me = *m_Implementation;
  if (count < 0 || count > me.shape.Positions() - me.written)
  {
    throw std::out_of_range("more patterns for " + me.raw.Path() + " than the scan's " +
                            std::to_string(me.shape.Positions()));
  }
  for (std::int64_t i = 0; i < count; ++i)
  {
    PutLittleEndian(patterns + static_cast<std::size_t>(i) * patternPixels, patternPixels, me.frame.data());
    me.raw.Write(me.frame.data(), me.frame.size());
  }
  me.written += count;
}

void
EmpadWriter::Close()
{
  Implementation & me = *m_Implementation;
  if (me.written != me.shape.Positions())
  {
    throw std::logic_error(me.raw.Path() + " got " + std::to_string(me.written) + " of " +
                           std::to_string(me.shape.Positions()) + " patterns");
  }
  const std::string rawName = me.raw.Path().substr(me.raw.Path().find_last_of("/\\") + 1);
  const std::string text = DescriptionOf(me.shape, me.description, rawName);
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
