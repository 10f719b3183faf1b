// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ScanArguments.h"

#include <algorithm>
#include <filesystem>

namespace fourdstem::cli
{
namespace
{
RawDescription
ReadRawDescription(const Arguments & arguments)
{
  for (const char * needed : { "scanShape", "detectorShape" })
  {
    if (!arguments.Has(needed))
    {
      throw arguments.Error(needed, "is needed to read a headerless file");
    }
  }
  RawDescription raw;
  raw.type = arguments.Text("rawType");
  std::tie(raw.shape.ry, raw.shape.rx) = ReadShape(arguments, "scanShape");
  std::tie(raw.shape.qy, raw.shape.qx) = ReadShape(arguments, "detectorShape");
  raw.fileHeader = arguments.Integer("fileHeader");
  raw.frameHeader = arguments.Integer("frameHeader");
  raw.frameFooter = arguments.Integer("frameFooter");
  return raw;
}

/** Options that mean nothing without another must not be passed over in silence. */
void
CheckCompanions(const Arguments & arguments)
{
  for (const char * name : { "detectorShape", "fileHeader", "frameHeader", "frameFooter" })
  {
    if (arguments.IsChanged(name) && !arguments.Has("rawType"))
    {
      throw arguments.Error(name, "describes a headerless file, for which --raw-type is needed");
    }
  }
  if (arguments.IsChanged("detectorUnit") && !(arguments.Number("detectorStep") > 0))
  {
    throw arguments.Error("detectorUnit", "is the unit of --detector-step, which is needed with it");
  }
}

Grid
MakeGrid(std::int64_t rows, std::int64_t columns, const AxesCalibration & calibration)
{
  return {
    static_cast<int>(rows), static_cast<int>(columns), calibration.spacing[0], calibration.spacing[1], calibration.unit
  };
}
} // namespace

std::pair<std::int64_t, std::int64_t>
ReadShape(const Arguments & arguments, const std::string & name, std::int64_t largest)
{
  const auto shape = arguments.Integers(name);
  if (shape.size() != 2 || std::any_of(shape.begin(), shape.end(), [largest](std::int64_t extent) {
        return extent < 1 || extent > largest;
      }))
  {
    throw arguments.Error(name,
                          "takes rows x columns, e.g. 64x128, of 1 to " + std::to_string(largest) + " each, not " +
                            arguments.Display(name));
  }
  return { shape[0], shape[1] };
}

ScanFileOptions
ReadScanOptions(const Arguments & arguments)
{
  CheckCompanions(arguments);
  ScanFileOptions options;
  if (arguments.Has("rawType"))
  {
    options.raw = ReadRawDescription(arguments);
  }
  else if (arguments.Has("scanShape"))
  {
    options.scanShape = ReadShape(arguments, "scanShape");
  }
  if (arguments.Has("dataset"))
  {
    options.dataSet = arguments.Text("dataset");
  }
  if (arguments.Has("region"))
  {
    const auto region = arguments.Integers("region");
    if (region.size() != 4)
    {
      throw arguments.Error("region",
                            "takes first row, first column, rows, columns, not " + arguments.Display("region"));
    }
    options.region = ScanRegion{ region[0], region[1], region[2], region[3] };
  }
  if (arguments.Description().Find("threads") != nullptr && arguments.Has("threads"))
  {
    options.threads = static_cast<int>(arguments.Integer("threads"));
  }
  options.transposeDetector = arguments.Switch("transposeDetector");
  options.flipDetectorRows = arguments.Switch("flipDetectorRows");
  options.flipDetectorColumns = arguments.Switch("flipDetectorColumns");
  options.flipScanRows = arguments.Switch("flipScanRows");
  options.flipScanColumns = arguments.Switch("flipScanColumns");
  options.noFlip = arguments.Switch("noFlip");
  options.empadScanSize = arguments.Switch("empadScanSize");
  if (const std::string order = arguments.Text("dmOrder"); order != "file")
  {
    options.dmOrder = order == "patterns" ? DmOrder::Patterns : DmOrder::Images;
  }
  options.allowOutsideLinks = arguments.Switch("allowOutsideLinks");
  options.allowTruncated = arguments.Switch("allowTruncated");
  if (arguments.Number("scanStep") > 0)
  {
    options.scanSpacing = arguments.Number("scanStep");
  }
  if (arguments.Number("detectorStep") > 0)
  {
    options.detectorSpacing = arguments.Number("detectorStep");
  }
  options.detectorUnit = arguments.Text("detectorUnit");
  return options;
}

std::unique_ptr<ScanFile>
OpenScan(const Arguments & arguments, const std::string & name)
{
  return OpenScanFile(arguments.Text(name), ReadScanOptions(arguments));
}

std::vector<std::string>
FilesRead(const Arguments & arguments, const ScanHeader & header)
{
  std::vector<std::string> files = arguments.InputPaths();
  if (!header.dataFile.empty())
  {
    files.push_back(header.dataFile);
  }
  files.insert(files.end(), header.otherFiles.begin(), header.otherFiles.end());
  return files;
}

Grid
ScanGrid(const ScanHeader & header)
{
  Grid grid = MakeGrid(header.shape.ry, header.shape.rx, header.scan);
  grid.originY = header.scan.offset[0];
  grid.originX = header.scan.offset[1];
  return grid;
}

Grid
AlignedDetectorGrid(const ScanHeader & header)
{
  Grid grid = MakeGrid(header.shape.qy, header.shape.qx, header.detector);
  grid.originY = -grid.stepY * static_cast<double>(header.shape.qy / 2);
  grid.originX = -grid.stepX * static_cast<double>(header.shape.qx / 2);
  return grid;
}

Notes
ProvenanceNotes(const CommandContext & context, const ScanHeader & header)
{
  Notes notes{ { "FourDSTEM_Program", context.program },
               { "FourDSTEM_Version", context.arguments.Description().version },
               { "FourDSTEM_Input", header.format },
               { "FourDSTEM_ScanUnit", header.scan.unit },
               { "FourDSTEM_DetectorUnit", header.detector.unit } };
  if (context.arguments.Has("inputFile"))
  {
    const auto input = std::filesystem::u8path(context.arguments.Text("inputFile"));
    notes["FourDSTEM_Input"] = std::filesystem::absolute(input).lexically_normal().u8string();
  }
  for (const std::string & note : header.notes)
  {
    notes["FourDSTEM_Reading"] += (notes["FourDSTEM_Reading"].empty() ? "" : " ") + note;
  }
  return notes;
}
} // namespace fourdstem::cli
