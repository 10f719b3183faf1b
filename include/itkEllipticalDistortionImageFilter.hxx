// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkEllipticalDistortionImageFilter_hxx
#define itkEllipticalDistortionImageFilter_hxx

#include "fourdstem/EllipticalDistortion.h"
#include "itkEllipticalDistortionImageFilter.h"

#include "itkImageRegionConstIterator.h"
#include "itkImageRegionIterator.h"
#include "itkMath.h"

#include <cmath>
#include <vector>

namespace itk
{
template <typename TInputImage>
EllipticalDistortionImageFilter<TInputImage>::EllipticalDistortionImageFilter()
{
  this->DynamicMultiThreadingOn();
}

template <typename TInputImage>
void
EllipticalDistortionImageFilter<TInputImage>::VerifyPreconditions() const
{
  Superclass::VerifyPreconditions();
  if (!(m_Ratio >= 1.) || !std::isfinite(m_Ratio) || !std::isfinite(m_Angle))
  {
    itkExceptionMacro(<< "The ratio of the ellipse's long over its short axis is " << m_Ratio << ", the angle "
                      << m_Angle << "; at least 1, and any number of degrees, are needed");
  }
}

template <typename TInputImage>
void
EllipticalDistortionImageFilter<TInputImage>::VerifyInputInformation() const
{
  const auto components = this->GetInput()->GetNumberOfComponentsPerPixel();
  if (components == 0 || components % 4 != 0)
  {
    itkExceptionMacro(<< "The input has " << components << " components; four for each disk, as BraggDiskImageFilter "
                      << "makes them, are needed");
  }
}

template <typename TInputImage>
void
EllipticalDistortionImageFilter<TInputImage>::GenerateOutputInformation()
{
  Superclass::GenerateOutputInformation();
  this->GetOutput()->SetNumberOfComponentsPerPixel(this->GetInput()->GetNumberOfComponentsPerPixel());
  this->GetOutput()->SetMetaDataDictionary(this->GetInput()->GetMetaDataDictionary());
}

template <typename TInputImage>
void
EllipticalDistortionImageFilter<TInputImage>::DynamicThreadedGenerateData(const OutputImageRegionType & region)
{
  const fourdstem::EllipticalDistortion ellipse{ m_Ratio, m_Angle * Math::pi_over_180 };
  ImageRegionConstIterator<TInputImage> from(this->GetInput(), region);
  ImageRegionIterator<TInputImage>      to(this->GetOutput(), region);
  std::vector<fourdstem::BraggDisk>     disks(this->GetInput()->GetNumberOfComponentsPerPixel() / 4);
  for (; !to.IsAtEnd(); ++from, ++to)
  {
    const auto                      shared = from.Get(); // of the input's own memory
    typename TInputImage::PixelType pixel(shared);
    for (unsigned int i = 0; i < disks.size(); ++i)
    {
      disks[i] = { pixel[4 * i], pixel[4 * i + 1], pixel[4 * i + 2], pixel[4 * i + 3] };
    }
    fourdstem::UndistortDisks(ellipse, static_cast<std::int64_t>(disks.size()), disks.data());
    for (unsigned int i = 0; i < disks.size(); ++i)
    {
      pixel[4 * i] = disks[i].x;
      pixel[4 * i + 1] = disks[i].y;
    }
    to.Set(pixel);
  }
}

template <typename TInputImage>
void
EllipticalDistortionImageFilter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Ratio: " << m_Ratio << std::endl;
  os << indent << "Angle: " << m_Angle << std::endl;
}
} // namespace itk

#endif
