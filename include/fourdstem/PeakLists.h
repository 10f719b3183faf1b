// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PeakLists_h
#define fourdstem_PeakLists_h

#include "fourdstem/BraggDisks.h"
#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** A peak where it lies on the detector, as patterns are read: x along Qx (columns), y along Qy (rows), in pixels. */
struct ListedPeak
{
  double x = 0.;
  double y = 0.;
  double intensity = 0.;
};

/** For every position of a scan a list of peaks, of any length: one array, and where each position's part begins. */
struct PeakLists
{
  /** Scan rows and columns, detector rows and columns; these are 0 where they are not known. */
  ScanShape shape;
  /** [positions + 1], scan order p = ry * Rx + rx: the peaks of p are [offsets[p], offsets[p + 1]). */
  std::vector<std::int64_t> offsets = { 0 };
  std::vector<ListedPeak>   peaks;
  /** The origin (x, y) of each pattern in detector pixels, [positions][2]; NaN where it has none, 0 where places
   * count from it. Empty: not known. */
  std::vector<float> origins;
  AxesCalibration    scan;
  AxesCalibration    detector;
  /** Remarks for the user, one sentence each. */
  std::vector<std::string> notes;

  std::int64_t
  Count(std::int64_t position) const
  {
    const auto p = static_cast<std::size_t>(position);
    return offsets[p + 1] - offsets[p];
  }
  const ListedPeak *
  Begin(std::int64_t position) const
  {
    return peaks.data() + offsets[static_cast<std::size_t>(position)];
  }
};

/** Throws std::invalid_argument that says what does not fit: extents, offsets, number of origins. */
FourDSTEM_EXPORT void
ValidatePeakLists(const PeakLists & lists);

/** The disks that FindBraggDisks found, as lists, in the order of their places.
 *
 * `disks`: [positions][stride] of the whole scan `shape`; `origins`: pairs, to which their places are added. */
FourDSTEM_EXPORT PeakLists
ListDisks(const ScanShape & shape, std::int64_t stride, const BraggDisk * disks, const float * origins);
} // namespace fourdstem

#endif
