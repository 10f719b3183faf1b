// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DectrisFiles.h"

#include "Formats/InputFile.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace fourdstem
{
namespace
{
namespace fs = std::filesystem;

const std::string  LinkPrefix = "data_";
const std::string  MasterEnd = "_master";
const char * const StemGroup = "/STEM Metadata";

/** Of a link, or of nothing that is one. */
std::optional<std::int64_t>
NumberOf(const std::string & name)
{
  const std::string digits = name.compare(0, LinkPrefix.size(), LinkPrefix) == 0 ? name.substr(LinkPrefix.size()) : "";
  const bool        isNumber =
    !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return isNumber ? ParseInteger(digits) : std::nullopt;
}

/** Links of any kind, in the order of their numbers. */
std::vector<std::pair<std::int64_t, hdf5::Link>>
DataLinks(hid_t master)
{
  std::vector<std::pair<std::int64_t, hdf5::Link>> found;
  const hdf5::Id                                   group = hdf5::OpenGroup(master, "/entry/data");
  for (const hdf5::Link & link : group ? hdf5::Links(group) : std::vector<hdf5::Link>())
  {
    if (const auto number = NumberOf(link.name))
    {
      found.emplace_back(*number, link);
    }
  }
  std::sort(found.begin(), found.end(), [](const auto & a, const auto & b) { return a.first < b.first; });
  return found;
}

/** Whether `file` lies in `folder` or below, links in the file system followed. */
bool
IsWithin(const fs::path & folder, const fs::path & file)
{
  std::error_code failed;
  const fs::path  inner = fs::weakly_canonical(file, failed);
  const fs::path  outer = fs::weakly_canonical(folder, failed);
  return !failed && std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

std::string
DescribeLink(const hdf5::Link & link)
{
  return "links /entry/data/" + link.name + " to " + link.otherFile;
}

/** Path of the file that the link leads to, whether or not it is there. */
std::string
FollowLink(const std::string & path, const hdf5::Link & link, bool allowOutside)
{
  const fs::path folder = fs::absolute(fs::u8path(path)).parent_path();
  const fs::path target = folder / fs::u8path(link.otherFile);
  if (!allowOutside && !IsWithin(folder, target))
  {
    throw FileError(path,
                    DescribeLink(link) +
                      ", outside its folder, which is not followed; move the file beside the master, "
                      "or --allow-outside-links (allowOutsideLinks) reads it where it is");
  }
  const bool isBeside = !fs::u8path(link.otherFile).is_absolute();
  return isBeside ? (fs::u8path(path).parent_path() / fs::u8path(link.otherFile)).u8string() : link.otherFile;
}
} // namespace

bool
HasDectrisLinks(hid_t master)
{
  return !DataLinks(master).empty();
}

DectrisParts
FindDectrisParts(const std::string & path, hid_t master, bool allowOutside)
{
  constexpr std::size_t most = 9999; // more links are not listed
  DectrisParts          found;
  for (const auto & [number, link] : DataLinks(master))
  {
    DectrisPart part{ number, path, "/entry/data/" + link.name };
    if (link.isExternal)
    {
      part = { number, FollowLink(path, link, allowOutside), link.target.substr(link.otherFile.size() + 1) };
    }
    std::error_code ignored;
    const bool      isMissing = !fs::exists(fs::u8path(part.path), ignored);
    if (isMissing && found.missing.empty())
    {
      found.missing = DescribeLink(link) + ", which is missing; all data files of the master are needed";
    }
    else if (!isMissing)
    {
      found.parts.push_back(std::move(part));
    }
    const bool isInBetween = !isMissing && !found.missing.empty();
    if (isInBetween)
    {
      throw FileError(path, found.missing);
    }
  }
  if (found.parts.empty() && !found.missing.empty())
  {
    throw FileError(path, found.missing);
  }
  if (found.parts.size() > most)
  {
    throw FileError(path, "links to more than " + std::to_string(most) + " data files, the most that are read");
  }
  return found;
}

std::optional<DectrisSideFile>
ReadDectrisSideFile(const std::string & masterPath, std::vector<std::string> & notes)
{
  const std::string stem = StemOf(FileNameOf(masterPath));
  std::error_code   ignored;
  DectrisSideFile   side;
  if (stem.size() <= MasterEnd.size() || stem.substr(stem.size() - MasterEnd.size()) != MasterEnd)
  {
    return std::nullopt;
  }
  side.path = BesideFile(masterPath, stem.substr(0, stem.size() - MasterEnd.size()) + ExtensionOf(masterPath));
  if (!fs::exists(fs::u8path(side.path), ignored))
  {
    return std::nullopt;
  }
  const auto [file, reason] = hdf5::OpenFile(side.path);
  const hdf5::Id stem4D = file ? hdf5::OpenGroup(file, StemGroup) : hdf5::Id();
  if (!stem4D)
  {
    notes.push_back(FileNameOf(side.path) + " is beside the master but not used: " +
                    (file ? std::string("it has no group ") + StemGroup : reason) + ".");
    return std::nullopt;
  }
  const auto whole = [&stem4D](const char * name) {
    const double value = hdf5::AttributeNumber(stem4D, name).value_or(0);
    return value >= 1 && value <= 1e9 && value == std::floor(value) ? static_cast<std::int64_t>(value) : 0;
  };
  side.rows = whole("NumPixelsY");
  side.columns = whole("NumPixelsX");
  side.isCalibrated = hdf5::AttributeNumber(stem4D, "IsPixelSizeCalibrated").value_or(1) != 0;
  if (const auto step = hdf5::AttributeNumber(stem4D, "Pixel Size"); step && std::isfinite(*step) && *step > 0)
  {
    side.stepNm = step;
  }
  for (const auto & [name, key] : { std::pair("Camera Length", "CameraLength_m"),
                                    std::pair("High Tension", "HighVoltage_V"),
                                    std::pair("Magnification", "Magnification"),
                                    std::pair("Rotation", "ScanRotation_deg") })
  {
    if (const auto value = hdf5::AttributeNumber(stem4D, name); value && *value != 0)
    {
      side.metadata[key] = FormatNumber(*value);
    }
  }
  return side;
}

std::string
DectrisMasterOf(const std::string & path)
{
  return BesideFile(path, StemOf(FileNameOf(path)) + MasterEnd + ExtensionOf(path));
}

bool
IsDectrisSideFile(hid_t file)
{
  const hdf5::Id group = hdf5::OpenGroup(file, StemGroup);
  return group && H5Aexists(group, "NumPixelsX") > 0;
}
} // namespace fourdstem
