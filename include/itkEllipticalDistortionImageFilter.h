// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkEllipticalDistortionImageFilter_h
#define itkEllipticalDistortionImageFilter_h

#include "itkFourDSTEMMacro.h"

#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class EllipticalDistortionImageFilter
 * \brief Takes the elliptical distortion of the diffraction patterns out of the places of their Bragg disks.
 *
 * Input: VectorImage<float> over the scan as BraggDiskImageFilter makes it. Output: the same with the first two
 * components of every disk, its place from the origin, where it would be without the distortion; heights and errors
 * stay, as does NaN. It belongs between BraggDiskImageFilter and LatticeFitImageFilter, so that strain is in
 * undistorted coordinates. LatticeCalibrationImageFilter measures the ellipse of a known lattice.
 *
 * The ellipse is what a circle about the origin becomes on the detector; areas stay. Rows are streamed. Throws if the
 * input's components are not four for each disk, or the ratio is below 1.
 *
 * See docs/method.md, "Elliptical distortion".
 * \ingroup FourDSTEM
 */
template <typename TInputImage = VectorImage<float, 2>>
class ITK_TEMPLATE_EXPORT EllipticalDistortionImageFilter : public ImageToImageFilter<TInputImage, TInputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(EllipticalDistortionImageFilter);

  using Self = EllipticalDistortionImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TInputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using OutputImageRegionType = typename Superclass::OutputImageRegionType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(EllipticalDistortionImageFilter, ImageToImageFilter);

  /** Long over short axis, at least 1. Default: 1, no distortion. */
  itkSetMacro(Ratio, double);
  itkGetConstMacro(Ratio, double);

  /** Direction of the long axis, degrees from +x (columns) towards +y (rows, down). Default: 0. */
  itkSetMacro(Angle, double);
  itkGetConstMacro(Angle, double);

protected:
  EllipticalDistortionImageFilter();
  ~EllipticalDistortionImageFilter() override = default;

  void
  VerifyPreconditions() const override;
  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  DynamicThreadedGenerateData(const OutputImageRegionType & region) override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  double m_Ratio = 1.;
  double m_Angle = 0.;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkEllipticalDistortionImageFilter.hxx"
#endif

#endif
