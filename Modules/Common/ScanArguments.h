// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ScanArguments_h
#define fourdstem_cli_ScanArguments_h

#include "Common/Arguments.h"
#include "Common/ClusterView.h"
#include "Common/NrrdOutput.h"
#include "Common/RunCommand.h"

#include "fourdstem/ScanFile.h"

#include <limits>
#include <memory>

namespace fourdstem::cli
{
/** Rows or columns of a scan or a pattern, at most. */
constexpr std::int64_t LargestExtent = std::numeric_limits<std::int32_t>::max();

/** Rows and columns of a parameter such as 64x128, each from 1 to `largest`. Throws UsageError. */
std::pair<std::int64_t, std::int64_t>
ReadShape(const Arguments & arguments, const std::string & name, std::int64_t largest = LargestExtent);

/** The options of ReadingParameters.xml. Throws UsageError. */
ScanFileOptions
ReadScanOptions(const Arguments & arguments);

/** What a run on the scan reads: its input paths, and the files that hold the patterns or describe them. */
std::vector<std::string>
FilesRead(const Arguments & arguments, const ScanHeader & header);

/** Opens the scan that the parameter `name` names, with the options of ReadingParameters.xml. */
std::unique_ptr<ScanFile>
OpenScan(const Arguments & arguments, const std::string & name = "inputFile");

/** Size, step and unit of the scan, and where its first position lies: a part of a scan lies where it does in the
 * whole.
 */
Grid
ScanGrid(const ScanHeader & header);

/** The same of aligned patterns, whose coordinate 0 is the undiffracted beam. */
Grid
AlignedDetectorGrid(const ScanHeader & header);

/** What every NRRD of a run says: program and version, absolute path of the input (of a scan in memory what it is),
 * and the units of scan and detector. */
Notes
ProvenanceNotes(const CommandContext & context, const ScanHeader & header);

/** An image over `grid` with `components` values a pixel, C order (rows, columns, components); its spacing and
 * ITK origin are the grid's. */
template <typename TImage, typename TValue>
typename TImage::Pointer
MakeImage(const Grid & grid, const TValue * values, unsigned int components = 1)
{
  auto                         image = TImage::New();
  typename TImage::SizeType    size{};
  typename TImage::SpacingType spacing;
  typename TImage::PointType   origin;
  size[0] = static_cast<itk::SizeValueType>(grid.columns);
  size[1] = static_cast<itk::SizeValueType>(grid.rows);
  spacing[0] = grid.stepX;
  spacing[1] = grid.stepY;
  origin[0] = grid.originX;
  origin[1] = grid.originY;
  image->SetRegions(size);
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->SetNumberOfComponentsPerPixel(components);
  image->Allocate();
  using Value = typename TImage::InternalPixelType;
  auto * out = reinterpret_cast<TValue *>(image->GetBufferPointer());
  static_assert(sizeof(Value) % sizeof(TValue) == 0, "the values are those of the image's pixels");
  std::copy_n(values, image->GetBufferedRegion().GetNumberOfPixels() * components, out);
  return image;
}
} // namespace fourdstem::cli

#endif
