// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkVirtualDetectorImageFilter_h
#define itkVirtualDetectorImageFilter_h

#include "fourdstem/VirtualDetector.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMScanRows.h"

#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

#include <limits>
#include <string>
#include <vector>

namespace itk
{
/** \class VirtualDetectorImageFilter
 * \brief Sums each diffraction pattern over one or more detector regions.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Output: one component per detector over the scan [Rx, Ry],
 * in the input's counts, named as the detectors (metadata key "FourDSTEM_ComponentNames"); a centre of mass has two,
 * x and y, in detector pixels from the centre. With a scalar output image there must be one component only.
 *
 * With an OriginImage, a detector is centred on each pattern's own origin, so descan does not leak into the image.
 * A pixel belongs to an annulus if its centre does: r_in <= |q - q0| < r_out, radii in detector pixels.
 *
 * Reads each pattern once, whatever the number of detectors; memory is that of the requested rows; the sums are
 * exact for integer input below 2^53 (choose a double output to keep them so). Non-finite pixels are left out. The
 * output streams by whole scan rows and is the same bits for any division and number of work units. Throws if no
 * detector was added, a radius is negative, or a detector is empty or reaches outside every pattern.
 *
 * See docs/method.md, "Virtual detectors"; for the annuli usual in practice: Ophus, Microsc. Microanal. 25 (2019) 563.
 * \ingroup FourDSTEM
 */
template <typename TInputImage, typename TOutputImage = VectorImage<float, 2>>
class ITK_TEMPLATE_EXPORT VirtualDetectorImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(VirtualDetectorImageFilter);

  using Self = VirtualDetectorImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using OutputImageType = TOutputImage;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using DetectorMaskType = Image<float, 2>;
  using CentreType = Vector<double, 2>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(VirtualDetectorImageFilter, ImageToImageFilter);

  /** The origin (x, y) of each pattern in detector pixel indices, over the scan. Default: none, all detectors are about
   * the Centre. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Centre of the detectors without an OriginImage, detector pixels (x, y) from the region's start.
   * Default: (floor(Qx/2), floor(Qy/2)). */
  void
  SetCentre(const CentreType & centre);
  void
  SetCentreToDefault();
  CentreType
  GetCentre() const;

  /** Sum over the ring innerRadius <= |q - q0| < outerRadius, detector pixels. */
  void
  AddAnnulus(const std::string & name, double innerRadius, double outerRadius);

  /** Sum over the disk |q - q0| < radius, detector pixels. */
  void
  AddDisk(const std::string & name, double radius);

  /** Sum of pixels times the weights of `mask` [Qx, Qy]. With an OriginImage, mask pixel (floor(Qx/2), floor(Qy/2))
   * from its region's start lies on the pixel nearest to the pattern's origin. The mask's values are copied now. */
  void
  AddMask(const std::string & name, const DetectorMaskType * mask);

  /** Centre of mass of the ring's pixels from the centre, detector pixels; NaN where their sum is 0. */
  void
  AddCentreOfMass(const std::string & name,
                  double              innerRadius = 0.,
                  double              outerRadius = std::numeric_limits<double>::infinity());

  void
  ClearDetectors();

  /** Names of the output's components. */
  std::vector<std::string>
  GetComponentNames() const;

protected:
  VirtualDetectorImageFilter();
  ~VirtualDetectorImageFilter() override = default;

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
  fourdstem::VirtualDetectorSet
  MakeDetectors() const;

  std::vector<fourdstem::VirtualDetector> m_Detectors;
  CentreType                              m_Centre{ 0. };
  bool                                    m_HasCentre = false;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkVirtualDetectorImageFilter.hxx"
#endif

#endif
