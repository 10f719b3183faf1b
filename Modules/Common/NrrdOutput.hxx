// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_NrrdOutput_hxx
#define fourdstem_cli_NrrdOutput_hxx

namespace fourdstem::cli
{
template <typename TImage>
void
WriteNrrd(const TImage * image, const std::string & fileName, const Notes & notes)
{
  using ValueType = typename itk::NumericTraits<typename TImage::PixelType>::ValueType;
  auto copy = TImage::New();
  copy->Graft(image);
  itk::MetaDataDictionary dictionary = image->GetMetaDataDictionary();
  for (const auto & [key, value] : notes)
  {
    itk::EncapsulateMetaData<std::string>(dictionary, key, value);
  }
  copy->SetMetaDataDictionary(dictionary);

  auto writer = itk::ImageFileWriter<TImage>::New();
  writer->SetImageIO(itk::NrrdImageIO::New());
  writer->SetFileName(fileName);
  // Labels become small; intensities and what is measured from them do not.
  writer->SetUseCompression(std::is_integral_v<ValueType>);
  writer->SetInput(copy);
  try
  {
    writer->Update();
  }
  catch (const itk::ExceptionObject &)
  {
    ThrowNotWritten(fileName);
  }
  CheckNrrdComplete(fileName,
                    static_cast<std::uint64_t>(image->GetBufferedRegion().GetNumberOfPixels()) *
                      image->GetNumberOfComponentsPerPixel() * sizeof(ValueType));
}

template <typename TPixel>
typename itk::Image<TPixel, 3>::Pointer
MakeVolume(const Grid & grid, std::size_t slices)
{
  using ImageType = itk::Image<TPixel, 3>;
  auto                               image = ImageType::New();
  const typename ImageType::SizeType size{ { static_cast<itk::SizeValueType>(grid.columns),
                                             static_cast<itk::SizeValueType>(grid.rows),
                                             static_cast<itk::SizeValueType>(slices) } };
  const double                       spacing[3] = { grid.stepX, grid.stepY, 1.0 };
  const double                       origin[3] = { grid.originX, grid.originY, 0.0 };
  image->SetRegions(size);
  image->SetSpacing(spacing);
  image->SetOrigin(origin);
  image->Allocate();
  return image;
}
} // namespace fourdstem::cli

#endif
