// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DirectElectronInfo.h"

#include "Formats/InputFile.h"
#include "Formats/Text.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace fourdstem
{
namespace
{
constexpr std::int64_t MostInfoBytes = std::int64_t{ 1 } << 20;

std::string
Trimmed(const std::string & text)
{
  constexpr const char * spaces = " \t\r";
  const auto             begin = text.find_first_not_of(spaces);
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

/** Path without "_info.txt" of every info file that may belong to the movie. */
std::vector<std::string>
Prefixes(const std::string & moviePath)
{
  const std::string name = FileNameOf(moviePath);
  std::string       stem = name.substr(0, name.rfind('.'));
  const std::string ending = "_movie";
  const bool isMovie = stem.size() > ending.size() && LowerCase(stem.substr(stem.size() - ending.size())) == ending;
  if (isMovie)
  {
    stem.resize(stem.size() - ending.size());
  }
  std::vector<std::string> prefixes{ BesideFile(moviePath, stem) };
  for (auto part = stem.rfind('_'); isMovie && part != std::string::npos && stem.find('_') < part;
       part = stem.rfind('_'))
  {
    stem.resize(part);
    prefixes.push_back(BesideFile(moviePath, stem));
  }
  return prefixes;
}

struct Position
{
  std::int64_t x = 0;
  std::int64_t y = 0;
};

/** Coordinates of at most `most` patterns, x and y at the beginning of each line; the first may name the columns. */
std::vector<Position>
ReadPositions(const std::string & path, std::int64_t most)
{
  constexpr std::int64_t lineBytes = 64;
  constexpr std::int64_t largest = 1000000;
  const InputFile        file(path);
  const auto             bytes = file.Head((most + 1) * lineBytes);
  std::string            text(bytes.begin(), bytes.end());
  const bool             isPart = static_cast<std::int64_t>(bytes.size()) < file.Size();
  text.resize(isPart ? text.rfind('\n') + 1 : text.size()); // no part of a line, which may be another number
  std::istringstream    lines(text);
  std::vector<Position> positions;
  std::string           line;
  for (std::int64_t number = 1; static_cast<std::int64_t>(positions.size()) < most && std::getline(lines, line);
       ++number)
  {
    const auto comma = line.find(',');
    const auto x = ParseInteger(line.substr(0, comma));
    const auto y = comma == std::string::npos
                     ? std::nullopt
                     : ParseInteger(line.substr(comma + 1, line.find(',', comma + 1) - comma - 1));
    if (x && y && *x >= 0 && *y >= 0 && *x < largest && *y < largest)
    {
      positions.push_back({ *x, *y });
    }
    else if (!Trimmed(line).empty() && (number > 1 || LowerCase(line).find_first_of("xy") == std::string::npos))
    {
      throw FileError(path, "has no position x,y in line " + std::to_string(number));
    }
  }
  if (positions.empty())
  {
    throw FileError(path, "has no positions x,y");
  }
  if (isPart && static_cast<std::int64_t>(positions.size()) < most)
  {
    throw FileError(path, "has lines of more than " + std::to_string(lineBytes) + " bytes");
  }
  return positions;
}
} // namespace

std::string
DirectElectronInfo::Name() const
{
  return FileNameOf(m_Prefix) + "_info.txt";
}

std::string
DirectElectronInfo::Text(const std::string & key) const
{
  const auto found = m_Values.find(key);
  return found == m_Values.end() ? std::string() : found->second;
}

std::optional<double>
DirectElectronInfo::Positive(const std::string & key) const
{
  const auto value = ParseNumber(this->Text(key));
  return value && *value > 0 ? value : std::nullopt;
}

std::optional<std::pair<double, double>>
DirectElectronInfo::PatternExtents() const
{
  const auto rows = this->Positive("Image Size Y (pixels)");
  const auto columns = this->Positive("Image Size X (pixels)");
  return rows && columns ? std::optional<std::pair<double, double>>({ *rows, *columns }) : std::nullopt;
}

bool
DirectElectronInfo::IsScan() const
{
  const std::string enabled = LowerCase(this->Text("Scan - Enable"));
  return enabled == "enable" || enabled == "on" || enabled == "true";
}

bool
DirectElectronInfo::IsRaster() const
{
  const std::string type = LowerCase(this->Text("Scan - Type"));
  return type.empty() || type == "raster";
}

std::optional<ShapeCandidate>
DirectElectronInfo::Scan() const
{
  const std::string part = LowerCase(this->Text("Scan - ROI Enable"));
  const std::string size = part == "enable" || part == "on" || part == "true" ? "Scan - ROI Size " : "Scan - Size ";
  const auto        rows = ParseInteger(this->Text(size + "Y"));
  const auto        columns = ParseInteger(this->Text(size + "X"));
  constexpr std::int64_t most = 1000000;
  const bool             isScan = rows && columns && *rows > 0 && *columns > 0 && *rows <= most && *columns <= most;
  return isScan ? std::optional<ShapeCandidate>({ *rows, *columns, this->Name() }) : std::nullopt;
}

std::int64_t
DirectElectronInfo::AtLeastOne(const std::string & key) const
{
  return std::clamp(ParseInteger(this->Text(key)).value_or(1), std::int64_t{ 1 }, std::int64_t{ 1000000 });
}

std::int64_t
DirectElectronInfo::Repeats() const
{
  return this->AtLeastOne("Scan - Repeats");
}

std::int64_t
DirectElectronInfo::FramesPerPosition() const
{
  // Software before 2.7.5 has the second name.
  return std::max(this->AtLeastOne("Scan - Camera Frames Per Point"), this->AtLeastOne("Scan - Point Repeat"));
}

std::string
DirectElectronInfo::CoordinatesPath() const
{
  return m_Prefix + "_scan_coordinates.csv";
}

std::optional<DirectElectronInfo>
FindDirectElectronInfo(const std::string & moviePath)
{
  for (const std::string & prefix : Prefixes(moviePath))
  {
    const std::string path = prefix + "_info.txt";
    std::error_code   ignored;
    if (!std::filesystem::is_regular_file(std::filesystem::u8path(path), ignored))
    {
      continue;
    }
    const InputFile file(path);
    if (file.Size() > MostInfoBytes)
    {
      throw FileError(path,
                      "has " + std::to_string(file.Size()) + " bytes; at most " + std::to_string(MostInfoBytes) +
                        " are expected");
    }
    const auto                         bytes = file.Head(file.Size());
    std::istringstream                 lines(std::string(bytes.begin(), bytes.end()));
    std::map<std::string, std::string> values;
    std::string                        line;
    while (std::getline(lines, line))
    {
      const auto equals = line.find('=');
      if (equals != std::string::npos)
      {
        values.emplace(Trimmed(line.substr(0, equals)), Trimmed(line.substr(equals + 1)));
      }
    }
    return DirectElectronInfo(prefix, std::move(values));
  }
  return std::nullopt;
}

std::vector<std::int64_t>
ReadScanOrder(const std::string &        coordinatesPath,
              std::int64_t               patterns,
              ShapeCandidate &           scan,
              std::vector<std::string> & notes)
{
  const auto         visited = ReadPositions(coordinatesPath, patterns);
  const auto         count = static_cast<std::int64_t>(visited.size());
  const std::int64_t mostPositions = std::min(std::int64_t{ 1 } << 26, 65536 + 1000 * count);
  for (const Position & position : visited)
  {
    scan.ry = std::max(scan.ry, position.y + 1);
    scan.rx = std::max(scan.rx, position.x + 1);
  }
  scan.source = FileNameOf(coordinatesPath);
  const std::int64_t positions = scan.ry * scan.rx;
  if (positions > mostPositions)
  {
    throw FileError(coordinatesPath,
                    "has " + std::to_string(count) + " positions in a scan of " + FormatExtent(scan.ry, scan.rx) +
                      ", of which too many would have no pattern");
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(positions), -1);
  std::int64_t              again = 0;
  for (std::size_t i = 0; i < visited.size(); ++i)
  {
    std::int64_t & pattern = order[static_cast<std::size_t>(visited[i].y * scan.rx + visited[i].x)];
    again += pattern < 0 ? 0 : 1;
    pattern = pattern < 0 ? static_cast<std::int64_t>(i) : pattern;
  }
  const auto missing = std::count(order.begin(), order.end(), -1);
  const auto note = [&notes](std::int64_t number, const std::string & text) {
    if (number > 0)
    {
      notes.push_back(std::to_string(number) + text);
    }
  };
  note(again, " patterns were taken where one had been taken before and are not read.");
  note(patterns - count, " patterns at the end of the file have no position and are not read.");
  note(missing, " of " + std::to_string(positions) + " positions have no pattern and read as zeros.");
  return order;
}
} // namespace fourdstem
