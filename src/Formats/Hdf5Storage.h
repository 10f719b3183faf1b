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

/** How far the scan's first axis, rows or the positions of a stack, goes before the first chunk that was never written;
 * to its end where every chunk was, or where there are none. Where no value was ever written: 0. Throws FileError where
 * HDF5 cannot tell. */
std::int64_t
WrittenAlongFirstAxis(const std::string & path, hid_t dataSet, const Hdf5ScanAxes & axes);

/** A note on how many chunks of the data set were never written; empty where all were. */
std::string
NoteOnMissingChunks(hid_t dataSet);

/** Of a scan with chunks that were never written, notes that these read as the fill value, or, with
 * ScanFileOptions::allowTruncated, leaves the rows from the first of them on out of `header`. Throws FileError where
 * then not one row is left. */
void
KeepWrittenRows(ScanHeader &            header,
                const std::string &     path,
                hid_t                   dataSet,
                const Hdf5ScanAxes &    axes,
                const ScanFileOptions & options);

/** Positions that are decoded together: those of a chunk; many rows where the axes are in another order. `header` has
 * the scan's shape; pixels are read as `type`. Throws FileError where the file cannot hold what the data set claims,
 * and for chunks beyond memory. */
std::array<std::int64_t, 2>
ChunkExtents(const ScanHeader &   header,
             const std::string &  path,
             hid_t                dataSet,
             const Hdf5ScanAxes & axes,
             ElementType          type);
} // namespace fourdstem

#endif
