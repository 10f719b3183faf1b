// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DiskPlaces_h
#define fourdstem_DiskPlaces_h

#include "DiskFilters.h"

#include <vector>

namespace fourdstem
{
/** How far from its place a disk may be, also where the search does not say. */
double
ReachOf(const BraggSearch & search);

/** A BraggSearch made ready: its filters, for a given noise, and how far disks may be from their places. */
class DiskPlaces
{
public:
  DiskPlaces(const BraggSearch & search, const DiskNoise & noise);

  const DiskFilters &
  Filters() const
  {
    return m_Filters;
  }

  /** Calls visit(number in the set, fit) for all places of set `set` in pattern `p` of `block`; `patch` holds the
   * disk's surroundings during the call. Throws std::invalid_argument for a set that is not there. */
  template <typename TVisit>
  void
  Fit(const PatternBlock & block,
      std::int64_t         p,
      const ScanShape &    shape,
      std::uint16_t        set,
      const float *        origin,
      std::vector<float> & patch,
      TVisit &&            visit) const
  {
    const std::vector<BraggPlace> & places = this->OfSet(set);
    patch.resize(static_cast<std::size_t>(m_Filters.PatchSize()));
    for (std::size_t i = 0; i < places.size(); ++i)
    {
      visit(i,
            FitDisk(block,
                    p,
                    shape.qy,
                    shape.qx,
                    m_Filters,
                    static_cast<double>(origin[0]) + places[i].x,
                    static_cast<double>(origin[1]) + places[i].y,
                    m_Reach,
                    patch.data()));
    }
  }

private:
  const std::vector<BraggPlace> &
  OfSet(std::uint16_t set) const;

  const BraggSearch & m_Search;
  DiskFilters         m_Filters;
  double              m_Reach;
};
} // namespace fourdstem

#endif
