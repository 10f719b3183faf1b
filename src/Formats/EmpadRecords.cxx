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
constexpr std::int64_t ImageFloats = Columns * ImageRows;
constexpr std::int64_t RecordFloats = EmpadRecordSizes[0] / 4;

enum class Footer
{
  Present,
  Absent,
  Unknown
};

constexpr std::int64_t SampledRecords = 64;

/** Correlation of one sixty-fourth of 64 patterns, each time other pixels and all of them together, with the mean of
 * the other patterns there. Patterns are `stride` floats apart; the r-th part is of pattern r + `shift`. */
double
Likeness(const std::vector<float> & words, std::int64_t stride, std::int64_t shift)
{
  double sum[2] = {};
  double squares[2] = {};
  double product = 0;
  double count = 0;
  for (std::int64_t pixel = 0; pixel < ImageRows * Columns; ++pixel)
  {
    const std::int64_t pattern = pixel / (2 * Columns) + shift;
    const double       value = words[static_cast<std::size_t>(pattern * stride + pixel)];
    double             mean = 0;
    for (std::int64_t p = 0; p < SampledRecords; ++p)
    {
      mean += p == pattern ? 0.0 : words[static_cast<std::size_t>(p * stride + pixel)];
    }
    if (std::isfinite(value) && std::isfinite(mean))
    {
      ++count;
      sum[0] += value;
      sum[1] += mean;
      squares[0] += value * value;
      squares[1] += mean * mean;
      product += value * mean;
    }
  }
  const double spread = (squares[0] - sum[0] * sum[0] / count) * (squares[1] - sum[1] * sum[1] / count);
  return spread > 0 ? (product - sum[0] * sum[1] / count) / std::sqrt(spread) : 0;
}

/** Where both record sizes divide the file: taken 65536 bytes at a time, what would be the footers of 64 records are
 * the rows 0 to 127 of 64 neighbouring patterns, so together they look like the mean of these; real footers do not,
 * while rows of the patterns between them do. */
Footer
FindFooter(const InputFile & file)
{
  const std::int64_t records = std::min(SampledRecords, file.Size() / EmpadRecordSizes[0]);
  std::vector<float> words(static_cast<std::size_t>(records * RecordFloats));
  file.Read(0, words.data(), static_cast<std::int64_t>(words.size()) * 4);

  bool hasFooters = false;
  bool hasImages = false;
  for (std::size_t i = 0; i < words.size(); ++i)
  {
    const bool isImage = static_cast<std::int64_t>(i) % RecordFloats < ImageFloats;
    (isImage ? hasImages : hasFooters) |= words[i] != 0.F;
  }
  if (!hasFooters)
  {
    return hasImages ? Footer::Present : Footer::Unknown;
  }
  if (records < SampledRecords)
  {
    return Footer::Unknown;
  }
  // By chance, likenesses are below 0.03.
  constexpr double certain = 0.3;
  constexpr double significant = 0.05;
  const double     footers = Likeness(words, ImageFloats, 1);
  const double     images = Likeness(words, RecordFloats, 0);
  if (footers > certain || (footers > significant && footers > 3 * images))
  {
    return Footer::Absent;
  }
  return images > significant && images > 3 * footers ? Footer::Present : Footer::Unknown;
}

/** Scan parameters tell what was set up, and are often not what is in the file. */
bool
IsPromise(const ShapeCandidate & shape)
{
  return shape.source.find("scan_parameters") == std::string::npos;
}

/** A file that is cut off: of fewer records, or of no whole ones, than one of `candidates` has positions. Nothing where
 * none of them promises more, or where the file is of whole records and the promise is a weak one. */
