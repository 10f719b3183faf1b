// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmpadHeader.h"
#include "Formats/FlatScanFile.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fourdstem
{
namespace
{
constexpr std::int64_t Columns = 128;
constexpr std::int64_t ImageRows = 128;
constexpr std::int64_t ImageBytes = Columns * ImageRows * 4;
constexpr std::int64_t FooterBytes = 2 * Columns * 4;
constexpr std::int64_t RecordSizes[] = { ImageBytes + FooterBytes, ImageBytes };

class EmpadRawFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "EMPAD .xml with its .raw, or .raw whose size is a multiple of 66560 (128 x 128 float32 and footer) or "
           "65536";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    if (probe.extension == ".raw")
    {
      return std::any_of(std::begin(RecordSizes), std::end(RecordSizes), [&probe](std::int64_t bytes) {
        return probe.file->Size() % bytes == 0;
      });
    }
    const std::string head(probe.head.begin(), probe.head.end());
    return probe.extension == ".xml" && head.find("<root") != std::string::npos;
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

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
  std::vector<float>     words(static_cast<std::size_t>(records * RecordSizes[0] / 4));
  file.Read(0, words.data(), static_cast<std::int64_t>(words.size()) * 4);

  double sum[2] = {};
  double squares[2] = {};
  double product = 0;
  double count = 0;
  for (std::int64_t pixel = 0; pixel < ImageRows * Columns; ++pixel)
  {
    const std::int64_t record = pixel / (2 * Columns);
    const double       footer =
      words[static_cast<std::size_t>(record * RecordSizes[0] / 4 + 128 * Columns + pixel % (2 * Columns))];
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

/** Bytes of one record, and the scan shape. */
std::pair<std::int64_t, ShapeCandidate>
ResolveRecords(const InputFile &                   file,
               const ScanFileOptions &             options,
               const std::vector<ShapeCandidate> & said,
               std::vector<std::string> &          notes)
{
  std::vector<std::int64_t> possible;
  std::copy_if(std::begin(RecordSizes), std::end(RecordSizes), std::back_inserter(possible), [&](std::int64_t bytes) {
    return file.Size() % bytes == 0;
  });
  if (possible.empty())
  {
    const std::int64_t rest = file.Size() % RecordSizes[0];
    throw FileError(file.Path(),
                    "has " + std::to_string(file.Size()) + " bytes, which is no multiple of 66560 or 65536: " +
                      std::to_string(file.Size() / RecordSizes[0]) + " records of 66560 bytes and " +
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
      std::vector<std::string> choices;
      for (const std::int64_t bytes : possible)
      {
        for (const std::string & extents : PossibleExtents(file.Size() / bytes, 6))
        {
          choices.push_back(extents);
        }
      }
      throw ScanChoiceNeeded(file.Path() + ": may hold " + std::to_string(file.Size() / RecordSizes[0]) +
                               " records with footer or " + std::to_string(file.Size() / RecordSizes[1]) +
                               " without; give the scan shape, rows x columns: " + Join(choices, ", "),
                             "scan shape",
                             choices);
    }
    record = footer == Footer::Present ? RecordSizes[0] : RecordSizes[1];
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
  return { record, ResolveScanShape(file.Path(), patterns, options, candidates, notes) };
}

std::unique_ptr<ScanFile>
EmpadRawFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  EmpadHeader                      empad;
  std::shared_ptr<const InputFile> raw = probe.file;
  if (probe.extension == ".xml")
  {
    empad = ReadEmpadHeader(*probe.file);
    const std::string path = BesideFile(probe.file->Path(), empad.rawName);
    try
    {
      raw = std::make_shared<InputFile>(path);
    }
    catch (const FileError & error)
    {
      throw FileError(probe.file->Path(), "names the file of patterns " + empad.rawName + ", but " + error.what());
    }
  }
  else
  {
    empad.shapes = ShapesInEmpadName(FileNameOf(raw->Path()));
  }

  ScanHeader header;
  header.notes = empad.notes;
  const auto           records = ResolveRecords(*raw, options, empad.shapes, header.notes);
  const ShapeCandidate scan = records.second;
  header.format = "EMPAD";
  header.shape = { scan.ry, scan.rx, ImageRows, Columns };
  header.shapeSource = scan.source;
  header.storedShape = header.shape;
  header.storedType = "float32";
  header.fileSize = raw->Size();
  header.dataFile = raw == probe.file ? std::string() : raw->Path();
  header.scan = empad.ScanCalibration(scan, options.empadScanSize);
  header.detector = empad.detector;
  header.metadata = empad.metadata;
  header.metadata["RecordBytes"] = std::to_string(records.first);
  const bool areAgreed = std::all_of(empad.shapes.begin(), empad.shapes.end(), [&scan](const ShapeCandidate & said) {
    return said.ry == scan.ry && said.rx == scan.rx;
  });
  for (const ShapeCandidate & said : areAgreed ? std::vector<ShapeCandidate>() : empad.shapes)
  {
    header.candidates.push_back("scan shape " + FormatExtent(said.ry, said.rx) + " (" + said.source + ")");
  }

  FlatLayout layout;
  layout.type = { StoredType::Kind::Float, 4, ByteOrder::Little };
  layout.patternStride = records.first;
  return std::make_unique<FlatScanFile>(std::move(header), std::move(raw), layout);
}
} // namespace

const ScanFormat &
EmpadFormat()
{
  static const EmpadRawFormat format;
  return format;
}
} // namespace fourdstem
