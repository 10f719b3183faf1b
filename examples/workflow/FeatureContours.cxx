// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Usage: FeatureContours SCAN INNER OUTER
// From an annular dark field, radii in detector pixels, to the outlines of what scatters: the image smoothed by one
// position, and its contours at the threshold that divides it best (Otsu), in the units of the scan.
#include "itkContourExtractor2DImageFilter.h"
#include "itkImageFileReader.h"
#include "itkOtsuThresholdImageFilter.h"
#include "itkSmoothingRecursiveGaussianImageFilter.h"
#include "itkVirtualDetectorImageFilter.h"

#include <cstdlib>
#include <iostream>

int
main(int argc, char ** argv)
{
  if (argc != 4)
  {
    std::cerr << "Usage: " << argv[0] << " SCAN INNER OUTER\n";
    return EXIT_FAILURE;
  }
  try
  {
    using ScanType = itk::Image<float, 4>;
    using ImageType = itk::Image<float, 2>;

    const auto reader = itk::ImageFileReader<ScanType>::New();
    reader->SetFileName(argv[1]);
    const auto detector = itk::VirtualDetectorImageFilter<ScanType, ImageType>::New();
    detector->SetInput(reader->GetOutput());
    detector->AddAnnulus("ADF", std::atof(argv[2]), std::atof(argv[3]));
    detector->UpdateOutputInformation();

    const auto smooth = itk::SmoothingRecursiveGaussianImageFilter<ImageType, ImageType>::New();
    smooth->SetInput(detector->GetOutput());
    smooth->SetSigma(detector->GetOutput()->GetSpacing()[0]);
    const auto otsu = itk::OtsuThresholdImageFilter<ImageType, itk::Image<unsigned char, 2>>::New();
    otsu->SetInput(smooth->GetOutput());
    otsu->Update();
    const auto contours = itk::ContourExtractor2DImageFilter<ImageType>::New();
    contours->SetInput(smooth->GetOutput());
    contours->SetContourValue(otsu->GetThreshold());
    contours->Update();

    for (unsigned int line = 0; line < contours->GetNumberOfIndexedOutputs(); ++line)
    {
      std::cout << "line " << line + 1 << '\n';
      for (const auto & vertex : contours->GetOutput(line)->GetVertexList()->CastToSTLConstContainer())
      {
        const auto point = smooth->GetOutput()->TransformContinuousIndexToPhysicalPoint<double>(vertex);
        std::cout << point[0] << ' ' << point[1] << '\n';
      }
    }
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error.GetDescription() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
