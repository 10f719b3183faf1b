// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkBraggDiskImageFilter_hxx
#define itkBraggDiskImageFilter_hxx

#include "itkBraggDiskImageFilter.h"
#include "itkFourDSTEMGeometry.h"
#include "itkFourDSTEMPlaces.h"

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
BraggDiskImageFilter<TInputImage>::MeasureTemplate(const InputImageType *  scan,
                                                   const OriginImageType * origins,
                                                   bool                    useProfile)
{
  if (scan == nullptr || origins == nullptr || scan->GetBufferedRegion() != scan->GetLargestPossibleRegion() ||
      origins->GetBufferedRegion() != origins->GetLargestPossibleRegion())
  {
    itkExceptionMacro(<< "The scan or its origins are not there as a whole: update them first");
  }
  VerifyFourDSTEMScanInput(this, scan, origins, "OriginImage");
  try
  {
    const FourDSTEMPatternInput<TInputImage> patterns(scan);
    const fourdstem::PatternSource &         source = patterns.GetSource();
    const fourdstem::ScanShape &             shape = source.Shape();
    const auto                               mean = fourdstem::MeanPattern(source, 1, {});
    const auto                               probe = fourdstem::EstimateProbe(mean.data(), shape.qy, shape.qx);
    const float * const                      at = FourDSTEMOriginsFrom(origins, 0);
    const auto                               disk = fourdstem::MeasureDiskTemplate(source, 1, nullptr, at, probe, {});
    m_DiskRadius = disk.radius;
    m_EdgeWidth = disk.edgeWidth;
    m_Profile = useProfile ? disk.profile : std::vector<double>();
  }
  catch (const std::exception & error)
  {
    itkExceptionMacro(<< error.what());
  }
  this->Modified();
}

template <typename TInputImage>
void
BraggDiskImageFilter<TInputImage>::ClearProfile()
{
  m_Profile.clear();
  this->Modified();
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
  const auto found = FindFourDSTEMPlaces(mean, m_DiskRadius, m_EdgeWidth);
  m_Places = found.places;
  m_Indices = found.indices;
  for (unsigned int i = 0; i < 2; ++i)
  {
    m_G1[i] = found.lattice.g1[i];
    m_G2[i] = found.lattice.g2[i];
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
  for (std::size_t i = 0; i < m_Places.size(); ++i)
  {
    for (const char * what : { " x", " y", " height", " sigma" })
    {
      names.push_back("disk " + std::to_string(i + 1) + what);
    }
  }
  SetFourDSTEMComponentNames(names, output);
  EncapsulateMetaData<std::string>(
    output->GetMetaDataDictionary(), FourDSTEMMillerIndicesKey, FourDSTEMMillerIndicesText(m_Indices));
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
  search.disk = { m_DiskRadius, m_EdgeWidth, m_Profile };
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
  os << indent << "Profile: " << (m_Profile.empty() ? "smooth disk" : "measured") << std::endl;
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
