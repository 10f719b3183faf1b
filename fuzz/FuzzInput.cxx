// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FuzzInput.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace fourdstem::fuzz
{
namespace
{
constexpr char Separator[] = "\n--next file--\n";

std::int64_t
Extent(std::uint8_t byte)
{
  constexpr std::int64_t extremes[] = { -1,
                                        1000,
                                        65536,
                                        std::int64_t{ 1 } << 31,
                                        std::int64_t{ 1 } << 62,
                                        std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::int64_t>::min(),
                                        3037000500 };
  return byte < 0xE0 ? byte : extremes[byte % std::size(extremes)];
}

RawDescription
DescribeRaw(const Settings & settings)
{
  const char *   types[] = { "uint8", "int8",    "uint16",  "int16", "uint32", "int32",   "uint64",  "int64",
                             "bool",  "float16", "float32", ">u2",   "<f8",    "float64", "float80", "" };
  RawDescription raw;
  raw.type = types[settings.type % std::size(types)];
  raw.byteOrder = (settings.more & Settings::BigEndian) != 0 ? ByteOrder::Big : ByteOrder::Little;
  raw.shape = {
    Extent(settings.scan[0]), Extent(settings.scan[1]), Extent(settings.detector[0]), Extent(settings.detector[1])
  };
  raw.fileHeader = Extent(settings.headerBytes);
  raw.frameHeader = Extent(settings.frameBytes);
  raw.frameFooter = settings.frameBytes % 3;
  return raw;
}

ScanFileOptions
Options(const Settings & settings)
{
  const auto      isSet = [&](Settings::Flag flag) { return (settings.flags & flag) != 0; };
  ScanFileOptions options;
  options.threads = 1;
  if (isSet(Settings::ScanShapeGiven))
  {
    options.scanShape = { Extent(settings.scan[0]), Extent(settings.scan[1]) };
  }
  if (isSet(Settings::RawGiven))
  {
    options.raw = DescribeRaw(settings);
  }
  if (isSet(Settings::RegionGiven))
  {
    options.region = {
      Extent(settings.region[0]), Extent(settings.region[1]), Extent(settings.region[2]), Extent(settings.region[3])
    };
  }
  options.transposeDetector = isSet(Settings::Transposed);
  options.flipDetectorRows = isSet(Settings::DetectorRowsFlipped);
  options.flipDetectorColumns = isSet(Settings::DetectorColumnsFlipped);
  options.flipScanRows = isSet(Settings::ScanRowsFlipped);
  options.flipScanColumns = isSet(Settings::ScanColumnsFlipped);
  options.noFlip = (settings.more & Settings::NoFlip) != 0;
  options.empadScanSize = (settings.more & Settings::EmpadScanSize) != 0;
  options.allowTruncated = (settings.more & Settings::AllowTruncated) != 0;
  if ((settings.more & Settings::SpacingsGiven) != 0)
  {
    options.scanSpacing = 0.5;
    options.detectorSpacing = 0.02;
  }
  if ((settings.more & Settings::DataSetGiven) != 0)
  {
    const char * names[] = { "/data", "scan", "/root/cube", "/link", "/nothing/here", "/", "a/../b", "//data//" };
    options.dataSet = names[settings.type % std::size(names)];
  }
  return options;
}
} // namespace

Input
ReadInput(const std::uint8_t * data, std::size_t size)
{
  Settings settings;
  std::memcpy(&settings, data, std::min(size, SettingsBytes));
  std::string rest(reinterpret_cast<const char *>(data) + std::min(size, SettingsBytes),
                   size - std::min(size, SettingsBytes));
  Input       input;
  input.options = Options(settings);
  for (std::size_t begin = 0; begin <= rest.size();)
  {
    const std::size_t end = std::min(rest.find(Separator, begin), rest.size());
    input.files.push_back(rest.substr(begin, end - begin));
    begin = end + sizeof(Separator) - 1;
  }
  const std::size_t zeros = settings.zeros[0] + std::size_t{ 256 } * settings.zeros[1];
  input.files.front().append(zeros % 1025 * 1024, '\0');
  input.opened = settings.opened;
  return input;
}

std::string
WriteInput(const Settings & settings, const std::vector<std::string> & files)
{
  std::string bytes(SettingsBytes, '\0');
  std::memcpy(bytes.data(), &settings, SettingsBytes);
  for (std::size_t i = 0; i < files.size(); ++i)
  {
    bytes += (i == 0 ? std::string() : std::string(Separator)) + files[i];
  }
  return bytes;
}
} // namespace fourdstem::fuzz
