// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Storage_h
#define fourdstem_Hdf5Storage_h

#include "Formats/Hdf5.h"
#include "Formats/Hdf5ScanAxes.h"

#include <array>

namespace fourdstem
{
/** Throws FileError where HDF5 would read something else than the data set, and say nothing: values that lie in other
 * files, parts of a virtual data set that are missing. */
void
CheckSources(const std::string & path, hid_t file, const std::string & name, hid_t dataSet);

/** Throws FileError, with number and name, where a filter is not available. */
void
CheckFilters(const std::string & path, const std::string & name, hid_t creation);

/** Positions that are decoded together: those of a chunk; many rows where the axes are in another order. `header` has
 * the scan's shape; pixels are read as `type`. Notes in it how many chunks were never written. Throws FileError where
 * the file cannot hold what the data set claims, and for chunks beyond memory. */
std::array<std::int64_t, 2>
ChunkExtents(ScanHeader & header, const std::string & path, hid_t dataSet, const Hdf5ScanAxes & axes, ElementType type);
} // namespace fourdstem

#endif
