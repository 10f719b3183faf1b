// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmpadHeader.h"
#include "Formats/EmpadRecords.h"
#include "Formats/FlatScanFile.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

namespace fourdstem
{
namespace
{
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
      return std::any_of(std::begin(EmpadRecordSizes), std::end(EmpadRecordSizes), [&probe](std::int64_t bytes) {
        return probe.file->Size() % bytes == 0;
      });
    }
    const std::string head(probe.head.begin(), probe.head.end());
    return probe.extension == ".xml" && head.find("<root") != std::string::npos;
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    const std::int64_t size = probe.file->Size();
    const std::int64_t record = EmpadRecordSizes[0];
    return probe.extension == ".raw"
             ? ", as EMPAD " + std::to_string(size / record) + " records of " + std::to_string(record) + " bytes and " +
                 std::to_string(size % record) + " bytes of one that is cut off"
             : std::string();
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** What the one .xml in the folder of `raw` that names it says; where none or several do, only what the name says. */
EmpadHeader
HeaderBeside(const InputFile & raw)
{
  constexpr int                      most = 100;
  const std::string                  name = FileNameOf(raw.Path());
  std::map<std::string, EmpadHeader> found;
  std::error_code                    ignored;
  const auto                         folder = std::filesystem::u8path(BesideFile(raw.Path(), "."));
  int                                seen = 0;
  for (const auto & entry : std::filesystem::directory_iterator(folder, ignored))
  {
    const std::string path = entry.path().u8string();
    if (ExtensionOf(path) != ".xml" || ++seen > most)
    {
      continue;
    }
    try
    {
      EmpadHeader header = ReadEmpadHeader(InputFile(path));
      if (header.rawName == name)
      {
        found.emplace(FileNameOf(path), std::move(header));
      }
    }
    catch (const std::exception &)
    {
      // Some other XML file.
    }
  }
  if (found.size() == 1)
  {
    EmpadHeader header = std::move(found.begin()->second);
    header.notes.push_back("The header " + found.begin()->first + " beside the file names it and is used.");
    return header;
  }
  EmpadHeader header;
  header.shapes = ShapesInEmpadName(name);
  if (!found.empty())
  {
    std::vector<std::string> names;
    std::transform(found.begin(), found.end(), std::back_inserter(names), [](const auto & one) { return one.first; });
    header.notes.push_back("Several headers beside the file name it (" + Join(names, ", ") +
                           ") and none is used, so that nothing is calibrated: open the one that belongs to it, or "
                           "move the others away.");
  }
  return header;
}

/** As ResolveEmpadRecords; a complaint goes with what there is to know about the header. */
std::pair<std::int64_t, ShapeCandidate>
ResolveRecords(const InputFile &          raw,
               const ScanFileOptions &    options,
               const EmpadHeader &        empad,
               std::vector<std::string> & notes)
{
  try
  {
    return ResolveEmpadRecords(raw, options, empad.shapes, notes);
  }
  catch (const ScanChoiceNeeded & choice)
  {
    throw ScanChoiceNeeded(choice.what() + (empad.notes.empty() ? std::string() : ". " + Join(empad.notes, " ")),
                           choice.Choice(),
                           choice.Candidates());
  }
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
    empad = HeaderBeside(*raw);
  }

  ScanHeader header;
  header.notes = empad.notes;
  const auto           records = ResolveRecords(*raw, options, empad, header.notes);
  const ShapeCandidate scan = records.second;
  header.format = "EMPAD";
  header.shape = { scan.ry, scan.rx, 128, 128 };
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
  if (!areAgreed)
  {
    std::transform(empad.shapes.begin(), empad.shapes.end(), std::back_inserter(header.candidates), ToCandidate);
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
