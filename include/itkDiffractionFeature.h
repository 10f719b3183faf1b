// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkDiffractionFeature_h
#define itkDiffractionFeature_h

#include "fourdstem/Feature.h"
#include "itkFourDSTEMMacro.h"

#include "itkObject.h"

#include <map>
#include <memory>
#include <string>

namespace itk
{
/** \class DiffractionFeature
 * \brief What DiffractionFeatureImageFilter takes from each diffraction pattern: its strategy.
 *
 * A strategy holds options and makes a fourdstem::Feature for a scan once its shape is known. To add one of your own,
 * derive from this class and from fourdstem::Feature.
 * \ingroup FourDSTEM
 */
class DiffractionFeature : public Object
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(DiffractionFeature);

  using Self = DiffractionFeature;
  using Superclass = Object;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkFourDSTEMNameOfClassMacro(DiffractionFeature, Object);

#ifndef ITK_WRAPPING_PARSER
  /** The feature for patterns of `shape`. `mask`, of the same detector, is null where the filter has none; a strategy
   * that has no use for a mask throws an exception when there is one. Options that do not fit throw too. */
  virtual std::unique_ptr<fourdstem::Feature>
  MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const = 0;

  /** What the output's metadata say of the components beside their names, by key. Default: nothing. */
  virtual std::map<std::string, std::string>
  GetOutputMetaData(const fourdstem::ScanShape &) const
  {
    return {};
  }
#endif

protected:
  DiffractionFeature() = default;
  ~DiffractionFeature() override = default;
};
} // namespace itk

#endif
