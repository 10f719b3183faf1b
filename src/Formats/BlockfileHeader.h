// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_BlockfileHeader_h
#define fourdstem_BlockfileHeader_h

#include "Formats/HeaderBytes.h"
#include "Formats/ScanExtents.h"
#include "Formats/ScanFormat.h"

namespace fourdstem
{
/** What the header of a NanoMEGAS blockfile says. */
struct BlockfileHeader
{
  ShapeCandidate scan;
  /** Rows of a pattern, and columns. */
  std::int64_t patternExtent = 0;
  std::int64_t patternsOffset = 0;
  int          pixelBytes = 1;

  AxesCalibration                    scanCalibration;
  AxesCalibration                    detector;
  std::map<std::string, std::string> metadata;
  std::vector<std::string>           notes;
};

/** Throws FileError unless patterns can follow from it in a file of that size. */
BlockfileHeader
ReadBlockfileHeader(const FileProbe & probe);
} // namespace fourdstem

#endif
