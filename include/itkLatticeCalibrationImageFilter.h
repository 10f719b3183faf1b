// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkLatticeCalibrationImageFilter_h
#define itkLatticeCalibrationImageFilter_h

#include "itkFourDSTEMMacro.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class LatticeCalibrationImageFilter
 * \brief The size of a detector pixel, and the elliptical distortion, from the lattices of a crystal that is known.
 *
 * Input: VectorImage<float> over the scan as LatticeFitImageFilter makes it; it is passed on as it is. After Update():
 * the size of a pixel in 1/nm (without a factor 2 pi), by least squares of the median lattice of the positions in the
 * MaskImage, of all without one, against the known one, and its standard error; and the ellipse that a circle about the
 * origin becomes on the detector, if that lattice is free of strain. Needs the whole input. Throws if the
 * input has other components, no position has a lattice, no known lattice is set, or it is not the one that is found
 * (its vectors, turned and scaled, are more than 10 % off).
 *
 * See docs/method.md, "Calibration" and "Elliptical distortion".
 * \ingroup FourDSTEM
 */
template <typename TInputImage = VectorImage<float, 2>>
class ITK_TEMPLATE_EXPORT LatticeCalibrationImageFilter : public ImageToImageFilter<TInputImage, TInputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(LatticeCalibrationImageFilter);

  using Self = LatticeCalibrationImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TInputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(LatticeCalibrationImageFilter, ImageToImageFilter);

  /** Positions that count: those where it is not 0. Default: none, all. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Sides of the crystal's cell, as seen along the beam, in nm, and the angle between them in degrees. For the ellipse
   * alone their ratio is enough: 1, 1, 120 for a hexagonal lattice. */
  void
  SetKnownLattice(double a, double b, double gamma);

  /** After Update(): 1/nm in a detector pixel, its standard error, and the root mean square distance of the measured
   * from the known vectors, relative. */
  itkGetConstMacro(PixelSize, double);
  itkGetConstMacro(PixelSizeError, double);
  itkGetConstMacro(Mismatch, double);

  /** After Update(): long over short axis of the ellipse, and the direction of the long one in degrees from +x towards
   * +y, in (-90, 90]; standard errors, 90 for an angle that means nothing. */
  itkGetConstMacro(EllipseRatio, double);
  itkGetConstMacro(EllipseRatioError, double);
  itkGetConstMacro(EllipseAngle, double);
  itkGetConstMacro(EllipseAngleError, double);

protected:
  LatticeCalibrationImageFilter();
  ~LatticeCalibrationImageFilter() override = default;

  void
  VerifyInputInformation() const override;
  void
  VerifyPreconditions() const override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  void
  GenerateInputRequestedRegion() override;
  void
  GenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  double m_SideA = 0.;
  double m_SideB = 0.;
  double m_Gamma = 0.; // degrees
  double m_PixelSize = 0.;
  double m_PixelSizeError = 0.;
  double m_Mismatch = 0.;
  double m_EllipseRatio = 1.;
  double m_EllipseRatioError = 0.;
  double m_EllipseAngle = 0.;      // degrees
  double m_EllipseAngleError = 0.; // degrees
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkLatticeCalibrationImageFilter.hxx"
#endif

#endif
