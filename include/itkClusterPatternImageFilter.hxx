// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkClusterPatternImageFilter_hxx
#define itkClusterPatternImageFilter_hxx

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
unsigned int
ClusterPatternImageFilter<TInputImage>::GetDivisions() const
{
  const auto shape = FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput());
  const auto rows = std::max<std::int64_t>(1, shape.ry);
  if (m_NumberOfStreamDivisions > 0)
  {
    return static_cast<unsigned int>(std::min<std::int64_t>(m_NumberOfStreamDivisions, rows));
  }
  if (FourDSTEMPatternInput<TInputImage>::IsDirect(this->GetInput()))
  {
    return 1;
  }
  constexpr double piece = 256. * 1024. * 1024.;
  const double     bytes = static_cast<double>(shape.Positions()) * static_cast<double>(shape.PatternPixels()) *
                       sizeof(typename TInputImage::PixelType);
  return static_cast<unsigned int>(std::clamp(bytes / piece, 1., static_cast<double>(rows)));
}

template <typename TInputImage>
std::int64_t
ClusterPatternImageFilter<TInputImage>::GetFirstRow(unsigned int division) const
{
  return FourDSTEMPatternInput<TInputImage>::GetShape(this->GetInput()).ry * division / this->GetDivisions();
}

template <typename TInputImage>
void
ClusterPatternImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<TInputImage *>(this->GetInput()), 0, this->GetFirstRow(1));
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
  auto *                     input = const_cast<TInputImage *>(this->GetInput());
  const auto                 shape = FourDSTEMPatternInput<TInputImage>::GetShape(input);
  const unsigned short *     labels = this->GetLabelImage()->GetBufferPointer();
  const unsigned int         divisions = this->GetDivisions();
  fourdstem::NodePatternSums sums(m_NumberOfLabels, shape.qy, shape.qx);
  for (unsigned int division = 0; division < divisions; ++division)
  {
    const std::int64_t first = this->GetFirstRow(division);
    const std::int64_t rows = this->GetFirstRow(division + 1) - first;
    if (division > 0)
    {
      FourDSTEMPatternInput<TInputImage>::Request(input, first, rows);
      input->PropagateRequestedRegion();
      input->UpdateOutputData();
    }
    const FourDSTEMPatternInput<TInputImage> patterns(input);
    const float *                            origins = FourDSTEMOriginsFrom(this->GetOriginImage(), first);
    const auto                               share = [divisions](unsigned int done) {
      return static_cast<float>(done) / static_cast<float>(divisions);
    };
    RunFourDSTEMKernel(
      this,
      [&](const fourdstem::Execution & execution) {
        fourdstem::AccumulatePatterns(
          patterns.GetSource(), first, rows, origins, labels + first * shape.rx, sums, execution, m_Minimum);
      },
      share(division),
      share(division + 1));
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
