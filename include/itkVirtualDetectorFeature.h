// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkVirtualDetectorFeature_h
#define itkVirtualDetectorFeature_h

#include "FourDSTEMExport.h"
#include "itkDiffractionFeature.h"

#include "itkObjectFactory.h"

#include <limits>
#include <string>
#include <vector>

namespace itk
{
/** \class VirtualDetectorFeature
 * \brief Sums over virtual detectors and centres of mass around each pattern's own origin.
 *
 * Components are those of the detectors in the order in which they were added, with their names; a centre of mass has
 * two, "name x" and "name y", in detector pixels from the origin. Pixels that are not finite do not count; a centre of
 * mass without a positive sum, and every component of a pattern without origin, is 0 and counts as missing. A feature
 * mask is refused: give a detector a mask instead. Definition of the detectors: fourdstem/VirtualDetector.h.
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT VirtualDetectorFeature : public DiffractionFeature
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(VirtualDetectorFeature);

  using Self = VirtualDetectorFeature;
  using Superclass = DiffractionFeature;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using DetectorsType = std::vector<fourdstem::VirtualDetector>;

  itkFourDSTEMNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(VirtualDetectorFeature, DiffractionFeature);

  /** Adds the sum over a ring, inner <= r < outer, radii in detector pixels. */
  void
  AddRing(const std::string & name, double inner, double outer);

  /** Adds the centre of mass of a disk of that radius in detector pixels. Default: of the whole pattern. */
  void
  AddCentreOfMass(const std::string & name, double radius = std::numeric_limits<double>::infinity());

  /** All detectors, also masks. Default: none; at least one is needed. */
  void
  SetDetectors(const DetectorsType & detectors);
  itkGetConstReferenceMacro(Detectors, DetectorsType);

#ifndef ITK_WRAPPING_PARSER
  std::unique_ptr<fourdstem::Feature>
  MakeFeature(const fourdstem::ScanShape & shape, const fourdstem::DetectorMask * mask) const override;
#endif

protected:
  VirtualDetectorFeature() = default;
  ~VirtualDetectorFeature() override = default;
  void
  PrintSelf(std::ostream & os, Indent indent) const override;

private:
  DetectorsType m_Detectors;
};
} // namespace itk

#endif
