// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDivisiveClusteringImageFilter_h
#define itkDivisiveClusteringImageFilter_h

#include "fourdstem/Clustering.h"
#include "fourdstem/Membership.h"
#include "fourdstem/SpatialRegularity.h"
#include "fourdstem/Stability.h"
#include "itkClusterTree.h"
#include "itkFourDSTEMMacro.h"

#include "itkDistanceToCentroidMembershipFunction.h"
#include "itkImage.h"
#include "itkImageToImageFilter.h"
#include "itkVectorImage.h"

#include <string>
#include <vector>

namespace itk
{
/** \class DivisiveClusteringImageFilter
 * \brief Divides the positions of a vector image into a tree of clusters, without being told how many.
 *
 * Input: a VectorImage of one to three dimensions, each component a feature; optionally a mask (0: takes no part).
 * Outputs: the labels of the leaves (1, 2, ... in the order of the tree, 0: masked or no finite value), a confidence
 * image (how clearly a position belongs to its leaf and no other, 0 to 1, NaN without a leaf), the ClusterTree and, if
 * asked for, the probability of every leaf (membership, a component per label) with its maximum, margin and entropy.
 *
 * In `Auto` mode a node is divided where neighbouring positions agree on a difference beyond their noise, the values
 * fall in two classes with a gap between, and the border is sharp; the number of clusters follows. The noise is taken
 * from differences of neighbours, so units and offsets of the components do not matter. In `Paper` mode each node is
 * divided by Euclidean k-means with k given by AddSplit() or by a criterion (Shi et al., npj Comput. Mater. 8 (2022)
 * 114). Method, options and limits: fourdstem/Clustering.h and docs/method.md.
 *
 * Needs the whole input; memory beside it is that of the input once more if its pixel type is not float. The result is
 * the same bits for any number of work units. Throws if an option is out of its range or the mask does not fit.
 * \ingroup FourDSTEM
 */
template <typename TInputImage, typename TOutputImage = Image<unsigned short, TInputImage::ImageDimension>>
class ITK_TEMPLATE_EXPORT DivisiveClusteringImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DivisiveClusteringImageFilter);

  using Self = DivisiveClusteringImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  static constexpr unsigned int ImageDimension = TInputImage::ImageDimension;
  static_assert(ImageDimension >= 1 && ImageDimension <= 3, "clusters lie on a grid of one to three dimensions");

  using InputImageType = TInputImage;
  using OutputImageType = TOutputImage;
  using MaskImageType = Image<unsigned char, ImageDimension>;
  using ConfidenceImageType = Image<float, ImageDimension>;
  using MembershipImageType = VectorImage<float, ImageDimension>;
  using CentroidType = VariableLengthVector<double>;
  using MembershipFunctionType = Statistics::DistanceToCentroidMembershipFunction<CentroidType>;
  using MembershipFunctionPointer = typename MembershipFunctionType::ConstPointer;
  using DataObjectPointerArraySizeType = ProcessObject::DataObjectPointerArraySizeType;
  using ModeType = fourdstem::ClusterMode;
  using SelectionType = fourdstem::FeatureSelection;
  using CriterionType = fourdstem::ClusterCriterion;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(DivisiveClusteringImageFilter, ImageToImageFilter);

  /** Positions where it is 0 take no part. Same size as the input. Default: none, all take part. */
  itkSetInputMacro(MaskImage, MaskImageType);
  itkGetInputMacro(MaskImage, MaskImageType);

  /** Everything that can be chosen, in one: what the setters below set. */
  void
  SetOptions(const fourdstem::DivisiveOptions & options);
  itkGetConstReferenceMacro(Options, fourdstem::DivisiveOptions);

  /** Auto: the rule decides. Paper: k-means. Default: Auto. */
  void
  SetMode(ModeType mode)
  {
    this->SetOption(&fourdstem::DivisiveOptions::mode, mode);
  }
  ModeType
  GetMode() const
  {
    return m_Options.mode;
  }
  void
  SetModeToAuto()
  {
    this->SetMode(ModeType::Auto);
  }
  void
  SetModeToPaper()
  {
    this->SetMode(ModeType::Paper);
  }

  /** Fewest positions in a cluster of Auto mode, at least 2. Default: 20. */
  void
  SetMinimumSize(SizeValueType size)
  {
    this->SetOption(&fourdstem::DivisiveOptions::minimumSize, size);
  }
  SizeValueType
  GetMinimumSize() const
  {
    return static_cast<SizeValueType>(m_Options.minimumSize);
  }

  /** Most leaves, 1 to 65535. Default: 32. */
  void
  SetMaximumLeaves(int leaves)
  {
    this->SetOption(&fourdstem::DivisiveOptions::maximumLeaves, leaves);
  }
  int
  GetMaximumLeaves() const
  {
    return m_Options.maximumLeaves;
  }

  /** Largest depth of a leaf, the root's being 0; 0: no limit. Default: 0. */
  void
  SetMaximumDepth(int depth)
  {
    this->SetOption(&fourdstem::DivisiveOptions::maximumDepth, depth);
  }
  int
  GetMaximumDepth() const
  {
    return m_Options.maximumDepth;
  }

  /** Auto: All uses every component, Neighbour only those that neighbours share, tested in each node. Default: All. */
  void
  SetFeatureSelection(SelectionType selection)
  {
    this->SetOption(&fourdstem::DivisiveOptions::selection, selection);
  }
  SelectionType
  GetFeatureSelection() const
  {
    return m_Options.selection;
  }

  /** Auto, Neighbour: accepted share of false choices among the chosen components, above 0, below 1. Default: 0.05. */
  void
  SetFalseDiscoveryRate(double rate)
  {
    this->SetOption(&fourdstem::DivisiveOptions::falseDiscoveryRate, rate);
  }
  double
  GetFalseDiscoveryRate() const
  {
    return m_Options.falseDiscoveryRate;
  }

  /** Auto: least ratio of a component's variance to its neighbour noise, at least 1. Default: 1.5. */
  void
  SetMinimumLambda(double lambda)
  {
    this->SetOption(&fourdstem::DivisiveOptions::minimumLambda, lambda);
  }
  double
  GetMinimumLambda() const
  {
    return m_Options.minimumLambda;
  }

  /** Auto: largest density between two classes over the lower of their peaks, 0 to 1. Default: 0.5. */
  void
  SetMaximumValley(double valley)
  {
    this->SetOption(&fourdstem::DivisiveOptions::maximumValley, valley);
  }
  double
  GetMaximumValley() const
  {
    return m_Options.maximumValley;
  }

  /** Auto: least step across the border over the distance of the class means, 0 to 1. Default: 0.5. */
  void
  SetMinimumSharpness(double sharpness)
  {
    this->SetOption(&fourdstem::DivisiveOptions::minimumSharpness, sharpness);
  }
  double
  GetMinimumSharpness() const
  {
    return m_Options.minimumSharpness;
  }

  /** Auto: least coherence, 1 - unlike neighbours over their number by chance, -1 to 1. Default: 0.3. */
  void
  SetMinimumCoherence(double coherence)
  {
    this->SetOption(&fourdstem::DivisiveOptions::minimumCoherence, coherence);
  }
  double
  GetMinimumCoherence() const
  {
    return m_Options.minimumCoherence;
  }

  /** Auto: cut smooth variation in two as well. Default: false. */
  void
  SetSplitGradients(bool split)
  {
    this->SetOption(&fourdstem::DivisiveOptions::splitGradients, split);
  }
  bool
  GetSplitGradients() const
  {
    return m_Options.splitGradients;
  }
  itkBooleanMacro(SplitGradients);

  /** Connected components of a leaf with fewer positions go to the leaf with the longest common border, in either mode;
   * positions are connected along the axes. 0 and 1: none does. Default: 0. */
  void
  SetMinimumArea(SizeValueType area)
  {
    this->SetOption(m_Regularity, &fourdstem::SpatialRegularity::minimumArea, area);
  }
  SizeValueType
  GetMinimumArea() const
  {
    return static_cast<SizeValueType>(m_Regularity.minimumArea);
  }

  /** Connected components of a leaf become leaves, its children in the tree; in either mode, after MinimumArea.
   * Default: false. */
  void
  SetDivideComponents(bool divide)
  {
    this->SetOption(m_Regularity, &fourdstem::SpatialRegularity::dividesComponents, divide);
  }
  bool
  GetDivideComponents() const
  {
    return m_Regularity.dividesComponents;
  }
  itkBooleanMacro(DivideComponents);

  /** Paper: how k is found where no split is given. Default: Given, only the splits of AddSplit(). */
  void
  SetCriterion(CriterionType criterion)
  {
    this->SetOption(&fourdstem::DivisiveOptions::criterion, criterion);
  }
  CriterionType
  GetCriterion() const
  {
    return m_Options.criterion;
  }

  /** Paper: largest k a criterion tries, at least 2. Default: 10. */
  void
  SetMaximumK(int k)
  {
    this->SetOption(&fourdstem::DivisiveOptions::maximumK, k);
  }
  int
  GetMaximumK() const
  {
    return m_Options.maximumK;
  }

  /** Paper: seed of k-means++. Default: 1. */
  void
  SetSeed(SizeValueType seed)
  {
    this->SetOption(&fourdstem::DivisiveOptions::seed, seed);
  }
  SizeValueType
  GetSeed() const
  {
    return m_Options.seed;
  }

  /** Paper: divide node `node` into k; -1 means the leaf with the largest inertia. Splits are made in this order; ids
   * count in the order of creation, the root is 0. `startPositions`: offsets of the positions in the image, x fastest,
   * that are the first centroids; empty: k-means++. */
  void
  AddSplit(int node, int k, const std::vector<SizeValueType> & startPositions = {});
  void
  ClearSplits();

  /** Resamples by which the stability of every split is measured, for the tree: see fourdstem/Stability.h; 0: it is
   * not. Default: 0. */
  itkSetClampMacro(StabilityResamples, int, 0, NumericTraits<int>::max());
  itkGetConstMacro(StabilityResamples, int);

  /** Whether the membership images are made; without it they have no pixels. Default: false. */
  itkSetMacro(ComputeMembership, bool);
  itkGetConstMacro(ComputeMembership, bool);
  itkBooleanMacro(ComputeMembership);

  /** Probability of every leaf, a component per label in their order, which sum to 1; NaN without a leaf. How many is
   * known after Update() only. See fourdstem/Membership.h. */
  MembershipImageType *
  GetMembershipImage();
  /** Components maximum, margin (to the second largest) and entropy (in bits) of the probabilities. */
  MembershipImageType *
  GetMembershipSummaryImage();

  /** The tree, after Update(). */
  ClusterTree *
  GetClusterTree();
  const ClusterTree *
  GetClusterTree() const;

  ConfidenceImageType *
  GetConfidenceImage();
  const ConfidenceImageType *
  GetConfidenceImage() const;

  /** Distance to the centroid of each leaf, in the order of the labels; after Update(). */
  itkGetConstReferenceMacro(MembershipFunctions, std::vector<MembershipFunctionPointer>);

  using Superclass::MakeOutput;
  DataObject::Pointer
  MakeOutput(DataObjectPointerArraySizeType index) override;

