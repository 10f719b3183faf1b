// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Usage: DarkField SCAN INNER OUTER IMAGE.nrrd; the sum of each pattern over an annulus, radii in detector pixels.
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkVirtualDetectorImageFilter.h"

#include <cstdlib>
#include <iostream>

int
main(int argc, char ** argv)
{
  if (argc != 5)
  {
    std::cerr << "Usage: " << argv[0] << " SCAN INNER OUTER IMAGE.nrrd\n";
    return EXIT_FAILURE;
  }
  try
  {
    using ScanType = itk::Image<float, 4>;
    const auto reader = itk::ImageFileReader<ScanType>::New();
    reader->SetFileName(argv[1]);

    const auto detector = itk::VirtualDetectorImageFilter<ScanType>::New();
    detector->SetInput(reader->GetOutput());
    detector->AddAnnulus("ADF", std::atof(argv[2]), std::atof(argv[3]));

    const auto writer = itk::ImageFileWriter<itk::VectorImage<float, 2>>::New();
    writer->SetInput(detector->GetOutput());
    writer->SetFileName(argv[4]);
    writer->Update();

    std::cout << "Scan of " << detector->GetOutput()->GetLargestPossibleRegion().GetSize() << " positions\n";
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error.GetDescription() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
