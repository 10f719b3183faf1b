// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMConvertXml.h"
#include "ScanOutput.h"

#include "Common/DetectorImageArgument.h"
#include "Common/ScanArguments.h"

#include "fourdstem/ProcessedScan.h"

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;

ScanProcessing
ReadProcessing(const Arguments & arguments, const ScanShape & shape)
{
  if (arguments.IsChanged("badPixelValue") && !arguments.Has("badPixels"))
  {
    throw arguments.Error("badPixelValue", "says how --bad-pixels are replaced, which is needed with it");
  }
  ScanProcessing processing;
  processing.correction.dark = ReadDetectorImage(arguments, "dark", shape);
  processing.correction.gain = ReadDetectorImage(arguments, "gain", shape);
  processing.correction.badPixels = ReadDetectorImage(arguments, "badPixels", shape);
  processing.correction.badPixelValue =
    arguments.Text("badPixelValue") == "median" ? BadPixelValue::Median : BadPixelValue::Mean;
  if (arguments.Has("detectorRegion"))
  {
    const auto region = arguments.Integers("detectorRegion");
    if (region.size() != 4)
    {
      throw arguments.Error("detectorRegion",
                            "takes first row, first column, rows, columns, not " + arguments.Display("detectorRegion"));
    }
    processing.detectorRegion = DetectorRegion{ region[0], region[1], region[2], region[3] };
  }
  processing.detectorBin = arguments.Integer("binDetector");
  processing.scanBin = arguments.Integer("binScan");
  return processing;
}

std::unique_ptr<ScanFile>
Process(std::unique_ptr<ScanFile> scan, const ScanProcessing & processing)
{
  try
  {
    return ProcessScan(std::move(scan), processing);
  }
  catch (const std::invalid_argument & error)
  {
    throw UsageError(error.what());
  }
}

void
Run(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const ScanOutput  output(context);
  auto              stored = OpenScan(arguments);
  const auto        filesRead = FilesRead(arguments, stored->Header());
  ScanProcessing    processing = ReadProcessing(arguments, stored->Shape());
  processing.type = output.Type();
  const auto scan = Process(std::move(stored), processing);
  output.Check(scan->Header(), filesRead);

  for (const std::string & note : scan->Header().notes)
  {
    context.progress.Say(note);
  }
  const auto writer = output.Begin(*scan, context);
  const auto description = output.Describe(*scan, context);
  CopyScan(
    *scan, *writer, { static_cast<int>(arguments.Integer("threads")), context.progress.Begin("Converting", 0.99) });
  if (description)
  {
    description->Commit();
  }
  const ScanShape & shape = scan->Shape();
  context.progress.Say("Wrote " + arguments.Text("outputFile") + ": " + std::to_string(shape.ry) + " x " +
                       std::to_string(shape.rx) + " patterns of " + std::to_string(shape.qy) + " x " +
                       std::to_string(shape.qx) + " pixels, " + NameOf(scan->Type()) + ".");
}
} // namespace

int
main(int argc, char * argv[])
{
  return RunCommand("FourDSTEMConvert", argc, argv, FourDSTEMConvertXml, Run);
}
