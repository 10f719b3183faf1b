// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/TvipsSeries.h"

#include "Formats/HeaderBytes.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>
#include <map>

namespace fourdstem
{
namespace
{
constexpr std::int64_t HeaderSize = 256;

/** The name of a part without its number, and the number; unset where it bears none. */
std::optional<std::pair<std::string, std::int64_t>>
SplitName(const std::string & name)
{
  const std::string     stem = StemOf(name);
  constexpr std::size_t digits = 3;
  if (stem.size() < digits + 1 || stem[stem.size() - digits - 1] != '_')
  {
    return std::nullopt;
  }
  const std::string number = stem.substr(stem.size() - digits);
  return number.find_first_not_of("0123456789") == std::string::npos
           ? std::make_optional(std::make_pair(stem.substr(0, stem.size() - digits), *ParseInteger(number)))
           : std::nullopt;
}

/** Paths of the parts in their order, from the one with the header. */
std::vector<std::string>
FindParts(const std::string & path)
{
  const auto split = SplitName(FileNameOf(path));
  if (!split)
  {
    return { path };
  }
  std::map<std::int64_t, std::string> numbered;
  for (const std::string & name : NamesBeside(path, ".tvips"))
  {
    const auto its = SplitName(name);
    if (its && its->first == split->first)
    {
      numbered.emplace(its->second, name);
    }
  }
  numbered[split->second] = FileNameOf(path);
  std::vector<std::string> paths;
  for (const auto & [number, name] : numbered)
  {
    if (number != static_cast<std::int64_t>(paths.size()))
    {
      const std::string missing = "000" + std::to_string(paths.size());
      throw FileError(path,
                      "is of a recording in several files, of which " + split->first +
                        missing.substr(missing.size() - 3) + ".tvips is missing beside it");
    }
    paths.push_back(number == split->second ? path : BesideFile(path, name));
  }
  return paths;
}

void
ReadHeader(const InputFile & file, TvipsSeries & series)
{
  if (file.Size() < HeaderSize)
  {
    throw FileError(file.Path(),
                    "is a TVIPS recording cut off inside its header: it has " + std::to_string(file.Size()) +
                      " bytes of " + std::to_string(HeaderSize));
  }
  const HeaderBytes bytes(file.Head(HeaderSize), ByteOrder::Little);
  const auto number = [&bytes](std::size_t place) { return std::int64_t{ bytes.Get<std::uint32_t>(4 * place) }; };
  if (number(0) != HeaderSize || (number(1) != 1 && number(1) != 2))
  {
    throw FileError(file.Path(),
                    "is no TVIPS recording: it begins with " + std::to_string(number(0)) + " and " +
                      std::to_string(number(1)) + "; accepted are a header of 256 bytes and version 1 or 2");
  }
  series.version = static_cast<int>(number(1));
  series.columns = number(2);
  series.rows = number(3);
  const std::int64_t bits = number(4);
  if (bits != 8 && bits != 16)
  {
    throw FileError(file.Path(), "has pixels of " + std::to_string(bits) + " bits; accepted are 8 and 16");
  }
  series.type = { StoredType::Kind::Unsigned, static_cast<int>(bits / 8), ByteOrder::Little };
  constexpr std::int64_t shortest = 12;
  series.frameHeaderBytes = series.version == 1 ? shortest : number(12);
  if (series.frameHeaderBytes < shortest)
  {
    throw FileError(file.Path(),
                    "says that its frames have headers of " + std::to_string(series.frameHeaderBytes) +
                      " bytes; at least " + std::to_string(shortest) + " are accepted");
  }
  series.frameBytes =
    series.frameHeaderBytes + CheckedBytes(file.Path(), { 1, 1, series.rows, series.columns }, bits / 8);

  const auto add = [&series](const std::string & key, std::int64_t value) {
    if (value > 0)
    {
      series.metadata.emplace(key, std::to_string(value));
    }
  };
  constexpr std::int64_t mostKilovolts = 10000;
  add("HighVoltage_V", number(10) < mostKilovolts ? 1000 * number(10) : number(10));
  add("Magnification", number(11));
  add("Binning", number(7));
  if (const std::int64_t pixel = number(9); pixel > 0)
  {
    add("PixelSize", pixel);
    series.notes.push_back("The header's pixel size, " + std::to_string(pixel) +
                           ", is one of the camera's in nm for some programs and a step for others: the detector is "
                           "not calibrated; --detector-step and --detector-unit do it.");
  }
}
} // namespace

TvipsSeries
FindTvipsSeries(const std::shared_ptr<const InputFile> & opened)
{
  TvipsSeries series;
  const auto  paths = FindParts(opened->Path());
  const auto  open = [&opened](const std::string & path) {
    return path == opened->Path() ? opened : std::make_shared<const InputFile>(path, opened->MayGrow());
  };
  series.first = open(paths[0]);
  ReadHeader(*series.first, series);
  for (const std::string & path : paths)
  {
    const auto         file = path == paths[0] ? series.first : open(path);
    const std::int64_t begin = path == paths[0] ? HeaderSize : 0;
    const std::int64_t bytes = file->Size() - begin;
    const std::int64_t rest = bytes % series.frameBytes;
    if (rest != 0 && path != paths.back())
    {
      throw FileError(path,
                      "is cut off: " + std::to_string(bytes) + " bytes of frames of " +
                        std::to_string(series.frameBytes) + ", and the recording goes on in another file");
    }
    if (rest != 0)
    {
      series.notes.push_back("The last frame is cut off (" + std::to_string(rest) + " of " +
                             std::to_string(series.frameBytes) + " bytes) and is not read.");
    }
    series.parts.push_back({ path, file->Size(), begin, bytes / series.frameBytes });
  }
  const bool isAny =
    std::any_of(series.parts.begin(), series.parts.end(), [](const FramePart & part) { return part.frames > 0; });
  if (!isAny)
  {
    throw FileError(series.first->Path(),
                    "is cut off inside its first frame of " + std::to_string(series.frameBytes) + " bytes; it has " +
                      std::to_string(series.first->Size()));
  }
  return series;
}

std::optional<TvipsScan>
ScanOfIndices(const std::vector<std::int64_t> & indices)
{
  const auto rises = [](std::int64_t a, std::int64_t b) { return b > a; };
  const auto firstRise = std::adjacent_find(indices.begin(), indices.end(), rises);
  if (firstRise == indices.end())
  {
    return std::nullopt;
  }
  const auto begin = *firstRise == 0 ? firstRise + 1 : firstRise;
  const auto lastRise = std::adjacent_find(indices.rbegin(), indices.rend(), [](auto a, auto b) { return a > b; });
  const auto end = lastRise.base(); // behind the first frame of the last index
  constexpr std::int64_t most = 16;
  const std::int64_t     positions = *(end - 1);
  const bool             isPadded = positions / most > static_cast<std::int64_t>(indices.size());
  if (*begin < 1 || isPadded || !std::is_sorted(begin, end))
  {
    return std::nullopt;
  }
  TvipsScan scan;
  scan.positions = positions;
  scan.order.assign(static_cast<std::size_t>(positions), -1);
  std::int64_t position = 0;
  for (auto frame = begin; frame != end; ++frame)
  {
    const bool isNew = frame == begin || *frame != *(frame - 1);
    position = isNew ? *frame - 1 : position + 1;
    const auto next = std::upper_bound(frame, end, *frame);
    const bool isFree = next == end ? position == positions - 1 : position < *next - 1;
    if (isFree)
    {
      scan.order[static_cast<std::size_t>(position)] = frame - indices.begin();
    }
  }
  return scan;
}
} // namespace fourdstem
