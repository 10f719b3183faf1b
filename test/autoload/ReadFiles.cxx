// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Writes small files, 4D-STEM scans and images of ITK's own formats, and reads them with nothing but ITK.
// usage: ReadFiles FOLDER COUNT: COUNT, 0 or 1, is how many readers of 4D-STEM files ITK must have.
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkImageRegionIterator.h"
#include "itkObjectFactoryBase.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace
{
constexpr std::size_t Positions = 6; // 2 x 3

bool good = true;

void
Expect(const std::string & what, double expected, double found)
{
  const bool holds = expected == found;
  good = good && holds;
  std::cout << what << ": " << found << (holds ? "" : " instead of " + std::to_string(expected)) << std::endl;
}

/** Position p of the scan holds p + 1 in each of its pixels. */
void
WriteNumpy(const std::string & path)
{
  std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 5, 7), }";
  header.resize(117, ' ');
  std::ofstream file(path, std::ios::binary);
  file << std::string("\x93NUMPY\x01\0\x76\0", 10) << header << '\n';
  for (std::size_t p = 0; p < Positions; ++p)
  {
    file << std::string(5 * 7, static_cast<char>(p + 1));
  }
}

void
WriteEmpad(const std::string & path)
{
  std::ofstream file(path, std::ios::binary);
  for (std::size_t p = 0; p < Positions; ++p)
  {
    const std::vector<float> pixels(128 * 128, static_cast<float>(p + 1));
    file.write(reinterpret_cast<const char *>(pixels.data()), static_cast<std::streamsize>(pixels.size() * 4));
    file << std::string(1024, '\0');
  }
}

/** A volume of 4 x 3 x 2 with the values 0, 1, 2... */
void
WriteVolume(const std::string & path)
{
  using ImageType = itk::Image<float, 3>;
  auto image = ImageType::New();
  image->SetRegions(ImageType::SizeType{ { 4, 3, 2 } });
  image->Allocate();
  float value = 0;
  for (itk::ImageRegionIterator<ImageType> at(image, image->GetBufferedRegion()); !at.IsAtEnd(); ++at)
  {
    at.Set(value++);
  }
  auto writer = itk::ImageFileWriter<ImageType>::New();
  writer->SetFileName(path);
  writer->SetInput(image);
  writer->Update();
}

struct Read
{
  std::string reader;
  double      sum = 0;
};

Read
ReadFile(const std::string & path)
{
  using ImageType = itk::Image<float, 4>;
  auto reader = itk::ImageFileReader<ImageType>::New();
  reader->SetFileName(path);
  Read read;
  try
  {
    reader->Update();
  }
  catch (const itk::ExceptionObject &)
  {
    return read;
  }
  read.reader = reader->GetImageIO()->GetNameOfClass();
  ImageType * image = reader->GetOutput();
  for (itk::ImageRegionIterator<ImageType> at(image, image->GetBufferedRegion()); !at.IsAtEnd(); ++at)
  {
    read.sum += at.Get();
  }
  std::cout << path << " by " << read.reader << ", size " << image->GetBufferedRegion().GetSize() << std::endl;
  return read;
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 3)
  {
    std::cerr << "usage: " << argv[0] << " FOLDER COUNT" << std::endl;
    return EXIT_FAILURE;
  }
  const std::string folder = argv[1];
  const int         count = std::atoi(argv[2]);
  int               readers = 0;
  for (const auto & object : itk::ObjectFactoryBase::CreateAllInstance("itkImageIOBase"))
  {
    readers += std::string(object->GetNameOfClass()) == "FourDSTEMImageIO" ? 1 : 0;
  }
  Expect("readers of 4D-STEM files", count, readers);

  WriteNumpy(folder + "/scan.npy");
  WriteEmpad(folder + "/scan_x3_y2.raw");
  Expect("sum of NumPy scan", count * 21 * 5 * 7, ReadFile(folder + "/scan.npy").sum);
  Expect("sum of EMPAD scan", count * 21 * 128 * 128, ReadFile(folder + "/scan_x3_y2.raw").sum);
  for (const std::string format : { "NRRD", "MRC" })
  {
    const std::string path = folder + (format == "MRC" ? "/volume.mrc" : "/volume.nrrd");
    WriteVolume(path);
    const Read read = ReadFile(path);
    Expect("sum of " + format + " volume", 276, read.sum);
    Expect(format + " read by ITK's own", 1, read.reader == (format == "MRC" ? "MRCImageIO" : "NrrdImageIO"));
  }
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
