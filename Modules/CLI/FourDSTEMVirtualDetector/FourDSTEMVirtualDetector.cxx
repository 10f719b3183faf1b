// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FourDSTEMVirtualDetectorXml.h"

#include "Common/ResultFolder.h"
#include "Common/RunCommand.h"
#include "Common/ScanArguments.h"
#include "Common/VirtualImages.h"

#include "itkVectorImage.h"

#include <filesystem>

namespace
{
using namespace fourdstem;
using namespace fourdstem::cli;
namespace fs = std::filesystem;

void
Run(CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const fs::path    target = fs::u8path(arguments.Text("outputImage"));
  if (fs::exists(target) && !arguments.Switch("overwrite"))
  {
    throw arguments.Error("outputImage", "exists already: " + target.u8string() + " (--overwrite replaces it)");
  }
  const auto file = OpenScan(arguments);
  ResultFile result(target.u8string());
  result.Protect(FilesRead(arguments, file->Header()));
  const VirtualImages images = MeasureVirtualImages(*file, context);

  context.progress.Begin("Writing", 1.);
  Notes notes = ProvenanceNotes(context, file->Header());
  for (const auto & [key, value] : images.notes)
  {
    notes[key] = value;
  }
  const auto image = MakeImage<itk::VectorImage<float, 2>>(
    ScanGrid(file->Header()), images.values.data(), static_cast<unsigned int>(images.names.size()));
  WriteNrrd(image.GetPointer(), result.Path(), notes);
  result.Commit();
}
} // namespace

int
main(int argc, char * argv[])
{
  return RunCommand("FourDSTEMVirtualDetector", argc, argv, FourDSTEMVirtualDetectorXml, Run);
}
