// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDeformationDomainImageFilter_hxx
#define itkDeformationDomainImageFilter_hxx

#include "itkDeformationDomainImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkImageRegionConstIterator.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace itk
{
template <typename TInputImage>
DeformationDomainImageFilter<TInputImage>::DeformationDomainImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
  this->AddOptionalInputName("OriginImage");
  this->AddOptionalInputName("FeatureMaskImage");
  this->ProcessObject::SetNumberOfRequiredOutputs(NumberOfOutputs);
  for (DataObjectPointerArraySizeType i = 0; i < NumberOfOutputs; ++i)
  {
    this->ProcessObject::SetNthOutput(i, this->MakeOutput(i));
  }
}

template <typename TInputImage>
DataObject::Pointer
DeformationDomainImageFilter<TInputImage>::MakeOutput(DataObjectPointerArraySizeType index)
{
  switch (index)
  {
    case Confidence:
    case DarkField:
      return ScalarImageType::New().GetPointer();
    case Tree:
      return ClusterTree::New().GetPointer();
    case Origins:
      return OriginImageType::New().GetPointer();
    case Statistics:
      return StatisticsImageType::New().GetPointer();
    case UsedFeatures:
      return MaskImageType::New().GetPointer();
    case NodePatterns:
      return PatternStackType::New().GetPointer();
    default:
      return Superclass::MakeOutput(index);
  }
}

template <typename TInputImage>
auto
DeformationDomainImageFilter<TInputImage>::GetConfidenceImage() -> ScalarImageType *
{
  return this->OutputAs<ScalarImageType>(Confidence);
}

template <typename TInputImage>
ClusterTree *
DeformationDomainImageFilter<TInputImage>::GetClusterTree()
{
  return this->OutputAs<ClusterTree>(Tree);
}

template <typename TInputImage>
auto
DeformationDomainImageFilter<TInputImage>::GetDarkFieldImage() -> ScalarImageType *
{
  return this->OutputAs<ScalarImageType>(DarkField);
}

template <typename TInputImage>
auto
DeformationDomainImageFilter<TInputImage>::GetMeasuredOriginImage() -> OriginImageType *
{
  return this->OutputAs<OriginImageType>(Origins);
}

template <typename TInputImage>
auto
DeformationDomainImageFilter<TInputImage>::GetStatisticsImage() -> StatisticsImageType *
{
  return this->OutputAs<StatisticsImageType>(Statistics);
}

template <typename TInputImage>
auto
DeformationDomainImageFilter<TInputImage>::GetUsedFeatureMaskImage() -> MaskImageType *
{
  return this->OutputAs<MaskImageType>(UsedFeatures);
}

