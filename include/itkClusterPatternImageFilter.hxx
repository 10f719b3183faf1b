// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkClusterPatternImageFilter_hxx
#define itkClusterPatternImageFilter_hxx

#include "itkClusterPatternImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMScanRows.h"

#include <algorithm>
#include <utility>

namespace itk
{
template <typename TInputImage>
ClusterPatternImageFilter<TInputImage>::ClusterPatternImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddRequiredInputName("LabelImage");
  this->AddOptionalInputName("ClusterTree");
  this->AddOptionalInputName("OriginImage");
  this->SetNumberOfRequiredOutputs(2);
  this->SetNthOutput(1, this->MakeOutput(1));
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::VerifyInputInformation() const
{
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetLabelImage(), "LabelImage");
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::GenerateOutputInformation()
{
  auto * labels = const_cast<LabelImageType *>(this->GetLabelImage());
  labels->SetRequestedRegionToLargestPossibleRegion();
  labels->Update();
  const auto             positions = labels->GetLargestPossibleRegion().GetNumberOfPixels();
  const unsigned short * label = labels->GetBufferPointer();
  m_NumberOfLabels = positions == 0 ? 1 : std::max<std::int64_t>(1, *std::max_element(label, label + positions));
  std::int64_t slices = m_NumberOfLabels;
  if (auto * tree = const_cast<ClusterTree *>(this->GetClusterTree()))
  {
    tree->Update();
    if (m_NumberOfLabels > static_cast<std::int64_t>(tree->GetNumberOfLeaves()))
    {
      itkExceptionMacro(<< "label " << m_NumberOfLabels << " has no leaf in a ClusterTree of "
                        << tree->GetNumberOfLeaves() << " leaves");
    }
    slices = static_cast<std::int64_t>(tree->GetNumberOfNodes());
  }
  this->DescribeOutputs(slices);
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::DescribeOutputs(std::int64_t slices)
{
  const auto pattern = Image<float, 2>::New();
  CopyFourDSTEMDetectorInformation(this->GetInput(), this->GetOriginImage() != nullptr, pattern.GetPointer());
  typename PatternStackType::RegionType    region;
  typename PatternStackType::SpacingType   spacing(1.0);
  typename PatternStackType::PointType     origin(0.0);
  typename PatternStackType::DirectionType direction;
  direction.SetIdentity();
  for (unsigned int i = 0; i < 2; ++i)
  {
    region.SetIndex(i, pattern->GetLargestPossibleRegion().GetIndex(i));
    region.SetSize(i, pattern->GetLargestPossibleRegion().GetSize(i));
    spacing[i] = pattern->GetSpacing()[i];
    origin[i] = pattern->GetOrigin()[i];
    for (unsigned int j = 0; j < 2; ++j)
    {
      direction(i, j) = pattern->GetDirection()(i, j);
    }
  }
  region.SetSize(2, static_cast<SizeValueType>(slices));
  for (PatternStackType * output : { this->GetMeanImage(), this->GetVarianceImage() })
  {
    output->SetLargestPossibleRegion(region);
    output->SetSpacing(spacing);
    output->SetOrigin(origin);
    output->SetDirection(direction);
    CopyFourDSTEMMetaData(this->GetInput(), output);
  }
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject *)
{
  this->GetMeanImage()->SetRequestedRegionToLargestPossibleRegion();
  this->GetVarianceImage()->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  auto *     input = const_cast<TInputImage *>(this->GetInput());
  const auto rows = FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(input, m_NumberOfStreamDivisions, 0);
  FourDSTEMPatternInput<TInputImage>::Request(input, rows.first, rows.count);
  for (const char * name : { "LabelImage", "ClusterTree", "OriginImage" })
  {
    if (DataObject * optional = this->ProcessObject::GetInput(name))
    {
      optional->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage>
fourdstem::NodePatternSums
ClusterPatternImageFilter<TInputImage>::SumsOfLabels()
{
  auto *                 input = const_cast<TInputImage *>(this->GetInput());
  const auto             shape = FourDSTEMPatternInput<TInputImage>::GetShape(input);
  const unsigned short * labels = this->GetLabelImage()->GetBufferPointer();
  const std::int64_t pieces = FourDSTEMPatternInput<TInputImage>::GetNumberOfPieces(input, m_NumberOfStreamDivisions);
  fourdstem::NodePatternSums sums(m_NumberOfLabels, shape.qy, shape.qx);
  for (std::int64_t piece = 0; piece < pieces; ++piece)
  {
    const auto rows = FourDSTEMPatternInput<TInputImage>::GetRowsOfPiece(input, m_NumberOfStreamDivisions, piece);
    if (piece > 0)
    {
      FourDSTEMPatternInput<TInputImage>::Request(input, rows.first, rows.count);
      input->PropagateRequestedRegion();
      input->UpdateOutputData();
    }
    const FourDSTEMPatternInput<TInputImage> patterns(input);
    const float *                            origins = FourDSTEMOriginsFrom(this->GetOriginImage(), rows.first);
    const auto share = [pieces](std::int64_t done) { return static_cast<float>(done) / static_cast<float>(pieces); };
    RunFourDSTEMKernel(
      this,
      [&](const fourdstem::Execution & execution) {
        fourdstem::AccumulatePatterns(patterns.GetSource(),
                                      rows.first,
                                      rows.count,
                                      origins,
                                      labels + rows.first * shape.rx,
                                      sums,
                                      execution,
                                      m_Minimum);
      },
      share(piece),
      share(piece + 1));
  }
  return sums;
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::GenerateData()
{
  m_Sums = this->SumsOfLabels();
  if (const ClusterTree * tree = this->GetClusterTree())
  {
    std::vector<std::int64_t> parents;
    for (const auto & node : tree->GetNodes())
    {
      parents.push_back(node.parent);
    }
    const auto                leaves = tree->GetLeaves();
    std::vector<std::int64_t> nodeOfLabel(leaves.begin(), leaves.begin() + m_NumberOfLabels);
    m_Sums = fourdstem::SumOverTree(m_Sums, nodeOfLabel, parents);
  }
  this->AllocateOutputs();
  const std::int64_t pixels = m_Sums.Rows() * m_Sums.Columns();
  for (std::int64_t slice = 0; slice < m_Sums.Sets(); ++slice)
  {
    m_Sums.Mean(slice, this->GetMeanImage()->GetBufferPointer() + slice * pixels);
    m_Sums.Variance(slice, this->GetVarianceImage()->GetBufferPointer() + slice * pixels);
  }
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Minimum: " << m_Minimum << std::endl;
  os << indent << "NumberOfStreamDivisions: " << m_NumberOfStreamDivisions << std::endl;
  os << indent << "NumberOfLabels: " << m_NumberOfLabels << std::endl;
}
} // namespace itk

#endif
