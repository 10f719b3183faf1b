// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Usage: RegisterFlakes FIRST SECOND LABELS.nrrd
// Finds the domains in two scans of one flake, lays the second scan onto the first by their dark fields, writes the
// domains of the second on the positions of the first, and says how far the two agree.
#include "itkCenteredTransformInitializer.h"
#include "itkChangeLabelImageFilter.h"
#include "itkCorrelationImageToImageMetricv4.h"
#include "itkDeformationDomainImageFilter.h"
#include "itkEuler2DTransform.h"
#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkImageRegionConstIterator.h"
#include "itkImageRegistrationMethodv4.h"
#include "itkLabelOverlapMeasuresImageFilter.h"
#include "itkMaskImageFilter.h"
#include "itkMath.h"
#include "itkNearestNeighborInterpolateImageFunction.h"
#include "itkRegistrationParameterScalesFromPhysicalShift.h"
#include "itkRegularStepGradientDescentOptimizerv4.h"
#include "itkResampleImageFilter.h"
#include "itkUnaryGeneratorImageFilter.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace
{
using ScanType = itk::Image<float, 4>;
using DomainsType = itk::DeformationDomainImageFilter<ScanType>;
using LabelImageType = DomainsType::LabelImageType;
using ImageType = DomainsType::ScalarImageType;
using TransformType = itk::Euler2DTransform<double>;

struct Domains
{
  LabelImageType::Pointer labels;
  ImageType::Pointer      darkField;
};

Domains
FindDomains(const std::string & file)
{
  const auto reader = itk::ImageFileReader<ScanType>::New();
  reader->SetFileName(file);
  const auto filter = DomainsType::New();
  filter->SetInput(reader->GetOutput());
  filter->Update();
  // What is taken out of the pipeline stays when that ends.
  const Domains domains{ filter->GetOutput(), filter->GetDarkFieldImage() };
  domains.labels->DisconnectPipeline();
  domains.darkField->DisconnectPipeline();
  return domains;
}

/** Positions without data, NaN, become 0: registration knows no such thing. */
ImageType::Pointer
WithoutGaps(const ImageType * image)
{
  const auto filter = itk::UnaryGeneratorImageFilter<ImageType, ImageType>::New();
  filter->SetInput(image);
  filter->SetFunctor([](const float & value) { return std::isfinite(value) ? value : 0.F; });
  filter->Update();
  return filter->GetOutput();
}

/** The rigid transform from points of `fixed` to points of `moving`, two images of one thing. */
TransformType::Pointer
Register(const ImageType * fixed, const ImageType * moving)
{
  using MetricType = itk::CorrelationImageToImageMetricv4<ImageType, ImageType>;
  using RegistrationType = itk::ImageRegistrationMethodv4<ImageType, ImageType, TransformType>;
  TransformType::Pointer best;
  double                 lowest = 0.;
  for (const double degrees : { -20., -10., 0., 10., 20. }) // correlation has more than one valley
  {
    const auto transform = TransformType::New();
    const auto initializer = itk::CenteredTransformInitializer<TransformType, ImageType, ImageType>::New();
    initializer->SetTransform(transform);
    initializer->SetFixedImage(fixed);
    initializer->SetMovingImage(moving);
    initializer->MomentsOn();
    initializer->InitializeTransform();
    transform->SetAngle(degrees * itk::Math::pi / 180.);

    // Correlation: the dose changes the brightness, but not where the flake is.
    const auto metric = MetricType::New();
    const auto scales = itk::RegistrationParameterScalesFromPhysicalShift<MetricType>::New();
    scales->SetMetric(metric);
    const auto optimizer = itk::RegularStepGradientDescentOptimizerv4<double>::New();
    optimizer->SetScalesEstimator(scales);
    optimizer->SetLearningRate(1.);
    optimizer->SetMinimumStepLength(1e-4);
    optimizer->SetNumberOfIterations(300);

    const auto registration = RegistrationType::New();
    registration->SetFixedImage(fixed);
    registration->SetMovingImage(moving);
    registration->SetMetric(metric);
    registration->SetOptimizer(optimizer);
    registration->SetInitialTransform(transform);
    registration->InPlaceOn();
    RegistrationType::ShrinkFactorsArrayType   shrink(2);
    RegistrationType::SmoothingSigmasArrayType sigma(2);
    shrink[0] = 2;
    shrink[1] = 1;
    sigma[0] = 2.;
    sigma[1] = 1.;
    registration->SetNumberOfLevels(2);
    registration->SetShrinkFactorsPerLevel(shrink);
    registration->SetSmoothingSigmasPerLevel(sigma);
    registration->SmoothingSigmasAreSpecifiedInPhysicalUnitsOff();
    registration->Update();
    if (best.IsNull() || optimizer->GetCurrentMetricValue() < lowest)
    {
      best = transform;
      lowest = optimizer->GetCurrentMetricValue();
    }
  }
  return best;
}

/** The labels of `image` by the names that `names` has for the same places: each takes the one that covers most of it.
 */
LabelImageType::Pointer
NamedAs(const LabelImageType * image, const LabelImageType * names)
{
  using PixelType = LabelImageType::PixelType;
  std::map<PixelType, std::map<PixelType, std::size_t>> positions;
  itk::ImageRegionConstIterator<LabelImageType>         label(image, image->GetBufferedRegion());
  itk::ImageRegionConstIterator<LabelImageType>         name(names, image->GetBufferedRegion());
  for (; !label.IsAtEnd(); ++label, ++name)
  {
    if (label.Get() != 0 && name.Get() != 0)
    {
      ++positions[label.Get()][name.Get()];
    }
  }
  const auto change = itk::ChangeLabelImageFilter<LabelImageType, LabelImageType>::New();
  change->SetInput(image);
  for (const auto & [from, counts] : positions)
  {
    const auto most = std::max_element(
      counts.begin(), counts.end(), [](const auto & a, const auto & b) { return a.second < b.second; });
    change->SetChange(from, most->first);
  }
  change->Update();
  return change->GetOutput();
}
} // namespace

