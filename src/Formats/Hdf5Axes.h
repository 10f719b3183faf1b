// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Axes_h
#define fourdstem_Hdf5Axes_h

#include "Formats/Hdf5Layout.h"

#include <array>

namespace fourdstem
{
/** An axis as a file calibrates it: pixel i is at offset + i * spacing. */
struct WrittenAxis
{
  double      spacing = 1;
  double      offset = 0;
  std::string unit;
};

/** The calibration of "scan" or "detector" that a file writes for its rows' axis and its columns' axis; `source` is the
 * place in the file. Not used, and noted, where a spacing is not positive or units are unknown or not of one kind;
 * offsets that are not finite become 0. Nothing where the file says 1 px. */
AxesCalibration
CalibratedAxes(const std::array<WrittenAxis, 2> & axes,
               const std::string &                whose,
               const std::string &                source,
               std::vector<std::string> &         notes);
} // namespace fourdstem

#endif
