// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PeakLists.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
void
ValidatePeakLists(const PeakLists & lists)
{
  const ScanShape & shape = lists.shape;
  if (shape.ry < 1 || shape.rx < 1 || shape.qy < 0 || shape.qx < 0)
  {
    throw std::invalid_argument("peak lists have " + std::to_string(shape.ry) + " x " + std::to_string(shape.rx) +
                                " positions and a detector of " + std::to_string(shape.qy) + " x " +
                                std::to_string(shape.qx) + " pixels; positions must be at least 1 x 1");
  }
  const auto positions = static_cast<std::size_t>(CheckedMultiply(shape.ry, shape.rx, "the number of positions"));
  if (lists.offsets.size() != positions + 1 || lists.offsets.front() != 0 ||
      lists.offsets.back() != static_cast<std::int64_t>(lists.peaks.size()) ||
      !std::is_sorted(lists.offsets.begin(), lists.offsets.end()))
  {
    throw std::invalid_argument("the offsets of peak lists do not divide " + std::to_string(lists.peaks.size()) +
                                " peaks among " + std::to_string(positions) + " positions");
  }
  if (!lists.origins.empty() && lists.origins.size() != 2 * positions)
  {
    throw std::invalid_argument("peak lists have " + std::to_string(lists.origins.size()) +
                                " coordinates of origins; " + std::to_string(positions) + " positions have two each");
  }
}

PeakLists
ListDisks(const ScanShape & shape, std::int64_t stride, const BraggDisk * disks, const float * origins)
{
  PeakLists lists;
  lists.shape = shape;
  lists.origins.assign(origins, origins + 2 * shape.Positions());
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    for (std::int64_t i = 0; i < stride; ++i)
    {
      const BraggDisk & disk = disks[p * stride + i];
      if (std::isfinite(disk.x))
      {
        lists.peaks.push_back({ static_cast<double>(origins[2 * p]) + static_cast<double>(disk.x),
                                static_cast<double>(origins[2 * p + 1]) + static_cast<double>(disk.y),
                                static_cast<double>(disk.height) });
      }
    }
    lists.offsets.push_back(static_cast<std::int64_t>(lists.peaks.size()));
  }
  return lists;
}
} // namespace fourdstem
