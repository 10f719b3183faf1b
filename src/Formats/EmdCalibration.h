// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmdCalibration_h
#define fourdstem_EmdCalibration_h

#include "Formats/Hdf5Axes.h"

namespace fourdstem
{
/** Names of a pixel size and of its unit, the first of them that is there, in a calibration group of py4DSTEM. */
struct PixelSizeNames
{
  std::string              size;
  std::vector<std::string> units;
};

/** `whose`, here and below: "scan" or "detector".
 *
 * From a group whose items are data sets or, before py4DSTEM 0.6, attributes; where it has that size, in a known unit.
 * Other units are noted. */
std::optional<AxesCalibration>
ReadPixelSize(hid_t                      calibration,
              const PixelSizeNames &     names,
              const std::string &        whose,
              std::vector<std::string> & notes);

/** From the vector of coordinates dim<number>, of which linear ones may be stored as their first two values only.
 * Nothing where it is none; a vector whose steps differ is noted. */
std::optional<WrittenAxis>
ReadDimension(hid_t group, std::size_t number, std::vector<std::string> & notes);

/** From dim<rows> and dim<columns>, where both are there; else nothing, with an empty source. */
AxesCalibration
ReadDimensions(hid_t                      group,
               std::size_t                rows,
               std::size_t                columns,
               const std::string &        whose,
               std::vector<std::string> & notes);

/** The detector's offset by qx0_mean and qy0_mean, in pixels; 0 without. They go before the offsets of the vectors of
 * coordinates, which mix pixels and units in some versions of py4DSTEM. */
void
ReadOrigin(hid_t calibration, AxesCalibration & detector, std::vector<std::string> & notes);

/** Scan and detector of one of py4DSTEM's arrays: from the items R_pixel_size and Q_pixel_size in `calibration`, else
 * from dim<first> on in `group`; the origin from `calibration`. Either group may be missing. */
void
ReadPy4dstemAxes(hid_t group, hid_t calibration, std::size_t first, Hdf5Description & description);

/** Numbers and texts among the items of `group` under their names after `prefix`; without those that begin with _ or
 * describe the group itself. */
void
ReadItems(hid_t group, const std::string & prefix, std::map<std::string, std::string> & metadata);
} // namespace fourdstem

#endif