protected:
  DivisiveClusteringImageFilter();
  ~DivisiveClusteringImageFilter() override = default;

  void
  VerifyPreconditions() ITKv5_CONST override;
  void
  VerifyInputInformation() const override;
  void
  GenerateOutputInformation() override;
  void
  GenerateInputRequestedRegion() override;
  void
  EnlargeOutputRequestedRegion(DataObject * output) override;
  void
  GenerateData() override;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  template <typename TOptions, typename TOption, typename TValue>
  void
  SetOption(TOptions & options, TOption TOptions::*option, TValue value)
  {
    if (options.*option != static_cast<TOption>(value))
    {
      options.*option = static_cast<TOption>(value);
      this->Modified();
    }
  }
  template <typename TOption, typename TValue>
  void
  SetOption(TOption fourdstem::DivisiveOptions::*option, TValue value)
  {
    this->SetOption(m_Options, option, value);
  }

  std::vector<std::string>
  ReadFeatureNames() const;

  void
  PublishMembership(const fourdstem::Membership & membership);
  void
  PublishMembershipFunctions(const fourdstem::ClusterNodes & nodes);

  fourdstem::DivisiveOptions             m_Options;
  fourdstem::SpatialRegularity           m_Regularity;
  std::vector<MembershipFunctionPointer> m_MembershipFunctions;
  int                                    m_StabilityResamples{ 0 };
  bool                                   m_ComputeMembership{ false };
};
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#  include "itkDivisiveClusteringImageFilter.hxx"
#endif

#endif