template <typename TInputImage>
auto
DeformationDomainImageFilter<TInputImage>::GetNodePatternImage() -> PatternStackType *
{
  return this->OutputAs<PatternStackType>(NodePatterns);
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::SetOptions(const fourdstem::DomainOptions & options)
{
  m_Options = options;
  this->Modified();
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::VerifyInputInformation() const
{
  const auto shape = FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput());
  const auto verify = [this](const auto * image, SizeValueType columns, SizeValueType rows, const char * name) {
    if (image == nullptr)
    {
      return;
    }
    const auto & size = image->GetLargestPossibleRegion().GetSize();
    if (size[0] != columns || size[1] != rows)
    {
      itkExceptionMacro(<< name << " has " << size[0] << " x " << size[1] << " pixels; " << columns << " x " << rows
                        << " fit the scan");
    }
  };
  const auto rx = static_cast<SizeValueType>(shape.rx);
  const auto ry = static_cast<SizeValueType>(shape.ry);
  verify(this->GetMaskImage(), rx, ry, "MaskImage");
  verify(this->GetOriginImage(), rx, ry, "OriginImage");
  verify(this->GetFeatureMaskImage(),
         static_cast<SizeValueType>(shape.qx),
         static_cast<SizeValueType>(shape.qy),
         "FeatureMaskImage");
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::GenerateOutputInformation()
{
  const TInputImage * input = this->GetInput();
  for (ImageBase<2> * image : std::initializer_list<ImageBase<2> *>{
         this->GetOutput(), this->GetConfidenceImage(), this->GetDarkFieldImage(), this->GetMeasuredOriginImage() })
  {
    CopyFourDSTEMScanInformation(input, image);
  }
  CopyFourDSTEMDetectorInformation(input, true, this->GetStatisticsImage());
  const bool isNested = this->GetFeatureMaskImage() == nullptr && fourdstem::MeasuresNestedDeviation(m_Options);
  this->GetStatisticsImage()->SetNumberOfComponentsPerPixel(isNested ? 6 : 5);
  CopyFourDSTEMDetectorInformation(input, true, this->GetUsedFeatureMaskImage());
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  auto * input = const_cast<TInputImage *>(this->GetInput());
  FourDSTEMPatternInput<TInputImage>::Request(input, 0, FourDSTEMPatternInput<TInputImage>::GetShape(input).ry);
  for (const char * name : { "MaskImage", "OriginImage", "FeatureMaskImage" })
  {
    if (DataObject * optional = this->ProcessObject::GetInput(name))
    {
      optional->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject *)
{
  for (DataObjectPointerArraySizeType i = 0; i < NumberOfOutputs; ++i)
  {
    if (i != Tree && i != NodePatterns)
    {
      this->ProcessObject::GetOutput(i)->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage>
fourdstem::DomainOptions
DeformationDomainImageFilter<TInputImage>::OptionsWithInputs() const
{
  fourdstem::DomainOptions options = m_Options;
  if (const MaskImageType * mask = this->GetMaskImage())
  {
    const auto & region = mask->GetLargestPossibleRegion();
    options.scanMask.clear();
    for (ImageRegionConstIterator<MaskImageType> it(mask, region); !it.IsAtEnd(); ++it)
    {
      options.scanMask.push_back(it.Get() != 0);
    }
  }
  if (const OriginImageType * origins = this->GetOriginImage())
  {
    options.origin = fourdstem::OriginChoice::Given;
    options.origins.clear();
    for (ImageRegionConstIterator<OriginImageType> it(origins, origins->GetLargestPossibleRegion()); !it.IsAtEnd();
         ++it)
    {
      options.origins.push_back(it.Get()[0]);
      options.origins.push_back(it.Get()[1]);
    }
  }
  if (const MaskImageType * features = this->GetFeatureMaskImage())
  {
    const auto & size = features->GetLargestPossibleRegion().GetSize();
    options.featureMask = fourdstem::FeatureMaskChoice::Given;
    options.givenFeatureMask =
      fourdstem::DetectorMask::Filled(static_cast<std::int64_t>(size[1]), static_cast<std::int64_t>(size[0]), 0);
    std::size_t pixel = 0;
    for (ImageRegionConstIterator<MaskImageType> it(features, features->GetLargestPossibleRegion()); !it.IsAtEnd();
         ++it)
    {
      options.givenFeatureMask.pixels[pixel++] = it.Get() != 0;
    }
  }
  return options;
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::GenerateData()
{
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  RunFourDSTEMKernel(this, [this, &patterns](const fourdstem::Execution & execution) {
    double     begin = 0.;
    const auto beginStep = [&execution, &begin](const std::string &, double end) {
      const double from = std::exchange(begin, end);
      return execution.monitor.Part(from, end);
    };
    m_Result = fourdstem::AnalyseDomains(patterns.GetSource(), this->OptionsWithInputs(), execution.threads, beginStep);
  });
  this->FillScanImages();
  this->FillDetectorImages();
  this->GetClusterTree()->SetNodes(m_Result.clusters.nodes);
  this->GetClusterTree()->SetFeatureNames(fourdstem::FeatureNames(m_Result.plan));
  this->GetClusterTree()->SetMode(m_Options.clustering.mode == fourdstem::ClusterMode::Auto ? "auto" : "paper");
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::FillScanImages()
{
  const auto labels = fourdstem::LabelsOf(m_Result.clusters);
  std::copy(labels.begin(), labels.end(), Allocate(this->GetOutput()));
  std::copy(m_Result.confidence.begin(), m_Result.confidence.end(), Allocate(this->GetConfidenceImage()));
  const auto & darkField = m_Result.description.darkField;
  std::copy(darkField.begin(), darkField.end(), Allocate(this->GetDarkFieldImage()));

  auto * origins = Allocate(this->GetMeasuredOriginImage());
  for (std::size_t p = 0; p < labels.size(); ++p)
  {
    origins[p][0] = m_Result.measurement.origins[2 * p];
    origins[p][1] = m_Result.measurement.origins[2 * p + 1];
  }
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::FillDetectorImages()
{
  const fourdstem::ScanShape & shape = m_Result.measurement.shape;
  const auto                   used = fourdstem::UsedFeatures(m_Result.plan, shape, m_Result.clusters.nodes);
  std::copy(used.pixels.begin(), used.pixels.end(), Allocate(this->GetUsedFeatureMaskImage()));

  const auto            components = fourdstem::StatisticsOf(m_Result.measurement);
  StatisticsImageType * statistics = this->GetStatisticsImage();
  statistics->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(components.size()));
  float *     value = Allocate(statistics);
  std::string names;
  for (std::size_t c = 0; c < components.size(); ++c)
  {
    names += (c == 0 ? "" : ",") + components[c].first;
    for (std::size_t q = 0; q < components[c].second.size(); ++q)
    {
      value[q * components.size() + c] = static_cast<float>(components[c].second[q]);
    }
  }
  EncapsulateMetaData(statistics->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);

  const fourdstem::NodePatternSums &     nodes = m_Result.description.nodes;
  PatternStackType *                     stack = this->GetNodePatternImage();
  typename PatternStackType::SizeType    size{};
  typename PatternStackType::SpacingType spacing(1.0);
  typename PatternStackType::PointType   origin;
  origin.Fill(0.0);
  for (unsigned int i = 0; i < 2; ++i)
  {
    size[i] = statistics->GetLargestPossibleRegion().GetSize(i);
    spacing[i] = statistics->GetSpacing()[i];
    origin[i] = statistics->GetOrigin()[i];
  }
  size[2] = static_cast<SizeValueType>(nodes.Sets());
  stack->SetLargestPossibleRegion(size);
  stack->SetRequestedRegionToLargestPossibleRegion();
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  CopyFourDSTEMMetaData(this->GetInput(), stack);
  Allocate(stack);
  for (std::int64_t node = 0; node < nodes.Sets(); ++node)
  {
    nodes.Mean(node, stack->GetBufferPointer() + node * shape.PatternPixels());
  }
}

template <typename TInputImage>
void
DeformationDomainImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Mode: " << (m_Options.clustering.mode == fourdstem::ClusterMode::Auto ? "auto" : "paper")
     << std::endl;
  for (const auto & choice : m_Result.choices)
  {
    os << indent << choice.name << ": " << choice.value << " (" << choice.how << ')' << std::endl;
  }
  for (const auto & step : m_Result.stepSeconds)
  {
    os << indent << "Seconds of " << step.first << ": " << step.second << std::endl;
  }
}
} // namespace itk

#endif
