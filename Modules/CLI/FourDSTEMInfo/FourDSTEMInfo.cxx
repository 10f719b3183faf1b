// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMInfoXml.h"

#include "CheckReport.h"

#include "Common/RunCommand.h"
#include "Common/ScanArguments.h"
#include "Common/ScanJson.h"

#include <iostream>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

void
PrintJson(const Json & json)
{
  std::cout << Dump(json, 2) << '\n';
}

void
PrintCandidates(const std::vector<ScanCandidate> & candidates)
{
  for (const ScanCandidate & candidate : candidates)
  {
    PrintLine("Candidate", FormatCandidate(candidate));
  }
}

std::string
Bytes(std::int64_t bytes)
{
  std::ostringstream text;
  text.imbue(std::locale::classic());
  const char * const units[] = { "bytes", "kB", "MB", "GB", "TB" };
  auto               value = static_cast<double>(bytes);
  std::size_t        unit = 0;
  for (; value >= 1000 && unit < 4; ++unit)
  {
    value /= 1000;
  }
  text << std::fixed << std::setprecision(unit == 0 ? 0 : 2) << value << ' ' << units[unit];
  return text.str();
}

std::string
Axes(const AxesCalibration & axes, std::int64_t rows, std::int64_t columns, const std::string & what)
{
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << rows << " x " << columns << ' ' << what;
  if (axes.source.empty())
  {
    text << ", not calibrated";
  }
  else
  {
    text << ", " << axes.spacing[0];
    if (axes.spacing[0] != axes.spacing[1])
    {
      text << " x " << axes.spacing[1];
    }
    text << ' ' << axes.unit << " (" << axes.source << ')';
  }
  return text.str();
}

void
PrintTable(const std::string & path, const ScanFile & file)
{
  const ScanHeader & header = file.Header();
  const ScanShape &  shape = header.shape;
  const bool         isBig = header.storedByteOrder == ByteOrder::Big;
  PrintLine("File", path);
  PrintLine("Format", header.format);
  PrintLine("Patterns in", header.dataFile);
  PrintLine("Data set", header.dataSet);
  PrintLine("Scan", Axes(header.scan, shape.ry, shape.rx, "positions"));
  PrintLine("Shape from", header.shapeSource);
  PrintLine("Detector", Axes(header.detector, shape.qy, shape.qx, "pixels"));
  PrintLine("Type", header.storedType + (isBig ? ", big-endian" : ""));
  PrintLine("Size",
            Bytes(shape.Positions() * shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(file.Type()))) +
              " of patterns in a file of " + Bytes(header.fileSize));
  for (const auto & [name, value] : header.metadata)
  {
    PrintLine("", std::string(name).append(" = ").append(value));
  }
  PrintCandidates(header.candidates);
  for (const std::string & note : header.notes)
  {
    PrintLine("Note", note);
  }
}

/** A file that leaves something open is no failure here: to find that out is what the command is for. */
void
PrintChoice(const std::string & path, const ScanChoiceNeeded & choice, bool asJson)
{
  if (asJson)
  {
    Json json;
    json["file"] = path;
    json["choiceNeeded"] = choice.Choice();
    json["candidates"] = CandidatesJson(choice.Candidates());
    json["message"] = choice.what();
    PrintJson(json);
    return;
  }
  PrintLine("File", path);
  PrintLine("Open question", "which " + choice.Choice() + "?");
  PrintCandidates(choice.Candidates());
  PrintLine("Why", choice.what());
}

void
Run(CommandContext & context)
{
  const std::string path = context.arguments.Text("inputFile");
  const bool        asJson = context.arguments.Switch("json");
  try
  {
    const auto file = OpenScan(context.arguments);
    if (!asJson)
    {
      PrintTable(path, *file);
    }
    Json json = ScanJson(path, *file);
    if (context.arguments.Switch("check"))
    {
      const Monitor       monitor = context.progress.Begin("Checking", 1.);
      const DetectorCheck check =
        CheckDetector(*file, { static_cast<int>(context.arguments.Integer("threads")), monitor });
      context.progress.Finish();
      json["check"] = CheckToJson(check, file->Shape());
      if (!asJson)
      {
        PrintCheck(check, file->Shape());
      }
    }
    if (asJson)
    {
      PrintJson(json);
    }
  }
  catch (const ScanChoiceNeeded & choice)
  {
    PrintChoice(path, choice, asJson);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  return fourdstem::cli::RunCommand("FourDSTEMInfo", argc, argv, FourDSTEMInfoXml, Run);
}
