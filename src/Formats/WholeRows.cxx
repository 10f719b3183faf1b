// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/WholeRows.h"

#include "Formats/InputFile.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
std::string
Count(std::int64_t number, const std::string & what)
{
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}
} // namespace

void
HeldScan::ApplyTo(ScanHeader & header, std::int64_t qy, std::int64_t qx) const
{
  header.shape = { rows, promised.rx, qy, qx };
  header.storedShape = { promised.ry, promised.rx, qy, qx };
  header.shapeSource = promised.source;
}

HeldScan
KeepWholeRows(const std::string &        path,
              const ShapeCandidate &     promised,
              std::int64_t               held,
              const ScanFileOptions &    options,
              std::vector<std::string> & notes,
              const std::string &        advice)
{
  if (!IsMoreThan(held, promised))
  {
    return { promised, promised.ry };
  }
  const std::int64_t rows = held / promised.rx;
  const std::string  found = FormatExtent(promised.ry, promised.rx) + " patterns are promised (" + promised.source +
                            "), " + Count(held, "whole pattern") + (held == 1 ? " is" : " are") + " there, ";
  if (rows == 0 || !options.allowTruncated)
  {
    throw FileError(path,
                    "is cut off or incomplete: " + found +
                      (rows == 0 ? "not one whole scan row"
                                 : "which are " + Count(rows, "whole scan row") + "; " + AllowTruncatedOption +
                                     " reads " + (rows == 1 ? "that" : "those")) +
                      (advice.empty() ? std::string() : "; " + advice));
  }
  const std::int64_t rest = held - rows * promised.rx;
  notes.push_back("The file is cut off or incomplete: " + found + "of which the " + Count(rows, "whole scan row") +
                  (rows == 1 ? " is" : " are") + " read" +
                  (rest > 0 ? " and the last " + Count(rest, "pattern") + " left out." : "."));
  return { promised, rows };
}

HeldScan
ResolveHeldScan(const std::string &                 path,
                std::int64_t                        held,
                const ScanFileOptions &             options,
                const std::vector<ShapeCandidate> & candidates,
                std::vector<std::string> &          notes,
                const std::string &                 advice)
{
  std::vector<ShapeCandidate> promises = candidates;
  if (options.scanShape)
  {
    promises = { { options.scanShape->first, options.scanShape->second, "option" } };
  }
  const bool isAnyWhole = std::any_of(promises.begin(), promises.end(), [held](const ShapeCandidate & one) {
    return one.ry > 0 && one.rx > 0 && held % one.ry == 0 && held / one.ry == one.rx;
  });
  const auto larger = std::find_if(
    promises.begin(), promises.end(), [held](const ShapeCandidate & one) { return IsMoreThan(held, one); });
  if (!isAnyWhole && larger != promises.end())
  {
    const std::string shapes =
      "possible scan shapes of what is there are " + FormatCandidates(PossibleExtents(held, 12));
    return KeepWholeRows(path, *larger, held, options, notes, advice.empty() ? shapes : advice + "; " + shapes);
  }
  const ShapeCandidate scan = ResolveScanShape(path, held, options, candidates);
  return { scan, scan.ry };
}

bool
IsMoreThan(std::int64_t patterns, const ShapeCandidate & shape)
{
  return shape.ry > 0 && shape.rx > 0 && patterns / shape.rx < shape.ry;
}

bool
IsShapeGivenOf(std::int64_t patterns, const ScanFileOptions & options)
{
  const auto & given = options.scanShape;
  return given && given->first > 0 && patterns > 0 && patterns % given->first == 0 &&
         patterns / given->first == given->second;
}
} // namespace fourdstem
