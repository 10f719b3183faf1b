// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkCepstrumFeature_h
#define itkCepstrumFeature_h

#include "FourDSTEMExport.h"
#include "fourdstem/Cepstrum.h"
#include "itkDiffractionFeature.h"

#include "itkImage.h"
#include "itkObjectFactory.h"

namespace itk
{
/** \class CepstrumFeature
 * \brief Peaks of each pattern's exit-wave power cepstrum: the direct lattice, where disks overlap or have structure.
 *
 * The cepstrum is the amplitude of the Fourier transform of the logarithm of the pattern (Padgett et al.,
 * Ultramicroscopy 214, 112994). Places are found in a mean pattern (FindPlaces). Components for each: "peak 1 x",
 * "peak 1 y", from the centre in pixels of the cepstrum, which are 1/(side * detector pixel); "peak 1 height", of the
 * logarithm; "peak 1 sigma", the standard deviation of x and of y from counting noise; NaN where there is no peak.
 *
 * LatticeFitImageFilter takes this output, and gives the reciprocal lattice in detector pixels, so that
 * LatticeStrainImageFilter follows as after Bragg disks. Absolute lengths are up to some per cent off, since the disks'
 * own transform falls off over a peak; strain against a reference of the same scan is not. A feature mask is refused.
 * See docs/method.md, "Cepstrum".
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT CepstrumFeature : public DiffractionFeature
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(CepstrumFeature);

  using Self = CepstrumFeature;
  using Superclass = DiffractionFeature;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using PatternImageType = Image<float, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(CepstrumFeature, DiffractionFeature);

  /** Side of the square about the origin that is transformed, detector pixels. Default: 0, the detector's shorter side.
   * Set before FindPlaces, as the next two. */
  itkSetMacro(Side, unsigned int);
  itkGetConstMacro(Side, unsigned int);

  /** Counts added before the logarithm. Default: 1. */
  itkSetMacro(Offset, double);
  itkGetConstMacro(Offset, double);

  /** Shortest vector of the direct lattice, pixels of the cepstrum; nearer to the centre it is not told from the
   * central lobe. Default: 8. */
  itkSetMacro(InnerRadius, double);
  itkGetConstMacro(InnerRadius, double);

  /** Farthest distance of a peak from its place, pixels of the cepstrum. Default: 1.5. */
  itkSetMacro(Reach, double);
  itkGetConstMacro(Reach, double);

  /** Smallest height of a peak in standard deviations of noise. Default: 4. */
  itkSetMacro(Significance, double);
  itkGetConstMacro(Significance, double);

  /** Finds the places in the cepstrum of a mean pattern [Qx, Qy] with its origin at (floor(Qx/2), floor(Qy/2)), for
   * example of DiffractionStatisticsImageFilter. The pattern is read now. Throws if no lattice is found, or one that
   * lies within the inner radius. */
  void
  FindPlaces(const PatternImageType * mean);

  unsigned int
  GetNumberOfPlaces() const
  {
    return static_cast<unsigned int>(m_Places.places.size());
  }

#ifndef ITK_WRAPPING_PARSER
  std::unique_ptr<fourdstem::Feature>
  MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const override;

  std::map<std::string, std::string>
  GetOutputMetaData(const fourdstem::ScanShape & shape) const override;
#endif

protected:
  CepstrumFeature() = default;
  ~CepstrumFeature() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  fourdstem::CepstrumOptions
  GetOptions() const;

  fourdstem::IndexedPeaks m_Places;
  unsigned int            m_Side{ 0 };
  double                  m_Offset{ 1. };
  double                  m_InnerRadius{ 8. };
  double                  m_Reach{ 1.5 };
  double                  m_Significance{ 4. };
};
} // namespace itk

#endif
