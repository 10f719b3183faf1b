// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/DetectorImageArgument.h"

#include "fourdstem/ProcessedScan.h"

#include "itkImageFileReader.h"

#include <filesystem>

namespace fourdstem::cli
{
namespace
{
DetectorImage
ReadItkImage(const std::string & path)
{
  using ImageType = itk::Image<double, 2>;
  const auto reader = itk::ImageFileReader<ImageType>::New();
  reader->SetFileName(path);
  reader->Update();
  const auto region = reader->GetOutput()->GetLargestPossibleRegion();
  const auto first = reader->GetOutput()->GetBufferPointer();
  return { static_cast<std::int64_t>(region.GetSize(1)),
           static_cast<std::int64_t>(region.GetSize(0)),
           { first, first + region.GetNumberOfPixels() } };
}
} // namespace

std::vector<double>
ReadDetectorImage(const Arguments & arguments, const std::string & name, const ScanShape & shape)
{
  if (!arguments.Has(name))
  {
    return {};
  }
  DetectorImage image;
  if (const GivenImage * given = arguments.Given(name))
  {
    image = { given->rows, given->columns, { given->values.begin(), given->values.end() } };
  }
  else
  {
    const std::string path = arguments.Text(name);
    const bool        isNumpy = std::filesystem::u8path(path).extension() == ".npy";
    image = isNumpy ? ReadNpyImage(path) : ReadItkImage(path);
  }
  if (image.qy != shape.qy || image.qx != shape.qx)
  {
    throw arguments.Error(name,
                          "has " + std::to_string(image.qy) + " x " + std::to_string(image.qx) +
                            " pixels, the detector " + std::to_string(shape.qy) + " x " + std::to_string(shape.qx));
  }
  return std::move(image.values);
}
} // namespace fourdstem::cli