int
main(int argc, char ** argv)
{
  if (argc != 4)
  {
    std::cerr << "Usage: " << argv[0] << " FIRST SECOND LABELS.nrrd\n";
    return EXIT_FAILURE;
  }
  try
  {
    const auto first = FindDomains(argv[1]);
    const auto second = FindDomains(argv[2]);
    const auto fixed = WithoutGaps(first.darkField);
    const auto transform = Register(fixed, WithoutGaps(second.darkField));

    const auto resample = itk::ResampleImageFilter<LabelImageType, LabelImageType>::New();
    resample->SetInput(second.labels);
    resample->SetTransform(transform);
    resample->SetReferenceImage(fixed);
    resample->UseReferenceImageOn();
    // Labels are names: the nearest one, never one between two.
    resample->SetInterpolator(itk::NearestNeighborInterpolateImageFunction<LabelImageType>::New());
    resample->Update();
    itk::WriteImage(resample->GetOutput(), argv[3]);

    const auto position = first.labels->TransformIndexToPhysicalPoint<double>({ { 0, 0 } });
    std::cout << "Rotated by " << transform->GetAngle() * 180. / itk::Math::pi << " degrees; the first position of the "
              << "first scan is at " << transform->TransformPoint(position) << " of the second\n";
    // What lies outside of the second scan does not count.
    const auto common = itk::MaskImageFilter<LabelImageType, LabelImageType>::New();
    common->SetInput(first.labels);
    common->SetMaskImage(resample->GetOutput());
    common->Update();
    const auto overlap = itk::LabelOverlapMeasuresImageFilter<LabelImageType>::New();
    overlap->SetSourceImage(NamedAs(resample->GetOutput(), common->GetOutput()));
    overlap->SetTargetImage(common->GetOutput());
    overlap->Update();
    const auto measures = overlap->GetLabelSetMeasures();
    for (const auto & [label, one] : std::map(measures.begin(), measures.end()))
    {
      if (label != 0)
      {
        std::cout << "domain " << label << ": Dice " << overlap->GetDiceCoefficient(label) << '\n';
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
