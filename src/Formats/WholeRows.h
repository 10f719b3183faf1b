// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_WholeRows_h
#define fourdstem_WholeRows_h

#include "Formats/ScanExtents.h"

namespace fourdstem
{
/** A scan as it was promised, and how many of its rows, from the first on, are there whole: those that are read. */
struct HeldScan
{
  ShapeCandidate promised;
  std::int64_t   rows = 0;

  /** Sets shape as read, shape in the file and who says so. */
  void
  ApplyTo(ScanHeader & header, std::int64_t qy, std::int64_t qx) const;
};

/** The one rule for files that hold less than they promise, because they were cut off, are still being written, met a
 * full disk or are of a scan that was interrupted: of `promised`, whose first `held` patterns are there, the rows that
 * are whole, with a note. Throws FileError, with what was promised, what is there, how many rows are whole and
 * `advice`, without ScanFileOptions::allowTruncated and where not one row is whole. A scan that is all there passes. */
HeldScan
KeepWholeRows(const std::string &        path,
              const ShapeCandidate &     promised,
              std::int64_t               held,
              const ScanFileOptions &    options,
              std::vector<std::string> & notes,
              const std::string &        advice = {});

/** Of a sequence of `held` patterns that itself does not say how many they should be: as ResolveScanShape, where a
 * shape of more positions, the option's or else that of a candidate, is a promise that KeepWholeRows looks after. */
HeldScan
ResolveHeldScan(const std::string &                 path,
                std::int64_t                        held,
                const ScanFileOptions &             options,
                const std::vector<ShapeCandidate> & candidates,
                std::vector<std::string> &          notes,
                const std::string &                 advice = {});

/** Whether a scan of that shape has more positions than `patterns`. */
bool
IsMoreThan(std::int64_t patterns, const ShapeCandidate & shape);

/** Whether the option's scan shape has as many positions as `patterns`. */
bool
IsShapeGivenOf(std::int64_t patterns, const ScanFileOptions & options);

/** How users ask for whole rows, as messages name it. */
constexpr const char * AllowTruncatedOption = "--allow-truncated (allowTruncated)";
} // namespace fourdstem

#endif
