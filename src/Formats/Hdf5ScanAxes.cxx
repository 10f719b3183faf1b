// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5ScanAxes.h"

#include "Formats/Text.h"

#include <algorithm>
#include <numeric>

namespace fourdstem
{
Hdf5ScanAxes::Hdf5ScanAxes(std::vector<std::size_t> numbers, std::size_t rank)
  : m_Numbers(std::move(numbers))
  , m_Rank(rank)
{
  if (m_Numbers.empty())
  {
    m_Numbers.resize(rank);
    std::iota(m_Numbers.begin(), m_Numbers.end(), std::size_t{ 0 });
  }
}

bool
Hdf5ScanAxes::AreInOrder() const
{
  return std::is_sorted(m_Numbers.begin(), m_Numbers.end());
}

std::vector<hsize_t>
Hdf5ScanAxes::Spread(const std::vector<std::int64_t> & ofScan, hsize_t ofOthers) const
{
  std::vector<hsize_t> spread(m_Rank, ofOthers);
  for (std::size_t i = 0; i < m_Numbers.size(); ++i)
  {
    spread[m_Numbers[i]] = static_cast<hsize_t>(ofScan[i]);
  }
  return spread;
}

std::string
Hdf5ScanAxes::Remark() const
{
  if (m_Numbers.size() == m_Rank && this->AreInOrder())
  {
    return {};
  }
  std::vector<std::string> numbers;
  std::transform(m_Numbers.begin(), m_Numbers.end(), std::back_inserter(numbers), [](std::size_t number) {
    return std::to_string(number + 1);
  });
  return "Of the data set's " + std::to_string(m_Rank) + " axes, numbers " + Join(numbers, ", ") + " are read as " +
         (m_Numbers.size() == 4 ? "Ry, Rx, Qy, Qx" : "positions, Qy, Qx") +
         (m_Numbers.size() < m_Rank ? "; the others, of extent 1, are left out." : ".");
}
} // namespace fourdstem
