// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkVirtualDetectorImageFilter_hxx
#define itkVirtualDetectorImageFilter_hxx

#include "itkVirtualDetectorImageFilter.h"
#include "itkFourDSTEMGeometry.h"

#include "itkImageRegionConstIterator.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <type_traits>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
VirtualDetectorImageFilter<TInputImage, TOutputImage>::VirtualDetectorImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("OriginImage");
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::SetCentre(const CentreType & centre)
{
  if (!m_HasCentre || m_Centre != centre)
  {
    m_Centre = centre;
    m_HasCentre = true;
    this->Modified();
  }
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::SetCentreToDefault()
{
  if (m_HasCentre)
  {
    m_HasCentre = false;
    this->Modified();
  }
}

template <typename TInputImage, typename TOutputImage>
auto
VirtualDetectorImageFilter<TInputImage, TOutputImage>::GetCentre() const -> CentreType
{
  CentreType centre = m_Centre;
  if (!m_HasCentre && this->GetInput() != nullptr)
  {
    const auto & size = this->GetInput()->GetLargestPossibleRegion().GetSize();
    centre[0] = static_cast<double>(size[0] / 2);
    centre[1] = static_cast<double>(size[1] / 2);
  }
  return centre;
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::AddAnnulus(const std::string & name,
                                                                  double              innerRadius,
                                                                  double              outerRadius)
{
  m_Detectors.push_back({ name, fourdstem::VirtualDetector::Quantity::Sum, innerRadius, outerRadius, {} });
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::AddDisk(const std::string & name, double radius)
{
  this->AddAnnulus(name, 0., radius);
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::AddMask(const std::string & name, const DetectorMaskType * mask)
{
  if (mask == nullptr || mask->GetBufferedRegion() != mask->GetLargestPossibleRegion())
  {
    itkExceptionMacro(<< "The mask of virtual detector \"" << name << "\" is not there as a whole: update it first");
  }
  std::vector<float> weights;
  weights.reserve(mask->GetBufferedRegion().GetNumberOfPixels());
  for (ImageRegionConstIterator<DetectorMaskType> it(mask, mask->GetBufferedRegion()); !it.IsAtEnd(); ++it)
  {
    weights.push_back(it.Get());
  }
  m_Detectors.push_back({ name, fourdstem::VirtualDetector::Quantity::Sum, 0., 0., std::move(weights) });
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::AddCentreOfMass(const std::string & name,
                                                                       double              innerRadius,
                                                                       double              outerRadius)
{
  m_Detectors.push_back({ name, fourdstem::VirtualDetector::Quantity::CentreOfMass, innerRadius, outerRadius, {} });
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::ClearDetectors()
{
  m_Detectors.clear();
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
fourdstem::VirtualDetectorSet
VirtualDetectorImageFilter<TInputImage, TOutputImage>::MakeDetectors() const
{
  const auto       shape = FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput());
  const CentreType centre = this->GetCentre();
  try
  {
    return { m_Detectors, shape.qy, shape.qx, centre[0], centre[1] };
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }
}

template <typename TInputImage, typename TOutputImage>
std::vector<std::string>
VirtualDetectorImageFilter<TInputImage, TOutputImage>::GetComponentNames() const
{
  return fourdstem::VirtualDetectorSet::NamesOf(m_Detectors);
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() const
{
  const auto components = this->GetComponentNames().size();
  if (components == 0)
  {
    itkExceptionMacro(<< "No virtual detector was added");
  }
  if (!std::is_same<typename TOutputImage::PixelType,
                    VariableLengthVector<typename TOutputImage::InternalPixelType>>() &&
      components != 1)
  {
    itkExceptionMacro(<< "A scalar output image holds one component, not " << components
                      << ": use a VectorImage, or one detector");
  }
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
  this->MakeDetectors();
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  TOutputImage * output = this->GetOutput();
  const auto     names = this->GetComponentNames();
  CopyFourDSTEMScanInformation(this->GetInput(), output);
  output->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(names.size()));
  SetFourDSTEMComponentNames(names, output);
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  EnlargeToFourDSTEMRows(itkDynamicCastInDebugMode<TOutputImage *>(output));
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  const auto rows = FourDSTEMRows(this->GetOutput(), this->GetOutput()->GetRequestedRegion());
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<TInputImage *>(this->GetInput()), rows.first, rows.count);
  if (auto * origins = const_cast<OriginImageType *>(this->GetOriginImage()))
  {
    origins->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  this->AllocateOutputs();
  TOutputImage *                           output = this->GetOutput();
  const auto                               rows = FourDSTEMRows(output, output->GetBufferedRegion());
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  const fourdstem::VirtualDetectorSet      detectors = this->MakeDetectors();
  const float *                            origins = FourDSTEMOriginsFrom(this->GetOriginImage(), rows.first);

  std::vector<double> values(output->GetBufferedRegion().GetNumberOfPixels() *
                             static_cast<std::size_t>(detectors.Components()));
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    fourdstem::MeasureVirtualDetectors(
      patterns.GetSource(), rows.first, rows.count, detectors, origins, values.data(), execution);
  });
  std::transform(values.begin(), values.end(), output->GetBufferPointer(), [](double value) {
    return static_cast<typename TOutputImage::InternalPixelType>(value);
  });
}

template <typename TInputImage, typename TOutputImage>
void
VirtualDetectorImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Centre: " << (m_HasCentre ? "" : "default, ") << this->GetCentre() << std::endl;
  os << indent << "Detectors: " << m_Detectors.size() << std::endl;
  for (const fourdstem::VirtualDetector & detector : m_Detectors)
  {
    os << indent.GetNextIndent() << detector.name << ": "
       << (detector.quantity == fourdstem::VirtualDetector::Quantity::Sum ? "sum" : "centre of mass");
    if (detector.mask.empty())
    {
      os << ", " << detector.innerRadius << " to " << detector.outerRadius << " pixels" << std::endl;
    }
    else
    {
      os << ", mask" << std::endl;
    }
  }
}
} // namespace itk

#endif