std::optional<EmpadRecords>
ResolveCut(const InputFile &                   file,
           const ScanFileOptions &             options,
           const std::vector<ShapeCandidate> & candidates,
           bool                                isOfNoWholeRecords,
           std::vector<std::string> &          notes)
{
  const std::int64_t withFooter = file.Size() / EmpadRecordSizes[0];
  const std::int64_t without = file.Size() / EmpadRecordSizes[1];
  const auto promise = std::find_if(candidates.begin(), candidates.end(), [&](const ShapeCandidate & candidate) {
    return IsMoreThan(withFooter, candidate) && (isOfNoWholeRecords || options.allowTruncated || IsPromise(candidate));
  });
  if (promise == candidates.end())
  {
    return std::nullopt;
  }
  const bool   isOneSize = file.Size() % EmpadRecordSizes[0] == 0 && file.Size() % EmpadRecordSizes[1] != 0;
  const Footer footer = isOneSize ? Footer::Present : withFooter > 0 ? FindFooter(file) : Footer::Unknown;
  if (footer == Footer::Unknown && without > 0)
  {
    throw FileError(file.Path(),
                    "is cut off or incomplete: " + FormatExtent(promise->ry, promise->rx) + " patterns are promised (" +
                      promise->source + "), " + std::to_string(withFooter) + " records with footer (66560 bytes) or " +
                      std::to_string(without) +
                      " without (65536) are there, and nothing says which. Describe it as headerless: --raw-type "
                      "float32, --scan-shape, --detector-shape 128x128, --frame-footer 1024 for footers, and " +
                      AllowTruncatedOption);
  }
  const std::int64_t bytes = footer == Footer::Absent ? EmpadRecordSizes[1] : EmpadRecordSizes[0];
  if (!IsMoreThan(file.Size() / bytes, *promise))
  {
    return std::nullopt;
  }
  const std::string kind =
    std::to_string(bytes) + " bytes, " + (footer == Footer::Absent ? "without" : "with") + " footer";
  EmpadRecords records{ bytes,
                        KeepWholeRows(file.Path(),
                                      *promise,
                                      file.Size() / bytes,
                                      options,
                                      notes,
                                      "records are taken as " + kind + "; possible scan shapes of what is there are " +
                                        FormatCandidates(PossibleExtents(file.Size() / bytes, 12)) +
                                        "; what is no EMPAD is described as headerless, with --raw-type") };
  notes.push_back("Records are taken as " + kind + ".");
  return records;
}
} // namespace

EmpadRecords
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
        return { bytes, { candidate, candidate.ry } };
      }
    }
  }
  if (const auto cut = ResolveCut(file, options, candidates, possible.empty(), notes))
  {
    return *cut;
  }
  if (possible.empty())
  {
    const std::int64_t rest = file.Size() % EmpadRecordSizes[0];
    throw FileError(file.Path(),
                    "has " + std::to_string(file.Size()) + " bytes, which is no multiple of 66560 or 65536: " +
                      std::to_string(file.Size() / EmpadRecordSizes[0]) + " records of 66560 bytes and " +
                      std::to_string(rest) + " bytes more; is it cut off?");
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
        for (ScanCandidate extents : PossibleExtents(file.Size() / bytes, 6))
        {
          extents.about = bytes == EmpadRecordSizes[0] ? "with footers" : "without footers";
          choices.push_back(std::move(extents));
        }
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
  const ShapeCandidate scan = ResolveScanShape(file.Path(), patterns, options, candidates);
  return { record, { scan, scan.ry } };
}

void
CheckEmpadValues(const InputFile & file, const std::string & evidence, std::vector<std::string> & notes)
{
  constexpr std::int64_t places = 64;
  constexpr std::int64_t floats = 4096;
  constexpr double       largest = 1e15;
  constexpr double       smallest = 1e-15;
  const std::int64_t     step = file.Size() / places / 4 * 4;
  std::vector<float>     values(static_cast<std::size_t>(floats));
  std::int64_t           used = 0;
  std::int64_t           large = 0;
  std::int64_t           small = 0;
  for (std::int64_t place = 0; place < places; ++place)
  {
    const std::int64_t offset = std::min(place * step, file.Size() - floats * 4);
    file.Read(offset, values.data(), floats * 4);
    for (const float value : values)
    {
      const double size = std::fabs(static_cast<double>(value));
      used += value != 0.F ? 1 : 0;
      large += size <= largest ? 0 : 1;
      small += size > 0 && size < smallest ? 1 : 0;
    }
  }
  if (large > used / 100 || small > used / 2)
  {
    throw FileError(file.Path(),
                    "is taken for EMPAD because " + evidence + ", but its values are no float32 counts (of " +
                      std::to_string(used) + " that are not 0, " + std::to_string(large) +
                      " are not finite or beyond 1e15 and " + std::to_string(small) +
                      " within 1e-15 of 0); describe it as headerless, with --raw-type, --scan-shape and "
                      "--detector-shape (raw values of EMPAD-G2 are uint32)");
  }
  notes.push_back("Taken as EMPAD float32 because " + evidence +
                  " and the values can be counts; nothing else says so.");
}
} // namespace fourdstem
