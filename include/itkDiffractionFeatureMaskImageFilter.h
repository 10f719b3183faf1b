// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionFeatureMaskImageFilter_h
#define itkDiffractionFeatureMaskImageFilter_h

#include "fourdstem/NeighbourSums.h"
#include "fourdstem/Origin.h"
#include "fourdstem/Statistics.h"
#include "itkFourDSTEMMacro.h"
#include "itkFourDSTEMPatternInput.h"
#include "itkMaskedPixelFeature.h"

#include "itkStreamingProcessObject.h"

#include <ostream>

namespace itk
{
/** \class DiffractionFeatureMaskImageFilterEnums
 * \brief Choices of DiffractionFeatureMaskImageFilter.
 * \ingroup FourDSTEM
 */
class DiffractionFeatureMaskImageFilterEnums
{
public:
  /** What makes a pixel of the aligned patterns a feature. */
  enum class Method : uint8_t
  {
    /** Every candidate. */
    All,
    /** log-std S = log(standard deviation + 1) above a fraction of its maximum over the pattern: as published. */
    StdFraction,
    /** Fano factor, variance over mean, above that of counting noise. */
    Fano,
    /** Neighbouring positions share it: z = (1 - C) sqrt(P), C = half the mean squared difference over the variance. */
    Neighbour,
    /** About the Bragg disks of the mean pattern. */
    Disks
  };
};

inline std::ostream &
operator<<(std::ostream & os, DiffractionFeatureMaskImageFilterEnums::Method method)
{
  constexpr const char * names[] = { "All", "StdFraction", "Fano", "Neighbour", "Disks" };
  return os << names[static_cast<std::size_t>(method)];
}

/** \class DiffractionFeatureMaskImageFilter
 * \brief Chooses the detector pixels that carry signal: the FeatureMaskImage of DiffractionFeatureImageFilter.
 *
 * Input: 4-D scan [Qx, Qy, Rx, Ry] of any arithmetic type. Outputs over the detector [Qx, Qy]: the mask,
 * Image<unsigned char, 2>, 1 where a pixel is a feature; and the score that was tested (GetScoreOutput), Image<float,
 * 2>: log-std S, Fano factor, neighbour z or, for Disks, the mean pattern; NaN at pixels that were no candidates,
 * everywhere for All.
 *
 * Candidates are the pixels at which the strategy, a MaskedPixelFeature, samples: its annulus and step, within the
 * FeatureMaskImage if there is one. Given to DiffractionFeatureImageFilter with the mask, it takes the pixels chosen.
 * Index (floor(Qx/2), floor(Qy/2)) is the origin of aligned patterns: with an OriginImage each pattern's own, at
 * physical (0, 0); without, that pixel of each pattern. The strategy's Minimum always holds; its sampler, sigma and
 * transform do for Neighbour, while S, F and the mean are of patterns aligned bilinearly. Positions masked by
 * MaskImage, or whose origin is not finite, are left out; so are points without data (for TransformL2, which needs all,
 * they count as 0).
 *
 * A sink: the input is requested scan rows by scan rows, in NumberOfStreamDivisions pieces; for All only its first row.
 * Memory: one piece, and for Neighbour three scan rows of features, or 32 MiB and two; for the others 28 bytes a
 * detector pixel for each work unit, a nested deviation: for each scan column. Same bits for any division and number of
 * work units. Throws if an input does not fit, an option is out of its range, there is no candidate, or for Disks no
 * direct beam in the mean pattern.
 *
 * See docs/method.md, "Which detector pixels"; std-fraction: Shi et al., npj Comput. Mater. 8, 114 (2022); C is Geary's
 * ratio; Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289.
 * \ingroup FourDSTEM
 */
template <typename TInputImage>
class ITK_TEMPLATE_EXPORT DiffractionFeatureMaskImageFilter
  : public StreamingProcessObject
  , public DiffractionFeatureMaskImageFilterEnums
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DiffractionFeatureMaskImageFilter);

  using Self = DiffractionFeatureMaskImageFilter;
  using Superclass = StreamingProcessObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  using InputImageType = TInputImage;
  using OutputImageType = Image<unsigned char, 2>;
  using ScoreImageType = Image<float, 2>;
  using OriginImageType = Image<Vector<float, 2>, 2>;
  using MaskImageType = Image<unsigned char, 2>;
  using DeviationType = fourdstem::Deviation;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DiffractionFeatureMaskImageFilter, StreamingProcessObject);

  using Superclass::SetInput;
  void
  SetInput(const InputImageType * scan);
  const InputImageType *
  GetInput() const;

  /** Origin (x, y) of each pattern in detector pixel indices, over the scan. Default: none. */
  itkSetInputMacro(OriginImage, OriginImageType);
  itkGetInputMacro(OriginImage, OriginImageType);

  /** Positions where it is 0 are left out; over the scan. Default: none. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Pixels of the aligned pattern that may be chosen, those that are not 0; over the detector. Default: none, all. */
  itkSetInputMacro(FeatureMaskImage, MaskImageType);
  itkGetInputMacro(FeatureMaskImage, MaskImageType);

  /** Where and how patterns are sampled. Default: every pixel, bilinearly, raw. */
  itkSetObjectMacro(Strategy, MaskedPixelFeature);
  itkGetModifiableObjectMacro(Strategy, MaskedPixelFeature);

  /** Default: Neighbour. */
  itkSetEnumMacro(Method, Method);
  itkGetEnumMacro(Method, Method);
  void
  SetMethodToAll()
  {
    this->SetMethod(Method::All);
  }
  void
  SetMethodToStdFraction()
  {
    this->SetMethod(Method::StdFraction);
  }
  void
  SetMethodToFano()
  {
    this->SetMethod(Method::Fano);
  }
  void
  SetMethodToNeighbour()
  {
    this->SetMethod(Method::Neighbour);
  }
  void
  SetMethodToDisks()
  {
    this->SetMethod(Method::Disks);
  }

  /** For StdFraction: S above this share of max S, 0 <= share < 1. Default: 0.3. */
  itkSetMacro(StdFraction, double);
  itkGetConstMacro(StdFraction, double);

  /** For StdFraction: the standard deviation in S, Global or (as published) Nested. Default: Nested. */
  itkSetEnumMacro(Deviation, DeviationType);
  itkGetEnumMacro(Deviation, DeviationType);
  void
  SetDeviationToGlobal()
  {
    this->SetDeviation(DeviationType::Global);
  }
  void
  SetDeviationToNested()
  {
    this->SetDeviation(DeviationType::Nested);
  }

  /** For Fano: F > FanoGain (1 + FanoScore sqrt(2 / (N - 1))), N positions. Default: 5 standard errors. */
  itkSetMacro(FanoScore, double);
  itkGetConstMacro(FanoScore, double);

  /** For Fano: F of noise alone, in detector units per electron; 0 takes the median over the annulus. Default: 0. */
  itkSetMacro(FanoGain, double);
  itkGetConstMacro(FanoGain, double);

  /** For Neighbour: expected share of wrong features among those chosen, above 0, at most 1. Default: 0.05. */
  itkSetMacro(FalseDiscoveryRate, double);
  itkGetConstMacro(FalseDiscoveryRate, double);

  /** For Neighbour: bounds of the threshold on z that follows from the rate. Default: 2.5 and 5. */
  itkSetMacro(LowestScore, double);
  itkGetConstMacro(LowestScore, double);
  itkSetMacro(HighestScore, double);
  itkGetConstMacro(HighestScore, double);

  /** Pieces, of whole scan rows, in which the input is requested. 0, the default: pieces of at most 256 MiB, or one if
   * patterns are read straight from the file. */
  itkSetMacro(NumberOfStreamDivisions, unsigned int);
  itkGetConstMacro(NumberOfStreamDivisions, unsigned int);

  OutputImageType *
  GetOutput();
  ScoreImageType *
  GetScoreOutput();

  /** Pixels chosen in the last update. */
  itkGetConstMacro(NumberOfFeatures, SizeValueType);

  /** Also that of the strategy. */
  ModifiedTimeType
  GetMTime() const override;

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  DiffractionFeatureMaskImageFilter();
  ~DiffractionFeatureMaskImageFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;
  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  unsigned int
  GetNumberOfInputRequestedRegions() override;
  void
  GenerateNthInputRequestedRegion(unsigned int piece) override;
  void
  StreamedGenerateData(unsigned int piece) override;
  void
  AfterStreamedGenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  FourDSTEMRowRange
  RowsOfPiece(unsigned int piece) const;
  void
  Start();
  void
  Publish(const std::vector<double> & scores, const std::vector<std::uint8_t> & isChosen);

  MaskedPixelFeature::Pointer m_Strategy;
  Method                      m_Method{ Method::Neighbour };
  double                      m_StdFraction{ 0.3 };
  DeviationType               m_Deviation{ DeviationType::Nested };
  double                      m_FanoScore{ 5 };
  double                      m_FanoGain{ 0 };
  double                      m_FalseDiscoveryRate{ fourdstem::NeighbourTest{}.falseDiscoveryRate };
  double                      m_LowestScore{ fourdstem::NeighbourTest{}.lowest };
  double                      m_HighestScore{ fourdstem::NeighbourTest{}.highest };
  unsigned int                m_NumberOfStreamDivisions{ 0 };
  SizeValueType               m_NumberOfFeatures{ 0 };

  // During an update.
  fourdstem::DetectorMask             m_Within;
  std::vector<fourdstem::SamplePoint> m_Candidates;
  std::unique_ptr<fourdstem::Feature> m_Feature;
  fourdstem::PatternSums              m_PatternSums;
  fourdstem::NeighbourSums            m_NeighbourSums;
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDiffractionFeatureMaskImageFilter.hxx"
#endif

#endif
