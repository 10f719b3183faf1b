// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ScanExtents.h"

#include "Formats/InputFile.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace fourdstem
{
namespace
{
std::int64_t
RootOf(std::int64_t value)
{
  auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(value)));
  while (root * root > value)
  {
    --root;
  }
  return root;
}
} // namespace

ScanCandidate
ToCandidate(const ShapeCandidate & shape)
{
  return { std::to_string(shape.ry) + "x" + std::to_string(shape.rx), shape.source };
}

std::string
FormatCandidates(const std::vector<ScanCandidate> & candidates)
{
  constexpr std::size_t    most = 20;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(candidates.size(), most); ++i)
  {
    texts.push_back(FormatCandidate(candidates[i]));
  }
  if (candidates.size() > most)
  {
    texts.push_back("and " + std::to_string(candidates.size() - most) + " more");
  }
  return Join(texts, ", ");
}

std::optional<ShapeCandidate>
SquareCandidate(std::int64_t patterns)
{
  const std::int64_t root = RootOf(patterns);
  return root * root == patterns ? std::optional<ShapeCandidate>({ root, root, "square number of patterns" })
                                 : std::nullopt;
}

std::vector<ScanCandidate>
PossibleExtents(std::int64_t patterns, std::size_t most)
{
  std::vector<ScanCandidate> extents;
  // Beyond a million rows no scan is meant.
  for (std::int64_t rows = std::min(RootOf(patterns), std::int64_t{ 1000000 }); rows > 0; --rows)
  {
    if (patterns % rows == 0)
    {
      extents.push_back(ToCandidate({ rows, patterns / rows, {} }));
      if (rows != patterns / rows)
      {
        extents.push_back(ToCandidate({ patterns / rows, rows, {} }));
      }
    }
  }
  extents.resize(std::min(extents.size(), most));
  return extents;
}

ShapeCandidate
ResolveScanShape(const std::string &                 path,
                 std::int64_t                        patterns,
                 const ScanFileOptions &             options,
                 const std::vector<ShapeCandidate> & candidates)
{
  const auto fits = [patterns](const ShapeCandidate & candidate) {
    return candidate.ry > 0 && candidate.rx > 0 && patterns % candidate.ry == 0 &&
           patterns / candidate.ry == candidate.rx;
  };
  if (options.scanShape)
  {
    ShapeCandidate wanted{ options.scanShape->first, options.scanShape->second, "option" };
    if (!fits(wanted))
    {
      throw FileError(path,
                      "the scan shape " + FormatExtent(wanted.ry, wanted.rx) + " was given, but the file holds " +
                        std::to_string(patterns) + " patterns; possible are " +
                        FormatCandidates(PossibleExtents(patterns, 12)));
    }
    return wanted;
  }
  const auto found = std::find_if(candidates.begin(), candidates.end(), fits);
  if (found != candidates.end())
  {
    return *found;
  }
  std::vector<ScanCandidate> refused;
  std::transform(candidates.begin(), candidates.end(), std::back_inserter(refused), ToCandidate);
  const auto possible = PossibleExtents(patterns, 12);
  throw ScanChoiceNeeded(path + ": holds " + std::to_string(patterns) + " patterns and its scan shape does not follow" +
                           (refused.empty() ? std::string() : " (said: " + FormatCandidates(refused) + ")") +
                           "; give it, rows x columns: " + FormatCandidates(possible),
                         "scan shape",
                         possible);
}

std::int64_t
CheckedBytes(const std::string & path, const ScanShape & shape, std::int64_t bytesPerPixel)
{
  if (shape.ry < 1 || shape.rx < 1 || shape.qy < 1 || shape.qx < 1)
  {
    throw FileError(path, "has no patterns: " + FormatShape(shape) + "; every extent must be at least 1");
  }
  const std::string what = path + ": the size of " + FormatShape(shape);
  return CheckedMultiply(CheckedMultiply(CheckedMultiply(shape.ry, shape.rx, what), shape.qy, what),
                         CheckedMultiply(shape.qx, bytesPerPixel, what),
                         what);
}

std::string
FormatShape(const ScanShape & shape)
{
  return FormatExtent(shape.ry, shape.rx) + " positions of " + FormatExtent(shape.qy, shape.qx) + " pixels";
}
} // namespace fourdstem
