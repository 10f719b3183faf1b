// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionTiltFeature_h
#define itkDiffractionTiltFeature_h

#include "FourDSTEMExport.h"
#include "fourdstem/Lattice.h"
#include "itkDiffractionFeature.h"

#include "itkImage.h"
#include "itkObjectFactory.h"

namespace itk
{
/** \class DiffractionTiltFeature
 * \brief What the heights and widths of Bragg disks say of tilt, bending and ripples.
 *
 * Components: "Friedel asymmetry h k", (I_g - I_-g)/(I_g + I_-g), of every pair of opposite places; "tilt x" and
 * "tilt y", the vector that the asymmetries follow; "ring n cos 2", "ring n sin 2" (and 6), the two- and six-fold
 * harmonics of the intensities around a ring, relative to their mean; "disk broadening", the variance of the disks
 * along each axis above the template's, square detector pixels. All but the last have no unit. NaN where a disk of the
 * pair, or of the ring, is cut by the rim, and where none is found. A feature mask is refused.
 *
 * See docs/method.md, "Tilt".
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT DiffractionTiltFeature : public DiffractionFeature
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DiffractionTiltFeature);

  using Self = DiffractionTiltFeature;
  using Superclass = DiffractionFeature;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using PatternImageType = Image<float, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DiffractionTiltFeature, DiffractionFeature);

  /** Radius of a disk at half its height, and the width over which its edge falls, detector pixels. The radius has no
   * default; the edge width is 1.5. */
  itkSetMacro(DiskRadius, double);
  itkGetConstMacro(DiskRadius, double);
  itkSetMacro(EdgeWidth, double);
  itkGetConstMacro(EdgeWidth, double);

  /** Farthest distance of a disk from its place, detector pixels. Default: 0, as of BraggDiskImageFilter. */
  itkSetMacro(Reach, double);
  itkGetConstMacro(Reach, double);

  /** Disks lower than this many of their standard deviations count as none. Default: 4. */
  itkSetMacro(Significance, double);
  itkGetConstMacro(Significance, double);

  /** Variance of a pixel over its mean. Default: 1. */
  itkSetMacro(Gain, double);
  itkGetConstMacro(Gain, double);

  /** A place of disk (h, k): (x, y) from the origin, detector pixels. */
  void
  AddPlace(int h, int k, double x, double y);
  void
  ClearPlaces();
  unsigned int
  GetNumberOfPlaces() const
  {
    return static_cast<unsigned int>(m_Places.places.size());
  }

  /** Replaces the places by those of the peaks on the lattice that is found in a mean pattern [Qx, Qy], whose origin is
   * at (floor(Qx/2), floor(Qy/2)). The pattern is read now. Throws if no lattice is found. */
  void
  FindPlaces(const PatternImageType * mean);

#ifndef ITK_WRAPPING_PARSER
  std::unique_ptr<fourdstem::Feature>
  MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const override;
#endif

protected:
  DiffractionTiltFeature() = default;
  ~DiffractionTiltFeature() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  fourdstem::IndexedPeaks m_Places;
  double                  m_DiskRadius{ 0. };
  double                  m_EdgeWidth{ 1.5 };
  double                  m_Reach{ 0. };
  double                  m_Significance{ 4. };
  double                  m_Gain{ 1. };
};
} // namespace itk

#endif
