// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkBraggDiskImageFilter_h
#define itkBraggDiskImageFilter_h

#include "fourdstem/Lattice.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMScanRows.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

namespace itk
{
/** \class BraggDiskImageFilter
 * \brief Measures where the Bragg disks of every diffraction pattern are.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Output: VectorImage<float> over the scan [Rx, Ry] with four
 * components for each place where a disk is expected: x and y from the pattern's origin, in detector pixels (x along
 * Qx); height above the background, in the input's counts; sigma, the standard deviation of x and of y from counting
 * noise and structure, in detector pixels. All four are NaN where no disk was found. Names: "disk 1 x", "disk 1 y",
 * "disk 1 height", "disk 1 sigma", ...; the places' indices go along in the metadata key "FourDSTEM_MillerIndices" ("1
 * 0,0 1,..."), from where LatticeFitImageFilter takes them.
 *
 * Places are given (AddPlace), or found with their lattice in an aligned mean pattern (FindPlaces), for example of
 * DiffractionStatisticsImageFilter. Each pattern is read once, streamed by whole scan rows, and by itself; the same
 * bits for any division and number of work units. Throws without places or a disk radius.
 *
 * See docs/method.md, "Bragg disks".
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT BraggDiskImageFilter : public ImageToImageFilter<TInputImage, VectorImage<float, 2>>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(BraggDiskImageFilter);

  using Self = BraggDiskImageFilter;
  using OutputImageType = VectorImage<float, 2>;
  using Superclass = ImageToImageFilter<TInputImage, OutputImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using InputImageType = TInputImage;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using PatternImageType = Image<float, 2>;
  using LatticeVectorType = Vector<double, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(BraggDiskImageFilter, ImageToImageFilter);

  /** The origin (x, y) of each pattern in detector pixel indices, over the scan. Default: none, every origin is at
   * (floor(Qx/2), floor(Qy/2)). */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Radius of a disk at half its height, and the width over which its edge falls, detector pixels. The radius has no
   * default; the edge width is 1.5. */
  itkSetMacro(DiskRadius, double);
  itkGetConstMacro(DiskRadius, double);
  itkSetMacro(EdgeWidth, double);
  itkGetConstMacro(EdgeWidth, double);

  /** Takes the shape of the disks from the direct beam of a scan [Qx, Qy, Rx, Ry], with the origin of each pattern: one
   * in vacuum, or a region of one, best. DiskRadius and EdgeWidth are set to its, and with `useProfile` its whole
   * radial profile is the template, in place of a smooth disk of these (until ClearProfile). Both images are read now,
   * as a whole. Throws if no beam stands out. */
  void
  MeasureTemplate(const InputImageType * scan, const OriginImageType * origins, bool useProfile);
  void
  ClearProfile();

  /** A place of disk (h, k): (x, y) from the origin, detector pixels. */
  void
  AddPlace(int h, int k, double x, double y);
  void
  ClearPlaces();
  unsigned int
  GetNumberOfPlaces() const
  {
    return static_cast<unsigned int>(m_Places.size());
  }

  /** Replaces the places by those of the peaks on the lattice that is found in a mean pattern [Qx, Qy], whose origin is
   * at (floor(Qx/2), floor(Qy/2)). The pattern is read now. Throws if no lattice is found. */
  void
  FindPlaces(const PatternImageType * mean);

  /** The lattice that FindPlaces found: reciprocal vectors in detector pixels. */
  itkGetConstReferenceMacro(G1, LatticeVectorType);
  itkGetConstReferenceMacro(G2, LatticeVectorType);

  /** Farthest distance of a disk from its place, detector pixels. Default: 0, the disk's radius, or 0.45 of the
   * smallest distance of two places where that is less. */
  itkSetMacro(Reach, double);
  itkGetConstMacro(Reach, double);

  /** Smallest height of a disk in standard deviations of it. Default: 4. */
  itkSetMacro(Significance, double);
  itkGetConstMacro(Significance, double);

  /** Variance of a pixel over its mean, in the input's units; for electrons that are counted one by one 1, the default.
   */
  itkSetMacro(Gain, double);
  itkGetConstMacro(Gain, double);

  /** Standard deviation of the structure inside disks, as thick crystals have, over their height: 0 (the default) where
   * they are evenly filled, at most 1. */
  itkSetMacro(Structure, double);
  itkGetConstMacro(Structure, double);

  /** Electrons in a pixel at the top of a typical disk, which structure is weighed against noise by. Default: 16. */
  itkSetMacro(Electrons, double);
  itkGetConstMacro(Electrons, double);

protected:
  BraggDiskImageFilter();
  ~BraggDiskImageFilter() override = default;

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
  std::vector<fourdstem::BraggPlace>  m_Places;
  std::vector<fourdstem::MillerIndex> m_Indices;
  LatticeVectorType                   m_G1{ 0. };
  LatticeVectorType                   m_G2{ 0. };
  std::vector<double>                 m_Profile;
  double                              m_DiskRadius = 0.;
  double                              m_EdgeWidth = 1.5;
  double                              m_Reach = 0.;
  double                              m_Significance = 4.;
  double                              m_Gain = 1.;
  double                              m_Structure = 0.;
  double                              m_Electrons = 16.;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkBraggDiskImageFilter.hxx"
#endif

#endif
