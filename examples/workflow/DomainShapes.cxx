// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Usage: DomainShapes SCAN MINIMUM_SIZE PIECES.nrrd
// The domains of a scan as pieces that hang together: leaves out those of fewer than MINIMUM_SIZE positions, writes the
// others, largest first, and measures them.
#include "itkDeformationDomainImageFilter.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkLabelImageToShapeLabelMapFilter.h"
#include "itkRelabelComponentImageFilter.h"
#include "itkScalarConnectedComponentImageFilter.h"

#include <cstdlib>
#include <iostream>

int
main(int argc, char ** argv)
{
  if (argc != 4)
  {
    std::cerr << "Usage: " << argv[0] << " SCAN MINIMUM_SIZE PIECES.nrrd\n";
    return EXIT_FAILURE;
  }
  try
  {
    using ScanType = itk::Image<float, 4>;
    using DomainsType = itk::DeformationDomainImageFilter<ScanType>;
    using LabelImageType = DomainsType::LabelImageType;
    using PieceImageType = itk::Image<unsigned int, 2>;

    const auto reader = itk::ImageFileReader<ScanType>::New();
    reader->SetFileName(argv[1]);
    const auto domains = DomainsType::New();
    domains->SetInput(reader->GetOutput());

    // Neighbours with the same label are of one piece.
    const auto connect = itk::ScalarConnectedComponentImageFilter<LabelImageType, PieceImageType>::New();
    connect->SetInput(domains->GetOutput());
    connect->SetDistanceThreshold(0);
    const auto clean = itk::RelabelComponentImageFilter<PieceImageType, PieceImageType>::New();
    clean->SetInput(connect->GetOutput());
    clean->SetMinimumObjectSize(static_cast<itk::SizeValueType>(std::atoi(argv[2])));
    const auto measure = itk::LabelImageToShapeLabelMapFilter<PieceImageType>::New();
    measure->SetInput(clean->GetOutput());
    measure->Update();

    for (const auto & piece : measure->GetOutput()->GetLabelObjects())
    {
      std::cout << "piece " << piece->GetLabel() << " of domain " << domains->GetOutput()->GetPixel(piece->GetIndex(0))
                << ": area " << piece->GetPhysicalSize() << ", centroid " << piece->GetCentroid() << ", elongation "
                << piece->GetElongation() << '\n';
    }
    itk::WriteImage(clean->GetOutput(), argv[3]);
  }
  catch (const itk::ExceptionObject & error)
  {
    std::cerr << error.GetDescription() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
