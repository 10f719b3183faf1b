// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionOriginImageFilter_h
#define itkDiffractionOriginImageFilter_h

#include "fourdstem/Origin.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkFourDSTEMScanRows.h"

#include "itkImageToImageFilter.h"

#include <ostream>

namespace itk
{
/** \class DiffractionOriginImageFilterEnums
 * \brief Choices of DiffractionOriginImageFilter.
 * \ingroup FourDSTEM
 */
class DiffractionOriginImageFilterEnums
{
public:
  /** The disk whose centre of mass is the origin. */
  enum class Method : uint8_t
  {
    /** Soft, 1.8 probe radii + 0.5 pixels, starts at the mean pattern's probe, re-centred up to four times. */
    RecentredDisk,
    /** Hard, fixed at the array's centre, radius a sixth of the shorter side: the published pipeline. */
    FixedDisk
  };

  /** Surface over the scan that replaces the origins. */
  enum class Fit : uint8_t
  {
    None,
    Plane,
    Quadratic
  };
};

inline std::ostream &
operator<<(std::ostream & os, DiffractionOriginImageFilterEnums::Method method)
{
  return os << (method == DiffractionOriginImageFilterEnums::Method::FixedDisk ? "FixedDisk" : "RecentredDisk");
}

inline std::ostream &
operator<<(std::ostream & os, DiffractionOriginImageFilterEnums::Fit fit)
{
  return os << (fit == DiffractionOriginImageFilterEnums::Fit::None    ? "None"
                : fit == DiffractionOriginImageFilterEnums::Fit::Plane ? "Plane"
                                                                       : "Quadratic");
}

/** \class DiffractionOriginImageFilter
 * \brief Finds where the undiffracted beam hits the detector in each pattern.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Output: (qx0, qy0) over the scan [Rx, Ry], in detector
 * pixel indices from the region's start: the centre of pixel i is at i, whatever the spacing. Second output
 * (GetResidualOutput): distance in pixels between each origin found and the fitted surface, a quality map; NaN without
 * a fit.
 *
 * The origin is the centre of mass in a disk about the probe. Non-finite pixels weigh nothing, negative ones count as
 * 0; a pattern without counts in the disk keeps the disk's start, one without finite pixels there has NaN. Descan is
 * followed to 0.01 pixels without noise, and with n electrons in a disk of radius r to about r / (2 sqrt(n)).
 *
 * The probe is estimated from the mean of 24 to 47 scan rows (all, if there are fewer), which are read before the
 * input is asked for what was requested, with the filter's work units, progress and abort; SetProbe spares that.
 * Otherwise reads only the disk's pixels. Streams by whole scan rows, but with a fit the whole scan is needed. The same
 * bits for any division and number of work units. Throws if a probe radius is not above 0.
 *
 * See fourdstem/Origin.h; centre of mass in a disk: Han et al., Nano Lett. 18 (2018) 3746.
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT DiffractionOriginImageFilter
  : public ImageToImageFilter<TInputImage, Image<Vector<float, 2>, 2>>
  , public DiffractionOriginImageFilterEnums
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DiffractionOriginImageFilter);

  using Self = DiffractionOriginImageFilter;
  using OutputImageType = Image<Vector<float, 2>, 2>;
  using Superclass = ImageToImageFilter<TInputImage, OutputImageType>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using ResidualImageType = Image<float, 2>;
  using MaskImageType = Image<unsigned char, 2>;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DiffractionOriginImageFilter, ImageToImageFilter);

  /** Default: RecentredDisk. */
  itkSetEnumMacro(Method, Method);
  itkGetEnumMacro(Method, Method);

  /** Robust surface through all origins, which the output then holds in their place. Default: None. */
  itkSetEnumMacro(Fit, Fit);
  itkGetEnumMacro(Fit, Fit);

  /** Positions that take no part in the fit are 0 in it; over the scan. Default: none. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** The undiffracted disk: centre (x, y) and radius in detector pixels. Default: estimated. */
  void
  SetProbe(double centreX, double centreY, double radius);
  void
  SetProbeToEstimate();

  /** The probe given, or that estimated in the last update. */
  const fourdstem::Probe &
  GetProbe() const
  {
    return m_Probe;
  }

  /** Detector values below are raised to it first; the published pipeline: 1. Default: minus infinity. */
  itkSetMacro(LowestValue, float);
  itkGetConstMacro(LowestValue, float);

  ResidualImageType *
  GetResidualOutput();

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  DiffractionOriginImageFilter();
  ~DiffractionOriginImageFilter() override = default;

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
  fourdstem::OriginSearch
  MakeSearch() const;

  /** With the share of the progress that reading for it has before `rowsToCome` rows are searched. */
  void
  EstimateProbe(std::int64_t rowsToCome);

  Method           m_Method = Method::RecentredDisk;
  Fit              m_Fit = Fit::None;
  float            m_LowestValue = -std::numeric_limits<float>::infinity();
  fourdstem::Probe m_Probe;
  bool             m_IsProbeGiven = false;
  ModifiedTimeType m_ProbeTime = 0;
  float            m_ProbeShare = 0.f;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDiffractionOriginImageFilter.hxx"
#endif

#endif
