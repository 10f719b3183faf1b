// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkBraggDiskImageFilter_hxx
#define itkBraggDiskImageFilter_hxx

#include "itkBraggDiskImageFilter.h"
#include "itkFourDSTEMGeometry.h"

#include "itkImageRegionConstIterator.h"
#include "itkMetaDataObject.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage>
BraggDiskImageFilter<TInputImage>::BraggDiskImageFilter()
{
  this->ThreaderUpdateProgressOff();
  this->AddOptionalInputName("OriginImage");
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::AddPlace(int h, int k, double x, double y)
{
  m_Places.push_back({ x, y });
  m_Indices.push_back({ h, k });
  this->Modified();
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::ClearPlaces()
{
  m_Places.clear();
  m_Indices.clear();
  this->Modified();
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::FindPlaces(const PatternImageType * mean)
{
  if (mean == nullptr || mean->GetBufferedRegion() != mean->GetLargestPossibleRegion())
  {
    itkExceptionMacro(<< "The mean pattern is not there as a whole: update it first");
  }
  if (!(m_DiskRadius > 0.))
  {
    itkExceptionMacro(<< "DiskRadius is " << m_DiskRadius << " detector pixels; it must be above 0");
  }
  const auto          size = mean->GetLargestPossibleRegion().GetSize();
  std::vector<double> pattern;
  pattern.reserve(mean->GetLargestPossibleRegion().GetNumberOfPixels());
  for (ImageRegionConstIterator<PatternImageType> it(mean, mean->GetBufferedRegion()); !it.IsAtEnd(); ++it)
  {
    pattern.push_back(static_cast<double>(it.Get()));
  }
  const auto peaks = fourdstem::FindPeaks(pattern.data(),
                                          static_cast<std::int64_t>(size[1]),
                                          static_cast<std::int64_t>(size[0]),
                                          static_cast<double>(size[0] / 2),
                                          static_cast<double>(size[1] / 2),
                                          { m_DiskRadius, m_EdgeWidth, {} });
  const auto found = fourdstem::FindLattice(peaks);
  if (!found)
  {
    itkExceptionMacro(<< "No lattice is found in the mean pattern: " << peaks.size() << " disks of radius "
                      << m_DiskRadius << " detector pixels stand out of it; three in two directions are needed");
  }
  m_Places = found->places;
  m_Indices = found->indices;
  for (unsigned int i = 0; i < 2; ++i)
  {
    m_G1[i] = found->lattice.g1[i];
    m_G2[i] = found->lattice.g2[i];
  }
  this->Modified();
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::VerifyInputInformation() const
{
  if (m_Places.empty())
  {
    itkExceptionMacro(<< "There is no place to look for a disk: call AddPlace or FindPlaces");
  }
  if (!(m_DiskRadius > 0. && m_EdgeWidth > 0. && m_Gain > 0.))
  {
    itkExceptionMacro(<< "DiskRadius is " << m_DiskRadius << ", EdgeWidth " << m_EdgeWidth << ", Gain " << m_Gain
                      << "; all must be above 0");
  }
  if (!(m_Structure >= 0. && m_Structure <= 1. && m_Electrons > 0.))
  {
    itkExceptionMacro(<< "Structure is " << m_Structure << ", Electrons " << m_Electrons
                      << "; the first must be 0 to 1, the second above 0");
  }
  VerifyFourDSTEMScanInput(this, this->GetInput(), this->GetOriginImage(), "OriginImage");
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::GenerateOutputInformation()
{
  OutputImageType * output = this->GetOutput();
  CopyFourDSTEMScanInformation(this->GetInput(), output);
  output->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(4 * m_Places.size()));
  std::vector<std::string> names;
  std::string              indices;
  for (std::size_t i = 0; i < m_Places.size(); ++i)
  {
    for (const char * what : { " x", " y", " height", " sigma" })
    {
      names.push_back("disk " + std::to_string(i + 1) + what);
    }
    indices += (i == 0 ? "" : ",") + std::to_string(m_Indices[i].h) + " " + std::to_string(m_Indices[i].k);
  }
  SetFourDSTEMComponentNames(names, output);
  EncapsulateMetaData<std::string>(output->GetMetaDataDictionary(), "FourDSTEM_MillerIndices", indices);
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  EnlargeToFourDSTEMRows(itkDynamicCastInDebugMode<OutputImageType *>(output));
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::GenerateInputRequestedRegion()
{
  const auto rows = FourDSTEMRows(this->GetOutput(), this->GetOutput()->GetRequestedRegion());
  FourDSTEMPatternInput<TInputImage>::Request(const_cast<TInputImage *>(this->GetInput()), rows.first, rows.count);
  if (auto * origins = const_cast<OriginImageType *>(this->GetOriginImage()))
  {
    origins->SetRequestedRegionToLargestPossibleRegion();
  }
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::GenerateData()
{
  this->AllocateOutputs();
  OutputImageType *                        output = this->GetOutput();
  const auto                               rows = FourDSTEMRows(output, output->GetBufferedRegion());
  const FourDSTEMPatternInput<TInputImage> patterns(this->GetInput());
  const fourdstem::ScanShape &             shape = patterns.GetSource().Shape();

  const float *      origins = FourDSTEMOriginsFrom(this->GetOriginImage(), rows.first);
  std::vector<float> centres;
  if (origins == nullptr)
  {
    centres = fourdstem::CentredOrigins(shape, rows.count);
    origins = centres.data();
  }
  fourdstem::BraggSearch search;
  search.disk = { m_DiskRadius, m_EdgeWidth, {} };
  search.places = { m_Places };
  search.reach = m_Reach;
  search.significance = m_Significance;
  search.noise = { m_Gain, m_Structure, m_Electrons };
  std::vector<fourdstem::BraggDisk> disks(static_cast<std::size_t>(rows.count * shape.rx) * m_Places.size());
  RunFourDSTEMKernel(this, [&](const fourdstem::Execution & execution) {
    fourdstem::FindBraggDisks(
      patterns.GetSource(), rows.first, rows.count, search, origins, nullptr, disks.data(), execution);
  });
  float * to = output->GetBufferPointer();
  for (const fourdstem::BraggDisk & disk : disks)
  {
    *to++ = disk.x;
    *to++ = disk.y;
    *to++ = disk.height;
    *to++ = disk.sigma;
  }
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "DiskRadius: " << m_DiskRadius << std::endl;
  os << indent << "EdgeWidth: " << m_EdgeWidth << std::endl;
  os << indent << "Places: " << m_Places.size() << std::endl;
  os << indent << "G1: " << m_G1 << std::endl;
  os << indent << "G2: " << m_G2 << std::endl;
  os << indent << "Reach: " << m_Reach << std::endl;
  os << indent << "Significance: " << m_Significance << std::endl;
  os << indent << "Gain: " << m_Gain << std::endl;
  os << indent << "Structure: " << m_Structure << std::endl;
  os << indent << "Electrons: " << m_Electrons << std::endl;
}
} // namespace itk

#endif
