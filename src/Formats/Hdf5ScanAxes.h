// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ScanAxes_h
#define fourdstem_Hdf5ScanAxes_h

#include "itk_hdf5.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fourdstem
{
/** Which axes of a data set are the scan's: (Ry, Rx, Qy, Qx), or (position, Qy, Qx) of a stack. The others have extent
 * 1. */
class Hdf5ScanAxes
{
public:
  /** `numbers` of the scan's axes among those of a data set of `rank` dimensions; empty: all, in their order. */
  Hdf5ScanAxes(std::vector<std::size_t> numbers, std::size_t rank);

  /** Of the scan: 4 or 3. */
  std::size_t
  Count() const
  {
    return m_Numbers.size();
  }

  /** Of the scan's axes in the data set, from 0. */
  const std::vector<std::size_t> &
  Numbers() const
  {
    return m_Numbers;
  }

  /** Whether pixels lie in the order in which they are read. */
  bool
  AreInOrder() const;

  /** Of one number for each axis of the data set, those for the scan's. */
  template <typename T>
  std::vector<std::int64_t>
  Pick(const std::vector<T> & ofDataSet) const
  {
    std::vector<std::int64_t> picked;
    picked.reserve(m_Numbers.size());
    for (const std::size_t number : m_Numbers)
    {
      picked.push_back(static_cast<std::int64_t>(ofDataSet[number]));
    }
    return picked;
  }

  /** One number for each axis of the data set: `ofScan` for the scan's, `ofOthers` for the others. */
  std::vector<hsize_t>
  Spread(const std::vector<std::int64_t> & ofScan, hsize_t ofOthers) const;

  /** A sentence for the user; empty where the scan's axes are all, in their order. */
  std::string
  Remark() const;

private:
  std::vector<std::size_t> m_Numbers;
  std::size_t              m_Rank;
};
} // namespace fourdstem

#endif
