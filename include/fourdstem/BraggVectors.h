// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_BraggVectors_h
#define fourdstem_BraggVectors_h

#include "fourdstem/PeakLists.h"
#include "fourdstem/ScanWriter.h"

namespace fourdstem
{
/** \file
 * Peak lists in HDF5, as py4DSTEM keeps them. Its axes are ours under other names: its field qx counts detector rows
 * (our y) and qy columns (our x), its qx0 is the origin's row. */

/** Writes peak lists as py4DSTEM 0.14 does: EMD 1.0, a BraggVectors `/braggvectors_root/braggvectors` with `_v_uncal`,
 * an array (Ry, Rx) of lists (qx, qy, intensity) in float64, in detector pixels as stored; Rshape and Qshape beside it;
 * in the root's calibration the pixel sizes and the origin of every pattern, qx0 and qy0 (Ry, Rx). `provenance` and the
 * notes go beside them.
 *
 * The file appears under its name when it is whole. Equal lists give equal bytes. The file is made in memory. Throws
 * std::invalid_argument as ValidatePeakLists, std::runtime_error with the file's name and the reason when it exists
 * (unless `overwrite`) or cannot be written. */
FourDSTEM_EXPORT void
WriteBraggVectors(const std::string & path,
                  const PeakLists &   lists,
                  bool                overwrite = false,
                  const Provenance &  provenance = {});

/** Reads an array (Ry, Rx) of lists with fields qx, qy and intensity, of any type of number: BraggVectors of py4DSTEM
 * 0.14 and 0.13, and the PointListArrays of any name that 0.13 saves alone.
 *
 * `dataSet`: path of the array or of its group; empty: the only one, or `_v_uncal`. Pixel sizes and origins come from
 * the calibration group of the same tree. Without origins there, places of which a tenth lies below 0 count from the
 * origin already: origins are then 0, and the unit is the file's. Peaks that are not finite are left out. Both are
 * noted.
 *
 * Throws FileError (std::runtime_error) with the file's name when it is none, holds no such array, or several and
 * `dataSet` does not choose, or is damaged. Memory is bounded by the file's size. */
FourDSTEM_EXPORT PeakLists
ReadBraggVectors(const std::string & path, const std::string & dataSet = {});
} // namespace fourdstem

#endif
