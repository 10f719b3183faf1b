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
namespace
{
/** Throws where an image has not the size and components that are needed. */
void
CheckExtents(const Arguments & arguments, const char * name, const GivenImage & found, const GivenImage & needed)
{
  if (found.rows != needed.rows || found.columns != needed.columns || found.components != needed.components)
  {
    std::ostringstream text;
    text << arguments.Text(name) << " has " << found.rows << " x " << found.columns << " pixels of " << found.components
         << " components; " << needed.rows << " x " << needed.columns << " of " << needed.components << " are needed";
    throw arguments.Error(name, text.str());
  }
}
} // namespace

std::vector<float>
ReadValues(const Arguments & arguments,
           const char *      name,
           std::int64_t      rows,
           std::int64_t      columns,
           unsigned int      components)
{
  const GivenImage needed{ rows, columns, static_cast<std::int64_t>(components), {} };
  if (const GivenImage * given = arguments.Given(name))
  {
    CheckExtents(arguments, name, *given, needed);
    return given->values;
  }
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
  CheckExtents(arguments,
               name,
               { static_cast<std::int64_t>(size[1]),
                 static_cast<std::int64_t>(size[0]),
                 static_cast<std::int64_t>(image->GetNumberOfComponentsPerPixel()),
                 {} },
               needed);
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
