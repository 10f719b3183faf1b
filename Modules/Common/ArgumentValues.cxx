// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ArgumentValues.h"

#include "Common/RunCommand.h"

#include "itkImageFileReader.h"
#include "itkVectorImage.h"

#include <algorithm>
#include <sstream>

namespace fourdstem::cli
{
std::vector<float>
ReadValues(const Arguments & arguments,
           const char *      name,
           std::int64_t      rows,
           std::int64_t      columns,
           unsigned int      components)
{
  using ImageType = itk::VectorImage<float, 2>;
  auto reader = itk::ImageFileReader<ImageType>::New();
  reader->SetFileName(arguments.Text(name));
  try
  {
    reader->Update();
  }
  catch (const itk::ExceptionObject & error)
  {
    throw arguments.Error(name, OneLine(error));
  }
  const ImageType * image = reader->GetOutput();
  const auto &      size = image->GetLargestPossibleRegion().GetSize();
  if (static_cast<std::int64_t>(size[0]) != columns || static_cast<std::int64_t>(size[1]) != rows ||
      image->GetNumberOfComponentsPerPixel() != components)
  {
    std::ostringstream text;
    text << arguments.Text(name) << " has " << size[1] << " x " << size[0] << " pixels of "
         << image->GetNumberOfComponentsPerPixel() << " components; " << rows << " x " << columns << " of "
         << components << " are needed";
    throw arguments.Error(name, text.str());
  }
  const float * values = image->GetBufferPointer();
  return { values, values + rows * columns * components };
}

std::vector<std::uint8_t>
NonZero(const std::vector<float> & values)
{
  std::vector<std::uint8_t> mask(values.size());
  std::transform(values.begin(), values.end(), mask.begin(), [](float value) { return value != 0.f; });
  return mask;
}
} // namespace fourdstem::cli
