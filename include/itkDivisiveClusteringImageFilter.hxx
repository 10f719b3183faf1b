// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDivisiveClusteringImageFilter_hxx
#define itkDivisiveClusteringImageFilter_hxx

#include "itkDivisiveClusteringImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMPositionGrid.h"
#include "itkMetaDataObject.h"

#include <algorithm>
#include <sstream>
#include <type_traits>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::DivisiveClusteringImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("MaskImage");
  this->SetNumberOfRequiredOutputs(5);
  for (DataObjectPointerArraySizeType i = 1; i < 5; ++i)
  {
    this->SetNthOutput(i, this->MakeOutput(i));
  }
}

template <typename TInputImage, typename TOutputImage>
DataObject::Pointer
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::MakeOutput(DataObjectPointerArraySizeType index)
{
  if (index == 1)
  {
    return ConfidenceImageType::New().GetPointer();
  }
  if (index == 2)
  {
    return ClusterTree::New().GetPointer();
  }
  if (index == 3 || index == 4)
  {
    return MembershipImageType::New().GetPointer();
  }
  return Superclass::MakeOutput(index);
}

template <typename TInputImage, typename TOutputImage>
auto
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GetConfidenceImage() -> ConfidenceImageType *
{
  return itkDynamicCastInDebugMode<ConfidenceImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage, typename TOutputImage>
auto
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GetConfidenceImage() const -> const ConfidenceImageType *
{
  return itkDynamicCastInDebugMode<const ConfidenceImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage, typename TOutputImage>
auto
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GetMembershipImage() -> MembershipImageType *
{
  return itkDynamicCastInDebugMode<MembershipImageType *>(this->ProcessObject::GetOutput(3));
}

template <typename TInputImage, typename TOutputImage>
auto
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GetMembershipSummaryImage() -> MembershipImageType *
{
  return itkDynamicCastInDebugMode<MembershipImageType *>(this->ProcessObject::GetOutput(4));
}

template <typename TInputImage, typename TOutputImage>
ClusterTree *
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GetClusterTree()
{
  return itkDynamicCastInDebugMode<ClusterTree *>(this->ProcessObject::GetOutput(2));
}

template <typename TInputImage, typename TOutputImage>
const ClusterTree *
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GetClusterTree() const
{
  return itkDynamicCastInDebugMode<const ClusterTree *>(this->ProcessObject::GetOutput(2));
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::SetOptions(const fourdstem::DivisiveOptions & options)
{
  m_Options = options;
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::AddSplit(int                                node,
                                                                   int                                k,
                                                                   const std::vector<SizeValueType> & startPositions)
{
  fourdstem::GivenSplit split;
  split.node = node;
  split.k = k;
  split.startRows.assign(startPositions.begin(), startPositions.end());
  m_Options.splits.push_back(split);
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::ClearSplits()
{
  m_Options.splits.clear();
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  try
  {
    fourdstem::CheckOptions(m_Options);
    fourdstem::CheckRegularity(m_Regularity);
  }
  catch (const std::invalid_argument & error)
  {
    itkExceptionMacro(<< error.what());
  }
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() const
{
  VerifyFourDSTEMPositionMask<ImageDimension>(this, this->GetInput(), this->GetMaskImage());
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  for (const auto & name : this->GetInputNames())
  {
    if (DataObject * input = this->ProcessObject::GetInput(name))
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject *)
{
  this->GetOutput()->SetRequestedRegionToLargestPossibleRegion();
  this->GetConfidenceImage()->SetRequestedRegionToLargestPossibleRegion();
  this->GetMembershipImage()->SetRequestedRegionToLargestPossibleRegion();
  this->GetMembershipSummaryImage()->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  Superclass::GenerateOutputInformation();
  CopyFourDSTEMMetaData(this->GetInput(), this->GetOutput());
  CopyFourDSTEMMetaData(this->GetInput(), this->GetConfidenceImage());
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  const TInputImage * input = this->GetInput();
  const auto          components = static_cast<std::int64_t>(input->GetNumberOfComponentsPerPixel());
  const auto          grid = FourDSTEMPositionGridOf<ImageDimension>(input, this->GetMaskImage());
  const std::int64_t  positions = grid.Positions();

  using ValueType = typename TInputImage::InternalPixelType;
  std::vector<float> converted;
  const float *      values = nullptr;
  if constexpr (std::is_same_v<ValueType, float>)
  {
    values = input->GetBufferPointer();
  }
  else
  {
    converted.resize(static_cast<std::size_t>(positions * components));
    std::transform(input->GetBufferPointer(),
                   input->GetBufferPointer() + positions * components,
                   converted.begin(),
                   [](ValueType value) { return static_cast<float>(value); });
    values = converted.data();
  }

  const auto allocate = [](auto * image) {
    image->SetBufferedRegion(image->GetRequestedRegion());
    image->Allocate();
  };
  allocate(this->GetOutput());
  allocate(this->GetConfidenceImage());
  this->GetMembershipImage()->SetBufferedRegion({});
  this->GetMembershipSummaryImage()->SetBufferedRegion({});
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    const auto store = fourdstem::ViewRows(values, positions, components);
    const auto part = [&execution](double begin, double end) {
      return fourdstem::Execution{ execution.threads, execution.monitor.Part(begin, end) };
    };
    fourdstem::DivisiveResult result;
    try
    {
      result = fourdstem::RunDivisive(*store, grid, m_Options, part(0.0, m_StabilityResamples > 0 ? 0.3 : 0.8));
      fourdstem::MeasureStability(result, *store, grid, m_Options, m_StabilityResamples, part(0.3, 0.8));
      fourdstem::RegulariseLeaves(result, *store, grid, m_Regularity, part(0.8, 0.9));
    }
    catch (const std::invalid_argument & error)
    {
      itkExceptionMacro(<< error.what());
    }
    const std::vector<float> confidence = fourdstem::Confidence(result, *store, part(0.9, 1.0));
    if (m_ComputeMembership)
    {
      this->PublishMembership(fourdstem::ComputeMembership(result, *store, { execution.threads, {} }));
    }
    const auto labels = fourdstem::LabelsOf(result);
    std::copy(labels.begin(), labels.end(), this->GetOutput()->GetBufferPointer());
    std::copy(confidence.begin(), confidence.end(), this->GetConfidenceImage()->GetBufferPointer());

    this->PublishMembershipFunctions(result.nodes);
    ClusterTree * tree = this->GetClusterTree();
    tree->SetMode(m_Options.mode == ModeType::Auto ? "auto" : "paper");
    tree->SetFeatureNames(this->ReadFeatureNames());
    tree->SetNodes(std::move(result.nodes));
  });
}

template <typename TInputImage, typename TOutputImage>
std::vector<std::string>
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::ReadFeatureNames() const
{
  std::string joined;
  ExposeMetaData(this->GetInput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", joined);
  std::vector<std::string> names;
  std::istringstream       stream(joined);
  for (std::string name; std::getline(stream, name, ',');)
  {
    names.push_back(name);
  }
  const bool fits = names.size() == this->GetInput()->GetNumberOfComponentsPerPixel();
  return fits ? names : std::vector<std::string>();
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::PublishMembership(const fourdstem::Membership & membership)
{
  const auto publish = [](MembershipImageType * image, const std::vector<float> & values, std::size_t components) {
    image->SetBufferedRegion(image->GetRequestedRegion());
    image->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(components));
    image->Allocate();
    std::copy(values.begin(), values.end(), image->GetBufferPointer());
  };
  const auto & names = fourdstem::Membership::SummaryNames;
  publish(this->GetMembershipImage(), membership.probability, membership.leaves);
  publish(this->GetMembershipSummaryImage(), membership.summary, names.size());
  SetFourDSTEMComponentNames(membership.LeafNames(), this->GetMembershipImage());
  SetFourDSTEMComponentNames(names, this->GetMembershipSummaryImage());
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::PublishMembershipFunctions(
  const fourdstem::ClusterNodes & nodes)
{
  m_MembershipFunctions.clear();
  for (const int leaf : fourdstem::LeavesInOrder(nodes))
  {
    const std::vector<float> &                    centroid = nodes[static_cast<std::size_t>(leaf)].centroid;
    typename MembershipFunctionType::CentroidType centre(static_cast<unsigned int>(centroid.size()));
    std::copy(centroid.begin(), centroid.end(), centre.begin());
    auto function = MembershipFunctionType::New();
    function->SetMeasurementVectorSize(static_cast<unsigned int>(centroid.size()));
    function->SetCentroid(centre);
    m_MembershipFunctions.emplace_back(function.GetPointer());
  }
}

template <typename TInputImage, typename TOutputImage>
void
DivisiveClusteringImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Mode: " << (m_Options.mode == ModeType::Auto ? "Auto" : "Paper") << std::endl;
  os << indent << "MinimumSize: " << m_Options.minimumSize << std::endl;
  os << indent << "MaximumLeaves: " << m_Options.maximumLeaves << std::endl;
  os << indent << "MaximumDepth: " << m_Options.maximumDepth << std::endl;
  os << indent << "FeatureSelection: " << (this->GetFeatureSelection() == SelectionType::All ? "All" : "Neighbour")
     << std::endl;
  os << indent << "FalseDiscoveryRate: " << m_Options.falseDiscoveryRate << std::endl;
  os << indent << "MinimumLambda: " << m_Options.minimumLambda << std::endl;
  os << indent << "MaximumValley: " << m_Options.maximumValley << std::endl;
  os << indent << "MinimumSharpness: " << m_Options.minimumSharpness << std::endl;
  os << indent << "MinimumCoherence: " << m_Options.minimumCoherence << std::endl;
  os << indent << "SplitGradients: " << (m_Options.splitGradients ? "On" : "Off") << std::endl;
  os << indent << "MinimumArea: " << m_Regularity.minimumArea << std::endl;
  os << indent << "DivideComponents: " << (m_Regularity.dividesComponents ? "On" : "Off") << std::endl;
  os << indent << "StabilityResamples: " << m_StabilityResamples << std::endl;
  os << indent << "ComputeMembership: " << (m_ComputeMembership ? "On" : "Off") << std::endl;
  os << indent << "Criterion: " << static_cast<int>(m_Options.criterion) << std::endl;
  os << indent << "MaximumK: " << m_Options.maximumK << std::endl;
  os << indent << "Seed: " << m_Options.seed << std::endl;
  os << indent << "Splits: " << m_Options.splits.size() << std::endl;
  os << indent << "MembershipFunctions: " << m_MembershipFunctions.size() << std::endl;
}
} // namespace itk

#endif
