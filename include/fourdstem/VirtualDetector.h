// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_VirtualDetector_h
#define fourdstem_VirtualDetector_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace fourdstem
{
/** One virtual detector: a ring or disk about the pattern's centre, or a mask.
 *
 * The centre is the pattern's origin if origins are given, else `centreX, centreY` of the set. */
struct VirtualDetector
{
  enum class Quantity
  {
    /** Sum of the pixels: one component. */
    Sum,
    /** Centre of mass of the pixels relative to the centre, detector pixels, x then y: two components. NaN where the
     * sum is 0. Negative values weigh negatively. */
    CentreOfMass
  };

  std::string name;
  Quantity    quantity = Quantity::Sum;
  /** A pixel belongs if its centre does: innerRadius <= |q - q0| < outerRadius, detector pixels. */
  double innerRadius = 0.;
  double outerRadius = std::numeric_limits<double>::infinity();
  /** If not empty, weights [Qy][Qx] in place of the ring; the radii are not looked at. Mask pixel
   * (floor(Qy/2), floor(Qx/2)) lies on the pixel nearest to the pattern's origin; without origins mask pixels and
   * detector pixels are the same. What the shift moves off the detector is lost. */
  std::vector<float> mask;
};

/** Several virtual detectors on patterns of one size, prepared to touch covered pixels only.
 *
 * Sums are double, so exact for integers as long as they stay below 2^53. Non-finite pixels are left out. */
class FourDSTEM_EXPORT VirtualDetectorSet
{
public:
  /** Detectors about (centreX, centreY) when a pattern comes without origin. Throws std::invalid_argument naming the
   * detector if a radius is negative or the ring is empty, a mask has the wrong size, or no pixel of the detector can
   * be in it when it is centred there. */
  VirtualDetectorSet(std::vector<VirtualDetector> detectors,
                     std::int64_t                 qy,
                     std::int64_t                 qx,
                     double                       centreX,
                     double                       centreY);

  const std::vector<VirtualDetector> &
  Detectors() const
  {
    return m_Detectors;
  }

  /** Components of all detectors. */
  std::int64_t
  Components() const
  {
    return static_cast<std::int64_t>(m_ComponentNames.size());
  }

  /** The detectors' names; a centre of mass has two, with " x" and " y" appended. */
  const std::vector<std::string> &
  ComponentNames() const
  {
    return m_ComponentNames;
  }

  /** The component names of these detectors. */
  static std::vector<std::string>
  NamesOf(const std::vector<VirtualDetector> & detectors);

  /** All components of pattern `p` of `block`; `origin` is its (x, y), or null. NaN where the origin is not finite.
   * Returns the number of non-finite pixels seen; one in several detectors counts once. */
  std::int64_t
  Measure(const PatternBlock & block, std::int64_t p, const float * origin, double * components) const;

  /** The detector rows which the detectors can cover in patterns of these origins, `count` pairs (x, y), or null. */
  DetectorRows
  CoveredRows(const float * origins, std::int64_t count) const;

  /** The same components from a pattern without its zeros, the values being multiples of `unit` (SparseBlock::Unit).
   * False, and nothing is written, where sums of that many bits are not exact in double, so that the order of the dense
   * pattern matters. */
  bool
  Measure(const SparsePattern & pattern, double unit, const float * origin, double * components) const;

private:
  struct Prepared;

  template <typename T>
  std::int64_t
  MeasureTyped(const PatternBlock & block, std::int64_t p, const float * origin, double * components) const;

  std::vector<VirtualDetector>    m_Detectors;
  std::vector<std::string>        m_ComponentNames;
  std::shared_ptr<const Prepared> m_Prepared;
  std::int64_t                    m_QY;
  std::int64_t                    m_QX;
  double                          m_CentreX;
  double                          m_CentreY;
};

/** Measures every pattern of scan rows [firstRow, firstRow + rows) in one pass, over the pixels that are not 0 where
 * the source IsSparse; the components are the same bits.
 *
 * `origins` are rows * Rx pairs beginning with that of (firstRow, 0), or null; `components` has room for
 * [rows][Rx][Components()]. Returns the number of non-finite pixels seen. */
FourDSTEM_EXPORT std::int64_t
                 MeasureVirtualDetectors(const PatternSource &      source,
                                         std::int64_t               firstRow,
                                         std::int64_t               rows,
                                         const VirtualDetectorSet & detectors,
                                         const float *              origins,
                                         double *                   components,
                                         const Execution &          execution);
} // namespace fourdstem

#endif
