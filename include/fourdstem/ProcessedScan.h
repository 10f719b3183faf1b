// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ProcessedScan_h
#define fourdstem_ProcessedScan_h

#include "fourdstem/PatternAdaptors.h"
#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** What is done to the patterns of a scan while they are read, in the order of the members. */
struct ScanProcessing
{
  DetectorCorrection            correction;
  std::optional<DetectorRegion> detectorRegion;
  /** Sums over so many detector rows and columns, then over so many scan rows and columns. */
  std::int64_t detectorBin = 1;
  std::int64_t scanBin = 1;
  /** Unset: the type that comes out of the steps above. */
  std::optional<ElementType> type;
};

/** A scan as read, processed: see PatternAdaptors.h for what each step computes, its type and what it throws.
 *
 * The header's shape and calibration follow, its notes say what was done. A crop moves the detector's offset by the
 * pixels that are cut off; a bin multiplies spacing and moves the offset to the centre of the first square of pixels or
 * positions. A detector offset of 0 on both axes means that the origin is not known, and stays 0. Axes that are not
 * calibrated stay at 1 px, of the binned pixels. */
FourDSTEM_EXPORT std::unique_ptr<ScanFile>
                 ProcessScan(std::shared_ptr<const ScanFile> scan, const ScanProcessing & processing);

/** An image over the detector. */
struct DetectorImage
{
  std::int64_t qy = 0;
  std::int64_t qx = 0;
  /** C order (Qy, Qx). */
  std::vector<double> values;
};

/** Reads a NumPy array (Qy, Qx) of any real type. Throws std::runtime_error with the file's name and what was found. */
FourDSTEM_EXPORT DetectorImage
ReadNpyImage(const std::string & path);
} // namespace fourdstem

#endif
