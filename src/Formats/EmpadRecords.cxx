// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmpadRecords.h"

#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace fourdstem
{
namespace
{
constexpr std::int64_t Columns = 128;
constexpr std::int64_t ImageRows = 128;
constexpr std::int64_t ImageBytes = Columns * ImageRows * 4;

enum class Footer
{
  Present,
  Absent,
  Unknown
};

/** Where both record sizes divide the file: taken 65536 bytes at a time, what would be the footers of 64 records are
 * the rows 0 to 127 of 64 neighbouring patterns, so together they look like the mean of these; real footers do not. */
Footer
FindFooter(const InputFile & file)
{
  constexpr std::int64_t records = 64;
  std::vector<float>     words(static_cast<std::size_t>(records * EmpadRecordSizes[0] / 4));
  file.Read(0, words.data(), static_cast<std::int64_t>(words.size()) * 4);

  double sum[2] = {};
  double squares[2] = {};
  double product = 0;
  double count = 0;
  for (std::int64_t pixel = 0; pixel < ImageRows * Columns; ++pixel)
  {
    const std::int64_t record = pixel / (2 * Columns);
    const double       footer =
      words[static_cast<std::size_t>(record * EmpadRecordSizes[0] / 4 + 128 * Columns + pixel % (2 * Columns))];
    double mean = 0;
    for (std::int64_t p = 0; p < records; ++p)
    {
      mean += words[static_cast<std::size_t>(p * ImageBytes / 4 + pixel)];
    }
    if (std::isfinite(footer) && std::isfinite(mean))
    {
      ++count;
      sum[0] += footer;
      sum[1] += mean;
      squares[0] += footer * footer;
      squares[1] += mean * mean;
      product += footer * mean;
    }
  }
  const double spread = (squares[0] - sum[0] * sum[0] / count) * (squares[1] - sum[1] * sum[1] / count);
  if (squares[0] == 0)
  {
    return squares[1] > 0 ? Footer::Present : Footer::Unknown;
  }
  const double likeness = spread > 0 ? (product - sum[0] * sum[1] / count) / std::sqrt(spread) : 0;
  return likeness < 0.1 ? Footer::Present : likeness > 0.3 ? Footer::Absent : Footer::Unknown;
}

} // namespace

std::pair<std::int64_t, ShapeCandidate>
ResolveEmpadRecords(const InputFile &                   file,
                    const ScanFileOptions &             options,
                    const std::vector<ShapeCandidate> & said,
                    std::vector<std::string> &          notes)
{
  std::vector<std::int64_t> possible;
  std::copy_if(std::begin(EmpadRecordSizes),
               std::end(EmpadRecordSizes),
               std::back_inserter(possible),
               [&](std::int64_t bytes) { return file.Size() % bytes == 0; });
  if (possible.empty())
  {
    const std::int64_t rest = file.Size() % EmpadRecordSizes[0];
    throw FileError(file.Path(),
                    "has " + std::to_string(file.Size()) + " bytes, which is no multiple of 66560 or 65536: " +
                      std::to_string(file.Size() / EmpadRecordSizes[0]) + " records of 66560 bytes and " +
                      std::to_string(rest) + " bytes more; is it cut off?");
  }

  std::vector<ShapeCandidate> candidates = said;
  if (options.scanShape)
  {
    candidates = { { options.scanShape->first, options.scanShape->second, "option" } };
  }
  for (const ShapeCandidate & candidate : candidates)
  {
    for (const std::int64_t bytes : possible)
    {
      const std::int64_t patterns = file.Size() / bytes;
      if (candidate.ry > 0 && candidate.rx > 0 && patterns % candidate.rx == 0 &&
          patterns / candidate.rx == candidate.ry)
      {
        return { bytes, candidate };
      }
    }
  }
  std::int64_t record = possible.front();
  if (possible.size() > 1)
  {
    const Footer footer = FindFooter(file);
    if (footer == Footer::Unknown)
    {
      std::vector<ScanCandidate> choices;
      for (const std::int64_t bytes : possible)
      {
        const auto extents = PossibleExtents(file.Size() / bytes, 6);
        choices.insert(choices.end(), extents.begin(), extents.end());
      }
      throw ScanChoiceNeeded(file.Path() + ": may hold " + std::to_string(file.Size() / EmpadRecordSizes[0]) +
                               " records with footer or " + std::to_string(file.Size() / EmpadRecordSizes[1]) +
                               " without; give the scan shape, rows x columns: " + FormatCandidates(choices),
                             "scan shape",
                             choices);
    }
    record = footer == Footer::Present ? EmpadRecordSizes[0] : EmpadRecordSizes[1];
    notes.emplace_back(footer == Footer::Present
                         ? "Records are taken as 130 rows: the last two do not look like part of a pattern."
                         : "Records are taken as 128 rows: no footers are found between the patterns.");
  }
  const std::int64_t patterns = file.Size() / record;
  if (const auto square = SquareCandidate(patterns); square && candidates.empty())
  {
    notes.push_back("Nothing states the scan shape; " + FormatExtent(square->ry, square->rx) +
                    " is taken because the number of patterns is a square.");
    candidates.push_back(*square);
  }
  return { record, ResolveScanShape(file.Path(), patterns, options, candidates) };
}
} // namespace fourdstem
