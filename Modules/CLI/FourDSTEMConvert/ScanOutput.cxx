// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ScanOutput.h"

#include "Common/RunRecord.h"
#include "Common/ScanArguments.h"
#include "Common/ScanJson.h"

#include "fourdstem/Emd1Writer.h"
#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"

#include <algorithm>
#include <filesystem>

namespace fourdstem::cli
{
namespace
{
namespace fs = std::filesystem;

/** Parameters that say what the copy holds, not where it lies or how it is made. */
nlohmann::ordered_json
ChangedParameters(const CommandContext & context)
{
  const RunRecord        record(context);
  nlohmann::ordered_json changed = nlohmann::ordered_json::object();
  for (const auto & [name, value] : record.Parameters().items())
  {
    const bool isElsewhere = name == "inputFile" || name == "outputFile" || name == "overwrite" || name == "threads";
    if (!isElsewhere && context.arguments.IsChanged(name))
    {
      changed[name] = value;
    }
  }
  return changed;
}

Provenance
ProvenanceOf(const ScanFile & scan, const CommandContext & context)
{
  Provenance provenance = ProvenanceNotes(context, scan.Header());
  provenance["FourDSTEM_Format"] = scan.Header().format;
  provenance["FourDSTEM_Parameters"] = Dump(ChangedParameters(context), -1);
  return provenance;
}

std::string
WithExtension(const std::string & path, const char * extension)
{
  return fs::u8path(path).replace_extension(extension).u8string();
}

std::string
LowerExtension(const std::string & path)
{
  std::string extension = fs::u8path(path).extension().u8string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}
} // namespace

ScanOutput::ScanOutput(const CommandContext & context)
  : m_Arguments(context.arguments)
{
  const std::string path = m_Arguments.Text("outputFile");
  const std::string extension = LowerExtension(path);
  const std::string format = m_Arguments.Text("format");
  const bool        isAutomatic = format == "automatic";
  if (format == "emd" || (isAutomatic && (extension == ".h5" || extension == ".hdf5" || extension == ".emd")))
  {
    m_Format = Format::Emd;
    m_Files = { path };
  }
  else if (format == "npy" || (isAutomatic && extension == ".npy"))
  {
    m_Format = Format::Npy;
    m_Files = { path, WithExtension(path, ".json") };
  }
  else if (format == "empad" || (isAutomatic && (extension == ".raw" || extension == ".xml")))
  {
    m_Format = Format::Empad;
    m_Files = { WithExtension(path, ".raw"), WithExtension(path, ".xml") };
  }
  else
  {
    throw m_Arguments.Error("outputFile",
                            path + " names no format that is written: .h5, .hdf5 or .emd (EMD 1.0), .npy, .raw or .xml "
                                   "(EMPAD); --format names one for any name");
  }
  for (const char * option : { "chunks", "compression" })
  {
    if (m_Format != Format::Emd && m_Arguments.IsChanged(option))
    {
      throw m_Arguments.Error(option, "is for EMD 1.0 only");
    }
  }
  if (m_Format == Format::Empad && this->Type() != ElementType::Float32)
  {
    throw m_Arguments.Error("type", "of EMPAD files is float32, not " + m_Arguments.Text("type"));
  }
  for (const std::string & file : m_Files)
  {
    if (fs::is_directory(fs::u8path(file)))
    {
      throw m_Arguments.Error("outputFile", "cannot replace " + file + ": it is a folder");
    }
    if (fs::exists(fs::u8path(file)) && !m_Arguments.Switch("overwrite"))
    {
      throw m_Arguments.Error("outputFile", "exists already: " + file + " (--overwrite replaces it)");
    }
  }
}

std::optional<ElementType>
ScanOutput::Type() const
{
  const std::string wanted = m_Arguments.Text("type");
  for (auto type = ElementType::UInt8; type <= ElementType::Float64;
       type = static_cast<ElementType>(static_cast<int>(type) + 1))
  {
    if (wanted == NameOf(type))
    {
      return type;
    }
  }
  return m_Format == Format::Empad ? std::optional<ElementType>(ElementType::Float32) : std::nullopt;
}

void
ScanOutput::Check(const ScanHeader & scan, const std::vector<std::string> & filesRead) const
{
  for (const std::string & file : m_Files)
  {
    ResultFile(file).Protect(filesRead);
  }
  if (m_Format == Format::Empad && (scan.shape.qy != 128 || scan.shape.qx != 128))
  {
    throw m_Arguments.Error("format",
                            "EMPAD files hold patterns of 128 x 128 pixels, not " + std::to_string(scan.shape.qy) +
                              " x " + std::to_string(scan.shape.qx) + "; .h5 and .npy hold any");
  }
}

std::unique_ptr<ScanWriter>
ScanOutput::Begin(const ScanFile & scan, const CommandContext & context) const
{
  const ScanHeader & header = scan.Header();
  const bool         overwrite = m_Arguments.Switch("overwrite");
  switch (m_Format)
  {
    case Format::Npy:
      return std::make_unique<NpyWriter>(m_Files[0], header.shape, scan.Type(), overwrite);
    case Format::Empad: {
      EmpadDescription description = DescribeForEmpad(header);
      description.name = fs::u8path(m_Files[0]).stem().u8string();
      description.provenance = ProvenanceOf(scan, context);
      if (!header.detector.source.empty() && !(description.detectorSpacing > 0))
      {
        context.progress.Say("The detector's calibration in " + header.detector.unit +
                             " is not written: EMPAD files hold one step in 1/nm.");
      }
      return std::make_unique<EmpadWriter>(m_Files[0], header.shape, description, overwrite);
    }
    case Format::Emd:
      break;
  }
  Emd1Options options;
  options.chunks = m_Arguments.Text("chunks") == "blocks" ? Emd1Chunks::Blocks : Emd1Chunks::Frames;
  options.isCompressed = m_Arguments.Text("compression") == "gzip";
  options.overwrite = overwrite;
  options.threads = ThreadsUsed(m_Arguments);
  return std::make_unique<Emd1Writer>(m_Files[0], header, scan.Type(), options, ProvenanceOf(scan, context));
}

std::unique_ptr<ResultFile>
ScanOutput::Describe(const ScanFile & scan, const CommandContext & context) const
{
  if (m_Format != Format::Npy)
  {
    return nullptr;
  }
  const ScanHeader &     header = scan.Header();
  const ScanShape &      shape = header.shape;
  nlohmann::ordered_json json;
  json["patterns"] = fs::u8path(m_Files[0]).filename().u8string();
  json["shape"] = { shape.ry, shape.rx, shape.qy, shape.qx };
  json["type"] = NameOf(scan.Type());
  json["scan"] = CalibrationJson(header.scan, shape.ry, shape.rx);
  json["detector"] = CalibrationJson(header.detector, shape.qy, shape.qx);
  json["metadata"] = header.metadata;
  json["notes"] = header.notes;
  json["provenance"] = ProvenanceOf(scan, context);
  auto file = std::make_unique<ResultFile>(m_Files[1]);
  WriteText(file->Path(), Dump(json, 2) + "\n");
  return file;
}
} // namespace fourdstem::cli
