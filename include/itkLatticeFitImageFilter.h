// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkLatticeFitImageFilter_h
#define itkLatticeFitImageFilter_h

#include "fourdstem/Lattice.h"
#include "itkFourDSTEMMacro.h"

#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class LatticeFitImageFilter
 * \brief Fits a reciprocal lattice, q = q0 + h g1 + k g2, to the Bragg disks of every position.
 *
 * Input: VectorImage<float> over the scan as BraggDiskImageFilter makes it, with the disks' indices in its metadata; or
 * as DiffractionFeatureImageFilter makes it with a CepstrumFeature, whose direct lattice is turned to the reciprocal.
 * Output: VectorImage<float> over the scan with the components "q0 x", "q0 y", "g1 x", "g1 y", "g2 x", "g2 y" in
 * detector pixels; "variance g1", "covariance g1 g2", "variance g2", of the x components and likewise of the y
 * components, in square pixels; "residual", the root mean square distance of the disks from the lattice, in pixels;
 * "disks", how many the fit rests on. All but the last are NaN where fewer than MinimumDisks disks, or none in two
 * directions, are left.
 *
 * Several inputs (SetInput(i, ...)), each with the disks of another lattice, for example of those found in the mean
 * patterns of clusters: every position takes the lattice that explains most of it, by the heights of the disks within a
 * tenth of its shorter vector; of equals the first. GetLatticeNumberOutput() says which.
 *
 * Disks weigh by their errors; outliers are left out (Tukey's biweight); the scale of the errors is taken from the
 * residuals of the whole scan, so the filter needs its whole input. The same bits for any number of work units. Throws
 * if the input's components are not four for each pair of indices.
 *
 * See docs/method.md, "Lattice".
 * \ingroup FourDSTEM
 */
template <typename TInputImage = VectorImage<float, 2>>
class ITK_TEMPLATE_EXPORT LatticeFitImageFilter : public ImageToImageFilter<TInputImage, VectorImage<float, 2>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(LatticeFitImageFilter);

  using Self = LatticeFitImageFilter;
  using OutputImageType = VectorImage<float, 2>;
  using Superclass = ImageToImageFilter<TInputImage, OutputImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(LatticeFitImageFilter, ImageToImageFilter);

  using NumberImageType = Image<unsigned short, 2>;

  /** The number of the input, from 0, whose lattice each position has; 65535 where none is fitted. */
  NumberImageType *
  GetLatticeNumberOutput()
  {
    return itkDynamicCastInDebugMode<NumberImageType *>(this->ProcessObject::GetOutput(1));
  }

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(ProcessObject::DataObjectPointerArraySizeType index) override;

  /** Fewest disks that a lattice is fitted to; at least 4, the default. */
  itkSetClampMacro(MinimumDisks, int, 4, 10000);
  itkGetConstMacro(MinimumDisks, int);

  /** Disks farther from the lattice than this many of their standard deviations are left out. Default: 4. */
  itkSetMacro(Outlier, double);
  itkGetConstMacro(Outlier, double);

protected:
  LatticeFitImageFilter();
  ~LatticeFitImageFilter() override = default;

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
  std::vector<fourdstem::MillerIndex>
  GetIndices(unsigned int input) const;

  std::vector<fourdstem::LatticeFit>
  Fit(const std::vector<fourdstem::BraggDisk> & disks, const std::vector<fourdstem::MillerIndex> & indices);

  int    m_MinimumDisks = 4;
  double m_Outlier = 4.;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkLatticeFitImageFilter.hxx"
#endif

#endif
