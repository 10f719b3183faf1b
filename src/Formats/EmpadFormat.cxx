// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmpadHeader.h"
#include "Formats/EmpadRecords.h"
#include "Formats/FlatScanFile.h"
#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace fourdstem
{
namespace
{
/** Names of the .xml files beside `raw`, first the one that is called like it. */
std::vector<std::string>
XmlFilesBeside(const InputFile & raw)
{
  auto              names = NamesBeside(raw.Path(), ".xml");
  const std::string stem = StemOf(FileNameOf(raw.Path()));
  std::stable_partition(names.begin(), names.end(), [&stem](const std::string & name) { return StemOf(name) == stem; });
  return names;
}

constexpr std::size_t MostHeaders = 100;

bool
IsOfWholeRecords(const InputFile & raw)
{
  return std::any_of(std::begin(EmpadRecordSizes), std::end(EmpadRecordSizes), [&raw](std::int64_t bytes) {
    return raw.Size() % bytes == 0;
  });
}

/** Whether its name, or a header beside it, says that a .raw is of EMPAD, whatever its size. */
bool
IsSaidToBeEmpad(const InputFile & raw)
{
  const std::string name = FileNameOf(raw.Path());
  auto              files = XmlFilesBeside(raw);
  files.resize(std::min(files.size(), MostHeaders));
  return !ShapesInEmpadName(name).empty() || std::any_of(files.begin(), files.end(), [&](const std::string & file) {
    try
    {
      return ReadEmpadHeader(InputFile(BesideFile(raw.Path(), file))).rawName == name;
    }
    catch (const std::exception &) // belongs to something else
    {
      return false;
    }
  });
}

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
      return probe.isShapeGiven || IsOfWholeRecords(*probe.file) || IsSaidToBeEmpad(*probe.file);
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

/** What is noted of .xml files that are not used: the first of them with the reason. */
std::string
NoteOnDropped(const std::vector<std::string> & reasons, std::size_t files)
{
  const std::size_t        named = std::min<std::size_t>(reasons.size(), 3);
  std::vector<std::string> texts(reasons.begin(), reasons.begin() + static_cast<std::ptrdiff_t>(named));
  if (files > named)
  {
    texts.push_back("and " + std::to_string(files - named) + " more");
  }
  return "No .xml beside the file is used, so that nothing is calibrated: " + Join(texts, "; ") + ".";
}

/** What the one .xml in the folder of `raw` that names it says, or the equal ones; where none or several do, only what
 * the name says, and a note on those that were found. */
EmpadHeader
HeaderBeside(const InputFile & raw)
{
  const std::string                  name = FileNameOf(raw.Path());
  const auto                         files = XmlFilesBeside(raw);
  std::vector<std::string>           names;
  std::vector<std::string>           reasons;
  std::map<std::string, EmpadHeader> found; // by the files' contents
  for (std::size_t i = 0; i < std::min(files.size(), MostHeaders); ++i)
  {
    try
    {
      const InputFile file(BesideFile(raw.Path(), files[i]));
      EmpadHeader     header = ReadEmpadHeader(file);
      if (header.rawName == name)
      {
        const auto head = file.Head(file.Size());
        found.emplace(std::string(head.begin(), head.end()), std::move(header));
        names.push_back(files[i]);
      }
      else
      {
        reasons.push_back(files[i] + " names " + header.rawName);
      }
    }
    catch (const std::exception & error)
    {
      reasons.emplace_back(FileNameOf(error.what()));
    }
  }
  EmpadHeader header;
  if (found.size() == 1)
  {
    header = std::move(found.begin()->second);
    header.notes.push_back(names.size() == 1 ? "The header " + names[0] + " beside the file names it and is used."
                                             : "The headers " + Join(names, ", ") +
                                                 " beside the file name it, are equal and are used.");
    std::transform(names.begin(), names.end(), std::back_inserter(header.files), [&raw](const std::string & one) {
      return BesideFile(raw.Path(), one);
    });
    return header;
  }
  header.shapes = ShapesInEmpadName(name);
  if (!found.empty())
  {
    header.notes.push_back("Several headers beside the file name it (" + Join(names, ", ") +
                           ") and none is used, so that nothing is calibrated: open the one that belongs to it, or "
                           "move the others away.");
  }
  else if (!files.empty())
  {
    header.notes.push_back(NoteOnDropped(reasons, files.size()));
  }
  return header;
}

/** What the options mean for this header; notes where that is not what one may think. */
AxesCalibration
ScanCalibration(const EmpadHeader &        empad,
                const ShapeCandidate &     scan,
                const ScanFileOptions &    options,
                std::vector<std::string> & notes)
{
  const bool hasScanSize = empad.fieldOfView && empad.isSquareField;
  if (hasScanSize && empad.scanSize != 1 && !options.empadScanSize)
  {
    notes.push_back("The header's scan_size " + FormatNumber(empad.scanSize) +
                    " is not applied to its field of view; --empad-scan-size (empadScanSize) multiplies by it.");
  }
  if (options.empadScanSize && !hasScanSize)
  {
    notes.emplace_back("--empad-scan-size (empadScanSize) has no effect: there is no field of view of EMPAD software "
                       "1.2.");
  }
  return empad.ScanCalibration(scan, options.empadScanSize && hasScanSize);
}

/** As ResolveEmpadRecords; a complaint goes with what there is to know about the header. */
EmpadRecords
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
      raw = std::make_shared<InputFile>(path, probe.file->MayGrow());
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
  const bool         isStated = !empad.rawName.empty() || !empad.shapes.empty();
  const bool         mayHaveFooters = raw->Size() % EmpadRecordSizes[0] == 0;
  const bool         isOfWholeRecords = IsOfWholeRecords(*raw);
  const char * const bySize = "its size is a multiple of 65536 bytes";
  if (!isStated && !mayHaveFooters && isOfWholeRecords)
  {
    CheckEmpadValues(*raw, bySize, header.notes);
  }
  const EmpadRecords records = ResolveRecords(*raw, options, empad, header.notes);
  if (!isStated && mayHaveFooters && records.bytes == EmpadRecordSizes[1])
  {
    CheckEmpadValues(*raw, bySize, header.notes);
  }
  if (empad.rawName.empty() && !isOfWholeRecords)
  {
    CheckEmpadValues(*raw, "it is a .raw and its scan shape is told", header.notes);
  }
  const ShapeCandidate & scan = records.scan.promised;
  header.format = "EMPAD";
  records.scan.ApplyTo(header, 128, 128);
  header.storedType = "float32";
  header.fileSize = raw->Size();
  header.dataFile = raw == probe.file ? std::string() : raw->Path();
  header.otherFiles = empad.files;
  header.scan = ScanCalibration(empad, scan, options, header.notes);
  header.detector = empad.detector;
  header.metadata = empad.metadata;
  header.metadata["RecordBytes"] = std::to_string(records.bytes);
  const bool areAgreed = std::all_of(empad.shapes.begin(), empad.shapes.end(), [&scan](const ShapeCandidate & said) {
    return said.ry == scan.ry && said.rx == scan.rx;
  });
  if (!areAgreed)
  {
    std::transform(empad.shapes.begin(), empad.shapes.end(), std::back_inserter(header.candidates), ToCandidate);
  }

  FlatLayout layout;
  layout.type = { StoredType::Kind::Float, 4, ByteOrder::Little };
  layout.patternStride = records.bytes;
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
