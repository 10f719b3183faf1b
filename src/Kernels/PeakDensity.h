// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PeakDensity_h
#define fourdstem_PeakDensity_h

#include "fourdstem/PeakLists.h"

namespace fourdstem
{
/** Where the peaks of many positions lie about their origins: the square root of their intensities, summed in cells. */
class PeakDensity
{
public:
  /** `cell`: side of a cell in the lists' unit; peaks farther than `farthest` from the origin are left out, at most
   * LargestHalf cells. */
  PeakDensity(double cell, double farthest);

  static constexpr double LargestHalf = 2048.;

  /** (x, y) from the origin. */
  void
  Add(double x, double y, double intensity);

  /** Maxima of the smoothed density in cells from the origin, without the direct beam, highest first: those above
   * `minimumHeight` of the highest, three cells apart. */
  std::vector<BraggPeak>
  Maxima(double minimumHeight) const;

private:
  double &
  At(std::int64_t y, std::int64_t x)
  {
    return m_Values[static_cast<std::size_t>(y * m_Side + x)];
  }

  double              m_Cell;
  std::int64_t        m_Half;
  std::int64_t        m_Side;
  std::vector<double> m_Values;
};
} // namespace fourdstem

#endif
