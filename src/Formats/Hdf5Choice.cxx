// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Choice.h"

#include "Formats/InputFile.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
std::string
FormatExtents(const std::vector<std::int64_t> & extents)
{
  std::vector<std::string> texts;
  texts.reserve(extents.size());
  for (const std::int64_t extent : extents)
  {
    texts.push_back(std::to_string(extent));
  }
  return Join(texts, ", ");
}

/** What is wrong with a data set, after its path and shape; empty for one that can be a scan. */
std::string
ObjectionTo(hid_t dataSet)
{
  if (!hdf5::TypeOf(dataSet))
  {
    return "of " + hdf5::DescribeType(dataSet) + ", which are not read";
  }
  return CandidateOf({}, dataSet)
           ? std::string()
           : "of " + std::to_string(hdf5::Extents(dataSet).size()) + " dimensions instead of 4 or 3";
}

std::string
WithObjection(const std::string & path, hid_t dataSet)
{
  return path + " (" + FormatExtents(hdf5::Extents(dataSet)) + ") " + ObjectionTo(dataSet);
}

std::string
ObjectionToLink(const std::string & path, const hdf5::Link & link)
{
  return path + " is a link to " + link.target +
         (link.isExternal ? " in another file, which is not followed" : ", where nothing is that can be opened");
}

/** All that might have been meant as a scan, and is none. */
std::string
FindObjections(hid_t file)
{
  constexpr std::size_t    most = 20;
  std::size_t              count = 0;
  std::vector<std::string> objections;
  const auto               add = [&](auto && describe) {
    if (++count <= most)
    {
      objections.push_back(describe());
    }
  };
  const bool isComplete = hdf5::VisitDataSets(
    file,
    [&](const std::string & path, hid_t dataSet) {
      if (hdf5::Extents(dataSet).size() > 1 && !ObjectionTo(dataSet).empty())
      {
        add([&] { return WithObjection(path, dataSet); });
      }
    },
    [&](const std::string & path, const hdf5::Link & link) {
      if (link.isExternal || !hdf5::OpenObject(file, path))
      {
        add([&] { return ObjectionToLink(path, link); });
      }
    });
  if (count > most)
  {
    objections.push_back("and " + std::to_string(count - most) + " more");
  }
  const std::string rest =
    isComplete ? "" : "; the file has more objects than are looked through, so that its scan has to be named";
  return (objections.empty() ? "there is none of more than 1 dimension" : "found: " + Join(objections, "; ")) + rest;
}

/** Why `path` cannot be opened, where a link on it is the reason. */
std::string
FindBrokenLink(hid_t file, const std::string & path)
{
  for (auto end = path.find('/', 1);; end = path.find('/', end + 1))
  {
    const std::string part = path.substr(0, end);
    const auto        link = hdf5::FindLink(file, part);
    if (!link || (!link->target.empty() && !hdf5::OpenObject(file, part)))
    {
      return link ? ObjectionToLink(part, *link) : std::string();
    }
    if (end == std::string::npos)
    {
      return {};
    }
  }
}

/** Where a soft link leads, since what describes a data set lies beside it. */
std::string
FollowSoftLink(hid_t file, std::string path)
{
  constexpr int most = 16;
  for (int i = 0; i < most; ++i)
  {
    const auto link = hdf5::FindLink(file, path);
    if (!link || link->target.empty())
    {
      break;
    }
    path = link->target.front() == '/' ? link->target : path.substr(0, path.rfind('/') + 1) + link->target;
  }
  return path;
}

Hdf5Candidate
OpenNamed(const std::string & path, hid_t file, const std::vector<Hdf5Candidate> & candidates, const std::string & name)
{
  std::string wanted = (name.front() == '/' ? "" : "/") + name;
  wanted.erase(std::max<std::size_t>(wanted.find_last_not_of('/') + 1, 1));
  hdf5::Id dataSet = hdf5::OpenDataSet(file, wanted);
  if (!dataSet && hdf5::OpenGroup(file, wanted))
  {
    dataSet = hdf5::OpenDataSet(file, wanted + "/data");
    wanted += dataSet ? "/data" : "";
  }
  if (dataSet && ObjectionTo(dataSet).empty())
  {
    const std::string led = FollowSoftLink(file, wanted);
    const auto        known =
      std::find_if(candidates.begin(), candidates.end(), [&led](const auto & one) { return one.path == led; });
    return known != candidates.end() ? *known : *CandidateOf(led, dataSet);
  }
  const std::string others =
    candidates.empty() ? FindObjections(file) : "there are: " + FormatCandidates(ToCandidates(candidates));
  if (dataSet)
  {
    throw FileError(path, "has data set " + WithObjection(wanted, dataSet) + "; " + others);
  }
  const std::string broken = FindBrokenLink(file, wanted);
  throw FileError(
    path, "has no data set " + name + " of 4 or 3 dimensions; " + broken + (broken.empty() ? "" : "; ") + others);
}
} // namespace

std::vector<ScanCandidate>
ToCandidates(const std::vector<Hdf5Candidate> & dataSets)
{
  std::vector<ScanCandidate> candidates;
  candidates.reserve(dataSets.size());
  for (const Hdf5Candidate & dataSet : dataSets)
  {
    candidates.push_back({ dataSet.path, FormatExtents(dataSet.extents) });
  }
  return candidates;
}

Hdf5Candidate
ChooseDataSet(const std::string &                path,
              hid_t                              file,
              const std::vector<Hdf5Candidate> & candidates,
              const ScanFileOptions &            options)
{
  if (!options.dataSet.empty())
  {
    return OpenNamed(path, file, candidates, options.dataSet);
  }
  const auto only = [&candidates](auto && isMeant) {
    const auto first = std::find_if(candidates.begin(), candidates.end(), isMeant);
    return first != candidates.end() && std::find_if(first + 1, candidates.end(), isMeant) == candidates.end()
             ? &*first
             : nullptr;
  };
  const auto * chosen = only([](const Hdf5Candidate & one) { return one.preferred; });
  chosen = chosen ? chosen : only([](const Hdf5Candidate & one) { return one.extents.size() == 4; });
  if (!chosen &&
      std::none_of(candidates.begin(), candidates.end(), [](const auto & one) { return one.extents.size() == 4; }))
  {
    chosen = only([](const Hdf5Candidate & one) { return one.extents.size() == 3; });
  }
  if (!chosen && candidates.empty())
  {
    throw FileError(path, "has no numeric data set of 4 dimensions (Ry, Rx, Qy, Qx); " + FindObjections(file));
  }
  if (!chosen)
  {
    const auto choices = ToCandidates(candidates);
    throw ScanChoiceNeeded(
      path + ": does not say which data set is the scan; name one (of 3 dimensions with a scan shape): " +
        FormatCandidates(choices),
      "data set",
      choices);
  }
  return *chosen;
}
} // namespace fourdstem
