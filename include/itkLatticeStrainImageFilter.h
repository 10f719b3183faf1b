// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkLatticeStrainImageFilter_h
#define itkLatticeStrainImageFilter_h

#include "fourdstem/Strain.h"
#include "itkFourDSTEMMacro.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class LatticeStrainImageFilter
 * \brief Strain and rotation of the lattice at every position against a reference, with their errors.
 *
 * Input: VectorImage<float> over the scan as LatticeFitImageFilter makes it. Output: VectorImage<float> over the scan
 * with the components "e_xx", "e_yy", "e_xy" (V - I of the deformation gradient F = V R, fractions), "rotation"
 * (degrees, from +x towards +y), the standard error of each, "e_max", "e_min" (principal strains), "e_max axis"
 * (degrees), "dilation" (of area), "maximum shear". x is the fast axis, y the slow one (down); positive strain is
 * expansion in real space. NaN where there is no lattice.
 *
 * The reference is the median lattice of the positions in the MaskImage, of all without one, or a lattice that is
 * given. Needs the whole input. Throws if the input has other components or the reference holds no lattice.
 *
 * See docs/method.md, "Strain".
 * \ingroup FourDSTEM
 */
template <typename TInputImage = VectorImage<float, 2>>
class ITK_TEMPLATE_EXPORT LatticeStrainImageFilter : public ImageToImageFilter<TInputImage, VectorImage<float, 2>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(LatticeStrainImageFilter);

  using Self = LatticeStrainImageFilter;
  using OutputImageType = VectorImage<float, 2>;
  using Superclass = ImageToImageFilter<TInputImage, OutputImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using MaskImageType = Image<unsigned char, 2>;
  using LatticeVectorType = Vector<double, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(LatticeStrainImageFilter, ImageToImageFilter);

  /** Positions that count as unstrained: those where it is not 0. Default: none, all. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** The unstrained lattice, reciprocal vectors in detector pixels, in place of a median. */
  void
  SetReferenceLattice(const LatticeVectorType & g1, const LatticeVectorType & g2);
  void
  SetReferenceToMedian();

  /** The reference that was used, after Update(). */
  itkGetConstReferenceMacro(ReferenceG1, LatticeVectorType);
  itkGetConstReferenceMacro(ReferenceG2, LatticeVectorType);

  /** The customary small-strain form in reciprocal space, for comparison. Default: off. */
  itkSetMacro(Linearised, bool);
  itkGetConstMacro(Linearised, bool);
  itkBooleanMacro(Linearised);

  /** Angle of the scan's fast axis on the detector, degrees from +x towards +y; strains are in the scan's axes.
   * Default: 0. */
  itkSetMacro(ScanRotation, double);
  itkGetConstMacro(ScanRotation, double);

protected:
  LatticeStrainImageFilter();
  ~LatticeStrainImageFilter() override = default;

  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  void
  GenerateInputRequestedRegion() override;
  void
  GenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  LatticeVectorType m_ReferenceG1{ 0. };
  LatticeVectorType m_ReferenceG2{ 0. };
  bool              m_IsReferenceGiven = false;
  bool              m_Linearised = false;
  double            m_ScanRotation = 0.;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkLatticeStrainImageFilter.hxx"
#endif

#endif
